//! Packets of all families: sessions of both roles, and what arrives on the way between them.
//!
//! ```text
//!  method u8 │ who u8 │ steps: kind u8 │ what the step needs
//! ```

mod forged;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use parasol_proto::legacy::{Ota, StreamMethod};
use parasol_proto::packet::{
    ClientSession, HEAD_ROOM, Keys, MAX_SKEW, Opened, PacketError, RECEIVE_ROOM, ServerKeys, ServerSession, SessionId,
    TAIL_ROOM,
};
use parasol_proto::socks5::UdpHeader;
use parasol_proto::{Address, Family, Method, Users};

use crate::decoder::is_sound;
use crate::input::Input;
use crate::keys::{NOW, chain, config, password};

const CLIENT: SessionId = SessionId([0x11; 8]);
const SERVER: SessionId = SessionId([0x22; 8]);

/// A client, a server, and a way between them that loses, repeats, delays and changes what they say.
pub fn udp_packet(data: &[u8]) {
    let mut input = Input::new(data);
    let legacy = StreamMethod::all().map(Method::Stream);
    let methods: Vec<_> = Method::ALL.into_iter().chain(legacy).collect();
    let method = input.pick(&methods);
    let mut way = Way::new(method, input.byte());
    while !input.is_empty() {
        match input.byte() % 6 {
            0 => way.ask(&mut input),
            1 => way.arrive(&mut input),
            2 => way.answer(&mut input),
            3 => way.come_back(&mut input),
            4 => way.forge(&mut input),
            _ => way.noise(input.field()),
        }
    }
}

/// A packet under way.
struct Sent {
    packet: Vec<u8>,
    address: Address,
    payload: Vec<u8>,
    /// How often it was taken.
    taken: usize,
}

struct Way {
    method: Method,
    ota: bool,
    /// The client is one that the server knows.
    known: bool,
    client: ClientSession,
    server: ServerKeys,
    sessions: HashMap<SessionId, ServerSession>,
    requests: Vec<Sent>,
    answers: Vec<Sent>,
    /// Somebody else with the key was taken for one of the two, and may have used up what is new.
    forged: bool,
}

impl Way {
    fn new(method: Method, who: u8) -> Way {
        let ota = who & 1 == 1 && method.has_one_time_auth();
        let users = who & 1 == 1 && method.has_identities();
        let (client, key) = if users { (chain(method, &[5, 6 + who / 2 % 4]), 5) } else { (config(method, 7), 7) };
        let known = !users || (1..=2).contains(&(who / 2 % 4));
        let client = if ota { client.with_one_time_auth().expect("it has an IV") } else { client };
        let client = ClientSession::new(Arc::new(Keys::from(&client)), CLIENT);
        let server_keys = keys(method, config(method, key).key());
        let server = if users {
            let (ann, bob) = (password(method, 7), password(method, 8));
            let users = Users::new(method, [("ann", &*ann), ("bob", &*bob)]).expect("two users");
            ServerKeys::with_users(server_keys, Arc::new(users))
        } else {
            ServerKeys::new(server_keys).with_ota(if ota { Ota::Required } else { Ota::Off })
        };
        Way {
            method,
            ota,
            known,
            client,
            server,
            sessions: HashMap::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            forged: false,
        }
    }

    fn ask(&mut self, input: &mut Input<'_>) {
        if self.requests.len() == 64 {
            return;
        }
        let (address, padding, payload) = parts(input);
        let salt = vec![3; self.method.packet_salt_len()];
        let client = &mut self.client;
        let packet = sealed(payload, padding, |buffer, at| {
            let head = client.head_len(&address, padding);
            let packet = client.seal(&address, buffer, at.clone(), padding, &salt, NOW);
            assert_eq!(at.start - packet.start, head, "as long as was said");
            packet
        });
        self.requests.push(Sent { packet, address, payload: payload.to_vec(), taken: 0 });
    }

    /// One of the requests reaches the server, now or later, whole or changed.
    fn arrive(&mut self, input: &mut Input<'_>) {
        let (which, late, change) = (input.byte(), u64::from(input.byte()), input.byte());
        if self.requests.is_empty() {
            return;
        }
        let which = usize::from(which) % self.requests.len();
        let mut packet = self.requests[which].packet.clone();
        let changed = change & 1 == 1 && flip(&mut packet, input);
        let seen = self.serve(&mut packet, NOW + late);
        let (sent, is_2022) = (&mut self.requests[which], self.method.family() == Family::Aead2022);
        match seen {
            Ok(opened) => {
                assert!(self.known, "{}: a stranger was served", self.method);
                if !changed {
                    assert_eq!(opened.address, sent.address);
                    assert!(packet[opened.payload] == sent.payload);
                    sent.taken += 1;
                }
                if is_2022 {
                    assert!(!changed && sent.taken == 1, "{}: changed or taken before", self.method);
                    assert!(late <= MAX_SKEW, "{}: {late} s late", self.method);
                }
                assert!(!changed || self.method.is_legacy() && !self.ota, "{}: a change was not seen", self.method);
            }
            Err(error) if !changed && self.known => {
                let old = is_2022 && (late > MAX_SKEW || sent.taken > 0 || self.forged);
                assert!(old, "{}: a good packet was dropped: {error}", self.method);
            }
            Err(_) => {}
        }
    }

    /// As a server does: a session is kept only if it opened the packet.
    fn serve(&mut self, packet: &mut [u8], now: u64) -> Result<Opened, PacketError> {
        let header = self.server.open_header(packet)?;
        let id = header.session().unwrap_or(SessionId([0; 8]));
        let opened = match self.sessions.get_mut(&id) {
            Some(session) => session.open(header, packet, now)?,
            None => {
                let mut session = self.server.session(&header, SERVER)?;
                let opened = session.open(header, packet, now)?;
                self.sessions.insert(id, session);
                opened
            }
        };
        is_within(&opened, packet);
        Ok(opened)
    }

