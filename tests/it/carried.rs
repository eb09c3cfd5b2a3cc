//! What `parasol` relays and from where: TCP, UDP or both, as its options and files say.

use std::net::{IpAddr, SocketAddr};

use harness::deadline::within;
use harness::parasol::{self, Parasol};
use harness::peer::{ss_local, ss_server};
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "barfoo";

async fn start(args: &[&str]) -> Parasol {
    let started = Parasol::from(parasol::command(args).env("PARASOL_PASSWORD", PASSWORD)).await;
    started.unwrap_or_else(|died| panic!("{args:?}: {}", died.log))
}

async fn tcp_works(proxy: SocketAddr) -> Result<(), u8> {
    let target = Target::start(Manner::Echo).await;
    let mut stream = socks5::connect(proxy, target.address).await?;
    stream.write_all(b"ping").await.expect("it was granted");
    within("the echo", stream.read_exact(&mut [0; 4])).await.map(drop).map_err(|_| 0xff)
}

/// Where the target saw a datagram come from.
async fn udp_works(proxy: SocketAddr) -> Result<SocketAddr, u8> {
    let mut echo = Echo::start().await;
    let association = Association::open(proxy).await?;
    association.send(&[&header(echo.address), b"ping"]).await;
    assert_eq!(association.answer().await.1, b"ping");
    Ok(echo.seen().await.0)
}

#[tokio::test]
async fn a_local_relays_what_its_options_say_whatever_its_file_says() {
    const REFUSED: Option<u8> = Some(7);
    let peer = ss_server(METHOD, PASSWORD).await;
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    for (option, mode, tcp, udp) in [
        (None, None, None, None),
        (Some("-u"), Some("tcp_only"), None, None),
        (Some("-U"), Some("tcp_only"), REFUSED, None),
        (Some("--tcp-only"), Some("udp_only"), None, REFUSED),
        (None, Some("udp_only"), REFUSED, None),
        (None, Some("tcp_only"), None, REFUSED),
    ] {
        let config = json!({"server": "127.0.0.1", "server_port": peer.address.port(), "local_port": 0,
            "method": METHOD, "mode": mode});
        std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
        let args = ["local", "-c", path.to_str().expect("a temporary path is text")];
        let local = start(&[&args[..], option.as_slice()].concat()).await;
        assert_eq!(tcp_works(local.address).await.err(), tcp, "{option:?} {mode:?}");
        assert_eq!(udp_works(local.address).await.err(), udp, "{option:?} {mode:?}");
    }
}

#[tokio::test]
async fn a_server_for_udp_alone_takes_no_connections() {
    let server = ["server", "-s", "127.0.0.1", "-p", "0", "-m", METHOD, "--allow-private-targets", "-U"];
    let server = start(&[&server[..], &["--udp-timeout", "60", "--udp-max-associations", "3"]].concat()).await;
    assert!(TcpStream::connect(server.address).await.is_err());
    let peer = ss_local(server.address, METHOD, PASSWORD).await;
    udp_works(peer.address).await.expect("UDP is relayed");
}

#[tokio::test]
async fn a_tunnel_for_udp_alone_carries_datagrams() {
    let (peer, echo) = (ss_server(METHOD, PASSWORD).await, Echo::start().await);
    let (port, target) = (peer.address.port().to_string(), echo.address.to_string());
    let server = ["tunnel", "-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-l", "0", "-L", &target, "-U"];
    let tunnel = start(&server).await;
    assert!(TcpStream::connect(tunnel.address).await.is_err());
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("loopback has free ports");
    client.connect(tunnel.address).await.expect("it is bound");
    client.send(b"ping").await.expect("it listens");
    assert_eq!(within("the echo", client.recv(&mut [0; 9])).await.expect("it is bound"), 4);
}

#[tokio::test]
async fn each_local_of_a_file_has_its_own_mode() {
    let peer = ss_server(METHOD, PASSWORD).await;
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    let config = json!({"server": "127.0.0.1", "server_port": peer.address.port(), "method": METHOD,
        "mode": "tcp_only",
        "locals": [{"local_port": 0}, {"local_port": 0, "mode": "udp_only"}]});
    std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
    let mut local = start(&["local", "-c", path.to_str().expect("a temporary path is text")]).await;
    let second = local.process.until(|line| line.strip_prefix("listening on ")?.parse::<SocketAddr>().ok()).await;
    let second = second.expect("it has a second port");
    assert_eq!((tcp_works(local.address).await.err(), udp_works(local.address).await.err()), (None, Some(7)));
    assert_eq!((tcp_works(second).await.err(), udp_works(second).await.err()), (Some(7), None));
}

#[tokio::test]
async fn what_a_server_sends_leaves_from_the_address_that_it_is_bound_to() {
    let from = IpAddr::from([127, 0, 0, 9]);
    let server = ["server", "-s", "127.0.0.1", "-p", "0", "-m", METHOD, "--allow-private-targets"];
    let server = start(&[&server[..], &["--bind-address", "127.0.0.9"]].concat()).await;
    let peer = ss_local(server.address, METHOD, PASSWORD).await;
    assert_eq!(udp_works(peer.address).await.map(|address| address.ip()), Ok(from));
    tcp_works(peer.address).await.expect("TCP is relayed");
}
