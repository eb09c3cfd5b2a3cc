use std::sync::{Arc, mpsc};
#[cfg(unix)]
use std::time::Duration;

use parasol_platform::system_proxy::{Fake, Fault, Snapshot, SystemProxy};
use parking::Gate;

use super::bench::{Bench, desktop, directory, free_port, is_on, parasol, soon, until};
#[cfg(unix)]
use super::bench::{HANGS, patience};
use crate::command::Command;
#[cfg(unix)]
use crate::plugin::Patience;
use crate::problem::Problem;
use crate::state::{Actual, Event, ProxyActual, ProxyMode};

#[tokio::test]
async fn what_a_killed_run_left_is_put_back_at_the_next_start() {
    let bench = {
        // A runtime of its own, which ends without asking anybody, as a process does.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let bench = runtime.spawn(async {
            let bench = Bench::new().await;
            bench.on().await;
            bench
        });
        let bench = bench.await.unwrap();
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(std::time::Duration::from_secs(30)))
            .await
            .unwrap();
        bench
    };
    assert!(bench.points_at().is_some(), "nothing was put back by the killed run");

    let next = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    let told = until(&next, |state| !state.notices.is_empty()).await;
    assert_eq!(told.notices.iter().map(|notice| &notice.event).collect::<Vec<_>>(), [&Event::ProxyRecovered]);
    assert_eq!((&told.actual, told.wanted), (&Actual::Off, false));
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn a_desktop_that_does_not_take_it_is_told_and_the_relay_runs_on() {
    for fault in [Fault::Stops, Fault::Ignores] {
        let bench = Bench::new().await;
        bench.fake.inject(0, fault);
        bench.switch(true);
        let failed = |state: &crate::AppState| {
            matches!(state.system_proxy.actual, ProxyActual::Failed { problem: Problem::ProxyFailed { .. } })
        };
        let state = bench.until(|state| failed(state) && is_on(state)).await;
        assert_eq!(state.system_proxy.wanted, ProxyMode::Set);

        bench.fake.mend();
        bench.proxy(ProxyMode::Set);
        bench.until(|state| state.system_proxy.actual == ProxyActual::Set).await;
        bench.off().await;
        assert_eq!(bench.fake.settings(), bench.before, "{fault:?}");
    }
}

#[tokio::test]
async fn a_failure_to_set_it_is_forgotten_when_off() {
    let bench = Bench::new().await;
    bench.fake.inject(0, Fault::Ignores);
    bench.switch(true);
    bench.until(|state| matches!(state.system_proxy.actual, ProxyActual::Failed { .. })).await;
    assert_eq!(bench.off().await.system_proxy.actual, ProxyActual::Unset);

    // Switched off without being asked to: the profile in use goes.
    bench.switch(true);
    bench.until(|state| matches!(state.system_proxy.actual, ProxyActual::Failed { .. })).await;
    bench.send(Command::DeleteProfile { id: "builtin".into() });
    let off = bench.until(|state| state.active.as_deref() == Some("dead") && state.actual == Actual::Off).await;
    assert_eq!(off.system_proxy.actual, ProxyActual::Unset);
}

#[tokio::test]
async fn what_could_not_be_put_back_is_told_and_tried_again() {
    let bench = Bench::new().await;
    bench.on().await;
    bench.fake.inject(0, Fault::Stops);
    let off = bench.off().await;
    assert!(matches!(off.system_proxy.actual, ProxyActual::Failed { .. }), "{off:?}");
    assert!(bench.points_at().is_some());

    bench.fake.mend();
    bench.switch(false);
    bench.until(|state| state.system_proxy.actual == ProxyActual::Unset).await;
    assert_eq!(bench.fake.settings(), bench.before);
}

