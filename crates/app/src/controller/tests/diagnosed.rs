//! Diagnoses that the user asks for, with a real relay, a desktop in memory, and things that are wrong with them.

use std::collections::HashSet;
use std::net::TcpListener as StdListener;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::bench::{Bench, PASSWORD, desktop, directory, is_on, no_lists, soon, spawn_with, until};
use super::tested::origin;
use crate::command::Command;
use crate::controller::{Handle, Lists};
use crate::diagnosis::{Action, Diagnosis, DiagnosisReason, DiagnosisStep, StepDiagnosed};
use crate::draft::ProfileDraft;
use crate::problem::Problem;
use crate::state::{Actual, ProxyActual, ProxyMode};
use crate::subscription::Fetcher;
use crate::subscription::host::{Authority, Host, LOOPBACK, Says, head, names};
use crate::tested::{StepOutcome, StepReason, TestVerdict};

/// A Parasol that fetches from this machine alone, and nobody there answers for names.
async fn bench(mut settings: Value) -> Bench {
    settings["test_url"] = json!(origin().await);
    settings["test_name_server"] = json!("127.0.0.1:1");
    Bench::with(settings).await
}

async fn diagnosis(parasol: &Handle) -> Diagnosis {
    let mut told = soon(parasol.diagnose()).await.expect("it runs");
    soon(told.wait_for(|diagnosis| diagnosis.ended)).await.expect("it ends by itself").clone()
}

fn of(diagnosis: &Diagnosis, step: DiagnosisStep) -> &StepDiagnosed {
    diagnosis.step(step).unwrap_or_else(|| panic!("{step:?} is missing: {diagnosis:?}"))
}

fn failed_as(diagnosis: &Diagnosis, step: DiagnosisStep) -> (StepOutcome, Option<DiagnosisReason>, Option<Action>) {
    let StepDiagnosed { outcome, reason, action, .. } = of(diagnosis, step).clone();
    (outcome, reason, action)
}

fn failed(reason: DiagnosisReason, action: Option<Action>) -> (StepOutcome, Option<DiagnosisReason>, Option<Action>) {
    (StepOutcome::Failed, Some(reason), action)
}

pub(super) fn profile(name: &str, port: u16, plugin: &str) -> Command {
    let text = str::to_owned;
    Command::SaveProfile {
        draft: ProfileDraft {
            id: None,
            name: text(name),
            server: text("127.0.0.1"),
            port: port.to_string(),
            method: text("aes-256-gcm"),
            password: Some(PASSWORD.into()),
            plugin: text(plugin),
            plugin_opts: if plugin.is_empty() { String::new() } else { text("token=t0psecret") },
            one_time_auth: false,
            notes: String::new(),
        },
    }
}

async fn use_profile(bench: &Bench, name: &str, port: u16, plugin: &str) {
    bench.send(profile(name, port, plugin));
    let state = bench.until(|state| state.profiles.iter().any(|profile| profile.title == name)).await;
    bench.send(Command::SelectProfile { id: state.profiles.last().expect("it was saved").id.clone() });
}

