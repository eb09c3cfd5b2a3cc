//! Clients that say nothing, half of something, noise, or far too much, on the mixed port and to its associations.

use std::net::SocketAddr;

use harness::deadline::within;
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::{Deadlines, EngineConfig, Verdict};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, SHORT, config, direct, local, server, server_config};

const METHOD: Method = Method::Blake3Aes256Gcm;

/// Room for the crowds of these tests, and a handshake that does not last.
fn relay() -> Running {
    let _ = parasol_app::raise_descriptor_limit();
    let deadlines = Deadlines { handshake: SHORT, ..Deadlines::default() };
    Running::start(EngineConfig { deadlines, max_flows: 2000, ..config(vec![direct()]) })
}

async fn dial(proxy: SocketAddr) -> TcpStream {
    within("the proxy's port", TcpStream::connect(proxy)).await.expect("the proxy listens")
}

async fn check_serves(proxy: SocketAddr) {
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(proxy, target.address).await.expect("the relay goes on");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("the relay goes on").len, 4);
}

async fn check_empty(relay: &Running) {
    within("the end of all flows", async {
        while relay.engine.ports()[0].open > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Catalogue 3.
#[tokio::test]
async fn a_greeting_with_all_methods_is_served() {
    let (relay, target) = (relay(), Target::start(Manner::Echo).await);
    for methods in [(0..255).collect::<Vec<u8>>(), (0..255).rev().collect()] {
        let mut stream = dial(relay.address).await;
        let said = [&[5, 255][..], &methods, &socks5::request(target.address), b"ping"].concat();
        stream.write_all(&said).await.expect("it listens");
        let mut heard = [0; 2 + 10 + 4];
        within("the answer", stream.read_exact(&mut heard)).await.expect("it is served");
        assert_eq!((&heard[..4], &heard[12..]), (&[5, 0, 5, 0][..], &b"ping"[..]));
    }
}

/// Catalogue 23: noise of every kind of beginning, and greetings without an end.
#[tokio::test]
async fn noise_is_answered_or_closed_and_the_relay_goes_on() {
    let relay = relay();
    let beginnings: [&[u8]; 10] = [
        b"",
        &[5],
        &[5, 1, 0],
        &[5, 1, 0, 5, 1, 0],
        &[4],
        &[4, 1, 0, 80],
        b"GET ",
        b"CONNECT ",
        b"POST http://a/",
        &[22, 3],
    ];
    for (seed, beginning) in (0..300).zip(beginnings.iter().cycle()) {
        let mut stream = dial(relay.address).await;
        let noise = payload::bytes(seed as usize * 7, seed);
        // It may be closed before it was all said.
        let _ = stream.write_all(&[beginning, &noise[..]].concat()).await;
        let _ = stream.shutdown().await;
        let mut heard = Vec::new();
        let _ = within("the end", stream.read_to_end(&mut heard)).await;
        assert!(heard.len() < 1000, "{beginning:?}, seed {seed}: {} bytes of answer", heard.len());
    }
    for beginning in beginnings {
        let mut stream = dial(relay.address).await;
        let endless = [beginning, &vec![b'a'; 1 << 20][..]].concat();
        let _ = stream.write_all(&endless).await;
        let _ = within("the end", stream.read_to_end(&mut Vec::new())).await;
    }
    check_serves(relay.address).await;
    check_empty(&relay).await;
}

/// Catalogue 22: 300 that say nothing or half of something, and 30 connections without a byte through the relay.
#[tokio::test]
async fn a_crowd_of_silent_and_half_said_handshakes_harms_nobody() {
    let relay = relay();
    let target = Target::start(Manner::Echo).await;
    let mut quiet = Vec::new();
    for _ in 0..30 {
        quiet.push(socks5::connect(relay.address, target.address).await.expect("it works"));
    }
    let halves: [&[u8]; 6] = [b"", &[5], &[5, 1, 0], &[5, 1, 0, 5, 1, 0, 3, 200], &[4, 1, 0, 80], b"GET http://a"];
    let mut crowd = Vec::new();
    for half in halves.iter().cycle().take(300) {
        let mut stream = dial(relay.address).await;
        stream.write_all(half).await.expect("it listens");
        crowd.push(stream);
    }
    check_serves(relay.address).await;
    // Their time is up at some point, and only theirs.
    for mut stream in crowd {
        let _ = within("the end of a silent one", stream.read_to_end(&mut Vec::new())).await;
    }
    for stream in quiet {
        assert_eq!(payload::exchange(stream, b"ping").await.expect("it was never given up").len, 4);
    }
    check_empty(&relay).await;
}

/// They come, and reset or close, faster than any of them could be served.
#[tokio::test]
async fn a_flood_of_connections_that_break_off_leaves_nothing_behind() {
    let relay = relay();
    for n in 0..1000 {
        let stream = dial(relay.address).await;
        let _ = stream.try_write(&[5, 1, 0, 5, 1, 0, 1][..n % 8]);
        if n % 2 == 0 {
            stream.set_zero_linger().expect("it is connected");
        }
    }
    check_serves(relay.address).await;
    check_empty(&relay).await;
}

/// Catalogue 27: each connection to the relay's own port is one more client, which has a client's time and no more.
#[tokio::test]
async fn a_loop_through_the_relays_own_port_ends_with_its_client() {
    let far = server(METHOD);
    let straight = relay();
    let deadlines = Deadlines { handshake: SHORT, ..Deadlines::default() };
    let through = vec![crate::running::mixed(server_config(far.address, METHOD))];
    let proxied = Running::start(EngineConfig { deadlines, ..config(through) });
    for mut relay in [straight, proxied] {
        let own = relay.address;
        let mut stream = socks5::greeted(own).await;
        const TIMES: u64 = 20;
        for _ in 0..TIMES {
            stream.write_all(&socks5::request(own)).await.expect("it listens");
            assert_eq!(socks5::reply(&mut stream).await.expect("a reply"), 0);
            stream.write_all(socks5::GREETING).await.expect("it listens");
            let choice = within("the choice of the next", stream.read_u16()).await.expect("it answers");
            assert_eq!(choice, 0x0500);
        }
        assert_eq!(relay.engine.ports()[0].accepted, TIMES + 1, "each asks for one more, and no more come");
        // The last one never says what it wants.
        let _ = within("the end", stream.read_to_end(&mut Vec::new())).await;
        assert_eq!(relay.ended().await.verdict(), Verdict::SilentClient);
        drop(stream);
        check_empty(&relay).await;
        check_serves(own).await;
    }
}

/// A client that talks where it should listen is drained for a while and no longer.
#[tokio::test]
async fn a_client_that_goes_on_after_its_refusal_is_let_go() {
    let mut relay = relay();
    let mut stream = socks5::greeted(relay.address).await;
    stream.write_all(&[5, 2, 0, 1, 127, 0, 0, 1, 0, 80]).await.expect("it listens");
    let flood = payload::bytes(1 << 20, 3);
    within("the end of patience", async { while stream.write_all(&flood).await.is_ok() {} }).await;
    assert_eq!(relay.ended().await.verdict(), Verdict::BadRequest);
    check_empty(&relay).await;
}

/// Noise at an association, and at the server's port, in amounts that any buffer between them loses some of.
#[tokio::test]
async fn a_flood_of_bad_datagrams_ends_no_association() {
    let far = server(METHOD);
    let near = local(server_config(far.address, METHOD));
    let echo = Echo::start().await;
    let association = Association::open(near.address).await.expect("it is granted");
    association.exchange(&header(echo.address), b"first").await;
    for n in 0..5000_u64 {
        let noise = payload::bytes((n % 1400) as usize, n);
        let _ = association.socket.try_send_to(&[&[0, 0, 1], &noise[..]].concat(), association.relay);
        let _ = association.socket.try_send_to(&noise, far.address);
    }
    // What is sent now may find a full buffer, and is sent again as a client would.
    within("an answer", async {
        loop {
            association.send(&[&header(echo.address), b"still here"]).await;
            let answer = tokio::time::timeout(SHORT, association.answer()).await;
            if answer.is_ok_and(|(_, came)| came == b"still here") {
                break;
            }
        }
    })
    .await;
    assert_eq!(far.engine.ports()[0].accepted, 1, "no session for noise");
}
