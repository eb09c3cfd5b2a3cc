//! `Block`: AES of single blocks, for what 2022 methods encrypt without a tag: separate headers of packets, and
//! identity headers.

use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};

use crate::method::Method;

/// Length of a block.
pub(crate) const BLOCK: usize = 16;

/// A key with its schedules for both directions.
pub(crate) struct Block {
    encrypt: EncryptingKey,
    decrypt: DecryptingKey,
}

impl Block {
    /// For the 2022 AES method and a key of its length.
    pub(crate) fn new(method: Method, key: &[u8]) -> Block {
        let algorithm = if method.key_len() == 16 { &AES_128 } else { &AES_256 };
        let key = || UnboundCipherKey::new(algorithm, key).expect("the key has the method's length");
        Block {
            encrypt: EncryptingKey::ecb(key()).expect("AES has this mode"),
            decrypt: DecryptingKey::ecb(key()).expect("AES has this mode"),
        }
    }

    pub(crate) fn encrypt(&self, block: &mut [u8; BLOCK]) {
        self.encrypt.less_safe_encrypt(block, EncryptionContext::None).expect("a whole block is encrypted");
    }

    pub(crate) fn decrypt(&self, block: &mut [u8; BLOCK]) {
        self.decrypt.decrypt(block, DecryptionContext::None).expect("a whole block is decrypted");
    }
}
