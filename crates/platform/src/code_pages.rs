//! The pages of program files that this process has mapped.

/// Gives back all pages of code and of constants, those of libraries too: what is used again comes again, from the file
/// that the system keeps in memory anyway. A program needs most of both once, when it starts or opens a window, and the
/// system maps what lies around it too; those pages count as this process's own until memory is short everywhere.
///
/// It costs some hundred page faults soon after, so it is for the end of such a phase and not for every minute. Systems
/// other than 64-bit Linux: nothing is done; Windows and macOS take such pages away by themselves.
pub fn give_back_code_pages() {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    linux::give_back();
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod linux {
    use std::ffi::{CStr, c_int, c_void};

    use rustix::param::page_size;

    #[expect(
        unsafe_code,
        reason = "the system has no other call for it, and no library that is linked here wraps it safely"
    )]
    pub(super) fn give_back() {
        // SAFETY: `of_library` takes what it is promised here, and does not unwind.
        unsafe { libc::dl_iterate_phdr(Some(of_library), std::ptr::null_mut()) };
    }

    /// Called for the program and each of its libraries that is wholly loaded. None comes or goes meanwhile: the loader
    /// holds its lock. (`/proc/self/maps` names the same ranges, but half-loaded ones too, and those that the loader has
    /// written to look like the others.)
    #[expect(unsafe_code, reason = "reads what the loader lends")]
    unsafe extern "C" fn of_library(library: *mut libc::dl_phdr_info, _: usize, _: *mut c_void) -> c_int {
        // SAFETY: the loader passes a library of its list, whose name and headers live as long as this call.
        let (base, name, headers) = unsafe {
            let library = &*library;
            if library.dlpi_name.is_null() || library.dlpi_phdr.is_null() {
                return 0;
            }
            let headers = std::slice::from_raw_parts(library.dlpi_phdr, library.dlpi_phnum.into());
            (library.dlpi_addr, CStr::from_ptr(library.dlpi_name), headers)
        };
        // That of the kernel, which is no file.
        if name.to_bytes().starts_with(b"linux-") {
            return 0;
        }
        for header in headers {
            let segment = Segment {
                loaded: header.p_type == libc::PT_LOAD,
                writable: header.p_flags & libc::PF_W != 0,
                start: (base + header.p_vaddr) as usize,
                length: header.p_filesz as usize,
            };
            let Some((start, length)) = segment.pages(page_size()) else { continue };
            // SAFETY: the range is one mapping of a file, private and from the first on not writable, so that no page of it
            // differs from the file: on the next access the same bytes are mapped again. (Only code that was not made to be
            // loaded anywhere would be written to by the loader, and 64-bit programs have none.) An error leaves it as it was.
            let _ = unsafe { libc::madvise(start as *mut c_void, length, libc::MADV_DONTNEED) };
        }
        0
    }

    /// A part of a library, as its program headers say (elf(5)).
    struct Segment {
        loaded: bool,
        /// At some time: what the loader has to write to is protected only after that.
        writable: bool,
        start: usize,
        length: usize,
    }

    impl Segment {
        /// Where the pages of it are that can be given back, and how long: those that the loader has mapped for it.
        fn pages(&self, page: usize) -> Option<(usize, usize)> {
            let start = self.start / page * page;
            let end = self.start.checked_add(self.length)?.checked_next_multiple_of(page)?;
            (self.loaded && !self.writable && end > start).then(|| (start, end - start))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_what_is_never_written_to_is_given_back_and_whole_pages_of_it() {
            let code = || Segment { loaded: true, writable: false, start: 0x55d0_c0a0_0010, length: 0x2000 };
            assert_eq!(code().pages(0x1000), Some((0x55d0_c0a0_0000, 0x3000)));
            for other in [
                Segment { loaded: false, ..code() },
                Segment { writable: true, ..code() },
                Segment { start: 0x1000, length: 0, ..code() },
                Segment { start: usize::MAX, length: 2, ..code() },
                Segment { start: usize::MAX - 2, length: 2, ..code() },
            ] {
                assert_eq!(other.pages(0x1000), None);
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
