//! Shadowsocks UDP packets, sans I/O: sealed and opened in place, in the buffer that they leave from or came in.
//!
//! ```text
//! AEAD-2017 (SIP004)
//!   both       salt 16/24/32 │ address │ payload │ tag 16
//! AEAD-2022 (SIP022), AES
//!   request    separate header 16 │ identity headers 16 each │ body │ tag 16
//!   response   separate header 16 │ body │ tag 16
//! AEAD-2022, ChaCha20
//!   both       nonce 24 │ session id 8 │ packet id u64be │ body │ tag 16
//! legacy
//!   both       IV 0/8/12/16 │ address │ payload
//!
//! separate header    session id 8 │ packet id u64be
//! body, request      type=0 u8 │ time u64be │                     padding length u16be │ padding │ address │ payload
//! body, response     type=1 u8 │ time u64be │ client session id 8 │ padding length u16be │ padding │ address │ payload
//! ```
//! Identity headers are in [`crate::users`], the legacy family is in [`crate::legacy`]. The address of a request is the
//! target, that of a response is where the payload comes from.
//!
//! A local side has one [`ClientSession`] for each association. A server has one [`ServerKeys`] for its port; it shows
//! each packet to [`ServerKeys::open_header`], finds the [`ServerSession`] by the session id that this gives (by the
//! source of the packet when it gives none), or makes one, and lets that open the rest. No error ends a session: the
//! packet is dropped and that is all.
//!
//! Key schedules are made once: those of long-lived keys with [`Keys`], those of subkeys with the session. Only
//! AEAD-2017, where each packet has a subkey of its own, has to make one for each.

mod body;
mod client;
mod keys;
mod open;
mod sealer;
mod server;
mod window;

#[cfg(test)]
mod tests;

use std::ops::Range;

use thiserror::Error;

pub use client::ClientSession;
pub use keys::Keys;
pub use server::{Header, ServerKeys, ServerSession};
pub use window::{WIDTH, Window};

pub use crate::stream::{MAX_PADDING, MAX_SKEW};

use crate::address::{Address, MAX_ENCODED};
use crate::aead::TAG;
use crate::block::BLOCK;
use crate::key::MAX_IDENTITIES;

/// Bytes that must be free before a payload to be sealed, besides those for padding: the longest head of any family.
pub const HEAD_ROOM: usize = SEPARATE_HEADER + MAX_IDENTITIES * BLOCK + body::MAX_HEAD + MAX_ENCODED;

/// Bytes that must be free behind it.
pub const TAIL_ROOM: usize = TAG;

/// Bytes that must be free before a received answer for [`Opened::payload`] to keep its promise, where the answer is
/// sealed with a legacy method without an IV. Other answers have room enough in themselves.
pub const RECEIVE_ROOM: usize = 3;

/// Seconds for which a session is kept at least after its last packet (SIP022 §3.2.4).
pub const SESSION_KEPT: u64 = 60;

/// Session id and packet id: one AES block, as each identity header is.
const SEPARATE_HEADER: usize = BLOCK;

/// Names a 2022 session, for one direction: the client's is chosen by it, the server's by the server. Random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub [u8; 8]);

/// What a packet holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// In a request the target, in a response where the payload comes from.
    pub address: Address,
    /// Where in the packet the payload lies; may be empty. In a response there is room before it for the header of
    /// [`crate::socks5::UdpHeader`] with this address; see [`RECEIVE_ROOM`].
    pub payload: Range<usize>,
}

/// Why a packet is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PacketError {
    /// Shorter than any packet of the method.
    #[error("the packet is too short")]
    TooShort,
    /// A tag does not match: another key, another method, or tampering.
    #[error("not sealed with our key")]
    NotAuthentic,
    /// The identity header names no user of ours, or not the one whose session it is.
    #[error("of no user of ours")]
    UnknownUser,
    /// The type byte is not the one for this direction.
    #[error("a packet of the wrong type")]
    WrongType,
    /// The packet's time is more than [`MAX_SKEW`] from ours.
    #[error("a packet's time is too far from ours")]
    ClockSkew,
    /// The packet id was seen before or is too old to tell; or a server sends us our own packet back.
    #[error("a replayed packet")]
    Replay,
    /// The response is for another session.
    #[error("an answer to another session")]
    ForeignSession,
    /// A third session of the server, while the other two are in use: no server restarts that often.
    #[error("too many sessions of the server at once")]
    TooManySessions,
    /// The address is malformed, or runs over the packet's end; or, of a legacy method, it is flagged as having one-time
    /// authentication or not, against what was agreed.
    #[error("a malformed address")]
    BadAddress,
    /// The padding runs over the packet's end, or is not there.
    #[error("malformed padding")]
    BadPadding,
}
