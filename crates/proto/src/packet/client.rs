//! `ClientSession`: what a local side keeps for one association.

use std::ops::Range;
use std::sync::Arc;

use super::body::Direction;
use super::keys::{Framing, Keys, read_separate_header};
use super::open::{open_salted, open_stream, open_under_nonce, read_body};
use super::sealer::Sealer;
use super::window::Window;
use super::{BLOCK, Opened, PacketError, RECEIVE_ROOM, SESSION_KEPT, SessionId};
use crate::address::Address;
use crate::aead::{Aead, MAX_NONCE};
use crate::legacy::Ota;
use crate::socks5::UdpHeader;

/// Seals an association's packets to its server and opens the answers.
pub struct ClientSession {
    id: SessionId,
    sealer: Sealer,
    /// The server's session; and the one before, whose last packets may still be under way after a restart.
    server: [Option<Incoming>; 2],
}

/// A session of the server's.
struct Incoming {
    id: SessionId,
    /// For AES 2022.
    aead: Option<Aead>,
    window: Window,
    /// When its last packet came, in Unix time.
    heard: u64,
}

impl ClientSession {
    /// A session of random `id` with the server that has these keys. Only 2022 methods use the id.
    #[must_use]
    pub fn new(keys: Arc<Keys>, id: SessionId) -> ClientSession {
        ClientSession { id, sealer: Sealer::new(keys, id, Direction::Request), server: [None, None] }
    }

    /// Seals `buffer[payload]` in place, for `target`; returns where in `buffer` the packet lies. Before the payload
    /// are [`super::HEAD_ROOM`] and `padding` bytes free, behind it [`super::TAIL_ROOM`].
    ///
    /// `salt` is random, and as long as [`crate::Method::packet_salt_len`]; `padding` is how many bytes of padding to
    /// add, at most [`super::MAX_PADDING`] (only 2022 methods have any); `now` is Unix time in seconds.
    ///
    /// # Panics
    /// When there is no room, too much padding, or a salt of the wrong length.
    pub fn seal(
        &mut self,
        target: &Address,
        buffer: &mut [u8],
        payload: Range<usize>,
        padding: usize,
        salt: &[u8],
        now: u64,
    ) -> Range<usize> {
        self.sealer.seal(target, buffer, payload, padding, salt, now)
    }

    /// How many bytes of a packet [`Self::seal`] writes before the payload.
    #[must_use]
    pub fn head_len(&self, target: &Address, padding: usize) -> usize {
        self.sealer.head_len(target, padding)
    }

    /// How many bytes of a packet [`Self::seal`] writes behind the payload; at most [`super::TAIL_ROOM`].
    #[must_use]
    pub fn tail_len(&self) -> usize {
        self.sealer.tail_len()
    }

    /// Opens an answer in place. `now` is Unix time in seconds.
    ///
    /// # Errors
    /// See [`PacketError`]. The session goes on as if the packet had not come.
    pub fn open(&mut self, packet: &mut [u8], now: u64) -> Result<Opened, PacketError> {
        let keys = self.sealer.keys();
        match &keys.framing {
            Framing::Salted => open_salted(keys, packet).and_then(|opened| with_room(opened, 0)),
            Framing::Stream(method) => {
                let room = if method.iv_len() < RECEIVE_ROOM { RECEIVE_ROOM } else { 0 };
                open_stream(keys, *method, Ota::Off, packet).and_then(|opened| with_room(opened, room))
            }
            Framing::Separate(blocks) => {
                let (header, sealed) = packet.split_first_chunk_mut::<BLOCK>().ok_or(PacketError::TooShort)?;
                blocks.own.decrypt(header);
                let (session, id) = read_separate_header(header);
                let known = self.server.iter().flatten().find(|server| server.id == session);
                if known.is_some_and(|server| !server.window.is_new(id)) {
                    return Err(PacketError::Replay);
                }
                let (aead, fresh) = match known {
                    Some(server) => (server.aead.as_ref(), None),
                    None => (None, Some(keys.session(session))),
                };
                if !aead.or(fresh.as_ref()).is_some_and(|aead| aead.open(&header[4..], sealed)) {
                    return Err(PacketError::NotAuthentic);
                }
                let opened = self.read_body(packet, BLOCK, now)?;
                self.accept(session, id, fresh, now)?;
                Ok(opened)
            }
            Framing::Nonce(aead) => {
                open_under_nonce(aead, packet)?;
                let header = packet[MAX_NONCE..].first_chunk().expect("it was opened with the rest");
                let (session, id) = read_separate_header(header);
                let opened = self.read_body(packet, MAX_NONCE + BLOCK, now)?;
                self.accept(session, id, None, now)?;
                Ok(opened)
            }
        }
    }

    fn read_body(&self, packet: &[u8], at: usize, now: u64) -> Result<Opened, PacketError> {
        read_body(packet, at, Direction::Response(self.id), now).and_then(|opened| with_room(opened, 0))
    }

    /// The packet is good: marks its id as seen. A new session of the server's takes the place of the one before, and
    /// only once that has been silent long enough for everything of it to be too old.
    fn accept(&mut self, session: SessionId, id: u64, aead: Option<Aead>, now: u64) -> Result<(), PacketError> {
        if let Some(server) = self.server.iter_mut().flatten().find(|server| server.id == session) {
            if !server.window.accept(id) {
                return Err(PacketError::Replay);
            }
            server.heard = now;
            return Ok(());
        }
        let [current, before] = &mut self.server;
        if before.as_ref().is_some_and(|before| now.saturating_sub(before.heard) <= SESSION_KEPT) {
            return Err(PacketError::TooManySessions);
        }
        let mut window = Window::new();
        let new = window.accept(id);
        debug_assert!(new, "nothing was seen yet");
        *before = current.replace(Incoming { id: session, aead, window, heard: now });
        Ok(())
    }
}

/// Keeps the promise that a SOCKS5 header fits before the payload, where so much room is before the packet. A name that
/// is not ASCII becomes longer when it is read; no server has reason to send one.
fn with_room(opened: Opened, room: usize) -> Result<Opened, PacketError> {
    let header = UdpHeader::encoded_len(&opened.address);
    if header <= room + opened.payload.start { Ok(opened) } else { Err(PacketError::BadAddress) }
}
