//! What this machine does not have: a free port, more descriptors.

use std::sync::Arc;
use std::time::Duration;

use harness::deadline::{DEADLINE, within};
use harness::parasol::{self, Parasol};
use harness::payload;
use harness::process::Process;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_app::problem::Problem;
use parasol_app::relay::{Relay, RelaySpec};
use parasol_engine::{Engine, EngineConfig, StartError, Verdict};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::running::{Running, config, direct, password, server, server_config};

#[tokio::test]
async fn a_taken_port_is_named_and_nothing_is_left_behind() {
    let holder = Running::start(config(vec![direct()]));
    let (mut free, mut taken) = (direct(), direct());
    free.name = "free".to_owned();
    taken.listen = holder.address;
    match Engine::start(config(vec![free, taken]), Arc::new(())) {
        Err(StartError::AddressInUse { address, udp: false }) => assert_eq!(address, holder.address),
        other => panic!("{other:?}"),
    }
    // The holder was not disturbed.
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(holder.address, target.address).await.expect("it works");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("it works").len, 4);
}

#[tokio::test]
async fn a_taken_port_names_the_process_that_holds_it() {
    let holder = Running::start(config(vec![direct()]));
    let spec = RelaySpec::local(holder.address, server_config(holder.address, Method::Aes128Gcm));
    match Relay::start(spec, Arc::new(())) {
        Err(Problem::PortTaken { port, pid, next_free, .. }) => {
            assert_eq!(port, holder.address.port());
            assert_eq!(pid, Some(std::process::id()));
            assert!(next_free.is_none_or(|free| free > port));
        }
        other => panic!("{other:?}"),
    }
}

/// A program that has only a few descriptors more than it started with is met by 100 connections. Those that do not fit
/// wait; nothing spins; when the first have left, it serves again.
#[tokio::test]
async fn running_out_of_descriptors_is_survived_without_spinning() {
    let far = server(METHOD);
    let idle = limited(1024, &far).await;
    let open = idle.process.descriptors();
    drop(idle);
    let relay = limited(open + 5, &far).await;

    let crowd = crowd(&relay).await;
    // One more is heard only when there is room. How much the processor did meanwhile tells waiting from spinning.
    let mut last = within("a place in the queue", TcpStream::connect(relay.address)).await.expect("it listens");
    last.write_all(socks5::GREETING).await.expect("the kernel takes it");
    let before = cpu_time(relay.process.id());
    let window = Duration::from_secs(2);
    let heard = tokio::time::timeout(window, last.read_u16()).await;
    assert!(heard.is_err(), "with 5 descriptors nobody serves 101 connections: {heard:?}");
    let spent = cpu_time(relay.process.id()).saturating_sub(before);
    assert!(spent < window / 2, "{spent:?} of processor time in {window:?}");

    drop(crowd);
    let choice = within("room for the last one", last.read_u16()).await.expect("it is served");
    assert_eq!(choice, 0x0500);
}

/// Silent connections make room for one that talks, long before their time is up.
#[tokio::test]
async fn a_crowd_of_silent_connections_keeps_nobody_out() {
    let far = server(METHOD);
    let relay = limited(64, &far).await;
    let _crowd = crowd(&relay).await;
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(relay.address, target.address).await.expect("it serves");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("it serves").len, 4);
}

const METHOD: Method = Method::Aes128Gcm;

/// `parasol local` in front of `far`, with so many descriptors.
async fn limited(descriptors: usize, far: &Running) -> Parasol {
    let port = far.address.port().to_string();
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD.name(), "-l", "0"];
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -n {descriptors} && exec \"$0\" \"$@\"")]).arg(parasol::path()).args(args);
    command.env("PARASOL_PASSWORD", password(METHOD));
    Parasol::from(&mut command).await.expect("these are enough to start")
}

/// A hundred clients that connect and say nothing.
async fn crowd(relay: &Parasol) -> Vec<TcpStream> {
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(within("a place in the queue", TcpStream::connect(relay.address)).await.expect("it listens"));
    }
    crowd
}

