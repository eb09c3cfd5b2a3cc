//! The relay: bytes from one socket to another, both ways at once, sealed or opened on the way.
//!
//! Each direction waits without a buffer, takes one when bytes are there, reads them to where they will be sealed or
//! opened, does that in place, and leaves with one write. An end of file goes on as a half-close.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::Shutdown;
use std::ops::Range;

use parasol_proto::stream::{ChunkSealer, Opener, StreamError, seal_response};
use parasol_proto::{Key, Method};
use tokio::io::Interest;
use tokio::net::TcpStream;

use crate::buffer::{Buffer, Size};
use crate::flow::Flow;
use crate::random;
use crate::stats::Direction;
use crate::summary::{FlowEnd, PeerFault};

/// What a direction does to the bytes that pass.
pub(crate) enum Codec {
    /// Nothing.
    Plain,
    /// Plain bytes come, sealed ones go.
    Seal(ChunkSealer),
    /// The same, for the first bytes of a response: its head goes with them.
    SealResponse { method: Method, key: Key, request_salt: Box<[u8]> },
    /// Sealed bytes come, plain ones go. What is kept was read before and is no whole chunk yet.
    Open { opener: Opener, kept: Vec<u8> },
}

/// The two ends of a flow: the one that was accepted and the one that was dialled.
pub(crate) struct Ends<'a> {
    pub(crate) near: &'a TcpStream,
    pub(crate) far: &'a TcpStream,
}

/// Why a direction broke off.
pub(crate) enum Break {
    /// Reading from an end failed, or it ended within a chunk.
    Read,
    /// Writing to an end failed.
    Write,
    /// What came was not sealed as it should be.
    Sealed(StreamError),
}

/// Why relaying stopped.
pub(crate) enum Stopped {
    /// Both ends finished.
    Finished,
    /// The near end was lost.
    NearLost,
    /// The far end was lost.
    FarLost,
    /// The near end sent what is not sealed with our key.
    NearBroke(StreamError),
    /// The far end did.
    FarBroke(StreamError),
}

/// How many bytes a direction may move before other flows of the thread get their turn.
const TURN: usize = 512 * 1024;
/// The most pieces in one vectored write.
const PIECES: usize = 64;
/// The most payload slots in a buffer.
const SLOTS: usize = 16;

/// Relays until both ends have finished or one is lost.
pub(crate) async fn relay(flow: &Flow, ends: Ends<'_>, up: Codec, down: Codec) -> Stopped {
    let Ends { near, far } = ends;
    let up = async {
        pump(flow, near, far, up, Direction::Tx).await.map_err(|error| match error {
            Break::Read => Stopped::NearLost,
            Break::Write => Stopped::FarLost,
            Break::Sealed(error) => Stopped::NearBroke(error),
        })
    };
    let down = async {
        pump(flow, far, near, down, Direction::Rx).await.map_err(|error| match error {
            Break::Read => Stopped::FarLost,
            Break::Write => Stopped::NearLost,
            Break::Sealed(error) => Stopped::FarBroke(error),
        })
    };
    match tokio::try_join!(up, down) {
        Ok(((), ())) => Stopped::Finished,
        Err(stopped) => stopped,
    }
}

impl Stopped {
    /// How a flow ends by this whose far end is a Shadowsocks server.
    pub(crate) fn through_server(self, flow: &Flow) -> FlowEnd {
        match self {
            Stopped::Finished => flow.end_of_stream(),
            Stopped::FarLost if flow.rx() == 0 => FlowEnd::BadPeer(PeerFault::Closed),
            Stopped::FarLost => FlowEnd::BadPeer(PeerFault::Lost),
            Stopped::FarBroke(error) => FlowEnd::BadPeer(error.into()),
            Stopped::NearLost | Stopped::NearBroke(_) => FlowEnd::Done,
        }
    }
}

impl From<StreamError> for PeerFault {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::ClockSkew => PeerFault::ClockSkew,
            StreamError::Replay => PeerFault::Replay,
            _ => PeerFault::NotAuthentic,
        }
    }
}

/// Moves the bytes of one direction until its source has finished.
async fn pump(
    flow: &Flow,
    from: &TcpStream,
    to: &TcpStream,
    mut codec: Codec,
    direction: Direction,
) -> Result<(), Break> {
    let mut size = Size::Small;
    let mut turn = 0;
    loop {
        from.readable().await.map_err(|_| Break::Read)?;
        let moved = match &mut codec {
            Codec::Plain => copy(from, to, &mut size, |n| flow.moved(direction, n)).await?,
            Codec::Seal(sealer) => seal(from, to, sealer, &mut size, |n| flow.moved(direction, n)).await?,
            Codec::Open { opener, kept } => {
                open(from, to, opener, kept, &mut size, |n| flow.moved(direction, n)).await?
            }
            Codec::SealResponse { method, key, request_salt } => {
                match first_response(from, to, *method, key, request_salt, |n| flow.moved(direction, n)).await? {
                    Moved::None => Moved::None,
                    Moved::End => Moved::End,
                    Moved::First(sealer) => {
                        codec = Codec::Seal(sealer);
                        continue;
                    }
                    moved @ Moved::Bytes(_) => moved,
                }
            }
        };
        match moved {
            Moved::None | Moved::First(_) => {}
            Moved::Bytes(n) => {
                turn += n;
                if turn >= TURN {
                    turn = 0;
                    tokio::task::yield_now().await;
                }
            }
            Moved::End => {
                flow.finished(direction);
                // The other side may be gone already; its own direction will find that out.
                let _ = socket2::SockRef::from(to).shutdown(Shutdown::Write);
                return Ok(());
            }
        }
    }
}

