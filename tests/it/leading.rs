//! A port that is led to another server while its flows run: they stay, and what is new takes the next one.

use harness::deadline::within;
use harness::payload::{self, LARGE, Sum};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{FlowEnd, InboundKind, Mode, Outbound, SharedServer};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, config, inbound, server, server_config};

const METHOD: Method = Method::Blake3Aes256Gcm;

fn through(server: &Running) -> Outbound {
    Outbound::Shadowsocks(server_config(server.address, METHOD).into())
}

async fn echoes(stream: &mut TcpStream) {
    stream.write_all(b"here").await.expect("it is open");
    let mut heard = [0; 4];
    within("the echo", stream.read_exact(&mut heard)).await.expect("it is open");
    assert_eq!(&heard, b"here");
}

#[tokio::test]
async fn what_runs_stays_with_its_server_and_what_is_new_takes_the_next() {
    let (first, second) = (server(METHOD), server(METHOD));
    let (shared, gone) = SharedServer::watched(server_config(first.address, METHOD));
    let outbound = Outbound::Shadowsocks(shared);
    let mut near = Running::start(config(vec![inbound(InboundKind::Mixed { outbound, login: None })]));
    let target = Target::start(Manner::Echo).await;
    let mut old = socks5::connect(near.address, target.address).await.expect("both are there");
    echoes(&mut old).await;

    assert!(near.engine.lead(near.address, through(&second), Mode::TcpAndUdp));
    let mut new = socks5::connect(near.address, target.address).await.expect("both are there");
    echoes(&mut new).await;
    assert!(!gone.is_cancelled(), "a flow still goes through it");
    let content = payload::bytes(LARGE, 11);
    assert_eq!(payload::exchange(old, &content).await.expect("it goes on"), Sum::of(&content));
    let flow = near.ended().await;
    assert_eq!((flow.end, flow.server, flow.rx), (FlowEnd::Done, Some(first.address.into()), LARGE as u64 + 4));
    within("the server to be let go", gone.cancelled()).await;

    drop(new);
    assert_eq!(near.ended().await.server, Some(second.address.into()));
}

#[tokio::test]
async fn a_port_that_would_have_to_be_another_is_not_led() {
    let (first, second) = (server(METHOD), server(METHOD));
    assert!(!first.engine.lead(first.address, through(&second), Mode::TcpAndUdp), "a server leads nowhere else");
    let near = Running::start(config(vec![inbound(InboundKind::Tunnel {
        target: "192.0.2.1:1".parse().unwrap(),
        outbound: through(&first),
    })]));
    assert!(!near.engine.lead(first.address, through(&second), Mode::TcpAndUdp), "nothing of it listens there");
    assert!(!near.engine.lead(near.address, through(&second), Mode::TcpOnly), "it listens for datagrams");
    assert!(near.engine.lead(near.address, through(&second), Mode::TcpAndUdp));
}

#[tokio::test]
async fn a_mode_without_udp_grants_no_association_from_then_on() {
    let (first, second) = (server(METHOD), server(METHOD));
    let near = Running::start(config(vec![inbound(InboundKind::Mixed { outbound: through(&first), login: None })]));
    for (mode, code) in [(Mode::TcpAndUdp, 0), (Mode::TcpOnly, 7)] {
        assert!(near.engine.lead(near.address, through(&second), mode));
        let mut stream = socks5::greeted(near.address).await;
        stream.write_all(&[5, 3, 0, 1, 0, 0, 0, 0, 0, 0]).await.expect("it is open");
        assert_eq!(socks5::reply(&mut stream).await.expect("it answers"), code, "{mode:?}");
    }
}
