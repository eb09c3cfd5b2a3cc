//! `Question`: what a client asks, and everything that is written from it.

use hickory_proto::rr::Name;
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};
use thiserror::Error;

use super::record::Records;
use super::{HEADER, PLAIN_UDP, PORT, flag, kind, put_u16, u16_at};
use crate::address::{Address, Domain};

/// A client's question: one name, type and class, and how the client wants its answer.
///
/// Of EDNS (RFC 6891) only its size and its DO bit are kept. Its options are for one hop (cookies), or tell the name
/// server who asks (client subnet), so none goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    id: u16,
    flags: u16,
    /// Name, type and class as they came, in the client's case.
    wire: Box<[u8]>,
    name: Name,
    edns: Option<Edns>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edns {
    /// How much the client takes over UDP.
    size: u16,
    version: u8,
    /// It wants the records of DNSSEC.
    dnssec: bool,
}

/// Why a client's message is no question that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadMessage {
    /// Shorter than a header, or an answer. Never to be answered: two that did would go on for ever.
    #[error("no question")]
    NoQuestion,
    /// A question that is not put together as it should be.
    #[error("a malformed question")]
    Malformed,
    /// Something else than a question is wanted: an update, a notification.
    #[error("operation {0} is not served")]
    Operation(u8),
}

/// An answer of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No name server gave an answer (SERVFAIL).
    NoAnswer,
    /// The name shall not be found (NXDOMAIN).
    NoSuchName,
    /// This is not served (NOTIMP).
    NotServed,
    /// The client's EDNS is of a version to come (BADVERS).
    Version,
}

/// The answer over UDP that is promised to be taken by name servers when we ask with EDNS: no fragments on any usual
/// way (DNS flag day 2020).
const ASKED_SIZE: u16 = 1232;
/// An OPT record without options.
const OPT: usize = 11;
/// Stands for labels that no host could have; no longer than any of them.
const UNNAMED: &str = "-";
/// The class of all names that lead to hosts.
pub(super) const INTERNET: u16 = 1;
/// The DO bit of an OPT record's TTL.
const DNSSEC_OK: u32 = 1 << 15;

impl Question {
    /// Reads a client's message. This is the first that touches a stranger's bytes.
    ///
    /// # Errors
    /// When it is no question; see [`BadMessage::reply`].
    pub fn parse(message: &[u8]) -> Result<Question, BadMessage> {
        let flags = u16_at(message, 2).ok_or(BadMessage::NoQuestion)?;
        if message.len() < HEADER || flags & flag::RESPONSE != 0 {
            return Err(BadMessage::NoQuestion);
        }
        match (flags & flag::OPCODE) >> 11 {
            0 => {}
            operation => return Err(BadMessage::Operation(operation as u8)),
        }
        Question::parse_rest(message, flags).ok_or(BadMessage::Malformed)
    }

    fn parse_rest(message: &[u8], flags: u16) -> Option<Question> {
        let (id, counts) = (u16_at(message, 0)?, [4, 6, 8, 10].map(|at| u16_at(message, at)));
        let [Some(1), Some(0), Some(0), Some(additionals)] = counts else { return None };
        let mut decoder = BinDecoder::new(message).clone(HEADER as u16);
        let name = Name::read(&mut decoder).ok()?;
        // A question has no earlier name that its own could point to.
        if decoder.index() - HEADER != wire_len(&name) {
            return None;
        }
        decoder.read_slice(4).ok()?.unverified(/* any type and class is passed on */);
        let wire = Box::from(&message[HEADER..decoder.index()]);
        let mut edns = None;
        for record in (Records { decoder: &mut decoder, left: additionals.into() }) {
            let record = record?;
            if record.kind == kind::OPT {
                let found = Edns {
                    size: record.class.max(PLAIN_UDP as u16),
                    version: (record.ttl >> 16) as u8,
                    dnssec: record.ttl & DNSSEC_OK != 0,
                };
                // One at most, of the root (RFC 6891 §6.1.1).
                if !record.owner.is_root() || edns.replace(found).is_some() {
                    return None;
                }
            }
        }
        let question = Question { id, flags, wire, name, edns };
        (question.kind() != kind::OPT).then_some(question)
    }