    fn answer(&mut self, input: &mut Input<'_>) {
        let (address, padding, payload) = parts(input);
        let id = if self.method.family() == Family::Aead2022 { CLIENT } else { SessionId([0; 8]) };
        let Some(session) = self.sessions.get_mut(&id).filter(|_| self.answers.len() < 64) else { return };
        let salt = vec![4; self.method.packet_salt_len()];
        let packet = sealed(payload, padding, |buffer, at| session.seal(&address, buffer, at, padding, &salt, NOW));
        self.answers.push(Sent { packet, address, payload: payload.to_vec(), taken: 0 });
    }

    /// One of the answers, or of the client's own requests, reaches the client.
    fn come_back(&mut self, input: &mut Input<'_>) {
        let (which, late, change) = (input.byte(), u64::from(input.byte()), input.byte());
        let is_2022 = self.method.family() == Family::Aead2022;
        if change & 2 == 2 && is_2022 {
            if let Some(reflected) = self.requests.first() {
                let seen = self.client.open(&mut reflected.packet.clone(), NOW);
                assert!(seen.is_err(), "{}: our own packet was taken for an answer", self.method);
            }
            return;
        }
        if self.answers.is_empty() {
            return;
        }
        let which = usize::from(which) % self.answers.len();
        let sent = &mut self.answers[which];
        let room = if self.method.packet_salt_len() < RECEIVE_ROOM { RECEIVE_ROOM } else { 0 };
        let mut packet = sent.packet.clone();
        let changed = change & 1 == 1 && flip(&mut packet, input);
        match self.client.open(&mut packet, NOW + late) {
            Ok(opened) => {
                is_within(&opened, &packet);
                assert!(UdpHeader::encoded_len(&opened.address) <= opened.payload.start + room, "a header fits before");
                if !changed {
                    assert_eq!(opened.address, sent.address);
                    assert!(packet[opened.payload] == sent.payload);
                    sent.taken += 1;
                }
                assert!(!changed || self.method.is_legacy(), "{}: a change was not seen", self.method);
                assert!(!is_2022 || (sent.taken == 1 && late <= MAX_SKEW), "{}: taken before, or old", self.method);
            }
            Err(error) if !changed => {
                let old = is_2022 && (late > MAX_SKEW || sent.taken > 0 || self.forged);
                assert!(old, "{}: a good answer was dropped: {error}", self.method);
            }
            Err(_) => {}
        }
    }

    /// Somebody with the key says what no program would.
    fn forge(&mut self, input: &mut Input<'_>) {
        let (mut packet, fault) = forged::packet(self.method, input);
        if input.byte() & 1 == 0 {
            let seen = self.serve(&mut packet, NOW);
            assert!(!fault || seen.is_err(), "{}: {seen:?}", self.method);
            self.forged |= seen.is_ok();
        } else if let Ok(opened) = self.client.open(&mut packet, NOW) {
            assert!(!fault, "{}: {opened:?}", self.method);
            is_within(&opened, &packet);
            self.forged = true;
        }
    }

    /// A stranger has nothing to say to either.
    fn noise(&mut self, bytes: &[u8]) {
        let served = self.serve(&mut bytes.to_vec(), NOW).is_ok();
        let delivered = self.client.open(&mut bytes.to_vec(), NOW).is_ok();
        let tagged = !self.method.is_legacy();
        assert!(!(tagged && (served || delivered)), "{}: noise was taken", self.method);
        assert!(!(self.ota && served), "{}: noise was taken", self.method);
    }
}

fn keys(method: Method, key: &parasol_proto::Key) -> Arc<Keys> {
    Arc::new(Keys::new(method, key.clone()))
}

fn parts<'a>(input: &mut Input<'a>) -> (Address, usize, &'a [u8]) {
    let targets = ["10.0.0.1:53", "[2001:db8::1]:443", "target.example:443", "a.b:1"];
    let address = input.pick(&targets).parse().expect("an address");
    let padding = input.number() % 901;
    (address, padding, input.field())
}

/// What stands free around the payload before it is sealed must be left alone outside the packet.
const MARK: u8 = 0xa5;

/// Seals in a buffer of just the promised room.
fn sealed(payload: &[u8], padding: usize, seal: impl FnOnce(&mut [u8], Range<usize>) -> Range<usize>) -> Vec<u8> {
    let at = HEAD_ROOM + padding;
    let mut buffer = vec![MARK; at];
    buffer.extend_from_slice(payload);
    buffer.resize(buffer.len() + TAIL_ROOM, MARK);
    let packet = seal(&mut buffer, at..at + payload.len());
    assert!(buffer[..packet.start].iter().all(|&byte| byte == MARK), "only the packet is written");
    assert!(buffer[packet.end..].iter().all(|&byte| byte == MARK), "only the packet is written");
    buffer[packet].to_vec()
}

/// One bit; false when there is none.
fn flip(packet: &mut [u8], input: &mut Input<'_>) -> bool {
    let (at, bit) = (input.number(), input.byte() % 8);
    let at = at % packet.len().max(1);
    packet.get_mut(at).map(|byte| *byte ^= 1 << bit).is_some()
}

fn is_within(opened: &Opened, packet: &[u8]) {
    is_sound(&opened.address);
    assert!(opened.payload.start <= opened.payload.end && opened.payload.end <= packet.len(), "{opened:?}");
}
