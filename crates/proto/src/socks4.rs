//! SOCKS4 and its 4a extension (Ying-Da Lee's two memos).
//!
//! ```text
//!  request (client)                                      reply (local)
//! ┌────┬────┬─────────┬───────┬────────┬────┬─ 4a ────────┐    ┌────┬────┬─────────┬───────┐
//! │ VN │ CD │ DSTPORT │ DSTIP │ USERID │ 00 │ domain │ 00 │    │ VN │ CD │ DSTPORT │ DSTIP │
//! │ 04 │ u8 │ u16be   │ 4     │ ≤ 255  │    │ ≤ 255  │    │    │ 00 │ u8 │ u16be   │ 4     │
//! └────┴────┴─────────┴───────┴────────┴────┴────────┴────┘    └────┴────┴─────────┴───────┘
//!  CD 1 CONNECT, 2 BIND; DSTIP 0.0.0.x, x ≠ 0: a domain follows    CD 5A granted, 5B rejected or failed
//! ```
//! The user id proves nothing (it was meant for identd), so it is skipped and kept nowhere. The memo sets no bound on
//! either text; ours is what fits the one length byte that SOCKS5 has for them.

use std::net::{Ipv4Addr, SocketAddr};

use thiserror::Error;

use crate::address::{Address, AddressError};

/// The version byte of a request.
const VERSION: u8 = 4;
/// The most bytes of a user id or a domain.
const MAX_TEXT: usize = 255;

/// What a client wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A TCP connection to the target.
    Connect(Address),
    /// To be connected to. Not served anywhere; parsed so that the refusal comes after the whole request.
    Bind,
}

/// Why a request is refused, always with [`Reply::Rejected`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The version byte is not 4.
    #[error("not SOCKS4: version {0}")]
    Version(u8),
    /// The command is neither 1 nor 2.
    #[error("unknown command {0}")]
    Command(u8),
    /// The user id has no end within 255 bytes.
    #[error("the user id is too long")]
    UserIdTooLong,
    /// The address is no address.
    #[error(transparent)]
    Address(#[from] AddressError),
}

/// The CD field of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reply {
    /// 5A: what was asked for is there.
    Granted = 0x5a,
    /// 5B: refused or failed; SOCKS4 has no finer words for us (5C and 5D are about identd).
    Rejected = 0x5b,
}

impl Request {
    /// Reads a request at the head of `bytes`: `Ok(None)` when more bytes are needed, else the request and the number
    /// of bytes it took.
    ///
    /// # Errors
    /// See [`RequestError`]. An unknown command is reported when the whole request is there, because a reply sent
    /// while the client's bytes are still under way is lost to the reset that follows.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Request, usize)>, RequestError> {
        match bytes.first() {
            None => return Ok(None),
            Some(&VERSION) => {}
            Some(&other) => return Err(RequestError::Version(other)),
        }
        let &[_, command, p0, p1, a, b, c, d, ref rest @ ..] = bytes else { return Ok(None) };
        let port = u16::from_be_bytes([p0, p1]);
        let Some((_, user_id_len)) = text(rest).map_err(|TooLong| RequestError::UserIdTooLong)? else {
            return Ok(None);
        };
        let mut used = 8 + user_id_len;
        let mut domain = None;
        if [a, b, c] == [0, 0, 0] && d != 0 {
            let found = text(&rest[user_id_len..]).map_err(|TooLong| AddressError::DomainTooLong)?;
            let Some((name, len)) = found else { return Ok(None) };
            used += len;
            domain = Some(name);
        }
        match command {
            1 => {}
            2 => return Ok(Some((Request::Bind, used))),
            other => return Err(RequestError::Command(other)),
        }
        if port == 0 {
            return Err(AddressError::BadPort.into());
        }
        let target = match domain {
            None => Address::from(SocketAddr::from((Ipv4Addr::new(a, b, c, d), port))),
            Some(name) => Address::from_host(std::str::from_utf8(name).map_err(|_| AddressError::BadDomain)?, port)?,
        };
        Ok(Some((Request::Connect(target), used)))
    }
}

/// The end of a text was not found where it had to be.
struct TooLong;

/// The text before the first NUL, and its length with the NUL; `None` when the NUL may still come.
fn text(bytes: &[u8]) -> Result<Option<(&[u8], usize)>, TooLong> {
    match bytes.iter().take(MAX_TEXT + 1).position(|&b| b == 0) {
        Some(end) => Ok(Some((&bytes[..end], end + 1))),
        None if bytes.len() > MAX_TEXT => Err(TooLong),
        None => Ok(None),
    }
}

