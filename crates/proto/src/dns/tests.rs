use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::svcb::{Alpn, IpHint, SvcParamKey, SvcParamValue};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, HTTPS, SOA, SVCB, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use proptest::prelude::*;

use super::*;
use crate::address::{Address, Domain};

mod answers;
mod questions;

fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a test's name is one")
}

/// A question of a client.
fn asked(text: &str, kind: RecordType) -> Message {
    let mut message = Message::new(0x1234, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name(text), kind));
    message
}

fn bytes(message: &Message) -> Vec<u8> {
    message.to_vec().expect("a test's message can be written")
}

fn question(text: &str, kind: RecordType) -> Question {
    Question::parse(&bytes(&asked(text, kind))).expect("it is a question")
}

/// The same with EDNS.
fn with_edns(text: &str, kind: RecordType, size: u16) -> Question {
    let mut message = asked(text, kind);
    let mut edns = Edns::new();
    edns.set_max_payload(size).set_version(0);
    message.set_edns(edns);
    Question::parse(&bytes(&message)).expect("it is a question")
}

/// An answer to a question for addresses of `example.org`, with these records.
fn answered(id: u16, records: Vec<Record>) -> Message {
    let mut message = Message::new(id, MessageType::Response, OpCode::Query);
    message.add_query(Query::query(name("example.org."), RecordType::A));
    message.add_answers(records);
    message
}

fn address(owner: &str, ttl: u32, last: u8) -> Record {
    Record::from_rdata(name(owner), ttl, RData::A(A(Ipv4Addr::new(192, 0, 2, last))))
}

fn read(bytes: &[u8]) -> Message {
    Message::from_vec(bytes).expect("what we write can be read")
}
