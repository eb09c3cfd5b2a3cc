//! One-time authentication: tags of HMAC-SHA1 on what the client sends, cut to 10 bytes.
//!
//! ```text
//! request   ATYP │ 0x10 │ address │ port │ tag 10 │ chunk │ chunk │ …     inside the encryption
//! chunk     length u16be │ tag 10 │ data
//! packet    ATYP │ 0x10 │ address │ port │ payload │ tag 10               client to server only
//!
//! tag of a request   HMAC-SHA1(key = IV ‖ key, address with its flag)
//! tag of a chunk     HMAC-SHA1(key = IV ‖ number of the chunk u32be, data)
//! tag of a packet    HMAC-SHA1(key = IV ‖ key, address with its flag ‖ payload)
//! ```
//! What the server answers is not authenticated, and the lengths of chunks are not: the scheme was given up for that.
//! The Python original drops a chunk whose tag is wrong and goes on; here the stream ends.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key as HmacKey, sign};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::key::Key;
use crate::method::Method;

/// The flag in the address type that says that tags follow.
pub(crate) const FLAG: u8 = 0x10;

/// Length of a tag.
pub(crate) const OTA_TAG: usize = 10;

/// What comes before a chunk's data.
pub(crate) const CHUNK_HEAD: usize = 2 + OTA_TAG;

/// The longest data of a chunk.
pub(crate) const MAX_CHUNK: usize = 0xFFFF;

/// Whether a server takes requests with one-time authentication, and those without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ota {
    /// Only those without. A flagged address is a malformed one.
    #[default]
    Off,
    /// Both.
    Allowed,
    /// Only those with.
    Required,
}

impl Ota {
    /// Whether a request that is flagged, or not, is taken.
    #[must_use]
    pub(crate) fn takes(self, flagged: bool) -> bool {
        match self {
            Ota::Off => !flagged,
            Ota::Allowed => true,
            Ota::Required => flagged,
        }
    }
}

/// The method has no one-time authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} has no one-time authentication: only legacy methods with an IV do")]
pub struct NoOta(pub Method);

/// Whoever is to demand or send it asks here.
pub(crate) fn check(method: Method) -> Result<(), NoOta> {
    if method.has_one_time_auth() { Ok(()) } else { Err(NoOta(method)) }
}

/// The tag of a request's address, or of a packet.
pub(crate) fn head_tag(iv: &[u8], key: &Key, data: &[u8]) -> [u8; OTA_TAG] {
    tag(iv, key.bytes(), data)
}

/// Makes and checks the tags of one stream's chunks, in order.
pub(crate) struct ChunkTags {
    iv: Box<[u8]>,
    number: u32,
}

impl ChunkTags {
    pub(crate) fn new(iv: &[u8]) -> ChunkTags {
        ChunkTags { iv: iv.into(), number: 0 }
    }

    /// The tag of the next chunk.
    pub(crate) fn next(&mut self, data: &[u8]) -> [u8; OTA_TAG] {
        let tag = tag(&self.iv, &self.number.to_be_bytes(), data);
        self.number = self.number.wrapping_add(1);
        tag
    }
}

/// Whether two tags are the same, in constant time.
#[must_use]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    verify_slices_are_equal(a, b).is_ok()
}

fn tag(iv: &[u8], more: &[u8], data: &[u8]) -> [u8; OTA_TAG] {
    let key = Zeroizing::new([iv, more].concat());
    let key = HmacKey::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    sign(&key, data).as_ref()[..OTA_TAG].try_into().expect("SHA-1 has 20 bytes")
}
