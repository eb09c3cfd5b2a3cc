//! The history of the traffic, over real relays.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use parasol_proto::{Access, Method};
use serde_json::json;

use super::bench::{Bench, PASSWORD, desktop, directory, echo, free_port, is_on, parasol, say, soon, until};
use super::diagnosed::profile;
use super::ports::draft;
use crate::command::Command;
use crate::controller::Handle;
use crate::millis::millis;
use crate::port::Carries;
use crate::port_draft::PortDraft;
use crate::relay::{Egress, Relay, RelaySpec};
use crate::state::{AppState, Event, PortActual, RoutingMode};
use crate::traffic::{Amount, TrafficPart, TrafficRange, TrafficSeen};

async fn seen(parasol: &Handle) -> TrafficSeen {
    soon(parasol.traffic(TrafficRange::Month)).await.expect("it runs")
}

/// The first look at the history that is as described.
async fn until_seen(parasol: &Handle, described: impl Fn(&TrafficSeen) -> bool) -> TrafficSeen {
    soon(async {
        loop {
            let seen = seen(parasol).await;
            if described(&seen) {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

fn both(bytes: u64) -> Amount {
    Amount { up: bytes, down: bytes }
}

fn names(parts: &[TrafficPart]) -> Vec<(&str, Amount)> {
    parts.iter().map(|part| (part.name.as_str(), part.today)).collect()
}

fn file(dir: &Path) -> Option<String> {
    fs::read_to_string(dir.join("traffic.json")).ok()
}

#[tokio::test]
async fn what_went_through_is_counted_by_port_and_profile_and_is_there_after_a_restart() {
    let bench = Bench::new().await;
    assert_eq!(seen(&bench.parasol).await.total.today, both(0));
    let on = bench.on().await;
    let target = echo().await;
    assert_eq!(soon(bench.parasol.profile_uses()).await, Some(vec![]));
    let before = millis(SystemTime::now());
    drop(say(on.local_port, target, &[7; 1000]).await);
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    assert_eq!(names(&counted.ports), [("Local", both(1000))]);
    assert_eq!((counted.ports[0].port, counted.ports[0].gone), (Some(on.local_port), false));
    assert_eq!(names(&counted.profiles), [("Built-in", both(1000))]);
    assert_eq!(counted.total.steps.iter().map(|step| step.up).sum::<u64>(), 1000);
    // Nobody waits for it to be written while the relay runs.
    assert_eq!(file(bench.dir.path()), None);
    soon(bench.parasol.shutdown()).await;

    let next = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    let again = seen(&next).await;
    assert_eq!((again.total.today, again.total.month), (both(1000), both(1000)));
    assert_eq!(names(&again.profiles), [("Built-in", both(1000))]);
    let uses = soon(next.profile_uses()).await.unwrap();
    let [of] = &uses[..] else { panic!("{uses:?}") };
    assert_eq!((of.id.as_str(), of.today, of.month), ("builtin", both(1000), both(1000)));
    assert!((before..=counted.at_ms).contains(&of.last_ms), "{before} {of:?} {}", counted.at_ms);
    next.send(Command::SetOn { on: true });
    let port = until(&next, is_on).await.local_port;
    drop(say(port, target, &[7; 500]).await);
    until_seen(&next, |seen| seen.total.today == both(1500)).await;
}

#[tokio::test]
async fn traffic_counts_for_the_profile_that_it_went_through_and_for_one_that_is_gone() {
    let bench = Bench::new().await;
    let on = bench.on().await;
    drop(say(on.local_port, echo().await, &[7; 1000]).await);
    // Counted up to the very change, though nobody has looked before.
    bench.send(Command::SelectProfile { id: "dead".into() });
    bench.until(|state| state.active.as_deref() == Some("dead") && is_on(state)).await;
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    assert_eq!(names(&counted.profiles), [("Built-in", both(1000))]);
    bench.send(Command::DeleteProfile { id: "builtin".into() });
    let after = until_seen(&bench.parasol, |seen| seen.profiles.iter().all(|part| part.gone)).await;
    assert_eq!(names(&after.profiles), [("Built-in", both(1000))]);
}

#[tokio::test]
async fn what_goes_directly_goes_through_no_profile() {
    let bench = Bench::new().await;
    bench.send(Command::SetMode { mode: RoutingMode::Direct });
    let on = bench.on().await;
    let target = echo().await;
    drop(say(on.local_port, target, &[7; 1000]).await);
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    assert_eq!((names(&counted.ports), names(&counted.profiles)), (vec![("Local", both(1000))], vec![]));
    bench.send(Command::SetMode { mode: RoutingMode::Global });
    bench.until(|state| state.routing.mode == RoutingMode::Global).await;
    drop(say(on.local_port, target, &[7; 500]).await);
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1500)).await;
    assert_eq!(names(&counted.profiles), [("Built-in", both(500))]);
}

#[tokio::test]
async fn the_address_of_a_profile_without_a_name_is_shown_while_it_is_there_and_written_nowhere() {
    let access = Access::new(Method::Aes256Gcm, PASSWORD).unwrap();
    let server =
        Relay::start(RelaySpec::server(([127, 0, 0, 1], 0).into(), access, Egress::Any), Arc::new(())).unwrap();
    let address = server.bound()[0].listen;
    let bench = Bench::new().await;
    bench.send(profile("", address.port(), ""));
    let of_it =
        |state: &AppState| state.profiles.iter().find(|it| it.title == address.to_string()).map(|it| it.id.clone());
    let id = of_it(&*bench.until(|state| of_it(state).is_some()).await).unwrap();
    bench.send(Command::SelectProfile { id: id.clone() });
    let on = bench.on().await;
    drop(say(on.local_port, echo().await, &[7; 1000]).await);
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    assert_eq!(names(&counted.profiles), [(address.to_string().as_str(), both(1000))]);
    bench.send(Command::DeleteProfile { id });
    let after = until_seen(&bench.parasol, |seen| seen.profiles.iter().all(|part| part.gone)).await;
    assert_eq!(names(&after.profiles), [("", both(1000))]);
    soon(bench.parasol.shutdown()).await;
    let written = file(bench.dir.path()).expect("it is written when the relay has ended");
    assert!(!written.contains(&address.to_string()), "{written}");
    server.stop().await;
}

#[tokio::test]
async fn what_a_port_carried_is_counted_to_its_end_however_it_comes_to_that() {
    let bench = Bench::new().await;
    let port = free_port();
    let is_open = |state: &AppState| state.ports.iter().any(|view| view.actual == PortActual::Open);
    bench.on().await;
    bench.send(Command::SavePort { draft: draft(port) });
    let id = bench.until(is_open).await.ports[0].id.clone();
    drop(say(port, echo().await, &[7; 1000]).await);
    // It is closed and opened anew, under the same name and number.
    let of_tcp = PortDraft { id: Some(id.clone()), carries: Carries::Tcp, ..draft(port) };
    bench.send(Command::SavePort { draft: of_tcp });
    bench.until(|state| is_open(state) && state.ports[0].carries == Carries::Tcp).await;
    // Nobody has looked before.
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    assert_eq!(names(&counted.ports), [("Work", both(1000))]);
    drop(say(port, echo().await, &[7; 500]).await);
    bench.send(Command::DeletePort { id });
    let counted = until_seen(&bench.parasol, |seen| seen.total.today == both(1500)).await;
    assert_eq!(names(&counted.ports), [("Work", both(1500))]);
    assert!(counted.ports[0].gone && names(&counted.profiles) == [("Built-in", both(1500))]);
}

#[tokio::test]
async fn it_is_written_when_the_relay_ends_and_not_when_nothing_moved() {
    let bench = Bench::new().await;
    bench.on().await;
    bench.off().await;
    let on = bench.on().await;
    assert_eq!(file(bench.dir.path()), None);
    drop(say(on.local_port, echo().await, &[7; 1000]).await);
    until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    bench.off().await;
    soon(async {
        while file(bench.dir.path()).is_none() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_history_that_cannot_be_read_is_kept_aside_and_told_of() {
    let dir = directory(json!({"local_port": 0}));
    fs::write(dir.path().join("traffic.json"), [0; 100]).unwrap();
    let fake = parasol_platform::system_proxy::Fake::new([("mode", "none")]);
    let first = parasol(dir.path(), desktop(&fake)).await;
    let kept = dir.path().join("traffic.json.unreadable").display().to_string();
    let state = soon(first.now()).await.unwrap();
    let [notice] = &state.notices[..] else { panic!("{:?}", state.notices) };
    assert_eq!(notice.event, Event::TrafficAnew { kept: kept.clone(), newer: false });
    soon(first.shutdown()).await;
    assert_eq!(fs::read(kept).unwrap(), [0; 100]);
    let next = parasol(dir.path(), desktop(&fake)).await;
    assert_eq!(soon(next.now()).await.unwrap().notices, []);
}

#[tokio::test]
async fn where_it_cannot_be_written_everything_else_goes_on_and_it_ends() {
    let bench = Bench::new().await;
    let on = bench.on().await;
    fs::create_dir_all(bench.dir.path().join("traffic.json.new/in the way")).unwrap();
    drop(say(on.local_port, echo().await, &[7; 1000]).await);
    until_seen(&bench.parasol, |seen| seen.total.today == both(1000)).await;
    bench.off().await;
    assert_eq!(seen(&bench.parasol).await.total.today, both(1000));
    soon(bench.parasol.shutdown()).await;
    assert!(bench.parasol.now().await.is_none());
    assert_eq!(file(bench.dir.path()), None);
}
