//! `StreamCipher`: a legacy cipher with its key and IV, for one direction of one stream, or one packet.

use aes::cipher::{BlockCipherEncrypt, BlockSizeUser, KeyInit, KeyIvInit, typenum::U16};
use aes::{Aes128, Aes192, Aes256};
use camellia::{Camellia128, Camellia192, Camellia256};
use chacha20::ChaCha20Legacy;
use ctr::Ctr128BE;
use shadowsocks_crypto::{CipherKind, v1};

use super::cfb::Cfb;
use super::method::{BlockCipher, BlockMode, StreamMethod};
use super::table::inverse;
use crate::key::Key;

/// Encrypts or decrypts byte after byte; which of the two must stay the same for a cipher's whole life.
pub(crate) struct StreamCipher(Box<dyn Direction + Send + Sync>);

/// Both ways of a cipher.
trait Direction {
    fn seal(&mut self, data: &mut [u8]);
    fn open(&mut self, data: &mut [u8]);
}

impl StreamCipher {
    /// # Panics
    /// When `iv` has not the method's length. (A [`Key`] made for the method has its length.)
    pub(crate) fn new(method: StreamMethod, key: &Key, iv: &[u8]) -> StreamCipher {
        assert_eq!(iv.len(), method.iv_len(), "the IV has the method's length");
        let key = key.bytes();
        StreamCipher(match method {
            StreamMethod::None => Box::new(Plain),
            StreamMethod::Table => Box::new(Table { seal: key.into(), open: inverse(key) }),
            StreamMethod::Rc4 => library(CipherKind::RC4, key, iv),
            StreamMethod::Rc4Md5 => library(CipherKind::SS_RC4_MD5, key, iv),
            StreamMethod::ChaCha20 => Box::new(Xor(ChaCha20Legacy::new_from_slices(key, iv).expect(LENGTHS))),
            StreamMethod::ChaCha20Ietf => library(CipherKind::CHACHA20, key, iv),
            // The library's CFB goes byte by byte, and its counter for AES carries over 64 of the 128 bits only.
            StreamMethod::Block(cipher, BlockMode::Cfb) => match cipher {
                BlockCipher::Aes128 => cfb::<Aes128>(key, iv),
                BlockCipher::Aes192 => cfb::<Aes192>(key, iv),
                BlockCipher::Aes256 => cfb::<Aes256>(key, iv),
                BlockCipher::Camellia128 => cfb::<Camellia128>(key, iv),
                BlockCipher::Camellia192 => cfb::<Camellia192>(key, iv),
                BlockCipher::Camellia256 => cfb::<Camellia256>(key, iv),
            },
            StreamMethod::Block(BlockCipher::Aes128, BlockMode::Ctr) => counter::<Ctr128BE<Aes128>>(key, iv),
            StreamMethod::Block(BlockCipher::Aes192, BlockMode::Ctr) => counter::<Ctr128BE<Aes192>>(key, iv),
            StreamMethod::Block(BlockCipher::Aes256, BlockMode::Ctr) => counter::<Ctr128BE<Aes256>>(key, iv),
            StreamMethod::Block(cipher, mode) => library(kind(cipher, mode), key, iv),
        })
    }

    /// Encrypts `data` in place, which goes on where the last call ended.
    pub(crate) fn seal(&mut self, data: &mut [u8]) {
        self.0.seal(data);
    }

    /// Decrypts `data` in place, which goes on where the last call ended. Nothing tells whether it makes sense.
    pub(crate) fn open(&mut self, data: &mut [u8]) {
        self.0.open(data);
    }
}

const LENGTHS: &str = "key and IV have the method's lengths";

fn library(kind: CipherKind, key: &[u8], iv: &[u8]) -> Box<dyn Direction + Send + Sync> {
    Box::new(v1::Cipher::new(kind, key, iv))
}

fn cfb<C>(key: &[u8], iv: &[u8]) -> Box<dyn Direction + Send + Sync>
where
    C: KeyInit + BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + Send + Sync + 'static,
{
    Box::new(Cfb::new(C::new_from_slice(key).expect(LENGTHS), iv))
}

fn counter<C>(key: &[u8], iv: &[u8]) -> Box<dyn Direction + Send + Sync>
where
    C: KeyIvInit + aes::cipher::StreamCipher + Send + Sync + 'static,
{
    Box::new(Xor(C::new_from_slices(key, iv).expect(LENGTHS)))
}

