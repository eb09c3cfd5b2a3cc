//! Groups: servers that end and come back under a relay that runs, and which member is used.

use std::net::SocketAddr;
use std::sync::Arc;

use parasol_proto::{Access, Method};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bench::{Bench, PASSWORD, echo, free_port, is_on, reaches, say, soon};
use super::tested::origin;
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::group::{GroupDraft, Policy};
use crate::port::{Carries, PortKind};
use crate::port_draft::PortDraft;
use crate::relay::{Egress, Relay, RelaySpec};
use crate::state::{Actual, AppState, ChangeReason, MemberHealth, PortActual};

pub(super) fn server(listen: SocketAddr) -> Relay {
    let access = Access::new(Method::Aes256Gcm, PASSWORD).unwrap();
    Relay::start(RelaySpec::server(listen, access, Egress::Any), Arc::new(())).unwrap()
}

pub(super) fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A Parasol with profiles for these servers, and their ids.
async fn bench(servers: &[SocketAddr]) -> (Bench, Vec<String>) {
    let bench = Bench::with(settings().await).await;
    let ids = save(&bench, servers).await;
    (bench, ids)
}

/// Probes stay on this machine.
pub(super) async fn settings() -> serde_json::Value {
    json!({"local_port": 0, "test_url": origin().await, "test_name_server": "127.0.0.1:1"})
}

/// Saves profiles for these servers; gives their ids.
pub(super) async fn save(bench: &Bench, servers: &[SocketAddr]) -> Vec<String> {
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
    state.profiles[2..].iter().map(|profile| profile.id.clone()).collect()
}

pub(super) async fn group(bench: &Bench, policy: Policy, members: &[String], dwell_s: u32) -> String {
    let members = members.to_vec();
    let draft = GroupDraft { id: None, name: "Home".into(), policy, members, fixed: None, dwell_s };
    bench.send(Command::SaveGroup { draft });
    let id = bench.until(|state| !state.groups.is_empty()).await.groups[0].id.clone();
    bench.send(Command::SelectGroup { id: id.clone() });
    id
}

pub(super) fn why(state: &AppState) -> Option<ChangeReason> {
    state.groups.first()?.changed.as_ref().map(|change| change.why)
}

