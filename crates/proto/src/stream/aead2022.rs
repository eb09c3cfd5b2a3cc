//! AEAD-2022 (SIP022): heads.
//! ```text
//! request    salt 16/32 │ identity headers 16 each │ fixed header 11+16 │ variable header n+16 │ length 2+16 │ payload n+16 │ …
//! response   salt 16/32 │ fixed header 27/43+16 │ payload n+16 │ length 2+16 │ payload n+16 │ …
//!
//! fixed header, request    type=0 u8 │ unix time u64be │ length of the variable header u16be
//! fixed header, response   type=1 u8 │ unix time u64be │ request salt 16/32 │ length of the payload u16be
//! variable header          ATYP │ address │ port u16be │ padding length u16be │ padding │ initial payload
//! ```

use super::chunk::{ChunkOpener, ChunkSealer};
use super::cipher::Cipher;
use super::{MAX_PADDING, MAX_SKEW, StreamError, TAG};
use crate::address::Address;
use crate::identity;
use crate::key::Key;
use crate::method::Method;

const CLIENT: u8 = 0;
const SERVER: u8 = 1;
const MAX: usize = 0xFFFF;

/// Length of a request's fixed header, sealed.
pub(super) const REQUEST_HEADER: usize = 1 + 8 + 2 + TAG;

/// Length of a response's fixed header, sealed.
pub(super) const fn response_header(salt: usize) -> usize {
    1 + 8 + salt + 2 + TAG
}

#[expect(clippy::too_many_arguments, reason = "each is a field of the head")]
pub(super) fn seal_request(
    method: Method,
    key: &Key,
    target: &Address,
    payload: &[u8],
    salt: &[u8],
    padding: &[u8],
    now: u64,
    out: &mut Vec<u8>,
) -> ChunkSealer {
    assert!(!payload.is_empty() || !padding.is_empty(), "a request has payload or padding");
    assert!(padding.len() <= MAX_PADDING, "padding is bounded");
    let mut cipher = Cipher::new(method, key, salt);
    let initial = payload.len().min(MAX - target.encoded_len() - 2 - padding.len());
    let variable = target.encoded_len() + 2 + padding.len() + initial;

    out.extend_from_slice(salt);
    identity::seal_stream(method, key, salt, out);
    seal_piece(&mut cipher, out, |out| {
        out.push(CLIENT);
        out.extend_from_slice(&now.to_be_bytes());
        out.extend_from_slice(&length(variable));
    });
    seal_piece(&mut cipher, out, |out| {
        target.encode(out);
        out.extend_from_slice(&length(padding.len()));
        out.extend_from_slice(padding);
        out.extend_from_slice(&payload[..initial]);
    });
    let mut sealer = ChunkSealer::new(cipher, method);
    sealer.append(&payload[initial..], out);
    sealer
}

pub(super) fn seal_response(
    method: Method,
    key: &Key,
    request_salt: &[u8],
    payload: &[u8],
    salt: &[u8],
    now: u64,
    out: &mut Vec<u8>,
) -> ChunkSealer {
    let mut cipher = Cipher::new(method, key, salt);
    let initial = payload.len().min(MAX);
    out.extend_from_slice(salt);
    seal_piece(&mut cipher, out, |out| {
        out.push(SERVER);
        out.extend_from_slice(&now.to_be_bytes());
        out.extend_from_slice(request_salt);
        out.extend_from_slice(&length(initial));
    });
    seal_piece(&mut cipher, out, |out| out.extend_from_slice(&payload[..initial]));
    let mut sealer = ChunkSealer::new(cipher, method);
    sealer.append(&payload[initial..], out);
    sealer
}

fn seal_piece(cipher: &mut Cipher, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    write(out);
    out.resize(out.len() + TAG, 0);
    cipher.seal(&mut out[at..]);
}

fn length(n: usize) -> [u8; 2] {
    u16::try_from(n).expect("header lengths were bounded by 0xFFFF").to_be_bytes()
}

/// Opens and checks a request's fixed header; returns the length of the variable header.
pub(super) fn open_request_header(cipher: &mut ChunkOpener, sealed: &mut [u8], now: u64) -> Result<usize, StreamError> {
    cipher.open_piece(sealed)?;
    let (head, len) = sealed[..sealed.len() - TAG].split_at(1 + 8);
    check_type(head, CLIENT)?;
    check_time(head, now)?;
    Ok(usize::from(u16::from_be_bytes([len[0], len[1]])))
}

/// Opens and checks a response's fixed header; returns the length of the first payload.
pub(super) fn open_response_header(
    cipher: &mut ChunkOpener,
    sealed: &mut [u8],
    request_salt: &[u8],
    now: u64,
) -> Result<usize, StreamError> {
    cipher.open_piece(sealed)?;
    let (head, rest) = sealed[..sealed.len() - TAG].split_at(1 + 8);
    check_type(head, SERVER)?;
    let (salt, len) = rest.split_at(request_salt.len());
    // Before its time: the age of what somebody has recorded says nothing of the server's clock.
    if salt != request_salt {
        return Err(StreamError::ForeignResponse);
    }
    check_time(head, now)?;
    Ok(usize::from(u16::from_be_bytes([len[0], len[1]])))
}

fn check_type(head: &[u8], kind: u8) -> Result<(), StreamError> {
    if head[0] == kind { Ok(()) } else { Err(StreamError::WrongType) }
}

fn check_time(head: &[u8], now: u64) -> Result<(), StreamError> {
    let time = u64::from_be_bytes(head[1..9].try_into().expect("eight bytes were split off"));
    if time.abs_diff(now) > MAX_SKEW { Err(StreamError::ClockSkew) } else { Ok(()) }
}

/// Reads an opened variable header: the target, and where in `header` the payload begins.
pub(super) fn read_variable_header(header: &[u8]) -> Result<(Address, usize), StreamError> {
    let (target, used) =
        Address::decode(header).map_err(|_| StreamError::BadAddress)?.ok_or(StreamError::BadAddress)?;
    let padding = header.get(used..used + 2).ok_or(StreamError::BadPadding)?;
    let padding = usize::from(u16::from_be_bytes([padding[0], padding[1]]));
    let payload = used + 2 + padding;
    if padding > MAX_PADDING || payload > header.len() || (padding == 0 && payload == header.len()) {
        return Err(StreamError::BadPadding);
    }
    Ok((target, payload))
}
