//! `RunOnce` of Windows: the command lines there are run when the user logs in, each removed before it is.

use std::path::Path;

use super::RELEASE_ARGS;

/// Of the value; so it is named in the journal, too.
#[cfg(windows)]
pub(super) const NAME: &str = "Parasol gives the system proxy back";

/// The command line; `None` for paths that none can hold, or that are too long for it.
pub(super) fn line(program: &Path, journal: &Path) -> Option<String> {
    let quoted = |path: &Path| {
        // No name of a file holds a quotation mark there.
        let text = path.to_str().filter(|text| !text.contains('"') && !text.chars().any(char::is_control))?;
        Some(format!("\"{text}\""))
    };
    let line = format!("{} {} {}", quoted(program)?, RELEASE_ARGS.join(" "), quoted(journal)?);
    (line.encode_utf16().count() <= LONGEST).then_some(line)
}

/// Windows runs no longer one.
const LONGEST: usize = 260;

#[cfg(windows)]
const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\RunOnce";

#[cfg(windows)]
pub(super) fn write(line: &str) -> std::io::Result<()> {
    Ok(windows_registry::CURRENT_USER.create(KEY)?.set_string(NAME, line)?)
}

#[cfg(windows)]
pub(super) fn remove() -> std::io::Result<()> {
    if is_there() { Ok(windows_registry::CURRENT_USER.create(KEY)?.remove_value(NAME)?) } else { Ok(()) }
}

#[cfg(windows)]
pub(super) fn is_there() -> bool {
    windows_registry::CURRENT_USER.open(KEY).is_ok_and(|key| key.get_type(NAME).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_quoted_and_no_longer_than_windows_runs() {
        let program = Path::new(r"C:\Program Files\Parasol\parasol.exe");
        let written = line(program, Path::new(r"C:\Users\An na\j.json"));
        let wanted = r#""C:\Program Files\Parasol\parasol.exe" proxy release --journal "C:\Users\An na\j.json""#;
        assert_eq!(written.as_deref(), Some(wanted));
        assert_eq!(line(program, Path::new("C:\\a\" & calc")), None);
        assert_eq!(line(program, Path::new("C:\\a\n")), None);
        let longest = LONGEST - line(program, Path::new("")).unwrap().len();
        assert!(line(program, Path::new(&"x".repeat(longest))).is_some());
        assert_eq!(line(program, Path::new(&"x".repeat(longest + 1))), None);
    }
}
