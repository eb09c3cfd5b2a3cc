//! Servers with users (SIP023), on real ports: whose a flow is, and that who is no user hears nothing.

use std::net::SocketAddr;

use harness::payload;
use harness::peer::{sing_box_local, sing_box_server_of};
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::{Deadlines, Egress, EngineConfig, FlowSummary, InboundKind, Verdict};
use parasol_proto::{Access, Address, Key, Method, ServerConfig};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use crate::running::{Running, SHORT, config, inbound, local};

const METHODS: [Method; 2] = [Method::Blake3Aes128Gcm, Method::Blake3Aes256Gcm];

fn password(method: Method, byte: u8) -> String {
    Key::password_from_random(&vec![byte; method.key_len()])
}

/// A server of key 5 with the users ann (7) and bob (8).
fn server_of_two(method: Method) -> Running {
    let (own, ann, bob) = (password(method, 5), password(method, 7), password(method, 8));
    let access = Access::new(method, &own).expect("a key");
    let access = access.with_users([("ann", &*ann), ("bob", &*bob)]).expect("their keys");
    let deadlines = Deadlines { handshake: SHORT, udp_idle: SHORT, ..Deadlines::default() };
    let port = inbound(InboundKind::Shadowsocks { access, egress: Egress::Any });
    Running::start(EngineConfig { deadlines, ..config(vec![port]) })
}

/// Our local with keys of these bytes, joined by colons.
fn local_of(method: Method, server: SocketAddr, keys: &[u8]) -> Running {
    let chain: Vec<_> = keys.iter().map(|&byte| password(method, byte)).collect();
    local(ServerConfig::new(Address::from(server), method, &chain.join(":")).expect("keys of the method"))
}

fn whose(flow: &FlowSummary) -> Option<&str> {
    flow.user.as_deref()
}

#[tokio::test]
async fn each_user_is_served_and_named_over_tcp_and_udp() {
    for method in METHODS {
        let mut far = server_of_two(method);
        let (target, echo) = (Target::start(Manner::Echo).await, Echo::start().await);
        for (key, name) in [(7, "ann"), (8, "bob")] {
            let near = local_of(method, far.address, &[5, key]);
            let stream = socks5::connect(near.address, target.address).await.expect("it is proxied");
            assert_eq!(payload::exchange(stream, b"ping").await.expect("it is served").len, 4, "{method} {name}");
            let flow = far.ended().await;
            assert_eq!((flow.verdict(), whose(&flow)), (Verdict::Done, Some(name)), "{method}");

            let association = Association::open(near.address).await.expect("it is granted");
            for n in 0..3u8 {
                assert_eq!(association.exchange(&header(echo.address), &[n]).await.1, [n], "{method} {name}");
            }
            drop(association);
            let flow = far.ended().await;
            assert_eq!((flow.verdict(), whose(&flow), flow.tx), (Verdict::Idle, Some(name), 3), "{method}");
        }
        let port = &far.engine.ports()[0];
        assert_eq!((port.tx, port.rx), (14, 14), "the port counts them all");
    }
}

#[tokio::test]
async fn users_of_sing_box_are_served_and_its_server_serves_ours() {
    for method in METHODS {
        let (own, ann, bob) = (password(method, 5), password(method, 7), password(method, 8));
        let mut far = server_of_two(method);
        let theirs = sing_box_server_of(&[("ann", &ann), ("bob", &bob)], method.name(), &own).await;
        let client = sing_box_local(far.address, method.name(), &format!("{own}:{bob}")).await;
        let ours = local_of(method, theirs.address, &[5, 7]);
        let (target, echo) = (Target::start(Manner::Echo).await, Echo::start().await);
        for proxy in [client.address, ours.address] {
            let stream = socks5::connect(proxy, target.address).await.expect("it is proxied");
            // These close both ways when one has ended, so nobody finishes before all has come.
            assert_eq!(payload::round_trip(stream, b"ping").await.expect("it is served").len, 4, "{method}");
            let association = Association::open(proxy).await.expect("it is granted");
            assert_eq!(association.exchange(&header(echo.address), b"ping").await.1, b"ping", "{method}");
        }
        for _ in ["tcp", "udp"] {
            assert_eq!(whose(&far.ended().await), Some("bob"), "{method}");
        }
    }
}

/// An unknown user, no identity header, another server's, one too many; and the server's own key as a user's.
#[tokio::test]
async fn who_is_no_user_hears_nothing() {
    for method in METHODS {
        let mut far = server_of_two(method);
        let target = Target::start(Manner::Echo).await;
        let mut echo = Echo::start().await;
        let mut nobodies = JoinSet::new();
        for keys in [&[5, 9][..], &[5], &[7], &[6, 7], &[5, 6, 7], &[7, 5], &[5, 5]] {
            let (far, target, echo) = (far.address, target.address, echo.address);
            nobodies.spawn(async move {
                let near = local_of(method, far, keys);
                let association = Association::open(near.address).await.expect("it is granted");
                association.send(&[&header(echo), b"nobody's"]).await;
                let stream = socks5::connect(near.address, target).await.expect("it is proxied");
                let heard = payload::exchange(stream, b"ping").await;
                assert!(heard.is_err() || heard.is_ok_and(|sum| sum.len == 0), "{method} {keys:?}");
            });
        }
        while let Some(heard) = nobodies.join_next().await {
            heard.expect("nothing was heard");
            let flow = far.ended().await;
            assert_eq!((flow.verdict(), whose(&flow)), (Verdict::BadClient, None), "{method}");
        }
        // What was sent before has been dealt with when this is answered.
        let near = local_of(method, far.address, &[5, 8]);
        let association = Association::open(near.address).await.expect("it is granted");
        association.exchange(&header(echo.address), b"bob's").await;
        assert_eq!(echo.seen().await.1, b"bob's", "{method}");
        assert!(echo.saw_nothing(), "{method}");
    }
}

/// Somebody who can write to the port, but has no key, learns nothing from its datagrams either.
#[tokio::test]
async fn noise_of_every_length_makes_no_session() {
    let method = Method::Blake3Aes128Gcm;
    let far = server_of_two(method);
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback has free ports");
    for len in 0..250 {
        socket.send_to(&payload::bytes(len, len as u64), far.address).await.expect("loopback takes it");
    }
    let echo = Echo::start().await;
    let near = local_of(method, far.address, &[5, 7]);
    let association = Association::open(near.address).await.expect("it is granted");
    association.exchange(&header(echo.address), b"ping").await;
    assert_eq!(far.engine.ports()[0].accepted, 1);
    assert!(socket.try_recv(&mut [0; 16]).is_err());
}
