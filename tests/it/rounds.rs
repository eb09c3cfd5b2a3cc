//! The same load twice over, of every kind at once, through a local and a server of their own: afterwards nothing of it is
//! open, and the second round has left no more memory behind than the first. Hours of this are in `bench/soak`.

use std::net::SocketAddr;
use std::sync::Arc;

use harness::deadline::within;
use harness::parasol::{self, Parasol};
use harness::payload::{self, Sum};
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use parasol_proto::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::running::{Running, local, password, server, server_config};

/// What a round is made of.
#[derive(Debug, Clone, Copy)]
struct Load {
    /// Connections that carry something both ways and end as they should.
    whole: usize,
    /// Connections that break off at some point, and noise at the server's port.
    cut: usize,
    /// Connections that stand silent all the while, and work in the end.
    idle: usize,
    /// Associations with a few datagrams each.
    associations: usize,
}

const MANY: Load = Load { whole: 1500, cut: 500, idle: 50, associations: 30 };
const FEW: Load = Load { whole: 100, cut: 50, idle: 5, associations: 5 };
/// So many connections at once, beside those that stand.
const AT_ONCE: usize = 32;
/// What a second round may leave behind, for what an allocator keeps and a server must remember: a minute of salts. A
/// kilobyte or two of each connection is more.
const MORE_MEMORY: u64 = 4 * 1024 * 1024;

/// Where the load goes in, to where, and through which server.
#[derive(Debug, Clone, Copy)]
struct Way {
    proxy: SocketAddr,
    server: SocketAddr,
    target: SocketAddr,
    datagrams: SocketAddr,
}

#[tokio::test]
async fn a_second_round_leaves_nothing_open_and_no_more_memory_than_the_first() {
    let (target, datagrams) = (Target::start(Manner::Echo).await, Echo::start().await);
    for method in [Method::Aes256Gcm, Method::Blake3Aes128Gcm] {
        let [near, far] = programs(method).await;
        let way =
            Way { proxy: near.address, server: far.address, target: target.address, datagrams: datagrams.address };
        let sides = [("the local", &near), ("the server", &far)];
        let before = sides.map(|(_, side)| side.process.descriptors());
        let mut memory = [[0; 2]; 2];
        for after in &mut memory {
            round(way, MANY).await;
            for ((what, side), before) in sides.iter().zip(before) {
                within(&format!("{method}: the descriptors of {what}"), async {
                    while side.process.descriptors() > before {
                        tokio::task::yield_now().await;
                    }
                })
                .await;
            }
            *after = sides.map(|(_, side)| side.process.memory());
        }
        let [first, second] = memory;
        for (n, (what, side)) in sides.iter().enumerate() {
            let (first, second) = (first[n], second[n]);
            assert!(second <= first + MORE_MEMORY, "{method}: {what} had {first} bytes, then {second}");
            assert!(!side.process.log().contains("panicked"), "{method}: {what}: {}", side.process.log());
        }
    }
}

#[tokio::test]
async fn after_a_round_no_flow_is_open() {
    let (target, datagrams) = (Target::start(Manner::Echo).await, Echo::start().await);
    for method in [Method::ChaCha20Poly1305, Method::Blake3Aes256Gcm] {
        let far = server(method);
        let near = local(server_config(far.address, method));
        let way =
            Way { proxy: near.address, server: far.address, target: target.address, datagrams: datagrams.address };
        round(way, FEW).await;
        let open = |side: &Running| side.engine.ports().iter().map(|port| port.open).sum::<u32>();
        within(&format!("{method}: the end of all flows of the local"), async {
            while open(&near) > 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

/// A local and a server, each a process of its own: what these have open is theirs alone.
async fn programs(method: Method) -> [Parasol; 2] {
    let key = password(method);
    let folder = tempfile::tempdir().expect("a folder");
    // UDP sessions of the server end by their silence.
    let file = folder.path().join("server.json");
    std::fs::write(&file, r#"{"udp_timeout":1}"#).expect("it can be written");
    let file = file.to_str().expect("a temporary folder's name is UTF-8");
    let start = async |args: &[&str]| {
        let mut command = parasol::command(args);
        Parasol::from(command.env("PARASOL_PASSWORD", &key)).await.expect("it starts")
    };
    let name = method.name();
    let far = start(&["server", "-s", "127.0.0.1", "-p", "0", "-m", name, "-c", file, "--allow-private-targets"]).await;
    let port = far.address.port().to_string();
    let near = start(&["local", "-s", "127.0.0.1", "-p", &port, "-m", name, "-l", "0"]).await;
    [near, far]
}

/// All of the load at once; returns when every client is done.
async fn round(way: Way, load: Load) {
    let mut idle = Vec::new();
    for _ in 0..load.idle {
        idle.push(socks5::connect(way.proxy, way.target).await.expect("it works"));
    }
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut clients = JoinSet::new();
    for n in 0..load.whole.max(load.cut).max(load.associations) {
        if n < load.whole {
            spawn(&mut clients, &places, whole(way, n));
        }
        if n < load.cut {
            spawn(&mut clients, &places, cut(way, n));
        }
        if n < load.associations {
            spawn(&mut clients, &places, datagrams(way, n));
        }
    }
    while let Some(done) = clients.join_next().await {
        done.expect("no client fails");
    }
    for (n, stream) in idle.into_iter().enumerate() {
        exchanged(stream, n).await;
    }
}

fn spawn(clients: &mut JoinSet<()>, places: &Arc<Semaphore>, client: impl Future<Output = ()> + Send + 'static) {
    let places = Arc::clone(places);
    clients.spawn(async move {
        let _place = places.acquire().await.expect("it is never closed");
        client.await;
    });
}

async fn whole(way: Way, n: usize) {
    exchanged(socks5::connect(way.proxy, way.target).await.expect("it works"), n).await;
}

async fn exchanged(stream: TcpStream, n: usize) {
    let content = payload::bytes(1 + n * 37 % 20_000, n as u64);
    assert_eq!(payload::exchange(stream, &content).await.expect("it works"), Sum::of(&content));
}

/// Breaks off within the greeting, before the request, after the answer, in the middle of a stream, or says to the server
/// what is no request.
async fn cut(way: Way, n: usize) {
    let reset = |stream: TcpStream| stream.set_zero_linger().expect("it is connected");
    match n % 6 {
        0 => {
            let mut stream = TcpStream::connect(way.proxy).await.expect("it listens");
            stream.write_all(&socks5::GREETING[..1]).await.expect("it reads");
        }
        1 => drop(socks5::greeted(way.proxy).await),
        2 => {
            let mut stream = socks5::greeted(way.proxy).await;
            stream.write_all(&socks5::request(way.target)[..6]).await.expect("it reads");
            reset(stream);
        }
        3 => drop(socks5::connect(way.proxy, way.target).await.expect("it works")),
        4 => {
            let mut stream = socks5::connect(way.proxy, way.target).await.expect("it works");
            stream.write_all(&payload::bytes(30_000, n as u64)).await.expect("it reads");
            reset(stream);
        }
        _ => {
            let mut stream = TcpStream::connect(way.server).await.expect("it listens");
            stream.write_all(&payload::bytes(n % 200, n as u64)).await.expect("it reads");
            reset(stream);
        }
    }
}

async fn datagrams(way: Way, n: usize) {
    let association = Association::open(way.proxy).await.expect("it is granted");
    let header = header(way.datagrams);
    for length in 0..20 {
        let content = payload::bytes(1 + length * 60, n as u64);
        assert_eq!(association.exchange(&header, &content).await.1, content);
    }
}
