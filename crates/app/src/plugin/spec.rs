//! `PluginSpec`: which plugin, valid by construction.

use std::fmt;
use std::path::{Component, Path};
use std::str::FromStr;

use parasol_proto::link::clean_name;

/// The most characters of a program's name or path.
pub const MAX_PROGRAM: usize = 1024;
/// The most characters of the options.
pub const MAX_OPTIONS: usize = 4096;

/// A plugin: a program and what it is told.
#[derive(Clone, PartialEq, Eq)]
pub struct PluginSpec {
    program: String,
    options: String,
    mode: PluginMode,
}

/// What goes through a plugin (SIP003u).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PluginMode {
    /// TCP. UDP does not go to the server at all then: it would go bare.
    #[default]
    TcpOnly,
    /// Both: the plugin takes UDP on the same address and port.
    TcpAndUdp,
    /// UDP. TCP does not go to the server at all then.
    UdpOnly,
}

/// Why texts are no plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PluginFault {
    /// There are options, but no program.
    #[error("no program is named")]
    NoProgram,
    /// Neither a bare name, to be looked for in PATH, nor an absolute path on this machine.
    #[error("the program must be a name such as obfs-local, or a whole path")]
    BadProgram,
    /// Longer than [`MAX_PROGRAM`] or [`MAX_OPTIONS`].
    #[error("it is too long")]
    TooLong,
    /// The options hold a NUL, which no environment variable can.
    #[error("the options hold a NUL character")]
    BadOptions,
}

impl PluginSpec {
    /// Takes them as they are; nothing is unescaped, expanded or split. Space around the program's name is not its.
    ///
    /// # Errors
    /// See [`PluginFault`].
    pub fn new(program: &str, options: &str, mode: PluginMode) -> Result<PluginSpec, PluginFault> {
        let program = program.trim();
        if program.is_empty() {
            return Err(PluginFault::NoProgram);
        }
        if program.chars().nth(MAX_PROGRAM).is_some() || options.chars().nth(MAX_OPTIONS).is_some() {
            return Err(PluginFault::TooLong);
        }
        if !(is_bare_name(program) || is_whole_path(program)) {
            return Err(PluginFault::BadProgram);
        }
        if options.contains('\0') {
            return Err(PluginFault::BadOptions);
        }
        Ok(PluginSpec { program: program.to_owned(), options: options.to_owned(), mode })
    }

    /// A bare name or an absolute path.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Exactly as given; may be empty.
    #[must_use]
    pub fn options(&self) -> &str {
        &self.options
    }

    /// What goes through it.
    #[must_use]
    pub fn mode(&self) -> PluginMode {
        self.mode
    }
}

/// A name that is looked for in PATH, and can lead nowhere else. Nothing is run through a shell; but what looks like an
/// option or a shell's text was never meant as a name, and is not shown to somebody as one that they might approve.
#[must_use]
pub fn is_bare_name(program: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '+');
    !program.is_empty() && program.chars().all(plain) && !program.starts_with(['-', '.'])
}

/// A path that means the same program from every folder, as it reads. A machine of the network is not asked for one.
fn is_whole_path(program: &str) -> bool {
    // Both on every system: a profile may have been written on another one.
    let of_the_network = program.chars().take(2).filter(|char| matches!(char, '/' | '\\')).count() == 2;
    let path = Path::new(program);
    let leads_up = path.components().any(|part| part == Component::ParentDir);
    // What cannot be seen, or turns the text around, reads as another path.
    let shown = |char: char| clean_name(char.encode_utf8(&mut [0; 4])).is_some();
    path.is_absolute() && !of_the_network && !leads_up && program.chars().all(shown)
}

/// Options can hold secrets.
impl fmt::Debug for PluginSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginSpec").field("program", &self.program).field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl FromStr for PluginMode {
    type Err = UnknownMode;

    /// As `plugin_mode` has them.
    fn from_str(text: &str) -> Result<PluginMode, UnknownMode> {
        match text {
            "tcp_only" => Ok(PluginMode::TcpOnly),
            "tcp_and_udp" => Ok(PluginMode::TcpAndUdp),
            "udp_only" => Ok(PluginMode::UdpOnly),
            _ => Err(UnknownMode),
        }
    }
}

