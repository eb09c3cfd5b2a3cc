//! The bytes that bulk flows carry: one block without short periods, repeated without end.

use std::fs::File;
use std::io::{self, Write};

use crate::sys;

const BLOCK: usize = 4 << 20;
/// The most that one call sends: as much as a fast sender gives a socket at once.
const AT_ONCE: usize = 1 << 20;

/// The block, for comparing and for sending.
pub(crate) struct Pattern {
    bytes: Vec<u8>,
    /// The same in a file in memory, from where sendfile takes it.
    file: File,
}

impl Pattern {
    pub(crate) fn new() -> io::Result<Pattern> {
        let mut bytes = vec![0; BLOCK];
        let mut x = 0x9E37_79B9_7F4A_7C15_u64;
        for word in bytes.chunks_exact_mut(8) {
            // xorshift64
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            word.copy_from_slice(&x.to_le_bytes());
        }
        let mut file = sys::memory_file()?;
        file.write_all(&bytes)?;
        Ok(Pattern { bytes, file })
    }

    /// Sends some of it, from the `position`th byte of the flow on.
    pub(crate) fn send(&self, socket: &impl std::os::fd::AsFd, position: u64) -> io::Result<usize> {
        let at = (position % BLOCK as u64) as usize;
        sys::send_file(socket, &self.file, at, (BLOCK - at).min(AT_ONCE))
    }

    /// Whether `received` is what belongs at `position`.
    pub(crate) fn matches(&self, mut position: u64, mut received: &[u8]) -> bool {
        while !received.is_empty() {
            let at = (position % BLOCK as u64) as usize;
            let n = received.len().min(BLOCK - at);
            if received[..n] != self.bytes[at..at + n] {
                return false;
            }
            received = &received[n..];
            position += n as u64;
        }
        true
    }
}
