//! Changes of the network, and sleeps, as they come to all that runs.

use std::path::Path;
use std::time::{Duration, Instant};

use parasol_platform::network::Facts;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::bench::{Bench, echo, free_port, is_on, say, soon};
use crate::command::Command;
use crate::controller::proxy_look::EACH;
use crate::problem::Problem;
use crate::state::{Actual, ProxyActual};

/// Says with each start where it is to listen, and leads to the server as it is.
const LEADS: &str = "#!/usr/bin/env python3
import os, socket, threading
listen = (os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT']))
listener = socket.create_server(listen)
with open(__file__ + '.starts', 'a') as starts:
    print(listen[1], file=starts)
while True:
    listener.accept()
";

/// The ports of each start, once there were so many.
async fn starts(script: &str, many: usize) -> Vec<String> {
    let path = Path::new(script).with_extension("starts");
    soon(async {
        loop {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let ports: Vec<String> = text.lines().map(str::to_owned).collect();
            if ports.len() >= many {
                return ports;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

pub(super) fn reroute(bench: &Bench, way: Option<[u8; 4]>) {
    bench.network.change(|facts| facts.ways = [way.map(Into::into), None]);
    bench.network.stir();
}

/// Returns when the controller has heard of what is changed here: the look again after the change comes a second later.
async fn hears(bench: &Bench, change: impl FnOnce(&mut Facts)) {
    let looks = bench.network.looks();
    bench.network.change(change);
    bench.network.stir();
    soon(async {
        while bench.network.looks() < looks + 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_plugin_is_started_anew_where_it_was_over_each_network_that_leads_anywhere() {
    let bench = Bench::new().await;
    let script = bench.plugin("leads", LEADS);
    let id = bench.save_plugged("Leads", &script).await;
    bench.send(Command::SelectProfile { id });
    bench.switch(true);
    bench.until(is_on).await;
    assert_eq!(starts(&script, 1).await.len(), 1);
    reroute(&bench, Some([10, 0, 0, 2]));
    let twice = starts(&script, 2).await;
    assert_eq!(twice[0], twice[1], "flows find it where it was");
    // Without a way anywhere it would only end again.
    reroute(&bench, None);
    let looks = bench.network.looks();
    soon(async {
        while bench.network.looks() == looks {
            tokio::task::yield_now().await;
        }
    })
    .await;
    reroute(&bench, Some([10, 0, 0, 3]));
    assert_eq!(starts(&script, 3).await.len(), 3, "not for the time without a way");
    assert!(is_on(&*bench.until(|_| true).await));
}

#[tokio::test]
async fn a_clock_on_the_wall_that_is_set_ahead_starts_no_plugin_anew_and_a_sleep_does() {
    let bench = Bench::new().await;
    hears(&bench, |facts| facts.ways = [Some([10, 0, 0, 2].into()), None]).await;
    let script = bench.plugin("leads", LEADS);
    let id = bench.save_plugged("Leads", &script).await;
    bench.send(Command::SelectProfile { id });
    bench.switch(true);
    bench.until(is_on).await;
    let before = starts(&script, 1).await;
    for (wall_only, many) in [(true, before.len()), (false, before.len() + 1)] {
        let sets = |Facts { clocks, .. }: &mut Facts| {
            clocks.wall += Duration::from_secs(3600);
            clocks.total += Duration::from_secs(if wall_only { 0 } else { 3600 });
        };
        hears(&bench, sets).await;
        assert_eq!(starts(&script, many).await.len(), many, "by the wall alone: {wall_only}");
    }
}

#[tokio::test]
async fn what_stays_within_this_machine_is_not_touched() {
    let bench = Bench::new().await;
    let on = bench.on().await;
    let mut open = say(on.local_port, echo().await, b"before").await;
    let moves = |facts: &mut Facts| {
        facts.ways = [Some([10, 0, 0, 3].into()), None];
        facts.addresses = Some([[10, 0, 0, 3].into()].into());
        facts.clocks.total += Duration::from_secs(3600);
    };
    hears(&bench, moves).await;
    open.write_all(b"after").await.unwrap();
    let mut heard = [0; 5];
    soon(open.read_exact(&mut heard)).await.unwrap();
    assert_eq!(&heard, b"after");
    drop(say(on.local_port, echo().await, b"anew").await);
}

#[tokio::test]
async fn what_others_made_of_the_system_proxy_is_seen_with_the_change_and_not_at_the_next_look() {
    let bench = Bench::new().await;
    let begun = Instant::now();
    bench.on().await;
    bench.fake.change(&[("mode", Some("none"))].into_iter().collect());
    reroute(&bench, Some([10, 0, 0, 2]));
    let taken = ProxyActual::Failed { problem: Problem::ProxyTaken };
    bench.until(|state| state.system_proxy.actual == taken).await;
    assert!(begun.elapsed() < EACH, "it was looked at before that was due");
}

#[tokio::test]
async fn what_could_not_be_had_over_the_network_before_is_tried_over_the_next() {
    let bench = Bench::with(serde_json::json!({"local_port": free_port()})).await;
    let late = bench.dir.path().join("late").display().to_string();
    let id = bench.save_plugged("Late", &late).await;
    bench.send(Command::SelectProfile { id });
    bench.switch(true);
    let missing = |actual: &Actual| matches!(actual, Actual::Failed { problem: Problem::PluginMissing { .. } });
    bench.until(|state| missing(&state.actual)).await;
    bench.plugin("late", LEADS);
    reroute(&bench, Some([10, 0, 0, 2]));
    bench.until(is_on).await;
}
