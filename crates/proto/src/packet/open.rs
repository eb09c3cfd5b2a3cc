//! Opening packets in place, the same for either role.

use super::body::{self, Direction};
use super::keys::Keys;
use super::{BLOCK, Opened, PacketError};
use crate::address::Address;
use crate::aead::{Aead, MAX_NONCE, TAG};
use crate::legacy::{self, Ota, StreamMethod};

/// Opens an AEAD-2017 packet of either direction.
pub(super) fn open_salted(keys: &Keys, packet: &mut [u8]) -> Result<Opened, PacketError> {
    let (salt, sealed) = packet.split_at_mut_checked(keys.method().key_len()).ok_or(PacketError::TooShort)?;
    if sealed.len() < TAG {
        return Err(PacketError::TooShort);
    }
    let (aead, nonce) = keys.salted(salt);
    if !aead.open(nonce, sealed) {
        return Err(PacketError::NotAuthentic);
    }
    let body = &sealed[..sealed.len() - TAG];
    let (address, used) = Address::decode(body).map_err(|_| PacketError::BadAddress)?.ok_or(PacketError::BadAddress)?;
    Ok(Opened { address, payload: salt.len() + used..packet.len() - TAG })
}

/// Opens a legacy packet of either direction. Nothing proves that it is authentic but one-time authentication.
pub(super) fn open_stream(
    keys: &Keys,
    method: StreamMethod,
    ota: Ota,
    packet: &mut [u8],
) -> Result<Opened, PacketError> {
    match legacy::open_packet(method, keys.key(), ota, packet) {
        Ok(legacy::Packet { address, payload }) => Ok(Opened { address, payload }),
        Err(legacy::PacketError::TooShort) => Err(PacketError::TooShort),
        Err(legacy::PacketError::BadAddress | legacy::PacketError::WrongOta) => Err(PacketError::BadAddress),
        Err(legacy::PacketError::NotAuthentic) => Err(PacketError::NotAuthentic),
    }
}

/// Opens a 2022 ChaCha20 packet of either direction; its ids then lie behind the nonce, and the body behind those.
pub(super) fn open_under_nonce(aead: &Aead, packet: &mut [u8]) -> Result<(), PacketError> {
    let (nonce, sealed) = packet.split_first_chunk_mut::<MAX_NONCE>().ok_or(PacketError::TooShort)?;
    if sealed.len() < BLOCK + TAG {
        return Err(PacketError::TooShort);
    }
    if aead.open(nonce, sealed) { Ok(()) } else { Err(PacketError::NotAuthentic) }
}

/// Checks the opened body of a 2022 packet, which starts at `at`.
pub(super) fn read_body(packet: &[u8], at: usize, direction: Direction, now: u64) -> Result<Opened, PacketError> {
    let end = packet.len() - TAG;
    let (address, payload) = body::read(&packet[at..end], direction, now)?;
    Ok(Opened { address, payload: at + payload..end })
}