/// On, with a relay on another port than the one that the desktop still points at, because it did not take the move.
async fn left_behind() -> Bench {
    let bench = Bench::new().await;
    bench.on().await;
    bench.fake.inject(0, Fault::Stops);
    let port = free_port();
    bench.send(Command::SetLocalPort { port });
    let failed = |state: &crate::AppState| matches!(state.system_proxy.actual, ProxyActual::Failed { .. });
    bench.until(|state| state.local_port == port && is_on(state) && failed(state)).await;
    assert!(bench.points_at().is_some_and(|at| at.port() != port));
    bench.fake.mend();
    bench
}

#[tokio::test]
async fn what_could_not_be_moved_is_put_back_when_off() {
    let bench = left_behind().await;
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn what_could_not_be_moved_is_put_back_when_the_relay_does_not_start_again() {
    let bench = left_behind().await;
    bench.use_a_profile_that_cannot_start().await;
    let unset = |state: &crate::AppState| state.system_proxy.actual == ProxyActual::Unset;
    bench.until(|state| matches!(state.actual, Actual::Failed { .. }) && unset(state)).await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn a_damaged_journal_does_not_keep_the_desktop_pointing_at_the_port_that_is_ours() {
    let dir = directory(serde_json::json!({"local_port": 4711}));
    let fake = Fake::new([("mode", "manual"), ("http host", "127.0.0.1"), ("http port", "4711")]);
    std::fs::write(dir.path().join("system-proxy.json"), "").unwrap();
    let parasol = parasol(dir.path(), desktop(&fake)).await;
    let told = until(&parasol, |state| !state.notices.is_empty()).await;
    assert_eq!(told.notices.iter().map(|notice| &notice.event).collect::<Vec<_>>(), [&Event::ProxyRecovered]);
    assert_eq!(fake.settings(), Fake::new([]).settings());
}

#[tokio::test]
async fn what_could_not_be_put_back_is_tried_again_at_the_end() {
    let bench = Bench::new().await;
    bench.on().await;
    bench.fake.inject(0, Fault::Stops);
    bench.off().await;
    bench.fake.mend();
    soon(bench.parasol.shutdown()).await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn what_another_program_changed_meanwhile_is_left_and_told() {
    let bench = Bench::new().await;
    bench.on().await;
    let theirs: Snapshot = [("http host", Some("other.example")), ("http port", Some("8080"))].into_iter().collect();
    bench.fake.change(&theirs);
    let off = bench.off().await;
    assert_eq!(off.notices.iter().map(|notice| &notice.event).collect::<Vec<_>>(), [&Event::ProxyChangedByAnother]);
    assert_eq!(bench.fake.settings().value("http host"), Some("other.example"));
}

/// On, and another program has set a proxy of its own, which was seen.
async fn taken() -> Bench {
    let bench = Bench::new().await;
    bench.on().await;
    let theirs: Snapshot = [("http host", Some("other.example")), ("http port", Some("8080"))].into_iter().collect();
    bench.fake.change(&theirs);
    // A window is opened, and with it the proxy is looked at.
    let _window = bench.parasol.watch();
    let taken = ProxyActual::Failed { problem: Problem::ProxyTaken };
    bench.until(|state| state.system_proxy.actual == taken).await;
    assert_eq!(bench.fake.settings().value("http host"), Some("other.example"), "it is not fought");
    bench
}

#[tokio::test]
async fn a_change_by_another_program_is_told_while_on_and_set_again_when_the_user_says_so() {
    let bench = taken().await;
    bench.proxy(ProxyMode::Set);
    bench.until(|state| state.system_proxy.actual == ProxyActual::Set).await;
    assert_eq!(bench.fake.settings().value("http host"), Some("127.0.0.1"));
    bench.off().await;
    assert_eq!(bench.fake.settings().value("http host"), Some("other.example"), "it is the user's proxy by now");
    assert_eq!(bench.fake.settings().value("socks host"), bench.before.value("socks host"));
}

#[tokio::test]
async fn a_change_by_another_program_is_left_when_the_user_says_so_or_switches_off() {
    for leave in [true, false] {
        let bench = taken().await;
        if leave {
            bench.proxy(ProxyMode::Leave);
            bench.until(|state| state.system_proxy.actual == ProxyActual::Unset).await;
        } else {
            bench.off().await;
        }
        assert_eq!(bench.fake.settings().value("http host"), Some("other.example"), "leave: {leave}");
        assert_eq!(bench.fake.settings().value("socks host"), bench.before.value("socks host"), "leave: {leave}");
    }
}

#[tokio::test]
async fn a_change_by_another_program_that_is_taken_back_is_forgotten() {
    let bench = taken().await;
    let ours: Snapshot = {
        let at = bench.fake.settings();
        let (host, port) = (at.value("https host"), at.value("https port"));
        [("http host", host), ("http port", port)].into_iter().collect()
    };
    bench.fake.change(&ours);
    let _window = bench.parasol.watch();
    bench.until(|state| state.system_proxy.actual == ProxyActual::Set).await;
}

#[tokio::test]
async fn a_desktop_without_a_proxy_setting_is_told() {
    let dir = directory(serde_json::json!({"local_port": 0}));
    let parasol = parasol(dir.path(), Arc::new(|| None)).await;
    parasol.send(Command::SetOn { on: true });
    let unsupported = ProxyActual::Failed { problem: Problem::ProxyUnsupported };
    until(&parasol, |state| is_on(state) && state.system_proxy.actual == unsupported).await;
}

#[tokio::test]
async fn a_desktop_that_crashes_takes_nothing_with_it() {
    let bench = Bench::new().await;
    let fake = bench.fake.clone();
    let crashes = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let dir = directory(serde_json::json!({"local_port": 0}));
    let count = Arc::clone(&crashes);
    // The first use is the recovery at the start, the second one sets the proxy.
    let desktop: super::super::Desktop = Arc::new(move || {
        assert_ne!(count.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 1, "the desktop crashes");
        Some(Box::new(fake.clone()) as Box<dyn SystemProxy>)
    });
    let parasol = parasol(dir.path(), desktop).await;
    parasol.send(Command::SetOn { on: true });
    let crashed = ProxyActual::Failed { problem: Problem::Crashed };
    until(&parasol, |state| is_on(state) && state.system_proxy.actual == crashed).await;
    parasol.send(Command::SetSystemProxy { mode: ProxyMode::Set });
    until(&parasol, |state| state.system_proxy.actual == ProxyActual::Set).await;
    soon(parasol.shutdown()).await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn while_the_desktop_hangs_the_controller_answers_and_takes_a_change_of_mind() {
    let (dir, fake) = (directory(serde_json::json!({"local_port": 0})), Fake::new([]));
    let (gate, mut inside) = Gate::new();
    let desktop: super::super::Desktop = {
        let fake = fake.clone();
        let gate = gate.clone();
        Arc::new(move || {
            gate.pass();
            Some(Box::new(fake.clone()) as Box<dyn SystemProxy>)
        })
    };
    let before = fake.settings();
    let parasol = parasol(dir.path(), desktop).await;
    // The recovery at the start hangs; being switched on waits for it.
    soon(inside.recv()).await;
    parasol.send(Command::SetOn { on: true });
    assert!(soon(parasol.password("dead")).await.is_some());
    assert_eq!(parasol.state().borrow().actual, Actual::Starting);
    gate.open_once();

    // Setting it hangs; the relay runs, and is switched off.
    soon(inside.recv()).await;
    until(&parasol, is_on).await;
    parasol.send(Command::SetOn { on: false });
    until(&parasol, |state| !state.wanted && state.actual == Actual::Stopping).await;
    gate.open_once();
    until(&parasol, |state| state.actual == Actual::Off).await;
    assert_eq!(fake.settings(), before);
}

/// On, with the system proxy set, and changing over to a profile whose plugin hangs.
#[cfg(unix)]
async fn hangs_while_changing_over() -> Bench {
    let bench = Bench::new().await;
    bench.on().await;
    let id = bench.save_plugged("Hangs", &bench.plugin("hangs", HANGS)).await;
    bench.send(Command::SelectProfile { id });
    bench.plugin_runs("hangs").await;
    bench.until(|state| state.actual == Actual::Starting && state.system_proxy.actual == ProxyActual::Set).await;
    bench
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_given_back_at_the_end_although_a_plugin_hangs() {
    let bench = hangs_while_changing_over().await;
    soon(bench.parasol.shutdown()).await;
    assert_eq!(bench.fake.settings(), bench.before);
    assert!(bench.parasol.state().has_changed().is_err(), "the controller has ended");
}

#[cfg(unix)]
#[tokio::test]
async fn a_start_that_hangs_is_called_off_when_something_else_is_wanted() {
    let bench = hangs_while_changing_over().await;
    let off = bench.off().await;
    assert_eq!(off.system_proxy.actual, ProxyActual::Unset);
    assert_eq!(bench.fake.settings(), bench.before);

    bench.switch(true);
    bench.until(|state| state.actual == Actual::Starting).await;
    bench.send(Command::SelectProfile { id: "builtin".into() });
    bench.until(|state| is_on(state) && state.system_proxy.actual == ProxyActual::Set).await;
}

/// Serves as a plugin, and does not end when it is asked to, but when its file is gone.
#[cfg(unix)]
const STUBBORN: &str = "#!/usr/bin/env python3
import os, signal, socket, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
listener = socket.create_server((os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT'])))
while os.path.exists(sys.argv[0]): time.sleep(0.02)
";

#[cfg(unix)]
#[tokio::test]
async fn it_is_given_back_at_the_end_although_the_relay_does_not_stop() {
    let patience = Patience { end: Duration::from_secs(3600), ..patience() };
    let bench = Bench::patient(serde_json::json!({"local_port": 0}), patience).await;
    let plugin = bench.plugin("stubborn", STUBBORN);
    let id = bench.save_plugged("Stubborn", &plugin).await;
    bench.send(Command::SelectProfile { id });
    bench.on().await;
    let end = tokio::spawn({
        let parasol = bench.parasol.clone();
        async move { parasol.shutdown().await }
    });
    bench.until(|state| state.actual == Actual::Stopping && state.system_proxy.actual == ProxyActual::Unset).await;
    assert_eq!(bench.fake.settings(), bench.before);
    std::fs::remove_file(plugin).unwrap();
    soon(end).await.unwrap();
}

#[tokio::test]
async fn a_second_parasol_leaves_the_firsts_system_proxy_alone() {
    let bench = Bench::new().await;
    bench.on().await;
    let (set, operations) = (bench.fake.settings(), bench.fake.operations());
    let second = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    second.send(Command::SetOn { on: true });
    let state = until(&second, |state| is_on(state) && state.system_proxy.actual != ProxyActual::Unset).await;
    assert_eq!(state.system_proxy.actual, ProxyActual::Failed { problem: Problem::HeldByAnother });
    assert!(matches!(state.notices[0].event, Event::HeldByAnother { .. }));
    soon(second.shutdown()).await;
    assert_eq!((bench.fake.settings(), bench.fake.operations()), (set, operations));
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

/// A door for blocking code that a test opens.
mod parking {
    use std::sync::{Arc, Mutex};

    use super::mpsc;

    #[derive(Clone)]
    pub(super) struct Gate {
        came: tokio::sync::mpsc::UnboundedSender<()>,
        open: mpsc::Sender<()>,
        opened: Arc<Mutex<mpsc::Receiver<()>>>,
    }

    impl Gate {
        /// The gate, and word of each who comes to it.
        pub(super) fn new() -> (Gate, tokio::sync::mpsc::UnboundedReceiver<()>) {
            let (came, inside) = tokio::sync::mpsc::unbounded_channel();
            let (open, opened) = mpsc::channel();
            (Gate { came, open, opened: Arc::new(Mutex::new(opened)) }, inside)
        }

        pub(super) fn pass(&self) {
            let _ = self.came.send(());
            let _ = self.opened.lock().unwrap().recv();
        }

        pub(super) fn open_once(&self) {
            self.open.send(()).unwrap();
        }
    }
}
