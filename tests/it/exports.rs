//! What is exported is what other people's programs take, and what they were given is imported as it was.

use std::net::SocketAddr;

use harness::others::{python_local_of, python_server};
use harness::parasol;
use harness::payload::{self, Sum};
use harness::peer::{sing_box_local_of, sing_box_server, ss_local_of, ss_server};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_app::export::{ExportFormat, export};
use parasol_app::import;
use parasol_app::profile::Profile;
use parasol_proto::Method;
use serde_json::{Value, json};

use crate::running::password;

fn profile(server: SocketAddr, method: &str, password: &str) -> Profile {
    Profile {
        id: Profile::new_id(),
        name: "Tōkyō".to_owned(),
        server: server.ip().to_string(),
        port: server.port(),
        method: method.to_owned(),
        password: password.into(),
        ..Profile::default()
    }
}

fn json_of(profiles: &[Profile], format: ExportFormat, local_port: u16) -> Value {
    serde_json::from_str(&export(profiles, format, local_port).text).expect("JSON")
}

async fn serves(proxy: SocketAddr, what: &str) {
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(proxy, target.address).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    let content = payload::bytes(100_000, 17);
    assert_eq!(payload::round_trip(stream, &content).await.expect(what), Sum::of(&content), "{what}");
}

#[tokio::test]
async fn ss_local_takes_the_config_json() {
    for password in ["plain", "pass \"word\": \\Ü#@%"] {
        let server = ss_server("aes-256-gcm", password).await;
        let all = [profile(server.address, "aes-256-gcm", password)];
        let peer = ss_local_of(|port| export(&all, ExportFormat::Config, port).text.to_string()).await;
        serves(peer.address, password).await;
    }
}

#[tokio::test]
async fn the_python_original_takes_the_config_json() {
    let server = python_server("aes-256-cfb", "secret", false).await;
    let all = [profile(server.address, "aes-256-cfb", "secret")];
    let peer = python_local_of(|port| json_of(&all, ExportFormat::Config, port)).await;
    serves(peer.address, "python").await;
}

#[tokio::test]
async fn sing_box_takes_the_servers_of_the_sip008_document() {
    for method in [Method::Blake3Aes256Gcm, Method::ChaCha20Poly1305] {
        let password = password(method);
        let server = sing_box_server(method.name(), &password).await;
        let all = [profile(server.address, method.name(), &password)];
        let mut document = json_of(&all, ExportFormat::Sip008, 1080);
        let server = document["servers"][0].as_object_mut().expect("a server");
        // What only SIP008 has; sing-box refuses keys that it does not know.
        assert!(server.remove("id").is_some() && server.remove("remarks").is_some());
        let peer = sing_box_local_of(&document["servers"][0]).await;
        serves(peer.address, method.name()).await;
    }
}

