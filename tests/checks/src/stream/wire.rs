//! Streams as a client and a server of ours write them, and what the way does to them.

use parasol_proto::legacy::Ota;
use parasol_proto::stream::{ChunkSealer, MAX_PADDING, seal_request, seal_response};
use parasol_proto::{Address, Method};

use super::reader::Server;
use crate::input::Input;
use crate::keys::{NOW, chain, config};

/// A request with all its payload, sealed.
pub(super) struct Request {
    method: Method,
    pub(super) target: Address,
    pub(super) payload: Vec<u8>,
    pub(super) wire: Vec<u8>,
    /// With one-time authentication.
    pub(super) ota: bool,
    /// The keys of a user of a server with users.
    identity: Option<[u8; 2]>,
}

impl Request {
    pub(super) fn new(method: Method, input: &mut Input<'_>) -> Request {
        let choice = input.byte();
        let target = target(choice);
        let (first, rest) = (input.field(), input.field());
        let padding = vec![9; if first.is_empty() { 1 + input.number() % MAX_PADDING } else { 0 }];
        let ota = method.has_one_time_auth() && choice & 0x40 != 0;
        let identity = (method.has_identities() && choice & 0x40 != 0).then(|| [4 + choice % 3, input.byte() % 10]);
        let config = match identity {
            Some(keys) => chain(method, &keys),
            None => config(method, 7),
        };
        let (mut wire, salt) = (Vec::new(), vec![1; method.salt_len()]);
        let config = if ota { config.with_one_time_auth().expect("it has an IV") } else { config };
        let mut sealer = seal_request(&config, &target, first, &salt, &padding, NOW, &mut wire);
        seal_in_place(&mut sealer, rest, &mut wire);
        Request { method, target, payload: [first, rest].concat(), wire, ota, identity }
    }

    /// Whether a server has the keys.
    pub(super) fn is_known(&self) -> bool {
        self.identity.is_none_or(|[server, user]| server == 5 && (user == 7 || user == 8))
    }

    /// The server that it is for.
    pub(super) fn server(&self) -> Server {
        let key = if self.identity.is_some() { 5 } else { 7 };
        let ota = if self.ota { Ota::Required } else { Ota::Off };
        Server { ota, users: self.identity.is_some(), ..Server::new(self.method, key) }
    }
}

pub(super) fn target(choice: u8) -> Address {
    let targets = ["10.0.0.1:80", "[2001:db8::1]:443", "target.example:443", "a.b:1"];
    targets[usize::from(choice) % targets.len()].parse().expect("an address")
}

/// A response with all its payload, sealed, and the payload.
pub(super) fn response(method: Method, asked: &[u8], input: &mut Input<'_>) -> (Vec<u8>, Vec<u8>) {
    let (first, rest) = (input.field(), input.field());
    let (mut wire, salt) = (Vec::new(), vec![2; method.salt_len()]);
    let mut sealer = seal_response(method, config(method, 7).key(), asked, first, &salt, NOW, &mut wire);
    seal_in_place(&mut sealer, rest, &mut wire);
    (wire, [first, rest].concat())
}

/// Seals as the relay does: payload into the slots of a buffer, then all of it at once.
fn seal_in_place(sealer: &mut ChunkSealer, payload: &[u8], out: &mut Vec<u8>) {
    let mut buffer = vec![0; payload.len() + 64];
    let mut left = payload;
    while !left.is_empty() {
        let mut filled = 0;
        for slot in sealer.slots(buffer.len()) {
            let n = slot.len().min(left.len());
            buffer[slot][..n].copy_from_slice(&left[..n]);
            left = &left[n..];
            filled += n;
        }
        let sealed = sealer.seal(&mut buffer, filled);
        out.extend_from_slice(&buffer[..sealed]);
    }
}

/// Bits flipped, bytes lost, said twice, put in, or cut off at the end: up to four times.
pub(super) fn changed(wire: &[u8], input: &mut Input<'_>) -> Vec<u8> {
    let mut wire = wire.to_vec();
    for _ in 0..1 + input.byte() % 4 {
        let (kind, at, len) = (input.byte() % 5, input.number(), input.byte());
        if wire.is_empty() {
            break;
        }
        let at = at % wire.len();
        let end = (at + usize::from(len)).min(wire.len());
        match kind {
            0 => wire[at] ^= 1 << (len % 8),
            1 => drop(wire.drain(at..end)),
            2 => {
                let again = wire[at..end].to_vec();
                wire.splice(end..end, again);
            }
            3 => drop(wire.splice(at..at, input.bytes(usize::from(len)).iter().copied())),
            _ => wire.truncate(at),
        }
    }
    wire
}