impl Reply {
    /// The reply on the wire. Address and port are zero: for CONNECT the memo tells clients to ignore them.
    #[must_use]
    pub const fn encode(self) -> [u8; 8] {
        [0, self as u8, 0, 0, 0, 0, 0, 0]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn connect(target: &str) -> Request {
        Request::Connect(target.parse().expect("test addresses are valid"))
    }

    #[test]
    fn a_request_cut_anywhere_is_read() {
        let long_id = [&b"\x04\x01\x00\x50\x7f\x00\x00\x01"[..], &[b'u'; 255], &[0]].concat();
        for (bytes, expected) in [
            (&b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00"[..], connect("127.0.0.1:80")),
            (b"\x04\x01\x00\x50\x7f\x00\x00\x01me\x00", connect("127.0.0.1:80")),
            (&long_id, connect("127.0.0.1:80")),
            (b"\x04\x01\x00\x50\x00\x00\x00\x00\x00", connect("0.0.0.0:80")),
            (b"\x04\x01\x01\xbb\x00\x00\x00\x01me\x00Example.org\x00", connect("example.org:443")),
            (b"\x04\x01\x01\xbb\x00\x00\x00\xff\x00::1\x00", connect("[::1]:443")),
            (b"\x04\x02\x00\x00\x7f\x00\x00\x01\x00", Request::Bind),
        ] {
            for cut in 0..bytes.len() {
                assert_eq!(Request::decode(&bytes[..cut]), Ok(None), "cut at {cut} of {bytes:?}");
            }
            let more = [bytes, b"payload"].concat();
            assert_eq!(Request::decode(&more), Ok(Some((expected, bytes.len()))), "{bytes:?}");
        }
    }

    #[test]
    fn bad_requests_have_their_own_error() {
        let endless_id = [&b"\x04\x01\x00\x50\x7f\x00\x00\x01"[..], &[b'u'; 256]].concat();
        let endless_name = [&b"\x04\x01\x00\x50\x00\x00\x00\x01\x00"[..], &[b'a'; 256]].concat();
        let long_name = [&b"\x04\x01\x00\x50\x00\x00\x00\x01\x00"[..], &[b'a'; 255], &[0]].concat();
        for (bytes, error) in [
            (&b"\x05"[..], RequestError::Version(5)),
            (b"\x04\x00\x00\x50\x7f\x00\x00\x01\x00", RequestError::Command(0)),
            (b"\x04\x03\x00\x50\x00\x00\x00\x01\x00a\x00", RequestError::Command(3)),
            (&endless_id, RequestError::UserIdTooLong),
            (&endless_name, AddressError::DomainTooLong.into()),
            (&long_name, AddressError::DomainTooLong.into()),
            (b"\x04\x01\x00\x50\x00\x00\x00\x01\x00\x00", AddressError::EmptyDomain.into()),
            (b"\x04\x01\x00\x50\x00\x00\x00\x01\x00a b\x00", AddressError::BadDomain.into()),
            (b"\x04\x01\x00\x50\x00\x00\x00\x01\x00\xff\xfe\x00", AddressError::BadDomain.into()),
            (b"\x04\x01\x00\x00\x7f\x00\x00\x01\x00", AddressError::BadPort.into()),
        ] {
            for cut in 0..bytes.len() {
                assert_eq!(Request::decode(&bytes[..cut]), Ok(None), "cut at {cut} of {bytes:?}");
            }
            assert_eq!(Request::decode(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn replies_are_whole() {
        assert_eq!(Reply::Granted.encode(), *b"\x00\x5a\0\0\0\0\0\0");
        assert_eq!(Reply::Rejected.encode(), *b"\x00\x5b\0\0\0\0\0\0");
    }

    proptest! {
        #[test]
        fn decode_never_panics_and_never_changes_its_mind(
            head in prop_oneof![Just(vec![]), Just(vec![4u8, 1, 0, 80, 0, 0, 0, 1]), Just(vec![4, 1, 0, 80, 9, 9, 9, 9])],
            user_id in proptest::collection::vec(any::<u8>(), 0..270),
            tail in proptest::collection::vec(any::<u8>(), 0..270),
        ) {
            let bytes = [head, user_id, vec![0], tail].concat();
            let whole = Request::decode(&bytes);
            for cut in 0..bytes.len() {
                let early = Request::decode(&bytes[..cut]);
                prop_assert!(early == Ok(None) || early == whole);
            }
        }
    }
}
