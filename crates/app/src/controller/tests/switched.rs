//! By whom a group hears that another member is to be used, and where it says why: real servers and real traffic.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

use super::bench::{Bench, echo, free_port, is_on, reaches, say};
use super::groups::{any, group, save, server, settings, uses, why};
use super::networks::reroute;
use crate::group::Policy;
use crate::log::{Log, LogLine};
use crate::relay::Relay;
use crate::state::{ChangeReason, MemberHealth};

/// Stands before a server and does with each connection as it is told.
struct Front {
    at: SocketAddr,
    does: watch::Sender<Does>,
    came: Arc<AtomicUsize>,
}

#[derive(Clone, Copy)]
enum Does {
    /// Passes everything on, the first of it so late: the server is far away.
    PassesOn(Duration),
    /// Answers with what was sealed with no key.
    MakesNoise,
}

impl Front {
    async fn of(server: &Relay, away: Duration) -> Front {
        let behind = server.bound()[0].listen;
        let listener = TcpListener::bind(any()).await.unwrap();
        let (does, told) = watch::channel(Does::PassesOn(away));
        let front = Front { at: listener.local_addr().unwrap(), does, came: Arc::default() };
        let came = Arc::clone(&front.came);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                came.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(near, behind, *told.borrow()));
            }
        });
        front
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::Relaxed)
    }
}

async fn serve(mut near: TcpStream, behind: SocketAddr, does: Does) -> std::io::Result<()> {
    match does {
        Does::PassesOn(late) => {
            let mut far = TcpStream::connect(behind).await?;
            // How long it takes is what is measured and compared, and by more than a margin: no order of events stands for it.
            tokio::time::sleep(late).await;
            copy_bidirectional(&mut near, &mut far).await?;
        }
        Does::MakesNoise => {
            let asked = near.read(&mut [0; 4096]).await?;
            near.write_all(&[0x5a; 256]).await?;
            // Until it is let go, so that nothing but the noise can have told anything.
            while asked > 0 && near.read(&mut [0; 4096]).await? > 0 {}
        }
    }
    Ok(())
}

const NEAR: Duration = Duration::ZERO;

/// What this thread says from now on: the controller runs on it.
fn listen() -> (Log, DefaultGuard) {
    let log = Log::default();
    let heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.layer()));
    (log, heard)
}

/// Whether the log says that this member took the place of that one, and why.
fn says(log: &Log, from: &str, to: &str, why: &str) -> bool {
    let is = |line: &LogLine, name: &str, begins: &str| {
        line.fields.iter().any(|field| field.name == name && field.value.starts_with(begins))
    };
    let told = |line: &LogLine| line.message == "another member of the group is used";
    let all = |line: &LogLine| told(line) && is(line, "from", from) && is(line, "to", to) && is(line, "why", why);
    log.between(0, u64::MAX).iter().any(all)
}

