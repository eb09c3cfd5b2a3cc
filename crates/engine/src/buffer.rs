//! Buffers of the data path, from a pool of each relay thread. A flow holds one only while it has data in hand.

use std::cell::{Cell, RefCell};
use std::ops::{Deref, DerefMut, Range};

/// Room for one chunk of AEAD-2017, or a request: what a slow flow needs.
const SMALL: usize = 16 * 1024 + 256;
/// Room for sixteen whole chunks of AEAD-2017, or four of AEAD-2022: what a bulk transfer fills in one read.
const LARGE: usize = 16 * (0x3FFF + 34);
/// Free buffers of each size that a thread keeps.
const KEPT: usize = 4;

thread_local! {
    /// The one piece of state that hangs on a thread: buffers have no content between two uses.
    static POOL: RefCell<[Vec<Box<[u8]>>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
    /// The same for lists of pieces.
    static PIECES: Cell<Vec<Range<usize>>> = const { Cell::new(Vec::new()) };
}

/// Which size of buffer a direction should take next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Small,
    Large,
}

impl Size {
    /// After a read that got `read` of the `room` there was: more room for what fills it, less for what does not.
    pub(crate) fn after(read: usize, room: usize) -> Size {
        if read == room || read > SMALL { Size::Large } else { Size::Small }
    }

    const fn bytes(self) -> usize {
        match self {
            Size::Small => SMALL,
            Size::Large => LARGE,
        }
    }
}

/// A buffer on loan from this thread's pool; its content is whatever the last user left.
pub(crate) struct Buffer {
    bytes: Box<[u8]>,
    size: Size,
}

impl Buffer {
    pub(crate) fn take(size: Size) -> Buffer {
        let bytes = POOL.with_borrow_mut(|pool| pool[size as usize].pop());
        Buffer { bytes: bytes.unwrap_or_else(|| vec![0; size.bytes()].into_boxed_slice()), size }
    }

    /// A buffer for a direction that has `kept` bytes of an unfinished chunk: one with room for the whole of it.
    pub(crate) fn take_for(kept: usize, size: Size) -> Buffer {
        Buffer::take(if kept > SMALL / 2 { Size::Large } else { size })
    }
}

impl Deref for Buffer {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        // A thread that is ending has no pool any more; then the buffer just goes.
        let _ = POOL.try_with(|pool| {
            let free = &mut pool.borrow_mut()[self.size as usize];
            if free.len() < KEPT {
                free.push(bytes);
            }
        });
    }
}

/// Where in a buffer what was opened lies. On loan as well; empty at first.
pub(crate) struct Pieces(Vec<Range<usize>>);

impl Pieces {
    pub(crate) fn take() -> Pieces {
        Pieces(PIECES.take())
    }
}

impl Deref for Pieces {
    type Target = Vec<Range<usize>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Pieces {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        let mut pieces = std::mem::take(&mut self.0);
        pieces.clear();
        let _ = PIECES.try_with(|place| place.set(pieces));
    }
}