    /// What a client asks that wants the IPv4 addresses of `name`.
    #[must_use]
    pub fn for_addresses(name: &Domain) -> Question {
        let mut message = Vec::with_capacity(PLAIN_UDP);
        for number in [0, flag::RECURSION_DESIRED, 1, 0, 0, 0] {
            message.extend(number.to_be_bytes());
        }
        for label in name.as_str().split('.') {
            message.push(u8::try_from(label.len()).expect("a label of a domain has at most 63 bytes"));
            message.extend(label.as_bytes());
        }
        message.push(0);
        for number in [kind::A, INTERNET] {
            message.extend(number.to_be_bytes());
        }
        Question::parse(&message).expect("a domain is a name that can be asked for")
    }

    /// The type that is asked for.
    #[must_use]
    pub fn kind(&self) -> u16 {
        u16_at(&self.wire, self.wire.len() - 4).expect("a question ends in its type and class")
    }

    /// Why it cannot be asked of anybody, though it is well put together.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self.edns {
            Some(Edns { version: 1.., .. }) => Some(Refusal::Version),
            // Their answer is not one message.
            _ => kind::TRANSFERS.contains(&self.kind()).then_some(Refusal::NotServed),
        }
    }

    /// The name as a target is written, an address where the name is one; `None` for the root, and for names that no host
    /// could have.
    #[must_use]
    pub fn target(&self) -> Option<Address> {
        Address::from_host(domain(&self.name, 0)?.as_str(), PORT).ok()
    }

    /// By which target the question is routed: by its name; by its address if the name of an address is asked for. A name
    /// that no host could have is routed as one below the part of it that a host could: so it is not taken for that host,
    /// nor what is left of it for a name of this network. Without any of these, by a name that no rule is about.
    #[must_use]
    pub fn routed_as(&self) -> Address {
        if let Ok(net) = self.name.parse_arpa_name() {
            return Address::Ip((net.addr(), PORT).into());
        }
        let labels = usize::from(self.name.num_labels());
        let found = (0..labels).find_map(|skipped| match (domain(&self.name, skipped)?, skipped) {
            (whole, 0) => Some(whole),
            (rest, _) => Domain::new(&format!("{UNNAMED}.{}", rest.as_str())).ok(),
        });
        let found = found.unwrap_or_else(|| Domain::new("root.invalid").expect("it is a name"));
        // An address that is asked for as if it were a name.
        Address::from_host(found.as_str(), PORT).unwrap_or(Address::Domain(found, PORT))
    }

    /// What of the question decides about its answer: equal for questions that one answer serves. The name counts
    /// without case.
    #[must_use]
    pub fn key(&self) -> Box<[u8]> {
        let mut key = Vec::with_capacity(self.wire.len() + 1);
        key.extend(self.wire.iter().map(u8::to_ascii_lowercase));
        // The type and class are numbers.
        let numbers = self.wire.len() - 4;
        key[numbers..].copy_from_slice(&self.wire[numbers..]);
        let asked = self.flags & flag::PASSED_ON;
        let edns = self.edns.map_or(0, |edns| 1 | u16::from(edns.dnssec) << 1);
        key.extend((asked | edns << 9).to_be_bytes());
        key.into()
    }

    /// The message that asks a name server, under an id of ours. EDNS is spoken only where the client does: so a name
    /// server that knows none meets it only from a client that will do without when it is told.
    #[must_use]
    pub fn ask(&self, id: u16) -> Vec<u8> {
        let mut out = self.header(id, self.flags & flag::PASSED_ON);
        if let Some(edns) = self.edns {
            put_opt(&mut out, ASKED_SIZE, 0, edns.dnssec);
        }
        out
    }

    /// An answer of our own.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal) -> Vec<u8> {
        let code: u16 = match refusal {
            Refusal::NoAnswer => 2,
            Refusal::NoSuchName => 3,
            Refusal::NotServed => 4,
            Refusal::Version => 16,
        };
        let mut out = self.header(self.id, self.answer_flags(0) | code & flag::RCODE);
        self.put_edns(&mut out, (code >> 4) as u8);
        out
    }

    /// As much of an answer as fits into any: that it must be asked for over TCP.
    pub(super) fn truncated(&self) -> Vec<u8> {
        let mut out = self.header(self.id, self.answer_flags(0) | flag::TRUNCATED);
        self.put_edns(&mut out, 0);
        out
    }

    /// The most bytes of an answer that the client takes over UDP.
    #[must_use]
    pub fn udp_room(&self) -> usize {
        self.edns.map_or(PLAIN_UDP, |edns| edns.size.into())
    }

    pub(super) fn id(&self) -> u16 {
        self.id
    }

    pub(super) fn name(&self) -> &Name {
        &self.name
    }

    pub(super) fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// Is this the question that a message with `name` and the numbers behind it has?
    pub(super) fn is(&self, name: &Name, numbers: &[u8]) -> bool {
        self.name == *name && self.wire.ends_with(numbers)
    }

    /// Flags and return code of the answer, out of those that a name server gave.
    pub(super) fn answer_flags(&self, given: u16) -> u16 {
        let mut flags = flag::RESPONSE | flag::RECURSION_AVAILABLE | given & flag::RCODE;
        flags |= self.flags & (flag::RECURSION_DESIRED | flag::CHECKING_DISABLED);
        // Who does not know the bit is not shown it (RFC 6840 §5.8).
        if self.flags & flag::AUTHENTIC != 0 || self.edns.is_some_and(|edns| edns.dnssec) {
            flags |= given & flag::AUTHENTIC;
        }
        flags
    }

    /// Appends the OPT record that a client with EDNS must get with its answer.
    pub(super) fn put_edns(&self, out: &mut Vec<u8>, code: u8) {
        if let Some(edns) = self.edns {
            put_opt(out, ASKED_SIZE, code, edns.dnssec);
        }
    }

    fn header(&self, id: u16, flags: u16) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + self.wire.len() + OPT);
        for number in [id, flags, 1, 0, 0, 0] {
            out.extend(number.to_be_bytes());
        }
        out.extend(&self.wire);
        out
    }
}

