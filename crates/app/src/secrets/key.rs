//! `Key`: what seals secrets, and `Keys`: those that were read from the key store.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use parasol_proto::Password;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::sealed::{NONCE, Sealed};

/// 32 random bytes and the name under which the key store has them. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Key {
    id: String,
    bytes: [u8; LEN],
}

const LEN: usize = 32;
/// What a sealed secret is for; sealed for something else, it would not open.
const CONTEXT: &[u8] = b"parasol secret 1";

impl Key {
    /// A new one. `None` when the system has no random bytes.
    #[must_use]
    pub fn random() -> Option<Key> {
        let (mut name, mut bytes) = ([0; 8], [0; LEN]);
        getrandom::fill(&mut name).and_then(|()| getrandom::fill(&mut bytes)).ok()?;
        Some(Key { id: name.iter().map(|byte| format!("{byte:02x}")).collect(), bytes })
    }

    /// The one that the key store has under this name, if what it has is one.
    #[must_use]
    pub fn from_store(id: &str, bytes: &[u8]) -> Option<Key> {
        Some(Key { id: id.to_owned(), bytes: bytes.try_into().ok()? })
    }

    /// Its name in the key store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// For the key store, and for nothing else.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Seals a secret, each time with a new nonce.
    #[must_use]
    pub fn seal(&self, secret: &Password) -> Sealed {
        let mut bytes = Zeroizing::new(Vec::with_capacity(secret.as_str().len() + AES_256_GCM.tag_len()));
        bytes.extend_from_slice(secret.as_str().as_bytes());
        let nonce = self.cipher().seal_in_place_append_tag(Aad::from(CONTEXT), &mut *bytes);
        let nonce = nonce.expect("a text of a profile is far shorter than the most that can be sealed");
        Sealed::new(&self.id, nonce.as_ref(), &bytes)
    }

    fn open(&self, nonce: [u8; NONCE], mut bytes: Zeroizing<Vec<u8>>) -> Option<Password> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.cipher().open_in_place(nonce, Aad::from(CONTEXT), &mut bytes).ok()?;
        Some(Password::from(str::from_utf8(opened).ok()?))
    }

    fn cipher(&self) -> RandomizedNonceKey {
        RandomizedNonceKey::new(&AES_256_GCM, &self.bytes).expect("the key has the cipher's length")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The keys at hand, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, Key>);

impl Keys {
    /// Has one more.
    pub fn add(&mut self, key: Key) {
        self.0.insert(key.id.clone(), key);
    }

    /// Has one less.
    pub fn forget(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// The one of this name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Key> {
        self.0.get(id)
    }

    /// Their names.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Opens a secret, if these keys do. One that stands there open is the newer one.
    pub fn unseal(&self, open: &mut Password, sealed: &mut Option<Sealed>) {
        if !open.as_str().is_empty() {
            *sealed = None;
        } else if let Some(opened) = sealed.as_ref().and_then(|sealed| self.open(sealed)) {
            (*open, *sealed) = (opened, None);
        }
    }

    /// What was sealed; `None` when its key is not here, or it is no longer what it was.
    #[must_use]
    pub fn open(&self, sealed: &Sealed) -> Option<Password> {
        let (id, nonce, bytes) = sealed.parts()?;
        self.get(id)?.open(nonce, bytes)
    }
}
