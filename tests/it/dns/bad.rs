//! What name servers and clients may do wrong without harm: the catalogue's items on DNS.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::rdata::svcb::{IpHint, SvcParamKey, SvcParamValue};
use hickory_proto::rr::{RData, Record, rdata};
use parasol_engine::FlowEnd;

use super::*;

fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a test's name is one")
}

/// The good answer to a question.
fn good(asked: &[u8]) -> Message {
    let mut message = read(asked);
    let owner = message.queries[0].name().clone();
    message.metadata.message_type = MessageType::Response;
    message.edns = None;
    message.add_answer(Record::from_rdata(owner, 60, RData::A(rdata::A([192, 0, 2, 1].into()))));
    message
}

fn aliases(asked: &[u8], length: usize, ends: bool) -> Vec<u8> {
    let mut message = good(asked);
    let mut owner = message.queries[0].name().clone();
    message.answers.clear();
    for step in 0..length {
        let next = if step + 1 == length && !ends {
            message.queries[0].name().clone()
        } else {
            name(&format!("n{step}.example."))
        };
        message.add_answer(Record::from_rdata(owner, 60, RData::CNAME(rdata::CNAME(next.clone()))));
        owner = next;
    }
    message.add_answer(Record::from_rdata(owner, 60, RData::A(rdata::A([192, 0, 2, 1].into()))));
    bytes(&message)
}

fn coded(asked: &[u8], code: ResponseCode) -> Vec<u8> {
    let mut message = good(asked);
    message.answers.clear();
    message.metadata.response_code = code;
    bytes(&message)
}

fn changed(asked: &[u8], change: impl FnOnce(&mut Message)) -> Vec<u8> {
    let mut message = good(asked);
    change(&mut message);
    bytes(&message)
}

/// The answer with the name of its record replaced by these bytes.
fn renamed(asked: &[u8], to: impl FnOnce(u8) -> Vec<u8>) -> Vec<u8> {
    let message = bytes(&good(asked));
    let at = message.len() - 16;
    [&message[..at], &to(u8::try_from(at).expect("a test's message is short")), &message[at + 2..]].concat()
}

/// Items 55 and 56: what a name server says first, in reply to a question, and what the client is told. Where it is to
/// be ignored, the good answer follows it.
#[tokio::test]
async fn whatever_a_name_server_says_the_client_hears_in_time() {
    type Says = fn(&[u8]) -> Vec<u8>;
    let cases: [(&str, Says, bool, ResponseCode, usize); 15] = [
        ("a name that does not exist", |q| coded(q, ResponseCode::NXDomain), false, ResponseCode::NXDomain, 0),
        ("a failure", |q| coded(q, ResponseCode::ServFail), false, ResponseCode::ServFail, 0),
        ("a refusal", |q| coded(q, ResponseCode::Refused), false, ResponseCode::Refused, 0),
        ("nothing", |q| coded(q, ResponseCode::NoError), false, ResponseCode::NoError, 0),
        ("aliases in a circle", |q| aliases(q, 3, false), false, ResponseCode::ServFail, 0),
        ("100 aliases", |q| aliases(q, 100, true), false, ResponseCode::ServFail, 0),
        ("10 aliases", |q| aliases(q, 10, true), false, ResponseCode::NoError, 1),
        ("a name that points to itself", |q| renamed(q, |at| vec![0xc0, at]), true, ResponseCode::NoError, 1),
        (
            "a label of 64 bytes",
            |q| renamed(q, |_| [&[64][..], &[b'a'; 64], &[0]].concat()),
            true,
            ResponseCode::NoError,
            1,
        ),
        ("another id", |q| changed(q, |m| m.metadata.id ^= 1), true, ResponseCode::NoError, 1),
        (
            "another name",
            |q| changed(q, |m| m.queries = vec![Query::query(name("x.example."), RecordType::A)]),
            true,
            ResponseCode::NoError,
            1,
        ),
        (
            "another type",
            |q| {
                changed(q, |m| {
                    m.queries[0].set_query_type(RecordType::AAAA);
                })
            },
            true,
            ResponseCode::NoError,
            1,
        ),
        ("no question", |q| changed(q, |m| m.queries.clear()), true, ResponseCode::NoError, 1),
        ("a question", <[u8]>::to_vec, true, ResponseCode::NoError, 1),
        ("noise", |_| vec![0xff; 300], true, ResponseCode::NoError, 1),
    ];
    for (what, says, ignored, code, count) in cases {
        let server = NameServer::with(move |asked| {
            let mut answers = vec![says(&asked.message)];
            if ignored {
                answers.push(bytes(&good(&asked.message)));
            }
            answers
        })
        .await;
        let both = Both::start(server.address, vec![server.address]);
        for side in ["www.near.example.", "www.far.example."] {
            let began = Instant::now();
            let answer = ask_udp(both.near.address, &question(side, RecordType::A)).await;
            assert_eq!((answer.response_code, addresses(&answer).len()), (code, count), "{what}, {side}");
            assert!(began.elapsed() < Duration::from_secs(30), "{what}, {side}");
        }
    }
}