#[tokio::test]
async fn traffic_alone_tells_that_a_server_fails_and_the_next_one_is_used() {
    let (log, _heard) = listen();
    let (first, second) = (server(any()), server(any()));
    let fronts = [Front::of(&first, NEAR).await, Front::of(&second, NEAR).await];
    let bench = Bench::seldom_probing(settings().await).await;
    let ids = save(&bench, &fronts.each_ref().map(|front| front.at)).await;
    group(&bench, Policy::Fallback, &ids, 1).await;
    let state = bench.on().await;
    let target = echo().await;
    // A change of the network has the one in use probed now; and then not again for an hour, whatever it is suspected of.
    reroute(&bench, Some([10, 0, 0, 2]));
    bench.until(|state| state.groups[0].members[0].latency_micros.is_some()).await;
    say(state.local_port, target, b"first").await;
    let before = fronts[0].came();

    fronts[0].does.send_replace(Does::MakesNoise);
    assert!(!reaches(state.local_port, target).await);
    assert!(bench.settled().await.active.as_ref() == Some(&ids[0]), "one failure may be an accident");
    assert!(!reaches(state.local_port, target).await);
    let state = bench.until(|state| uses(state, &ids[1], ChangeReason::Failed)).await;
    assert_eq!(state.groups[0].members[0].health, MemberHealth::Bad);
    let change = state.groups[0].changed.clone().unwrap();
    assert_eq!((change.from, change.to), (Some(fronts[0].at.to_string()), fronts[1].at.to_string()));
    assert_eq!(fronts[0].came(), before + 2, "a probe has told it, or might have");
    say(state.local_port, target, b"second").await;
    assert!(says(&log, &ids[0], &ids[1], "Failed"), "{:#?}", log.between(0, u64::MAX));
    bench.off().await;
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn the_fastest_server_is_used_and_another_one_when_that_is_faster() {
    const AWAY: Duration = Duration::from_millis(400);
    const MUCH: usize = 60_000;
    let moved = |server: &Relay| server.ports()[0].tx + server.ports()[0].rx;
    let (log, _heard) = listen();
    let servers = [server(any()), server(any())];
    let fronts = [Front::of(&servers[0], AWAY).await, Front::of(&servers[1], NEAR).await];
    let bench = Bench::with(settings().await).await;
    let ids = save(&bench, &fronts.each_ref().map(|front| front.at)).await;
    group(&bench, Policy::Fastest, &ids, 1).await;
    let port = bench.on().await.local_port;
    let target = echo().await;
    for (far, near) in [(0, 1), (1, 0)] {
        fronts[far].does.send_replace(Does::PassesOn(AWAY));
        fronts[near].does.send_replace(Does::PassesOn(NEAR));
        let faster = |why| matches!(why, Some(ChangeReason::Faster { .. }));
        let state =
            bench.until(|state| is_on(state) && state.active.as_ref() == Some(&ids[near]) && faster(why(state))).await;
        let Some(ChangeReason::Faster { micros, before_micros }) = why(&state) else { panic!("{:?}", why(&state)) };
        assert!(micros < before_micros && u128::from(before_micros) >= AWAY.as_micros(), "{micros} {before_micros}");
        assert!(says(&log, &ids[far], &ids[near], "Faster"), "{:#?}", log.between(0, u64::MAX));
        // Probes go through both, and move little.
        let before = servers.each_ref().map(moved);
        say(port, target, &[7; MUCH]).await;
        let after = servers.each_ref().map(moved);
        assert!(after[near] - before[near] >= MUCH as u64 && after[far] - before[far] < MUCH as u64);
    }
    bench.off().await;
    for server in servers {
        server.stop().await;
    }
}

#[tokio::test]
async fn by_chance_each_server_that_works_is_used_and_one_that_does_not_is_left() {
    let (log, _heard) = listen();
    let servers = [server(any()), server(any())];
    let dead = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let bench = Bench::with(settings().await).await;
    let ids = save(&bench, &[servers[0].bound()[0].listen, dead, servers[1].bound()[0].listen]).await;
    group(&bench, Policy::Random, &ids, 1).await;
    let target = echo().await;
    let (mut used, mut left) = (HashSet::new(), false);
    // So often that what is missing then is missing for another reason than chance.
    for _ in 0..200 {
        let port = bench.on().await.local_port;
        let works = |id: Option<&String>| id.is_some_and(|id| *id != ids[1] && ids.contains(id));
        let state = bench.until(|state| is_on(state) && works(state.active.as_ref())).await;
        say(port, target, b"by chance").await;
        let active = state.active.clone().unwrap();
        left |= why(&state) == Some(ChangeReason::Failed) && says(&log, &ids[1], &active, "Failed");
        used.insert(active);
        bench.off().await;
        if used.len() == 2 && left {
            break;
        }
    }
    assert_eq!((used.len(), left), (2, true), "{:#?}", log.between(0, u64::MAX));
    for server in servers {
        server.stop().await;
    }
}