/// What one round of a direction did.
enum Moved {
    /// Nothing was there after all.
    None,
    /// So many bytes.
    Bytes(usize),
    /// A response's head and first bytes; this seals the rest.
    First(ChunkSealer),
    /// The source has finished.
    End,
}

async fn copy(from: &TcpStream, to: &TcpStream, size: &mut Size, moved: impl Fn(u64)) -> Result<Moved, Break> {
    let mut buffer = Buffer::take(*size);
    let room = buffer.len();
    let n = match read(from, room, || from.try_read(&mut buffer)) {
        Ok(0) => return Ok(Moved::End),
        Ok(n) => n,
        Err(error) => return nothing_or(error),
    };
    *size = Size::after(n, room);
    moved(n as u64);
    write_all(to, &buffer[..n]).await?;
    Ok(Moved::Bytes(n))
}

async fn seal(
    from: &TcpStream,
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
            room += piece.len();
            slots[count] = IoSliceMut::new(piece);
            count += 1;
        }
        let n = match read(from, room, || from.try_read_vectored(&mut slots[..count])) {
            Ok(0) => return Ok(Moved::End),
            Ok(n) => n,
            Err(error) => return nothing_or(error),
        };
        *size = Size::after(n, room);
        n
    };
    moved(n as u64);
    let sealed = sealer.seal(&mut buffer, n);
    write_all(to, &buffer[..sealed]).await?;
    Ok(Moved::Bytes(n))
}

async fn first_response(
    from: &TcpStream,
    to: &TcpStream,
    method: Method,
    key: &Key,
    request_salt: &[u8],
    moved: impl Fn(u64),
) -> Result<Moved, Break> {
    let mut buffer = Buffer::take(Size::Small);
    let room = buffer.len();
    let n = match read(from, room, || from.try_read(&mut buffer)) {
        Ok(0) => return Ok(Moved::End),
        Ok(n) => n,
        Err(error) => return nothing_or(error),
    };
    moved(n as u64);
    let salt = random::salt(method);
    let mut out = Vec::new();
    let sealer = seal_response(method, key, request_salt, &buffer[..n], salt.as_slice(), random::unix_now(), &mut out);
    drop(buffer);
    write_all(to, &out).await?;
    Ok(Moved::First(sealer))
}

async fn open(
    from: &TcpStream,
    to: &TcpStream,
    opener: &mut Opener,
    kept: &mut Vec<u8>,
    size: &mut Size,
    moved: impl Fn(u64),
) -> Result<Moved, Break> {
    let mut buffer = Buffer::take_for(kept.len(), *size);
    let room = buffer.len() - kept.len();
    let n = {
        let free = &mut buffer[kept.len()..];
        match read(from, room, || from.try_read(free)) {
            // An end within a chunk is a cut, not a finish.
            Ok(0) => return if kept.is_empty() { Ok(Moved::End) } else { Err(Break::Read) },
            Ok(n) => n,
            Err(error) => return nothing_or(error),
        }
    };
    *size = Size::after(n, room);
    buffer[..kept.len()].copy_from_slice(kept);
    let filled = kept.len() + n;
    let mut plain = Vec::new();
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
        write_pieces(to, &buffer, &plain).await?;
    }
    Ok(Moved::Bytes(n))
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

/// Reads once. When less came than there was room for, the socket is taken to be empty, which saves asking it again
/// only to hear that it would block.
fn read(stream: &TcpStream, room: usize, read: impl FnOnce() -> io::Result<usize>) -> io::Result<usize> {
    let mut partial = None;
    let whole = stream.try_io(Interest::READABLE, || match read()? {
        n if n == 0 || n == room => Ok(n),
        n => {
            partial = Some(n);
            Err(io::ErrorKind::WouldBlock.into())
        }
    });
    partial.map_or(whole, Ok)
}

fn nothing_or(error: io::Error) -> Result<Moved, Break> {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(Moved::None),
        _ => Err(Break::Read),
    }
}

/// Writes all of `bytes`.
pub(crate) async fn write_all(to: &TcpStream, mut bytes: &[u8]) -> Result<(), Break> {
    while !bytes.is_empty() {
        match to.try_write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(error) => wait_or(to, &error).await?,
        }
    }
    Ok(())
}

async fn write_pieces(to: &TcpStream, buffer: &[u8], pieces: &[Range<usize>]) -> Result<(), Break> {
    for pieces in pieces.chunks(PIECES) {
        let mut slices: [IoSlice<'_>; PIECES] = std::array::from_fn(|_| IoSlice::new(&[]));
        for (slice, piece) in slices.iter_mut().zip(pieces) {
            *slice = IoSlice::new(&buffer[piece.clone()]);
        }
        let mut slices = &mut slices[..pieces.len()];
        while !slices.is_empty() {
            match to.try_write_vectored(slices) {
                Ok(n) => IoSlice::advance_slices(&mut slices, n),
                Err(error) => wait_or(to, &error).await?,
            }
        }
    }
    Ok(())
}

async fn wait_or(to: &TcpStream, error: &io::Error) -> Result<(), Break> {
    match error.kind() {
        io::ErrorKind::WouldBlock => to.writable().await.map_err(|_| Break::Write),
        io::ErrorKind::Interrupted => Ok(()),
        _ => Err(Break::Write),
    }
}