/// With too few descriptors to start, it says so and ends with 1; it never panics, and what starts also stops.
#[tokio::test]
async fn too_few_descriptors_to_start_are_an_error_in_words() {
    let mut refused = 0;
    // Below this even the runtime has too few to watch for signals.
    for limit in 10..32 {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {limit} && exec \"$0\" demo -l 0")]).arg(parasol::path());
        let mut process = Process::start(&mut command);
        match process.until(|line| line.starts_with("listening on ").then_some(())).await {
            Ok(()) => process.terminate().await,
            Err(died) => {
                refused += 1;
                assert!(!died.log.contains("panicked") && !died.log.trim().is_empty(), "{limit}: {}", died.log);
            }
        }
        let code = process.ended().await.code();
        assert!(matches!(code, Some(0 | 1)), "{limit}: {code:?} {}", process.log());
    }
    assert!(refused > 0, "10 descriptors are not enough for anything");
}

/// Those who connect and say nothing cannot keep others out, and nobody who works is given up for anybody.
#[tokio::test]
async fn silent_clients_make_room_for_others_and_busy_ones_do_not() {
    let mut config = EngineConfig { max_flows: 8, ..config(vec![direct()]) };
    // Not what ends a silent client here.
    config.deadlines.handshake = DEADLINE;
    let mut relay = Running::start(config);
    let target = Target::start(Manner::Echo).await;
    let mut busy = Vec::new();
    for _ in 0..2 {
        busy.push(socks5::connect(relay.address, target.address).await.expect("there is room"));
    }
    let mut crowd = Vec::new();
    for _ in 0..50 {
        crowd.push(within("a place in the queue", TcpStream::connect(relay.address)).await.expect("it listens"));
    }
    let newcomer = socks5::connect(relay.address, target.address).await.expect("room is made for it");
    assert_eq!(payload::exchange(newcomer, b"ping").await.expect("it works").len, 4);

    let silent: Vec<_> = crowd.iter().map(|stream| stream.local_addr().expect("it is connected")).collect();
    let mut given_up = Vec::new();
    // 53 came and 8 may stay; a thread that has just made room may be one ahead.
    while given_up.len() < 53 - 8 - 2 {
        let flow = relay.ended().await;
        match flow.verdict() {
            Verdict::NoResources => {
                assert!(silent.contains(&flow.client), "{flow:?}");
                given_up.push(flow.client);
            }
            verdict => assert_eq!((verdict, flow.tx, flow.rx), (Verdict::Done, 4, 4), "{flow:?}"),
        }
    }
    // They are told. Which they are is not asked: threads that accept at the same time overtake each other.
    for (stream, client) in crowd.iter_mut().zip(&silent).filter(|(_, client)| given_up.contains(client)) {
        let heard = within("the end", stream.read(&mut [0; 16])).await;
        assert!(matches!(heard, Ok(0) | Err(_)), "{client}: {heard:?}");
    }
    for stream in busy {
        assert_eq!(payload::exchange(stream, b"ping").await.expect("it was never given up").len, 4);
    }
}

#[tokio::test]
async fn where_all_are_busy_a_newcomer_waits_for_one_to_leave() {
    let relay = Running::start(EngineConfig { max_flows: 2, ..config(vec![direct()]) });
    let target = Target::start(Manner::Echo).await;
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut stream = socks5::connect(relay.address, target.address).await.expect("there is room");
        stream.write_all(b"ping").await.expect("it works");
        within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it works");
        busy.push(stream);
    }
    let mut newcomer = within("a place in the queue", TcpStream::connect(relay.address)).await.expect("it listens");
    newcomer.write_all(socks5::GREETING).await.expect("the kernel takes it");
    // The newcomer's turn would have come before those bytes' way there and back, many times over.
    for stream in &mut busy {
        for _ in 0..1000 {
            stream.write_all(b"ping").await.expect("it works");
            within("the echo", stream.read_exact(&mut [0; 4])).await.expect("nobody is given up for a newcomer");
        }
    }
    assert_eq!(relay.engine.ports()[0].open, 2);
    drop(busy.pop());
    let choice = within("room for the newcomer", newcomer.read_u16()).await.expect("it is served");
    assert_eq!(choice, 0x0500);
    let stream = busy.pop().expect("one stayed");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("it was never given up").len, 4);
}

/// User and system time of a process, from /proc/PID/stat in ticks of 10 ms.
fn cpu_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    // The second field is the name in parentheses and may hold spaces.
    let rest = stat.rsplit_once(')').expect("the format of proc(5)").1;
    let ticks: u64 = rest.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}
