//! Datagrams of every length, over IPv4, IPv6 and to names, for every method: our local with their server, their local
//! with our server, ours with ours, directly, and through a tunnel port.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use harness::deadline::within;
use harness::dns::{Entry, NameServer};
use harness::payload;
use harness::peer::{sing_box_local, sing_box_server, ss_local, ss_server};
use harness::udp::{Association, Echo, header, header_name};
use parasol_engine::{Egress, EngineConfig, InboundConfig, InboundKind, NameServers, Outbound};
use parasol_proto::{Address, Family, Method};
use tokio::net::UdpSocket;

use crate::running::{Running, config, direct, local, mixed, password, server, server_config, shadowsocks};

fn methods(family: Family) -> impl Iterator<Item = Method> {
    Method::ALL.into_iter().filter(move |method| method.family() == family)
}

/// What a path of 1,500 bytes carries whole, with every head on the way, and what it does not.
const SHORT: [usize; 8] = [1, 2, 16, 17, 512, 1024, 1400, 1452];
const LONG: [usize; 5] = [2_000, 8_192, 20_000, 60_000, 65_000];

/// Echoes of these lengths come back whole and say where they come from.
async fn check(proxy: SocketAddr, lengths: &[usize], what: &str) {
    let echo = Echo::start().await;
    let association = Association::open(proxy).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    for len in lengths {
        let content = payload::bytes(*len, *len as u64);
        let (from, came) = association.exchange(&header(echo.address), &content).await;
        assert!(came == content, "{what}: {len} bytes");
        assert_eq!(from, header(echo.address), "{what}: {len} bytes");
    }
}

#[tokio::test]
async fn our_local_works_with_our_server() {
    for method in Method::ALL {
        let far = server(method);
        let near = local(server_config(far.address, method));
        check(near.address, &SHORT, &format!("parasol → parasol, {method}")).await;
        check(near.address, &LONG, &format!("parasol → parasol, {method}")).await;
    }
}

#[tokio::test]
async fn our_local_works_with_ss_server() {
    for method in methods(Family::Aead2017) {
        let peer = ss_server(method.name(), &password(method)).await;
        let ours = local(server_config(peer.address, method));
        check(ours.address, &SHORT, &format!("parasol → ss-server, {method}")).await;
    }
}

#[tokio::test]
async fn ss_local_works_with_our_server() {
    for method in methods(Family::Aead2017) {
        let ours = server(method);
        let peer = ss_local(ours.address, method.name(), &password(method)).await;
        check(peer.address, &SHORT, &format!("ss-local → parasol, {method}")).await;
    }
}

#[tokio::test]
async fn our_local_works_with_sing_box() {
    for method in Method::ALL {
        let peer = sing_box_server(method.name(), &password(method)).await;
        let ours = local(server_config(peer.address, method));
        check(ours.address, &SHORT, &format!("parasol → sing-box, {method}")).await;
    }
}

#[tokio::test]
async fn sing_box_works_with_our_server() {
    for method in Method::ALL {
        let ours = server(method);
        let peer = sing_box_local(ours.address, method.name(), &password(method)).await;
        check(peer.address, &SHORT, &format!("sing-box → parasol, {method}")).await;
    }
}

#[tokio::test]
async fn every_length_up_to_a_full_packet_comes_back() {
    let lengths: Vec<usize> = (1..=1452).collect();
    for method in [Method::Aes256Gcm, Method::Blake3Aes128Gcm] {
        let far = server(method);
        let near = local(server_config(far.address, method));
        check(near.address, &lengths, method.name()).await;
    }
    let straight = Running::start(config(vec![direct()]));
    check(straight.address, &lengths, "direct").await;
    check(straight.address, &LONG, "direct").await;
}

#[tokio::test]
async fn targets_over_ipv6_are_reached() {
    let Some(echo) = Echo::start_v6().await else { return };
    let method = Method::Blake3Aes256Gcm;
    let far = server(method);
    for relay in [Running::start(config(vec![direct()])), local(server_config(far.address, method))] {
        let association = Association::open(relay.address).await.expect("it is granted");
        let (from, came) = association.exchange(&header(echo.address), b"ping").await;
        assert_eq!((from, &came[..]), (header(echo.address), &b"ping"[..]));
    }
}

const NAMES: &[Entry] = &[("echo.test", &[IpAddr::V4(Ipv4Addr::LOCALHOST)])];