#[tokio::test]
async fn what_works_passes_from_the_port_to_the_names_and_udp_that_is_blocked_is_named() {
    let bench = bench(json!({"local_port": 0, "local_direct": true})).await;
    bench.send(Command::TrayPresent { present: true });
    bench.on().await;
    let diagnosis = diagnosis(&bench.parasol).await;
    let steps: Vec<DiagnosisStep> = diagnosis.steps.iter().map(|step| step.step).collect();
    assert_eq!(steps, DiagnosisStep::ALL);
    for step in &diagnosis.steps {
        let expected = match step.step {
            DiagnosisStep::KeyStore | DiagnosisStep::Resolve | DiagnosisStep::Clock | DiagnosisStep::Plugin => {
                StepOutcome::Skipped
            }
            DiagnosisStep::Udp => StepOutcome::Failed,
            _ => StepOutcome::Passed,
        };
        assert_eq!(step.outcome, expected, "{step:?}");
        assert_eq!(step.reason.is_some(), expected != StepOutcome::Passed, "{step:?}");
        let tried = expected == StepOutcome::Passed && step.step != DiagnosisStep::Tray;
        assert_eq!(step.micros.is_some(), tried, "a time is that of something that was tried: {step:?}");
    }
    let blocked = DiagnosisReason::Server { verdict: TestVerdict::WorksWithoutUdp };
    assert_eq!(failed_as(&diagnosis, DiagnosisStep::Udp), failed(blocked, None));
    assert_eq!(diagnosis.failed(), 1);

    let report = bench.parasol.diagnosis_report(true).await.expect("there was one");
    assert!(report.contains("relay         on") && !report.contains("called off"), "{report}");
    bench.off().await;
    let diagnosis = self::diagnosis(&bench.parasol).await;
    assert_eq!(of(&diagnosis, DiagnosisStep::SystemProxy).reason, Some(DiagnosisReason::Off));
    assert_eq!(of(&diagnosis, DiagnosisStep::Port).outcome, StepOutcome::Passed);
    assert_eq!(of(&diagnosis, DiagnosisStep::Names).outcome, StepOutcome::Passed);
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_who_has_it_and_what_helps_whether_it_is_on_or_off() {
    let holder = StdListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let bench = bench(json!({"local_port": port})).await;
    for on in [false, true] {
        if on {
            bench.switch(true);
            bench.until(|state| matches!(state.actual, Actual::Failed { .. })).await;
        }
        let diagnosis = diagnosis(&bench.parasol).await;
        let (outcome, reason, action) = failed_as(&diagnosis, DiagnosisStep::Port);
        let Some(DiagnosisReason::Problem { problem: Problem::PortTaken { port: taken, pid, next_free, .. } }) = reason
        else {
            panic!("{reason:?}");
        };
        assert_eq!((outcome, taken), (StepOutcome::Failed, port));
        if cfg!(target_os = "linux") {
            assert_eq!(pid, Some(std::process::id()));
        }
        assert_eq!(action, Some(next_free.map_or(Action::EditPort, |port| Action::UsePort { port })));
    }
    drop(holder);
}

#[tokio::test]
async fn a_system_proxy_that_another_has_changed_is_named_and_can_be_taken_back() {
    let bench = bench(json!({"local_port": 0})).await;
    bench.on().await;
    bench.fake.change(&[("mode", Some("none"))].into_iter().collect());
    let taken = diagnosis(&bench.parasol).await;
    let reason = DiagnosisReason::Problem { problem: Problem::ProxyTaken };
    assert_eq!(failed_as(&taken, DiagnosisStep::SystemProxy), failed(reason, Some(Action::TakeProxyBack)));
    // The state knows by then, so that the action does something.
    let is_taken = ProxyActual::Failed { problem: Problem::ProxyTaken };
    bench.until(|state| state.system_proxy.actual == is_taken).await;
    bench.proxy(ProxyMode::Set);
    bench.until(|state| state.system_proxy.actual == ProxyActual::Set).await;
    let ours = diagnosis(&bench.parasol).await;
    assert_eq!(of(&ours, DiagnosisStep::SystemProxy).outcome, StepOutcome::Passed);
}

#[tokio::test]
async fn a_plugin_that_is_missing_is_told_once_and_where_it_belongs() {
    let bench = bench(json!({"local_port": 0})).await;
    bench.use_a_profile_that_cannot_start().await;
    bench.switch(true);
    bench.until(|state| matches!(state.actual, Actual::Failed { .. })).await;
    let diagnosis = diagnosis(&bench.parasol).await;
    let problem = Problem::PluginMissing { name: "parasol-no-such-plugin".into() };
    let reason = DiagnosisReason::Problem { problem };
    assert_eq!(failed_as(&diagnosis, DiagnosisStep::Plugin), failed(reason, Some(Action::EditProfile)));
    assert_eq!(of(&diagnosis, DiagnosisStep::Port).outcome, StepOutcome::Passed, "{diagnosis:?}");
    let untested = DiagnosisReason::Untested { reason: StepReason::Unusable };
    assert_eq!(of(&diagnosis, DiagnosisStep::Resolve).reason, Some(untested));
    let failed: HashSet<DiagnosisStep> =
        diagnosis.steps.iter().filter(|step| step.outcome == StepOutcome::Failed).map(|step| step.step).collect();
    // There is no tray here either.
    assert_eq!(failed, HashSet::from([DiagnosisStep::Plugin, DiagnosisStep::Tray]));
}

#[tokio::test]
async fn without_a_profile_that_is_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let fake = parasol_platform::system_proxy::Fake::default();
    let parasol = spawn_with(dir.path(), desktop(&fake), no_lists()).await;
    let mut told = soon(parasol.diagnose()).await.expect("it runs");
    let is_told = |diagnosis: &Diagnosis| diagnosis.step(DiagnosisStep::Resolve).is_some();
    let diagnosis = soon(told.wait_for(is_told)).await.expect("it goes on").clone();
    let reason = DiagnosisReason::Problem { problem: Problem::NoProfile };
    assert_eq!(failed_as(&diagnosis, DiagnosisStep::Resolve), failed(reason, Some(Action::AddProfile)));
}

