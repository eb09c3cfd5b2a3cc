//! The server role says nothing to those without the key, and closes on them all at the same time.

use std::net::SocketAddr;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness::deadline::within;
use harness::parasol::{self, Parasol};
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::clock::TICK;
use parasol_engine::{Deadlines, Egress, Verdict};
use parasol_proto::stream::TAG;
use parasol_proto::{Address, Method, ServerConfig};
use shadowsocks_crypto::CipherKind;
use shadowsocks_crypto::v2::tcp::TcpCipher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::running::{Running, SHORT, config, local, password, server_config, shadowsocks, wrong_password};
use crate::wire::{self, METHODS, unix_now};

/// How a probe is sent.
#[derive(Debug, Clone, Copy)]
enum Manners {
    /// At once, and then it waits.
    Waits,
    /// At once, and then it says that it is all.
    Ends,
    /// Byte by byte, and then it waits.
    Drips,
}

/// A server that gives no stranger much time.
fn impatient(method: Method) -> Running {
    let mut config = config(vec![shadowsocks(method, Egress::Any)]);
    config.deadlines = Deadlines { handshake: SHORT, ..Deadlines::default() };
    Running::start(config)
}

/// Sends, and hears nothing until the server closes: not before its time, and without a reset.
async fn probe(server: SocketAddr, what: String, bytes: Vec<u8>, manners: Manners) {
    let began = Instant::now();
    let mut stream = within("the server's port", TcpStream::connect(server)).await.expect("it listens");
    stream.set_nodelay(true).expect("it is connected");
    let read_on = |sent: std::io::Result<()>| sent.unwrap_or_else(|error| panic!("{what}, {manners:?}: {error}"));
    match manners {
        Manners::Waits => read_on(stream.write_all(&bytes).await),
        Manners::Ends => {
            read_on(stream.write_all(&bytes).await);
            read_on(stream.shutdown().await);
        }
        Manners::Drips => {
            for byte in bytes {
                read_on(stream.write_u8(byte).await);
                tokio::task::yield_now().await;
            }
        }
    }
    let mut heard = Vec::new();
    read_on(within(&what, stream.read_to_end(&mut heard)).await.map(drop));
    assert!(heard.is_empty(), "{what}, {manners:?}: {} bytes", heard.len());
    let lasted = began.elapsed();
    assert!(lasted >= SHORT - TICK, "{what}, {manners:?}: {lasted:?}");
}

/// Every one of them, a hundred at a time.
async fn probe_all(server: SocketAddr, probes: impl IntoIterator<Item = (String, Vec<u8>)>, manners: Manners) {
    let mut running = JoinSet::new();
    for (what, bytes) in probes {
        running.spawn(probe(server, what, bytes, manners));
        if running.len() == 100 {
            running.join_next().await.expect("there are some").expect("no probe failed");
        }
    }
    while let Some(done) = running.join_next().await {
        done.expect("no probe failed");
    }
}

/// The server still serves who has the key.
async fn check_serves(server: SocketAddr, method: Method) {
    let near = local(server_config(server, method));
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(near.address, target.address).await.expect("it is proxied");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("it goes on").len, 4, "{method}");
}

#[tokio::test]
async fn probes_of_every_length_get_no_word_and_no_reset() {
    for method in [Method::ChaCha20Poly1305, Method::Blake3Aes128Gcm] {
        let mut relay = impatient(method);
        let lengths: Vec<usize> = (1..=250).chain([1500, 64 * 1024]).collect();
        let probes = || lengths.iter().map(|&len| (format!("{len} bytes"), payload::bytes(len, len as u64)));
        for manners in [Manners::Waits, Manners::Ends] {
            probe_all(relay.address, probes(), manners).await;
            for _ in &lengths {
                let flow = relay.ended().await;
                let expected = match manners {
                    Manners::Ends => [Verdict::BadClient, Verdict::Done],
                    _ => [Verdict::BadClient, Verdict::SilentClient],
                };
                assert!(expected.contains(&flow.verdict()), "{method}: {flow:?}");
            }
        }
        check_serves(relay.address, method).await;
    }
}

#[tokio::test]
async fn probes_byte_by_byte_find_no_threshold() {
    for method in METHODS {
        let relay = impatient(method);
        let noise = (0..8).map(|seed| (format!("noise {seed}"), payload::bytes(200, seed)));
        probe_all(relay.address, noise, Manners::Drips).await;
        check_serves(relay.address, method).await;
    }
}

