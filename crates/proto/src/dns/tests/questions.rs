use super::*;

#[test]
fn a_question_goes_on_as_it_was_asked_under_another_id() {
    let question = question("WwW.Example.org.", RecordType::HTTPS);
    let sent = read(&question.ask(7));
    assert_eq!((sent.id, sent.metadata.recursion_desired), (7, true));
    assert!(sent.queries[0].name().eq_case(&name("WwW.Example.org.")));
    assert_eq!(sent.queries[0].query_type(), RecordType::HTTPS);
    assert!(sent.edns.is_none(), "the client speaks none");
    assert_eq!(question.target(), Some(Address::from_str("www.example.org:53").unwrap()));
}

#[test]
fn a_question_of_our_own_is_what_a_client_would_ask() {
    let question = Question::for_addresses(&Domain::new("www.example.org").unwrap());
    let sent = read(&question.ask(7));
    assert_eq!((sent.id, sent.metadata.recursion_desired), (7, true));
    assert_eq!((sent.queries[0].name(), sent.queries[0].query_type()), (&name("www.example.org."), RecordType::A));
    let longest = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
    assert!(Domain::new(&longest).is_ok_and(|name| Question::for_addresses(&name).kind() == 1));
}

#[test]
fn of_edns_the_size_and_the_do_bit_are_kept_and_no_option() {
    use hickory_proto::rr::rdata::opt::{ClientSubnet, EdnsOption};
    let mut message = asked("example.org.", RecordType::A);
    let mut edns = Edns::new();
    edns.set_max_payload(4000).set_dnssec_ok(true);
    edns.options_mut().insert(EdnsOption::Subnet(ClientSubnet::new([192, 0, 2, 0].into(), 24, 0)));
    edns.options_mut().insert(EdnsOption::Unknown(10, vec![1; 8]));
    message.set_edns(edns);
    let question = Question::parse(&bytes(&message)).unwrap();
    assert_eq!(question.udp_room(), 4000);
    let sent = read(&question.ask(7)).edns.expect("the client speaks it");
    assert!(sent.flags().dnssec_ok && sent.options().as_ref().is_empty());
    assert_eq!(sent.max_payload(), 1232);
    assert_eq!(with_edns("example.org.", RecordType::A, 100).udp_room(), 512, "no less than everybody takes");
}

#[test]
fn what_is_no_question_is_not_taken() {
    let good = bytes(&asked("example.org.", RecordType::A));
    let changed = |at: usize, to: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + to.len()].copy_from_slice(to);
        bad
    };
    let long_label = [&good[..12], &[64], &[b'a'; 64], &[0, 0, 1, 0, 1]].concat();
    let long_name = [&good[..12], &[63; 1], &[b'a'; 63]].concat();
    let long_name = [&long_name[..], &long_name[12..], &long_name[12..], &long_name[12..], &[0, 0, 1, 0, 1]].concat();
    for (what, message, expected) in [
        ("nothing", vec![], BadMessage::NoQuestion),
        ("half a header", good[..11].to_vec(), BadMessage::NoQuestion),
        ("an answer", changed(2, &[0x81]), BadMessage::NoQuestion),
        ("an update", changed(2, &[0x28]), BadMessage::Operation(5)),
        ("no question", changed(4, &[0, 0]), BadMessage::Malformed),
        ("two questions", changed(4, &[0, 2]), BadMessage::Malformed),
        ("an answer in it", changed(6, &[0, 1]), BadMessage::Malformed),
        ("a record that is not there", changed(10, &[0xff, 0xff]), BadMessage::Malformed),
        ("a name that points to itself", changed(12, &[0xc0, 12]), BadMessage::Malformed),
        ("a name that points forwards", changed(12, &[0xc0, 20]), BadMessage::Malformed),
        ("a name that points into the header", changed(12, &[0xc0, 4]), BadMessage::Malformed),
        ("a label type of the past", changed(12, &[0x41]), BadMessage::Malformed),
        ("a label of 64 bytes", long_label, BadMessage::Malformed),
        ("a name of 257 bytes", long_name, BadMessage::Malformed),
        ("a name without an end", good[..20].to_vec(), BadMessage::Malformed),
        ("a question without a class", good[..good.len() - 2].to_vec(), BadMessage::Malformed),
        ("a question for EDNS", changed(good.len() - 4, &[0, 41]), BadMessage::Malformed),
    ] {
        assert_eq!(Question::parse(&message), Err(expected), "{what}");
        let reply = expected.reply(&message);
        assert_eq!(reply.is_some(), matches!(expected, BadMessage::Operation(_)), "{what}");
        if let Some(reply) = reply {
            let reply = read(&reply);
            assert_eq!((reply.id, reply.response_code), (0x1234, ResponseCode::NotImp), "{what}");
        }
    }
}

#[test]
fn two_edns_records_are_one_too_many() {
    let good = bytes(&asked("example.org.", RecordType::A));
    let opt = [0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0];
    let mut one = [&good[..], &opt].concat();
    one[11] = 1;
    assert!(Question::parse(&one).is_ok());
    let mut two = [&one[..], &opt].concat();
    two[11] = 2;
    assert_eq!(Question::parse(&two), Err(BadMessage::Malformed));
    one[good.len() + 6] = 1;
    assert_eq!(Question::parse(&one).unwrap().refusal(), Some(Refusal::Version));
}

