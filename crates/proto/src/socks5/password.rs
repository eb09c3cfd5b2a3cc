//! User and password, RFC 1929: between the choice of method 02 and the request.
//!
//! ```text
//!  request (client)                                  reply (local)
//! ┌─────┬──────┬──────────┬──────┬──────────┐       ┌─────┬────────┐
//! │ VER │ ULEN │ UNAME    │ PLEN │ PASSWD   │       │ VER │ STATUS │  STATUS 00: go on
//! │ 01  │ u8   │ ULEN     │ u8   │ PLEN     │       │ 01  │ u8     │         else: refused, and closed
//! └─────┴──────┴──────────┴──────┴──────────┘       └─────┴────────┘
//! ```
//! Both lengths start at 1 in the RFC. 0 is read too, because clients without a password send it, and is then as
//! wrong as any other login.

use thiserror::Error;

use crate::credentials::Attempt;

/// The version of the sub-negotiation, which is not that of SOCKS.
const VERSION: u8 = 1;

/// What a client that chose method 02 says next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordRequest {
    /// Its login.
    pub attempt: Attempt,
}

/// The first byte is not 1: a client that skipped the login, or that is lost. Answered by [`PasswordReply::Refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a login: version {0}")]
pub struct NotPassword(pub u8);

impl PasswordRequest {
    /// Reads a login at the head of `bytes`: `Ok(None)` when more bytes are needed, else the login and the number of
    /// bytes it took.
    ///
    /// # Errors
    /// Another version byte.
    pub fn decode(bytes: &[u8]) -> Result<Option<(PasswordRequest, usize)>, NotPassword> {
        match bytes.first() {
            None => return Ok(None),
            Some(&VERSION) => {}
            Some(&other) => return Err(NotPassword(other)),
        }
        let Some((user, rest)) = field(&bytes[1..]) else { return Ok(None) };
        let Some((password, _)) = field(rest) else { return Ok(None) };
        let attempt = Attempt::new(user, password).expect("a length of one byte fits");
        Ok(Some((PasswordRequest { attempt }, 1 + 1 + user.len() + 1 + password.len())))
    }
}

/// A field behind its length, and what follows it.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(len))
}

/// The answer to a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordReply {
    /// The request may follow.
    Accepted,
    /// Wrong; the connection is closed after this answer (RFC 1929 §2).
    Refused,
}

impl PasswordReply {
    /// The answer on the wire.
    #[must_use]
    pub const fn encode(self) -> [u8; 2] {
        match self {
            PasswordReply::Accepted => [VERSION, 0],
            PasswordReply::Refused => [VERSION, 1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Credentials;
    use proptest::prelude::*;

    fn request(user: &[u8], password: &[u8]) -> Vec<u8> {
        [&[1, user.len() as u8], user, &[password.len() as u8], password].concat()
    }

    #[test]
    fn a_login_cut_anywhere_is_read() {
        for (user, password) in
            [(&b"ann"[..], &b"secret"[..]), (b"", b""), (b"ann", b""), (b"", b"x"), (&[255; 255], &[0; 255])]
        {
            let bytes = request(user, password);
            for cut in 0..bytes.len() {
                assert_eq!(PasswordRequest::decode(&bytes[..cut]), Ok(None), "cut at {cut}");
            }
            let attempt = Attempt::new(user, password).expect("short enough");
            let more = [&bytes[..], b"\x05\x01\x00"].concat();
            assert_eq!(PasswordRequest::decode(&more), Ok(Some((PasswordRequest { attempt }, bytes.len()))));
        }
    }

    #[test]
    fn a_client_that_skips_the_login_is_refused() {
        for (bytes, version) in [(&b"\x05\x01\x00\x01"[..], 5), (b"\x00", 0), (b"GET / HTTP/1.1", b'G')] {
            assert_eq!(PasswordRequest::decode(bytes), Err(NotPassword(version)));
        }
        assert_eq!(PasswordReply::Accepted.encode(), [1, 0]);
        assert_eq!(PasswordReply::Refused.encode(), [1, 1]);
    }

    proptest! {
        #[test]
        fn only_the_login_itself_is_admitted(
            user in proptest::collection::vec(any::<u8>(), 0..=255),
            password in proptest::collection::vec(any::<u8>(), 0..=255),
        ) {
            let credentials = Credentials::new("ann", "secret").expect("a login");
            let (read, used) = PasswordRequest::decode(&request(&user, &password)).unwrap().unwrap();
            prop_assert_eq!(used, 3 + user.len() + password.len());
            prop_assert_eq!(credentials.admits(&read.attempt), user == b"ann" && password == b"secret");
        }

        #[test]
        fn decode_never_panics_and_never_changes_its_mind(tail in proptest::collection::vec(any::<u8>(), 0..600)) {
            let bytes = [&[1], &tail[..]].concat();
            let whole = PasswordRequest::decode(&bytes);
            for cut in 0..bytes.len() {
                let early = PasswordRequest::decode(&bytes[..cut]);
                prop_assert!(early == Ok(None) || early == whole);
            }
        }
    }
}
