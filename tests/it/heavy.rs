//! A flow that moves much goes on on a thread for such, with all that had come by then.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use harness::deadline::within;
use harness::payload::{self, Sum};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Direction, Egress, Engine, EngineConfig, FlowEnd, InboundKind, Outbound, StatCallback};
use parasol_proto::{Address, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{SHORT, config, direct, heavy, inbound, mixed, server_config, shadowsocks};

/// Which threads have moved bytes.
#[derive(Default)]
struct Threads(Mutex<BTreeSet<String>>);

impl StatCallback for Threads {
    fn bytes(&self, _port: u16, _direction: Direction, _bytes: u64) {
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        self.0.lock().expect("no relay thread panics while it adds a name").insert(name);
    }
}

/// On which kinds of thread bytes were moved, when a flow is heavy after so many within a tick.
async fn moved_on(heavy_after: u64) -> BTreeSet<String> {
    let threads = Arc::new(Threads::default());
    let config = EngineConfig { heavy_after, ..config(vec![direct()]) };
    let engine = Engine::start(config, Arc::clone(&threads) as Arc<dyn StatCallback>).expect("loopback has free ports");
    let target = Target::start(Manner::Echo).await;
    let content = payload::bytes(4 << 20, 1);
    let stream = socks5::connect(engine.bound()[0].listen, target.address).await.expect("it is granted");
    assert_eq!(payload::exchange(stream, &content).await.expect("it echoes"), Sum::of(&content));
    engine.stop().await;
    let names = threads.0.lock().expect("they have ended").clone();
    names.into_iter().map(|name| name.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit()).to_owned()).collect()
}

#[tokio::test]
async fn what_moves_much_goes_on_elsewhere_and_what_does_not_stays() {
    assert_eq!(moved_on(u64::MAX).await, BTreeSet::from(["relay".to_owned()]));
    assert!(moved_on(1 << 20).await.contains("heavy"));
    assert!(moved_on(0).await.contains("heavy"));
}

#[tokio::test]
async fn every_framing_arrives_whole_both_ways_however_soon_it_is_heavy() {
    for method in [Method::Aes256Gcm, Method::Blake3ChaCha20Poly1305] {
        for heavy_after in [0, 100_000, 1 << 20] {
            let start = |inbound| crate::running::Running::start(EngineConfig { heavy_after, ..config(vec![inbound]) });
            let far = start(shadowsocks(method, Egress::Any));
            let near = start(mixed(server_config(far.address, method)));
            let target = Target::start(Manner::Echo).await;
            let content = payload::bytes(8 << 20, heavy_after);
            let what = format!("{method:?} {heavy_after}");
            let stream = socks5::connect(near.address, target.address).await.expect(&what);
            assert_eq!(payload::exchange(stream, &content).await.expect(&what), Sum::of(&content), "{what}");
            assert_eq!(near.engine.ports()[0].tx, content.len() as u64, "{what}");
            assert_eq!(near.engine.ports()[0].rx, content.len() as u64, "{what}");
        }
    }
}

/// A flow that is open, quiet, and on a thread for heavy ones.
async fn quiet(proxy: SocketAddr, target: &Target) -> TcpStream {
    let mut stream = socks5::connect(proxy, target.address).await.expect("it is granted");
    stream.write_all(b"ping").await.expect("it is open");
    within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it is open");
    stream
}

#[tokio::test]
async fn a_stop_ends_it_there_too() {
    let relay = heavy(config(vec![direct()]));
    let target = Target::start(Manner::Echo).await;
    let mut stream = quiet(relay.address, &target).await;
    let ended = relay.stop().await;
    assert_eq!(ended.iter().map(|flow| flow.end.clone()).collect::<Vec<_>>(), [FlowEnd::Cancelled]);
    assert!(!matches!(within("the end", stream.read(&mut [0; 1])).await, Ok(1..)));
}

#[tokio::test]
async fn its_deadlines_hold_there_too() {
    let target = Target::start(Manner::Echo).await;
    let tunnel = InboundKind::Tunnel { target: Address::from(target.address), outbound: Outbound::Direct };
    for (port, request) in [(direct(), true), (inbound(tunnel), false)] {
        let mut relay = config(vec![port]);
        relay.deadlines.idle = SHORT;
        let mut relay = heavy(relay);
        let mut stream = match request {
            true => quiet(relay.address, &target).await,
            false => TcpStream::connect(relay.address).await.expect("it listens"),
        };
        stream.write_all(b"ping").await.expect("it is open");
        within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it is open");
        assert_eq!(relay.ended().await.end, FlowEnd::TimedOut);
        assert!(!matches!(within("the end", stream.read(&mut [0; 1])).await, Ok(1..)));
    }
}
