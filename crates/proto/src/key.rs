//! `Key`: the long-lived secret that a method needs, made from what the user typed.
//!
//! AEAD-2017 stretches a password with `EVP_BytesToKey` (MD5, count 1, no salt). AEAD-2022 takes base64 of exactly
//! the key's bytes and never derives a key from a password (SIP022 §2.1). With AES it also takes several of them joined
//! by colons: identity keys, and last the user's (SIP023). Legacy methods stretch as AEAD-2017 does.

use std::fmt;

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, PAD};
use shadowsocks_crypto::v1::openssl_bytes_to_key;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::legacy::{StreamMethod, table_from_password};
use crate::method::{Family, Method};

/// The most identity keys that a key may have before it (SIP023); in use are one or two.
pub(crate) const MAX_IDENTITIES: usize = 8;

/// A key of the method's length, and the identity keys before it. Wiped when dropped; `Debug` shows no byte of it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Key {
    bytes: Vec<u8>,
    identities: Vec<Vec<u8>>,
}

/// Why a password is no key for a method. No variant carries the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Nothing was given.
    #[error("the password is empty")]
    Empty,
    /// A 2022 method wants base64.
    #[error("a 2022 method needs a key in base64, not a password")]
    NotBase64,
    /// A 2022 key decodes to another length.
    #[error("the key has {found} bytes, the method needs {needed}")]
    WrongLength {
        /// Bytes the method needs.
        needed: usize,
        /// Bytes given.
        found: usize,
    },
    /// Several keys joined by colons (SIP023), where the method takes one; or more than nine.
    #[error("several keys joined by colons are for the 2022 AES methods only, and at most nine")]
    Identity,
}

/// Standard alphabet; padding may be absent and the last character's spare bits may be set, as some generators do.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
const STRICT: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, PAD);

impl Key {
    /// The key for `method` from the password as the user has it.
    ///
    /// # Errors
    /// An empty password, and for 2022 methods anything but base64 of exactly the key's length; each part of a password
    /// of several.
    pub fn from_password(method: Method, password: &str) -> Result<Key, KeyError> {
        if password.is_empty() && method != Method::Stream(StreamMethod::None) {
            return Err(KeyError::Empty);
        }
        let needed = method.key_len();
        match method.family() {
            Family::Stream if method == Method::Stream(StreamMethod::Table) => {
                Ok(Key { bytes: table_from_password(password), identities: Vec::new() })
            }
            Family::Aead2017 | Family::Stream => {
                let mut key = vec![0; needed];
                openssl_bytes_to_key(password.as_bytes(), &mut key);
                Ok(Key { bytes: key, identities: Vec::new() })
            }
            Family::Aead2022 => {
                let parts = password.split(':').count();
                if parts > 1 && !method.has_identities() || parts > 1 + MAX_IDENTITIES {
                    return Err(KeyError::Identity);
                }
                let mut key = Key { bytes: Vec::new(), identities: Vec::new() };
                for part in password.split(':') {
                    let before = std::mem::replace(&mut key.bytes, decode(part, needed)?);
                    if !before.is_empty() {
                        key.identities.push(before);
                    }
                }
                Ok(key)
            }
        }
    }

    /// A password that [`Key::from_password`] turns into a key made of `random`, which must be as long as the
    /// method's key.
    #[must_use]
    pub fn password_from_random(random: &[u8]) -> String {
        STRICT.encode(random)
    }

    /// How many identity keys stand before the user's. A server has none: its own key is the one that they are for.
    #[must_use]
    pub fn identity_count(&self) -> usize {
        self.identities.len()
    }

    /// The key itself: the last one.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn identities(&self) -> impl Iterator<Item = &[u8]> {
        self.identities.iter().map(Vec::as_slice)
    }
}

/// Base64 of exactly `needed` bytes.
fn decode(text: &str, needed: usize) -> Result<Vec<u8>, KeyError> {
    let mut key = LENIENT.decode(text.trim()).map_err(|_| KeyError::NotBase64)?;
    match key.len() {
        found if found == needed => Ok(key),
        found => {
            key.zeroize();
            Err(KeyError::WrongLength { needed, found })
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_stretching_follows_openssl() {
        // openssl enc -aes-256-ecb -md md5 -nosalt -P -k test
        let key = Key::from_password(Method::Aes256Gcm, "test").unwrap();
        let hex: String = key.bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "098f6bcd4621d373cade4e832627b4f60a9172716ae6428409885b8b829ccb05");
        assert_eq!(Key::from_password(Method::Aes128Gcm, "test").unwrap().bytes(), &key.bytes()[..16]);
    }

    #[test]
    fn psk_rules() {
        let b64 = |n: usize| Key::password_from_random(&vec![7; n]);
        for (method, password, expected) in [
            (Method::Blake3Aes128Gcm, b64(16), None),
            (Method::Blake3Aes256Gcm, b64(32), None),
            (Method::Blake3Aes256Gcm, b64(32).trim_end_matches('=').to_owned(), None),
            (Method::Blake3Aes128Gcm, b64(32), Some(KeyError::WrongLength { needed: 16, found: 32 })),
            (Method::Blake3ChaCha20Poly1305, b64(31), Some(KeyError::WrongLength { needed: 32, found: 31 })),
            (Method::Blake3Aes128Gcm, "not base64!".into(), Some(KeyError::NotBase64)),
            (Method::Blake3Aes128Gcm, String::new(), Some(KeyError::Empty)),
            (Method::Aes128Gcm, String::new(), Some(KeyError::Empty)),
            (Method::Blake3Aes128Gcm, format!("{}:{}", b64(16), b64(16)), None),
            (Method::Blake3Aes256Gcm, vec![b64(32); 9].join(":"), None),
            (Method::Blake3Aes256Gcm, vec![b64(32); 10].join(":"), Some(KeyError::Identity)),
            (Method::Blake3ChaCha20Poly1305, format!("{}:{}", b64(32), b64(32)), Some(KeyError::Identity)),
            (
                Method::Blake3Aes128Gcm,
                format!("{}:{}", b64(16), b64(32)),
                Some(KeyError::WrongLength { needed: 16, found: 32 }),
            ),
            (Method::Blake3Aes128Gcm, format!("{}:", b64(16)), Some(KeyError::WrongLength { needed: 16, found: 0 })),
            (Method::Blake3Aes128Gcm, format!(":{}", b64(16)), Some(KeyError::WrongLength { needed: 16, found: 0 })),
        ] {
            assert_eq!(Key::from_password(method, &password).err(), expected, "{method}");
        }
    }

    #[test]
    fn the_last_key_is_the_users() {
        let b64 = |byte: u8| Key::password_from_random(&[byte; 16]);
        let key = Key::from_password(Method::Blake3Aes128Gcm, &format!("{}:{}:{}", b64(1), b64(2), b64(3))).unwrap();
        assert_eq!(key.bytes(), [3; 16]);
        assert_eq!(key.identities().collect::<Vec<_>>(), [[1; 16], [2; 16]]);
        assert_eq!(key.identity_count(), 2);
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = Key::from_password(Method::Aes128Gcm, "hunter2").unwrap();
        assert_eq!(format!("{key:?}"), "Key(…)");
    }
}
