//! `parasol` as a person runs it.

use harness::curl::curl;
use harness::deadline::within;
use harness::origin::{Origin, SEED};
use harness::parasol::{self, Parasol};
use harness::payload::{self, Sum};
use harness::peer::{ss_local, ss_server};
use harness::process::Process;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::Egress;
use parasol_proto::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::running::{Running, SHORT, config, password, shadowsocks};

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "pass word: Ü";

/// The proxy serves.
async fn check(proxy: std::net::SocketAddr, what: &str) {
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(proxy, target.address).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    let content = payload::bytes(100_000, 13);
    assert_eq!(payload::round_trip(stream, &content).await.expect(what), Sum::of(&content), "{what}");
}

#[tokio::test]
async fn a_local_takes_its_server_from_options_link_and_file() {
    let peer = ss_server(METHOD, PASSWORD).await;
    let port = peer.address.port().to_string();
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let write = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).expect("the temporary folder can be written");
        path.to_str().expect("a temporary path is text").to_owned()
    };
    let password_file = write("password", &format!("{PASSWORD}\n"));
    let whole = json!({"server": "127.0.0.1", "server_port": port, "local_port": 0, "password": PASSWORD,
        "method": METHOD, "timeout": 60, "mode": "tcp_and_udp"});
    let config = write("config.json", &whole.to_string());
    let wrong = json!({"server": "127.0.0.1", "server_port": 1, "local_port": 1, "password": "wrong",
        "method": "aes-128-gcm"});
    let wrong = write("wrong.json", &wrong.to_string());
    let encoded = parasol::command(&["link", "encode", "-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-k", PASSWORD])
        .output()
        .await
        .expect("it runs");
    let link = String::from_utf8(encoded.stdout).expect("text");
    let link = link.trim_end();
    for args in [
        &["-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-k", PASSWORD, "-l", "0", "-t", "60"][..],
        &[
            "--server",
            "127.0.0.1",
            "--server-port",
            &port,
            "--method",
            METHOD,
            "--password-file",
            &password_file,
            "--local-port",
            "0",
            "--local-address",
            "127.0.0.1",
        ],
        &["--server", link, "-l", "0"],
        &["-c", &config],
        &["-c", &wrong, "-p", &port, "-m", METHOD, "-k", PASSWORD, "-l", "0"],
        &["-c", &wrong, "--server", link, "-l", "0", "-v"],
    ] {
        let args = [&["local"], args].concat();
        match Parasol::start(&args).await {
            Ok(local) => {
                assert_ne!(local.address.port(), 0);
                check(local.address, &format!("{args:?}")).await;
                assert!(!local.process.log().contains(PASSWORD), "{args:?}: {}", local.process.log());
            }
            Err(died) => panic!("{args:?}: {}", died.log),
        }
    }
}

#[tokio::test]
async fn a_server_takes_clients_and_its_password_from_the_environment() {
    let mut command =
        parasol::command(&["server", "-s", "127.0.0.1", "-p", "0", "-m", METHOD, "--allow-private-targets"]);
    let server = Parasol::from(command.env("PARASOL_PASSWORD", PASSWORD)).await.expect("it starts");
    let peer = ss_local(server.address, METHOD, PASSWORD).await;
    check(peer.address, "ss-local to parasol server").await;
}

