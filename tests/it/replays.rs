//! What was recorded on its way is of no use to whoever sends it again, be it a request or an answer.

use std::net::SocketAddr;

use harness::deadline::within;
use harness::target::{Manner, Target};
use parasol_engine::Verdict;
use parasol_proto::{Address, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::running::server;
use crate::wire;

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
    for method in Method::ALL {
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
    }
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
    for method in Method::ALL {
        let mut far = server(method);
        let mut target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        for seed in 0..8 {
            let (recorded, _) = wire::request(method, target.address, b"ping", seed);
            let mut players = JoinSet::new();
            for _ in 0..8 {
                players.spawn(play(far.address, recorded.clone()));
            }
            let heard = players.join_all().await;
            assert_eq!(heard.iter().filter(|heard| !heard.is_empty()).count(), 1, "{method}: {heard:?}");
            let mut served = 0;
            for _ in 0..8 {
                match far.ended().await.verdict() {
                    Verdict::Done => served += 1,
                    verdict => assert_eq!(verdict, Verdict::BadClient, "{method}"),
                }
            }
            assert_eq!(served, 1, "{method}");
            target.received().await;
            assert!(target.saw_nothing(), "{method}");
        }
    }
}

/// An answer sealed with the same key would open as a request, for wherever the target that wrote it chose.
#[tokio::test]
async fn a_recorded_answer_is_no_request() {
    for method in Method::ALL {
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
    }
}
