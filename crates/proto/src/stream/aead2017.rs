//! AEAD-2017 (SIP004): heads.
//! ```text
//! ┌───────────────┬───────┬───────┬──
//! │ salt 16/24/32 │ chunk │ chunk │ …    request: address ‖ payload     response: payload
//! └───────────────┴───────┴───────┴──
//! ```

use super::chunk::{CHUNK_OVERHEAD, ChunkSealer, max_payload};
use super::cipher::Cipher;
use crate::address::Address;
use crate::key::Key;
use crate::method::Method;

pub(super) fn seal_request(
    method: Method,
    key: &Key,
    target: &Address,
    payload: &[u8],
    salt: &[u8],
    out: &mut Vec<u8>,
) -> ChunkSealer {
    // Address and payload share the first chunk: an address in a chunk of its own has a length that tells what it is.
    let mut plain = Vec::with_capacity(target.encoded_len() + payload.len());
    target.encode(&mut plain);
    plain.extend_from_slice(payload);
    seal_response(method, key, &plain, salt, out)
}

pub(super) fn seal_response(method: Method, key: &Key, payload: &[u8], salt: &[u8], out: &mut Vec<u8>) -> ChunkSealer {
    let mut sealer = ChunkSealer::new(Cipher::new(method, key, salt), method);
    let chunks = payload.len().div_ceil(max_payload(method));
    out.reserve(salt.len() + payload.len() + chunks * CHUNK_OVERHEAD);
    out.extend_from_slice(salt);
    sealer.append(payload, out);
    sealer
}
