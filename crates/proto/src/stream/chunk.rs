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
use crate::legacy::StreamCipher;
use crate::legacy::ota::{self, ChunkTags};
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
        Family::Stream => usize::MAX,
    }
}

/// Seals the payload of one direction, many chunks at a time and in place. (A legacy stream is one endless chunk.)
pub struct ChunkSealer {
    cipher: Sealing,
    frame: Frame,
}

/// What seals a chunk.
enum Sealing {
    Aead(Cipher),
    /// Legacy: nothing but the payload.
    Stream(StreamCipher),
    /// Legacy with one-time authentication.
    Ota(StreamCipher, ChunkTags),
}

/// How a chunk lies in a buffer.
#[derive(Clone, Copy)]
struct Frame {
    /// Bytes before the payload.
    before: usize,
    /// Bytes behind it.
    behind: usize,
    /// The longest payload.
    max: usize,
}

impl ChunkSealer {
    pub(super) fn new(cipher: Cipher, method: Method) -> ChunkSealer {
        let frame = Frame { before: LENGTH, behind: TAG, max: max_payload(method) };
        ChunkSealer { cipher: Sealing::Aead(cipher), frame }
    }

    /// One stream without chunks.
    pub(super) fn stream(cipher: StreamCipher) -> ChunkSealer {
        ChunkSealer { cipher: Sealing::Stream(cipher), frame: Frame { before: 0, behind: 0, max: usize::MAX } }
    }

    /// Chunks with one-time authentication.
    pub(super) fn ota(cipher: StreamCipher, tags: ChunkTags) -> ChunkSealer {
        let frame = Frame { before: ota::CHUNK_HEAD, behind: 0, max: ota::MAX_CHUNK };
        ChunkSealer { cipher: Sealing::Ota(cipher, tags), frame }
    }

    /// The places in a buffer of `room` bytes where payload is to be read to, in order, so that [`ChunkSealer::seal`]
    /// finds it in place. Every slot but the last is as long as a chunk can be.
    pub fn slots(&self, room: usize) -> impl Iterator<Item = Range<usize>> {
        let Frame { before, behind, max } = self.frame;
        (0..room).step_by(max.saturating_add(before + behind)).filter_map(move |at| {
            let start = at + before;
            let end = start.saturating_add(max).min(room.saturating_sub(behind));
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
            let n = left.min(self.frame.max);
            let len = self.frame.before + n + self.frame.behind;
            self.seal_chunk(&mut buffer[at..at + len]);
            at += len;
            left -= n;
        }
        at
    }

    /// Appends `payload` to `out` in chunks, copying it.
    pub(super) fn append(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        for piece in payload.chunks(self.frame.max) {
            let at = out.len();
            out.resize(at + self.frame.before, 0);
            out.extend_from_slice(piece);
            out.resize(out.len() + self.frame.behind, 0);
            self.seal_chunk(&mut out[at..]);
        }
    }

    fn seal_chunk(&mut self, chunk: &mut [u8]) {
        let length =
            |payload: usize| u16::try_from(payload).expect("a chunk's payload is at most 0xFFFF").to_be_bytes();
        match &mut self.cipher {
            Sealing::Aead(cipher) => {
                let len = length(chunk.len() - CHUNK_OVERHEAD);
                chunk[..2].copy_from_slice(&len);
                cipher.seal(&mut chunk[..LENGTH]);
                cipher.seal(&mut chunk[LENGTH..]);
            }
            Sealing::Stream(cipher) => cipher.seal(chunk),
            Sealing::Ota(cipher, tags) => {
                let (head, data) = chunk.split_at_mut(ota::CHUNK_HEAD);
                head[..2].copy_from_slice(&length(data.len()));
                head[2..].copy_from_slice(&tags.next(data));
                cipher.seal(chunk);
            }
        }
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
