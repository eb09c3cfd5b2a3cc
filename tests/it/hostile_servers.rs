//! Servers that have the key and break the rules, and such that do not: nothing that is not an answer is delivered.

use std::io::ErrorKind;

use harness::deadline::within;
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Deadlines, EngineConfig, InboundConfig, Verdict};
use parasol_proto::{Family, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, SHORT, config, local, mixed, server, server_config, shadowsocks};
use crate::wire::{self, Asked, METHODS, Server, unix_now};

/// A client of a relay in front of a server that a test speaks for.
struct Scene {
    far: Server,
    near: Running,
}

impl Scene {
    async fn start(method: Method) -> Scene {
        let far = Server::start(method).await;
        let inbound = mixed(server_config(far.address, method));
        let deadlines = Deadlines { first_byte: SHORT, idle: SHORT, ..Deadlines::default() };
        let near = Running::start(EngineConfig { deadlines, ..config(vec![inbound]) });
        Scene { far, near }
    }

    /// A client that has asked, and the server that has its request.
    async fn asked(&self) -> (TcpStream, Asked) {
        let mut client = socks5::connect(self.near.address, self.far.address).await.expect("the server is there");
        client.write_all(b"ping").await.expect("the relay reads");
        (client, self.far.asked().await)
    }

    /// The server has said something that the client must not get, after so many bytes that it got.
    async fn check_broken(&mut self, client: &mut TcpStream, good: u64, what: &str) {
        self.check_ended(client, good, Verdict::BadAnswer, what).await;
    }

    async fn check_ended(&mut self, client: &mut TcpStream, good: u64, verdict: Verdict, what: &str) {
        let end = within(what, client.read(&mut [0; 64])).await;
        assert_eq!(end.as_ref().map_err(std::io::Error::kind), Err(ErrorKind::ConnectionReset), "{what}");
        let flow = self.near.ended().await;
        assert_eq!((flow.verdict(), flow.rx), (verdict, good), "{what}: {flow:?}");
    }
}

#[tokio::test]
async fn an_answer_byte_by_byte_is_delivered_whole() {
    for method in METHODS {
        let scene = Scene::start(method).await;
        let (mut client, mut asked) = scene.asked().await;
        let (mut answer, mut sealer) = asked.answer(b"hello");
        answer.extend(wire::chunk(&mut sealer, b"there"));
        asked.stream.set_nodelay(true).expect("it is connected");
        for byte in answer {
            asked.stream.write_u8(byte).await.expect("the relay reads");
            tokio::task::yield_now().await;
        }
        asked.stream.shutdown().await.expect("it is connected");
        let mut heard = Vec::new();
        within("the answer", client.read_to_end(&mut heard)).await.expect("a clean end");
        assert_eq!(heard, b"hellothere", "{method}");
    }
}

/// Catalogue 46: it answers somebody else's request, or at another time, or says that it is a client.
#[tokio::test]
async fn a_2022_answer_to_another_request_or_of_another_time_is_not_delivered() {
    for method in Method::ALL.into_iter().filter(|method| method.family() == Family::Aead2022) {
        let mut scene = Scene::start(method).await;
        let now = unix_now();
        let other = payload::bytes(method.key_len(), 5);
        let times = [now - 3600, now - 40, now + 90, 0, 1 << 63, u64::MAX];
        let wrong_times = times.map(|time| (format!("time {time}"), None, time, Verdict::WrongClock));
        let foreign = [now, now - 3600].map(|time| ("another salt".to_owned(), Some(&other), time, Verdict::BadAnswer));
        for (what, salt, time, verdict) in wrong_times.into_iter().chain(foreign) {
            let (mut client, mut asked) = scene.asked().await;
            let salt = salt.map_or_else(|| asked.salt().to_vec(), Clone::clone);
            let (answer, _) = asked.answer_at(b"hello", &salt, time);
            asked.stream.write_all(&answer).await.expect("the relay reads");
            scene.check_ended(&mut client, 0, verdict, &format!("{method}, {what}")).await;
        }
    }
}