/// `RULES` block 203.0.113.0/24. Whatever a client may take an address from, it gets none of there.
#[tokio::test]
async fn an_answer_with_an_address_in_a_blocked_network_is_not_given_out() {
    let at = |last| RData::A(rdata::A(Ipv4Addr::from(last)));
    let hinted = |last| {
        let hint = SvcParamValue::Ipv4Hint(IpHint(vec![rdata::A(Ipv4Addr::from(last))]));
        RData::HTTPS(rdata::HTTPS(rdata::SVCB::new(1, name("."), vec![(SvcParamKey::Ipv4Hint, hint)])))
    };
    let record = |rdata| Record::from_rdata(name("other.example."), 60, rdata);
    let (blocked, good_one) = ([203, 0, 113, 7], [192, 0, 2, 9]);
    for (what, answers, additionals, given) in [
        ("nothing else", vec![], vec![], true),
        ("another good address", vec![at(good_one)], vec![], true),
        ("a blocked one beside it", vec![at(blocked)], vec![], false),
        ("a good hint", vec![hinted(good_one)], vec![at(good_one)], true),
        ("a blocked hint", vec![hinted(blocked)], vec![], false),
        ("a blocked address for another name", vec![], vec![at(blocked)], false),
        ("a blocked hint for another name", vec![], vec![at(good_one), hinted(blocked)], false),
    ] {
        let server = NameServer::with(move |asked| {
            vec![changed(&asked.message, |message| {
                message.add_answers(answers.iter().cloned().map(record));
                message.add_additionals(additionals.iter().cloned().map(record));
            })]
        })
        .await;
        let both = Both::start(server.address, vec![server.address]);
        for side in ["www.near.example.", "www.far.example."] {
            let answer = ask_udp(both.near.address, &question(side, RecordType::A)).await;
            let code = if given { ResponseCode::NoError } else { ResponseCode::NXDomain };
            assert_eq!((answer.response_code, answer.answers.is_empty()), (code, !given), "{what}, {side}");
            assert!(given || answer.additionals.is_empty(), "{what}, {side}");
        }
    }
}

/// Items 54 and 57.
#[tokio::test]
async fn a_silent_name_server_is_waited_for_and_then_the_next_is_asked() {
    let silent = NameServer::silent().await;
    let table: &'static [harness::dns::Entry] =
        &[("www.near.example", &[std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)])];
    let next = NameServer::start(table).await;
    let failing = NameServer::with(|asked| vec![coded(&asked.message, ResponseCode::ServFail)]).await;
    let dead = harness::target::Refusing::start();
    for (what, servers, code) in [
        ("a silent one first", vec![silent.address, next.address], ResponseCode::NoError),
        ("a failing one first", vec![failing.address, next.address], ResponseCode::NoError),
        ("one that is not there first", vec![dead.address, next.address], ResponseCode::NoError),
        ("only silent ones", vec![silent.address, silent.address], ResponseCode::ServFail),
    ] {
        let both = Both::start(silent.address, servers);
        for kind in [RecordType::A, RecordType::AAAA] {
            let answer = ask_udp(both.near.address, &question("www.near.example.", kind)).await;
            assert_eq!(answer.response_code, code, "{what}, {kind}");
        }
    }
}

/// Item 58, at the port: the bound of the cache itself is shown beside it.
#[tokio::test]
async fn ten_thousand_names_are_answered() {
    let server = NameServer::with(|asked| vec![bytes(&good(&asked.message))]).await;
    let both = Both::start(server.address, vec![server.address]);
    let client = Client::of(both.near.address).await;
    for round in 0..100 {
        for n in 0..100 {
            client.send(&bytes(&question(&format!("n{n}.r{round}.near.example."), RecordType::A))).await;
        }
        for _ in 0..100 {
            assert_eq!(addresses(&read(&client.receive().await)).len(), 1);
        }
    }
}

