//! Who gets the script (PAC) of a mixed port: programs of this machine that know its path and call the port by its name.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness::deadline::within;
use parasol_engine::{FlowEnd, InboundConfig, InboundKind, Outbound, Script, Verdict};
use parasol_proto::Credentials;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, config, direct, inbound};

const PATH: &str = "/3f2a9c0d5b7e4816a0c1d2e3f4a5b6c7.pac";
const TEXT: &str = "function FindProxyForURL(url, host) { return \"DIRECT\"; }\n";

fn guarded() -> InboundConfig {
    let login = Some(Credentials::new("ann", "secret").expect("a good login"));
    inbound(InboundKind::Mixed { outbound: Outbound::Direct, login })
}

fn giving(port: InboundConfig) -> Running {
    let relay = Running::start(config(vec![port]));
    assert!(relay.engine.give(relay.address, &[Script::new(PATH, TEXT)]));
    relay
}

async fn asked(at: SocketAddr, head: &str) -> String {
    let mut stream = within("the port", TcpStream::connect(at)).await.expect("it listens");
    stream.write_all(head.as_bytes()).await.expect("it listens");
    let mut all = String::new();
    within("the answer and the end", stream.read_to_string(&mut all)).await.expect("text");
    all
}

fn get(path: &str, host: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n")
}

#[tokio::test]
async fn whoever_knows_its_path_gets_it_with_a_login_and_without() {
    for port in [direct(), guarded()] {
        let mut relay = giving(port);
        for name in ["127.0.0.1", "localhost", "[::1]"] {
            let answer = asked(relay.address, &get(PATH, &format!("{name}:{}", relay.address.port()))).await;
            let (head, body) = answer.split_once("\r\n\r\n").expect("a whole head");
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
            for field in [
                "Content-Type: application/x-ns-proxy-autoconfig".to_owned(),
                format!("Content-Length: {}", TEXT.len()),
                "Connection: close".to_owned(),
            ] {
                assert!(head.lines().any(|line| line == field), "{field} in {head}");
            }
            assert_eq!(body, TEXT);
            assert_eq!(relay.ended().await.end, FlowEnd::Done);
        }
    }
}

#[tokio::test]
async fn everybody_else_hears_that_this_is_no_web_site() {
    let mut relay = giving(guarded());
    let here = relay.address.to_string();
    let login = STANDARD.encode("ann:secret");
    let other_port = format!("127.0.0.1:{}", relay.address.port() ^ 1);
    for (what, head) in [
        ("another path", get("/", &here)),
        ("the path and more", get(&format!("{PATH}?x"), &here)),
        ("the path cut", get(&PATH[..PATH.len() - 1], &here)),
        ("the path in another letter", get(&PATH.to_uppercase(), &here)),
        ("a page of somebody's that leads here", get(PATH, &format!("evil.example:{}", relay.address.port()))),
        ("an address as a name", get(PATH, "127.0.0.1.evil.example")),
        ("no port", get(PATH, "127.0.0.1")),
        ("another port", get(PATH, &other_port)),
        ("no host", format!("GET {PATH} HTTP/1.1\r\n\r\n")),
        ("an empty host", get(PATH, "")),
        ("a head alone", format!("HEAD {PATH} HTTP/1.1\r\nHost: {here}\r\n\r\n")),
        ("something sent", format!("POST {PATH} HTTP/1.1\r\nHost: {here}\r\nContent-Length: 2\r\n\r\nhi")),
        ("with a login", format!("GET / HTTP/1.1\r\nHost: {here}\r\nProxy-Authorization: Basic {login}\r\n\r\n")),
    ] {
        let answer = asked(relay.address, &head).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{what}: {answer}");
        assert!(!answer.contains("FindProxyForURL") && answer.contains("not a web site"), "{what}: {answer}");
        assert_eq!(relay.ended().await.verdict(), Verdict::BadRequest, "{what}");
    }
    // Through the port it is a target like any other, and asks for the login.
    let through = asked(relay.address, &get(&format!("http://{here}{PATH}"), &here)).await;
    assert!(through.starts_with("HTTP/1.1 407 "), "{through}");
}

#[tokio::test]
async fn each_has_its_path_and_one_that_was_taken_back_is_gone() {
    let relay = giving(direct());
    let here = relay.address.to_string();
    let (old, new) = (Script::new(PATH, TEXT), Script::new("/new.pac", "new"));
    assert!(relay.engine.give(relay.address, &[new.clone(), old]));
    assert!(asked(relay.address, &get("/new.pac", &here)).await.ends_with("\r\n\r\nnew"));
    assert!(asked(relay.address, &get(PATH, &here)).await.ends_with(TEXT));
    assert!(relay.engine.give(relay.address, &[new]));
    assert!(asked(relay.address, &get(PATH, &here)).await.starts_with("HTTP/1.1 403 "));
    assert!(relay.engine.give(relay.address, &[]));
    assert!(asked(relay.address, &get("/new.pac", &here)).await.starts_with("HTTP/1.1 403 "));
    let elsewhere = SocketAddr::new(relay.address.ip(), relay.address.port() ^ 1);
    assert!(!relay.engine.give(elsewhere, &[]), "there is no such port");
}

#[tokio::test]
async fn a_client_of_another_machine_gets_none() {
    let Some(address) = other_address() else { return };
    let mut port = direct();
    port.listen = SocketAddr::new(address, 0);
    let relay = giving(port);
    for host in [relay.address.to_string(), format!("127.0.0.1:{}", relay.address.port())] {
        assert!(asked(relay.address, &get(PATH, &host)).await.starts_with("HTTP/1.1 403 "), "{host}");
    }
}

/// An address of this machine that is not its loopback; there may be none.
fn other_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    // Says which address would be used; nothing is sent.
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

#[tokio::test]
async fn a_script_of_the_greatest_length_arrives_whole_and_one_who_does_not_read_is_let_go() {
    let mut config = config(vec![direct()]);
    config.deadlines.handshake = std::time::Duration::from_secs(1);
    let mut relay = Running::start(config);
    let text = "x".repeat(8 << 20);
    assert!(relay.engine.give(relay.address, &[Script::new(PATH, &text)]));
    let here = relay.address.to_string();
    let answer = asked(relay.address, &get(PATH, &here)).await;
    assert!(answer.ends_with(&text) && answer.len() < text.len() + 1000);
    assert_eq!(relay.ended().await.end, FlowEnd::Done);
    let mut silent = within("the port", TcpStream::connect(relay.address)).await.expect("it listens");
    silent.write_all(get(PATH, &here).as_bytes()).await.expect("it listens");
    assert_eq!(relay.ended().await.end, FlowEnd::TimedOut);
}