impl BadMessage {
    /// What is said to who sent it, if anything is.
    #[must_use]
    pub fn reply(self, message: &[u8]) -> Option<[u8; HEADER]> {
        let BadMessage::Operation(_) = self else { return None };
        let mut reply = [0; HEADER];
        reply[..4].copy_from_slice(message.get(..4)?);
        let flags = u16_at(&reply, 2)? & flag::OPCODE | flag::RESPONSE | 4;
        put_u16(&mut reply, 2, flags);
        Some(reply)
    }
}

/// Appends an OPT record and counts it.
fn put_opt(out: &mut Vec<u8>, size: u16, code: u8, dnssec: bool) {
    let count = u16_at(out, 10).expect("a header is there").saturating_add(1);
    put_u16(out, 10, count);
    out.push(0);
    out.extend(kind::OPT.to_be_bytes());
    out.extend(size.to_be_bytes());
    out.extend((u32::from(code) << 24 | if dnssec { DNSSEC_OK } else { 0 }).to_be_bytes());
    out.extend([0, 0]);
}

/// The length of a name that is not compressed.
fn wire_len(name: &Name) -> usize {
    name.iter().map(|label| 1 + label.len()).sum::<usize>() + 1
}

/// The name without its first labels, if a host could have it.
fn domain(name: &Name, skipped: usize) -> Option<Domain> {
    let labels: Vec<&str> = name.iter().skip(skipped).map(std::str::from_utf8).collect::<Result<_, _>>().ok()?;
    // A point within a label is no end of one, and what is folded is another name.
    if labels.iter().any(|label| label.contains('.') || !label.is_ascii()) {
        return None;
    }
    Domain::new(&labels.join(".")).ok()
}
