//! What clients of an association may not do, and when it ends.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use harness::deadline::within;
use harness::parasol::Parasol;
use harness::payload;
use harness::udp::{self, Association, Echo, header, header_name};
use parasol_engine::{Deadlines, EngineConfig, FlowEnd, InboundConfig, Mode, Stage, Verdict};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;

use crate::running::{Running, SHORT, config, direct, local, mixed, password, server, server_config};

const METHOD: Method = Method::Blake3Aes128Gcm;

async fn socket_on(ip: [u8; 4]) -> UdpSocket {
    UdpSocket::bind((IpAddr::from(ip), 0)).await.expect("all of 127.0.0.0/8 is loopback")
}

/// What is sent before this on the same association has been dealt with when it returns.
async fn still_works(association: &Association, echo: &mut Echo) {
    let (_, came) = association.exchange(&header(echo.address), b"still here").await;
    assert_eq!(came, b"still here");
    assert_eq!(echo.seen().await.1, b"still here", "nothing else had come");
}

/// Catalogue 28, 29: fragments, cut headers, bad addresses and noise are dropped without a word.
#[tokio::test]
async fn malformed_datagrams_are_dropped_and_the_association_lives() {
    let mut echo = Echo::start().await;
    let far = server(METHOD);
    for relay in [Running::start(config(vec![direct()])), local(server_config(far.address, METHOD))] {
        let association = Association::open(relay.address).await.expect("it is granted");
        let good = header(echo.address);
        for fragment in [1, 0x81, 0x7f] {
            association.send(&[&[0, 0, fragment], &good[3..], b"fragment"]).await;
        }
        for len in 0..good.len() {
            association.send(&[&good[..len]]).await;
        }
        for kind in [0, 2, 5, 0xff] {
            association.send(&[&[0, 0, 0, kind], &good[4..], b"bad type"]).await;
        }
        association.send(&[&header_name("", 53), b"no name"]).await;
        association.send(&[&header_name("a b", 53), b"no name"]).await;
        association.send(&[&header(SocketAddr::from(([127, 0, 0, 1], 0))), b"no port"]).await;
        for len in [1, 3, 4, 10, 100, 1400] {
            let mut noise = payload::bytes(len, len as u64);
            // Not by chance a good one.
            noise[len.min(3) - 1] = 0x55;
            association.send(&[&noise]).await;
        }
        still_works(&association, &mut echo).await;
    }
}

/// Catalogue 31: only the client's address and, from its first datagram on, only its port are taken.
#[tokio::test]
async fn nobody_else_can_use_an_association() {
    let mut echo = Echo::start().await;
    let relay = Running::start(config(vec![direct()]));
    let association = Association::open(relay.address).await.expect("it is granted");
    let datagram = [&header(echo.address)[..], b"stranger"].concat();
    let stranger = socket_on([127, 0, 0, 2]).await;
    stranger.send_to(&datagram, association.relay).await.expect("loopback takes it");
    still_works(&association, &mut echo).await;
    let neighbour = socket_on([127, 0, 0, 1]).await;
    neighbour.send_to(&datagram, association.relay).await.expect("loopback takes it");
    still_works(&association, &mut echo).await;
    assert!(neighbour.try_recv(&mut [0; 64]).is_err(), "answers cannot be diverted");
}

#[tokio::test]
async fn a_port_that_the_request_names_is_the_only_one() {
    let mut echo = Echo::start().await;
    let relay = Running::start(config(vec![direct()]));
    let socket = socket_on([127, 0, 0, 1]).await;
    let port = socket.local_addr().expect("it is bound").port();
    let association = Association::of(relay.address, socket, port).await.expect("it is granted");
    let neighbour = socket_on([127, 0, 0, 1]).await;
    let datagram = [&header(echo.address)[..], b"neighbour"].concat();
    neighbour.send_to(&datagram, association.relay).await.expect("loopback takes it");
    still_works(&association, &mut echo).await;
}

#[tokio::test]
async fn answers_come_only_from_those_who_were_asked() {
    let mut echo = Echo::start().await;
    let relay = Running::start(config(vec![direct()]));
    let association = Association::open(relay.address).await.expect("it is granted");
    association.exchange(&header(echo.address), b"ping").await;
    let (exit, _) = echo.seen().await;
    let stranger = socket_on([127, 0, 0, 1]).await;
    let exit = SocketAddr::from(([127, 0, 0, 1], exit.port()));
    stranger.send_to(b"unasked", exit).await.expect("loopback takes it");
    still_works(&association, &mut echo).await;
}

