//! EOF is a message: either side may finish first, and the other goes on. Either side may talk first.

use harness::deadline::within;
use harness::payload::{self, Sum, read_to_end};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::FlowEnd;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::running::{Running, SHORT, config, direct, mixed, relays, server, server_config};
use crate::wire::METHODS;

const LEN: usize = 1024 * 1024;

#[tokio::test]
async fn an_answer_arrives_after_the_client_has_finished() {
    for (what, proxy, _running) in relays() {
        let target = Target::start(Manner::Sum).await;
        let content = payload::bytes(LEN, 4);
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        stream.write_all(&content).await.expect(what);
        stream.shutdown().await.expect(what);
        let mut answer = String::new();
        within(what, stream.read_to_string(&mut answer)).await.expect(what);
        assert_eq!(answer, Sum::of(&content).sha256, "{what}");
    }
}

#[tokio::test]
async fn the_client_goes_on_after_the_target_has_finished() {
    for (what, proxy, _running) in relays() {
        let down = payload::bytes(LEN, 5);
        let up = payload::bytes(LEN, 6);
        let mut target = Target::start(Manner::EndsFirst(down.clone())).await;
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        // Some servers dial only when something comes; ours need not, but a client that talks first is the usual one.
        let came = within(what, read_to_end(&mut stream)).await.expect(what);
        assert_eq!(came, Sum::of(&down), "{what}");
        stream.write_all(&up).await.expect(what);
        stream.shutdown().await.expect(what);
        assert_eq!(target.received().await, Sum::of(&up), "{what}");
    }
}

#[tokio::test]
async fn a_target_that_talks_first_is_heard_by_a_silent_client() {
    for (what, proxy, _running) in relays() {
        let target = Target::start(Manner::TalksFirst(b"220 ready\r\n".to_vec())).await;
        let mut stream = socks5::connect(proxy, target.address).await.expect(what);
        let mut banner = [0; 11];
        within(what, stream.read_exact(&mut banner)).await.expect(what);
        assert_eq!(&banner, b"220 ready\r\n", "{what}");
        let came = payload::exchange(stream, b"QUIT\r\n").await.expect(what);
        assert_eq!(came, Sum::of(b"QUIT\r\n"), "{what}");
    }
}

#[tokio::test]
async fn the_bytes_that_went_are_counted_once() {
    for (what, proxy, mut running) in relays() {
        let target = Target::start(Manner::Sum).await;
        let content = payload::bytes(LEN, 7);
        let stream = socks5::connect(proxy, target.address).await.expect(what);
        payload::exchange(stream, &content).await.expect(what);
        for relay in &mut running {
            let flow = relay.ended().await;
            assert_eq!((flow.tx, flow.rx), (LEN as u64, 64), "{what}: {flow:?}");
            let port = relay.engine.ports().remove(0);
            assert_eq!((port.tx, port.rx, port.open, port.accepted), (LEN as u64, 64, 0, 1), "{what}");
        }
    }
}

/// Many clients leave by finishing and never closing. That is no fault of anybody's, and the wait for them is short.
#[tokio::test]
async fn a_flow_that_is_silent_after_one_side_finished_ends_as_done() {
    for method in METHODS {
        let far = server(method);
        let mut config = config(vec![direct(), mixed(server_config(far.address, method))]);
        config.deadlines.half_closed = SHORT;
        let mut relay = Running::start(config);
        let ports: Vec<_> = relay.engine.bound().iter().map(|bound| bound.listen).collect();
        for proxy in ports {
            let target = Target::start(Manner::EndsFirst(b"bye".to_vec())).await;
            let mut stream = socks5::connect(proxy, target.address).await.expect("it works");
            stream.write_all(b"ping").await.expect("it works");
            let mut heard = String::new();
            within("the end", stream.read_to_string(&mut heard)).await.expect("a clean one");
            assert_eq!(heard, "bye");
            let flow = relay.ended().await;
            assert_eq!((&flow.end, flow.tx, flow.rx), (&FlowEnd::Done, 4, 3), "{flow:?}");
            assert!(flow.idle >= SHORT - parasol_engine::clock::TICK, "{flow:?}");
            drop(stream);
        }
    }
}
