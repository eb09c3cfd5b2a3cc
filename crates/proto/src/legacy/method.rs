//! `StreamMethod`: the names of the legacy stream ciphers.

use std::fmt;

/// A legacy method. Not one of them is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StreamMethod {
    /// `none`, also `plain`: no encryption at all.
    None,
    /// `table`: each byte replaced by another, always the same.
    Table,
    /// `rc4`: without an IV, so every connection has the same key stream.
    Rc4,
    /// `rc4-md5`: RC4 under MD5(key ‖ IV).
    Rc4Md5,
    /// `chacha20`: the original one, with an IV of 8 bytes.
    ChaCha20,
    /// `chacha20-ietf`: RFC 8439, with an IV of 12 bytes.
    ChaCha20Ietf,
    /// A block cipher in a mode that makes it a stream cipher, such as `aes-256-cfb`.
    Block(BlockCipher, BlockMode),
}

/// A block cipher of blocks of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockCipher {
    /// AES, key of 16 bytes
    Aes128,
    /// AES, key of 24 bytes
    Aes192,
    /// AES, key of 32 bytes
    Aes256,
    /// Camellia (RFC 3713), key of 16 bytes
    Camellia128,
    /// Camellia, key of 24 bytes
    Camellia192,
    /// Camellia, key of 32 bytes
    Camellia256,
}

/// How a block cipher becomes a stream cipher (NIST SP 800-38A §6.3 to §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockMode {
    /// Cipher feedback of whole blocks, `cfb` or `cfb128`.
    Cfb,
    /// Cipher feedback bit by bit, `cfb1`.
    Cfb1,
    /// Cipher feedback byte by byte, `cfb8`.
    Cfb8,
    /// Counter, `ctr`.
    Ctr,
    /// Output feedback, `ofb`.
    Ofb,
}

const CIPHERS: [BlockCipher; 6] = [
    BlockCipher::Aes128,
    BlockCipher::Aes192,
    BlockCipher::Aes256,
    BlockCipher::Camellia128,
    BlockCipher::Camellia192,
    BlockCipher::Camellia256,
];
const MODES: [BlockMode; 5] = [BlockMode::Cfb, BlockMode::Cfb1, BlockMode::Cfb8, BlockMode::Ctr, BlockMode::Ofb];

/// By cipher and mode, in the order of the two above.
const BLOCK_NAMES: [[&str; 5]; 6] = [
    ["aes-128-cfb", "aes-128-cfb1", "aes-128-cfb8", "aes-128-ctr", "aes-128-ofb"],
    ["aes-192-cfb", "aes-192-cfb1", "aes-192-cfb8", "aes-192-ctr", "aes-192-ofb"],
    ["aes-256-cfb", "aes-256-cfb1", "aes-256-cfb8", "aes-256-ctr", "aes-256-ofb"],
    ["camellia-128-cfb", "camellia-128-cfb1", "camellia-128-cfb8", "camellia-128-ctr", "camellia-128-ofb"],
    ["camellia-192-cfb", "camellia-192-cfb1", "camellia-192-cfb8", "camellia-192-ctr", "camellia-192-ofb"],
    ["camellia-256-cfb", "camellia-256-cfb1", "camellia-256-cfb8", "camellia-256-ctr", "camellia-256-ofb"],
];

impl StreamMethod {
    /// Every one, those that are no block cipher first.
    pub fn all() -> impl Iterator<Item = StreamMethod> {
        use StreamMethod::{Block, ChaCha20, ChaCha20Ietf, None, Rc4, Rc4Md5, Table};
        let blocks = CIPHERS.into_iter().flat_map(|cipher| MODES.into_iter().map(move |mode| Block(cipher, mode)));
        [None, Table, Rc4, Rc4Md5, ChaCha20, ChaCha20Ietf].into_iter().chain(blocks)
    }

    /// The method of a name, in any case; `None` for a name that is no legacy method's.
    #[must_use]
    pub fn parse(name: &str) -> Option<StreamMethod> {
        let folded = name.to_ascii_lowercase();
        let folded = match folded.as_str() {
            "plain" => "none",
            // OpenSSL's longer name of the same.
            name => name.strip_suffix("-cfb128").map_or(name, |_| &name[..name.len() - 3]),
        };
        StreamMethod::all().find(|method| method.name() == folded)
    }

    /// The name in configuration files and links.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            StreamMethod::None => "none",
            StreamMethod::Table => "table",
            StreamMethod::Rc4 => "rc4",
            StreamMethod::Rc4Md5 => "rc4-md5",
            StreamMethod::ChaCha20 => "chacha20",
            StreamMethod::ChaCha20Ietf => "chacha20-ietf",
            StreamMethod::Block(cipher, mode) => BLOCK_NAMES[cipher as usize][mode as usize],
        }
    }

    /// Length of the key in bytes. For `table`, the key is the substitution itself.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            StreamMethod::None => 0,
            StreamMethod::Table => 256,
            StreamMethod::Rc4 | StreamMethod::Rc4Md5 => 16,
            StreamMethod::ChaCha20 | StreamMethod::ChaCha20Ietf => 32,
            StreamMethod::Block(BlockCipher::Aes128 | BlockCipher::Camellia128, _) => 16,
            StreamMethod::Block(BlockCipher::Aes192 | BlockCipher::Camellia192, _) => 24,
            StreamMethod::Block(BlockCipher::Aes256 | BlockCipher::Camellia256, _) => 32,
        }
    }

    /// Length of the IV in bytes; 0 for methods without.
    #[must_use]
    pub const fn iv_len(self) -> usize {
        match self {
            StreamMethod::None | StreamMethod::Table | StreamMethod::Rc4 => 0,
            StreamMethod::ChaCha20 => 8,
            StreamMethod::ChaCha20Ietf => 12,
            StreamMethod::Rc4Md5 | StreamMethod::Block(..) => 16,
        }
    }

    /// See [`crate::Method::has_one_time_auth`].
    #[must_use]
    pub(crate) const fn has_ota(self) -> bool {
        self.iv_len() > 0
    }
}

impl fmt::Display for StreamMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
