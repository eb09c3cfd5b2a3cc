//! What a profile asks for and the user must say yes to: a program to run, a method that is unsafe.

use std::sync::Arc;

use tempfile::TempDir;

use super::super::Desktop;
#[cfg(unix)]
use super::bench::{QUITS, program};
use super::bench::{free_port, is_on, parasol, soon, until};
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::problem::Problem;
use crate::state::Actual;

fn no_desktop() -> Desktop {
    Arc::new(|| None)
}

/// A directory with this profile alone.
fn saved(profile: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let settings = format!(r#"{{"local_port":{}}}"#, free_port());
    let document = format!(r#"{{"version":1,"profiles":[{profile}],"settings":{settings}}}"#);
    std::fs::write(dir.path().join("profiles.json"), document).unwrap();
    dir
}

#[tokio::test]
async fn a_plugin_that_came_with_a_profile_runs_when_it_is_approved_and_not_before() {
    let profile = r#"{"id":"a","server":"127.0.0.1","port":1,"method":"aes-256-gcm","password":"x","plugin":"parasol-no-such-plugin","plugin_opts":"a=b;key=swordfish"}"#;
    let dir = saved(profile);
    let parasol = parasol(dir.path(), no_desktop()).await;
    parasol.send(Command::SetOn { on: true });
    let name = || "parasol-no-such-plugin".to_owned();
    let failed = Actual::Failed { problem: Problem::PluginUnapproved { name: name() } };
    until(&parasol, |state| state.actual == failed).await;

    // Not what the user saw.
    let approve = |plugin_opts: &str| Command::ApprovePlugin {
        id: "a".to_owned(),
        plugin: name(),
        plugin_opts: plugin_opts.to_owned(),
    };
    parasol.send(approve("c=d"));
    soon(parasol.password("a")).await;
    until(&parasol, |state| state.actual == failed).await;

    parasol.send(approve("a=b;key=••••"));
    let missing = Actual::Failed { problem: Problem::PluginMissing { name: name() } };
    let state = until(&parasol, |state| state.actual == missing).await;
    assert!(state.profiles[0].plugin_approved);
    assert!(!serde_json::to_string(&*state).unwrap().contains("swordfish"), "no snapshot says it");
}

#[tokio::test]
async fn an_unsafe_method_is_used_when_it_is_approved_and_not_before_nor_after_it_changed() {
    let dir =
        saved(r#"{"id":"a","server":"127.0.0.1","port":1,"method":"rc4-md5","password":"x","one_time_auth":true}"#);
    let parasol = parasol(dir.path(), no_desktop()).await;
    parasol.send(Command::SetOn { on: true });
    let refused = |method: &str| Actual::Failed { problem: Problem::LegacyUnapproved { method: method.to_owned() } };
    let state = until(&parasol, |state| state.actual == refused("rc4-md5")).await;
    assert!(state.profiles[0].legacy && !state.profiles[0].legacy_approved);

    let approve = |method: &str| Command::ApproveLegacy { id: "a".to_owned(), method: method.to_owned() };
    // Not what the user saw.
    parasol.send(approve("aes-256-cfb"));
    soon(parasol.password("a")).await;
    until(&parasol, |state| state.actual == refused("rc4-md5")).await;

    parasol.send(approve("rc4-md5"));
    let state = until(&parasol, is_on).await;
    assert!(state.profiles[0].legacy_approved);

    let text = str::to_owned;
    let draft = ProfileDraft {
        id: Some(text("a")),
        name: String::new(),
        server: text("127.0.0.1"),
        port: text("1"),
        method: text("aes-256-cfb"),
        password: None,
        plugin: String::new(),
        plugin_opts: String::new(),
        one_time_auth: true,
        notes: String::new(),
    };
    parasol.send(Command::SaveProfile { draft });
    let state = until(&parasol, |state| state.actual == refused("aes-256-cfb")).await;
    assert!(state.profiles[0].one_time_auth);
}

#[cfg(unix)]
#[tokio::test]
async fn a_plugin_that_ends_again_and_again_is_a_failure_with_its_last_words() {
    let dir = tempfile::tempdir().unwrap();
    let plugin = program(dir.path(), "quitter", QUITS);
    let saved = saved(&format!(
        r#"{{"id":"a","server":"127.0.0.1","port":1,"method":"aes-256-gcm","password":"x","plugin":"{plugin}","plugin_approved":true}}"#
    ));
    let parasol = parasol(saved.path(), no_desktop()).await;
    parasol.send(Command::SetOn { on: true });
    let state = until(&parasol, |state| matches!(state.actual, Actual::Failed { .. })).await;
    let Actual::Failed { problem: Problem::PluginFailed { name, exit, line } } = &state.actual else {
        panic!("{:?}", state.actual)
    };
    assert_eq!((name.as_str(), *exit, line.as_deref()), (plugin.as_str(), Some(3), Some("no more")));
    assert!(state.wanted, "it is still what the user wants");

    // Asking again tries again, and it can be given up.
    parasol.send(Command::SetOn { on: true });
    until(&parasol, |state| state.actual == Actual::Starting || is_on(state)).await;
    parasol.send(Command::SetOn { on: false });
    until(&parasol, |state| state.actual == Actual::Off).await;
}
