use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::Receiver;

use super::bench::{Bench, echo, say, soon};
use crate::command::Command;
use crate::connections::{Connection, ConnectionsSeen, EndedHow};
use crate::sample::{StageCode, VerdictCode};

/// The first connection that is told of as described.
async fn told(watched: &mut Receiver<ConnectionsSeen>, described: impl Fn(&Connection) -> bool) -> Connection {
    soon(async {
        loop {
            let seen = watched.recv().await.expect("the controller runs");
            if let Some(found) = seen.changed.into_iter().find(&described) {
                return found;
            }
        }
    })
    .await
}

#[tokio::test]
async fn connections_are_told_of_while_they_live_and_when_they_have_ended() {
    let bench = Bench::new().await;
    let mut watched = bench.parasol.watch_connections();
    assert!(soon(watched.recv()).await.is_some_and(|seen| seen.anew && seen.changed.is_empty()));
    let (port, target) = (bench.on().await.local_port, echo().await);
    let stream = say(port, target, &[7; 1000]).await;
    let open = told(&mut watched, |one| one.stage == StageCode::Stream).await;
    assert_eq!((open.port, open.target, open.end), (port, Some(target.to_string()), None));
    assert!(open.server.is_some() && open.reached.stream.is_some());
    let ours = stream.local_addr().unwrap().to_string();
    assert_eq!(open.client, ours);

    drop(stream);
    let closed = told(&mut watched, |one| one.end.is_some()).await;
    assert_eq!((closed.id, closed.up, closed.down), (open.id, 1000, 1000));
    assert_eq!(closed.end.map(|end| end.how), Some(EndedHow::ClientDone));

    // Who comes later is told of both kinds at once.
    let _stream = say(port, target, b"ping").await;
    let mut later = bench.parasol.watch_connections();
    let all = soon(later.recv()).await.expect("the controller runs");
    assert!(all.anew && all.changed.iter().any(|one| one.end.is_none()));
    assert!(all.changed.iter().any(|one| one.id == closed.id));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_program_that_connected_is_found_out_and_stays_when_it_has_ended() {
    let bench = Bench::new().await;
    let (port, target) = (bench.on().await.local_port, echo().await);
    let mut watched = bench.parasol.watch_connections();
    let stream = say(port, target, b"ping").await;
    let open = told(&mut watched, |one| one.program.is_some()).await;
    let program = open.program.clone().unwrap();
    assert_eq!((program.pid, open.end), (std::process::id(), None));
    assert_eq!(program.name, std::fs::read_to_string("/proc/self/comm").unwrap().trim_end());
    drop(stream);
    let closed = told(&mut watched, |one| one.end.is_some()).await;
    assert_eq!((closed.id, closed.program.as_ref()), (open.id, Some(&program)));
    let mut later = bench.parasol.watch_connections();
    let all = soon(later.recv()).await.expect("the controller runs").changed;
    assert!(all.iter().any(|one| one.id == open.id && one.program.as_ref() == Some(&program)));
}

#[tokio::test]
async fn one_is_closed_by_hand_and_the_others_go_on() {
    let bench = Bench::new().await;
    let (port, target) = (bench.on().await.local_port, echo().await);
    let mut watched = bench.parasol.watch_connections();
    let (mut one, mut other) = (say(port, target, b"one").await, say(port, target, b"other").await);
    let ours = one.local_addr().unwrap().to_string();
    let open = told(&mut watched, |connection| connection.client == ours).await;
    bench.send(Command::CloseConnections { ids: vec![open.id, open.id, 0, u64::MAX] });
    let closed = told(&mut watched, |one| one.end.is_some()).await;
    assert_eq!((closed.id, closed.end.map(|end| end.how)), (open.id, Some(EndedHow::Closed)));
    assert!(!matches!(soon(one.read(&mut [0; 1])).await, Ok(1..)));
    other.write_all(b"!").await.unwrap();
    soon(other.read_exact(&mut [0; 1])).await.unwrap();

    // Of a relay before this one, nothing can be closed.
    bench.off().await;
    let port = bench.on().await.local_port;
    let _again = say(port, target, b"ping").await;
    bench.send(Command::CloseConnections { ids: vec![open.id] });
    let still = told(&mut watched, |one| one.id != open.id && one.end.is_none()).await;
    assert_eq!(still.end, None);
}

#[tokio::test]
async fn what_was_given_up_says_why() {
    let bench = Bench::new().await;
    bench.send(Command::SelectProfile { id: "dead".into() });
    let on = bench.on().await;
    let mut watched = bench.parasol.watch_connections();
    let asked = tokio::spawn(super::bench::through(on.local_port, "192.0.2.1:443".parse().unwrap()));
    let closed = told(&mut watched, |one| one.end.is_some()).await;
    let given_up = EndedHow::GivenUp { verdict: VerdictCode::Refused };
    assert_eq!((closed.end.map(|end| end.how), closed.stage), (Some(given_up), StageCode::Connect));
    let _ = asked.await;
}
