//! `Users`: whom a server with many users knows, by the hash that stands in their identity headers (SIP023).

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::identity::{self, Hash};
use crate::key::{Key, KeyError};
use crate::method::Method;
use crate::packet::Keys;

/// The users of a server, each with a name and a key of its own.
#[derive(Debug)]
pub struct Users {
    method: Method,
    by_hash: HashMap<Hash, User>,
}

/// A user of a server.
#[derive(Clone)]
pub struct User {
    name: Arc<str>,
    keys: Arc<Keys>,
}

/// Why there cannot be such users.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UsersError {
    /// The method has no identity headers.
    #[error("{0} does not know users: only the 2022 AES methods do")]
    Method(Method),
    /// There are none: nobody could use the server.
    #[error("a server with users needs at least one")]
    Nobody,
    /// A name is too long, or has a character that does not show itself: it would make another line of a log, or read as
    /// another name.
    #[error("a user's name is more than {MAX_NAME} bytes long, or has control characters in it")]
    Name,
    /// The password of the named user is no key.
    #[error("the key of user {0:?} is not valid: {1}")]
    Key(String, KeyError),
    /// Two users have the name, or one has the key of another.
    #[error("user {0:?} has the name or the key of another")]
    Twice(String),
}

/// No name is longer, in bytes.
const MAX_NAME: usize = 255;

impl Users {
    /// A table of names and passwords, which are base64 of one key each.
    ///
    /// # Errors
    /// See [`UsersError`].
    pub fn new<'a>(method: Method, users: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Users, UsersError> {
        if !method.has_identities() {
            return Err(UsersError::Method(method));
        }
        let mut by_hash = HashMap::new();
        let mut names = std::collections::HashSet::new();
        for (name, password) in users {
            if name.len() > MAX_NAME || name.chars().any(|char| char.is_control() || turns(char)) {
                return Err(UsersError::Name);
            }
            let key = match Key::from_password(method, password) {
                Ok(key) if key.identity_count() == 0 => key,
                Ok(_) => return Err(UsersError::Key(name.to_owned(), KeyError::Identity)),
                Err(error) => return Err(UsersError::Key(name.to_owned(), error)),
            };
            let hash = identity::hash(key.bytes());
            let user = User { name: name.into(), keys: Arc::new(Keys::new(method, key)) };
            if by_hash.insert(hash, user).is_some() || !names.insert(name) {
                return Err(UsersError::Twice(name.to_owned()));
            }
        }
        if by_hash.is_empty() { Err(UsersError::Nobody) } else { Ok(Users { method, by_hash }) }
    }

    /// The method that all of them use.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.by_hash.values()
    }

    pub(crate) fn find(&self, hash: &Hash) -> Option<&User> {
        self.by_hash.get(hash)
    }
}

/// Whether it ends a line or turns the direction of what follows, and is no control character by Unicode's words.
fn turns(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl User {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The key, with what packets need of it.
    #[must_use]
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User({:?}, …)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_checked_when_it_is_made() {
        let key = |byte: u8| Key::password_from_random(&[byte; 16]);
        let (one, two, chain) = (key(1), key(2), format!("{}:{}", key(1), key(2)));
        let aes = Method::Blake3Aes128Gcm;
        let bad = |error| Some(UsersError::Key("b".into(), error));
        for (method, users, expected) in [
            (aes, vec![("a", &*one), ("b", &*two)], None),
            (aes, vec![], Some(UsersError::Nobody)),
            (aes, vec![("a", &one), ("b", &one)], Some(UsersError::Twice("b".into()))),
            (aes, vec![("a", &one), ("a", &two)], Some(UsersError::Twice("a".into()))),
            (aes, vec![("ann@example.org", &one), ("Ærøskøbing 2", &two)], None),
            (aes, vec![("x\nWARN all is lost", &one)], Some(UsersError::Name)),
            (aes, vec![("a", &one), ("b\r", &two)], Some(UsersError::Name)),
            (aes, vec![("\u{1b}[2J", &one)], Some(UsersError::Name)),
            (aes, vec![("a\u{202e}nna", &one)], Some(UsersError::Name)),
            (aes, vec![("a\u{2028}b", &one)], Some(UsersError::Name)),
            (aes, vec![(&*"a".repeat(255), &one)], None),
            (aes, vec![(&*"a".repeat(256), &one)], Some(UsersError::Name)),
            (aes, vec![("a", &one), ("b", "")], bad(KeyError::Empty)),
            (aes, vec![("a", &one), ("b", "secret!")], bad(KeyError::NotBase64)),
            (aes, vec![("a", &one), ("b", &chain)], bad(KeyError::Identity)),
            (
                Method::Blake3ChaCha20Poly1305,
                vec![("a", &one)],
                Some(UsersError::Method(Method::Blake3ChaCha20Poly1305)),
            ),
            (Method::Aes128Gcm, vec![("a", &one)], Some(UsersError::Method(Method::Aes128Gcm))),
        ] {
            assert_eq!(Users::new(method, users.iter().copied()).err(), expected, "{method}");
        }
    }

    #[test]
    fn debug_shows_names_only() {
        let users = Users::new(Method::Blake3Aes128Gcm, [("ann", &*Key::password_from_random(&[1; 16]))]);
        let shown = format!("{users:?}");
        assert!(shown.contains("ann") && !shown.contains("AQEB") && !shown.contains("[1, 1"), "{shown}");
    }
}
