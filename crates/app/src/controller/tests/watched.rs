use tokio::sync::mpsc::Receiver;

use super::bench::{Bench, echo, is_on, say, soon};
use crate::command::Command;
use crate::sample::{HopState, Protocol, Sample, VerdictCode, Watched};
use crate::state::Actual;

/// The first sample that is as described.
async fn sample(watched: &mut Receiver<Watched>, described: impl Fn(&Sample) -> bool) -> Sample {
    soon(async {
        loop {
            if let Some(Watched::Sample { sample }) = watched.recv().await
                && described(&sample)
            {
                return sample;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_watcher_gets_the_past_and_then_samples() {
    let bench = Bench::new().await;
    let mut watched = bench.parasol.watch();
    assert_eq!(soon(watched.recv()).await, Some(Watched::History { points: vec![] }));
    let off = sample(&mut watched, |_| true).await;
    assert_eq!((off.ports, off.path.server.state), (vec![], HopState::Unknown));

    let on = bench.on().await;
    let _open = say(on.local_port, echo().await, &[7; 1000]).await;
    let moved = sample(&mut watched, |sample| sample.ports.iter().any(|port| port.down_total == 1000)).await;
    let [port] = &moved.ports[..] else { panic!("{moved:?}") };
    assert_eq!((port.port, port.up_total, port.flows, &*port.profile), (on.local_port, 1000, 1, "Built-in"));
    assert_eq!(port.protocols, Protocol::MIXED);
    assert_eq!(moved.path.internet.state, HopState::Good);
    assert!(moved.path.server.micros.is_some());

    // Who comes later gets the chart up to now.
    let Some(Watched::History { points }) = soon(bench.parasol.watch().recv()).await else { panic!("no past") };
    assert!(!points.is_empty());
}

#[tokio::test]
async fn totals_go_on_over_a_changeover_and_start_anew_when_switched_on() {
    let bench = Bench::new().await;
    let mut watched = bench.parasol.watch();
    let port = bench.on().await.local_port;
    drop(say(port, echo().await, &[7; 1000]).await);
    sample(&mut watched, |sample| sample.ports.iter().any(|port| port.up_total == 1000)).await;
    // Asking for what is already so begins nothing.
    bench.switch(true);
    bench.send(Command::SelectProfile { id: "dead".into() });
    bench.until(|state| state.active.as_deref() == Some("dead") && is_on(state)).await;
    let total = sample(&mut watched, |sample| sample.ports.iter().any(|port| port.profile != "Built-in")).await;
    assert_eq!(total.ports[0].up_total, 1000);

    bench.switch(false);
    bench.until(|state| state.actual == Actual::Off).await;
    bench.switch(true);
    bench.until(is_on).await;
    sample(&mut watched, |sample| sample.ports.iter().any(|port| port.up_total == 0)).await;
}

#[tokio::test]
async fn what_was_given_up_is_listed_with_the_hop_where_it_failed() {
    let bench = Bench::new().await;
    bench.send(Command::SelectProfile { id: "dead".into() });
    let on = bench.on().await;
    let mut watched = bench.parasol.watch();
    // The server refuses, so the request cannot succeed; that the client is told is the relay's affair.
    let target = "192.0.2.1:443".parse().unwrap();
    let asked = tokio::spawn(super::bench::through(on.local_port, target));
    let seen = sample(&mut watched, |sample| !sample.given_up.is_empty()).await;
    let [group] = &seen.given_up[..] else { panic!("{seen:?}") };
    assert_eq!((group.verdict, group.target.as_deref()), (VerdictCode::Refused, Some("192.0.2.1:443")));
    assert_eq!((group.server.as_deref(), group.count, seen.given_up_today), (Some("127.0.0.1:1"), 1, 1));
    assert_eq!((seen.path.server.state, seen.path.server.verdict), (HopState::Failed, Some(VerdictCode::Refused)));
    let _ = asked.await;

    bench.off().await;
    bench.switch(true);
    // Off and on is what people try first, and the reasons are still wanted then.
    let anew = sample(&mut watched, |sample| sample.path.server.state == HopState::Unknown).await;
    assert_eq!((anew.given_up.len(), anew.given_up_today), (1, 1));
}