#[tokio::test]
async fn what_is_no_question_is_dropped_and_nothing_else_is() {
    let server = NameServer::with(|asked| vec![bytes(&good(&asked.message))]).await;
    let both = Both::start(server.address, vec![server.address]);
    let asked = bytes(&question("www.near.example.", RecordType::A));
    let answer = bytes(&good(&asked));
    let bad: Vec<Vec<u8>> = vec![
        vec![],
        vec![0],
        asked[..11].to_vec(),
        asked[..asked.len() - 1].to_vec(),
        answer,
        [&asked[..12], &[0xc0, 12, 0, 1, 0, 1]].concat(),
        [&asked[..12], &[64], &[b'a'; 64], &[0, 0, 1, 0, 1]].concat(),
        vec![0xff; 1400],
    ];
    let client = Client::of(both.near.address).await;
    let mut stream = dial(both.near.address).await;
    for message in &bad {
        client.send(message).await;
        assert_eq!(addresses(&client.ask(&question("www.near.example.", RecordType::A)).await).len(), 1);
        let with_good = framed([&message[..], &vec![7; 5000], &asked]);
        stream.write_all(&with_good).await.expect("it is read on");
        assert_eq!(addresses(&read(&receive_tcp(&mut stream).await)).len(), 1);
    }
    // An update is no question, but its sender waits for a word.
    let mut update = asked.clone();
    update[2] = 0x28;
    client.send(&update).await;
    assert_eq!(read(&client.receive().await).response_code, ResponseCode::NotImp);
    let zone = client.ask(&question("near.example.", RecordType::AXFR)).await;
    assert_eq!(zone.response_code, ResponseCode::NotImp);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_flood_of_questions_does_not_end_the_port() {
    let silent = NameServer::silent().await;
    let table: &'static [harness::dns::Entry] =
        &[("www.near.example", &[std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)])];
    let next = NameServer::start(table).await;
    let both = Both::start(silent.address, vec![next.address]);
    let client = Client::of(both.near.address).await;
    for n in 0..2_000 {
        client.send(&bytes(&question(&format!("n{n}.far.example."), RecordType::A))).await;
    }
    within("a place for a question", async {
        let known = bytes(&question("www.near.example.", RecordType::A));
        loop {
            client.send(&known).await;
            let answer = tokio::time::timeout(Duration::from_secs(1), client.0.recv(&mut [0; 512])).await;
            if answer.is_ok() && !next.asked().is_empty() {
                return;
            }
        }
    })
    .await;
    assert!(both.near.engine.ports()[0].open <= 512);
}

/// Silence is waited for five seconds, so whoever asks for it in any number could hold all turns for ever.
#[tokio::test]
async fn a_client_whose_questions_nobody_answers_keeps_no_other_waiting() {
    let server = NameServer::with(|asked| {
        let name = read(&asked.message).queries[0].name().to_ascii();
        if name.starts_with("silent") { Vec::new() } else { vec![bytes(&good(&asked.message))] }
    })
    .await;
    let mut both = Both::start(server.address, vec![server.address]);
    let flood = Client::of(both.near.address).await;
    let silent = (0..200).map(|n| format!("silent{n}.{}.example.", if n % 2 == 0 { "near" } else { "far" }));
    // Of what the other will ask, too, but the flood has no turn for it.
    let names = ["www.near.example.", "www.far.example."];
    for name in silent.chain(names.map(str::to_owned)) {
        flood.send(&bytes(&question(&name, RecordType::A))).await;
    }
    within("the flood", async {
        while both.near.engine.ports()[0].open < 202 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let socket = UdpSocket::bind("127.0.0.2:0").await.expect("all of 127.0.0.0/8 is loopback");
    socket.connect(both.near.address).await.expect("the port is there");
    let other = Client(socket);
    for name in names {
        assert_eq!(addresses(&other.ask(&question(name, RecordType::A)).await).len(), 1, "{name}");
        // One answer for both, while everything else still waits.
        for _ in 0..2 {
            let flow = both.near.ended().await;
            assert_eq!(flow.end, FlowEnd::Done, "{name}: {flow:?}");
        }
    }
}
