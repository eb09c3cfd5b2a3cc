//! Programs that strangers name: whichever way a profile came, its plugin runs when the user has approved it, and what is no
//! program's name is not taken.

use std::path::Path;

use serde_json::{Value, json};

use super::bench::{Bench, HANGS, PASSWORD, program, soon, until};
use super::subscriptions::{Desk, list, server};
use crate::command::Command;
use crate::controller::Handle;
use crate::export::qr_png;
use crate::problem::Problem;
use crate::state::{Actual, AppState};

/// Switches the profile called `title` on: its plugin, this program, is asked about and does not run before the user has
/// said yes.
async fn runs_when_approved(parasol: &Handle, title: &str, plugin: &Path, opts: &str) {
    let runs = plugin.with_extension("runs");
    let name = plugin.to_str().unwrap().to_owned();
    let state = until(parasol, |state| state.profiles.iter().any(|profile| profile.title == title)).await;
    let profile = state.profiles.iter().find(|profile| profile.title == title).unwrap();
    assert_eq!((&profile.plugin, profile.plugin_opts.as_str(), profile.plugin_approved), (&name, opts, false));
    let id = profile.id.clone();
    parasol.send(Command::SelectProfile { id: id.clone() });
    parasol.send(Command::SetOn { on: true });
    let asked = Actual::Failed { problem: Problem::PluginUnapproved { name: name.clone() } };
    until(parasol, |state| state.actual == asked).await;
    // Nor does a test run it.
    parasol.send(Command::TestProfile { id: id.clone() });
    until(parasol, |state| state.tests.ended.iter().any(|ended| ended.id == id)).await;
    assert!(!runs.exists(), "{name} has run");

    parasol.send(Command::ApprovePlugin { id, plugin: name, plugin_opts: opts.to_owned() });
    soon(async {
        while !runs.exists() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    parasol.send(Command::SetOn { on: false });
    until(parasol, |state| state.actual == Actual::Off).await;
}

/// Some of what is no name of a program, nor its whole path.
const NONE: [&str; 6] = ["../evil", "bin/evil", "-rf", "--exec=a", "$(reboot)", "evil && reboot"];
const OPTS: &str = "$(reboot);-rf";

fn link(plugin: &str, name: &str) -> String {
    let plugin: String = format!("{plugin};{OPTS}").bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("ss://YWVzLTI1Ni1nY206eA@127.0.0.1:1/?plugin={plugin}#{name}")
}

fn plugged(plugin: &str, name: &str) -> Value {
    let mut server = server("", "127.0.0.1");
    (server["remarks"], server["plugin"], server["plugin_opts"]) = (name.into(), plugin.into(), OPTS.into());
    server["plugin_approved"] = true.into();
    server
}

/// By what a program of this path is named.
type Way<'a> = (&'a str, &'a dyn Fn(&str) -> Vec<u8>);

#[tokio::test]
async fn a_program_that_an_import_names_runs_when_it_is_approved() {
    let links = |plugin: &str| link(plugin, "Theirs").into_bytes();
    let picture = |plugin: &str| qr_png(&link(plugin, "Theirs")).unwrap();
    let sip008 = |plugin: &str| json!({"version": 1, "servers": [plugged(plugin, "Theirs")]}).to_string().into_bytes();
    let windows = |plugin: &str| json!({"configs": [plugged(plugin, "Theirs")]}).to_string().into_bytes();
    let own = |plugin: &str| {
        let profile = json!({"id": "t", "name": "Theirs", "server": "127.0.0.1", "port": 1, "method": "aes-256-gcm",
            "password": PASSWORD, "plugin": plugin, "plugin_opts": OPTS, "plugin_approved": true});
        json!({"version": 1, "profiles": [profile]}).to_string().into_bytes()
    };
    let ways: [Way<'_>; 5] =
        [("link", &links), ("code", &picture), ("list", &sip008), ("file", &windows), ("parasol", &own)];
    for (name, way) in ways {
        let bench = Bench::new().await;
        let plugin = bench.plugin(name, HANGS);
        let preview = soon(bench.parasol.preview_import(way(&plugin).into())).await;
        assert_eq!((preview.added.len(), preview.refused.len()), (1, 0), "{name}");
        bench.send(Command::Import { id: preview.id, leave_out: Vec::new() });
        runs_when_approved(&bench.parasol, "Theirs", plugin.as_ref(), OPTS).await;
        for none in NONE {
            let preview = soon(bench.parasol.preview_import(way(none).into())).await;
            assert_eq!((preview.added.len(), preview.refused.len()), (0, 1), "{name}: {none}");
        }
    }
}

#[tokio::test]
async fn a_program_that_a_list_names_runs_when_it_is_approved() {
    let desk = Desk::new().await;
    let plugin = program(desk.dir.path(), "listed", HANGS);
    let bad = NONE.iter().map(|none| plugged(none, "Bad"));
    desk.says(list(&bad.chain([plugged(&plugin, "Theirs")]).collect::<Vec<_>>()));
    let id = desk.add().await;
    let listed = |state: &AppState| state.profiles.iter().filter(|profile| profile.subscription.is_some()).count();
    let state = desk.until(|state| listed(state) > 0).await;
    assert_eq!((listed(&state), state.subscriptions[0].refused as usize), (1, NONE.len()));
    runs_when_approved(&desk.parasol, "Theirs", plugin.as_ref(), OPTS).await;

    // Another program in the same place of the list is not the one that was approved.
    let other = program(desk.dir.path(), "other", HANGS);
    desk.says(list(&[plugged(&other, "Another")]));
    desk.refresh(&id).await;
    runs_when_approved(&desk.parasol, "Another", other.as_ref(), OPTS).await;
}
