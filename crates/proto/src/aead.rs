//! `Aead`: a keyed AEAD without a nonce of its own. Nonces are the caller's, and never used twice for sealing.

use aws_lc_rs::aead::{self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use chacha20::R20;
use zeroize::Zeroizing;

use crate::method::Method;

/// Length of the tag behind every sealed piece, the same for all.
pub(crate) const TAG: usize = 16;

/// The longest nonce of any.
pub(crate) const MAX_NONCE: usize = 24;

/// Seals and opens in place. The last [`TAG`] bytes of a piece are the tag.
pub(crate) enum Aead {
    /// 12 bytes of nonce.
    Short(LessSafeKey),
    /// XChaCha20-Poly1305, 24 bytes of nonce: ChaCha20-Poly1305 under a key made from this one and most of the nonce.
    Long(Zeroizing<[u8; 32]>),
}

impl Aead {
    /// The AEAD of `method`'s packets under a key of the method's length. For `2022-blake3-chacha20-poly1305` that is
    /// XChaCha20-Poly1305, which its streams do not use.
    pub(crate) fn new(method: Method, key: &[u8]) -> Aead {
        let algorithm = match method {
            Method::Aes128Gcm | Method::Blake3Aes128Gcm => &AES_128_GCM,
            Method::Aes192Gcm => &AES_192_GCM,
            Method::Aes256Gcm | Method::Blake3Aes256Gcm => &AES_256_GCM,
            Method::ChaCha20Poly1305 => &CHACHA20_POLY1305,
            Method::XChaCha20Poly1305 | Method::Blake3ChaCha20Poly1305 => {
                return Aead::Long(Zeroizing::new(key.try_into().expect("the key has the method's length")));
            }
            Method::Stream(_) => unreachable!("legacy methods have no AEAD"),
        };
        Aead::Short(keyed(algorithm, key))
    }

    /// Length of a nonce.
    pub(crate) const fn nonce_len(&self) -> usize {
        match self {
            Aead::Short(_) => aead::NONCE_LEN,
            Aead::Long(_) => MAX_NONCE,
        }
    }

    /// Seals all but the last [`TAG`] bytes of `piece` and puts the tag there.
    pub(crate) fn seal(&self, nonce: &[u8], piece: &mut [u8]) {
        let (plain, room) = piece.split_at_mut(piece.len() - TAG);
        let tag = self
            .with(nonce, |key, nonce| key.seal_in_place_separate_tag(nonce, Aad::empty(), plain))
            .expect("pieces are far shorter than an AEAD's limit");
        room.copy_from_slice(tag.as_ref());
    }

    /// Opens `piece`. False when the tag does not match, or when there is no room for one.
    #[must_use]
    pub(crate) fn open(&self, nonce: &[u8], piece: &mut [u8]) -> bool {
        self.with(nonce, |key, nonce| key.open_in_place(nonce, Aad::empty(), piece).is_ok())
    }

    fn with<T>(&self, nonce: &[u8], work: impl FnOnce(&LessSafeKey, aead::Nonce) -> T) -> T {
        let short = |nonce| aead::Nonce::try_assume_unique_for_key(nonce).expect("the nonce has the AEAD's length");
        match self {
            Aead::Short(key) => work(key, short(nonce)),
            Aead::Long(key) => {
                // draft-irtf-cfrg-xchacha-03 §2.3
                let (first, last) = nonce.split_first_chunk::<16>().expect("the nonce has the AEAD's length");
                let key: &[u8; 32] = key;
                let subkey = Zeroizing::new(<[u8; 32]>::from(chacha20::hchacha::<R20>(key.into(), first.into())));
                let mut nonce = [0; aead::NONCE_LEN];
                nonce[4..].copy_from_slice(last);
                work(&keyed(&CHACHA20_POLY1305, &subkey[..]), short(&nonce))
            }
        }
    }
}

fn keyed(algorithm: &'static aead::Algorithm, key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(algorithm, key).expect("the key has the method's length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// draft-irtf-cfrg-xchacha-03 §A.3.1, which has additional data; so what is checked is the text under no tag.
    #[test]
    fn xchacha_gives_the_text_of_the_draft() {
        let key: Vec<u8> = (0x80..=0x9f).collect();
        let nonce: Vec<u8> = (0x40..=0x57).collect();
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                      sunscreen would be it.";
        let mut piece = [&plain[..], &[0; TAG]].concat();
        let aead = Aead::new(Method::Blake3ChaCha20Poly1305, &key);
        aead.seal(&nonce, &mut piece);
        assert_eq!(piece[..8], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]);
        assert_eq!(piece[plain.len() - 2..plain.len()], [0xb5, 0x2e]);
        assert!(aead.open(&nonce, &mut piece));
        assert_eq!(piece[..plain.len()], plain[..]);
    }

    #[test]
    fn a_piece_without_room_for_a_tag_is_not_opened() {
        for method in Method::ALL {
            let aead = Aead::new(method, &vec![1; method.key_len()]);
            for len in 0..=TAG {
                assert!(!aead.open(&[0; MAX_NONCE][..aead.nonce_len()], &mut vec![0; len]), "{method} {len}");
            }
        }
    }
}