/// Catalogue 32.
#[tokio::test]
async fn an_association_ends_with_its_control_connection() {
    let mut echo = Echo::start().await;
    let far = server(METHOD);
    for mut relay in [Running::start(config(vec![direct()])), local(server_config(far.address, METHOD))] {
        let Association { mut control, relay: at, socket } =
            Association::open(relay.address).await.expect("it is granted");
        control.shutdown().await.expect("it is open");
        let flow = relay.ended().await;
        assert_eq!((&flow.end, flow.stage), (&FlowEnd::Done, Stage::Associate), "{flow:?}");
        let _ = socket.send_to(&[&header(echo.address)[..], b"too late"].concat(), at).await;
        // The port is free again: nobody is there to relay.
        within("the port", async {
            while UdpSocket::bind(at).await.is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert!(echo.saw_nothing());
        assert_eq!(relay.engine.ports()[0].open, 0);
    }
}

/// Catalogue 33: a target that is not there, a name that does not exist, and a target that cannot be reached.
#[tokio::test]
async fn what_cannot_be_delivered_ends_nothing() {
    let echo = Echo::start().await;
    let far = server(METHOD);
    for relay in [Running::start(config(vec![direct()])), local(server_config(far.address, METHOD))] {
        let association = Association::open(relay.address).await.expect("it is granted");
        let closed = {
            let socket = socket_on([127, 0, 0, 1]).await;
            socket.local_addr().expect("it is bound")
        };
        for n in 0..5 {
            association.send(&[&header(closed), b"nobody"]).await;
            association.send(&[&header_name("nowhere.test", 53), b"nobody"]).await;
            association.send(&[&header("[2001:db8::1]:53".parse().expect("an address")), b"no way"]).await;
            association.send(&[&header("255.255.255.255:53".parse().expect("an address")), b"forbidden"]).await;
            // Catalogue 36: longer than any datagram is once it is sealed. Directly it may arrive.
            association.send(&[&header(echo.address), &vec![n; 65_497]]).await;
            association.send(&[&header(echo.address), b"still here"]).await;
            while association.answer().await.1 != b"still here" {}
        }
    }
}

/// Catalogue 35.
#[tokio::test]
async fn modes_refuse_what_they_do_not_have() {
    let echo = Echo::start().await;
    let with = |mode| Running::start(config(vec![InboundConfig { mode, ..direct() }]));
    let relay = with(Mode::TcpOnly);
    assert_eq!(Association::open(relay.address).await.map(drop), Err(7));
    let relay = with(Mode::UdpOnly);
    let target = harness::target::Target::start(harness::target::Manner::Echo).await;
    assert_eq!(harness::socks5::connect(relay.address, target.address).await.map(drop), Err(7));
    let association = Association::open(relay.address).await.expect("it is granted");
    assert_eq!(association.exchange(&header(echo.address), b"ping").await.1, b"ping");
}

#[tokio::test]
async fn a_silent_association_is_given_up() {
    let echo = Echo::start().await;
    let deadlines = Deadlines { udp_idle: SHORT, ..Deadlines::default() };
    let mut relay = Running::start(EngineConfig { deadlines, ..config(vec![direct()]) });
    let mut association = Association::open(relay.address).await.expect("it is granted");
    association.exchange(&header(echo.address), b"ping").await;
    let flow = relay.ended().await;
    assert_eq!((&flow.end, flow.verdict(), flow.stage), (&FlowEnd::TimedOut, Verdict::Idle, Stage::Associate));
    assert_eq!((flow.tx, flow.rx), (4, 4));
    assert_eq!(flow.target, Some(echo.address.into()));
    let left = within("the end", association.control.read(&mut [0; 16])).await.unwrap_or(0);
    assert_eq!(left, 0, "the client learns of it");
}

#[tokio::test]
async fn the_least_used_association_makes_room() {
    let echo = Echo::start().await;
    let mut relay = Running::start(EngineConfig { udp_max_associations: 3, ..config(vec![direct()]) });
    let mut open = Vec::new();
    for n in 0..3 {
        let association = Association::open(relay.address).await.expect("it is granted");
        association.exchange(&header(echo.address), &[n]).await;
        open.push(association);
    }
    // The second is now the one that was used least recently.
    open[0].exchange(&header(echo.address), b"again").await;
    let fourth = Association::open(relay.address).await.expect("it is granted");
    let flow = relay.ended().await;
    assert_eq!(flow.client.port(), open[1].control.local_addr().expect("it is open").port());
    assert_eq!(flow.verdict(), Verdict::NoResources);
    for association in [&open[0], &open[2], &fourth] {
        assert_eq!(association.exchange(&header(echo.address), b"ping").await.1, b"ping");
    }
}

#[tokio::test]
async fn stop_ends_associations_and_sessions_and_frees_their_ports() {
    let echo = Echo::start().await;
    let far = server(METHOD);
    let near = local(server_config(far.address, METHOD));
    let association = Association::open(near.address).await.expect("it is granted");
    association.exchange(&header(echo.address), b"ping").await;
    let port = far.address;
    for (relay, at) in [(near, association.relay), (far, port)] {
        let flows = relay.stop().await;
        assert_eq!(flows.len(), 1);
        assert_eq!((&flows[0].end, flows[0].stage), (&FlowEnd::Cancelled, Stage::Associate));
        UdpSocket::bind(at).await.expect("the port is free again");
    }
}

/// Catalogue 34: 100 at once, and 200 one after the other, leave nothing behind.
#[tokio::test]
async fn many_associations_give_their_descriptors_back() {
    let echo = Echo::start().await;
    let far = server(METHOD);
    let port = far.address.port().to_string();
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD.name(), "-k", &password(METHOD), "-l", "0"];
    let near = Parasol::start(&args).await.expect("it starts");
    let before = near.process.descriptors();
    let mut open = Vec::new();
    for n in 0..100u8 {
        let association = Association::open(near.address).await.expect("it is granted");
        assert_eq!(association.exchange(&header(echo.address), &[n]).await.1, [n]);
        open.push(association);
    }
    assert!(near.process.descriptors() >= before + 200, "each has its own sockets");
    drop(open);
    for n in 0..200u8 {
        let association = Association::open(near.address).await.expect("it is granted");
        assert_eq!(association.exchange(&header(echo.address), &[n]).await.1, [n]);
    }
    within("the descriptors", async {
        while near.process.descriptors() > before {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_association_over_ipv6_is_bound_there() {
    let echo = Echo::start().await;
    let inbound = InboundConfig { listen: "[::1]:0".parse().expect("an address"), ..direct() };
    let Ok(engine) = parasol_engine::Engine::start(config(vec![inbound]), std::sync::Arc::new(())) else { return };
    let association = Association::open(engine.bound()[0].listen).await.expect("it is granted");
    assert!(association.relay.is_ipv6());
    assert_eq!(association.exchange(&header(echo.address), b"ping").await.1, b"ping");
    // And with one listener for both families, where IPv4 clients are told an IPv4 address.
    let inbound = InboundConfig { listen: "[::]:0".parse().expect("an address"), ..direct() };
    let Ok(engine) = parasol_engine::Engine::start(config(vec![inbound]), std::sync::Arc::new(())) else { return };
    let proxy = SocketAddr::from((Ipv4Addr::LOCALHOST, engine.bound()[0].listen.port()));
    let association = Association::open(proxy).await.expect("it is granted");
    assert!(association.relay.is_ipv4());
    assert_eq!(association.exchange(&header(echo.address), b"ping").await.1, b"ping");
}

/// The request may come with anything behind it; a control connection is only read to its end.
#[tokio::test]
async fn what_is_said_on_a_control_connection_is_ignored() {
    let mut echo = Echo::start().await;
    let relay = Running::start(config(vec![mixed(server_config(server(METHOD).address, METHOD)), direct()]));
    let mut association = Association::open(relay.engine.bound()[1].listen).await.expect("it is granted");
    association.control.write_all(&udp::request(0)).await.expect("it is open");
    association.control.write_all(&payload::bytes(100_000, 3)).await.expect("it is open");
    still_works(&association, &mut echo).await;
}
