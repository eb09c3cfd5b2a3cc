//! Messages at the DNS port: what a client asks, and what a name server says to it.

use parasol_proto::dns::{Answer, AnswerError, BadMessage, HEADER, MAX_MESSAGE, MAX_TTL, PLAIN_UDP, Question, Refusal};

use crate::decoder::is_sound;
use crate::input::Input;

/// A client's message behind its length, and a name server's answer to it. That is made to fit the question unless the
/// first byte says not to: a stranger's guess at an id is a rare find.
pub fn dns(data: &[u8]) {
    let mut input = Input::new(data);
    let choice = input.byte();
    let (age, room) = (u32::from(input.byte()) * 400, PLAIN_UDP + input.number() % 4_000);
    let asked = input.field();
    let said = input.rest();
    match Question::parse(asked) {
        Ok(question) => {
            is_asked(&question, asked);
            if choice & 1 == 0 {
                answer(&question, asked, &fitting(&question, said, choice), age, room);
            } else {
                answer(&question, asked, said, age, room);
            }
        }
        Err(error) => {
            let reply = error.reply(asked);
            assert!(error != BadMessage::NoQuestion || reply.is_none(), "an answer is never answered");
            if let Some(reply) = reply {
                assert!(reply.len() <= asked.len().max(HEADER) && Question::parse(&reply).is_err());
            }
        }
    }
}

/// A question is asked as it was meant, and an answer to it is none.
fn is_asked(question: &Question, asked: &[u8]) {
    is_sound(&question.routed_as());
    if let Some(target) = question.target() {
        is_sound(&target);
    }
    let again = question.ask(0x1234);
    assert!(again.len() <= asked.len().max(HEADER + 255 + 4 + 11), "{} bytes", again.len());
    let again = Question::parse(&again).expect("what is asked is a question");
    assert_eq!((again.key(), again.kind()), (question.key(), question.kind()));
    for refusal in [Refusal::NoAnswer, Refusal::NoSuchName, Refusal::NotServed, Refusal::Version] {
        let refused = question.refuse(refusal);
        assert_eq!(refused[..2], asked[..2], "under the client's id");
        assert!(refused.len() <= PLAIN_UDP);
        assert_eq!(Question::parse(&refused), Err(BadMessage::NoQuestion), "two such ports would go on for ever");
    }
}

const ID: u16 = 0x1234;

/// A header and question that fit, before records out of the input; the counts are small ones.
fn fitting(question: &Question, records: &[u8], choice: u8) -> Vec<u8> {
    let mut input = Input::new(records);
    let mut message = question.ask(ID);
    message[2] |= 0x80;
    message[3] = input.byte();
    message[2] |= if choice & 2 == 2 { 2 } else { 0 };
    // Without the EDNS of the question.
    let end = HEADER + question_len(&message);
    message.truncate(end);
    message[6..12].fill(0);
    for count in [7, 9, 11] {
        message[count] = input.byte() % 8;
    }
    message.extend_from_slice(input.rest());
    message
}

/// How long the question of a message is that has no pointers in it.
fn question_len(message: &[u8]) -> usize {
    let mut at = HEADER;
    while message[at] != 0 {
        at += 1 + usize::from(message[at]);
    }
    at + 1 + 4 - HEADER
}

fn answer(question: &Question, asked: &[u8], message: &[u8], age: u32, room: usize) {
    let answer = match Answer::parse(message, question, ID) {
        Ok(answer) => answer,
        Err(AnswerError::Foreign | AnswerError::Malformed | AnswerError::EndlessAliases) => return,
    };
    assert!(message.len() <= MAX_MESSAGE && answer.lifetime() <= MAX_TTL);
    assert!(answer.weight() < 4 * message.len() + 1_000, "{} of {} bytes", answer.weight(), message.len());
    assert!(Answer::parse(message, question, !ID).is_err(), "under another id");

    let reply = answer.reply(question, age, room);
    assert!(reply.len() <= room, "{} bytes of {room}", reply.len());
    assert_eq!(reply[..2], asked[..2], "under the client's id");
    let whole = answer.reply(question, 0, usize::MAX);
    let id = u16::from_be_bytes([asked[0], asked[1]]);
    // Where a TTL was cut, a name that runs through its bytes is another one; nobody writes such names.
    let known = whole.len().saturating_sub(OPT).clamp(HEADER, message.len());
    if whole.len() <= MAX_MESSAGE && whole[HEADER..known] == message[HEADER..known] {
        let again = Answer::parse(&whole, question, id).expect("what is passed on is an answer");
        assert_eq!(again.addresses(), answer.addresses());
        assert_eq!(again.is_truncated(), answer.is_truncated());
        assert!(again.lifetime() == answer.lifetime() || answer.is_truncated(), "kept for as long");
    }
}

/// The length of an OPT record, which a reply may end in.
const OPT: usize = 11;