/// Catalogue 40: a request that was good, cut or changed anywhere, before and after it was served itself.
#[tokio::test]
async fn a_request_cut_or_changed_anywhere_is_noise() {
    for method in METHODS {
        let relay = impatient(method);
        let mut target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        let address = target.address;
        // Each from one of its own: a head that was good is known from then on, whatever comes behind it.
        let made = |seed| wire::request(method, address, b"ping", seed).0;
        let (cut, flipped, good) = (made(1), made(2), made(3));
        let cuts = (0..cut.len()).map(|at| (format!("{method}, cut at {at}"), cut[..at].to_vec()));
        let flips = |of: &[u8]| -> Vec<(String, Vec<u8>)> {
            let flip = |at: usize| {
                let mut bytes = of.to_vec();
                bytes[at] ^= 1 << (at % 8);
                (format!("{method}, changed at {at}"), bytes)
            };
            (0..of.len()).map(flip).collect()
        };
        probe_all(relay.address, flips(&flipped), Manners::Waits).await;
        probe_all(relay.address, cuts, Manners::Waits).await;
        assert!(target.saw_nothing(), "{method}");

        let mut stream = within("the port", TcpStream::connect(relay.address)).await.expect("it listens");
        stream.write_all(&good).await.expect("it listens");
        stream.shutdown().await.expect("it listens");
        let mut heard = Vec::new();
        within("the answer", stream.read_to_end(&mut heard)).await.expect("it is served");
        assert!(!heard.is_empty(), "{method}: the request was good");
        assert_eq!(target.received().await.len, 4);
        probe_all(relay.address, flips(&good), Manners::Ends).await;
        assert!(target.saw_nothing(), "{method}");
        check_serves(relay.address, method).await;
    }
}

/// Catalogue 41, 42.
#[tokio::test]
async fn requests_of_other_keys_methods_and_times_are_noise() {
    const YEAR: i64 = 31_536_000;
    for method in METHODS {
        let relay = impatient(method);
        let mut target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
        let address = target.address;
        let made = |method, password: &str, time| {
            let key = ServerConfig::new(Address::from(relay.address), method, password).expect("it was made for it");
            wire::request_of(&key, address, b"ping", time, time).0
        };
        let now = unix_now();
        let mut probes = vec![("another key".to_owned(), made(method, &wrong_password(method), now))];
        for other in Method::ALL.into_iter().filter(|other| *other != method) {
            probes.push((format!("{other}"), made(other, &password(other), now)));
        }
        if method == Method::Blake3Aes256Gcm {
            let skewed = [-YEAR, -3600, -32, 3600, YEAR].map(|skew| now.saturating_add_signed(skew));
            // Time goes on while it is on its way, so 33 s ahead of it could be within bounds on a slow machine.
            for time in skewed.into_iter().chain([now + 60, 0, 1 << 63, u64::MAX]) {
                probes.push((format!("time {time}"), made(method, &password(method), time)));
            }
        }
        probe_all(relay.address, probes, Manners::Waits).await;
        assert!(target.saw_nothing(), "{method}");
        // And within the bounds; the exact ones stand in the tests of `proto`.
        for skew in [-20, 27] {
            let time = unix_now().saturating_add_signed(skew);
            let mut stream = within("the port", TcpStream::connect(relay.address)).await.expect("it listens");
            stream.write_all(&made(method, &password(method), time)).await.expect("it listens");
            within("the answer", stream.read_u8()).await.unwrap_or_else(|error| panic!("{method}, {skew} s: {error}"));
        }
    }
}