fn asking(names: &NameServer, inbound: InboundConfig) -> EngineConfig {
    EngineConfig { name_servers: NameServers::These(vec![names.address]), ..config(vec![inbound]) }
}

#[tokio::test]
async fn names_are_looked_up_where_they_are_reached() {
    let (echo, names) = (Echo::start().await, NameServer::start(NAMES).await);
    let method = Method::Aes128Gcm;
    let far = Running::start(asking(&names, shadowsocks(method, Egress::Any)));
    // The local role has no name server: a name it looked up itself would not be found.
    let near = local(server_config(far.address, method));
    let straight = Running::start(asking(&names, direct()));
    for relay in [&near, &straight] {
        let association = Association::open(relay.address).await.expect("it is granted");
        // What does not exist is lost, and nothing else.
        association.send(&[&header_name("nowhere.test", 53), b"lost"]).await;
        for n in 0..3u8 {
            let (from, came) = association.exchange(&header_name("echo.test", echo.address.port()), &[n]).await;
            assert_eq!((from, came), (header(echo.address), vec![n]));
        }
    }
    drop(near);
    drop(straight);
}

#[tokio::test]
async fn a_server_may_be_a_name() {
    let (echo, names) = (Echo::start().await, NameServer::start(NAMES).await);
    let method = Method::Blake3ChaCha20Poly1305;
    let far = server(method);
    let address = Address::from_host("echo.test", far.address.port()).expect("a name");
    let named = parasol_proto::ServerConfig::new(address, method, &password(method)).expect("its key");
    let near = Running::start(asking(&names, mixed(named)));
    let association = Association::open(near.address).await.expect("it is granted");
    let (_, came) = association.exchange(&header(echo.address), b"ping").await;
    assert_eq!(came, b"ping");
}

#[tokio::test]
async fn a_tunnel_port_leads_to_its_target() {
    let echo = Echo::start().await;
    let method = Method::Blake3Aes128Gcm;
    let far = server(method);
    for outbound in [Outbound::Direct, Outbound::Shadowsocks(server_config(far.address, method).into())] {
        let kind = InboundKind::Tunnel { target: Address::from(echo.address), outbound };
        let relay = Running::start(config(vec![InboundConfig::new("tunnel", (Ipv4Addr::LOCALHOST, 0).into(), kind)]));
        for client in 0..3u8 {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
            socket.connect(relay.address).await.expect("it is bound");
            for n in 0..10 {
                socket.send(&[client, n]).await.expect("it listens");
                let mut answer = [0; 16];
                let len = within("an answer", socket.recv(&mut answer)).await.expect("it listens");
                assert_eq!(answer[..len], [client, n]);
            }
        }
        assert_eq!(relay.engine.ports()[0].accepted, 3, "a session for each client");
    }
}

/// Paced by their answers, 16 under way: loopback loses none of so few.
#[tokio::test]
async fn two_thousand_datagrams_come_back() {
    const ALL: usize = 2_000;
    const UNDER_WAY: usize = 16;
    let echo = Echo::start().await;
    for method in [Method::ChaCha20Poly1305, Method::Blake3Aes256Gcm] {
        let far = server(method);
        let near = local(server_config(far.address, method));
        let association = Association::open(near.address).await.expect("it is granted");
        let header = header(echo.address);
        let mut came = vec![false; ALL];
        for n in 0..ALL + UNDER_WAY {
            if n < ALL {
                association.send(&[&header, &payload::bytes(1200, n as u64), &(n as u32).to_be_bytes()]).await;
            }
            if n >= UNDER_WAY {
                let (_, answer) = association.answer().await;
                let (content, number) = answer.split_last_chunk::<4>().expect("all of them have a number");
                let number = u32::from_be_bytes(*number) as usize;
                assert!(content == payload::bytes(1200, number as u64), "{method} {number}");
                assert!(!std::mem::replace(&mut came[number], true), "{method} {number} came twice");
            }
        }
        for relay in [&near, &far] {
            // Counted when a batch is done, which may be a moment after its last datagram has arrived.
            let all = ALL as u64 * 1204;
            within("the counters", async {
                while relay.engine.ports()[0].rx < all {
                    tokio::task::yield_now().await;
                }
            })
            .await;
            let port = &relay.engine.ports()[0];
            assert_eq!((port.tx, port.rx), (all, all), "payload is counted once");
        }
    }
}
