//! `Codec`: what a direction does to the bytes that pass, a buffer at a time.

use std::io::IoSliceMut;
use std::ops::Range;

use parasol_proto::stream::{ChunkSealer, Opener, StreamError, seal_response};
use parasol_proto::{Key, Method};
use tokio::net::TcpStream;

use crate::buffer::{Buffer, Pieces, Size};
use crate::random::{self, Salt};
use crate::socket::Break;
use crate::source::Source;
use crate::unsent::Unsent;

/// What a direction does to the bytes that pass.
pub(crate) enum Codec {
    /// Nothing.
    Plain,
    /// Plain bytes come, sealed ones go.
    Seal(ChunkSealer),
    /// The same, for the first bytes of a response: its head goes with them.
    SealResponse { method: Method, key: Key, request_salt: Box<[u8]>, salt: Salt },
    /// Sealed bytes come, plain ones go. What is kept was read before and is no whole chunk yet.
    Open { opener: Opener, kept: Vec<u8> },
}

/// What one round of a direction did.
pub(crate) enum Moved {
    /// Nothing was there after all.
    None,
    /// So many bytes were taken, and have left.
    Bytes(usize),
    /// So many bytes were taken, and wait for the other side.
    Waits(usize, Unsent),
    /// The source has finished.
    End,
}

/// The most payload slots in a buffer.
const SLOTS: usize = 16;

impl Codec {
    /// Takes what is there, at most a buffer full, and passes on what the other side takes now. `moved` is told how much
    /// payload that was, as soon as it has been taken. Never waits: a direction without data needs no room for any.
    pub(crate) fn round(
        &mut self,
        from: &mut Source<'_>,
        to: &TcpStream,
        size: &mut Size,
        moved: impl Fn(u64),
    ) -> Result<Moved, Break> {
        match self {
            Codec::Plain => pass(from, to, size, moved),
            Codec::Seal(sealer) => seal(from, to, sealer, size, moved),
            Codec::Open { opener, kept } => open(from, to, opener, kept, size, moved),
            Codec::SealResponse { method, key, request_salt, salt } => {
                let first = first_response(from, to, (*method, key), (request_salt, salt.as_slice()), moved)?;
                Ok(match first {
                    Ok((sealer, moved)) => {
                        *self = Codec::Seal(sealer);
                        moved
                    }
                    Err(nothing) => nothing,
                })
            }
        }
    }
}

/// Bulk is spliced, where that can be. What trickles is copied: that costs less than moving pages for it.
fn pass(from: &mut Source<'_>, to: &TcpStream, size: &mut Size, moved: impl Fn(u64)) -> Result<Moved, Break> {
    #[cfg(target_os = "linux")]
    if *size == Size::Large && !from.is_followed() {
        use crate::splice::{Spliced, round};
        match round(from.stream(), from.room(usize::MAX))? {
            Spliced::End => return Ok(Moved::End),
            Spliced::Bytes(n, loan) => {
                moved(n as u64);
                *size = Size::after(n, usize::MAX);
                return leave(Unsent::Piped(loan), to, n);
            }
            Spliced::Nothing => return Ok(Moved::None),
            Spliced::Impossible => {}
        }
    }
    copy(from, to, size, moved)
}

fn copy(from: &mut Source<'_>, to: &TcpStream, size: &mut Size, moved: impl Fn(u64)) -> Result<Moved, Break> {
    let mut buffer = Buffer::take(*size);
    let room = from.room(buffer.len());
    let n = match from.read(room, || from.stream().try_read(&mut buffer[..room]))? {
        None => return Ok(Moved::None),
        Some(0) => return Ok(Moved::End),
        Some(n) => n,
    };
    *size = Size::after(n, buffer.len());
    from.follow(&buffer[..n])?;
    moved(n as u64);
    leave(Unsent::Part(buffer, 0..n), to, n)
}