/// The relay runs through this member, because of that.
pub(super) fn uses(state: &AppState, member: &str, reason: ChangeReason) -> bool {
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

/// Flows that run now.
fn open(server: &Relay) -> u32 {
    server.ports()[0].open
}

async fn answers(stream: &mut TcpStream) {
    stream.write_all(b"still there").await.unwrap();
    let mut heard = [0; 11];
    soon(stream.read_exact(&mut heard)).await.unwrap();
    assert_eq!(&heard, b"still there");
}

#[tokio::test]
async fn a_change_of_server_cuts_nothing_and_takes_what_is_new() {
    let (first, second) = (server(any()), server(any()));
    let (bench, ids) = bench(&[first.bound()[0].listen, second.bound()[0].listen]).await;
    let id = group(&bench, Policy::Fixed, &ids, 1).await;
    bench.until(|state| state.active.as_ref() == Some(&ids[0])).await;
    let state = bench.on().await;
    let target = echo().await;
    let mut old = say(state.local_port, target, b"first").await;
    assert_eq!((open(&first), open(&second)), (1, 0));

    let fixed = |member: &String| GroupDraft {
        id: Some(id.clone()),
        name: "Home".into(),
        policy: Policy::Fixed,
        members: ids.clone(),
        fixed: Some(member.clone()),
        dwell_s: 1,
    };
    bench.send(Command::SaveGroup { draft: fixed(&ids[1]) });
    let changed = bench.until(|state| uses(state, &ids[1], ChangeReason::Fixed)).await;
    assert_eq!((changed.local_port, &changed.actual), (state.local_port, &state.actual), "it is the same relay");
    let mut new = say(state.local_port, target, b"second").await;
    assert_eq!((open(&first), open(&second)), (1, 1));
    answers(&mut old).await;
    answers(&mut new).await;

    // A profile that is chosen by hand takes what is new as well, and cuts as little.
    bench.send(Command::SelectProfile { id: ids[0].clone() });
    bench.until(|state| state.group.is_none() && state.active.as_ref() == Some(&ids[0]) && is_on(state)).await;
    say(state.local_port, target, b"first again").await;
    answers(&mut old).await;
    answers(&mut new).await;
    bench.off().await;
    assert_eq!(soon(old.read(&mut [0])).await.unwrap_or(0), 0, "what is switched off is off");
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn other_ports_follow_or_stay_and_are_not_cut_either() {
    let (first, second) = (server(any()), server(any()));
    let (bench, ids) = bench(&[first.bound()[0].listen, second.bound()[0].listen]).await;
    bench.send(Command::SelectProfile { id: ids[0].clone() });
    bench.on().await;
    let target = echo().await;
    let ports = [free_port(), free_port(), free_port()];
    let own = [None, Some(ids[0].clone()), None];
    for ((port, profile), kind) in ports.iter().zip(own).zip([PortKind::Mixed, PortKind::Mixed, PortKind::Tunnel]) {
        let draft = PortDraft {
            id: None,
            name: String::new(),
            port: port.to_string(),
            kind,
            target: if kind == PortKind::Tunnel { target.to_string() } else { String::new() },
            profile,
            lan: false,
            user: String::new(),
            password: None,
            carries: Carries::Both,
        };
        bench.send(Command::SavePort { draft });
    }
    let all_open =
        |state: &AppState| state.ports.len() == 3 && state.ports.iter().all(|port| port.actual == PortActual::Open);
    bench.until(all_open).await;
    let mut old = [say(ports[0], target, b"shared").await, say(ports[1], target, b"own").await];
    let mut tunnelled = TcpStream::connect(("127.0.0.1", ports[2])).await.unwrap();
    answers(&mut tunnelled).await;
    assert_eq!((open(&first), open(&second)), (3, 0));

    bench.send(Command::SelectProfile { id: ids[1].clone() });
    bench.until(|state| state.active.as_ref() == Some(&ids[1]) && is_on(state) && all_open(state)).await;
    // The ports that follow are told, and take a moment.
    let mut new = Vec::new();
    soon(async {
        while new.is_empty() {
            let stream = say(ports[0], target, b"shared").await;
            new.extend((open(&second) == 1).then_some(stream));
        }
        while new.len() < 2 {
            let mut stream = TcpStream::connect(("127.0.0.1", ports[2])).await.unwrap();
            answers(&mut stream).await;
            new.extend((open(&second) == 2).then_some(stream));
        }
    })
    .await;
    let _own = say(ports[1], target, b"own").await;
    assert_eq!(open(&second), 2, "it has a server of its own");
    for stream in old.iter_mut().chain([&mut tunnelled]).chain(&mut new) {
        answers(stream).await;
    }
    first.stop().await;
    second.stop().await;
}

/// Carries each connection to the server, and says that it runs by a file that is there as long as it does.
#[cfg(unix)]
const CARRIES: &str = r#"#!/usr/bin/env python3
import os, signal, socket, sys, threading
runs = sys.argv[0] + '.runs'
def end(*_):
    os.remove(runs)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
listener = socket.create_server((os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT'])))
open(runs, 'w').close()
def pump(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)
def carry(near):
    far = socket.create_connection((os.environ['SS_REMOTE_HOST'], int(os.environ['SS_REMOTE_PORT'])))
    threading.Thread(target=pump, args=(near, far), daemon=True).start()
    threading.Thread(target=pump, args=(far, near), daemon=True).start()
while True:
    near, _ = listener.accept()
    threading.Thread(target=carry, args=(near,), daemon=True).start()
"#;

#[cfg(unix)]
#[tokio::test]
async fn the_plugin_of_the_server_before_runs_until_the_last_flow_through_it_has_ended() {
    let (first, second) = (server(any()), server(any()));
    let (bench, ids) = bench(&[first.bound()[0].listen, second.bound()[0].listen]).await;
    let plugin = bench.plugin("carries", CARRIES);
    let runs = bench.dir.path().join("carries.runs");
    let draft = ProfileDraft {
        id: Some(ids[0].clone()),
        name: String::new(),
        server: "127.0.0.1".into(),
        port: first.bound()[0].listen.port().to_string(),
        method: "aes-256-gcm".into(),
        password: None,
        plugin,
        plugin_opts: String::new(),
        one_time_auth: false,
        notes: String::new(),
    };
    bench.send(Command::SaveProfile { draft });
    bench.send(Command::SelectProfile { id: ids[0].clone() });
    let state = bench.on().await;
    let target = echo().await;
    let mut old = say(state.local_port, target, b"through the plugin").await;
    assert!(runs.exists());

    bench.send(Command::SelectProfile { id: ids[1].clone() });
    bench.until(|state| state.active.as_ref() == Some(&ids[1]) && is_on(state)).await;
    say(state.local_port, target, b"without one").await;
    answers(&mut old).await;
    assert!(runs.exists(), "a flow still goes through it");
    drop(old);
    soon(async {
        while runs.exists() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    say(state.local_port, target, b"and on").await;

    // And it goes with the relay, whatever goes through it.
    bench.send(Command::SelectProfile { id: ids[0].clone() });
    bench.until(|state| state.active.as_ref() == Some(&ids[0]) && is_on(state)).await;
    let _old = say(state.local_port, target, b"through the plugin").await;
    bench.send(Command::SelectProfile { id: ids[1].clone() });
    bench.until(|state| state.active.as_ref() == Some(&ids[1]) && is_on(state)).await;
    bench.off().await;
    assert!(!runs.exists());
    first.stop().await;
    second.stop().await;
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
    // With the last one the group comes back, unless something else runs by then.
    bench.send(Command::UndoDelete);
    let state = bench.until(|state| state.groups[0].members.len() == 1).await;
    assert_eq!((state.group.as_ref(), state.active.as_ref(), state.wanted), (Some(&id), Some(&ids[1]), false));
    bench.send(Command::DeleteProfile { id: ids[1].clone() });
    bench.on().await;
    bench.send(Command::UndoDelete);
    let state = bench.until(|state| state.groups[0].members.len() == 1).await;
    assert_eq!((&state.group, state.wanted), (&None, true));
    assert_ne!(state.active.as_ref(), Some(&ids[1]));
    bench.send(Command::DeleteProfile { id: ids[1].clone() });
    bench.until(|state| state.groups[0].members.is_empty()).await;
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
