//! stop() ends every task, whatever stage its flow is in; signals end the program with 0.

use harness::deadline::within;
use harness::parasol::{self, Parasol};
use harness::payload;
use harness::peer::free_address;
use harness::socks5;
use harness::target::{Manner, Swallowing, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::{FlowEnd, Stage, Verdict};
use parasol_proto::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::running::{Running, config, direct, local, mixed, password, server, server_config};

const METHOD: Method = Method::Blake3Aes128Gcm;

#[tokio::test]
async fn stop_ends_flows_in_every_stage_and_frees_the_port() {
    let far = server(METHOD);
    let swallowing = Swallowing::start().await;
    let silent = Target::start(Manner::Silent).await;
    let echo = Target::start(Manner::Echo).await;
    let relay = Running::start(config(vec![
        mixed(server_config(far.address, METHOD)),
        mixed(server_config(swallowing.address, METHOD)),
        mixed(server_config(silent.address, METHOD)),
        direct(),
    ]));
    let ports: Vec<_> = relay.engine.bound().iter().map(|bound| bound.listen).collect();

    let mut streams = Vec::new();
    // Handshake: nothing said, half a request said.
    streams.push(TcpStream::connect(ports[0]).await.expect("it listens"));
    streams.push(socks5::greeted(ports[0]).await);
    // Connect.
    let mut connecting = socks5::greeted(ports[1]).await;
    connecting.write_all(&socks5::request(echo.address)).await.expect("it listens");
    streams.push(connecting);
    // Stream, in wait of a first byte; and after bytes both ways.
    let mut waiting = socks5::connect(ports[2], echo.address).await.expect("it takes connections");
    waiting.write_all(b"ping").await.expect("it listens");
    streams.push(waiting);
    for port in [ports[0], ports[3]] {
        let mut stream = socks5::connect(port, echo.address).await.expect("it works");
        stream.write_all(b"ping").await.expect("it works");
        within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it works");
        streams.push(stream);
    }
    // A client that does not read while the target sends without end.
    let stuffing = Target::start(Manner::Sends(payload::bytes(payload::LARGE, 12))).await;
    streams.push(socks5::connect(ports[3], stuffing.address).await.expect("it works"));
    let open = streams.len();
    while relay.engine.ports().iter().map(|port| port.open).sum::<u32>() < u32::try_from(open).expect("a few") {
        tokio::task::yield_now().await;
    }

    let flows = relay.stop().await;
    assert_eq!(flows.len(), open, "{flows:?}");
    for flow in &flows {
        assert_eq!((&flow.end, flow.verdict()), (&FlowEnd::Cancelled, Verdict::Cancelled), "{flow:?}");
    }
    for stage in [Stage::Handshake, Stage::Connect, Stage::Stream] {
        assert!(flows.iter().any(|flow| flow.stage == stage), "{stage:?} was met");
    }
    for mut stream in streams {
        // The end, or a reset where bytes lay unread.
        let _ = within("the end", stream.read_to_end(&mut Vec::new())).await;
    }
    for port in ports {
        TcpListener::bind(port).await.expect("the port is free again");
    }
}

#[tokio::test]
async fn the_next_run_has_the_same_ports_at_once_however_the_last_one_ended() {
    let echo = Target::start(Manner::Echo).await;
    let port = free_address().await.port().to_string();
    let args = ["server", "-s", "127.0.0.1", "-p", &port, "-m", METHOD.name(), "--allow-private-targets"];
    let key = password(METHOD);
    for signal in ["TERM", "KILL", "KILL", "TERM"] {
        let mut server = Parasol::from(parasol::command(&args).env("PARASOL_PASSWORD", &key)).await.expect("it starts");
        let near = local(server_config(server.address, METHOD));
        let mut stream = socks5::connect(near.address, echo.address).await.expect("it works");
        stream.write_all(b"ping").await.expect("it works");
        within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it works");
        let association = Association::open(near.address).await.expect("it is granted");
        let packets = Echo::start().await;
        association.send(&[&header(packets.address), b"ping"]).await;
        assert_eq!(association.answer().await.1, b"ping");
        server.process.signal(signal).await;
        let status = server.process.ended().await;
        assert_eq!(status.code(), (signal == "TERM").then_some(0), "{status:?}");
    }
}

#[tokio::test]
async fn signals_end_the_program_with_0_while_flows_are_open() {
    let far = server(METHOD);
    let port = far.address.port().to_string();
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD.name(), "-k", &password(METHOD), "-l", "0"];
    let echo = Target::start(Manner::Echo).await;
    for signal in ["TERM", "INT"] {
        let mut relay = Parasol::start(&args).await.expect("it starts");
        let mut stream = socks5::connect(relay.address, echo.address).await.expect("it works");
        stream.write_all(b"ping").await.expect("it works");
        within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it works");
        relay.process.signal(signal).await;
        // Ending too late is the program's own failure, with code 1: it gives itself less than two seconds.
        assert_eq!(relay.process.ended().await.code(), Some(0), "{signal}: {}", relay.process.log());
        assert_eq!(within("the end", stream.read(&mut [0; 4])).await.unwrap_or(0), 0);
    }
}
