//! Ports that are added and removed while an engine runs.

use std::net::SocketAddr;

use harness::deadline::within;
use harness::payload::{self, Sum};
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::{Egress, FlowEnd, InboundConfig, StartError};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use crate::running::{Running, config, direct, local, mixed, server, server_config, shadowsocks};

const METHOD: Method = Method::Aes128Gcm;

/// A stream through a proxy that has carried a byte, and stays open.
async fn open_stream(proxy: SocketAddr, target: SocketAddr) -> TcpStream {
    let mut stream = socks5::connect(proxy, target).await.expect("it works");
    still_works(&mut stream).await;
    stream
}

async fn still_works(stream: &mut TcpStream) {
    stream.write_all(b"ping").await.expect("it works");
    within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it works");
}

#[tokio::test]
async fn a_removed_port_ends_what_came_by_it_and_can_be_added_again_at_once() {
    let mut server = Running::start(config(vec![shadowsocks(METHOD, Egress::Any), shadowsocks(METHOD, Egress::Any)]));
    let [kept, removed] = [0, 1].map(|n| server.engine.bound()[n].listen);
    let (echo, packets) = (Target::start(Manner::Echo).await, Echo::start().await);
    let by = |address| local(server_config(address, METHOD));
    let (by_kept, by_removed) = (by(kept), by(removed));
    let mut survivor = open_stream(by_kept.address, echo.address).await;
    for round in 0..3 {
        let mut ended = open_stream(by_removed.address, echo.address).await;
        let association = Association::open(by_removed.address).await.expect("it is granted");
        association.send(&[&header(packets.address), b"ping"]).await;
        assert_eq!(association.answer().await.1, b"ping", "round {round}");

        let last = within("the removal", server.engine.remove(removed)).await;
        // "ping" of the stream and of the association, each way, and "pong" of the last round's association.
        let carried = if round == 0 { 8 } else { 12 };
        let counted: Vec<_> = last.iter().map(|port| (port.listen, port.tx, port.rx, port.open)).collect();
        assert_eq!(counted, [(removed, carried, carried, 0)], "round {round}");
        assert!(server.engine.remove(removed).await.is_empty(), "it is gone");
        for _ in 0..2 {
            assert_eq!(server.ended().await.end, FlowEnd::Cancelled, "round {round}");
        }
        assert_eq!(within("the end", ended.read(&mut [0; 4])).await.unwrap_or(0), 0);
        assert_eq!(server.engine.ports().iter().map(|port| port.listen).collect::<Vec<_>>(), [kept]);
        still_works(&mut survivor).await;
        TcpListener::bind(removed).await.expect("the port is free for TCP");
        UdpSocket::bind(removed).await.expect("the port is free for UDP");

        let again = InboundConfig { listen: removed, ..shadowsocks(METHOD, Egress::Any) };
        assert_eq!(server.engine.add(again).expect("the port is free").listen, removed);
        let added = server.engine.ports().pop().expect("it was added last");
        assert_eq!((added.listen, added.tx, added.accepted), (removed, 0, 0), "it counts from 0");
        // The new port is not the old one's: it does not know the session that was open.
        association.send(&[&header(packets.address), b"pong"]).await;
        assert_eq!(association.answer().await.1, b"pong", "round {round}");
    }
    assert!(server.stop().await.iter().all(|flow| flow.end == FlowEnd::Cancelled));
}

#[tokio::test]
async fn an_engine_may_start_without_ports_and_serve_those_that_are_added() {
    let server = engine_of_nothing();
    let echo = Target::start(Manner::Echo).await;
    for count in 1..=3 {
        let listen = server.add(direct()).expect("loopback has free ports").listen;
        let content = payload::bytes(100_000, 17);
        let stream = socks5::connect(listen, echo.address).await.expect("it works");
        assert_eq!(payload::round_trip(stream, &content).await.expect("it works"), Sum::of(&content));
        assert_eq!(server.ports().len(), count);
        let taken = InboundConfig { listen, ..direct() };
        assert!(matches!(server.add(taken), Err(StartError::AddressInUse { .. })));
    }
    let ports = server.ports();
    assert!(server.bound().is_empty() && ports.iter().all(|port| port.tx == 100_000));
    within("stop", server.stop()).await;
    for port in ports {
        TcpListener::bind(port.listen).await.expect("the port is free again");
    }
}

/// A mixed port has no socket for datagrams: each association gets one of its own, whose port the reply names.
#[tokio::test]
async fn what_another_program_has_over_udp_on_the_number_of_a_mixed_port_is_no_matter() {
    let (far, echo) = (server(METHOD), Echo::start().await);
    let (others, listen) = loop {
        let others = UdpSocket::bind(("127.0.0.1", 0)).await.expect("loopback has free ports");
        let listen = others.local_addr().expect("it is bound");
        // Over TCP its number may be that of a connection which another program has at this moment.
        if std::net::TcpListener::bind(listen).is_ok() {
            break (others, listen);
        }
    };
    let relay = Running::start(config(vec![InboundConfig { listen, ..mixed(server_config(far.address, METHOD)) }]));
    assert_eq!(relay.address, listen);
    let association = Association::open(listen).await.expect("it is granted");
    assert_ne!(association.relay, listen, "that is another program's");
    assert_eq!(association.exchange(&header(echo.address), b"ping").await.1, b"ping");
    let came = others.try_recv(&mut [0]).map_err(|error| error.kind());
    assert_eq!(came, Err(std::io::ErrorKind::WouldBlock), "nothing is theirs");
}

fn engine_of_nothing() -> parasol_engine::Engine {
    parasol_engine::Engine::start(config(Vec::new()), std::sync::Arc::new(())).expect("nothing is needed for it")
}
