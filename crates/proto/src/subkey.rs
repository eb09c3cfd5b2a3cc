//! Subkeys: what the long-lived key becomes for one stream, packet or session.

use hkdf::Hkdf;
use sha1::Sha1;
use zeroize::Zeroizing;

/// The longest key of any method.
const MAX: usize = 32;

/// A subkey, as long as the key that it was made from. Wiped when dropped.
pub(crate) struct Subkey {
    bytes: Zeroizing<[u8; MAX]>,
    len: usize,
}

impl Subkey {
    /// SIP004: HKDF-SHA1 of the key under `salt`. Not aws-lc's, which allocates three times: packets need one each.
    pub(crate) fn aead2017(key: &[u8], salt: &[u8]) -> Subkey {
        let mut bytes = Zeroizing::new([0; MAX]);
        Hkdf::<Sha1>::new(Some(salt), key)
            .expand(b"ss-subkey", &mut bytes[..key.len()])
            .expect("32 bytes are far under what HKDF-SHA1 can give");
        Subkey { bytes, len: key.len() }
    }

    /// SIP022: BLAKE3 of key and salt. The salt of a UDP session is its id.
    pub(crate) fn session(key: &[u8], salt: &[u8]) -> Subkey {
        Subkey::blake3("shadowsocks 2022 session subkey", key, salt)
    }

    /// SIP023: for the identity headers of a stream.
    pub(crate) fn identity(key: &[u8], salt: &[u8]) -> Subkey {
        Subkey::blake3("shadowsocks 2022 identity subkey", key, salt)
    }

    fn blake3(context: &str, key: &[u8], salt: &[u8]) -> Subkey {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(key).update(salt);
        let mut bytes = Zeroizing::new([0; MAX]);
        hasher.finalize_xof().fill(&mut bytes[..key.len()]);
        Subkey { bytes, len: key.len() }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
