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
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;

    use rustix::param::page_size;

    #[expect(
        unsafe_code,
        reason = "the system has no other call for it, and no library that is linked here wraps it safely"
    )]
    pub(super) fn give_back() {
        // Not to be had: it is a saving, nothing depends on it.
        let Ok(pages) = File::open("/proc/self/pagemap") else { return };
        let pages: *const File = &raw const pages;
        // SAFETY: `of_library` takes what it is promised here, which outlives the call, and does not unwind.
        unsafe { libc::dl_iterate_phdr(Some(of_library), pages.cast_mut().cast()) };
    }

    /// Called for the program and each of its libraries that is wholly loaded. None comes or goes meanwhile: the loader
    /// holds its lock. (`/proc/self/maps` names the same ranges, but half-loaded ones too.)
    #[expect(unsafe_code, reason = "reads what the loader lends")]
    unsafe extern "C" fn of_library(library: *mut libc::dl_phdr_info, _: usize, pages: *mut c_void) -> c_int {
        // SAFETY: the loader passes a library of its list, whose name and headers live as long as this call, and what
        // `give_back` has given it.
        let (base, name, headers, map) = unsafe {
            let library = &*library;
            if library.dlpi_name.is_null() || library.dlpi_phdr.is_null() {
                return 0;
            }
            let headers = std::slice::from_raw_parts(library.dlpi_phdr, library.dlpi_phnum.into());
            (library.dlpi_addr, CStr::from_ptr(library.dlpi_name), headers, &*pages.cast::<File>())
        };
        // That of the kernel, which is no file.
        if name.to_bytes().starts_with(b"linux-") {
            return 0;
        }
        for header in headers {
            let segment = Segment {
                loaded: header.p_type == libc::PT_LOAD,
                writable: header.p_flags & libc::PF_W != 0,
                // A difference, which may be less than nothing.
                start: base.wrapping_add(header.p_vaddr) as usize,
                length: header.p_filesz as usize,
            };
            let Some((start, length)) = segment.pages(page_size()) else { continue };
            for (start, length) in of_the_file(map, start, length) {
                // SAFETY: these pages are mapped and the file's own, as the kernel has just said, and nothing writes to them:
                // on the next access the same bytes are mapped again. An error leaves them as they are.
                let _ = unsafe { libc::madvise(start as *mut c_void, length, libc::MADV_DONTNEED) };
            }
        }
        0
    }

    /// The runs of pages in this range that are there and are still the file's: what somebody has changed, as a loader does
    /// with code that was not made to be loaded anywhere, or a debugger, is a copy and would be lost (proc_pid_pagemap(5)).
    fn of_the_file(map: &File, start: usize, length: usize) -> Vec<(usize, usize)> {
        const PRESENT: u64 = 1 << 63;
        const OF_A_FILE: u64 = 1 << 61;
        let page = page_size();
        let mut entries = vec![0; length / page * 8];
        if map.read_exact_at(&mut entries, (start / page * 8) as u64).is_err() {
            return Vec::new();
        }
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, entry) in (start..).step_by(page).zip(entries.chunks_exact(8)) {
            let entry = u64::from_ne_bytes(entry.try_into().expect("eight bytes"));
            if entry & PRESENT == 0 || entry & OF_A_FILE == 0 {
                continue;
            }
            match runs.last_mut() {
                Some((first, length)) if *first + *length == at => *length += page,
                _ => runs.push((at, page)),
            }
        }
        runs
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

        #[test]
        #[expect(unsafe_code, reason = "maps a file as the loader does")]
        fn a_page_that_was_changed_is_none_of_the_files() {
            let page = page_size();
            let mut file = tempfile::tempfile().unwrap();
            std::io::Write::write_all(&mut file, &vec![1; 3 * page]).unwrap();
            let protection = libc::PROT_READ | libc::PROT_WRITE;
            let fd = std::os::fd::AsRawFd::as_raw_fd(&file);
            // SAFETY: nothing is there yet, and it stays until the process ends.
            let at = unsafe { libc::mmap(std::ptr::null_mut(), 3 * page, protection, libc::MAP_PRIVATE, fd, 0) };
            assert_ne!(at, libc::MAP_FAILED);
            // SAFETY: it was just mapped, that long.
            let bytes = unsafe { std::slice::from_raw_parts_mut(at.cast::<u8>(), 3 * page) };
            bytes[page] = 2;
            assert_eq!(bytes[0] + bytes[2 * page], 2, "the other two are there, too");
            let map = File::open("/proc/self/pagemap").unwrap();
            let start = at as usize;
            assert_eq!(of_the_file(&map, start, 3 * page), [(start, page), (start + 2 * page, page)]);
            assert_eq!(of_the_file(&map, start + page, page), []);
        }
    }
}
