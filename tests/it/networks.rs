//! What a change of network does to flows, on two cables between two networks of the test's own.
//!
//! Whoever may not make networks has these tests SKIPPED, and is told so; whoever may must succeed.

mod world;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use harness::deadline::within;
use harness::parasol::Parasol;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_app::NetworkWatch;
use parasol_engine::{Engine, FlowEnd, NetworkChange};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use self::world::{METHOD, World, in_world, ip};
use crate::running::{self, Running, config, mixed, password, server_config};

/// In which the first new request works, and what lost its address is dropped.
const SOON: Duration = Duration::from_secs(5);

/// A flow that has carried something.
async fn flow(proxy: SocketAddr, target: SocketAddr) -> TcpStream {
    let mut stream = socks5::connect(proxy, target).await.expect("the server is reached");
    echoes(&mut stream).await;
    stream
}

async fn echoes(stream: &mut TcpStream) {
    stream.write_all(b"there and back").await.expect("it lives");
    within("the echo", stream.read_exact(&mut [0; 14])).await.expect("it lives");
}

/// Not an end of file, which would pass for all there was.
async fn is_reset(stream: &mut TcpStream) {
    let lost = within("the end of what is lost", stream.read(&mut [0])).await;
    assert_eq!(lost.map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
}

/// Has the engine hear what this system says.
async fn follow(mut watch: NetworkWatch, engine: &Engine) {
    loop {
        let change = watch.changed().await;
        engine.network_changed(NetworkChange { addresses: change.addresses });
    }
}

fn watch() -> NetworkWatch {
    NetworkWatch::of_this_system().expect("everybody may listen")
}

/// A local port for each of the two ways to the server.
fn local(world: &World) -> (Running, [SocketAddr; 2]) {
    let ports = world.servers.map(|server| mixed(server_config(server, METHOD)));
    let local = Running::start(config(ports.into()));
    let at = [0, 1].map(|port: usize| local.engine.bound()[port].listen);
    (local, at)
}

#[test]
fn what_has_lost_its_address_is_reset_and_the_next_request_works() {
    in_world("what_has_lost_its_address_is_reset_and_the_next_request_works", async |world| {
        let (mut local, [at, _]) = local(&world);
        let mut open = flow(at, world.target).await;
        let watch = watch();
        ip("address del 10.77.0.1/24 dev a0");
        ip("route replace default via 10.77.1.2");
        let changed = Instant::now();
        tokio::select! {
            () = follow(watch, &local.engine) => {}
            () = async {
                is_reset(&mut open).await;
                flow(at, world.target).await;
            } => {}
        }
        assert!(changed.elapsed() < SOON, "{:?}", changed.elapsed());
        assert_eq!(local.ended().await.end, FlowEnd::Stranded);
    });
}

#[test]
fn what_the_new_route_leaves_behind_is_found_out_and_what_lives_goes_on() {
    in_world("what_the_new_route_leaves_behind_is_found_out_and_what_lives_goes_on", async |world| {
        let (mut local, [first, second]) = local(&world);
        // To the same server by its other address, over the other cable.
        ip("route add 10.99.0.2 via 10.77.1.2");
        let (mut idle, mut busy) = (flow(first, world.target).await, flow(first, world.target).await);
        let mut living = flow(second, world.target).await;
        let watch = watch();
        // The address stays, and answers to it find no way any more.
        world.far("link set b0 down");
        ip("route replace default via 10.77.1.2");
        busy.write_all(b"into the void").await.expect("the relay takes it");
        tokio::select! {
            () = follow(watch, &local.engine) => {}
            () = async {
                is_reset(&mut idle).await;
                is_reset(&mut busy).await;
                // It was asked like the others.
                echoes(&mut living).await;
            } => {}
        }
        for _ in 0..2 {
            assert_eq!(local.ended().await.end, FlowEnd::Stranded);
        }
        echoes(&mut living).await;
        assert_eq!(local.engine.ports().iter().map(|port| port.open).sum::<u32>(), 1);
    });
}

#[test]
fn what_is_being_dialled_is_dialled_anew() {
    in_world("what_is_being_dialled_is_dialled_anew", async |world| {
        let (local, [at, _]) = local(&world);
        let watch = watch();
        world.far("link set b0 down");
        let mut asked = socks5::greeted(at).await;
        asked.write_all(&socks5::request(world.target)).await.expect("it reads");
        ip("route replace default via 10.77.1.2");
        let changed = Instant::now();
        tokio::select! {
            () = follow(watch, &local.engine) => {}
            reply = socks5::reply(&mut asked) => assert_eq!(reply.expect("it answers"), 0),
        }
        assert!(changed.elapsed() < SOON, "{:?}", changed.elapsed());
    });
}

/// SIGSTOP is what a sleep is to a program whose clock goes on meanwhile.
#[tokio::test]
async fn a_program_that_was_stopped_for_long_gives_up_nothing_for_that() {
    let (server, target) = (running::server(METHOD), Target::start(Manner::Echo).await);
    let (port, password) = (server.address.port().to_string(), password(METHOD));
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD.name(), "-k", &password, "-l", "0", "-t", "5"];
    let local = Parasol::start(&args).await.unwrap_or_else(|died| panic!("{}", died.log));
    let witness = Parasol::start(&args).await.unwrap_or_else(|died| panic!("{}", died.log));
    let mut open = flow(local.address, target.address).await;
    local.process.signal("STOP").await;
    // What runs on gives up three silent flows meanwhile, one after the other: 15 s, more than counts as a pause.
    for _ in 0..3 {
        let mut silent = flow(witness.address, target.address).await;
        let ended = within("the idle time of one that runs", silent.read(&mut [0])).await;
        assert!(!matches!(ended, Ok(1..)));
    }
    local.process.signal("CONT").await;
    let wakes = Instant::now();
    let mut next = flow(local.address, target.address).await;
    assert!(wakes.elapsed() < SOON, "{:?}", wakes.elapsed());
    // Until it has looked for what was silent too long.
    while wakes.elapsed() < Duration::from_secs(2) {
        echoes(&mut next).await;
    }
    echoes(&mut open).await;
}

#[test]
fn the_program_in_a_terminal_follows_the_network() {
    in_world("the_program_in_a_terminal_follows_the_network", async |world| {
        let [server, _] = world.servers;
        let (host, port, password) = (server.ip().to_string(), server.port().to_string(), password(METHOD));
        let args = ["local", "-s", &host, "-p", &port, "-m", METHOD.name(), "-k", &password, "-l", "0"];
        let local = Parasol::start(&args).await.unwrap_or_else(|died| panic!("{}", died.log));
        let mut open = flow(local.address, world.target).await;
        ip("address del 10.77.0.1/24 dev a0");
        ip("route replace default via 10.77.1.2");
        let changed = Instant::now();
        is_reset(&mut open).await;
        flow(local.address, world.target).await;
        assert!(changed.elapsed() < SOON, "{:?}", changed.elapsed());
    });
}
