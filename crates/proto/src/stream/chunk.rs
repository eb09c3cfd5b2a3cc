//! Chunks: how both families carry payload once the head is over.
//! ```text
//! ┌──────────────┬─────┬──────────────┬─────┐
//! │ length u16be │ tag │ payload      │ tag │   length: 0..=0x3FFF in AEAD-2017, 0..=0xFFFF in AEAD-2022
//! │ 2, sealed    │ 16  │ n, sealed    │ 16  │   two nonces a chunk
//! └──────────────┴─────┴──────────────┴─────┘
//! ```

use std::ops::Range;

use super::cipher::Cipher;
use super::{StreamError, TAG};
use crate::method::{Family, Method};

/// Bytes that a chunk adds to its payload.
pub const CHUNK_OVERHEAD: usize = LENGTH + TAG;
/// The sealed length field.
const LENGTH: usize = 2 + TAG;

/// The longest payload of a chunk.
pub(super) const fn max_payload(method: Method) -> usize {
    match method.family() {
        Family::Aead2017 => 0x3FFF,
        Family::Aead2022 => 0xFFFF,
    }
}

/// Seals the payload of one direction, many chunks at a time and in place.
pub struct ChunkSealer {
    cipher: Cipher,
    max: usize,
}

impl ChunkSealer {
    pub(super) fn new(cipher: Cipher, method: Method) -> ChunkSealer {
        ChunkSealer { cipher, max: max_payload(method) }
    }

    /// The places in a buffer of `room` bytes where payload is to be read to, in order, so that [`ChunkSealer::seal`]
    /// finds it in place. Every slot but the last is as long as a chunk can be.
    pub fn slots(&self, room: usize) -> impl Iterator<Item = Range<usize>> {
        let stride = self.max + CHUNK_OVERHEAD;
        let max = self.max;
        (0..room).step_by(stride).filter_map(move |at| {
            let start = at + LENGTH;
            let end = (start + max).min(room.saturating_sub(TAG));
            (start < end).then_some(start..end)
        })
    }

    /// Seals `payload` bytes that lie in the slots of `buffer`, each slot filled before the next is begun. The sealed
    /// chunks lie at the head of `buffer`; returns how long they are.
    ///
    /// # Panics
    /// When the slots of `buffer` cannot hold `payload` bytes.
    pub fn seal(&mut self, buffer: &mut [u8], payload: usize) -> usize {
        let (mut left, mut at) = (payload, 0);
        while left > 0 {
            let n = left.min(self.max);
            self.seal_chunk(&mut buffer[at..at + CHUNK_OVERHEAD + n]);
            at += CHUNK_OVERHEAD + n;
            left -= n;
        }
        at
    }

    /// Appends `payload` to `out` in chunks, copying it.
    pub(super) fn append(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        for piece in payload.chunks(self.max) {
            let at = out.len();
            out.resize(at + LENGTH, 0);
            out.extend_from_slice(piece);
            out.resize(out.len() + TAG, 0);
            self.seal_chunk(&mut out[at..]);
        }
    }

    fn seal_chunk(&mut self, chunk: &mut [u8]) {
        let len = u16::try_from(chunk.len() - CHUNK_OVERHEAD).expect("a chunk's payload is at most 0xFFFF");
        chunk[..2].copy_from_slice(&len.to_be_bytes());
        self.cipher.seal(&mut chunk[..LENGTH]);
        self.cipher.seal(&mut chunk[LENGTH..]);
    }
}

/// Opens the chunks of one direction in place.
pub(super) struct ChunkOpener {
    cipher: Cipher,
    max: usize,
    /// Set between the two halves of a chunk: how long its payload is.
    payload: Option<usize>,
}

impl ChunkOpener {
    pub(super) fn new(cipher: Cipher, method: Method) -> ChunkOpener {
        ChunkOpener { cipher, max: max_payload(method), payload: None }
    }

    /// Makes the next thing on the wire a bare payload of `len`, as behind a 2022 response's fixed header.
    pub(super) fn expect_payload(&mut self, len: usize) {
        self.payload = Some(len);
    }

    /// Opens every whole piece at `sealed[from..]` in place, pushes where each payload lies, and returns how far it
    /// came. What is behind that point must be shown again with more bytes.
    pub(super) fn open(
        &mut self,
        sealed: &mut [u8],
        from: usize,
        plain: &mut Vec<Range<usize>>,
    ) -> Result<usize, StreamError> {
        let mut at = from;
        loop {
            let len = match self.payload {
                Some(len) => len,
                None => {
                    let Some(piece) = sealed.get_mut(at..at + LENGTH) else { return Ok(at) };
                    if !self.cipher.open(piece) {
                        return Err(StreamError::NotAuthentic);
                    }
                    let len = usize::from(u16::from_be_bytes([piece[0], piece[1]]));
                    if len > self.max {
                        return Err(StreamError::ChunkTooLong);
                    }
                    at += LENGTH;
                    *self.payload.insert(len)
                }
            };
            let Some(piece) = sealed.get_mut(at..at + len + TAG) else { return Ok(at) };
            if !self.cipher.open(piece) {
                return Err(StreamError::NotAuthentic);
            }
            if len > 0 {
                plain.push(at..at + len);
            }
            at += len + TAG;
            self.payload = None;
        }
    }

    /// True between the two halves of a chunk.
    pub(super) fn is_within_chunk(&self) -> bool {
        self.payload.is_some()
    }

    /// Seals nothing and opens one bare piece, as the headers of a 2022 stream are.
    pub(super) fn open_piece(&mut self, piece: &mut [u8]) -> Result<(), StreamError> {
        self.cipher.open(piece).then_some(()).ok_or(StreamError::NotAuthentic)
    }
}
