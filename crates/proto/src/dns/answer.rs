//! `Answer`: what a name server said to a question, checked, and given to each client that asked the same.

use std::net::IpAddr;

use hickory_proto::rr::Name;
use hickory_proto::serialize::binary::{BinDecodable, BinDecoder};
use thiserror::Error;

use super::question::{INTERNET, Question};
use super::record::{Record, Records};
use super::{HEADER, MAX_MESSAGE, flag, hints, kind, put_u16, u16_at};

/// The longest that an answer is kept and called good, in seconds: a day, after which a mistake at a name server must
/// be mended.
pub const MAX_TTL: u32 = 86_400;
/// The same for the answer that there is nothing (RFC 2308 §5 says one to three hours).
pub const MAX_NEGATIVE_TTL: u32 = 3_600;

/// So many aliases may lead to the end of a name, as in other resolvers. Longer ones are loops or mistakes.
const MAX_ALIASES: usize = 16;

/// A name server's answer, without its EDNS, and with TTLs of at most [`MAX_TTL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    message: Box<[u8]>,
    /// Where in it the TTLs are.
    ttls: Box<[u16]>,
    /// Where in it the records begin.
    records: usize,
    flags: u16,
    lifetime: u32,
    addresses: Vec<IpAddr>,
}

/// Why a message is not taken as the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// It has another id or another question, or is no answer. Anybody may have sent it: whoever waits goes on waiting.
    #[error("not the answer to what was asked")]
    Foreign,
    /// It is not put together as it should be; the same.
    #[error("a malformed answer")]
    Malformed,
    /// Its aliases lead in a circle, or further than any should.
    #[error("aliases without an end")]
    EndlessAliases,
}

/// What is gathered from the records.
#[derive(Default)]
struct Found {
    ttls: Vec<u16>,
    addresses: Vec<IpAddr>,
    aliases: Vec<(Name, Name)>,
    /// There is a record of the type that was asked for.
    any: bool,
    /// Where the OPT record begins, how many additional records are before it, and the high bits of the return code.
    opt: Option<(usize, u16, u8)>,
    /// Where the last record ends.
    end: usize,
    shortest: Option<u32>,
    /// For how long there is nothing: the lesser of the SOA's TTL and its last number (RFC 2308 §5).
    nothing_for: Option<u32>,
}

impl Answer {
    /// Reads a message as the answer to `question`, which was asked under `id`.
    ///
    /// # Errors
    /// See [`AnswerError`].
    pub fn parse(message: &[u8], question: &Question, id: u16) -> Result<Answer, AnswerError> {
        let flags = u16_at(message, 2).ok_or(AnswerError::Foreign)?;
        let [questions, counts @ ..]: [u16; 4] = [4, 6, 8, 10].map(|at| u16_at(message, at).unwrap_or_default());
        if message.len() < HEADER
            || message.len() > MAX_MESSAGE
            || u16_at(message, 0) != Some(id)
            || flags & (flag::RESPONSE | flag::OPCODE) != flag::RESPONSE
            || questions != 1
        {
            return Err(AnswerError::Foreign);
        }
        let mut decoder = BinDecoder::new(message).clone(HEADER as u16);
        let name = Name::read(&mut decoder).map_err(|_| AnswerError::Malformed)?;
        let numbers = decoder.read_slice(4).map_err(|_| AnswerError::Malformed)?.unverified(/* compared */);
        let records = decoder.index();
        if !question.is(&name, numbers) || records != HEADER + question.wire().len() {
            return Err(AnswerError::Foreign);
        }
        // Of an answer that was cut nothing is used, wherever the cut went.
        let counts = if flags & flag::TRUNCATED == 0 { counts } else { [0; 3] };
        let found = Found::read(&mut decoder, question, counts).ok_or(AnswerError::Malformed)?;
        if found.aliases_end(question) {
            Ok(found.into_answer(message, records))
        } else {
            Err(AnswerError::EndlessAliases)
        }
    }

    /// For how many seconds it may be kept; 0 for not at all.
    #[must_use]
    pub fn lifetime(&self) -> u32 {
        self.lifetime
    }

