//! `parasol local --dns`, as a person runs it.

use harness::parasol::Parasol;

use super::*;
use crate::running::{password, server};

#[tokio::test]
async fn the_program_answers_on_a_port_of_its_own() {
    let table: &'static [harness::dns::Entry] =
        &[("www.example", &[std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)])];
    let remote = NameServer::start(table).await;
    let method = Method::Aes256Gcm;
    let far = server(method);
    let (port, remote) = (far.address.port().to_string(), remote.address.to_string());
    let password = password(method);
    let options = ["-s", "127.0.0.1", "-p", &port, "-m", method.name(), "-k", &password, "-l", "0"];
    let line = [&["local"][..], &options, &["--dns", "0", "--remote-dns", &remote]].concat();
    let mut parasol = Parasol::start(&line).await.expect("everything is given");
    let dns: SocketAddr = parasol
        .process
        .until(|line| line.strip_prefix("listening on ")?.parse().ok())
        .await
        .expect("it listens on two ports");
    assert!(dns != parasol.address && dns.ip().is_loopback());
    for answer in [
        ask_udp(dns, &question("www.example.", RecordType::A)).await,
        ask_tcp(dns, &question("www.example.", RecordType::A)).await,
    ] {
        assert_eq!(addresses(&answer), ["127.0.0.1"]);
    }
}
