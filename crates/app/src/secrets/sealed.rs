//! `Sealed`: a secret as it stands in a file that only its key opens: `<key>:<base64 of nonce, sealed text and tag>`.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub(super) const NONCE: usize = 12;

/// A sealed secret; whatever a file says that is none is kept as it is and never opens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

/// The name of the key, the nonce, and the sealed text with its tag.
type Parts<'a> = (&'a str, [u8; NONCE], Zeroizing<Vec<u8>>);

impl Sealed {
    pub(super) fn new(key: &str, nonce: &[u8], sealed: &[u8]) -> Sealed {
        Sealed(format!("{key}:{}", BASE64_STANDARD_NO_PAD.encode([nonce, sealed].concat())))
    }

    /// The name of the key that opens it.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.0.split_once(':').map(|(key, _)| key)
    }

    pub(super) fn parts(&self) -> Option<Parts<'_>> {
        let (key, rest) = self.0.split_once(':')?;
        let bytes = Zeroizing::new(BASE64_STANDARD_NO_PAD.decode(rest).ok()?);
        let (nonce, sealed) = bytes.split_first_chunk()?;
        Some((key, *nonce, Zeroizing::new(sealed.to_vec())))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sealed").field(&self.key_id()).finish()
    }
}
