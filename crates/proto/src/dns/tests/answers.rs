use super::*;

const ID: u16 = 0x4242;

fn parse(message: &Message) -> Result<Answer, AnswerError> {
    Answer::parse(&bytes(message), &question("example.org.", RecordType::A), ID)
}

fn soa(ttl: u32, minimum: u32) -> Record {
    let soa = SOA::new(name("ns.example.org."), name("who.example.org."), 1, 2, 3, 4, minimum);
    Record::from_rdata(name("example.org."), ttl, RData::SOA(soa))
}

fn alias(from: &str, to: &str) -> Record {
    Record::from_rdata(name(from), 60, RData::CNAME(CNAME(name(to))))
}

#[test]
fn an_answer_is_given_under_the_clients_id_and_in_its_case_with_what_is_left_of_its_ttls() {
    let answer = parse(&answered(ID, vec![address("example.org.", 300, 1), address("example.org.", 100, 2)])).unwrap();
    assert_eq!(answer.lifetime(), 100);
    assert_eq!(answer.addresses(), ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse::<IpAddr>().unwrap()));
    for (age, ttls) in [(0, [300, 100]), (99, [201, 1]), (200, [100, 0])] {
        let reply = read(&answer.reply(&question("EXAMPLE.org.", RecordType::A), age, 512));
        assert_eq!(reply.id, 0x1234);
        assert!(reply.queries[0].name().eq_case(&name("EXAMPLE.org.")));
        assert!(reply.answers.iter().all(|record| record.name.eq_case(&name("EXAMPLE.org."))), "they point to it");
        assert_eq!(reply.answers.iter().map(|record| record.ttl).collect::<Vec<_>>(), ttls);
        assert!(reply.metadata.recursion_available && reply.metadata.recursion_desired && reply.edns.is_none());
    }
}

