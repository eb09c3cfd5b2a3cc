//! UDP packets of the legacy methods, sealed and opened in place.
//! ```text
//! ┌──────────────┬─────────┬─────────┬────────┐
//! │ IV 0/8/12/16 │ address │ payload │ tag 10 │   tag: only with one-time authentication, client to server
//! └──────────────┴─────────┴─────────┴────────┘
//! ```

use std::ops::Range;

use thiserror::Error;

use super::StreamCipher;
use super::method::StreamMethod;
use super::ota::{FLAG, OTA_TAG, Ota, head_tag, same};
use crate::address::Address;
use crate::key::Key;

/// What a packet holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// In a request the target, in a response where the payload comes from.
    pub address: Address,
    /// Where in the packet the payload lies; may be empty.
    pub payload: Range<usize>,
}

/// Why bytes are no packet. The packet is dropped, and that is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PacketError {
    /// Shorter than IV, address and tag.
    #[error("too short")]
    TooShort,
    /// The address makes no sense: another key or method, most likely.
    #[error("a malformed address")]
    BadAddress,
    /// One-time authentication where it is off, or none where it is required.
    #[error("with or without one-time authentication against what was agreed")]
    WrongOta,
    /// The tag of one-time authentication does not match.
    #[error("not authentic")]
    NotAuthentic,
}

/// Seals the payload that lies at `payload` in `buffer`, in place, with the head before it; returns where the packet
/// lies. `iv` is random and fresh. With `ota`, the packet gets a tag, which only a client does.
///
/// # Panics
/// When `iv` has not the method's length, when the room in `buffer` before (IV and address) or behind the payload (10
/// bytes with `ota`) is too small, or with `ota` when the method has none.
#[must_use]
pub fn seal_packet(
    method: StreamMethod,
    key: &Key,
    address: &Address,
    iv: &[u8],
    ota: bool,
    buffer: &mut [u8],
    payload: Range<usize>,
) -> Range<usize> {
    let at = address.encode_before(buffer, payload.start);
    let start = at.checked_sub(iv.len()).expect("there is head room for the packet's head");
    let mut end = payload.end;
    buffer[start..at].copy_from_slice(iv);
    if ota {
        assert!(method.has_ota(), "one-time authentication needs an IV");
        buffer[at] |= FLAG;
        let tag = head_tag(iv, key, &buffer[at..end]);
        buffer[end..end + OTA_TAG].copy_from_slice(&tag);
        end += OTA_TAG;
    }
    StreamCipher::new(method, key, iv).seal(&mut buffer[at..end]);
    start..end
}

/// Opens a packet in place. A client passes [`Ota::Off`]: answers are never authenticated.
///
/// # Errors
/// See [`PacketError`].
pub fn open_packet(method: StreamMethod, key: &Key, ota: Ota, packet: &mut [u8]) -> Result<Packet, PacketError> {
    let head = method.iv_len();
    let (iv, sealed) = packet.split_at_mut_checked(head).ok_or(PacketError::TooShort)?;
    StreamCipher::new(method, key, iv).open(sealed);
    let first = sealed.first_mut().ok_or(PacketError::TooShort)?;
    let flagged = method.has_ota() && *first & FLAG != 0;
    if !ota.takes(flagged) {
        return Err(PacketError::WrongOta);
    }
    let mut plain = &mut *sealed;
    if flagged {
        let len = plain.len().checked_sub(OTA_TAG).ok_or(PacketError::TooShort)?;
        let (body, tag) = plain.split_at_mut(len);
        if !same(tag, &head_tag(iv, key, body)) {
            return Err(PacketError::NotAuthentic);
        }
        plain = body;
        plain[0] &= !FLAG;
    }
    match Address::decode(plain) {
        Ok(Some((address, used))) => Ok(Packet { address, payload: head + used..head + plain.len() }),
        Ok(None) => Err(PacketError::TooShort),
        Err(_) => Err(PacketError::BadAddress),
    }
}
