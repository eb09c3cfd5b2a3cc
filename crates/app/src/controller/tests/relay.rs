use std::net::TcpListener;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bench::{Bench, echo, free_port, is_on, say, soon};
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::problem::Problem;
use crate::state::{Actual, ProxyActual, ProxyMode};
use crate::theme::Theme;
use crate::timeouts::TimeoutsDraft;

#[tokio::test]
async fn switched_on_it_carries_traffic_and_switched_off_it_leaves_nothing() {
    let bench = Bench::new().await;
    assert_eq!((bench.until(|_| true).await.wanted, bench.points_at()), (false, None));

    let on = bench.on().await;
    assert!(on.wanted);
    assert_eq!(bench.points_at(), Some(([127, 0, 0, 1], on.local_port).into()));
    let mut open = say(on.local_port, echo().await, b"there and back").await;

    let off = bench.off().await;
    assert_eq!((off.wanted, &off.system_proxy.actual), (false, &ProxyActual::Unset));
    assert_eq!(bench.fake.settings(), bench.before);
    assert!(TcpStream::connect(("127.0.0.1", on.local_port)).await.is_err());
    let ended = soon(open.read(&mut [0; 16])).await;
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    assert!(!bench.dir.path().join("system-proxy.json").exists());
}

#[tokio::test]
async fn a_taken_port_is_told_with_who_holds_it_and_another_port_helps() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().port();
    let bench = Bench::with(serde_json::json!({"local_port": taken})).await;
    bench.switch(true);
    let failed = bench.until(|state| matches!(state.actual, Actual::Failed { .. })).await;
    let Actual::Failed { problem: Problem::PortTaken { port, pid, next_free, .. } } = &failed.actual else {
        panic!("{:?}", failed.actual);
    };
    assert_eq!((failed.wanted, *port), (true, taken));
    if cfg!(target_os = "linux") {
        assert_eq!(*pid, Some(std::process::id()));
    }
    assert_eq!(bench.fake.settings(), bench.before);

    let port = next_free.expect("some port is free");
    assert!(port > taken);
    bench.send(Command::SetLocalPort { port });
    // Another test may have taken it meanwhile; either way it was tried.
    let next = bench.until(|state| state.local_port == port && state.actual != Actual::Starting).await;
    assert!(is_on(&next) || matches!(next.actual, Actual::Failed { problem: Problem::PortTaken { .. } }));

    drop(holder);
    bench.send(Command::SetLocalPort { port: taken });
    bench.until(|state| state.local_port == taken && is_on(state)).await;
}

#[tokio::test]
async fn timeouts_that_are_set_are_the_relays_from_then_on() {
    let bench = Bench::new().await;
    let on = bench.on().await;
    let usual = on.timeouts.usual;
    assert_eq!(on.timeouts.set, TimeoutsDraft { handshake: 1, connect: 2, ..usual });
    let mut before = say(on.local_port, echo().await, b"before").await;

    for idle in [0, on.timeouts.most + 1] {
        bench.send(Command::SetTimeouts { timeouts: TimeoutsDraft { idle, ..usual } });
    }
    bench.send(Command::SetTheme { theme: Theme::Dark });
    let after = bench.until(|state| state.theme == Theme::Dark).await;
    assert_eq!(after.timeouts, on.timeouts, "those out of bounds are ignored");
    before.write_all(b"still").await.unwrap();
    soon(before.read_exact(&mut [0; 5])).await.unwrap();

    let set = TimeoutsDraft { idle: 1, ..usual };
    bench.send(Command::SetTimeouts { timeouts: set });
    let ended = soon(before.read(&mut [0; 16])).await;
    assert!(matches!(ended, Ok(0) | Err(_)), "the relay starts anew: {ended:?}");
    let on = bench.until(is_on).await;
    assert_eq!(on.timeouts.set, set);
    let mut idle = say(on.local_port, echo().await, b"and nothing more").await;
    let ended = soon(idle.read(&mut [0; 32])).await;
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
}

#[tokio::test]
async fn asking_again_tries_again() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let bench = Bench::with(serde_json::json!({"local_port": holder.local_addr().unwrap().port()})).await;
    bench.switch(true);
    bench.until(|state| matches!(state.actual, Actual::Failed { .. })).await;
    drop(holder);
    bench.on().await;
}

#[tokio::test]
async fn a_change_of_mind_while_starting_ends_off() {
    let bench = Bench::new().await;
    for _ in 0..20 {
        bench.switch(true);
        bench.switch(false);
        bench.switch(true);
        bench.switch(false);
        // The answer comes after the commands: the state is of their making.
        soon(bench.parasol.password("builtin")).await;
        bench.until(|state| state.actual == Actual::Off).await;
        assert_eq!(bench.fake.settings(), bench.before);
    }
    bench.on().await;
}

#[tokio::test]
async fn another_profile_takes_over_and_neither_the_system_proxy_nor_the_relay_goes_meanwhile() {
    let bench = Bench::with(serde_json::json!({"local_port": free_port()})).await;
    let first = bench.on().await;
    let mut states = bench.parasol.state();
    let mut open = say(first.local_port, echo().await, b"before").await;
    bench.send(Command::SelectProfile { id: "dead".into() });
    soon(async {
        loop {
            states.changed().await.unwrap();
            let state = states.borrow_and_update().clone();
            assert_eq!(state.system_proxy.actual, ProxyActual::Set, "{state:?}");
            if is_on(&state) && state.active.as_deref() == Some("dead") {
                break;
            }
        }
    })
    .await;
    assert_eq!(bench.points_at(), Some(([127, 0, 0, 1], first.local_port).into()));
    open.write_all(b"x").await.unwrap();
    soon(open.read_exact(&mut [0])).await.expect("what goes through the built-in server goes on");
    // Nobody listens at the other server; the relay runs all the same.
    TcpStream::connect(("127.0.0.1", first.local_port)).await.unwrap();
}

