//! `parasol on` and its like as a shell sees them, against a Parasol that answers what it is told to. The real one answers
//! in the tests of the desktop.

#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use parasol_app::control::{ControlPath, ControlSocket};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const ON: &str = r#"{"is":"status","running":true,"version":"0.1.0","wanted":true,"state":"on","since_ms":1,"problem":null,"profile":"Tokyo","group":null,"local_port":1080,"ports":[],"mode":"rules","system_proxy":{"wanted":"set","set":true,"problem":null}}"#;

fn session() -> TempDir {
    let session = tempfile::tempdir().expect("a folder of our own");
    fs::set_permissions(session.path(), Permissions::from_mode(0o700)).expect("and nobody else's");
    session
}

fn parasol(session: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parasol"));
    command.args(args).env("XDG_RUNTIME_DIR", session).env("HOME", session).env_remove("XDG_DATA_HOME");
    command.output().expect("the program was built with this test")
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is text");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What the program asks, and what it says when it is answered so.
async fn answered(args: &'static [&'static str], answer: &str) -> (String, (Option<i32>, String, String)) {
    let session = session();
    let mut socket = ControlSocket::take(&ControlPath::in_directory(&session.path().join("parasol"))).expect("free");
    let path = session.path().to_owned();
    let running = tokio::task::spawn_blocking(move || parasol(&path, args));
    let coming = tokio::time::timeout(std::time::Duration::from_secs(30), socket.accept());
    let mut stream = coming.await.expect("it comes").expect("the socket is ours");
    let mut asked = Vec::new();
    while asked.last() != Some(&b'\n') {
        asked.push(stream.read_u8().await.expect("it asks"));
    }
    stream.write_all(format!("{answer}\n").as_bytes()).await.expect("it listens");
    // Whoever waits for its end sees it.
    drop(socket);
    let output = running.await.expect("it ends");
    (String::from_utf8(asked).expect("it is text"), said(&output))
}

#[test]
fn where_none_runs_each_says_what_would_help() {
    let session = session();
    for (command, advice) in [
        ("on", "--on` starts it and switches it on"),
        ("toggle", "--on` starts it and switches it on"),
        ("off", "so it is off"),
        ("status", "` starts it"),
        ("open", "` starts it"),
        ("quit", "so there is none to end"),
    ] {
        let (code, out, err) = said(&parasol(session.path(), &[command]));
        assert_eq!((code, out.as_str()), (Some(3), ""), "{command}");
        assert!(err.starts_with("parasol: no Parasol runs here; ") && err.contains(advice), "{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
    let (code, out, _) = said(&parasol(session.path(), &["status", "--json"]));
    assert_eq!((code, out.as_str()), (Some(3), "{\"running\":false}\n"));
    assert_eq!(fs::read_dir(session.path()).expect("it is there").count(), 0, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_asks_one_thing_and_tells_what_came_of_it() {
    let off = ON.replace("\"wanted\":true,\"state\":\"on\"", "\"wanted\":false,\"state\":\"off\"");
    let failed = ON.replace("\"state\":\"on\"", "\"state\":\"failed\"").replace(
        "\"problem\":null,\"profile\"",
        r#""problem":{"code":"portTaken","port":1080,"process":"nc","pid":7,"udp":false,"nextFree":1081},"profile""#,
    );
    for (args, asked, answer, code, words) in [
        (&["on"][..], "on", ON, 0, "Parasol is on, through Tokyo. It listens on 127.0.0.1:1080.\n"),
        (&["on"], "on", failed.as_str(), 1, "Parasol is not on: port 1080 is in use by nc (pid 7).\n"),
        (&["off"], "off", off.as_str(), 0, "Parasol is off.\n"),
        (&["off"], "off", ON, 1, "Parasol is on, "),
        (&["toggle"], "toggle", ON, 0, "Parasol is on, "),
        (&["toggle"], "toggle", off.as_str(), 0, "Parasol is off.\n"),
        (&["toggle"], "toggle", failed.as_str(), 1, "Parasol is not on: "),
        (&["status"], "status", failed.as_str(), 0, "Parasol is not on: "),
        (&["status", "--json"], "status", ON, 0, "{"),
        (&["open"], "open", "{\"is\":\"done\"}", 0, ""),
        (&["quit"], "quit", "{\"is\":\"done\"}", 0, ""),
    ] {
        let (line, (ended, out, err)) = answered(args, answer).await;
        assert_eq!(line, format!("{{\"do\":\"{asked}\"}}\n"));
        assert_eq!(ended, Some(code), "{args:?}: {out}{err}");
        assert!(out.starts_with(words) && err.is_empty() == (code == 0), "{args:?}: {out}{err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_for_a_terminal_names_the_port_of_the_one_that_runs_or_the_one_that_is_typed() {
    let (line, (ended, out, err)) = answered(&["env", "--shell", "fish"], ON).await;
    assert_eq!((line.as_str(), ended, err.as_str()), ("{\"do\":\"status\"}\n", Some(0), ""));
    assert!(out.starts_with("set -gx http_proxy 'http://127.0.0.1:1080'; ") && out.lines().count() == 1, "{out}");

    let session = tempfile::tempdir().expect("a folder");
    let (ended, out, _) = said(&parasol(session.path(), &["env", "-l", "3128"]));
    assert_eq!(ended, Some(0), "none has to run");
    assert!(out.contains("http_proxy='http://127.0.0.1:3128'") && out.contains("no_proxy='localhost,"), "{out}");
    let (ended, out, err) = said(&parasol(session.path(), &["env"]));
    assert_eq!((ended, out.as_str()), (Some(3), ""), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_version_or_of_one_that_ends_is_told_apart() {
    for (answer, code, words) in [
        ("{\"is\":\"refused\",\"why\":\"ending\"}", 3, "no Parasol runs here"),
        ("{\"is\":\"refused\",\"why\":\"not_understood\"}", 1, "another version"),
        ("{\"is\":\"done\"}", 1, "another version"),
        ("{\"is\":\"status\"}", 1, "another version"),
        ("\u{1b}[2J", 1, "another version"),
    ] {
        let (_, (ended, out, err)) = answered(&["status"], answer).await;
        assert_eq!((ended, out.as_str()), (Some(code), ""), "{answer}");
        assert!(err.contains(words) && !err.contains('\u{1b}'), "{err}");
    }
}
