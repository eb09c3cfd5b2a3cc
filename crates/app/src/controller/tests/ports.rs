use std::net::TcpListener;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bench::{Bench, PASSWORD, echo, free_port, is_on, say, soon};
#[cfg(unix)]
use super::bench::{HANGS, QUITS};
use crate::command::Command;
use crate::plugin::Patience;
use crate::port::{Carries, PortKind};
use crate::port_draft::PortDraft;
use crate::problem::Problem;
use crate::profile::Through;
use crate::relay::{Egress, Relay, RelaySpec};
use crate::state::{AppState, PortActual, ProxyActual};
use crate::way::Way;

pub(super) fn draft(port: u16) -> PortDraft {
    PortDraft {
        id: None,
        name: "Work".to_owned(),
        port: port.to_string(),
        kind: PortKind::Mixed,
        target: String::new(),
        profile: None,
        lan: false,
        user: String::new(),
        password: None,
        carries: Carries::Both,
    }
}

fn is_open(state: &AppState, port: u16) -> bool {
    state.ports.iter().any(|view| view.port == port && view.actual == PortActual::Open)
}

#[tokio::test]
async fn a_port_that_is_added_while_on_opens_and_disturbs_nobody() {
    let bench = Bench::new().await;
    let first = bench.on().await;
    let mut open = say(first.local_port, echo().await, b"before").await;
    let port = free_port();
    bench.send(Command::SavePort { draft: draft(port) });
    let on = bench.until(|state| is_open(state, port)).await;
    assert_eq!((&on.actual, on.local_port), (&first.actual, first.local_port));
    say(port, echo().await, b"through the second").await;
    open.write_all(b"x").await.unwrap();
    soon(open.read_exact(&mut [0])).await.expect("the connection through the first goes on");

    bench.send(Command::DeletePort { id: on.ports[0].id.clone() });
    bench.until(|state| state.ports.is_empty()).await;
    open.write_all(b"y").await.unwrap();
    soon(open.read_exact(&mut [0])).await.expect("still");
    soon(async {
        while TcpListener::bind(("127.0.0.1", port)).is_err() {
            tokio::task::yield_now().await
        }
    })
    .await;
}

#[tokio::test]
async fn one_that_cannot_be_had_says_why_and_the_rest_serves() {
    let bench = Bench::new().await;
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let (taken, free) = (holder.local_addr().unwrap().port(), free_port());
    bench.send(Command::SavePort { draft: draft(taken) });
    bench.send(Command::SavePort { draft: draft(free) });
    bench.switch(true);
    let failed = |state: &AppState| matches!(state.ports.first(), Some(port) if matches!(port.actual, PortActual::Failed { .. }));
    let on = bench.until(|state| is_on(state) && is_open(state, free) && failed(state)).await;
    assert!(
        matches!(&on.ports[0].actual, PortActual::Failed { problem: Problem::PortTaken { port, .. } } if *port == taken),
        "{on:?}"
    );
    say(on.local_port, echo().await, b"first").await;
    say(free, echo().await, b"other").await;

    drop(holder);
    bench.switch(true);
    bench.until(|state| is_open(state, taken)).await;
    say(taken, echo().await, b"now").await;
}

#[tokio::test]
async fn a_port_with_a_profile_of_its_own_never_goes_through_another() {
    let bench = Bench::new().await;
    let port = free_port();
    bench.send(Command::SavePort { draft: PortDraft { profile: Some("builtin".to_owned()), ..draft(port) } });
    bench.send(Command::SelectProfile { id: "dead".to_owned() });
    bench.switch(true);
    bench.until(|state| is_on(state) && is_open(state, port)).await;
    say(port, echo().await, b"through the built-in one").await;

    bench.send(Command::DeleteProfile { id: "builtin".to_owned() });
    let gone = |state: &AppState| matches!(state.ports[0].actual, PortActual::Failed { problem: Problem::ProfileGone });
    bench.until(gone).await;
}

#[tokio::test]
async fn a_login_is_in_no_state_and_kept_by_a_draft_that_does_not_name_it() {
    let bench = Bench::new().await;
    let port = free_port();
    let login = PortDraft { user: "lena".to_owned(), password: Some(PASSWORD.to_owned()), ..draft(port) };
    bench.send(Command::SavePort { draft: login.clone() });
    let saved = bench.until(|state| !state.ports.is_empty()).await;
    assert!(saved.ports[0].password_set);
    assert!(!serde_json::to_string(&*saved).unwrap().contains(PASSWORD));
    assert!(!format!("{saved:?} {login:?}").contains(PASSWORD));
    let id = Some(saved.ports[0].id.clone());
    bench.send(Command::SavePort { draft: PortDraft { id, name: "Office".to_owned(), password: None, ..login } });
    let renamed = bench.until(|state| state.ports[0].name == "Office").await;
    assert!(renamed.ports[0].password_set);
}

#[tokio::test]
async fn no_two_ports_have_one_number() {
    let bench = Bench::with(serde_json::json!({"local_port": free_port()})).await;
    let port = free_port();
    bench.send(Command::SavePort { draft: draft(port) });
    bench.until(|state| state.ports.len() == 1).await;
    bench.send(Command::SavePort { draft: draft(port) });
    bench.send(Command::SetLocalPort { port });
    let refused = bench.until(|state| state.port_refused.is_some()).await;
    assert!(matches!(&refused.port_refused, Some(Problem::PortUsedTwice { name, .. }) if name == "Work"));
    assert_eq!(refused.ports.len(), 1);
}

