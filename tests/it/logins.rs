//! Who is let in on a mixed port that asks for a login, and what the others hear.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness::curl::curl;
use harness::deadline::within;
use harness::origin::Origin;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{FlowEnd, InboundKind, Outbound, RefusedCause};
use parasol_proto::Credentials;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, config, direct, inbound};

const USER: &str = "ann";
const PASSWORD: &str = "se:cret";

/// A mixed port that asks for a login; straight to the target.
fn guarded() -> Running {
    let login = Some(Credentials::new(USER, PASSWORD).expect("a good login"));
    Running::start(config(vec![inbound(InboundKind::Mixed { outbound: Outbound::Direct, login })]))
}

/// Says all of it and returns what came back until the end.
async fn heard(proxy: SocketAddr, said: &[u8]) -> Vec<u8> {
    let mut stream = within("the proxy's port", TcpStream::connect(proxy)).await.expect("the proxy listens");
    stream.write_all(said).await.expect("it listens");
    let mut all = Vec::new();
    let _ = within("the end of the connection", stream.read_to_end(&mut all)).await;
    all
}

fn password(user: &[u8], password: &[u8]) -> Vec<u8> {
    let len = |field: &[u8]| u8::try_from(field.len()).expect("a field has at most 255 bytes");
    [&[1, len(user)], user, &[len(password)], password].concat()
}

#[tokio::test]
async fn the_login_opens_the_port_cut_anywhere() {
    let (relay, target) = (guarded(), Target::start(Manner::Echo).await);
    let request = socks5::request(target.address);
    let login = password(USER.as_bytes(), PASSWORD.as_bytes());
    let said = [&[5, 2, 0, 2][..], &login, &request, b"ping"].concat();
    for cut in 0..said.len() {
        let mut stream = within("the port", TcpStream::connect(relay.address)).await.expect("it listens");
        stream.set_nodelay(true).expect("it is connected");
        for piece in [&said[..cut], &said[cut..]] {
            stream.write_all(piece).await.expect("it listens");
            tokio::task::yield_now().await;
        }
        let mut answer = [0; 2 + 2 + 10 + 4];
        within("the answer", stream.read_exact(&mut answer)).await.expect("all of it");
        assert_eq!((&answer[..5], &answer[14..]), (&[5, 2, 1, 0, 5][..], &b"ping"[..]), "cut at {cut}");
    }
}

#[tokio::test]
async fn wrong_socks_logins_are_refused_and_closed() {
    let mut relay = guarded();
    let mut target = Target::start(Manner::Closes).await;
    let request = socks5::request(target.address);
    let after = |login: &[u8]| [&[5, 1, 2][..], login, &request].concat();
    let right = password(USER.as_bytes(), PASSWORD.as_bytes());
    let long = [b'x'; 255];
    let version_five = [&[5], &right[1..]].concat();
    let port = target.address.port().to_be_bytes();
    for (what, said, answer) in [
        ("no login on offer", [&[5, 1, 0][..], &request].concat(), &[5, 255][..]),
        ("GSSAPI on offer", vec![5, 2, 0, 1], &[5, 255]),
        ("a wrong password", after(&password(b"ann", b"secret")), &[5, 2, 1, 1]),
        ("a wrong user", after(&password(b"bob", PASSWORD.as_bytes())), &[5, 2, 1, 1]),
        ("an empty login", after(&password(b"", b"")), &[5, 2, 1, 1]),
        ("an empty password", after(&password(b"ann", b"")), &[5, 2, 1, 1]),
        ("half a password", after(&password(b"ann", b"se:cre")), &[5, 2, 1, 1]),
        ("255 and 255 bytes", after(&password(&long, &long)), &[5, 2, 1, 1]),
        ("version 5 in the login", after(&version_five), &[5, 2, 1, 1]),
        ("a login that is skipped", after(b""), &[5, 2, 1, 1]),
        ("SOCKS4", [&[4, 1][..], &port, &[127, 0, 0, 1], b"ann\0"].concat(), &[0, 91, 0, 0, 0, 0, 0, 0]),
        ("SOCKS4a", [&[4, 1][..], &port, &[0, 0, 0, 1], b"ann\0a.test\0"].concat(), &[0, 91, 0, 0, 0, 0, 0, 0]),
    ] {
        assert_eq!(heard(relay.address, &said).await, answer, "{what}");
        assert_eq!(relay.ended().await.end, FlowEnd::Refused(RefusedCause::Login), "{what}");
    }
    assert!(target.saw_nothing());
}

