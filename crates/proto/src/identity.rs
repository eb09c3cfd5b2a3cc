//! Identity headers (SIP023): how a client of a server with many users says which one it is, by the hash of its key.
//!
//! ```text
//! password            iPSK0:iPSK1:…:uPSK          each names the next
//!
//! TCP    salt │ identity header 16 for each iPSK │ fixed header │ …
//!        AES under BLAKE3(iPSKn ‖ salt) of             blake3(next)[..16]
//!
//! UDP    separate header │ identity header 16 for each iPSK │ body          requests only
//!        AES under iPSKn of                            blake3(next)[..16] XOR separate header
//! ```
//! A server with users has one iPSK, which is its own key; further ones belong to relays before it, each of which takes
//! the first header away.

use crate::block::{BLOCK, Block};
use crate::key::Key;
use crate::method::Method;
use crate::subkey::Subkey;

/// What names a key in an identity header.
pub(crate) type Hash = [u8; BLOCK];

/// The first half of a key's BLAKE3.
pub(crate) fn hash(key: &[u8]) -> Hash {
    *blake3::hash(key).as_bytes().first_chunk().expect("it is twice as long")
}

/// Each identity key with the hash of the key that it names, in order.
pub(crate) fn pairs(key: &Key) -> impl Iterator<Item = (&[u8], Hash)> {
    let next = key.identities().skip(1).chain([key.bytes()]);
    key.identities().zip(next).map(|(identity, next)| (identity, hash(next)))
}

/// Appends the headers of a stream; none for a key without identities.
pub(crate) fn seal_stream(method: Method, key: &Key, salt: &[u8], out: &mut Vec<u8>) {
    for (identity, mut header) in pairs(key) {
        Block::new(method, Subkey::identity(identity, salt).bytes()).encrypt(&mut header);
        out.extend_from_slice(&header);
    }
}

/// The hash in a stream's header for the server of this key.
pub(crate) fn open_stream(method: Method, key: &Key, salt: &[u8], header: &Hash) -> Hash {
    let mut header = *header;
    Block::new(method, Subkey::identity(key.bytes(), salt).bytes()).decrypt(&mut header);
    header
}

/// Puts the separate header of a packet over the hash, or takes it off again.
pub(crate) fn mask(hash: &mut Hash, separate_header: &[u8; BLOCK]) {
    for (byte, mask) in hash.iter_mut().zip(separate_header) {
        *byte ^= mask;
    }
}