/// As a person does it: a file of another program in, and out again.
#[tokio::test]
async fn the_terminal_imports_previews_and_exports() {
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let config = files.path().join("parasol");
    let run = async |args: &[&str]| {
        let mut command = parasol::command(args);
        command.env("PARASOL_CONFIG_DIR", &config).current_dir(files.path());
        let output = command.output().await.expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let servers = json!({ "configs": [
        { "server": "a.example", "server_port": 8388, "password": "hunter2", "method": "aes-256-gcm", "remarks": "First\u{202e}" },
        { "server": "b.example", "server_port": 0, "password": "hunter2", "method": "aes-256-gcm", "remarks": "Second" },
    ]});
    std::fs::write(files.path().join("gui-config.json"), servers.to_string()).expect("it can be written");

    let (code, out, _) = run(&["import", "--preview", "gui-config.json"]).await;
    assert_eq!(code, Some(0));
    assert!(out.contains("added      First  a.example 8388 aes-256-gcm\n"), "{out}");
    assert!(out.contains("refused    gui-config.json, server 2, Second: the port must be from 1 to 65535"), "{out}");
    assert!(
        out.ends_with("1 added, 0 changed, 0 unchanged, 1 refused; nothing saved\n") && !out.contains("hunter2"),
        "{out}"
    );
    assert_eq!(run(&["export"]).await.0, Some(2), "nothing was saved");

    let (code, out, _) = run(&["import", "--json", "gui-config.json"]).await;
    let told: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &told["saved"], &told["added"][0]["where"]), (Some(0), &json!(true), &json!("configs[0]")));
    assert_eq!(told["refused"][0]["fault"], json!({ "code": "badPort" }));
    assert!(!out.contains("hunter2"), "{out}");

    let (code, link, _) = run(&["export", "First"]).await;
    assert_eq!((code, link.as_str()), (Some(0), "ss://YWVzLTI1Ni1nY206aHVudGVyMg@a.example:8388#First\n"));
    let (code, out, err) = run(&["export", "--format", "png", "--output", "code.png"]).await;
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    let (code, out, _) = run(&["import", "code.png"]).await;
    assert_eq!(code, Some(0));
    assert!(out.contains("unchanged  First  a.example 8388 aes-256-gcm\n0 added, 0 changed, 1 unchanged"), "{out}");
    std::fs::write(files.path().join("junk"), "hello").expect("it can be written");
    let (code, out, err) = run(&["import", "junk"]).await;
    assert_eq!(code, Some(2), "{out}");
    assert!(err.contains("all that was found is refused"), "{err}");
    assert_eq!(run(&["import", "no such file"]).await.0, Some(2));
    for (given, says) in
        [("ss://hunter2@h:1", "parasol import -"), ("https://list.example/hunter2", "parasol subscription add -")]
    {
        let (code, _, err) = run(&["import", given]).await;
        assert!(code == Some(2) && err.contains(says) && !err.contains("hunter2"), "{err}");
    }
    let (code, _, err) = run(&["export", "--output", "code.png"]).await;
    assert!(code == Some(2) && err.contains("add --force"), "{err}");
    assert!(std::fs::read(files.path().join("code.png")).expect("it is there").starts_with(b"\x89PNG"), "as it was");
    assert_eq!(run(&["export", "--output", "code.png", "--force"]).await.0, Some(0));
    let plugin = "ss://cmM0LW1kNTpodW50ZXIy@p.example:1/?plugin=obfs-local%3Bobfs%3Dhttp#Old";
    std::fs::write(files.path().join("plugin"), plugin).expect("it can be written");
    let (_, out, _) = run(&["import", "--preview", "plugin"]).await;
    assert!(out.contains("p.example 1 rc4-md5, unsafe, needs the plugin obfs-local (not approved)\n"), "{out}");
    assert_eq!(run(&["import", "plugin"]).await.0, Some(0));
    let (code, out, err) = run(&["test", "Old"]).await;
    assert_eq!((code, out.lines().count()), (Some(1), 1), "{out}{err}");
    assert!(out.starts_with("Old: not tried: ") && err.contains("1 of 1 was not tried"), "{out}{err}");
    let (code, _, err) = run(&["test", "Nobody"]).await;
    assert!(code == Some(2) && err.contains("no profile is called \"Nobody\", and it is no ss:// link"), "{err}");
    let (code, _, err) = run(&["test", "YWVzLTI1Ni1nY206aHVudGVyMg@h:1"]).await;
    assert!(code == Some(2) && !err.contains("aHVudGVyMg"), "{err}");
    assert_eq!(run(&["export", "Nobody"]).await.0, Some(2));
}

#[tokio::test]
async fn the_terminal_leaves_the_profiles_of_a_running_parasol_alone() {
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let held = parasol_app::store::Store::open(files.path(), std::time::SystemTime::UNIX_EPOCH);
    let link = files.path().join("links.txt");
    std::fs::write(&link, "ss://YWVzLTI1Ni1nY206aHVudGVyMg@a.example:8388#First").expect("it can be written");
    let link = link.to_str().expect("a temporary path is text");
    for (args, expected) in [(&["import", link][..], Some(1)), (&["import", "--preview", link], Some(0))] {
        let mut command = parasol::command(args);
        let output = command.env("PARASOL_CONFIG_DIR", files.path()).output().await.expect("it runs");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), expected, "{words}");
        assert_eq!(words.contains("a running Parasol holds the profiles"), expected == Some(1), "{words}");
    }
    assert!(!files.path().join("profiles.json").exists());
    drop(held);
}

#[tokio::test]
async fn the_terminal_draws_the_code_of_a_link() {
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let link = "ss://YWVzLTI1Ni1nY206aHVudGVyMg@a.example:8388#First";
    let run = async |args: &[&str]| parasol::command(args).current_dir(files.path()).output().await.expect("it runs");
    let drawn = run(&["link", "qr", link]).await;
    assert!(drawn.status.success() && String::from_utf8_lossy(&drawn.stdout).contains('█'));
    for (name, begins) in [("a.svg", &b"<svg"[..]), ("a.png", b"\x89PNG")] {
        assert!(run(&["link", "qr", link, "--output", name]).await.status.success());
        assert!(std::fs::read(files.path().join(name)).expect("it was written").starts_with(begins));
    }
    let read = import::read(&std::fs::read(files.path().join("a.png")).expect("it was written"));
    assert_eq!(read.entries[0].found.as_ref().map(|draft| &*draft.profile.name), Ok("First"));
    for args in [&["link", "qr", link, "--output", "a.gif"][..], &["link", "qr", "ss://hunter2"]] {
        let refused = run(args).await;
        assert_eq!(refused.status.code(), Some(2));
        assert!(!String::from_utf8_lossy(&refused.stderr).contains("hunter2"));
    }
}
