//! Where the engine gets random bytes and the wall clock from; `proto` takes both as arguments.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parasol_proto::Method;
use parasol_proto::stream::MAX_PADDING;

/// Fills `bytes` from the system's cryptographic generator.
pub(crate) fn fill(bytes: &mut [u8]) {
    // The generator seeds itself when the process starts; without it there is no safe way to go on.
    aws_lc_rs::rand::fill(bytes).expect("the system has a source of random bytes");
}

/// A fresh salt of the method's length.
pub(crate) fn salt(method: Method) -> Salt {
    let mut bytes = [0; 32];
    fill(&mut bytes);
    Salt { bytes, len: method.key_len() }
}

/// What a sealed packet of the method begins with.
pub(crate) fn packet_salt(method: Method) -> Salt {
    let mut salt = Salt { bytes: [0; 32], len: method.packet_salt_len() };
    if salt.len > 0 {
        fill(&mut salt.bytes[..salt.len]);
    }
    salt
}

/// A salt, without an allocation.
pub(crate) struct Salt {
    bytes: [u8; 32],
    len: usize,
}

impl Salt {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Between 1 and [`MAX_PADDING`] random bytes.
pub(crate) fn padding() -> Vec<u8> {
    let mut len = [0; 2];
    fill(&mut len);
    // The bias of a remainder by 900 over 65,536 values is under 2 %, and nothing rests on it.
    let mut padding = vec![0; 1 + usize::from(u16::from_le_bytes(len)) % MAX_PADDING];
    fill(&mut padding);
    padding
}

/// Some duration from nothing up to `most`.
pub(crate) fn below(most: Duration) -> Duration {
    let mut share = [0; 2];
    fill(&mut share);
    most * u32::from(u16::from_le_bytes(share)) / u32::from(u16::MAX)
}

/// Unix time in seconds; 0 before 1970.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
