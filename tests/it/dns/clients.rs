//! What clients get over UDP and TCP, and how often name servers are asked for it.

use std::net::Ipv4Addr;
use std::time::Duration;

use harness::dns::Over;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{RData, Record, rdata};
use parasol_engine::{FlowEnd, Verdict};
use tokio::net::TcpListener;

use super::*;

/// Answers every question with `count` addresses, over UDP only if they fit into 512 bytes.
async fn many_addresses(count: u8) -> NameServer {
    NameServer::with(move |asked| {
        let mut message = read(&asked.message);
        let name = message.queries[0].name().clone();
        message.metadata.message_type = MessageType::Response;
        message.edns = None;
        message.add_answers(
            (0..count).map(|n| Record::from_rdata(name.clone(), 300, RData::A(rdata::A(Ipv4Addr::new(192, 0, 2, n))))),
        );
        if asked.over == Over::Udp && bytes(&message).len() > 512 {
            message.answers.clear();
            message.metadata.truncation = true;
        }
        vec![bytes(&message)]
    })
    .await
}

#[tokio::test]
async fn an_answer_of_any_length_arrives_as_the_client_can_take_it() {
    let local = many_addresses(100).await;
    let both = Both::start(local.address, vec![local.address]);
    for name in ["www.near.example.", "www.far.example."] {
        let plain = ask_udp(both.near.address, &question(name, RecordType::A)).await;
        assert!(plain.metadata.truncation && plain.answers.is_empty(), "{name}");
        let short = ask_udp(both.near.address, &with_edns(name, RecordType::A, 1232)).await;
        assert!(short.metadata.truncation && short.edns.is_some(), "{name}");
        let long = ask_udp(both.near.address, &with_edns(name, RecordType::A, 4096)).await;
        assert!(!long.metadata.truncation && long.edns.is_some(), "{name}");
        let tcp = ask_tcp(both.near.address, &question(name, RecordType::A)).await;
        for answer in [long, tcp] {
            assert_eq!(addresses(&answer).len(), 100, "{name}");
        }
    }
    // More than 4,096 bytes go in no datagram, whatever a client says it takes.
    let local = many_addresses(255).await;
    let both = Both::start(local.address, vec![local.address]);
    let longest = ask_udp(both.near.address, &with_edns("www.near.example.", RecordType::A, u16::MAX)).await;
    assert!(longest.metadata.truncation && longest.answers.is_empty());
    let tcp = ask_tcp(both.near.address, &question("www.near.example.", RecordType::A)).await;
    assert_eq!(addresses(&tcp).len(), 255);
}

