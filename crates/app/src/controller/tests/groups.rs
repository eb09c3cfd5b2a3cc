//! Groups: servers that end and come back under a relay that runs, and which member is used.

use std::net::SocketAddr;
use std::sync::Arc;

use parasol_proto::{Access, Method};
use serde_json::json;

use super::bench::{Bench, PASSWORD, echo, is_on, reaches, say};
use super::tested::origin;
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::group::{GroupDraft, Policy};
use crate::relay::{Egress, Relay, RelaySpec};
use crate::state::{Actual, AppState, ChangeReason, MemberHealth};

fn server(listen: SocketAddr) -> Relay {
    let access = Access::new(Method::Aes256Gcm, PASSWORD).unwrap();
    Relay::start(RelaySpec::server(listen, access, Egress::Any), Arc::new(())).unwrap()
}

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A Parasol with profiles for these servers, and their ids.
async fn bench(servers: &[SocketAddr]) -> (Bench, Vec<String>) {
    let url = origin().await;
    let bench = Bench::with(json!({"local_port": 0, "test_url": url, "test_name_server": "127.0.0.1:1"})).await;
    for server in servers {
        let draft = ProfileDraft {
            id: None,
            name: String::new(),
            server: server.ip().to_string(),
            port: server.port().to_string(),
            method: "aes-256-gcm".into(),
            password: Some(PASSWORD.into()),
            plugin: String::new(),
            plugin_opts: String::new(),
            one_time_auth: false,
            notes: String::new(),
        };
        bench.send(Command::SaveProfile { draft });
    }
    let state = bench.until(|state| state.profiles.len() == 2 + servers.len()).await;
    let ids = state.profiles[2..].iter().map(|profile| profile.id.clone()).collect();
    (bench, ids)
}

async fn group(bench: &Bench, policy: Policy, members: &[String], dwell_s: u32) -> String {
    let members = members.to_vec();
    let draft = GroupDraft { id: None, name: "Home".into(), policy, members, fixed: None, dwell_s };
    bench.send(Command::SaveGroup { draft });
    let id = bench.until(|state| !state.groups.is_empty()).await.groups[0].id.clone();
    bench.send(Command::SelectGroup { id: id.clone() });
    id
}

fn why(state: &AppState) -> Option<ChangeReason> {
    state.groups.first()?.changed.as_ref().map(|change| change.why)
}

/// The relay runs through this member, because of that.
fn uses(state: &AppState, member: &str, reason: ChangeReason) -> bool {
    is_on(state) && state.active.as_deref() == Some(member) && why(state) == Some(reason)
}

#[tokio::test]
async fn a_server_that_ends_is_left_for_the_next_one_and_come_back_to() {
    let (first, second) = (server(any()), server(any()));
    let (first_at, second_at) = (first.bound()[0].listen, second.bound()[0].listen);
    let (bench, ids) = bench(&[first_at, second_at]).await;
    group(&bench, Policy::Fallback, &ids, 1).await;
    let state = bench.until(|state| state.active.as_ref() == Some(&ids[0])).await;
    assert_eq!(why(&state), Some(ChangeReason::Begun));
    let state = bench.on().await;
    let target = echo().await;
    say(state.local_port, target, b"first").await;

    first.stop().await;
    // Traffic tells, or a probe, whichever is first; and then the port may be gone already.
    let _ = tokio::spawn(reaches(state.local_port, target)).await;
    let state = bench.until(|state| uses(state, &ids[1], ChangeReason::Failed)).await;
    let change = state.groups[0].changed.clone().unwrap();
    assert_eq!((change.from, change.to), (Some(first_at.to_string()), second_at.to_string()));
    assert_eq!(state.groups[0].members[0].health, MemberHealth::Bad);
    say(state.local_port, target, b"second").await;

    let first = server(first_at);
    let state = bench.until(|state| uses(state, &ids[0], ChangeReason::Returned)).await;
    say(state.local_port, target, b"first again").await;

    // Without any server the last one is kept, and its failure shows; the relay is not switched off.
    first.stop().await;
    second.stop().await;
    let state = bench
        .until(|state| state.groups[0].members.iter().all(|member| member.health == MemberHealth::Bad) && is_on(state))
        .await;
    assert!(state.active.as_ref().is_some_and(|active| ids.contains(active)) && state.wanted);
    // And the first to come back is used.
    let other = if state.active.as_ref() == Some(&ids[0]) { 1 } else { 0 };
    let back = server([first_at, second_at][other]);
    let state = bench.until(|state| is_on(state) && state.active.as_ref() == Some(&ids[other])).await;
    say(state.local_port, target, b"back").await;
    back.stop().await;
}

#[tokio::test]
async fn a_fixed_group_stays_and_a_profile_that_is_chosen_ends_the_group() {
    let (bench, ids) = bench(&[SocketAddr::from(([127, 0, 0, 1], 1)); 2]).await;
    let id = group(&bench, Policy::Fixed, &ids, 1).await;
    bench.on().await;
    let draft = GroupDraft {
        id: Some(id),
        name: "Home".into(),
        policy: Policy::Fixed,
        members: ids.clone(),
        fixed: Some(ids[1].clone()),
        dwell_s: 1,
    };
    bench.send(Command::SaveGroup { draft });
    bench.until(|state| uses(state, &ids[1], ChangeReason::Fixed)).await;
    bench.send(Command::SelectProfile { id: "builtin".into() });
    let state = bench.until(|state| state.active.as_deref() == Some("builtin") && is_on(state)).await;
    assert_eq!((&state.group, state.groups.len()), (&None, 1));
}

#[tokio::test]
async fn a_deleted_member_is_passed_over_and_the_last_one_switches_off() {
    let server = server(any());
    let at = server.bound()[0].listen;
    let (bench, ids) = bench(&[at, at]).await;
    let id = group(&bench, Policy::Fallback, &ids, 1).await;
    bench.on().await;
    bench.send(Command::DeleteProfile { id: ids[0].clone() });
    let state = bench.until(|state| uses(state, &ids[1], ChangeReason::Gone)).await;
    assert!(state.wanted && state.groups[0].members.len() == 1);
    bench.send(Command::UndoDelete);
    bench.until(|state| state.groups[0].members.len() == 2).await;
    for id in &ids {
        bench.send(Command::DeleteProfile { id: id.clone() });
    }
    let state = bench.until(|state| state.actual == Actual::Off).await;
    assert_eq!((&state.group, state.groups[0].members.len(), state.wanted), (&None, 0, false));
    bench.send(Command::SelectGroup { id: id.clone() });
    bench.send(Command::DeleteGroup { id });
    let state = bench.until(|state| state.groups.is_empty()).await;
    assert_eq!(state.group, None, "an empty one is not used");
    server.stop().await;
}

#[tokio::test]
async fn groups_are_saved_and_found_again() {
    let (bench, ids) = bench(&[SocketAddr::from(([127, 0, 0, 1], 1))]).await;
    let id = group(&bench, Policy::Random, &ids, 7).await;
    bench.until(|state| state.group.as_ref() == Some(&id)).await;
    bench.parasol.shutdown().await;
    let text = std::fs::read_to_string(bench.dir.path().join("profiles.json")).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(saved["group"], json!(id));
    assert_eq!(saved["groups"][0]["policy"], "random");
    assert_eq!((&saved["groups"][0]["members"], &saved["groups"][0]["dwell_s"]), (&json!(ids), &json!(7)));
}