#[tokio::test]
async fn another_port_moves_the_system_proxy() {
    let bench = Bench::new().await;
    let first = bench.on().await.local_port;
    let port = free_port();
    bench.send(Command::SetLocalPort { port });
    bench.until(|state| state.local_port == port && is_on(state)).await;
    // No state tells of it: the proxy is set before, meanwhile and after.
    let moved = Some(([127, 0, 0, 1], port).into());
    soon(async {
        while bench.points_at() != moved {
            tokio::task::yield_now().await
        }
    })
    .await;
    assert!(TcpStream::connect(("127.0.0.1", first)).await.is_err());
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn a_port_that_cannot_be_had_leaves_the_relay_running_where_it_is_and_says_why() {
    let bench = Bench::with(serde_json::json!({"local_port": free_port(), "system_proxy": "set"})).await;
    let on = bench.on().await;
    let mut open = say(on.local_port, echo().await, b"before").await;
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().port();
    bench.send(Command::SetLocalPort { port: taken });
    let refused = bench.until(|state| state.port_refused.is_some()).await;
    assert!(matches!(refused.port_refused, Some(Problem::PortTaken { port, .. }) if port == taken), "{refused:?}");
    assert_eq!((&refused.actual, refused.local_port), (&on.actual, on.local_port));
    assert_eq!(refused.system_proxy.actual, ProxyActual::Set);
    open.write_all(b"x").await.unwrap();
    soon(open.read_exact(&mut [0])).await.expect("the connection goes on");

    // To stay takes the refusal back.
    bench.send(Command::SetLocalPort { port: on.local_port });
    bench.until(|state| state.port_refused.is_none()).await;
    bench.send(Command::SetLocalPort { port: taken });
    bench.until(|state| state.port_refused.is_some()).await;
    // Free by now.
    drop(holder);
    bench.send(Command::SetLocalPort { port: taken });
    let moved = bench.until(|state| state.local_port == taken && is_on(state)).await;
    assert_eq!(moved.port_refused, None);
}

#[tokio::test]
async fn a_change_that_fails_gives_the_system_proxy_back() {
    let bench = Bench::new().await;
    bench.on().await;
    bench.use_a_profile_that_cannot_start().await;
    let failed = bench
        .until(|state| matches!(state.actual, Actual::Failed { .. }) && state.system_proxy.actual == ProxyActual::Unset)
        .await;
    assert!(failed.wanted);
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn without_a_profile_it_fails_and_says_so() {
    let bench = Bench::new().await;
    for id in ["builtin", "dead"] {
        bench.send(Command::DeleteProfile { id: id.into() });
    }
    bench.switch(true);
    bench.until(|state| state.actual == Actual::Failed { problem: Problem::NoProfile }).await;
    bench.send(Command::TryBuiltin);
    bench.until(is_on).await;
}

#[tokio::test]
async fn a_new_name_needs_no_restart() {
    let bench = Bench::new().await;
    let on = bench.on().await;
    let empty = String::new;
    bench.send(Command::SaveProfile {
        draft: ProfileDraft {
            id: Some("builtin".into()),
            name: "Mine".into(),
            server: empty(),
            port: empty(),
            method: empty(),
            password: None,
            plugin: String::new(),
            plugin_opts: String::new(),
            one_time_auth: false,
            notes: empty(),
        },
    });
    let renamed = bench.until(|state| state.profiles[0].title == "Mine").await;
    assert_eq!((&renamed.actual, renamed.local_port), (&on.actual, on.local_port));
}

#[tokio::test]
async fn deleting_the_profile_in_use_switches_off() {
    let bench = Bench::new().await;
    bench.on().await;
    bench.send(Command::DeleteProfile { id: "builtin".into() });
    let off = bench.until(|state| state.actual == Actual::Off).await;
    assert_eq!((off.wanted, off.active.as_deref()), (false, Some("dead")));
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn leaving_the_system_proxy_alone_leaves_it_alone() {
    let bench = Bench::new().await;
    bench.proxy(ProxyMode::Leave);
    bench.switch(true);
    bench.until(is_on).await;
    bench.proxy(ProxyMode::Set);
    bench.until(|state| state.system_proxy.actual == ProxyActual::Set).await;
    bench.proxy(ProxyMode::Leave);
    let left = bench.until(|state| state.system_proxy.actual == ProxyActual::Unset).await;
    assert!(is_on(&left));
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn shutting_down_gives_everything_back_whatever_still_flows() {
    let bench = Bench::new().await;
    let port = bench.on().await.local_port;
    let _open = say(port, echo().await, b"still talking").await;
    soon(bench.parasol.shutdown()).await;
    assert_eq!(bench.fake.settings(), bench.before);
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    assert!(bench.parasol.state().has_changed().is_err(), "the controller has ended");
    bench.switch(true);
    assert!(bench.parasol.password("dead").await.is_none());
}

#[tokio::test]
async fn when_the_last_handle_goes_everything_is_given_back() {
    let Bench { dir: _dir, fake, before, parasol, .. } = {
        let bench = Bench::new().await;
        bench.on().await;
        bench
    };
    let mut states = parasol.state();
    drop(parasol);
    soon(async { while states.changed().await.is_ok() {} }).await;
    assert_eq!(fake.settings(), before);
}
