//! The tunnel role: whatever comes to the port goes to one target.

use harness::deadline::within;
use harness::payload::{self, LARGE, Sum};
use harness::target::{Manner, Refusing, Target};
use parasol_engine::{InboundKind, Outbound, Routing, Verdict};
use parasol_proto::acl::{Mode, Route};
use parasol_proto::{Address, Method};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::running::{Running, config, inbound, server, server_config};

fn tunnel(target: impl Into<Address>, outbound: Outbound) -> Running {
    let mut config = config(vec![inbound(InboundKind::Tunnel { target: target.into(), outbound })]);
    // Of no concern to a tunnel.
    config.routing = Routing { mode: Mode::Direct, ..Routing::default() };
    Running::start(config)
}

fn through(server: &Running, method: Method) -> Outbound {
    Outbound::Shadowsocks(server_config(server.address, method).into())
}

async fn dial(tunnel: &Running) -> TcpStream {
    within("the tunnel's port", TcpStream::connect(tunnel.address)).await.expect("it listens")
}

#[tokio::test]
async fn a_tunnel_carries_16_mib_both_ways() {
    let content = payload::bytes(LARGE, 5);
    for method in [Method::ChaCha20Poly1305, Method::Blake3Aes256Gcm] {
        let far = server(method);
        let target = Target::start(Manner::Echo).await;
        let mut near = tunnel(target.address, through(&far, method));
        let came = payload::exchange(dial(&near).await, &content).await.expect("it echoes");
        assert_eq!(came, Sum::of(&content), "{method:?}");
        let flow = near.ended().await;
        assert_eq!((flow.verdict(), flow.route), (Verdict::Done, Some(Route::Proxy)), "{flow:?}");
        assert_eq!(flow.target, Some(target.address.into()));
        assert_eq!((flow.tx, flow.rx), (LARGE as u64, LARGE as u64));
    }
}

#[tokio::test]
async fn a_target_that_talks_first_is_heard_at_once() {
    let far = server(Method::Aes256Gcm);
    let target = Target::start(Manner::TalksFirst(b"220 hello\r\n".to_vec())).await;
    for outbound in [through(&far, Method::Aes256Gcm), Outbound::Direct] {
        let near = tunnel(target.address, outbound);
        let mut stream = dial(&near).await;
        let mut banner = [0; 11];
        within("the banner", stream.read_exact(&mut banner)).await.expect("it talks first");
        assert_eq!(&banner, b"220 hello\r\n");
    }
}

#[tokio::test]
async fn a_tunnel_that_leads_nowhere_breaks_off() {
    let refusing = Refusing::start();
    let outbound = Outbound::Shadowsocks(server_config(refusing.address, Method::Aes128Gcm).into());
    let mut near = tunnel(refusing.address, outbound);
    // The reset may come before the client has looked whether it is connected.
    let read = async { TcpStream::connect(near.address).await?.read_to_end(&mut Vec::new()).await };
    assert!(within("the end", read).await.is_err(), "an end of file would be an empty answer");
    assert_eq!(near.ended().await.verdict(), Verdict::Refused);
}