#[tokio::test]
async fn http_clients_are_asked_for_the_login() {
    let mut relay = guarded();
    let mut target = Target::start(Manner::Closes).await;
    let basic = |login: &str| format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(login));
    for (what, field) in [
        ("none", String::new()),
        ("a wrong one", basic("ann:secret")),
        ("an empty one", basic(":")),
        ("one for the target", basic("ann:se:cret").replace("Proxy-", "")),
        ("another scheme", "Proxy-Authorization: Bearer ann:se:cret\r\n".to_owned()),
        ("two", basic("ann:se:cret").repeat(2)),
    ] {
        for line in [format!("CONNECT {} HTTP/1.1", target.address), format!("GET http://{}/ HTTP/1.1", target.address)]
        {
            let said = format!("{line}\r\nHost: {}\r\n{field}\r\n", target.address);
            let answer = String::from_utf8(heard(relay.address, said.as_bytes()).await).expect("text");
            assert!(answer.starts_with("HTTP/1.1 407 "), "{what}: {answer}");
            assert!(answer.contains("\r\nProxy-Authenticate: Basic realm="), "{what}: {answer}");
            assert!(answer.contains("\r\nConnection: close\r\n"), "{what}: {answer}");
            assert_eq!(relay.ended().await.end, FlowEnd::Refused(RefusedCause::Login), "{what}");
        }
    }
    assert!(target.saw_nothing());
}

#[tokio::test]
async fn curl_logs_in_over_every_protocol_that_can() {
    let (relay, origin) = (guarded(), Origin::start().await);
    let get = async |scheme: &str, login: &str| {
        let proxy = format!("{scheme}://{}", relay.address);
        curl(&["--proxy", &proxy, "--proxy-user", login, "--fail", &origin.url("/bytes/1000")]).await
    };
    let right = format!("{USER}:{PASSWORD}");
    for scheme in ["socks5", "socks5h", "http"] {
        let answer = get(scheme, &right).await;
        assert_eq!((answer.code, answer.body.len()), (0, 1000), "{scheme}: {}", answer.words);
        assert_ne!(get(scheme, "ann:other").await.code, 0, "{scheme}");
    }
    assert_ne!(get("socks4a", &right).await.code, 0);
}

#[tokio::test]
async fn who_guesses_is_not_told_when_a_guess_is_right() {
    let relay = guarded();
    let login = |text: &str| [&[5, 1, 2][..], &password(USER.as_bytes(), text.as_bytes())].concat();
    for guess in 0..20 {
        assert_eq!(heard(relay.address, &login(&format!("guess {guess}"))).await, [5, 2, 1, 1]);
    }
    assert_eq!(heard(relay.address, &login(PASSWORD)).await, [5, 2, 1, 1]);
}

#[tokio::test]
async fn a_port_without_a_login_never_asks_for_one() {
    let relay = Running::start(config(vec![direct()]));
    let target = Target::start(Manner::Echo).await;
    assert_eq!(heard(relay.address, &[5, 1, 2]).await, [5, 255]);
    let said = [&[5, 3, 2, 1, 0][..], &socks5::request(target.address)].concat();
    let mut stream = TcpStream::connect(relay.address).await.expect("it listens");
    stream.write_all(&said).await.expect("it listens");
    let mut choice = [0; 2];
    within("the choice", stream.read_exact(&mut choice)).await.expect("it answers");
    assert_eq!(choice, [5, 0]);
}
