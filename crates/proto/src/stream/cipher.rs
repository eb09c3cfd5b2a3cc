//! `Cipher`: a keyed AEAD with its nonce counter, for one direction of one stream.

use shadowsocks_crypto::v2;

use crate::aead::{Aead, MAX_NONCE};
use crate::key::Key;
use crate::method::{Family, Method};
use crate::subkey::Subkey;

/// Seals or opens piece after piece; the nonce counts up by one for each, little-endian from zero.
pub(super) enum Cipher {
    /// SIP004. Not by the type that `shadowsocks-crypto` has for it: that has room for every cipher it knows, and with
    /// two for each connection this is a fifth of what an idle one takes.
    V1(Box<Counted>),
    /// SIP022.
    V2(Box<v2::tcp::TcpCipher>),
}

impl Cipher {
    /// The subkey of `key` for `salt`: HKDF-SHA1 with `ss-subkey`, or BLAKE3 for 2022 methods.
    pub(super) fn new(method: Method, key: &Key, salt: &[u8]) -> Cipher {
        match (method.family(), method.kind()) {
            (Family::Aead2022, Some(kind)) => Cipher::V2(Box::new(v2::tcp::TcpCipher::new(kind, key.bytes(), salt))),
            (Family::Aead2022, None) | (Family::Stream, _) => {
                unreachable!("2022 methods have kinds, legacy ones no pieces")
            }
            (Family::Aead2017, _) => {
                let aead = Aead::new(method, Subkey::aead2017(key.bytes(), salt).bytes());
                Cipher::V1(Box::new(Counted { aead, pieces: 0 }))
            }
        }
    }

    /// Seals all but the last [`super::TAG`] bytes of `piece` in place and puts the tag there.
    pub(super) fn seal(&mut self, piece: &mut [u8]) {
        match self {
            Cipher::V1(cipher) => cipher.seal(piece),
            Cipher::V2(cipher) => cipher.encrypt_packet(piece),
        }
    }

    /// Opens `piece`, the last [`super::TAG`] bytes of which are the tag, in place. False when the tag does not match.
    #[must_use]
    pub(super) fn open(&mut self, piece: &mut [u8]) -> bool {
        match self {
            Cipher::V1(cipher) => cipher.open(piece),
            Cipher::V2(cipher) => cipher.decrypt_packet(piece),
        }
    }
}

/// An AEAD, and how many pieces it has sealed or opened.
pub(super) struct Counted {
    aead: Aead,
    pieces: u64,
}

impl Counted {
    fn seal(&mut self, piece: &mut [u8]) {
        let nonce = self.nonce();
        self.aead.seal(&nonce[..self.aead.nonce_len()], piece);
    }

    fn open(&mut self, piece: &mut [u8]) -> bool {
        let nonce = self.nonce();
        self.aead.open(&nonce[..self.aead.nonce_len()], piece)
    }

    fn nonce(&mut self) -> [u8; MAX_NONCE] {
        let mut nonce = [0; MAX_NONCE];
        nonce[..8].copy_from_slice(&self.pieces.to_le_bytes());
        self.pieces += 1;
        nonce
    }
}