#[test]
fn addresses_are_found_wherever_a_client_may_take_them_from() {
    let hints = |priority: u16| {
        let params = vec![
            (SvcParamKey::Alpn, SvcParamValue::Alpn(Alpn(vec!["h3".into(), "h2".into()]))),
            (SvcParamKey::Port, SvcParamValue::Port(8443)),
            (SvcParamKey::Ipv4Hint, SvcParamValue::Ipv4Hint(IpHint(vec![A(Ipv4Addr::new(192, 0, 2, 7))]))),
            (SvcParamKey::Ipv6Hint, SvcParamValue::Ipv6Hint(IpHint(vec![AAAA("2001:db8::7".parse().unwrap())]))),
        ];
        SVCB::new(priority, name("other.example."), params)
    };
    let rdata = |rdata| Record::from_rdata(name("example.org."), 60, rdata);
    let v4 = || address("ns.example.com.", 60, 8);
    let v6 = rdata(RData::AAAA(AAAA("2001:db8::8".parse().unwrap())));
    for (answers, authorities, additionals, expected) in [
        (vec![rdata(RData::HTTPS(HTTPS(hints(1))))], vec![], vec![], vec!["192.0.2.7", "2001:db8::7"]),
        (vec![rdata(RData::SVCB(hints(2)))], vec![], vec![], vec!["192.0.2.7", "2001:db8::7"]),
        (vec![rdata(RData::HTTPS(HTTPS(SVCB::new(0, name("."), vec![]))))], vec![], vec![], vec![]),
        (vec![], vec![v4()], vec![v6.clone()], vec!["192.0.2.8", "2001:db8::8"]),
        (
            vec![v6.clone()],
            vec![],
            vec![rdata(RData::HTTPS(HTTPS(hints(1)))), v4()],
            vec!["2001:db8::8", "192.0.2.7", "2001:db8::7", "192.0.2.8"],
        ),
    ] {
        let mut message = answered(ID, answers);
        message.add_authorities(authorities);
        message.add_additionals(additionals);
        let answer = parse(&message).unwrap();
        assert_eq!(answer.addresses().iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{message}");
        let reply = read(&answer.reply(&question("example.org.", RecordType::A), 0, 512));
        assert_eq!(reply.answers, message.answers, "records pass as they came");
    }
}

#[test]
fn a_message_that_answers_something_else_is_foreign() {
    let good = answered(ID, vec![address("example.org.", 300, 1)]);
    let other = |change: &dyn Fn(&mut Message)| {
        let mut message = good.clone();
        change(&mut message);
        parse(&message)
    };
    assert!(parse(&good).is_ok());
    assert_eq!(other(&|m| m.metadata.id = 1), Err(AnswerError::Foreign));
    assert_eq!(other(&|m| m.metadata.message_type = MessageType::Query), Err(AnswerError::Foreign));
    assert_eq!(other(&|m| m.metadata.op_code = OpCode::Notify), Err(AnswerError::Foreign));
    assert_eq!(other(&|m| m.queries.clear()), Err(AnswerError::Foreign));
    for (text, kind) in [("example.com.", RecordType::A), ("example.org.", RecordType::AAAA), (".", RecordType::A)] {
        assert_eq!(other(&|m| m.queries = vec![Query::query(name(text), kind)]), Err(AnswerError::Foreign), "{text}");
    }
    let twice = vec![Query::query(name("example.org."), RecordType::A); 2];
    assert_eq!(other(&|m| m.queries = twice.clone()), Err(AnswerError::Foreign));
    assert_eq!(Answer::parse(b"", &question("example.org.", RecordType::A), ID), Err(AnswerError::Foreign));
    let shouted = answered(ID, vec![]);
    assert!(Answer::parse(&bytes(&shouted), &question("EXAMPLE.org.", RecordType::A), ID).is_ok());
}

#[test]
fn a_malformed_record_spoils_the_answer() {
    let good = bytes(&answered(ID, vec![address("example.org.", 300, 1)]));
    let record = good.len() - 16;
    let name = |name: &[u8]| [&good[..record], name, &good[record + 2..]].concat();
    let long = [&[64][..], &[b'a'; 64], &[0]].concat();
    let here = (record as u8).to_be_bytes();
    let mut cname_loop = name(&[0xc0, 12]);
    cname_loop.truncate(record + 2);
    cname_loop.extend([0, 5, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, record as u8 + 12]);
    for (what, message) in [
        ("a name that points to itself", name(&[0xc0, here[0]])),
        ("a name that points forwards", name(&[0xc0, here[0] + 4])),
        ("a name that points behind the end", name(&[0xff, 0xff])),
        ("a name that points into the header", name(&[0xc0, 4])),
        ("a label of 64 bytes", name(&long)),
        ("an alias that points to itself", cname_loop),
        ("a cut record", good[..good.len() - 1].to_vec()),
        ("hints of three bytes", {
            let mut message = good.clone();
            // Where the TTL ends; then priority 1, no name, and the key 4.
            message.truncate(record + 10);
            message[record + 3] = 65;
            message.extend([0, 10, 0, 1, 0, 0, 4, 0, 3, 192, 0, 2]);
            message
        }),
        ("an address of three bytes", {
            let mut message = good[..good.len() - 1].to_vec();
            message[record + 11] = 3;
            message
        }),
        ("a record that is not there", {
            let mut message = good.clone();
            message[7] = 2;
            message
        }),
    ] {
        let parsed = Answer::parse(&message, &question("example.org.", RecordType::A), ID);
        assert_eq!(parsed, Err(AnswerError::Malformed), "{what}");
    }
}

#[test]
fn ttls_are_clamped() {
    for (ttl, kept) in
        [(0, 0), (1, 1), (MAX_TTL, MAX_TTL), (MAX_TTL + 1, MAX_TTL), (0x7fff_ffff, MAX_TTL), (1 << 31, 0)]
    {
        let answer = parse(&answered(ID, vec![address("example.org.", ttl, 1)])).unwrap();
        assert_eq!(answer.lifetime(), kept, "{ttl}");
        let reply = read(&answer.reply(&question("example.org.", RecordType::A), 0, 512));
        assert_eq!(reply.answers[0].ttl, kept, "{ttl}");
    }
}

#[test]
fn that_there_is_nothing_is_kept_as_long_as_the_zone_says() {
    for (code, authority, lifetime) in [
        (ResponseCode::NXDomain, Some((600, 60)), 60),
        (ResponseCode::NXDomain, Some((30, 60)), 30),
        (ResponseCode::NoError, Some((600, 60)), 60),
        (ResponseCode::NXDomain, Some((MAX_TTL, MAX_TTL)), MAX_NEGATIVE_TTL),
        (ResponseCode::NXDomain, None, 0),
        (ResponseCode::NoError, None, 0),
        (ResponseCode::ServFail, Some((600, 60)), 0),
        (ResponseCode::Refused, Some((600, 60)), 0),
    ] {
        for records in [vec![], vec![alias("example.org.", "www.example.org.")]] {
            let mut message = answered(ID, records);
            message.metadata.response_code = code;
            if let Some((ttl, minimum)) = authority {
                message.add_authority(soa(ttl, minimum));
            }
            let lifetime = if message.answers.is_empty() { lifetime } else { lifetime.min(60) };
            let answer = parse(&message).unwrap();
            assert_eq!(answer.lifetime(), lifetime, "{code} {authority:?}");
            assert_eq!(answer.is_failure(), matches!(code, ResponseCode::ServFail | ResponseCode::Refused));
            let reply = read(&answer.reply(&question("example.org.", RecordType::A), 0, 512));
            assert_eq!(reply.response_code, code);
        }
    }
}

#[test]
fn aliases_must_end() {
    let chain = |length: usize| {
        let step = |n: usize| if n == 0 { "example.org.".to_owned() } else { format!("n{n}.example.org.") };
        let mut records: Vec<_> = (0..length).map(|n| alias(&step(n), &step(n + 1))).collect();
        records.push(address(&step(length), 60, 1));
        records
    };
    for (records, ends) in [
        (chain(1), true),
        (chain(16), true),
        (chain(17), false),
        (chain(100), false),
        (vec![alias("example.org.", "example.org.")], false),
        (vec![alias("example.org.", "b.org."), alias("b.org.", "EXAMPLE.org.")], false),
        (vec![alias("b.org.", "b.org."), address("example.org.", 60, 1)], true),
    ] {
        let parsed = parse(&answered(ID, records));
        assert_eq!(parsed.err(), (!ends).then_some(AnswerError::EndlessAliases));
    }
    let loop_ = bytes(&{
        let mut message = answered(ID, vec![alias("example.org.", "example.org.")]);
        message.queries = vec![Query::query(name("example.org."), RecordType::CNAME)];
        message
    });
    assert!(Answer::parse(&loop_, &question("example.org.", RecordType::CNAME), ID).is_ok(), "nobody follows it");
}

#[test]
fn edns_is_between_neighbours() {
    let mut message = answered(ID, vec![address("example.org.", 300, 1)]);
    let mut edns = Edns::new();
    edns.set_max_payload(4096)
        .options_mut()
        .insert(hickory_proto::rr::rdata::opt::EdnsOption::Unknown(10, vec![7; 16]));
    message.set_edns(edns);
    let answer = parse(&message).unwrap();
    let bare = answer.reply(&question("example.org.", RecordType::A), 0, 512);
    assert!(read(&bare).edns.is_none() && read(&bare).answers.len() == 1);
    let reply = read(&answer.reply(&with_edns("example.org.", RecordType::A, 512), 0, 512));
    let ours = reply.edns.expect("the client speaks it");
    assert!(ours.options().as_ref().is_empty() && ours.max_payload() == 1232);
    // A return code that needs EDNS to be said is about EDNS.
    message.metadata.response_code = ResponseCode::BADVERS;
    assert!(parse(&message).unwrap().is_failure());
}

#[test]
fn what_does_not_fit_is_asked_for_again_over_tcp() {
    let many = (0..60).map(|n| address("example.org.", 60, n)).collect();
    let answer = parse(&answered(ID, many)).unwrap();
    for (question, room) in
        [(question("example.org.", RecordType::A), 512), (with_edns("example.org.", RecordType::A, 900), 900)]
    {
        assert_eq!(question.udp_room(), room);
        let cut = answer.reply(&question, 0, question.udp_room());
        assert!(cut.len() <= room);
        let cut = read(&cut);
        assert!(cut.metadata.truncation && cut.answers.is_empty() && cut.queries.len() == 1);
        let whole = read(&answer.reply(&question, 0, MAX_MESSAGE));
        assert!(!whole.metadata.truncation && whole.answers.len() == 60);
    }
    let fits = with_edns("example.org.", RecordType::A, 1232);
    assert_eq!(read(&answer.reply(&fits, 0, fits.udp_room())).answers.len(), 60);
}

#[test]
fn of_a_truncated_answer_nothing_is_used() {
    let mut message = answered(ID, vec![address("example.org.", 300, 1)]);
    message.metadata.truncation = true;
    let whole = bytes(&message);
    for cut in [0, 3, 16] {
        let asked = question("example.org.", RecordType::A);
        let answer = Answer::parse(&whole[..whole.len() - cut], &asked, ID).unwrap();
        assert!(answer.is_truncated() && answer.is_failure());
        assert_eq!((answer.lifetime(), answer.addresses()), (0, &[][..]));
        assert!(read(&answer.reply(&asked, 0, 512)).metadata.truncation);
    }
}

#[test]
fn records_of_any_type_pass_unchanged() {
    let texts = vec![
        Record::from_rdata(name("example.org."), 60, RData::TXT(TXT::new(vec!["a".repeat(255)]))),
        Record::from_rdata(name("example.org."), 60, RData::AAAA(AAAA("2001:db8::1".parse().unwrap()))),
    ];
    let plain = bytes(&answered(ID, texts));
    // Types that nobody knows, and SVCB parameters of no order, some unknown.
    let unordered: &[u8] = &[0, 13, 0, 1, 0, 0xff, 0xff, 0, 1, 7, 0, 3, 0, 1, 9];
    let unknown: &[u8] = &[0, 5, 0xc0, 0xff, 1, 2, 3];
    for (kind, data) in [(0xff00_u16, unknown), (64, unordered), (65, unordered), (99, unknown)] {
        let mut message = plain.clone();
        message.extend([0xc0, 12]);
        message.extend(kind.to_be_bytes());
        message.extend([0, 1, 0, 0, 0, 9]);
        message.extend(data);
        message[7] = 3;
        let asked = question("example.org.", RecordType::A);
        let reply = Answer::parse(&message, &asked, ID).unwrap().reply(&asked, 0, MAX_MESSAGE);
        assert_eq!(reply[HEADER..], message[HEADER..], "{kind}");
    }
}

proptest! {
    #[test]
    fn no_answer_is_too_much(changes in prop::collection::vec((0_usize..400, any::<u8>()), 0..6), cut in 0_usize..400) {
        let mut records: Vec<_> = (0..8).map(|n| address("example.org.", 60, n)).collect();
        records.push(alias("www.example.org.", "example.org."));
        let mut message = answered(ID, records);
        message.add_authority(soa(5, 6));
        message.set_edns(Edns::new());
        let mut message = bytes(&message);
        for (at, to) in changes {
            if let Some(byte) = message.get_mut(at + 12) {
                *byte = to;
            }
        }
        if cut % 4 == 0 {
            message.truncate(cut);
        }
        for asked in [question("example.org.", RecordType::A), with_edns("example.org.", RecordType::A, 600)] {
            let Ok(answer) = Answer::parse(&message, &asked, ID) else { continue };
            prop_assert!(answer.lifetime() <= MAX_TTL);
            for room in [512, asked.udp_room(), MAX_MESSAGE] {
                let reply = answer.reply(&asked, 3, room);
                prop_assert!(reply.len() <= room);
                // A name that points to what is written anew (an id, a TTL) is another one then, or none.
                let Ok(again) = Answer::parse(&reply, &asked, 0x1234) else { continue };
                prop_assert_eq!(again.addresses(), if again.is_truncated() { &[] } else { answer.addresses() });
            }
        }
    }
}
