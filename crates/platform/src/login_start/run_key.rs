//! What stands in the `Run` key, as pure text and bytes.

use super::ARGUMENT;

/// The command line; `None` where it is longer than any that the system runs. Quoted: without, `C:\Program Files\…` would be
/// taken for a program `C:\Program`.
pub(super) fn command_line(program: &str) -> Option<String> {
    const LONGEST: usize = 260;
    let line = format!("\"{program}\" {ARGUMENT}");
    (line.encode_utf16().count() <= LONGEST).then_some(line)
}

/// Whether Task Manager's record for a value says that the user has switched it off: its first byte is odd then.
pub(super) fn is_switched_off(approved: &[u8]) -> bool {
    approved.first().is_some_and(|first| first & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_one_word() {
        let line = command_line(r"C:\Program Files\Parasol\parasol-desktop.exe");
        assert_eq!(line.as_deref(), Some(r#""C:\Program Files\Parasol\parasol-desktop.exe" --at-login"#));
        assert_eq!(command_line(&"x".repeat(260)), None);
    }

    #[test]
    fn what_task_manager_has_recorded_is_heeded() {
        let on = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let off = [3, 0, 0, 0, 0x4e, 0x9a, 0x1c, 0x51, 0x32, 0xd5, 0xd8, 1];
        let off_by_another = [7, 0, 0, 0];
        assert_eq!([&on[..], &off, &off_by_another, &[6], &[]].map(is_switched_off), [false, true, true, false, false]);
    }
}
