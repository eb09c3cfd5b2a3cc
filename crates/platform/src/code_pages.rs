//! The pages of program code that this process has mapped.

/// Gives back all pages of code, those of libraries too: what is run again comes again, from the file that the system keeps
/// in memory anyway. A program runs most of its code once, when it starts or opens a window, and the system maps what lies
/// around it too; those pages count as this process's own until memory is short everywhere.
///
/// It costs some hundred page faults soon after, so it is for the end of such a phase and not for every minute. Systems
/// other than Linux: nothing is done; Windows and macOS take such pages away by themselves.
pub fn give_back_code_pages() {
    #[cfg(target_os = "linux")]
    linux::give_back();
}

#[cfg(target_os = "linux")]
mod linux {
    pub(super) fn give_back() {
        // Not to be read or not to be had: it is a saving, nothing depends on it.
        let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return };
        for (start, length) in maps.lines().filter_map(code) {
            give_back_one(start, length);
        }
    }

    #[expect(
        unsafe_code,
        reason = "the system has no other call for it, and no library that is linked here wraps it safely"
    )]
    fn give_back_one(start: usize, length: usize) {
        // SAFETY: the range is one mapping of a file, private and not writable, as the kernel has just listed it, so that
        // no page of it differs from the file: on the next access the same bytes are mapped again. Code is not unmapped
        // while the program runs (plugins of GTK stay), and of a range that was, only an error is left.
        let _ = unsafe { libc::madvise(start as *mut libc::c_void, length, libc::MADV_DONTNEED) };
    }

    /// Where a line of `/proc/self/maps` (proc_pid_maps(5)) is a file's code, and how long. Mappings that are merely read
    /// are left alone: the loader has written to some of them.
    fn code(line: &str) -> Option<(usize, usize)> {
        let mut fields = line.split_ascii_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        let is_code = fields.next()? == "r-xp";
        // Offset, device, inode, path: what is no file ([vdso]) has none that begins with a slash.
        let is_of_a_file = fields.nth(3).is_some_and(|path| path.starts_with('/'));
        let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
        (is_code && is_of_a_file).then_some((start, end.checked_sub(start)?))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_code_of_files_is_given_back() {
            let line = "55d0c0a00000-55d0c0fad000 r-xp 001b8000 fe:00 1234   /usr/bin/parasol";
            assert_eq!(code(line), Some((0x55d0_c0a0_0000, 0x5a_d000)));
            for other in [
                "",
                "55d0c0a00000",
                "55d0c0a00000-55d0c0fad000 r--p 001b8000 fe:00 1234   /usr/bin/parasol",
                "55d0c0a00000-55d0c0fad000 rwxp 001b8000 fe:00 1234   /usr/bin/parasol",
                "7ffd1a9f2000-7ffd1a9f4000 r-xp 00000000 00:00 0      [vdso]",
                "7ffd1a9f2000-7ffd1a9f4000 r-xp 00000000 00:00 0",
                "7ffd1a9f4000-7ffd1a9f2000 r-xp 00000000 fe:00 1234   /usr/bin/parasol",
                "x-y r-xp 00000000 fe:00 1234   /usr/bin/parasol",
            ] {
                assert_eq!(code(other), None, "{other}");
            }
        }

        #[test]
        fn less_is_resident_afterwards_and_the_program_runs_on() {
            // Resident pages of files, KiB: everything that has run until here, the test's whole harness.
            let of_files = || {
                let status = std::fs::read_to_string("/proc/self/status").unwrap();
                let line = status.lines().find_map(|line| line.strip_prefix("RssFile:")).unwrap();
                line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
            };
            let before = of_files();
            give_back();
            let after = of_files();
            assert!(after < before, "{before} and {after} KiB");
            assert_eq!("runs on".to_uppercase(), "RUNS ON");
        }
    }
}