/// A bench whose server takes connections and says nothing, and the first of them, made by a diagnosis that runs.
async fn hanging() -> (Bench, TcpListener, watch::Receiver<Diagnosis>, tokio::net::TcpStream) {
    let bench = bench(json!({"local_port": 0})).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    use_profile(&bench, "Silent", silent.local_addr().unwrap().port(), "").await;
    let told = soon(bench.parasol.diagnose()).await.expect("it runs");
    let (connection, _) = soon(silent.accept()).await.unwrap();
    (bench, silent, told, connection)
}

async fn hangs_up(mut connection: tokio::net::TcpStream) {
    let mut heard = Vec::new();
    let _ = soon(connection.read_to_end(&mut heard)).await;
}

#[tokio::test]
async fn there_is_one_at_a_time_and_it_ends_when_nobody_looks_or_parasol_ends() {
    let (bench, silent, mut first, connection) = hanging().await;
    soon(first.wait_for(|diagnosis| diagnosis.running == Some(DiagnosisStep::Handshake))).await.expect("it goes on");
    // Another one is begun when that has ended, which is called off.
    let second = soon(bench.parasol.diagnose()).await.expect("it runs");
    hangs_up(connection).await;
    let (connection, _) = soon(silent.accept()).await.unwrap();
    while soon(first.changed()).await.is_ok() {}
    let left = first.borrow().clone();
    assert_eq!((left.ended, left.running), (false, None), "{left:?}");
    assert!(left.step(DiagnosisStep::Connect).is_some() && left.step(DiagnosisStep::Handshake).is_none(), "{left:?}");

    drop(second);
    hangs_up(connection).await;
    let report = bench.parasol.diagnosis_report(false).await.expect("there was one");
    assert!(report.contains("connect       passed"), "{report}");

    let third = soon(bench.parasol.diagnose()).await.expect("it runs");
    let (_connection, _) = soon(silent.accept()).await.unwrap();
    soon(bench.parasol.shutdown()).await;
    assert!(bench.parasol.state().has_changed().is_err(), "it has ended");
    assert!(!third.borrow().ended);
    assert!(bench.parasol.diagnose().await.is_none());
}

