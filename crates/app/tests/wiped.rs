//! No memory that is given back still holds what was read.
// The only way to see what is given back.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use parasol_app::wiped;

/// Of the secret only: nothing else is made of this byte.
const SECRET: u8 = 0xa7;
const LEN: usize = 100_000;

/// Blocks that were given back with the secret in them.
static LEFT: AtomicUsize = AtomicUsize::new(0);

struct Looks;

#[global_allocator]
static LOOKS: Looks = Looks;

// SAFETY: the system's allocator does it all; `realloc` is the trait's own, which allocates, copies and frees.
unsafe impl GlobalAlloc for Looks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises; zeroed, so that what is looked at has been written.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller has all of the block, and it was zeroed before anything was written.
        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
        if bytes.windows(16).any(|bytes| bytes == [SECRET; 16]) {
            LEFT.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How many blocks with the secret are given back by what is done.
fn left(done: impl FnOnce()) -> usize {
    let before = LEFT.load(Ordering::Relaxed);
    done();
    LEFT.load(Ordering::Relaxed) - before
}

/// One test alone, since all would count the same blocks.
#[test]
fn no_copy_of_what_is_read_is_left_behind() {
    let secret = || std::io::repeat(SECRET).take(LEN as u64);
    for expected in [0, 1, LEN - 1, LEN, LEN * 2] {
        let read = || assert!(*wiped::read(secret(), expected, usize::MAX - 1).unwrap() == [SECRET; LEN]);
        assert_eq!(left(read), 0, "{expected}");
    }
    let careless = || assert_eq!(secret().read_to_end(&mut Vec::new()).unwrap(), LEN);
    assert!(left(careless) > 1, "the look at what is given back sees it");
}
