//! A side that does not read stops the other one, a side that is lost ends the flow, and many flows at once leave
//! nothing behind.

use std::time::Duration;

use harness::deadline::within;
use harness::parasol::Parasol;
use harness::payload::{self, Sum, read_to_end};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::running::{password, relays, server};

/// Far more than all the kernel's socket buffers on the way hold.
const FLOOD: usize = 128 * 1024 * 1024;
/// What those buffers may hold together, with room.
const HELD: u64 = 64 * 1024 * 1024;
/// How long is watched. A slow machine moves less in it, so it is never the reason for a failure.
const WATCHED: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_client_that_does_not_read_stops_the_target() {
    let content = payload::bytes(FLOOD, 15);
    let expected = Sum::of(&content);
    let target = Target::start(Manner::Sends(content)).await;
    for (what, proxy, running) in relays() {
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        // The target needs this thread to go on sending; nothing is read meanwhile.
        tokio::time::timeout(WATCHED, std::future::pending::<()>()).await.expect_err("it never ends by itself");
        for relay in &running {
            let port = relay.engine.ports().remove(0);
            assert!(port.rx > 0 && port.rx < HELD, "{what}: {port:?}");
        }
        stream.shutdown().await.expect(what);
        assert_eq!(within(what, read_to_end(&mut stream)).await.expect(what), expected, "{what}");
    }
}

#[tokio::test]
async fn a_target_that_does_not_read_stops_the_client() {
    let target = Target::start(Manner::Silent).await;
    let content = payload::bytes(FLOOD, 16);
    for (what, proxy, running) in relays() {
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        tokio::time::timeout(WATCHED, stream.write_all(&content)).await.expect_err(what);
        for relay in &running {
            let port = relay.engine.ports().remove(0);
            assert!(port.tx > 0 && port.tx < HELD, "{what}: {port:?}");
        }
    }
}

#[tokio::test]
async fn a_reset_by_the_target_reaches_the_client() {
    let target = Target::start(Manner::Resets).await;
    for (what, proxy, mut running) in relays() {
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        stream.write_all(b"ping").await.expect(what);
        // An end or a reset: which one depends on how far the bytes had got.
        let heard = within(what, stream.read(&mut [0; 16])).await;
        assert!(heard.as_ref().is_ok_and(|n| *n == 0) || heard.is_err(), "{what}: {heard:?}");
        drop(stream);
        for relay in &mut running {
            relay.ended().await;
        }
    }
}

#[tokio::test]
async fn a_reset_by_the_client_reaches_the_target() {
    for (what, proxy, mut running) in relays() {
        let target = Target::start(Manner::EndsFirst(Vec::new())).await;
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        stream.write_all(b"ping").await.expect(what);
        // The target has finished sending; what it gets next is the reset, or an end in its place.
        assert_eq!(within(what, stream.read(&mut [0; 16])).await.expect(what), 0, "{what}");
        stream.set_zero_linger().expect(what);
        drop(stream);
        for relay in &mut running {
            relay.ended().await;
            assert_eq!(relay.engine.ports()[0].open, 0, "{what}");
        }
    }
}

#[tokio::test]
async fn many_flows_at_once_all_work_and_give_their_descriptors_back() {
    const FLOWS: usize = 200;
    let method = Method::Aes128Gcm;
    let target = Target::start(Manner::Echo).await;
    let far = server(method);
    let port = far.address.port().to_string();
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", method.name(), "-k", &password(method), "-l", "0"];
    // A process of its own: what it has open is the relay's alone.
    let near = Parasol::start(&args).await.expect("it starts");
    let (proxy, address) = (near.address, target.address);
    let before = near.process.descriptors();
    let mut flows = tokio::task::JoinSet::new();
    for seed in 0..FLOWS {
        flows.spawn(async move {
            let content = payload::bytes(10_000 + seed, seed as u64);
            let stream = socks5::connect(proxy, address).await.unwrap_or_else(|code| panic!("reply {code}"));
            assert_eq!(payload::exchange(stream, &content).await.expect("it works"), Sum::of(&content));
        });
    }
    while let Some(done) = flows.join_next().await {
        done.expect("every flow works");
    }
    within("the descriptors", async {
        while near.process.descriptors() > before {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
