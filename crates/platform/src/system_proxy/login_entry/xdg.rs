//! Autostart of the desktops of Linux: a desktop entry in `~/.config/autostart` (the Desktop Application Autostart
//! Specification and the Desktop Entry Specification of freedesktop.org).

use std::path::Path;

use super::RELEASE_ARGS;

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
    let (program, journal) = (quoted(program)?, quoted(journal)?);
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

/// An argument of `Exec`: quoted, then escaped once more, as every value of an entry is. A percent sign is doubled.
fn quoted(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control))?;
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '`' | '$' => quoted.extend(["\\\\", char.encode_utf8(&mut [0; 4])]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_so_that_the_desktop_reads_the_same() {
        for (path, written) in [
            ("/usr/bin/parasol", r#""/usr/bin/parasol""#),
            ("/home/An na/.config/x.json", r#""/home/An na/.config/x.json""#),
            (r#"/a"b`c$d"#, r#""/a\\"b\\`c\\$d""#),
            (r"/a\b", r#""/a\\\\b""#),
            ("/100%", r#""/100%%""#),
            ("/прокси/代理", r#""/прокси/代理""#),
        ] {
            assert_eq!(quoted(Path::new(path)).as_deref(), Some(written), "{path}");
        }
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
