//! The server role says nothing to those without the key, and closes on them all at the same time.

use std::net::SocketAddr;

use harness::deadline::within;
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Deadlines, Egress, Verdict};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, SHORT, config, local, server_config, shadowsocks};

/// Sends and hears nothing until the server closes.
async fn probe(server: SocketAddr, bytes: &[u8], finish: bool) {
    let what = format!("{} bytes, finished: {finish}", bytes.len());
    let mut stream = within("the server's port", TcpStream::connect(server)).await.expect("it listens");
    stream.write_all(bytes).await.expect("a probe is read on");
    if finish {
        stream.shutdown().await.expect("a probe is read on");
    }
    let mut heard = Vec::new();
    within(&what, stream.read_to_end(&mut heard)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(heard.is_empty(), "{what}");
}

#[tokio::test]
async fn probes_of_every_length_get_no_word_and_no_reset() {
    for method in [Method::ChaCha20Poly1305, Method::Blake3Aes128Gcm] {
        let mut config = config(vec![shadowsocks(method, Egress::Any)]);
        config.deadlines = Deadlines { handshake: SHORT, ..Deadlines::default() };
        let mut relay = Running::start(config);
        let noise = payload::bytes(64 * 1024, 11);
        let lengths = [1, 7, 15, 16, 31, 32, 33, 42, 43, 49, 50, 51, 59, 60, 66, 67, 100, 221, 250, 1500, 64 * 1024];
        let mut probes = tokio::task::JoinSet::new();
        for len in lengths {
            let (server, bytes) = (relay.address, noise[..len].to_vec());
            probes.spawn(async move { probe(server, &bytes, false).await });
        }
        while let Some(done) = probes.join_next().await {
            done.expect("no probe failed");
        }
        for _ in lengths {
            let flow = relay.ended().await;
            assert!(matches!(flow.verdict(), Verdict::BadClient | Verdict::SilentClient), "{method}: {flow:?}");
        }
        let near = local(server_config(relay.address, method));
        let target = Target::start(Manner::Echo).await;
        let stream = socks5::connect(near.address, target.address).await.expect("it is proxied");
        assert_eq!(payload::exchange(stream, b"ping").await.expect("it goes on").len, 4);
    }
}
