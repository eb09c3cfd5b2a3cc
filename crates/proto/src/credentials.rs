//! `Credentials`: the user and password that clients of the local port log in with, over SOCKS5 (RFC 1929) and HTTP
//! (Basic, RFC 7617); and `Attempt`: what a client gave.
//!
//! Both are kept in one padded form, so that comparing them takes the same time whatever differs, lengths included:
//! ```text
//! ┌────────┬──────────────────────┬────────┬──────────────────────┐
//! │ length │ user, zeros behind   │ length │ password, zeros      │
//! │ u8     │ 255                  │ u8     │ 255                  │
//! └────────┴──────────────────────┴────────┴──────────────────────┘
//! ```

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The most bytes of a user, and of a password: RFC 1929 has one byte for the length.
pub const MAX_FIELD: usize = 255;

/// The login that a local port asks for, or one for each of its users. Wiped when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Credentials(Vec<Padded>);

/// What a client gave as its login; any bytes, also none. Wiped when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Attempt(Padded);

/// Why user and password cannot be asked for. No variant carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CredentialsError {
    /// A login with an empty half protects nothing, and half of all clients cannot send one.
    #[error("user and password must not be empty")]
    Empty,
    /// Over [`MAX_FIELD`] bytes.
    #[error("user and password may have at most 255 bytes each")]
    TooLong,
    /// A colon in the user: HTTP would take what follows for the password (RFC 7617 §2).
    #[error("the user must not contain a colon")]
    Colon,
    /// A control character: no client could be told to send it.
    #[error("user and password must not contain control characters")]
    Control,
}

impl Credentials {
    /// A login that both SOCKS5 and HTTP clients can give.
    ///
    /// # Errors
    /// See [`CredentialsError`].
    pub fn new(user: &str, password: &str) -> Result<Credentials, CredentialsError> {
        if user.is_empty() || password.is_empty() {
            return Err(CredentialsError::Empty);
        }
        if user.contains(':') {
            return Err(CredentialsError::Colon);
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(CredentialsError::Control);
        }
        let padded = Padded::new(user.as_bytes(), password.as_bytes()).ok_or(CredentialsError::TooLong)?;
        Ok(Credentials(vec![padded]))
    }

    /// Admits who is admitted by either.
    #[must_use]
    pub fn or(mut self, others: Credentials) -> Credentials {
        self.0.extend(others.0);
        self
    }

    /// Whether the attempt is one of these logins. Takes the same time whatever is in it and in them.
    #[must_use]
    pub fn admits(&self, attempt: &Attempt) -> bool {
        self.0.iter().fold(false, |admitted, login| admitted | (*login == attempt.0))
    }
}

impl Attempt {
    /// The attempt as it came; `None` when a part is longer than any login's can be.
    #[must_use]
    pub fn new(user: &[u8], password: &[u8]) -> Option<Attempt> {
        Padded::new(user, password).map(Attempt)
    }
}

/// Two settings are compared like an attempt, so that no slip brings a fast comparison back.
impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Credentials {}

impl PartialEq for Attempt {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Attempt {}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(…)")
    }
}

/// One half of the padded form.
const HALF: usize = 1 + MAX_FIELD;

/// On the heap, so that moving it leaves no copy behind that nobody wipes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Padded(Box<[u8; 2 * HALF]>);

impl Padded {
    fn new(user: &[u8], password: &[u8]) -> Option<Padded> {
        let mut padded = Padded(Box::new([0; 2 * HALF]));
        let (first, second) = padded.0.split_at_mut(HALF);
        for (half, field) in [(first, user), (second, password)] {
            half[0] = u8::try_from(field.len()).ok()?;
            half[1..=field.len()].copy_from_slice(field);
        }
        Some(padded)
    }
}

impl PartialEq for Padded {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0[..], &other.0[..]).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn admits(user: &str, password: &str, given: (&[u8], &[u8])) -> bool {
        let credentials = Credentials::new(user, password).expect("a login");
        Attempt::new(given.0, given.1).is_some_and(|attempt| credentials.admits(&attempt))
    }

    #[test]
    fn only_the_whole_login_is_admitted() {
        let long = "x".repeat(255);
        assert!(admits("ann", "secret", (b"ann", b"secret")));
        assert!(admits("änn", "ключ", ("änn".as_bytes(), "ключ".as_bytes())));
        assert!(admits(&long, &long, (long.as_bytes(), long.as_bytes())));
        for given in [
            (&b""[..], &b""[..]),
            (b"ann", b""),
            (b"", b"secret"),
            (b"ann", b"secre"),
            (b"ann", b"secret\0"),
            (b"ann\0", b"secret"),
            (b"an", b"nsecret"),
            (b"Ann", b"secret"),
            (b"secret", b"ann"),
            (long.as_bytes(), long.as_bytes()),
        ] {
            assert!(!admits("ann", "secret", given), "{given:?}");
        }
        assert_eq!(Attempt::new(&[b'x'; 256], b"secret"), None);
        assert_eq!(Attempt::new(b"ann", &[b'x'; 256]), None);
    }

    #[test]
    fn a_login_is_checked_when_it_is_made() {
        let long = "x".repeat(256);
        for (user, password, expected) in [
            ("ann", "secret", None),
            ("ann", "se:cret", None),
            ("", "secret", Some(CredentialsError::Empty)),
            ("ann", "", Some(CredentialsError::Empty)),
            ("a:nn", "secret", Some(CredentialsError::Colon)),
            ("a\nnn", "secret", Some(CredentialsError::Control)),
            ("ann", "secret\u{7f}", Some(CredentialsError::Control)),
            (&long, "secret", Some(CredentialsError::TooLong)),
            ("ann", &long, Some(CredentialsError::TooLong)),
        ] {
            assert_eq!(Credentials::new(user, password).err(), expected, "{} {}", user.len(), password.len());
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?} {:?}", Credentials::new("ann", "secret"), Attempt::new(b"ann", b"secret"));
        assert!(!shown.contains("ann") && !shown.contains("secret"), "{shown}");
    }

    proptest! {
        #[test]
        fn an_attempt_is_admitted_when_it_is_equal(
            user in "[a-c]{1,3}", password in "[a-c]{1,3}", given in ("[a-c]{0,3}", "[a-c]{0,3}"),
        ) {
            let same = given.0 == user && given.1 == password;
            prop_assert_eq!(admits(&user, &password, (given.0.as_bytes(), given.1.as_bytes())), same);
        }
    }
}
