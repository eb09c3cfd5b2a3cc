//! The server role does not lead clients into the machine or the network that it runs on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use harness::deadline::within;
use harness::dns::{Entry, NameServer};
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Egress, NameServers, Verdict};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::running::{Running, config, local, server_config, shadowsocks};

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
