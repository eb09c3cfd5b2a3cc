//! The encrypted TCP stream, sans I/O: what goes over the wire between a client and a Shadowsocks server.
//!
//! Both families are a head and then a run of chunks:
//! ```text
//! AEAD-2017 (SIP004)
//!   request    salt │ chunk │ chunk │ …        the chunks' plain text: address, then payload
//!   response   salt │ chunk │ chunk │ …        the chunks' plain text: payload
//! AEAD-2022 (SIP022)
//!   request    salt │ identity headers │ fixed header │ variable header │ chunk │ chunk │ …
//!   response   salt │ fixed header │ payload         │ chunk │ chunk │ …
//! ```
//! Identity headers are there for the servers with many [`crate::users`] only. The legacy family ([`crate::legacy`])
//! has an IV and no chunks, and goes the same way.
//!
//! A head is written once by [`seal_request`] or [`seal_response`], together with the first payload, so that it
//! leaves in one write. What follows goes chunk by chunk, many at a time and in place, through [`ChunkSealer`]. The
//! other side reads a request with [`RequestOpener`] and everything else with [`Opener`].

mod aead2017;
mod aead2022;
mod chunk;
mod cipher;
mod opener;
mod request;
mod unframed;

#[cfg(test)]
mod tests;

use thiserror::Error;

pub use chunk::{CHUNK_OVERHEAD, ChunkSealer};
pub use opener::Opener;
pub use request::{Request, RequestOpener};

use crate::address::Address;
use crate::key::Key;
use crate::method::{Family, Method};
use crate::server_config::ServerConfig;

/// Length of the tag behind every sealed piece.
pub const TAG: usize = crate::aead::TAG;

/// The most padding a 2022 request may carry (SIP022 §3.1.3).
pub const MAX_PADDING: usize = 900;

/// The farthest that a 2022 header's time may be from ours, in seconds (SIP022 §3.1.3).
pub const MAX_SKEW: u64 = 30;

/// What the other side sent that is not a stream of ours. After any of these the stream is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StreamError {
    /// A tag does not match: another key, another method, or tampering.
    #[error("not sealed with our key")]
    NotAuthentic,
    /// The first read of a 2022 stream has less than its salt and fixed header (SIP022 §3.1.2).
    #[error("the head came in pieces")]
    ShortHead,
    /// The identity header names no user of ours (SIP023).
    #[error("of no user of ours")]
    UnknownUser,
    /// A chunk longer than its family allows.
    #[error("a chunk is too long")]
    ChunkTooLong,
    /// The type byte is not the one for this direction.
    #[error("a header of the wrong type")]
    WrongType,
    /// The header's time is more than [`MAX_SKEW`] from ours.
    #[error("a header's time is too far from ours")]
    ClockSkew,
    /// The salt was seen before.
    #[error("a replayed head")]
    Replay,
    /// The response answers another request.
    #[error("an answer to another request")]
    ForeignResponse,
    /// The address in the request is malformed, or runs over the header's end.
    #[error("a malformed address")]
    BadAddress,
    /// The padding's length runs over the header's end or over [`MAX_PADDING`], or neither padding nor payload is there.
    #[error("malformed padding")]
    BadPadding,
}

/// Writes the head of a request and the client's first payload (which may be empty) to `out`, to be sent in one write.
/// The rest of the stream is sealed by the returned sealer.
///
/// `salt` is as long as [`Method::salt_len`] and random; `padding` is random, at most [`MAX_PADDING`] long, and only sent
/// by 2022 methods, which need it when `payload` is empty. `now` is Unix time in seconds. Where the configuration has
/// one-time authentication, all that the sealer seals gets it too.
///
/// # Panics
/// When `salt` has the wrong length, or a 2022 request gets neither payload nor padding.
pub fn seal_request(
    config: &ServerConfig,
    target: &Address,
    payload: &[u8],
    salt: &[u8],
    padding: &[u8],
    now: u64,
    out: &mut Vec<u8>,
) -> ChunkSealer {
    let (method, key) = (config.method(), config.key());
    assert_eq!(salt.len(), method.salt_len(), "the salt has the method's length");
    match method.family() {
        Family::Stream => unframed::seal_request(config, target, payload, salt, out),
        Family::Aead2017 => aead2017::seal_request(method, key, target, payload, salt, out),
        Family::Aead2022 => aead2022::seal_request(method, key, target, payload, salt, padding, now, out),
    }
}

/// Writes the head of a response and the target's first payload to `out`, to be sent in one write.
///
/// `key` and `request_salt` come from [`RequestOpener::key`] and [`RequestOpener::salt`], `salt` is random, `now` is
/// Unix time in seconds.
///
/// # Panics
/// When `salt` has the wrong length.
pub fn seal_response(
    method: Method,
    key: &Key,
    request_salt: &[u8],
    payload: &[u8],
    salt: &[u8],
    now: u64,
    out: &mut Vec<u8>,
) -> ChunkSealer {
    assert_eq!(salt.len(), method.salt_len(), "the salt has the method's length");
    match method.family() {
        Family::Stream => unframed::seal_response(method, key, payload, salt, out),
        Family::Aead2017 => aead2017::seal_response(method, key, payload, salt, out),
        Family::Aead2022 => aead2022::seal_response(method, key, request_salt, payload, salt, now, out),
    }
}
