//! What was recorded on its way is of no use to whoever sends it again, be it a request or an answer.

use std::net::SocketAddr;

use harness::deadline::within;
use harness::target::{Manner, Target};
use parasol_engine::{Egress, Verdict};
use parasol_proto::{Address, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::running::{Running, SHORT, config, shadowsocks};
use crate::wire;

/// A server that gives a replay no more time than a busy machine may need for a request.
fn server(method: Method) -> Running {
    let mut config = config(vec![shadowsocks(method, Egress::Any)]);
    config.deadlines.handshake = 3 * SHORT;
    Running::start(config)
}

/// The same with each method, at once: each ends when the handshake's time is up.
async fn with_each_method<F: Future<Output = ()> + Send + 'static>(test: impl Fn(Method) -> F) {
    let mut running: JoinSet<()> = Method::ALL.into_iter().map(test).collect();
    while let Some(done) = running.join_next().await {
        done.expect("the method passes");
    }
}

/// Sends a whole recorded connection and hears what the server says until its end.
async fn play(server: SocketAddr, recorded: Vec<u8>) -> Vec<u8> {
    let mut stream = within("the server's port", TcpStream::connect(server)).await.expect("it listens");
    stream.write_all(&recorded).await.expect("it is read on");
    stream.shutdown().await.expect("it is read on");
    let mut heard = Vec::new();
    within("the end", stream.read_to_end(&mut heard)).await.expect("no reset tells a replay from noise");
    heard
}

#[tokio::test]
async fn a_recorded_request_is_served_once() {
    with_each_method(async |method| {
        let mut far = server(method);
        let mut target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        let (recorded, _) = wire::request(method, target.address, b"ping", 1);
        assert!(!play(far.address, recorded.clone()).await.is_empty(), "{method}");
        assert_eq!(target.received().await.len, 4, "{method}");
        assert_eq!(far.ended().await.verdict(), Verdict::Done, "{method}");
        for _ in 0..3 {
            assert!(play(far.address, recorded.clone()).await.is_empty(), "{method}");
            let flow = far.ended().await;
            assert_eq!((flow.verdict(), flow.target), (Verdict::BadClient, None), "{method}");
        }
        // The same from somebody who has the key and asks anew.
        let (fresh, _) = wire::request(method, target.address, b"ping", 2);
        assert!(!play(far.address, fresh).await.is_empty(), "{method}");
        target.received().await;
        assert!(target.saw_nothing(), "{method}");
    })
    .await;
}

/// Catalogue 39.
#[tokio::test]
async fn a_recorded_request_is_still_known_after_three_hundred_others() {
    for method in wire::METHODS {
        let far = server(method);
        let target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        let (recorded, _) = wire::request(method, target.address, b"ping", 1);
        assert!(!play(far.address, recorded.clone()).await.is_empty(), "{method}");
        for seed in 0..300 {
            let (other, _) = wire::request(method, target.address, b"ping", 1000 + seed);
            assert!(!play(far.address, other).await.is_empty(), "{method}");
        }
        assert!(play(far.address, recorded).await.is_empty(), "{method}");
    }
}

#[tokio::test]
async fn of_eight_that_send_a_recorded_request_at_once_one_is_served() {
    with_each_method(async |method| {
        let mut far = server(method);
        let mut target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        let mut players = JoinSet::new();
        for seed in 0..8 {
            let (recorded, _) = wire::request(method, target.address, b"ping", seed);
            for _ in 0..8 {
                let played = play(far.address, recorded.clone());
                players.spawn(async move { (seed, played.await) });
            }
        }
        let heard = players.join_all().await;
        for seed in 0..8 {
            let served = heard.iter().filter(|(of, heard)| *of == seed && !heard.is_empty()).count();
            assert_eq!(served, 1, "{method}, {seed}");
        }
        let mut served = 0;
        for _ in &heard {
            match far.ended().await.verdict() {
                Verdict::Done => served += 1,
                verdict => assert_eq!(verdict, Verdict::BadClient, "{method}"),
            }
        }
        assert_eq!(served, 8, "{method}");
        for _ in 0..served {
            target.received().await;
        }
        assert!(target.saw_nothing(), "{method}");
    })
    .await;
}

/// An answer sealed with the same key would open as a request, for wherever the target that wrote it chose.
#[tokio::test]
async fn a_recorded_answer_is_no_request() {
    with_each_method(async |method| {
        let mut far = server(method);
        let mut inner = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        let mut answer = Vec::new();
        Address::from(inner.address).encode(&mut answer);
        answer.extend(b"ping");
        let outer = Target::start(Manner::EndsFirst(answer)).await;
        let (recorded, _) = wire::request(method, outer.address, b"ping", 1);
        let heard = play(far.address, recorded).await;
        assert!(!heard.is_empty(), "{method}");
        assert_eq!(far.ended().await.verdict(), Verdict::Done, "{method}");
        assert!(play(far.address, heard).await.is_empty(), "{method}");
        assert_eq!(far.ended().await.verdict(), Verdict::BadClient, "{method}");
        assert!(inner.saw_nothing(), "{method}");
    })
    .await;
}
