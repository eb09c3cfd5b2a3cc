//! The command that has programs in a terminal go through a port: they look at environment variables. Each shell has a
//! spelling of its own, and each of its own ways to take a text for more than a text.
//!
//! Both spellings of each name are set where they differ: some programs know the small one alone, some the large one.

use std::net::SocketAddr;

use serde::Serialize;
use ts_rs::TS;

/// What reads the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Shell {
    /// sh, bash, zsh and their like.
    Sh,
    /// fish.
    Fish,
    /// PowerShell, on every system.
    PowerShell,
    /// The command prompt of Windows.
    Cmd,
    /// Nushell.
    Nushell,
}

/// The command for one shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TerminalCommand {
    /// Which one.
    pub shell: Shell,
    /// One line.
    pub line: String,
}

/// The commands for all shells, the usual one of this system first.
#[must_use]
pub fn commands(address: SocketAddr) -> Vec<TerminalCommand> {
    let mut shells = Shell::ALL;
    let usual = shells.iter().position(|shell| *shell == Shell::USUAL).unwrap_or_default();
    shells[..=usual].rotate_right(1);
    Vec::from(shells.map(|shell| TerminalCommand { shell, line: shell.command(address) }))
}

impl Shell {
    /// All of them.
    pub const ALL: [Shell; 5] = [Shell::Sh, Shell::Fish, Shell::PowerShell, Shell::Cmd, Shell::Nushell];
    /// The one that most people have here.
    pub const USUAL: Shell = if cfg!(windows) { Shell::PowerShell } else { Shell::Sh };

    /// One line that has programs which are started from this shell go through the mixed port at `address`.
    #[must_use]
    pub fn command(self, address: SocketAddr) -> String {
        let url = format!("http://{address}");
        let variables = [("http_proxy", &*url), ("https_proxy", &url), ("all_proxy", &url), ("no_proxy", DIRECTLY)];
        let mut assigned = Vec::new();
        for (name, value) in variables {
            assigned.push(self.assigned(name, value));
            // On Windows the two are one; PowerShell runs elsewhere, too.
            if self != Shell::Cmd {
                assigned.push(self.assigned(&name.to_ascii_uppercase(), value));
            }
        }
        match self {
            Shell::Sh => format!("export {}", assigned.join(" ")),
            Shell::Fish | Shell::PowerShell => assigned.join("; "),
            // Without a space, which would belong to the value before it.
            Shell::Cmd => assigned.join("&"),
            Shell::Nushell => format!("load-env {{{}}}", assigned.join(", ")),
        }
    }

    /// The values are URLs of addresses and lists of hosts: letters, digits and `:/.,[]`, of which no shell makes anything
    /// between these quotes, nor `cmd` without.
    fn assigned(self, name: &str, value: &str) -> String {
        match self {
            Shell::Sh => format!("{name}='{value}'"),
            Shell::Fish => format!("set -gx {name} '{value}'"),
            Shell::PowerShell => format!("$env:{name}='{value}'"),
            Shell::Cmd => format!("set {name}={value}"),
            Shell::Nushell => format!("{name}: '{value}'"),
        }
    }
}

/// What programs are to reach without us.
const DIRECTLY: &str = "localhost,127.0.0.1,::1";

#[cfg(test)]
mod tests {
    use super::*;

    fn at(shell: Shell) -> String {
        shell.command("127.0.0.1:1080".parse().unwrap())
    }

    #[test]
    fn each_shell_has_its_spelling() {
        let url = "http://127.0.0.1:1080";
        let hosts = "localhost,127.0.0.1,::1";
        assert_eq!(
            at(Shell::Sh),
            format!(
                "export http_proxy='{url}' HTTP_PROXY='{url}' https_proxy='{url}' HTTPS_PROXY='{url}' \
                 all_proxy='{url}' ALL_PROXY='{url}' no_proxy='{hosts}' NO_PROXY='{hosts}'"
            )
        );
        assert!(at(Shell::Fish).starts_with(&format!("set -gx http_proxy '{url}'; set -gx HTTP_PROXY '{url}'; ")));
        assert!(at(Shell::PowerShell).ends_with(&format!("; $env:no_proxy='{hosts}'; $env:NO_PROXY='{hosts}'")));
        assert_eq!(
            at(Shell::Cmd),
            format!("set http_proxy={url}&set https_proxy={url}&set all_proxy={url}&set no_proxy={hosts}")
        );
        assert!(at(Shell::Nushell).starts_with(&format!("load-env {{http_proxy: '{url}', HTTP_PROXY: '{url}', ")));
        assert!(at(Shell::Nushell).ends_with(&format!("NO_PROXY: '{hosts}'}}")));
    }

    #[test]
    fn all_are_offered_and_the_usual_one_first() {
        let offered = commands("[::1]:1080".parse().unwrap());
        assert_eq!(offered[0].shell, Shell::USUAL);
        for shell in Shell::ALL {
            assert_eq!(offered.iter().filter(|one| one.shell == shell).count(), 1);
        }
        assert!(offered.iter().all(|one| one.line.contains("http://[::1]:1080") && one.line.lines().count() == 1));
    }

    /// What a program that is started from this shell then finds.
    #[cfg(unix)]
    fn found_in(shell: Shell, program: &str) -> Vec<String> {
        let script = format!("{}; env", at(shell));
        let home = tempfile::tempdir().unwrap();
        let mut command = std::process::Command::new(program);
        command.args(["-c", &script]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        let said = command.env("HOME", home.path()).output().expect("the shell is installed");
        let text = String::from_utf8(said.stdout).unwrap();
        let mut lines: Vec<String> =
            text.lines().filter(|line| line.contains("127.0.0.1")).map(str::to_owned).collect();
        lines.sort();
        lines
    }

    #[cfg(unix)]
    const FOUND: [&str; 8] = [
        "ALL_PROXY=http://127.0.0.1:1080",
        "HTTPS_PROXY=http://127.0.0.1:1080",
        "HTTP_PROXY=http://127.0.0.1:1080",
        "NO_PROXY=localhost,127.0.0.1,::1",
        "all_proxy=http://127.0.0.1:1080",
        "http_proxy=http://127.0.0.1:1080",
        "https_proxy=http://127.0.0.1:1080",
        "no_proxy=localhost,127.0.0.1,::1",
    ];

    #[cfg(unix)]
    #[test]
    fn sh_takes_it_as_it_is_meant() {
        assert_eq!(found_in(Shell::Sh, "sh"), FOUND);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn fish_takes_it_as_it_is_meant() {
        assert_eq!(found_in(Shell::Fish, "fish"), FOUND);
    }
}