/// Catalogue 43: heads that are sealed with the key and break a rule all the same.
#[tokio::test]
async fn heads_with_the_key_that_break_a_rule_are_noise() {
    let method = Method::Blake3Aes256Gcm;
    let relay = impatient(method);
    let mut target = Target::start(Manner::Closes).await;
    let mut address = Vec::new();
    Address::from(target.address).encode(&mut address);
    let header = |padding: u16, rest: &[u8]| [&address, &padding.to_be_bytes()[..], rest].concat();
    let good = header(0, b"ping");
    let len = u16::try_from(good.len()).expect("it is short");
    let mut zero_port = good.clone();
    zero_port[5..7].fill(0);
    let mut other_type = good.clone();
    other_type[0] = 9;
    let probes = [
        ("type 1", 1, len, good.clone()),
        ("type 2", 2, len, good.clone()),
        ("type 255", 255, len, good.clone()),
        ("neither payload nor padding", 0, 9, header(0, b"")),
        ("padding over the header's end", 0, len, header(5, b"ping")),
        ("padding over 900", 0, 9 + 901, header(901, &[0; 901])),
        ("no room for padding's length", 0, 8, address[..7].iter().chain(&[0]).copied().collect()),
        ("an address over the header's end", 0, 5, address[..5].to_vec()),
        ("an empty header", 0, 0, Vec::new()),
        ("an unknown type of address", 0, len, other_type),
        ("port 0", 0, len, zero_port),
        ("a length one too small", 0, len - 1, good.clone()),
        ("a length one too large", 0, len + 1, good.clone()),
        ("a length of 65535", 0, u16::MAX, good.clone()),
    ];
    let probes: Vec<_> = (0..)
        .zip(&probes)
        .map(|(seed, (what, kind, len, variable))| ((*what).to_owned(), forged(method, seed, *kind, *len, variable)))
        .collect();
    probe_all(relay.address, probes, Manners::Waits).await;
    assert!(target.saw_nothing());
    // What the forgery would be if it broke no rule.
    let mut stream = within("the port", TcpStream::connect(relay.address)).await.expect("it listens");
    stream.write_all(&forged(method, 99, 0, len, &good)).await.expect("it listens");
    within("the target's turn", target.received()).await;
}

/// A 2022 head with any type and length, sealed.
fn forged(method: Method, seed: u64, kind: u8, len: u16, variable: &[u8]) -> Vec<u8> {
    let key = STANDARD.decode(password(method)).expect("it is base64");
    let mut wire = payload::bytes(method.key_len(), seed);
    let mut cipher = TcpCipher::new(CipherKind::AEAD2022_BLAKE3_AES_256_GCM, &key, &wire);
    let fixed = [&[kind][..], &unix_now().to_be_bytes(), &len.to_be_bytes()].concat();
    for piece in [&fixed[..], variable] {
        let at = wire.len();
        wire.extend_from_slice(piece);
        wire.resize(wire.len() + TAG, 0);
        cipher.encrypt_packet(&mut wire[at..]);
    }
    wire
}

/// Catalogue 49: much of it is read on like little of it, and not kept.
#[tokio::test]
async fn megabytes_of_noise_are_read_on_and_not_kept() {
    const EACH: usize = 4 << 20;
    let mut programs = JoinSet::new();
    for method in METHODS {
        programs.spawn(async move {
            let far = program(method).await;
            let before = far.process.most_memory();
            let mut running = JoinSet::new();
            for seed in 0..16 {
                let address = far.address;
                running.spawn(async move {
                    let connected = TcpStream::connect(address);
                    let mut stream = within("the server's port", connected).await.expect("it listens");
                    within("room", stream.write_all(&payload::bytes(EACH, seed))).await.expect("it is read on");
                    stream.shutdown().await.expect("it is read on");
                    let mut heard = Vec::new();
                    within("the end", stream.read_to_end(&mut heard)).await.expect("no reset");
                    assert!(heard.is_empty());
                });
            }
            while let Some(done) = running.join_next().await {
                done.expect("no probe failed");
            }
            let grown = far.process.most_memory().saturating_sub(before);
            assert!(grown < (16 * EACH as u64) / 4, "{method}: {grown} bytes more than before");
            check_serves(far.address, method).await;
        });
    }
    while let Some(done) = programs.join_next().await {
        done.expect("no method failed");
    }
}

/// Catalogue 50.
#[tokio::test]
async fn five_hundred_probes_that_stay_keep_nobody_out() {
    let _ = parasol_app::raise_descriptor_limit();
    let method = Method::Aes256Gcm;
    let far = program(method).await;
    let mut probes = Vec::new();
    for seed in 0..500 {
        let mut stream = within("the server's port", TcpStream::connect(far.address)).await.expect("it listens");
        // Those who came first may have had to make room.
        let _ = stream.write_all(&payload::bytes(60, seed)).await;
        probes.push(stream);
    }
    check_serves(far.address, method).await;
}

/// `parasol server` as a program of its own, so that what it takes is known.
async fn program(method: Method) -> Parasol {
    let mut command = parasol::command(&["server", "-p", "0", "-m", method.name()]);
    command.args(["-s", "127.0.0.1", "--allow-private-targets"]).env("PARASOL_PASSWORD", password(method));
    Parasol::from(&mut command).await.expect("it starts")
}
