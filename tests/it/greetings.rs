//! What clients may say on the mixed port, whole, in pieces and wrong.

use std::net::SocketAddr;

use harness::deadline::within;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Deadlines, FlowEnd, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, SHORT, config, direct};

/// A mixed port; straight to the target, because nothing here is about servers.
fn relay() -> Running {
    Running::start(config(vec![direct()]))
}

async fn dial(proxy: SocketAddr) -> TcpStream {
    let stream = within("the proxy's port", TcpStream::connect(proxy)).await.expect("the proxy listens");
    stream.set_nodelay(true).expect("it is connected");
    stream
}

/// Everything until the end; a reset counts as one.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let _ = within("the end of the connection", stream.read_to_end(&mut all)).await;
    all
}

/// The relay still serves.
async fn check_alive(proxy: SocketAddr) {
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(proxy, target.address).await.expect("the relay goes on");
    let came = harness::payload::exchange(stream, b"ping").await.expect("the relay goes on");
    assert_eq!(came.len, 4);
}

/// A whole conversation up to the target in each protocol: what the client says, with the payload `ping` at its end,
/// and what it hears before the payload comes back.
fn conversations(target: SocketAddr) -> Vec<(&'static str, Vec<u8>, usize)> {
    let SocketAddr::V4(v4) = target else { panic!("the target is on 127.0.0.1") };
    let port = target.port().to_be_bytes();
    let ip = v4.ip().octets();
    let name = socks5::request_name(b"127.0.0.1", target.port());
    vec![
        ("SOCKS5", [socks5::GREETING, &socks5::request(target), b"ping"].concat(), 2 + 10),
        ("SOCKS5, many methods", [&[5, 3, 2, 0, 1][..], &name, b"ping"].concat(), 2 + 10),
        ("SOCKS4", [&[4, 1][..], &port, &ip, b"me\0ping"].concat(), 8),
        ("SOCKS4a", [&[4, 1][..], &port, &[0, 0, 0, 1], b"me\x00127.0.0.1\0ping"].concat(), 8),
        (
            "HTTP CONNECT",
            format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\nping").into_bytes(),
            b"HTTP/1.1 200 Connection established\r\n\r\n".len(),
        ),
    ]
}

/// Says `pieces` one after the other, hears the whole answer and the echoed payload.
async fn check_served(proxy: SocketAddr, what: &str, pieces: &[&[u8]], answer: usize) {
    let mut stream = dial(proxy).await;
    for piece in pieces {
        stream.write_all(piece).await.expect(what);
        tokio::task::yield_now().await;
    }
    let mut heard = vec![0; answer + 4];
    within(what, stream.read_exact(&mut heard)).await.expect(what);
    assert_eq!(&heard[answer..], b"ping", "{what}: {heard:?}");
}

#[tokio::test]
async fn a_greeting_cut_anywhere_is_served() {
    let (relay, target) = (relay(), Target::start(Manner::Echo).await);
    for (what, said, answer) in conversations(target.address) {
        for cut in 0..said.len() {
            let (first, second) = said.split_at(cut);
            check_served(relay.address, &format!("{what} cut at {cut}"), &[first, second], answer).await;
        }
    }
}

#[tokio::test]
async fn a_greeting_byte_by_byte_is_served() {
    let (relay, target) = (relay(), Target::start(Manner::Echo).await);
    for (what, said, answer) in conversations(target.address) {
        let bytes: Vec<&[u8]> = said.chunks(1).collect();
        check_served(relay.address, what, &bytes, answer).await;
    }
}