#[tokio::test]
async fn a_tunnel_leads_to_its_target_and_a_login_is_asked_for() {
    let bench = Bench::new().await;
    let (tunnel, login) = (free_port(), free_port());
    let target = echo().await.to_string();
    bench.send(Command::SavePort { draft: PortDraft { kind: PortKind::Tunnel, target, ..draft(tunnel) } });
    let asks = PortDraft { user: "lena".to_owned(), password: Some(PASSWORD.to_owned()), ..draft(login) };
    bench.send(Command::SavePort { draft: asks });
    bench.switch(true);
    bench.until(|state| is_open(state, tunnel) && is_open(state, login)).await;

    let mut through = TcpStream::connect(("127.0.0.1", tunnel)).await.unwrap();
    through.write_all(b"no request before it").await.unwrap();
    let mut heard = [0; 20];
    soon(through.read_exact(&mut heard)).await.unwrap();
    assert_eq!(&heard, b"no request before it");

    // RFC 1928 §3: a client that offers "no authentication" alone has no acceptable method.
    let mut without = TcpStream::connect(("127.0.0.1", login)).await.unwrap();
    without.write_all(&[5, 1, 0]).await.unwrap();
    let mut answer = [0; 2];
    soon(without.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, [5, 0xff]);
}

/// On, with a port whose plugin hangs and one behind it that is open.
#[cfg(unix)]
async fn one_hangs() -> (Bench, u16) {
    let bench = Bench::new().await;
    let (hangs, behind) = (free_port(), free_port());
    let profile = Some(bench.save_plugged("Hangs", &bench.plugin("hangs", HANGS)).await);
    bench.send(Command::SavePort { draft: PortDraft { profile, ..draft(hangs) } });
    bench.send(Command::SavePort { draft: draft(behind) });
    bench.on().await;
    bench.plugin_runs("hangs").await;
    let both = bench.until(|state| is_open(state, behind)).await;
    assert_eq!(both.ports[0].actual, PortActual::Opening);
    (bench, behind)
}

#[cfg(unix)]
#[tokio::test]
async fn one_whose_plugin_hangs_keeps_no_other_waiting() {
    let (bench, behind) = one_hangs().await;
    say(behind, echo().await, b"behind it").await;
    let later = free_port();
    bench.send(Command::SavePort { draft: draft(later) });
    let all = bench.until(|state| is_open(state, later)).await;
    say(later, echo().await, b"later than it").await;

    // With another profile it is there at once: the start that hangs is called off.
    let id = Some(all.ports[0].id.clone());
    let mended = PortDraft { id, ..draft(all.ports[0].port) };
    bench.send(Command::SavePort { draft: mended });
    bench.until(|state| is_open(state, all.ports[0].port)).await;
}

#[cfg(unix)]
#[tokio::test]
async fn one_whose_plugin_hangs_is_closed_with_the_rest() {
    let (bench, behind) = one_hangs().await;
    let off = soon(bench.off()).await;
    assert_eq!(off.system_proxy.actual, ProxyActual::Unset);
    assert_eq!(bench.fake.settings(), bench.before);
    assert!(TcpStream::connect(("127.0.0.1", behind)).await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn one_whose_plugin_hangs_does_not_hold_up_the_end() {
    let (bench, behind) = one_hangs().await;
    soon(bench.parasol.shutdown()).await;
    assert_eq!(bench.fake.settings(), bench.before);
    assert!(TcpStream::connect(("127.0.0.1", behind)).await.is_err());
    assert!(bench.parasol.state().has_changed().is_err(), "the controller has ended");
}

#[cfg(unix)]
#[tokio::test]
async fn one_whose_plugin_ends_for_good_fails_alone() {
    let bench = Bench::new().await;
    let (quits, behind) = (free_port(), free_port());
    let profile = Some(bench.save_plugged("Quits", &bench.plugin("quits", QUITS)).await);
    bench.send(Command::SavePort { draft: PortDraft { profile, ..draft(quits) } });
    bench.send(Command::SavePort { draft: draft(behind) });
    bench.on().await;
    let failed = |state: &AppState| match &state.ports[0].actual {
        PortActual::Failed { problem: Problem::PluginFailed { exit, .. } } => *exit == Some(3),
        _ => false,
    };
    let on = bench.until(|state| failed(state) && is_open(state, behind)).await;
    assert!(is_on(&on));
    say(behind, echo().await, b"still").await;
    assert!(TcpListener::bind(("127.0.0.1", quits)).is_ok(), "it does not listen any more");
}

#[tokio::test]
async fn the_server_of_a_port_for_others_does_not_lead_to_this_machine() {
    for (egress, led) in [(Egress::Any, true), (Egress::NotThisMachine, false)] {
        let way = Way::open(&Through::Builtin, Patience::default(), egress).await.unwrap();
        let spec = RelaySpec::local(([127, 0, 0, 1], 0).into(), way.reached().server.clone());
        let relay = Relay::start(spec, Arc::new(())).unwrap();
        let mut stream = TcpStream::connect(relay.bound()[0].listen).await.unwrap();
        let target = echo().await;
        let request = [&[5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1][..], &target.port().to_be_bytes(), b"ping"].concat();
        stream.write_all(&request).await.unwrap();
        // The choice of a method and the reply, which says that the server was reached.
        soon(stream.read_exact(&mut [0; 2 + 10])).await.unwrap();
        let mut heard = [0; 4];
        assert_eq!(soon(stream.read_exact(&mut heard)).await.is_ok(), led, "{egress:?}");
        relay.stop().await;
        way.stop().await;
    }
}