#[cfg(unix)]
#[tokio::test]
async fn a_plugin_that_writes_without_end_is_told_in_five_short_lines_and_given_to_nobody() {
    const FLOODS: &str = "#!/usr/bin/env python3
import os, socket, sys
listener = socket.create_server((os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT'])))
for _ in range(64):
    print('x' * 65536, file=sys.stderr)
print('\\x1b[2J\\u202edial secret.example with t0psecret', file=sys.stderr, flush=True)
while True:
    listener.accept()[0].close()
";
    let bench = bench(json!({"local_port": 0})).await;
    let plugin = bench.plugin("floods", FLOODS);
    use_profile(&bench, "Floods", 1, &plugin).await;
    let diagnosis = diagnosis(&bench.parasol).await;
    assert_eq!(of(&diagnosis, DiagnosisStep::Plugin).outcome, StepOutcome::Passed);
    assert_eq!(of(&diagnosis, DiagnosisStep::Handshake).outcome, StepOutcome::Failed);
    let said = &diagnosis.plugin_said;
    assert!(said.len() <= 5 && said.iter().all(|line| line.chars().count() < 2000), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some(r"\u{1b}[2J\u{202e}dial secret.example with ••••"));
    let report = bench.parasol.diagnosis_report(true).await.expect("there was one");
    for hidden in ["secret.example", "t0psecret", "xxx", PASSWORD, bench.dir.path().to_str().unwrap()] {
        assert!(!report.contains(hidden), "{hidden}: {report}");
    }
    assert!(report.contains("floods") && report.contains("127.0.0.1:1"), "{report}");
}

#[tokio::test]
async fn a_clock_that_is_an_hour_wrong_is_named_by_what_a_host_of_https_says() {
    let now = jiff::Timestamp::now();
    let authority = Authority::new();
    for (ahead_s, named) in [(3600_i64, true), (-3600, true), (0, false)] {
        let shown = now - jiff::SignedDuration::from_secs(ahead_s);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&shown).unwrap();
        let says = head("204 No Content", 0, &format!("Date: {date}\r\n"));
        let host = Host::start(authority.identity("list.example"), move |_| Says::Whole(says.clone())).await;
        let fetcher = Fetcher::new(authority.trust(), names(), vec![LOOPBACK]);
        let dir = directory(json!({
            "local_port": 0,
            "test_url": origin().await,
            "test_name_server": "127.0.0.1:1",
            "clock_url": format!("https://list.example:{}/", host.port()),
        }));
        let fake = parasol_platform::system_proxy::Fake::default();
        let parasol = spawn_with(dir.path(), desktop(&fake), Lists { fetcher, ..no_lists() }).await;
        let diagnosis = diagnosis(&parasol).await;
        match failed_as(&diagnosis, DiagnosisStep::Clock) {
            (StepOutcome::Failed, Some(DiagnosisReason::WrongClock { ahead_s: told }), action) => {
                assert!(named && (told - ahead_s).abs() < 30, "{told} for {ahead_s}");
                assert_eq!(action, Some(Action::SetClock));
            }
            found => assert_eq!((found.0, named), (StepOutcome::Passed, false), "{found:?}"),
        }
        parasol.shutdown().await;
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_asked_for_the_time_fails_nothing() {
    let bench = bench(json!({"local_port": 0, "clock_url": "http://no.https/"})).await;
    until(&bench.parasol, |state| !is_on(state)).await;
    let diagnosis = diagnosis(&bench.parasol).await;
    let (outcome, reason, _) = failed_as(&diagnosis, DiagnosisStep::Clock);
    assert!(matches!((outcome, reason), (StepOutcome::Skipped, Some(DiagnosisReason::NoTime { .. }))));
}

#[tokio::test]
async fn one_that_crashes_says_so_and_is_not_taken_for_whole() {
    let dir = directory(json!({"local_port": 0}));
    // The controller asks first; a diagnosis, which is a task of its own, finds no clock.
    let asks = OnceLock::new();
    let clock = move || {
        if let Some(task) = tokio::task::try_id() {
            assert_eq!(*asks.get_or_init(|| task), task, "a clock that crashes whoever else asks");
        }
        SystemTime::now()
    };
    let lists = Lists { clock: Arc::new(clock), ..no_lists() };
    let parasol = spawn_with(dir.path(), desktop(&parasol_platform::system_proxy::Fake::default()), lists).await;
    soon(parasol.now()).await.expect("it runs");
    let diagnosis = diagnosis(&parasol).await;
    let steps: Vec<DiagnosisStep> = diagnosis.steps.iter().map(|step| step.step).collect();
    assert_eq!((&steps[..], diagnosis.running), (&DiagnosisStep::ALL[..], None));
    let crashed = DiagnosisReason::Problem { problem: Problem::Crashed };
    assert_eq!(failed_as(&diagnosis, DiagnosisStep::Port), failed(crashed, Some(Action::TryAgain)));
    assert_eq!(diagnosis.failed(), 1);
    let report = parasol.diagnosis_report(false).await.expect("there was one");
    assert!(report.contains("port          failed   crashed") && !report.contains("called off"), "{report}");
}