#[tokio::test]
async fn ipv6_targets_are_reached_in_every_notation() {
    let relay = relay();
    let Some(target) = Target::start_v6(Manner::Echo).await else { return };
    let address = target.address;
    let name = |name: &[u8]| [socks5::GREETING, &socks5::request_name(name, address.port()), b"ping"].concat();
    for (what, said, answer) in [
        // The reply tells our end of the connection, which is an IPv6 address here.
        ("SOCKS5", [socks5::GREETING, &socks5::request(address), b"ping"].concat(), 2 + 22),
        ("SOCKS5, as a name", name(b"::1"), 2 + 22),
        ("SOCKS5, as a name in brackets", name(b"[::1]"), 2 + 22),
        (
            "HTTP CONNECT",
            format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\nping").into_bytes(),
            b"HTTP/1.1 200 Connection established\r\n\r\n".len(),
        ),
    ] {
        check_served(relay.address, what, &[&said], answer).await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_anywhere_is_let_go() {
    let mut relay = relay();
    let target = Target::start(Manner::Echo).await;
    for (what, said, _) in conversations(target.address) {
        for cut in 0..said.len() - 4 {
            let mut stream = dial(relay.address).await;
            stream.write_all(&said[..cut]).await.expect(what);
            stream.shutdown().await.expect(what);
            rest(&mut stream).await;
            assert_eq!(relay.ended().await.verdict(), Verdict::Done, "{what} cut at {cut}");
        }
    }
    check_alive(relay.address).await;
}

#[tokio::test]
async fn wrong_socks5_requests_get_a_full_reply_and_the_end() {
    let mut relay = relay();
    let mut target = Target::start(Manner::Closes).await;
    let port = target.address.port();
    let with = |at: usize, value: u8| {
        let mut bytes = socks5::request(target.address);
        bytes[at] = value;
        bytes
    };
    let name = |name: &[u8]| socks5::request_name(name, port);
    let mut port_zero = socks5::request(target.address);
    port_zero.truncate(8);
    port_zero.extend([0, 0]);
    for (what, request, code) in [
        ("BIND", with(1, 2), 7),
        ("command 0", with(1, 0), 7),
        ("command 4", with(1, 4), 7),
        ("command 255", with(1, 255), 7),
        ("address type 0", with(3, 0), 8),
        ("address type 2", with(3, 2), 8),
        ("address type 255", with(3, 255), 8),
        ("port 0", port_zero, 1),
        ("version 4", with(0, 4), 1),
        ("an empty name", name(b""), 4),
        ("a name of 255 bytes", name(&[b'a'; 255]), 4),
        ("a name of 255 bytes in labels", name(&b"abcd.".repeat(51)), 4),
        ("a label of 64 bytes", name(&[b'a'; 64]), 4),
        ("NUL", name(b"127.0.0.1\0.example"), 4),
        ("CR LF", name(b"a\r\nb"), 4),
        ("no UTF-8", name(b"\xff\xfe"), 4),
        ("dots only", name(b"...."), 4),
    ] {
        let mut stream = socks5::greeted(relay.address).await;
        stream.write_all(&request).await.expect(what);
        let reply = rest(&mut stream).await;
        assert_eq!(reply, [5, code, 0, 1, 0, 0, 0, 0, 0, 0], "{what}");
        drop(stream);
        assert_eq!(relay.ended().await.verdict(), Verdict::BadRequest, "{what}");
    }
    assert!(target.saw_nothing());
    check_alive(relay.address).await;
}

#[tokio::test]
async fn names_outside_ascii_are_asked_for_in_their_ascii_form() {
    let mut relay = relay();
    let mut stream = socks5::greeted(relay.address).await;
    stream.write_all(&socks5::request_name("bücher.example".as_bytes(), 80)).await.expect("it listens");
    assert_ne!(socks5::reply(&mut stream).await.expect("a whole reply"), 0);
    drop(stream);
    let target = relay.ended().await.target.expect("it was read").to_string();
    assert_eq!(target, "xn--bcher-kva.example:80");
}

#[tokio::test]
async fn what_is_no_greeting_ends_the_connection() {
    let mut relay = relay();
    for (what, said, heard) in [
        ("GSSAPI and passwords only", &[5, 2, 1, 2][..], &[5, 255][..]),
        ("no methods", &[5, 0], &[5, 255]),
        ("version 0", &[0, 1, 0], b""),
        ("version 6", &[6, 1, 0], b""),
        ("a TLS hello", &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], b""),
        ("SOCKS4 BIND", &[4, 2, 0, 80, 127, 0, 0, 1, 0], &[0, 91, 0, 0, 0, 0, 0, 0]),
        ("SOCKS4 command 9", &[4, 9, 0, 80, 127, 0, 0, 1, 0], &[0, 91, 0, 0, 0, 0, 0, 0]),
    ] {
        let mut stream = dial(relay.address).await;
        stream.write_all(said).await.expect(what);
        assert_eq!(rest(&mut stream).await, heard, "{what}");
        drop(stream);
        assert_eq!(relay.ended().await.verdict(), Verdict::BadRequest, "{what}");
    }
    check_alive(relay.address).await;
}

#[tokio::test]
async fn wrong_http_heads_get_a_status_and_the_end() {
    let mut relay = relay();
    let long = format!("GET http://a.test/ HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(1024 * 1024));
    for (what, head, status) in [
        ("CONNECT without a port", "CONNECT a.test HTTP/1.1\r\n\r\n", "400"),
        ("CONNECT to a path", "CONNECT /etc/passwd HTTP/1.1\r\n\r\n", "400"),
        ("a request for ourselves", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "403"),
        ("https without a tunnel", "GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n", "400"),
        ("a file", "GET file:///etc/passwd HTTP/1.1\r\nHost: a.test\r\n\r\n", "400"),
        (
            "two lengths of one body",
            "POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "400",
        ),
        ("a folded field", "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nX: a\r\n b\r\n\r\n", "400"),
        ("a space before the colon", "GET http://a.test/ HTTP/1.1\r\nHost : a.test\r\n\r\n", "400"),
        ("no version", "GET http://a.test/\r\n\r\n", "400"),
        ("a head of 1 MiB", &long, "400"),
    ] {
        let mut stream = dial(relay.address).await;
        // It may be refused before it was all said.
        let _ = stream.write_all(head.as_bytes()).await;
        let answer = String::from_utf8(rest(&mut stream).await).expect("text");
        assert_eq!(answer.split(' ').nth(1), Some(status), "{what}: {answer:?}");
        drop(stream);
        assert_eq!(relay.ended().await.verdict(), Verdict::BadRequest, "{what}");
    }
    check_alive(relay.address).await;
}

#[tokio::test]
async fn a_silent_client_is_dropped_after_the_handshake_deadline() {
    let mut config = config(vec![direct()]);
    config.deadlines = Deadlines { handshake: SHORT, ..Deadlines::default() };
    let mut relay = Running::start(config);
    let mut clients = Vec::new();
    for said in [&b""[..], &[5], &[5, 1, 0], &[5, 1, 0, 5, 1, 0], &[4, 1, 0], b"GET http://a.te"] {
        let mut stream = dial(relay.address).await;
        stream.write_all(said).await.expect("it listens");
        clients.push(stream);
    }
    for mut stream in clients {
        rest(&mut stream).await;
        let flow = relay.ended().await;
        assert_eq!((&flow.end, flow.verdict()), (&FlowEnd::TimedOut, Verdict::SilentClient), "{flow:?}");
        assert!(flow.lived >= SHORT - parasol_engine::clock::TICK, "{flow:?}");
    }
    check_alive(relay.address).await;
}
