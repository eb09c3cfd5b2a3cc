//! `Sealer`: the sealing half of a session, for either role.

use std::ops::Range;
use std::sync::Arc;

use super::body::{self, Direction};
use super::keys::{Framing, Keys, separate_header};
use super::{BLOCK, MAX_PADDING, SessionId, TAIL_ROOM};
use crate::address::Address;
use crate::aead::Aead;
use crate::identity;
use crate::legacy;
use crate::legacy::ota::OTA_TAG;

pub(super) struct Sealer {
    keys: Arc<Keys>,
    session: SessionId,
    direction: Direction,
    /// For AES 2022, which has a subkey for each session. Made when it is needed: a server has to make a session before
    /// it knows whether a packet is authentic.
    aead: Option<Aead>,
    /// The id of the next packet.
    next: u64,
}

impl Sealer {
    pub(super) fn new(keys: Arc<Keys>, session: SessionId, direction: Direction) -> Sealer {
        Sealer { keys, session, direction, aead: None, next: 0 }
    }

    /// See [`super::ClientSession::seal`].
    pub(super) fn seal(
        &mut self,
        address: &Address,
        buffer: &mut [u8],
        payload: Range<usize>,
        padding: usize,
        salt: &[u8],
        now: u64,
    ) -> Range<usize> {
        assert_eq!(salt.len(), self.keys.method().packet_salt_len(), "the salt has the method's length");
        assert!(padding <= MAX_PADDING, "padding is bounded");
        let end = payload.end + TAIL_ROOM;
        let take = |at: usize, n: usize| at.checked_sub(n).expect("there is head room for the packet's head");
        let start = match &self.keys.framing {
            Framing::Salted => {
                let sealed = address.encode_before(buffer, payload.start);
                let start = take(sealed, salt.len());
                buffer[start..sealed].copy_from_slice(salt);
                let (aead, nonce) = self.keys.salted(salt);
                aead.seal(nonce, &mut buffer[sealed..end]);
                start
            }
            Framing::Separate(blocks) => {
                let sealed = body::write_before(buffer, payload.start, address, padding, self.direction, now);
                let header = separate_header(self.session, self.next);
                let aead = self.aead.get_or_insert_with(|| self.keys.session(self.session));
                aead.seal(&header[4..], &mut buffer[sealed..end]);
                let identities = match self.direction {
                    Direction::Request => &blocks.identities[..],
                    Direction::Response(_) => &[],
                };
                let start = take(sealed, BLOCK * (1 + identities.len()));
                let (places, _) = buffer[start..sealed].as_chunks_mut::<BLOCK>();
                places[0] = header;
                identities.first().map_or(&blocks.own, |(first, _)| first).encrypt(&mut places[0]);
                for (place, (block, next)) in places[1..].iter_mut().zip(identities) {
                    *place = *next;
                    identity::mask(place, &header);
                    block.encrypt(place);
                }
                start
            }
            Framing::Nonce(aead) => {
                let body = body::write_before(buffer, payload.start, address, padding, self.direction, now);
                let sealed = take(body, BLOCK);
                buffer[sealed..body].copy_from_slice(&separate_header(self.session, self.next));
                let start = take(sealed, salt.len());
                buffer[start..sealed].copy_from_slice(salt);
                aead.seal(salt, &mut buffer[sealed..end]);
                start
            }
            Framing::Stream(method) => {
                let (key, ota) = (self.keys.key(), self.has_ota());
                return legacy::seal_packet(*method, key, address, salt, ota, buffer, payload);
            }
        };
        self.next += 1;
        start..end
    }

    /// See [`super::ClientSession::head_len`].
    pub(super) fn head_len(&self, address: &Address, padding: usize) -> usize {
        let body = || body::head_len(self.direction) + padding;
        address.encoded_len()
            + match &self.keys.framing {
                Framing::Salted | Framing::Stream(_) => self.keys.method().packet_salt_len(),
                Framing::Separate(blocks) => match self.direction {
                    Direction::Request => BLOCK * (1 + blocks.identities.len()) + body(),
                    Direction::Response(_) => BLOCK + body(),
                },
                Framing::Nonce(_) => self.keys.method().packet_salt_len() + BLOCK + body(),
            }
    }

    /// See [`super::ClientSession::tail_len`].
    pub(super) fn tail_len(&self) -> usize {
        match &self.keys.framing {
            Framing::Stream(_) if self.has_ota() => OTA_TAG,
            Framing::Stream(_) => 0,
            Framing::Salted | Framing::Separate(_) | Framing::Nonce(_) => TAIL_ROOM,
        }
    }

    /// Only what a client sends has tags.
    fn has_ota(&self) -> bool {
        self.keys.one_time_auth && matches!(self.direction, Direction::Request)
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }
}