    /// There is more of it, over TCP.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.flags & flag::TRUNCATED != 0
    }

    /// The name server could not or would not answer, or not in one message; another one might.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        // SERVFAIL, NOTIMP and REFUSED.
        self.is_truncated() || matches!(self.flags & flag::RCODE, 2 | 4 | 5)
    }

    /// The addresses in it that a client might dial: of whatever name, in every section, and in the hints of SVCB and
    /// HTTPS records.
    #[must_use]
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// How much memory it takes, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.message.len() + 2 * self.ttls.len() + std::mem::size_of_val(&self.addresses[..]) + size_of::<Answer>()
    }

    /// The message for a client that asked the same, `age` seconds after the answer came: under the client's id, in its
    /// case, and of at most `room` bytes. What is longer is left out whole, with the word that it must be asked for
    /// over TCP.
    #[must_use]
    pub fn reply(&self, question: &Question, age: u32, room: usize) -> Vec<u8> {
        if self.is_truncated() {
            return question.truncated();
        }
        let mut out = Vec::with_capacity(self.message.len() + 11);
        out.extend(&self.message);
        put_u16(&mut out, 0, question.id());
        put_u16(&mut out, 2, question.answer_flags(self.flags));
        out[HEADER..self.records].copy_from_slice(question.wire());
        for &at in &self.ttls {
            let at = usize::from(at);
            let ttl = u32::from_be_bytes(*out[at..].first_chunk().expect("a TTL was read there"));
            out[at..at + 4].copy_from_slice(&ttl.saturating_sub(age).to_be_bytes());
        }
        question.put_edns(&mut out, 0);
        if out.len() > room { question.truncated() } else { out }
    }
}

impl Found {
    fn read(decoder: &mut BinDecoder<'_>, question: &Question, counts: [u16; 3]) -> Option<Found> {
        let mut found = Found::default();
        for (section, count) in counts.into_iter().enumerate() {
            for (number, record) in (Records { decoder: &mut *decoder, left: count.into() }).enumerate() {
                let record = record?;
                if record.kind == kind::OPT {
                    let is_first = section == 2 && record.owner.is_root() && found.opt.is_none();
                    let code = (record.ttl >> 24) as u8;
                    found.opt = is_first.then_some((record.at, u16::try_from(number).ok()?, code));
                    found.opt?;
                    continue;
                }
                // Those behind EDNS go with it: a few extra records are missed by nobody.
                if found.opt.is_none() {
                    found.note(section, record, question)?;
                }
            }
        }
        found.end = decoder.index();
        Some(found)
    }

    fn note(&mut self, section: usize, record: Record<'_>, question: &Question) -> Option<()> {
        self.ttls.push(u16::try_from(record.ttl_at).ok()?);
        let ttl = clamped(record.ttl);
        self.shortest = Some(self.shortest.map_or(ttl, |shortest| shortest.min(ttl)));
        match (section, record.kind) {
            _ if record.class != INTERNET => {}
            (_, kind::A) => self.addresses.push(IpAddr::from(<[u8; 4]>::try_from(record.data).ok()?)),
            (_, kind::AAAA) => self.addresses.push(IpAddr::from(<[u8; 16]>::try_from(record.data).ok()?)),
            (_, kind::SVCB | kind::HTTPS) => self.addresses.extend(hints::addresses(record.rest)?),
            (0, kind::CNAME) => self.aliases.push((record.owner, record.alias?)),
            (1, kind::SOA) => {
                let last = u32::from_be_bytes(*record.data.last_chunk()?);
                self.nothing_for = Some(ttl.min(clamped(last)));
            }
            _ => {}
        }
        self.any |= section == 0 && (record.kind == question.kind() || question.kind() == kind::ANY);
        Some(())
    }

    /// Do the aliases of the name lead somewhere?
    fn aliases_end(&self, question: &Question) -> bool {
        if [kind::CNAME, kind::ANY].contains(&question.kind()) {
            return true;
        }
        let mut name = question.name();
        for _ in 0..=MAX_ALIASES {
            match self.aliases.iter().find(|(owner, _)| owner == name) {
                Some((_, next)) => name = next,
                None => return true,
            }
        }
        false
    }

    fn into_answer(self, message: &[u8], records: usize) -> Answer {
        let mut flags = u16_at(message, 2).expect("a header was read");
        let mut message = message[..self.end].to_vec();
        if flags & flag::TRUNCATED != 0 {
            message[6..HEADER].fill(0);
        }
        if let Some((at, before, code)) = self.opt {
            message.truncate(at);
            put_u16(&mut message, 10, before);
            if code != 0 {
                // It is about EDNS, between the name server and us: to the client, a failure.
                flags = flags & !flag::RCODE | 2;
            }
        }
        for &at in &self.ttls {
            let at = usize::from(at);
            let ttl = u32::from_be_bytes(*message[at..].first_chunk().expect("a TTL was read there"));
            message[at..at + 4].copy_from_slice(&clamped(ttl).to_be_bytes());
        }
        let lifetime = match flags & flag::RCODE {
            _ if flags & flag::TRUNCATED != 0 => None,
            0 if self.any => self.shortest,
            0 | 3 => self.nothing_for.zip(self.shortest).map(|(a, b)| a.min(b).min(MAX_NEGATIVE_TTL)),
            _ => None,
        };
        Answer {
            message: message.into(),
            ttls: self.ttls.into(),
            records,
            flags,
            lifetime: lifetime.unwrap_or(0),
            addresses: self.addresses,
        }
    }
}

/// A TTL within bounds; one with its highest bit set is none (RFC 2181 §8).
fn clamped(ttl: u32) -> u32 {
    if ttl > i32::MAX as u32 { 0 } else { ttl.min(MAX_TTL) }
}