#[tokio::test]
async fn a_server_refuses_private_targets_unless_told() {
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let origin = Origin::start().await;
    for (allowed, reaches) in [(Value::Null, false), (json!(false), false), (json!(true), true)] {
        let path = files.path().join("server.json");
        let config = json!({"server": "127.0.0.1", "server_port": 0, "password": PASSWORD, "method": METHOD,
            "allow_private_targets": allowed});
        std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
        let server = Parasol::start(&["server", "-c", path.to_str().expect("text")]).await.expect("it starts");
        let peer = ss_local(server.address, METHOD, PASSWORD).await;
        let proxy = format!("socks5h://{}", peer.address);
        let answer = curl(&["--proxy", &proxy, &origin.url("/bytes/5")]).await;
        assert_eq!(answer.code == 0, reaches, "{allowed}: {}", answer.words);
        assert_eq!(answer.body.len(), if reaches { 5 } else { 0 }, "{allowed}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_named_and_ignored() {
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    let config = json!({"server": "127.0.0.1", "server_port": 1, "local_port": 0, "password": PASSWORD,
        "method": METHOD, "workers": 2});
    std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
    let local = Parasol::start(&["local", "-c", path.to_str().expect("text")]).await.expect("it starts");
    let mut process = local.process;
    process.terminate().await;
    assert_eq!(process.ended().await.code(), Some(0));
    assert!(process.log().contains("workers"), "{}", process.log());
}

#[tokio::test]
async fn a_taken_port_is_a_failure_that_names_it() {
    let holder = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
    let port = holder.local_addr().expect("it is bound").port().to_string();
    for role in [
        &["local", "-s", "127.0.0.1", "-p", "1", "-l", &port][..],
        &["server", "-s", "127.0.0.1", "-p", &port],
        &["demo", "-l", &port],
    ] {
        let output = parasol::command(role).env("PARASOL_PASSWORD", PASSWORD).output().await.expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{role:?}: {stderr}");
        assert!(stderr.contains(&port) && stderr.lines().count() == 1, "{role:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{role:?}");
    }
}

#[tokio::test]
async fn the_demo_is_used_as_it_says() {
    let origin = Origin::start().await;
    let mut demo = Parasol::start(&["demo", "-l", "0"]).await.expect("it starts");
    let line = demo.process.until(|line| line.contains("curl").then(|| line.to_owned())).await.expect("it says how");
    let words: Vec<&str> = line.split_whitespace().collect();
    let [program, options @ .., _example] = words.as_slice() else { panic!("{line}") };
    assert_eq!(*program, "curl");
    let answer = curl(&[options, &[origin.url("/bytes/100000").as_str()]].concat()).await;
    assert_eq!(answer.code, 0, "{}", answer.words);
    assert_eq!(answer.body, payload::bytes(100_000, SEED));
    demo.process.terminate().await;
    assert_eq!(demo.process.ended().await.code(), Some(0));
}

#[tokio::test]
async fn stats_off_a_terminal_are_json_lines_with_every_byte() {
    let peer = ss_server(METHOD, PASSWORD).await;
    let port = peer.address.port().to_string();
    // A password in the arguments would be warned of, which is no JSON.
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-l", "0", "--stats"];
    let mut process = Process::start(parasol::command(&args).env("PARASOL_PASSWORD", PASSWORD));
    let json = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line} is no JSON"));
    let first = process.until(|line| Some(json(line))).await.expect("it starts");
    let address = first["listening"].as_str().expect("where it listens comes first").parse().expect("an address");
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(address, target.address).await.expect("it works");
    payload::round_trip(stream, &payload::bytes(12_345, 14)).await.expect("it works");
    process.terminate().await;
    let mut last = Value::Null;
    // Ends with the output: no line fits.
    let _ = process
        .until(|line| -> Option<()> {
            last = json(line);
            None
        })
        .await;
    assert_eq!(process.ended().await.code(), Some(0));
    let row = &last["ports"][0];
    assert_eq!(row["port"], address.port(), "{last}");
    assert_eq!((&row["up_total"], &row["down_total"]), (&json!(12_345), &json!(12_345)), "{last}");
}

#[tokio::test]
async fn the_mode_of_a_file_says_whether_udp_is_relayed() {
    const ASSOCIATE: &[u8] = &[5, 3, 0, 1, 0, 0, 0, 0, 0, 0];
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    for (mode, reply) in [("tcp_only", Some(7)), ("tcp_and_udp", None)] {
        let config = json!({"server": "127.0.0.1", "server_port": 1, "local_port": 0, "password": PASSWORD,
            "method": METHOD, "mode": mode});
        std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
        let relay = Parasol::start(&["local", "-c", path.to_str().expect("a temporary path is text")]).await;
        let relay = relay.expect("it starts");
        assert_eq!(socks5::ask(relay.address, ASSOCIATE).await.err(), reply, "{mode}");
    }
}

/// Catalogue 52: a server does not say that it is the time that it does not like.
#[tokio::test]
async fn a_clock_that_is_an_hour_wrong_is_named_among_the_causes() {
    let method = Method::Blake3Aes128Gcm;
    let password = password(method);
    let mut far = config(vec![shadowsocks(method, Egress::Any)]);
    far.deadlines.handshake = SHORT;
    let far = Running::start(far);
    let (target, port) = (Target::start(Manner::Echo).await, far.address.port().to_string());
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", method.name(), "-l", "0"];
    for (offset, wrong) in [("+0", false), ("+3600s", true), ("-3600s", true)] {
        let mut command = parasol::by_another_clock(offset);
        command.args(args).env("PARASOL_PASSWORD", &password);
        let mut local = Parasol::from(&mut command).await.expect("it starts");
        let mut stream = socks5::connect(local.address, target.address).await.expect("the server is there");
        stream.write_all(b"ping").await.expect("the relay reads");
        let came = within("an answer or the end", stream.read(&mut [0; 8])).await.unwrap_or(0);
        assert_eq!(came, if wrong { 0 } else { 4 }, "{offset}");
        drop(stream);
        if wrong {
            local
                .process
                .until(|line| line.contains("check password, method and clock").then_some(()))
                .await
                .expect(offset);
        }
    }
}
