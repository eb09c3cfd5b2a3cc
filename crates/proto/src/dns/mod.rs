//! DNS messages (RFC 1035) as a port passes them on that asks others: a client's [`Question`], and the [`Answer`] of a
//! name server to it. Names are read by hickory-proto; what a record says is passed on as it came, whatever its type.
//!
//! ```text
//! ┌───────────┬───────────────────────────────┬─────────┬─────────┬─────────┬─────────┐
//! │ id        │ QR opcode AA TC RD RA Z AD CD │ rcode   │ counts of questions, answers, │   12 bytes
//! │ u16be     │ flags u16be, rcode the last four bits   │ authorities, additionals      │
//! ├───────────┴───────────────────────┬─────┴───┬─────┴───┬───────────────────────────────┘
//! │ name: n u8, n bytes, …, 0         │ type    │ class   │                                   the question
//! ├───────────────────────────────────┼─────────┼─────────┼───────────┬────────┬─────────┐
//! │ name, or ends in 11 and an offset │ type    │ class   │ TTL u32be │ len u16│ RDATA   │    each record
//! └───────────────────────────────────┴─────────┴─────────┴───────────┴────────┴─────────┘
//! ```
//! An offset leads to an earlier name, and only backwards, so that no name is read for ever.

mod answer;
mod hints;
mod question;
mod record;
#[cfg(test)]
mod tests;

pub use answer::{Answer, AnswerError, MAX_NEGATIVE_TTL, MAX_TTL};
pub use question::{BadMessage, Question, Refusal};

/// The port of name servers, and of names where they are shown as targets.
pub const PORT: u16 = 53;
/// The length of a header.
pub const HEADER: usize = 12;
/// The longest message, over TCP (RFC 1035 §4.2.2).
pub const MAX_MESSAGE: usize = 65_535;
/// The longest answer over UDP to who does not say more (RFC 1035 §2.3.4).
pub const PLAIN_UDP: usize = 512;

/// Of the flags.
mod flag {
    pub(super) const RESPONSE: u16 = 1 << 15;
    pub(super) const OPCODE: u16 = 0xf << 11;
    pub(super) const TRUNCATED: u16 = 1 << 9;
    pub(super) const RECURSION_DESIRED: u16 = 1 << 8;
    pub(super) const RECURSION_AVAILABLE: u16 = 1 << 7;
    pub(super) const AUTHENTIC: u16 = 1 << 5;
    pub(super) const CHECKING_DISABLED: u16 = 1 << 4;
    pub(super) const RCODE: u16 = 0xf;
    /// What a client asks of whoever answers: these go on to the name server.
    pub(super) const PASSED_ON: u16 = RECURSION_DESIRED | AUTHENTIC | CHECKING_DISABLED;
}

/// Of record types: those that are looked at.
mod kind {
    pub(super) const A: u16 = 1;
    pub(super) const NS: u16 = 2;
    pub(super) const CNAME: u16 = 5;
    pub(super) const SOA: u16 = 6;
    pub(super) const PTR: u16 = 12;
    pub(super) const MX: u16 = 15;
    pub(super) const AAAA: u16 = 28;
    pub(super) const SRV: u16 = 33;
    pub(super) const DNAME: u16 = 39;
    pub(super) const OPT: u16 = 41;
    pub(super) const SVCB: u16 = 64;
    pub(super) const HTTPS: u16 = 65;
    /// IXFR and AXFR: whole zones, in any number of messages.
    pub(super) const TRANSFERS: [u16; 2] = [251, 252];
    pub(super) const ANY: u16 = 255;
}

fn u16_at(message: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*message.get(at..)?.first_chunk()?))
}

fn put_u16(message: &mut [u8], at: usize, value: u16) {
    message[at..at + 2].copy_from_slice(&value.to_be_bytes());
}