/// What was once a good answer, to a request of the same client. (AEAD-2017 says nowhere what it answers.)
#[tokio::test]
async fn a_2022_answer_that_was_recorded_is_not_delivered_again() {
    let method = Method::Blake3Aes128Gcm;
    let mut scene = Scene::start(method).await;
    let (mut client, mut asked) = scene.asked().await;
    let (recorded, _) = asked.answer(b"hello");
    asked.stream.write_all(&recorded).await.expect("the relay reads");
    within("the answer", client.read_exact(&mut [0; 5])).await.expect("it is good");
    drop((client, asked));
    scene.near.ended().await;
    let (mut client, mut asked) = scene.asked().await;
    asked.stream.write_all(&recorded).await.expect("the relay reads");
    scene.check_broken(&mut client, 0, "recorded").await;
}

/// Catalogue 48: at once, and in the place of a chunk. The server goes on long after it was not listened to any more.
#[tokio::test]
async fn ten_megabytes_of_noise_are_not_delivered_nor_read_for_ever() {
    let noise = payload::bytes(10 << 20, 6);
    for method in METHODS {
        let mut scene = Scene::start(method).await;
        for good in [&b""[..], b"hello"] {
            let what = format!("{method}, after {} bytes", good.len());
            let (mut client, mut asked) = scene.asked().await;
            if !good.is_empty() {
                let (answer, _) = asked.answer(good);
                asked.stream.write_all(&answer).await.expect("the relay reads");
                within(&what, client.read_exact(&mut vec![0; good.len()])).await.expect("it is good");
            }
            let flood = async {
                // Until the relay hangs up.
                let _ = asked.stream.write_all(&noise).await;
            };
            tokio::join!(
                scene.check_broken(&mut client, good.len() as u64, &what),
                within("the end of the flood", flood)
            );
        }
    }
}

/// Catalogue 48: a part of a head and then nothing is nothing.
#[tokio::test]
async fn a_server_that_stops_within_its_head_is_given_up() {
    for method in METHODS {
        let mut scene = Scene::start(method).await;
        for cut in [0, 1, method.key_len(), method.key_len() + 17] {
            let (mut client, mut asked) = scene.asked().await;
            let (answer, _) = asked.answer(b"hello");
            asked.stream.write_all(&answer[..cut]).await.expect("the relay reads");
            let mut heard = Vec::new();
            let _ = within("the end of patience", client.read_to_end(&mut heard)).await;
            assert!(heard.is_empty(), "{method}, cut at {cut}");
            let verdict = scene.near.ended().await.verdict();
            assert_eq!(verdict, Verdict::SilentServer, "{method}, cut at {cut}");
        }
    }
}

/// Catalogue 48, at every point that a server could break off at.
#[tokio::test]
async fn a_server_that_resets_is_told_from_one_that_ends() {
    for method in METHODS {
        let mut scene = Scene::start(method).await;
        for good in [&b""[..], b"hello"] {
            let (mut client, mut asked) = scene.asked().await;
            if !good.is_empty() {
                let (answer, _) = asked.answer(good);
                asked.stream.write_all(&answer).await.expect("the relay reads");
                within("the answer", client.read_exact(&mut vec![0; good.len()])).await.expect("it is good");
            }
            asked.stream.set_zero_linger().expect("it is connected");
            drop(asked);
            let end = within("the end", client.read(&mut [0; 16])).await;
            assert_eq!(end.as_ref().map_err(std::io::Error::kind), Err(ErrorKind::ConnectionReset), "{method}");
            drop(client);
            scene.near.ended().await;
        }
    }
}

/// Catalogue 51.
#[tokio::test]
async fn a_server_that_goes_and_returns_is_used_again() {
    let method = Method::Aes256Gcm;
    let first = server(method);
    let address = first.address;
    let mut near = local(server_config(address, method));
    let target = Target::start(Manner::Echo).await;
    let mut open = socks5::connect(near.address, target.address).await.expect("the server is there");
    open.write_all(b"ping").await.expect("it works");
    within("the echo", open.read_exact(&mut [0; 4])).await.expect("it works");
    first.stop().await;
    let _ = within("the end", open.read_to_end(&mut Vec::new())).await;
    drop(open);
    near.ended().await;
    assert_eq!(socks5::connect(near.address, target.address).await.map(drop), Err(1), "nobody is there");
    assert_eq!(near.ended().await.verdict(), Verdict::Refused);
    let second = Running::start(config(vec![InboundConfig {
        listen: address,
        ..shadowsocks(method, parasol_engine::Egress::Any)
    }]));
    let stream = socks5::connect(near.address, target.address).await.expect("it is back");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("it works").len, 4);
    drop(second);
}
