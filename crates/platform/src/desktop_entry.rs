//! Desktop entries: the small files by which desktops know programs (the Desktop Entry Specification of freedesktop.org).

#[cfg(target_os = "linux")]
mod own;

use std::path::Path;

#[cfg(target_os = "linux")]
pub(crate) use self::own::{program, replace};

/// A path as the value of a key; `None` for one that no entry can hold.
#[cfg(target_os = "linux")]
pub(crate) fn value(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|text| !text.contains(char::is_control))?;
    Some(text.replace('\\', "\\\\"))
}

/// A path as one argument of `Exec`: quoted, then escaped once more as every value is. A percent sign is doubled.
pub(crate) fn argument(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|text| !text.contains(char::is_control))?;
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '`' | '$' => {
                quoted.push_str("\\\\");
                quoted.push(char);
            }
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_letters_is_one_argument() {
        for (path, quoted, plain) in [
            ("/opt/Parasol 1/x", r#""/opt/Parasol 1/x""#, "/opt/Parasol 1/x"),
            (r#"/a"b$c`d%e"#, r#""/a\\"b\\$c\\`d%%e""#, r#"/a"b$c`d%e"#),
            (r"/a\b", r#""/a\\\\b""#, r"/a\\b"),
            ("/прокси/代理", r#""/прокси/代理""#, "/прокси/代理"),
        ] {
            assert_eq!(argument(Path::new(path)).as_deref(), Some(quoted));
            #[cfg(target_os = "linux")]
            assert_eq!(value(Path::new(path)).as_deref(), Some(plain));
            #[cfg(not(target_os = "linux"))]
            let _ = plain;
        }
        for path in ["/a\nExec=evil", "/a\0", "/a\u{1b}"] {
            assert_eq!(argument(Path::new(path)), None, "{path:?}");
            #[cfg(target_os = "linux")]
            assert_eq!(value(Path::new(path)), None, "{path:?}");
        }
    }
}