fn seal(
    from: &mut Source<'_>,
    to: &TcpStream,
    sealer: &mut ChunkSealer,
    size: &mut Size,
    moved: impl Fn(u64),
) -> Result<Moved, Break> {
    let mut buffer = Buffer::take(*size);
    let n = {
        let mut slots: [IoSliceMut<'_>; SLOTS] = std::array::from_fn(|_| IoSliceMut::new(&mut []));
        let (mut count, mut room, mut rest, mut at) = (0, 0, &mut buffer[..], 0);
        for slot in sealer.slots(rest.len()).take(SLOTS) {
            let (piece, behind) = rest[slot.start - at..].split_at_mut(slot.len());
            (rest, at) = (behind, slot.end);
            let most = from.room(room + piece.len()) - room;
            room += most;
            slots[count] = IoSliceMut::new(&mut piece[..most]);
            count += 1;
        }
        let n = match from.read(room, || from.stream().try_read_vectored(&mut slots[..count]))? {
            None => return Ok(Moved::None),
            Some(0) => return Ok(Moved::End),
            Some(n) => n,
        };
        *size = Size::after(n, room);
        n
    };
    if from.is_followed() {
        let mut left = n;
        for slot in sealer.slots(buffer.len()) {
            let piece = &buffer[slot.start..slot.start + slot.len().min(left)];
            left -= piece.len();
            from.follow(piece)?;
        }
    }
    moved(n as u64);
    let sealed = sealer.seal(&mut buffer, n);
    leave(Unsent::Part(buffer, 0..sealed), to, n)
}

/// The head of a response with the first bytes in it: what seals the rest, and what was moved.
fn first_response(
    from: &mut Source<'_>,
    to: &TcpStream,
    (method, key): (Method, &Key),
    (request_salt, salt): (&[u8], &[u8]),
    moved: impl Fn(u64),
) -> Result<Result<(ChunkSealer, Moved), Moved>, Break> {
    let mut buffer = Buffer::take(Size::Small);
    let n = match from.read(buffer.len(), || from.stream().try_read(&mut buffer))? {
        None => return Ok(Err(Moved::None)),
        Some(0) => return Ok(Err(Moved::End)),
        Some(n) => n,
    };
    moved(n as u64);
    let mut out = Vec::new();
    let sealer = seal_response(method, key, request_salt, &buffer[..n], salt, random::unix_now(), &mut out);
    drop(buffer);
    Ok(Ok((sealer, leave(Unsent::Bytes(out, 0), to, n)?)))
}

fn open(
    from: &mut Source<'_>,
    to: &TcpStream,
    opener: &mut Opener,
    kept: &mut Vec<u8>,
    size: &mut Size,
    moved: impl Fn(u64),
) -> Result<Moved, Break> {
    let mut buffer = Buffer::take_for(kept.len(), *size);
    let room = from.room(buffer.len() - kept.len());
    let n = {
        let free = &mut buffer[kept.len()..][..room];
        match from.read(room, || from.stream().try_read(free))? {
            None => return Ok(Moved::None),
            // An end within a chunk is a cut, not a finish.
            Some(0) if kept.is_empty() && !opener.is_within_chunk() => return Ok(Moved::End),
            Some(0) => return Err(Break::Read),
            Some(n) => n,
        }
    };
    *size = Size::after(n, room);
    buffer[..kept.len()].copy_from_slice(kept);
    let filled = kept.len() + n;
    let mut plain = Pieces::take();
    let opened = opener.open(&mut buffer[..filled], random::unix_now, &mut plain);
    // What was opened before a broken piece is authentic, but nothing of a broken stream is worth delivering late.
    let used = opened.map_err(Break::Sealed)?;
    kept.clear();
    kept.extend_from_slice(&buffer[used..filled]);
    if kept.is_empty() {
        // An idle flow keeps no memory for what it is not in the middle of.
        kept.shrink_to_fit();
    }
    let bytes: usize = plain.iter().map(Range::len).sum();
    if bytes > 0 {
        moved(bytes as u64);
    }
    leave(Unsent::pieces(buffer, plain), to, n)
}

/// Passes on what the other side takes now of `n` bytes.
fn leave(mut unsent: Unsent, to: &TcpStream, n: usize) -> Result<Moved, Break> {
    Ok(if unsent.leave_now(to)? { Moved::Bytes(n) } else { Moved::Waits(n, unsent) })
}

/// Opens what was kept from before, without reading; for the first bytes behind a request's head.
pub(crate) fn open_kept(opener: &mut Opener, kept: &mut Vec<u8>, payload: &mut Vec<u8>) -> Result<(), StreamError> {
    let mut plain = Vec::new();
    let used = opener.open(kept, random::unix_now, &mut plain)?;
    for piece in plain {
        payload.extend_from_slice(&kept[piece]);
    }
    kept.drain(..used);
    Ok(())
}
