//! Autostart of the desktops of Linux: a desktop entry in `~/.config/autostart` (the Desktop Application Autostart
//! Specification and the Desktop Entry Specification of freedesktop.org).

use std::path::Path;

use super::RELEASE_ARGS;
use crate::desktop_entry::argument;

pub(super) const NAME: &str = "parasol-release-proxy.desktop";

/// `None` where there is no home.
#[cfg(not(any(windows, target_os = "macos")))]
pub(super) fn directory() -> Option<std::path::PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(std::path::PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(config.join("autostart"))
}

/// The entry; `None` for a path that no entry can hold.
pub(super) fn text(program: &Path, journal: &Path) -> Option<String> {
    let (program, journal) = (argument(program)?, argument(journal)?);
    Some(format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name=Parasol: give the system proxy back\n\
         Comment=There only while Parasol has set the system proxy\n\
         Exec={program} {} {journal}\n\
         Terminal=false\n\
         NoDisplay=true\n",
        RELEASE_ARGS.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_no_entry_can_hold_has_none() {
        for path in ["/a\nExec=evil", "/a\0", "/a\u{1b}"] {
            assert_eq!(text(Path::new(path), Path::new("/j")), None, "{path:?}");
            assert_eq!(text(Path::new("/p"), Path::new(path)), None, "{path:?}");
        }
    }

    #[test]
    fn the_entry_runs_one_command() {
        let text = text(Path::new("/usr/bin/parasol"), Path::new("/j.json")).unwrap();
        assert!(text.starts_with("[Desktop Entry]\nType=Application\n"));
        assert_eq!(text.matches("\nExec=\"/usr/bin/parasol\" proxy release --journal \"/j.json\"\n").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_has_no_entry() {
        use std::os::unix::ffi::OsStrExt;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"/a\xff"));
        assert_eq!(text(odd, Path::new("/j")), None);
    }
}