/// No mode of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the plugin mode must be tcp_only, tcp_and_udp or udp_only")]
pub struct UnknownMode;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(program: &str, options: &str) -> Option<PluginFault> {
        PluginSpec::new(program, options, PluginMode::TcpOnly).err()
    }

    #[test]
    fn a_program_is_a_bare_name_or_a_whole_path() {
        let whole = if cfg!(windows) { r"C:\a b\plugin.exe" } else { "/opt/a b/plugin" };
        for (program, options, expected) in [
            ("obfs-local", "", None),
            (" obfs-local ", "obfs=http;obfs-host=a", None),
            (whole, "", None),
            ("v2ray-plugin_linux-amd64.v1+", "", None),
            ("插件", "$(reboot)", None),
            ("", "a=b", Some(PluginFault::NoProgram)),
            (" ", "", Some(PluginFault::NoProgram)),
            ("./obfs-local", "", Some(PluginFault::BadProgram)),
            ("bin/obfs-local", "", Some(PluginFault::BadProgram)),
            ("..", "", Some(PluginFault::BadProgram)),
            (".obfs-local", "", Some(PluginFault::BadProgram)),
            ("-rf", "", Some(PluginFault::BadProgram)),
            ("--server", "", Some(PluginFault::BadProgram)),
            ("$(reboot)", "", Some(PluginFault::BadProgram)),
            ("`reboot`", "", Some(PluginFault::BadProgram)),
            ("obfs-local -rf", "", Some(PluginFault::BadProgram)),
            ("obfs-local;reboot", "", Some(PluginFault::BadProgram)),
            ("obfs-local|sh", "", Some(PluginFault::BadProgram)),
            ("obfs-local&reboot", "", Some(PluginFault::BadProgram)),
            ("%COMSPEC%", "", Some(PluginFault::BadProgram)),
            ("~root", "", Some(PluginFault::BadProgram)),
            ("<b>obfs-local</b>", "", Some(PluginFault::BadProgram)),
            ("obfs\u{202e}local", "", Some(PluginFault::BadProgram)),
            ("/opt/../tmp/obfs-local", "", Some(PluginFault::BadProgram)),
            ("/opt/obfs\u{1b}local", "", Some(PluginFault::BadProgram)),
            ("/opt/\u{202e}lacol-sfbo", "", Some(PluginFault::BadProgram)),
            ("//host/share/obfs-local", "", Some(PluginFault::BadProgram)),
            (r"\\host\share\obfs-local.exe", "", Some(PluginFault::BadProgram)),
            (r"\/host\share\obfs-local.exe", "", Some(PluginFault::BadProgram)),
            (r"..\obfs-local", "", Some(PluginFault::BadProgram)),
            ("C:obfs-local", "", Some(PluginFault::BadProgram)),
            ("obfs\nlocal", "", Some(PluginFault::BadProgram)),
            ("obfs\0local", "", Some(PluginFault::BadProgram)),
            ("obfs-local", "a\0b", Some(PluginFault::BadOptions)),
        ] {
            assert_eq!(fault(program, options), expected, "{program:?} {options:?}");
        }
        assert_eq!(fault(&"p".repeat(MAX_PROGRAM), &"o".repeat(MAX_OPTIONS)), None);
        assert_eq!(fault(&"p".repeat(MAX_PROGRAM + 1), ""), Some(PluginFault::TooLong));
        assert_eq!(fault("p", &"o".repeat(MAX_OPTIONS + 1)), Some(PluginFault::TooLong));
    }

    #[test]
    fn a_network_path_is_no_bare_name() {
        for program in [r"\\host\share\evil.exe", "//host/share/evil", "file:evil"] {
            assert!(!is_bare_name(program), "{program}");
        }
    }

    #[test]
    fn debug_shows_no_options() {
        let spec = PluginSpec::new("v2ray-plugin", "key=hunter2", PluginMode::TcpOnly).unwrap();
        assert!(!format!("{spec:?}").contains("hunter2"));
    }
}
