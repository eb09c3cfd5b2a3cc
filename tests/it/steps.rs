//! What the engine tells of the steps that a flow takes.

use std::time::Instant;

use harness::deadline::{DEADLINE, within};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Deadlines, Step};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, SHORT, config, direct, local, server, server_config};
use crate::wire::METHODS;

/// A client may connect long before it has something to ask; its idleness is not the path's slowness.
#[tokio::test]
async fn a_request_is_timed_from_its_first_byte_and_not_from_accept() {
    let mut patient = config(vec![direct()]);
    patient.deadlines.handshake = DEADLINE;
    let relay = Running::start(patient);
    let target = Target::start(Manner::Echo).await;
    let mut waiting = within("the proxy's port", TcpStream::connect(relay.address)).await.expect("it listens");
    within("accept", async {
        while relay.engine.ports()[0].open == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;

    // It waits for as long as another relay puts up with a client that says nothing.
    let mut short = config(vec![direct()]);
    short.deadlines = Deadlines { handshake: SHORT, ..Deadlines::default() };
    let short = Running::start(short);
    let mut silent = within("the proxy's port", TcpStream::connect(short.address)).await.expect("it listens");
    let _ = within("the end of patience", silent.read(&mut [0])).await;

    let began = Instant::now();
    waiting.write_all(socks5::GREETING).await.expect("the relay reads");
    within("the choice", waiting.read_exact(&mut [0; 2])).await.expect("the relay answers");
    waiting.write_all(&socks5::request(target.address)).await.expect("the relay reads");
    assert_eq!(socks5::reply(&mut waiting).await.expect("a reply"), 0);
    let at_most = began.elapsed();
    let told = relay.steps(Step::Requested);
    assert!(told.len() == 1 && told[0] <= at_most, "{told:?} of {at_most:?}");
}

#[tokio::test]
async fn connecting_and_the_first_byte_are_told_once_a_flow() {
    let mut relays = vec![(Running::start(config(vec![direct()])), None)];
    for method in METHODS {
        let far = server(method);
        relays.push((local(server_config(far.address, method)), Some(far)));
    }
    let target = Target::start(Manner::Echo).await;
    for (near, far) in &relays {
        let began = Instant::now();
        let mut stream = socks5::connect(near.address, target.address).await.expect("it works");
        for _ in 0..3 {
            stream.write_all(b"ping").await.expect("it works");
            within("the echo", stream.read_exact(&mut [0; 4])).await.expect("it works");
        }
        let at_most = began.elapsed();
        for relay in [Some(near), far.as_ref()].into_iter().flatten() {
            for step in [Step::Requested, Step::Connected, Step::FirstByte] {
                let told = relay.steps(step);
                assert!(told.len() == 1 && told[0] <= at_most, "{step:?}: {told:?} of {at_most:?}");
            }
        }
    }
}
