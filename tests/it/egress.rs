//! The server role does not lead clients into the machine or the network that it runs on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use harness::deadline::within;
use harness::dns::{Entry, NameServer};
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header, header_name};
use parasol_engine::{Egress, NameServers, Routing, Verdict};
use parasol_proto::Method;
use parasol_proto::acl::RuleSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;

use crate::running::{Running, SHORT, config, local, server_config, shadowsocks};

const METHOD: Method = Method::Blake3ChaCha20Poly1305;

const NAMES: &[Entry] = &[
    ("loopback.test", &[IpAddr::V4(Ipv4Addr::LOCALHOST)]),
    ("loopback6.test", &[IpAddr::V6(Ipv6Addr::LOCALHOST)]),
    ("metadata.test", &[IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254))]),
    ("private.test", &[IpAddr::V4(Ipv4Addr::new(192, 168, 1, 1)), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))]),
    ("mapped.test", &[IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1))]),
];

async fn pair(egress: Egress) -> (Running, Running, NameServer) {
    let names = NameServer::start(NAMES).await;
    let mut far = config(vec![shadowsocks(METHOD, egress)]);
    far.name_servers = NameServers::These(vec![names.address]);
    let far = Running::start(far);
    (local(server_config(far.address, METHOD)), far, names)
}

/// Our server role with these rules and the name server of [`NAMES`], and our local role in front of it.
async fn ruled(rules: &str) -> (Running, Running, NameServer) {
    let names = NameServer::start(NAMES).await;
    let mut far = config(vec![shadowsocks(METHOD, Egress::Any)]);
    far.name_servers = NameServers::These(vec![names.address]);
    far.deadlines.handshake = SHORT;
    far.routing = Routing::by_rules(RuleSet::parse(rules).0);
    let far = Running::start(far);
    (local(server_config(far.address, METHOD)), far, names)
}

#[tokio::test]
async fn what_the_rules_of_a_server_block_is_not_reached_by_address_or_name() {
    let rules = "[outbound_block_list]\n127.3.0.0/16\n127.0.0.1/32\n||blocked.test\n[bypass_list]\n127.4.0.1";
    let (near, mut far, _names) = ruled(rules).await;
    let (target, mut echo) = (Target::start(Manner::Closes).await, Echo::start().await);
    for host in ["127.3.0.1", "127.0.0.1", "loopback.test", "www.blocked.test"] {
        let port = target.address.port();
        let mut stream = socks5::connect_name(near.address, host, port).await.expect("the server is there");
        let _ = stream.write_all(b"ping").await;
        let flow = far.ended().await;
        assert_eq!(flow.verdict(), Verdict::Blocked, "{host}: {flow:?}");
    }
    let association = Association::open(near.address).await.expect("it is granted");
    for header in [header(echo.address), header_name("loopback.test", echo.address.port())] {
        association.send(&[&header, b"blocked"]).await;
    }
    // The client list is not for targets.
    let elsewhere = UdpSocket::bind("127.4.0.1:0").await.expect("all of 127.0.0.0/8 is loopback");
    association.send(&[&header(elsewhere.local_addr().expect("it is bound")), b"ping"]).await;
    let mut heard = [0; 9];
    assert_eq!(within("a datagram", elsewhere.recv(&mut heard)).await.expect("it is bound"), 4);
    assert!(echo.saw_nothing());
}

