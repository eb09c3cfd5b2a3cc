//! `Cipher`: a keyed AEAD with its nonce counter, for one direction of one stream.

use aws_lc_rs::aead::{AES_192_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA1_FOR_LEGACY_USE_ONLY, KeyType, Salt};
use shadowsocks_crypto::{v1, v2};

use super::TAG;
use crate::key::Key;
use crate::method::{Family, Method};

/// Seals or opens piece after piece; the nonce counts up by one for each, little-endian from zero.
pub(super) enum Cipher {
    /// SIP004; boxed because the library's type has room for every cipher it knows.
    V1(Box<v1::Cipher>),
    /// SIP022.
    V2(Box<v2::tcp::TcpCipher>),
    /// `aes-192-gcm`, which `shadowsocks-crypto` does not have.
    Aes192(Box<Aes192>),
}

impl Cipher {
    /// The subkey of `key` for `salt`: HKDF-SHA1 with `ss-subkey`, or BLAKE3 for 2022 methods.
    pub(super) fn new(method: Method, key: &Key, salt: &[u8]) -> Cipher {
        match (method.family(), method.kind()) {
            (Family::Aead2017, Some(kind)) => Cipher::V1(Box::new(v1::Cipher::new(kind, key.bytes(), salt))),
            (Family::Aead2022, Some(kind)) => Cipher::V2(Box::new(v2::tcp::TcpCipher::new(kind, key.bytes(), salt))),
            (Family::Stream, _) => unreachable!("legacy methods seal no pieces"),
            (_, None) => Cipher::Aes192(Box::new(Aes192::new(key.bytes(), salt))),
        }
    }

    /// Seals all but the last [`TAG`] bytes of `piece` in place and puts the tag there.
    pub(super) fn seal(&mut self, piece: &mut [u8]) {
        match self {
            Cipher::V1(cipher) => cipher.encrypt_packet(piece),
            Cipher::V2(cipher) => cipher.encrypt_packet(piece),
            Cipher::Aes192(cipher) => cipher.seal(piece),
        }
    }

    /// Opens `piece`, the last [`TAG`] bytes of which are the tag, in place. False when the tag does not match.
    #[must_use]
    pub(super) fn open(&mut self, piece: &mut [u8]) -> bool {
        match self {
            Cipher::V1(cipher) => cipher.decrypt_packet(piece),
            Cipher::V2(cipher) => cipher.decrypt_packet(piece),
            Cipher::Aes192(cipher) => cipher.open(piece),
        }
    }
}

pub(super) struct Aes192 {
    key: LessSafeKey,
    counter: u64,
}

impl Aes192 {
    fn new(key: &[u8], salt: &[u8]) -> Aes192 {
        struct Bytes24;
        impl KeyType for Bytes24 {
            fn len(&self) -> usize {
                24
            }
        }
        let mut subkey = [0; 24];
        Salt::new(HKDF_SHA1_FOR_LEGACY_USE_ONLY, salt)
            .extract(key)
            .expand(&[b"ss-subkey"], Bytes24)
            .and_then(|okm| okm.fill(&mut subkey))
            .expect("24 bytes are far under what HKDF-SHA1 can give");
        let key = UnboundKey::new(&AES_192_GCM, &subkey).expect("the subkey has the algorithm's length");
        Aes192 { key: LessSafeKey::new(key), counter: 0 }
    }

    fn nonce(&mut self) -> Nonce {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.counter.to_le_bytes());
        self.counter += 1;
        Nonce::assume_unique_for_key(nonce)
    }

    fn seal(&mut self, piece: &mut [u8]) {
        let nonce = self.nonce();
        let (plain, room) = piece.split_at_mut(piece.len() - TAG);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::empty(), plain).expect("chunks are short");
        room.copy_from_slice(tag.as_ref());
    }

    fn open(&mut self, piece: &mut [u8]) -> bool {
        let nonce = self.nonce();
        self.key.open_in_place(nonce, Aad::empty(), piece).is_ok()
    }
}