/// Each that waits is a flow, and each that is asked a connection to the server.
#[tokio::test]
async fn questions_that_wait_and_those_that_are_asked_are_bounded() {
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
    let address = server.local_addr().expect("it is bound");
    let near = Running::start(port(server_config(address, Method::Aes256Gcm), address, vec![]));
    let client = Client::of(near.address).await;
    let (mut most, mut n) = (0, 0);
    within("all places of a client to be taken", async {
        // Far more than there are places for, and more than that where datagrams are lost.
        while n < 1_000 || most < 256 {
            client.send(&bytes(&question(&format!("n{n}.far.example."), RecordType::A))).await;
            n += 1;
            most = most.max(near.engine.ports()[0].open);
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(most, 256, "of one client");
    // Another client's question is answered: all that came before it have been begun, if they may be.
    let other = UdpSocket::bind("127.0.0.2:0").await.expect("loopback has many addresses");
    other.connect(near.address).await.expect("it is bound");
    let blocked = Client(other).ask(&question("www.ads.example.", RecordType::A)).await;
    assert_eq!(blocked.response_code, ResponseCode::NXDomain);
    let ours = dial(address).await.local_addr().expect("it is open");
    let mut asked = Vec::new();
    within("what came before us", async {
        loop {
            let (stream, from) = server.accept().await.expect("there are descriptors");
            if from == ours {
                break;
            }
            asked.push(stream);
        }
    })
    .await;
    // More only if this took so long that the first were given up.
    assert!((32..64).contains(&asked.len()), "{} of one client are asked at once", asked.len());
}

#[tokio::test]
async fn a_connection_is_read_on_only_when_its_questions_are_few() {
    let silent = NameServer::silent().await;
    let far = crate::running::server(Method::Aes256Gcm);
    let mut config = port(server_config(far.address, Method::Aes256Gcm), silent.address, vec![]);
    config.deadlines.resolve = crate::running::SHORT;
    let near = Running::start(config);
    let mut stream = dial(near.address).await;
    let message = |n: usize| bytes(&question(&format!("n{n}.far.example."), RecordType::A));
    let messages: Vec<_> = (0..100).map(message).collect();
    stream.write_all(&framed(messages.iter().map(Vec::as_slice))).await.expect("it is taken");
    let most = std::cell::Cell::new(0);
    let answers = async {
        for _ in 0..100 {
            assert_eq!(read(&receive_tcp(&mut stream).await).response_code, ResponseCode::ServFail);
        }
    };
    let watched = async {
        loop {
            most.set(most.get().max(near.engine.ports()[0].open));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = answers => {}
        () = watched => unreachable!("it goes on for ever"),
    }
    assert_eq!(most.get(), 1 + 32, "the connection, and its questions");
}

#[tokio::test]
async fn the_same_question_is_asked_once_while_its_answer_is_good() {
    let local = many_addresses(1).await;
    let both = Both::start(local.address, vec![local.address]);
    for name in ["www.near.example.", "www.far.example.", "WWW.Far.example.", "www.NEAR.example."] {
        for _ in 0..5 {
            let answer = ask_udp(both.near.address, &question(name, RecordType::A)).await;
            assert_eq!(addresses(&answer), ["192.0.2.0"]);
            assert_eq!(addresses(&ask_tcp(both.near.address, &question(name, RecordType::A)).await).len(), 1);
        }
    }
    assert_eq!(local.asked().len(), 2, "{:?}", names(&local));
}

#[tokio::test]
async fn many_clients_with_one_question_are_one_question() {
    let silent = NameServer::silent().await;
    let mut both = Both::start(silent.address, vec![]);
    let client = Client::of(both.near.address).await;
    let message = bytes(&question("www.far.example.", RecordType::A));
    for _ in 0..50 {
        client.send(&message).await;
    }
    for _ in 0..50 {
        assert_eq!(read(&client.receive().await).response_code, ResponseCode::ServFail);
        assert_eq!(both.near.ended().await.verdict(), Verdict::NameTimedOut);
    }
    assert_eq!(silent.asked().len(), 1);
}

#[tokio::test]
async fn ids_and_ports_are_not_to_be_guessed() {
    let local = many_addresses(1).await;
    let both = Both::start(local.address, vec![local.address]);
    for n in 0..40 {
        ask_udp(both.near.address, &question(&format!("n{n}.near.example."), RecordType::A)).await;
    }
    let asked = local.asked();
    let count = |mut values: Vec<u16>| {
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    // Of 40 random values of 16 bits or nearly so, fewer than 30 different ones have no chance.
    assert!(count(asked.iter().map(|one| read(&one.message).id).collect()) >= 30);
    assert!(count(asked.iter().map(|one| one.from.port()).collect()) >= 30);
}

#[tokio::test]
async fn a_connection_carries_many_questions_at_once() {
    let local = many_addresses(1).await;
    let both = Both::start(local.address, vec![local.address]);
    let mut stream = dial(both.near.address).await;
    let messages: Vec<_> = (0..200_u16)
        .map(|n| {
            let side = if n % 2 == 0 { "near" } else { "far" };
            let mut message = question(&format!("n{n}.{side}.example."), RecordType::A);
            message.metadata.id = n;
            bytes(&message)
        })
        .collect();
    let (mut reading, mut writing) = stream.split();
    let all = framed(messages.iter().map(Vec::as_slice));
    let sent = async {
        writing.write_all(&all).await.expect("it is read on");
        writing.shutdown().await.expect("it is open");
    };
    let received = async {
        let mut answers = Vec::new();
        reading.read_to_end(&mut answers).await.map(|_| answers)
    };
    let (answers, ()) = within("all answers, and the end", async { tokio::join!(received, sent) }).await;
    let (mut answers, mut ids) = (&answers.expect("it ends well")[..], Vec::new());
    while let Some((len, rest)) = answers.split_first_chunk() {
        let (answer, rest) = rest.split_at(usize::from(u16::from_be_bytes(*len)));
        let answer = read(answer);
        assert!(answer.queries[0].name().to_ascii().starts_with(&format!("n{}.", answer.id)));
        assert_eq!(addresses(&answer).len(), 1);
        ids.push(answer.id);
        answers = rest;
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn messages_on_a_connection_may_be_cut_anywhere() {
    let local = many_addresses(1).await;
    let both = Both::start(local.address, vec![local.address]);
    let message = bytes(&question("www.near.example.", RecordType::A));
    let two = framed([&message[..], &message]);
    let mut stream = dial(both.near.address).await;
    stream.set_nodelay(true).expect("the socket is open");
    for byte in &two {
        stream.write_all(&[*byte]).await.expect("it is taken");
        tokio::task::yield_now().await;
    }
    for _ in 0..2 {
        assert_eq!(addresses(&read(&receive_tcp(&mut stream).await)).len(), 1);
    }
    for cut in 1..two.len() {
        stream.write_all(&two[..cut]).await.expect("it is taken");
        tokio::task::yield_now().await;
        stream.write_all(&two[cut..]).await.expect("it is taken");
        for _ in 0..2 {
            receive_tcp(&mut stream).await;
        }
    }
}

#[tokio::test]
async fn a_silent_connection_is_closed_and_counts_as_done_once_it_had_an_answer() {
    let local = many_addresses(1).await;
    let far = crate::running::server(Method::Aes256Gcm);
    let mut config = port(server_config(far.address, Method::Aes256Gcm), local.address, vec![local.address]);
    config.deadlines.handshake = crate::running::SHORT;
    let mut near = Running::start(config);
    for (asks, verdict) in [(true, Verdict::Done), (false, Verdict::SilentClient)] {
        let mut stream = dial(near.address).await;
        if asks {
            let message = bytes(&question("www.near.example.", RecordType::A));
            stream.write_all(&framed([&message[..]])).await.expect("it is taken");
            receive_tcp(&mut stream).await;
            assert_eq!(near.ended().await.end, FlowEnd::Done, "the question");
        }
        assert_eq!(within("the end", stream.read(&mut [0])).await.expect("it ends well"), 0);
        assert_eq!(near.ended().await.verdict(), verdict);
    }
}

/// What is no question keeps no connection open, and neither does our word about it.
#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed_whatever_comes_over_it() {
    let local = many_addresses(1).await;
    let far = crate::running::server(Method::Aes256Gcm);
    let mut config = port(server_config(far.address, Method::Aes256Gcm), local.address, vec![local.address]);
    config.deadlines.handshake = crate::running::SHORT;
    let mut near = Running::start(config);
    let (somebody, known) = (Client::of(near.address).await, question("www.near.example.", RecordType::A));
    let mut update = bytes(&known);
    update[2] = 0x28;
    for (what, message) in
        [("no bytes", framed([&[][..]])), ("half a length", vec![0]), ("an update", framed([&update[..]]))]
    {
        let (mut reading, mut writing) = dial(near.address).await.into_split();
        let mut heard = Vec::new();
        let goes_on = async {
            while writing.write_all(&message).await.is_ok() {
                // The time that somebody else's question takes.
                somebody.ask(&known).await;
            }
            std::future::pending::<()>().await;
        };
        within(what, async {
            tokio::select! {
                // It may be a reset: there is always more to read.
                _ = reading.read_to_end(&mut heard) => {}
                () = goes_on => {}
            }
        })
        .await;
        let flow = loop {
            let flow = near.ended().await;
            // All others are questions.
            if flow.target.is_none() {
                break flow;
            }
        };
        assert_eq!(flow.verdict(), Verdict::SilentClient, "{what}");
    }
}

#[tokio::test]
async fn stop_ends_what_waits() {
    let silent = NameServer::silent().await;
    let both = Both::start(silent.address, vec![silent.address]);
    let client = Client::of(both.near.address).await;
    let mut stream = dial(both.near.address).await;
    for name in ["a.near.example.", "b.far.example.", "c.near.example."] {
        let message = bytes(&question(name, RecordType::A));
        client.send(&message).await;
        stream.write_all(&framed([&message[..]])).await.expect("it is taken");
    }
    within("six questions and a connection", async {
        while both.near.engine.ports()[0].open < 7 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let began = std::time::Instant::now();
    let flows = both.near.stop().await;
    assert!(began.elapsed() < Duration::from_secs(4), "shorter than any name server is waited for");
    assert_eq!(flows.len(), 7);
    assert!(flows.iter().all(|flow| flow.verdict() == Verdict::Cancelled), "{flows:?}");
}