/// A list can be made of its defaults alone.
#[tokio::test]
async fn what_a_server_blocks_by_default_is_not_reached() {
    for (rules, reached) in [
        ("[outbound_block_all]", false),
        ("[outbound_block_all]\n[outbound_allow_list]", false),
        ("[outbound_block_all]\n[outbound_allow_list]\n127.0.0.1", true),
        ("[outbound_allow_all]", true),
    ] {
        let (near, mut far, _names) = ruled(rules).await;
        let (target, mut echo) = (Target::start(Manner::Echo).await, Echo::start().await);
        let stream = socks5::connect(near.address, target.address).await.expect("the server is there");
        let heard = payload::round_trip(stream, b"ping").await.map_or(0, |heard| heard.len);
        assert_eq!(heard == 4, reached, "{rules}");
        assert_eq!(far.ended().await.verdict(), if reached { Verdict::Done } else { Verdict::Blocked }, "{rules}");

        let association = Association::open(near.address).await.expect("it is granted");
        let before = far.engine.ports()[0].tx;
        association.send(&[&header(echo.address), b"relayed"]).await;
        within("the datagram", async {
            while far.engine.ports()[0].tx == before {
                tokio::task::yield_now().await;
            }
        })
        .await;
        far.stop().await;
        // Whatever the server has sent is there before this.
        association.socket.send_to(b"from here", echo.address).await.expect("loopback takes it");
        assert_eq!(echo.seen().await.1 == b"relayed", reached, "{rules}");
    }
}

#[tokio::test]
async fn a_client_that_the_rules_of_a_server_do_not_admit_hears_nothing() {
    let echo = Echo::start().await;
    for (rules, admitted) in [
        ("[accept_all]\n[black_list]\n127.0.0.0/8", false),
        ("[accept_all]\n[black_list]\n192.0.2.0/24", true),
        ("[reject_all]\n[white_list]\n192.0.2.0/24", false),
        ("[reject_all]\n[white_list]\n127.0.0.1", true),
        // Made of their defaults alone.
        ("[reject_all]", false),
        ("[reject_all]\n[white_list]", false),
        ("[accept_all]", true),
        ("", true),
    ] {
        let (near, mut far, _names) = ruled(rules).await;
        let (mut target, association) = (Target::start(Manner::Echo).await, Association::open(near.address).await);
        let association = association.expect("it is granted");
        association.send(&[&header(echo.address), b"ping"]).await;
        let stream = socks5::connect(near.address, target.address).await.expect("the server is there");
        if admitted {
            assert_eq!(association.answer().await.1, b"ping", "{rules}");
            assert_eq!(payload::round_trip(stream, b"ping").await.expect("it echoes").len, 4, "{rules}");
            assert_eq!(far.ended().await.verdict(), Verdict::Done, "{rules}");
        } else {
            // It ends when the handshake's time is up, as for who has no key. By then the datagram has come too.
            assert_ne!(payload::round_trip(stream, b"ping").await.map_or(0, |heard| heard.len), 4, "{rules}");
            let flow = far.ended().await;
            assert_eq!((flow.verdict(), &flow.target), (Verdict::Blocked, &None), "{rules}");
            assert!(target.saw_nothing() && far.stop().await.is_empty(), "{rules}: there was no session");
        }
    }
}

#[tokio::test]
async fn private_targets_are_refused_by_address_and_by_name() {
    let (near, mut far, _names) = pair(Egress::PublicOnly).await;
    let mut target = Target::start(Manner::Closes).await;
    for host in [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "loopback.test",
        "loopback6.test",
        "metadata.test",
        "private.test",
        "mapped.test",
        "localhost",
    ] {
        let mut stream = socks5::connect_name(near.address, host, target.address.port()).await.expect("it is proxied");
        // It may be over already.
        let _ = stream.write_all(b"ping").await;
        let mut heard = Vec::new();
        let _ = within(host, stream.read_to_end(&mut heard)).await;
        assert!(heard.is_empty(), "{host}");
        let verdict = far.ended().await.verdict();
        // What the resolver calls localhost is its own business, as long as nobody gets there.
        assert!(
            verdict == Verdict::Blocked || host == "localhost" && verdict == Verdict::NameNotFound,
            "{host}: {verdict:?}"
        );
    }
    assert!(target.saw_nothing());
}

#[tokio::test]
async fn private_targets_are_reached_where_they_are_allowed() {
    let (near, _far, _names) = pair(Egress::Any).await;
    let target = Target::start(Manner::Echo).await;
    for host in ["127.0.0.1", "loopback.test"] {
        let stream = socks5::connect_name(near.address, host, target.address.port()).await.expect("it is proxied");
        assert_eq!(payload::exchange(stream, b"ping").await.expect(host).len, 4, "{host}");
    }
}
