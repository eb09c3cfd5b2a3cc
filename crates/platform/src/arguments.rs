//! The arguments that this process was started with, as other users see them in the list of processes.

/// Overwrites with spaces each argument for which `is_secret` holds; it is asked of all, the program's name first. They can be read as before by whoever has read them
/// already; ask for them first. What a list of processes has shown until now, it has shown.
///
/// Linux alone: on macOS links come as events, and on Windows other users do not see arguments.
pub fn hide(mut is_secret: impl FnMut(&str) -> bool) {
    #[cfg(target_os = "linux")]
    if let Err(error) = linux::hide(&mut is_secret) {
        tracing::warn!("a secret argument stays in the list of processes: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = &mut is_secret;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::FileExt;

    /// No system takes more arguments.
    const MOST: u64 = 8 << 20;
    /// `arg_start` and `arg_end` of `/proc/self/stat` (proc_pid_stat(5)), counted from behind the program's name.
    const START: usize = 45;

    pub(super) fn hide(is_secret: &mut dyn FnMut(&str) -> bool) -> io::Result<()> {
        let (start, end) = place(&fs::read_to_string("/proc/self/stat")?).ok_or(io::ErrorKind::InvalidData)?;
        let memory = File::options().read(true).write(true).open("/proc/self/mem")?;
        let mut arguments = vec![0; usize::try_from((end - start).min(MOST)).unwrap_or_default()];
        memory.read_exact_at(&mut arguments, start)?;
        let mut at = start;
        for argument in arguments.split_inclusive(|byte| *byte == 0) {
            let text = argument.strip_suffix(&[0]).unwrap_or(argument);
            if is_secret(&String::from_utf8_lossy(text)) {
                memory.write_all_at(&vec![b' '; text.len()], at)?;
            }
            at += argument.len() as u64;
        }
        zeroize::Zeroize::zeroize(&mut arguments);
        Ok(())
    }

    /// Where the arguments lie. The name before may have brackets and spaces of its own.
    fn place(stat: &str) -> Option<(u64, u64)> {
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(START);
        let (start, end) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        (start > 0 && end >= start).then_some((start, end))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_place_is_found_behind_any_name() {
            let fields = |name: &str| format!("1 ({name}) S {} 4096 8192 1 2 0", ["0"; 44].join(" "));
            for name in ["parasol", ") S 1 2 (", "a b"] {
                assert_eq!(place(&fields(name)), Some((4096, 8192)), "{name}");
            }
            for stat in ["", "1 (parasol) S", "1 (parasol) S 0 0"] {
                assert_eq!(place(stat), None);
            }
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    /// Set for the process that hides its own.
    const HIDES: &str = "PARASOL_TEST_HIDES_ARGUMENTS";

    #[test]
    fn a_hidden_argument_is_in_no_list_of_processes() {
        let line = || std::fs::read("/proc/self/cmdline").unwrap();
        let has = |text: &str| line().windows(text.len()).any(|window| window == text.as_bytes());
        if std::env::var_os(HIDES).is_some() {
            assert!(has("ss://secret@host:1") && has("ss://öther"));
            super::hide(|argument| argument.starts_with("ss://"));
            assert!(!has("secret") && !has("ther@") && has("--exact"));
            return;
        }
        let name = "arguments::tests::a_hidden_argument_is_in_no_list_of_processes";
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", name, "ss://secret@host:1", "ss://öther@host:2"]).env(HIDES, "1");
        let said = again.output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success() && text.contains("1 passed"), "{text}");
    }
}