#[test]
fn a_question_of_many_answers_is_refused() {
    for kind in [RecordType::AXFR, RecordType::IXFR] {
        assert_eq!(question("example.org.", kind).refusal(), Some(Refusal::NotServed));
    }
    assert_eq!(question("example.org.", RecordType::ANY).refusal(), None);
}

#[test]
fn a_refusal_has_its_code_and_the_question() {
    let question = with_edns("Example.org.", RecordType::A, 1232);
    for (refusal, code) in [
        (Refusal::NoAnswer, ResponseCode::ServFail),
        (Refusal::NoSuchName, ResponseCode::NXDomain),
        (Refusal::NotServed, ResponseCode::NotImp),
        (Refusal::Version, ResponseCode::BADVERS),
    ] {
        let reply = read(&question.refuse(refusal));
        assert_eq!((reply.id, reply.message_type), (0x1234, MessageType::Response));
        assert!(reply.queries[0].name().eq_case(&name("Example.org.")));
        assert!(reply.edns.is_some());
        assert_eq!(u16::from(reply.response_code), u16::from(code));
    }
}

#[test]
fn a_name_is_routed_by_what_of_it_a_host_could_have() {
    for (asked, routed) in [
        ("Www.Example.org.", "www.example.org:53"),
        ("_dmarc.example.org.", "_dmarc.example.org:53"),
        ("a\\.b.example.org.", "-.example.org:53"),
        ("a\\.b.example.", "-.example:53"),
        ("a\\.b.127.0.0.1.", "-.127.0.0.1:53"),
        ("4.3.2.1.in-addr.arpa.", "1.2.3.4:53"),
        ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.", "[fd00::1]:53"),
        ("10.in-addr.arpa.", "10.0.0.0:53"),
        ("1.2.3.4.", "1.2.3.4:53"),
        (".", "root.invalid:53"),
    ] {
        assert_eq!(question(asked, RecordType::PTR).routed_as().to_string(), routed, "{asked}");
    }
    assert_eq!(question(".", RecordType::NS).target(), None);
    // Written like an address, it is one, here as elsewhere: no name of a host looks like this.
    assert_eq!(question("1.2.3.4.", RecordType::A).target(), Some(Address::from_str("1.2.3.4:53").unwrap()));
    let mut odd = bytes(&asked("aaa.bbb.example.org.", RecordType::A));
    odd[13..16].copy_from_slice(b"a b");
    odd[17..20].copy_from_slice(&[0xc3, 0xa4, 0]);
    assert_eq!(Question::parse(&odd).unwrap().routed_as().to_string(), "-.example.org:53");
}

#[test]
fn questions_that_one_answer_serves_have_one_key() {
    let key = |text, kind| question(text, kind).key();
    let one = key("example.org.", RecordType::A);
    assert_eq!(one, key("EXAMPLE.org.", RecordType::A));
    assert_ne!(one, key("example.org.", RecordType::AAAA));
    assert_ne!(one, key("example.com.", RecordType::A));
    assert_ne!(one, with_edns("example.org.", RecordType::A, 1232).key());
    let size = |size| with_edns("example.org.", RecordType::A, size).key();
    assert_eq!(size(1232), size(4096), "an answer is cut for each");
    // A type whose bytes are letters is not folded with the name.
    assert_ne!(key("example.org.", RecordType::from(0x4141)), key("example.org.", RecordType::from(0x6161)));
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(message in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Question::parse(&message);
    }

    #[test]
    fn what_is_taken_can_be_asked_and_refused(
        at in 0_usize..60,
        to in any::<u8>(),
        cut in 0_usize..60,
    ) {
        let mut message = with_edns("a.b.example.org.", RecordType::A, 1232).ask(5);
        if let Some(byte) = message.get_mut(at) {
            *byte = to;
        }
        message.truncate(message.len().saturating_sub(cut / 20));
        if let Ok(question) = Question::parse(&message) {
            let again = Question::parse(&question.ask(5)).expect("what we ask is a question");
            prop_assert_eq!(again.key(), question.key());
            prop_assert!(question.refuse(Refusal::NoAnswer).len() <= message.len());
            let _ = (question.target(), question.routed_as());
        }
    }
}

/// A question with records behind it, the owner of each an offset to the end of a chain of so many offsets.
fn chained(chain: u16, records: u16) -> Vec<u8> {
    let offset = |at: usize| (0xc000 | u16::try_from(at).expect("it is short")).to_be_bytes();
    let mut message = question("a.", RecordType::A).ask(7);
    put_u16(&mut message, 10, records + 1);
    // A record of no known type holds the chain.
    message.extend([0, 0xff, 0, 0, 1, 0, 0, 0, 0]);
    message.extend((2 * chain).to_be_bytes());
    let mut end = HEADER;
    for _ in 0..chain {
        let at = message.len();
        message.extend(offset(end));
        end = at;
    }
    for _ in 0..records {
        message.extend(offset(end));
        message.extend([0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
    message
}

#[test]
fn offsets_are_followed_as_far_as_a_name_can_need() {
    assert!(Question::parse(&chained(127, 1)).is_ok());
    for (chain, records) in [(300, 1), (8000, 4000)] {
        assert_eq!(Question::parse(&chained(chain, records)).err(), Some(BadMessage::Malformed));
    }
}