/// The library's name of the modes that are left to it.
fn kind(cipher: BlockCipher, mode: BlockMode) -> CipherKind {
    use BlockCipher::{Aes128, Aes192, Aes256, Camellia128, Camellia192, Camellia256};
    use BlockMode::{Cfb, Cfb1, Cfb8, Ctr, Ofb};
    match (cipher, mode) {
        (Aes128, Cfb) => CipherKind::AES_128_CFB128,
        (Aes192, Cfb) => CipherKind::AES_192_CFB128,
        (Aes256, Cfb) => CipherKind::AES_256_CFB128,
        (Aes128, Cfb1) => CipherKind::AES_128_CFB1,
        (Aes192, Cfb1) => CipherKind::AES_192_CFB1,
        (Aes256, Cfb1) => CipherKind::AES_256_CFB1,
        (Aes128, Cfb8) => CipherKind::AES_128_CFB8,
        (Aes192, Cfb8) => CipherKind::AES_192_CFB8,
        (Aes256, Cfb8) => CipherKind::AES_256_CFB8,
        (Aes128, Ctr) => CipherKind::AES_128_CTR,
        (Aes192, Ctr) => CipherKind::AES_192_CTR,
        (Aes256, Ctr) => CipherKind::AES_256_CTR,
        (Aes128, Ofb) => CipherKind::AES_128_OFB,
        (Aes192, Ofb) => CipherKind::AES_192_OFB,
        (Aes256, Ofb) => CipherKind::AES_256_OFB,
        (Camellia128, Cfb) => CipherKind::CAMELLIA_128_CFB128,
        (Camellia192, Cfb) => CipherKind::CAMELLIA_192_CFB128,
        (Camellia256, Cfb) => CipherKind::CAMELLIA_256_CFB128,
        (Camellia128, Cfb1) => CipherKind::CAMELLIA_128_CFB1,
        (Camellia192, Cfb1) => CipherKind::CAMELLIA_192_CFB1,
        (Camellia256, Cfb1) => CipherKind::CAMELLIA_256_CFB1,
        (Camellia128, Cfb8) => CipherKind::CAMELLIA_128_CFB8,
        (Camellia192, Cfb8) => CipherKind::CAMELLIA_192_CFB8,
        (Camellia256, Cfb8) => CipherKind::CAMELLIA_256_CFB8,
        (Camellia128, Ctr) => CipherKind::CAMELLIA_128_CTR,
        (Camellia192, Ctr) => CipherKind::CAMELLIA_192_CTR,
        (Camellia256, Ctr) => CipherKind::CAMELLIA_256_CTR,
        (Camellia128, Ofb) => CipherKind::CAMELLIA_128_OFB,
        (Camellia192, Ofb) => CipherKind::CAMELLIA_192_OFB,
        (Camellia256, Ofb) => CipherKind::CAMELLIA_256_OFB,
    }
}

/// `none`
struct Plain;

impl Direction for Plain {
    fn seal(&mut self, _: &mut [u8]) {}
    fn open(&mut self, _: &mut [u8]) {}
}

/// `table`
struct Table {
    seal: Box<[u8]>,
    open: Box<[u8; 256]>,
}

impl Direction for Table {
    fn seal(&mut self, data: &mut [u8]) {
        data.iter_mut().for_each(|byte| *byte = self.seal[usize::from(*byte)]);
    }

    fn open(&mut self, data: &mut [u8]) {
        data.iter_mut().for_each(|byte| *byte = self.open[usize::from(*byte)]);
    }
}

/// A cipher whose key stream does not depend on the data.
struct Xor<C>(C);

impl<C: aes::cipher::StreamCipher> Direction for Xor<C> {
    fn seal(&mut self, data: &mut [u8]) {
        self.0.apply_keystream(data);
    }

    fn open(&mut self, data: &mut [u8]) {
        self.0.apply_keystream(data);
    }
}

impl<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Direction for Cfb<C> {
    fn seal(&mut self, data: &mut [u8]) {
        Cfb::seal(self, data);
    }

    fn open(&mut self, data: &mut [u8]) {
        Cfb::open(self, data);
    }
}

impl Direction for v1::Cipher {
    fn seal(&mut self, data: &mut [u8]) {
        self.encrypt_packet(data);
    }

    fn open(&mut self, data: &mut [u8]) {
        let opened = self.decrypt_packet(data);
        debug_assert!(opened, "a stream cipher has no tag that could be wrong");
    }
}
