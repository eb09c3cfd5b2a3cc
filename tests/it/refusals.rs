//! What a client hears when its request cannot be served, in every protocol of the mixed port.

use std::net::{Ipv4Addr, SocketAddr};

use harness::deadline::within;
use harness::dns::NameServer;
use harness::payload;
use harness::socks5;
use harness::target::{Refusing, Swallowing};
use parasol_engine::{Deadlines, EngineConfig, InboundConfig, NameServers};
use parasol_proto::{Address, Method, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, SHORT, config, direct, mixed, password, server_config};

const METHOD: Method = Method::Blake3Aes128Gcm;

/// Says everything, and that it is all, and hears everything. The answer must arrive, whatever was not read.
async fn conversation(proxy: SocketAddr, what: &str, said: &[u8]) -> Vec<u8> {
    let mut stream = within("the proxy's port", TcpStream::connect(proxy)).await.expect("the proxy listens");
    let (mut reading, mut writing) = stream.split();
    let mut heard = Vec::new();
    let (sent, ended) = within(what, async {
        tokio::join!(
            async {
                writing.write_all(said).await?;
                writing.shutdown().await
            },
            reading.read_to_end(&mut heard)
        )
    })
    .await;
    sent.unwrap_or_else(|error| panic!("{what}: {error}"));
    ended.unwrap_or_else(|error| panic!("{what}: {error}"));
    heard
}

/// A request for `target` in each protocol, and the answer: SOCKS5 `code`, HTTP `status`, SOCKS4's one refusal.
async fn check(proxy: SocketAddr, what: &str, target: &Address, code: u8, status: &str) {
    let (host, port) = (target.host(), target.port());
    let http = format!("HTTP/1.1 {status} ").into_bytes();
    let name = socks5::request_name(host.as_bytes(), port);
    let conversations = [
        ("SOCKS5", [socks5::GREETING, &name].concat(), vec![5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0]),
        (
            "SOCKS4a",
            [&[4, 1][..], &port.to_be_bytes(), &[0, 0, 0, 1, 0], host.as_bytes(), &[0]].concat(),
            vec![0, 91, 0, 0, 0, 0, 0, 0],
        ),
        ("CONNECT", format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").into_bytes(), http.clone()),
        ("GET", format!("GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\n\r\n").into_bytes(), http),
    ];
    let mut asked = tokio::task::JoinSet::new();
    for (protocol, said, answer) in conversations {
        let what = format!("{what}, {protocol}");
        asked.spawn(async move {
            let heard = conversation(proxy, &what, &said).await;
            assert!(heard.starts_with(&answer), "{what}: {heard:?}");
            assert!(protocol == "CONNECT" || protocol == "GET" || heard.len() == answer.len(), "{what}: {heard:?}");
        });
    }
    while let Some(done) = asked.join_next().await {
        done.expect("every answer is as it should be");
    }
}

/// A relay that gives every stage of dialling little time, where a test waits for that to pass.
fn relay(inbound: InboundConfig, names: &NameServer, impatient: bool) -> Running {
    let deadlines = match impatient {
        true => Deadlines { resolve: SHORT, connect: SHORT, ..Deadlines::default() },
        false => Deadlines::default(),
    };
    let name_servers = NameServers::These(vec![names.address]);
    Running::start(EngineConfig { deadlines, name_servers, ..config(vec![inbound]) })
}

fn named() -> Address {
    Address::from_host("nowhere.test", 80).expect("a good name")
}

#[tokio::test]
async fn a_direct_client_is_told_what_failed() {
    let (none, silent) = (NameServer::start(&[]).await, NameServer::silent().await);
    let (refusing, swallowing) = (Refusing::start(), Swallowing::start().await);
    let patient = relay(direct(), &none, false);
    check(patient.address, "a target that refuses", &refusing.address.into(), 5, "502").await;
    check(patient.address, "a name that does not exist", &named(), 4, "502").await;
    let impatient = relay(direct(), &silent, true);
    check(impatient.address, "a target that swallows SYNs", &swallowing.address.into(), 6, "504").await;
    check(impatient.address, "a name server that never answers", &named(), 6, "504").await;
}

/// Which part of the path to the server failed is not the client's business, which asked for something else.
#[tokio::test]
async fn a_proxied_client_is_told_that_it_failed() {
    let (none, silent) = (NameServer::start(&[]).await, NameServer::silent().await);
    let (refusing, swallowing) = (Refusing::start(), Swallowing::start().await);
    let by_name = || ServerConfig::new(named(), METHOD, &password(METHOD)).expect("it was made for the method");
    let target = Address::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 9)));
    for (what, server, names, status) in [
        ("a server that is down", server_config(refusing.address, METHOD), &none, "502"),
        ("a server that swallows SYNs", server_config(swallowing.address, METHOD), &none, "504"),
        ("a server's name that does not exist", by_name(), &none, "502"),
        ("a name server that never answers", by_name(), &silent, "504"),
    ] {
        let relay = relay(mixed(server), names, status == "504");
        check(relay.address, what, &target, 1, status).await;
    }
}

/// To close with unread bytes would be a reset, which takes the answer with it.
#[tokio::test]
async fn a_refused_client_that_says_more_than_is_read_hears_the_answer() {
    let relay = Running::start(config(vec![direct()]));
    let refusing = Refusing::start();
    let target = refusing.address;
    let port = target.port().to_be_bytes();
    // More than the buffers between two sockets hold: whoever stops reading is noticed.
    let more = payload::bytes(8 << 20, 13);
    for (what, said, answer) in [
        ("SOCKS5 BIND", [socks5::GREETING, &[5, 2, 0, 1, 127, 0, 0, 1, 0, 80]].concat(), &[5, 0, 5, 7][..]),
        ("SOCKS5 with a login", vec![5, 1, 2], &[5, 255]),
        ("SOCKS4 BIND", [&[4, 2][..], &port, &[127, 0, 0, 1, 0]].concat(), &[0, 91]),
        ("no HTTP", b"GET ?\r\n\r\n".to_vec(), b"HTTP/1.1 400 "),
        ("SOCKS5", [socks5::GREETING, &socks5::request(target)].concat(), &[5, 0, 5, 5]),
        ("SOCKS4", [&[4, 1][..], &port, &[127, 0, 0, 1, 0]].concat(), &[0, 91]),
        ("CONNECT", format!("CONNECT {target} HTTP/1.1\r\n\r\n").into_bytes(), b"HTTP/1.1 502 "),
        (
            "PUT",
            format!("PUT http://{target}/ HTTP/1.1\r\nContent-Length: {}\r\n\r\n", more.len()).into_bytes(),
            b"HTTP/1.1 502 ",
        ),
    ] {
        let heard = conversation(relay.address, what, &[&said, &more[..]].concat()).await;
        assert!(heard.starts_with(answer), "{what}: {heard:?}");
    }
}
