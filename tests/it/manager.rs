//! `parasol server` at a manager's commands: the same ones at ss-manager, and what they do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use harness::deadline::within;
use harness::parasol::{self, Parasol};
use harness::payload::{self, Sum};
use harness::peer::{free_address, ss_local};
use harness::process::Process;
use harness::socks5;
use harness::target::{Manner, Target};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpStream, UdpSocket, UnixDatagram};
use tokio::process::Command;

const METHOD: &str = "aes-256-gcm";

/// A program that takes commands, and a client of it.
struct Scene {
    process: Process,
    client: UnixDatagram,
    socket: PathBuf,
    _files: TempDir,
}

impl Scene {
    async fn start(command: impl FnOnce(&Path) -> Command) -> Scene {
        let files = tempfile::tempdir().expect("the temporary folder can be written");
        let (socket, own) = (files.path().join("manager.sock"), files.path().join("client.sock"));
        let process = Process::start(&mut command(&socket));
        let client = UnixDatagram::bind(own).expect("the temporary folder takes sockets");
        within("the manager's socket", async {
            while client.connect(&socket).is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        Scene { process, client, socket, _files: files }
    }

    async fn parasol() -> Scene {
        Scene::parasol_with(&[]).await
    }

    async fn parasol_with(more: &[&str]) -> Scene {
        Scene::start(|socket| {
            let args = ["server", "-s", "127.0.0.1", "-m", METHOD, "--allow-private-targets", "--manager-address"];
            let mut command = parasol::command(&args);
            command.arg(socket).args(more);
            command
        })
        .await
    }

    async fn ss_manager() -> Scene {
        Scene::start(|socket| {
            let mut command = Command::new("ss-manager");
            command.args(["-s", "127.0.0.1", "-m", METHOD, "--manager-address"]).arg(socket).arg("-D");
            command.arg(socket.parent().expect("it is in a folder"));
            command
        })
        .await
    }

    async fn ask(&self, command: &str) -> String {
        self.client.send(command.as_bytes()).await.expect("it listens");
        self.hear().await
    }

    async fn hear(&self) -> String {
        let mut buffer = vec![0; 65_536];
        let len = within("an answer", self.client.recv(&mut buffer)).await.expect("it answers");
        String::from_utf8(buffer[..len].to_vec()).expect("answers are text")
    }
}

fn add(port: u16, password: &str) -> String {
    format!("add: {}", json!({ "server_port": port, "password": password }))
}

/// A list, whatever its spaces, its order and the kind of its ports.
fn listed(answer: &str) -> Vec<(String, String, String)> {
    let Value::Array(entries) = serde_json::from_str(answer).expect("a list is JSON") else { panic!("{answer}") };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut entries: Vec<_> = entries
        .iter()
        .map(|entry| (text(&entry["server_port"]), text(&entry["password"]), text(&entry["method"])))
        .collect();
    entries.sort();
    entries
}

/// Counters, whatever their order.
fn counters(answer: &str) -> Value {
    serde_json::from_str(answer.strip_prefix("stat: ").expect("counters")).expect("JSON")
}

/// The proxy at `server` works with this password.
async fn carries(server: SocketAddr, password: &str, bytes: usize) {
    let peer = ss_local(server, METHOD, password).await;
    let target = Target::start(Manner::Echo).await;
    let content = payload::bytes(bytes, 23);
    let stream = socks5::connect(peer.address, target.address).await.expect("it works");
    assert_eq!(payload::round_trip(stream, &content).await.expect("it works"), Sum::of(&content));
}

#[tokio::test]
async fn commands_are_answered_as_ss_manager_answers_them() {
    let (ours, theirs) = (Scene::parasol().await, Scene::ss_manager().await);
    // Different ports, for both are opened; neither is compared.
    let ports = [free_address().await.port(), free_address().await.port()];
    for command in ["ping", " ping \n", "list", "add", "add: {", "add: []", r#"add: {"password":"x"}"#, "remove"] {
        let (our, their) = (ours.ask(command).await, theirs.ask(command).await);
        if command == "list" {
            assert_eq!(listed(&our), listed(&their), "{command}");
        } else {
            assert_eq!(our, their, "{command}");
        }
    }
    for password in ["one", "two"] {
        for (scene, port) in [&ours, &theirs].into_iter().zip(ports) {
            let answer = within("its turn", async {
                loop {
                    match scene.ask(&add(port, password)).await {
                        // It does not wait for the program whose place another one takes.
                        answer if std::ptr::eq(scene, &theirs) && answer == "port is not available" => {}
                        answer => return answer,
                    }
                }
            });
            assert_eq!(answer.await, "ok", "a port that is there is replaced");
            assert_eq!(counters(&scene.ask("ping").await), json!({ port.to_string(): 0 }));
            let entry = (port.to_string(), password.to_owned(), METHOD.to_owned());
            assert_eq!(listed(&scene.ask("list").await), [entry]);
        }
    }
    for (scene, port) in [&ours, &theirs].into_iter().zip(ports) {
        for port in [port, port, 1] {
            let remove = format!("remove: {}", json!({ "server_port": port.to_string() }));
            assert_eq!(scene.ask(&remove).await, "ok", "also for what is not there");
        }
        assert_eq!(scene.ask("ping").await, "stat: {}");
        // What has no answer: the next one is that of the command behind it.
        for silent in ["what", "PING", r#"stat: {"1":1}"#] {
            scene.client.send(silent.as_bytes()).await.expect("it listens");
            assert_eq!(scene.ask("remove").await, "err", "{silent}");
        }
    }
}

#[tokio::test]
async fn a_port_that_is_added_serves_counts_and_goes() {
    let mut scene = Scene::parasol().await;
    let port = free_address().await.port();
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let mut sent = 0;
    for password in ["one", "two"] {
        assert_eq!(scene.ask(&add(port, password)).await, "ok");
        carries(at, password, 100_000).await;
        sent += 1;
        // Both ways, payload alone, since this port was opened.
        assert_eq!(counters(&scene.ask("ping").await), json!({ port.to_string(): 200_000 }), "{sent}");
        assert_eq!(scene.ask("stat").await, scene.ask("ping").await);
    }
    let remove = format!("remove: {}", json!({ "server_port": port }));
    assert_eq!(scene.ask(&remove).await, "ok");
    assert!(TcpStream::connect(at).await.is_err(), "nobody listens any more");
    scene.process.terminate().await;
    assert_eq!(scene.process.ended().await.code(), Some(0));
    assert!(!scene.socket.exists(), "the socket goes with the program");
    let log = scene.process.log();
    assert!(!log.contains("\"one\"") && !log.contains("password"), "{log}");
}

#[tokio::test]
async fn a_manager_of_the_python_original_is_sent_what_is_new() {
    let scene = Scene::parasol_with(&["--manager-style", "python"]).await;
    let port = free_address().await.port();
    assert_eq!(scene.ask("ping").await, "pong");
    assert_eq!(scene.ask(&add(port, "one")).await, "ok");
    let mut told = 0;
    for _ in 0..2 {
        carries((std::net::Ipv4Addr::LOCALHOST, port).into(), "one", 50_000).await;
        // Both ways together, and each byte once, whenever the ten seconds are over.
        let whole = told + 100_000;
        while told < whole {
            told += counters(&scene.hear().await)[port.to_string()].as_u64().expect("a number of bytes");
        }
        assert_eq!(told, whole);
    }
}

#[tokio::test]
async fn a_managers_socket_is_its_owners_and_a_second_program_is_told_so() {
    let scene = Scene::parasol().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(&scene.socket).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
    }
    let path = scene.socket.to_str().expect("a temporary path is text");
    let second = parasol::command(&["server", "--manager-address", path]).output().await.expect("it runs");
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(scene.ask("ping").await, "stat: {}", "the first goes on");
}

#[tokio::test]
async fn a_file_opens_ports_that_a_manager_closes_over_udp_without_seeing_passwords() {
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    let ports = [free_address().await.port(), free_address().await.port()];
    let config = json!({"server": "127.0.0.1", "method": METHOD, "allow_private_targets": true,
        "port_password": { ports[0].to_string(): "one", ports[1].to_string(): "two" },
        "manager_address": "127.0.0.1", "manager_port": 0});
    std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
    let mut server = Parasol::start(&["server", "-c", path.to_str().expect("text")]).await.expect("it starts");
    let manager = server.process.until(|line| line.strip_prefix("commands at ")?.parse::<SocketAddr>().ok()).await;
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("loopback has free ports");
    client.connect(manager.expect("it says where")).await.expect("it is bound");
    let mut buffer = vec![0; 65_536];
    let mut ask = async |command: &str| {
        client.send(command.as_bytes()).await.expect("it listens");
        let len = within("an answer", client.recv(&mut buffer)).await.expect("it answers");
        String::from_utf8(buffer[..len].to_vec()).expect("answers are text")
    };
    for (port, password) in ports.into_iter().zip(["one", "two"]) {
        carries((std::net::Ipv4Addr::LOCALHOST, port).into(), password, 1000).await;
    }
    let list = listed(&ask("list").await);
    assert!(list.len() == 2 && list.iter().all(|(_, password, _)| password.is_empty()), "{list:?}");
    let remove = format!("remove: {}", json!({ "server_port": ports[0] }));
    assert_eq!(ask(&remove).await, "ok");
    assert_eq!(counters(&ask("ping").await), json!({ ports[1].to_string(): 2000 }));
}

#[tokio::test]
async fn what_is_no_command_changes_nothing() {
    let scene = Scene::parasol().await;
    let port = free_address().await.port();
    assert_eq!(scene.ask(&add(port, "one")).await, "ok");
    let long = format!("add: {}{}", " ".repeat(70_000), json!({ "server_port": port, "password": "two" }));
    let deep = format!("add: {}", r#"{"a":"#.repeat(10_000));
    let huge = format!("add: {}", json!({ "server_port": port, "password": "x", "users": vec![1; 20_000] }));
    for command in [
        &long,
        &deep,
        &huge,
        "add: \0",
        "add: nonsense",
        r#"add: {"server_port":99999999999999999999,"password":"x"}"#,
        r#"add: {"server_port":-1,"password":"x"}"#,
        &format!(r#"add: {{"server_port":{port},"password":"x","method":"rot13"}}"#),
        &format!(r#"add: {{"server_port":{port},"password":"x","mode":"sometimes"}}"#),
        &format!(r#"add: {{"server_port":{port},"password":"x","method":"2022-blake3-aes-128-gcm"}}"#),
        &format!(r#"add: {{"server_port":{port},"password":"x","plugin":"obfs-server"}}"#),
        r#"remove: {"server_port":"one"}"#,
    ] {
        let shown: String = command.chars().take(80).collect();
        assert_eq!(scene.ask(command).await, "err", "{shown}");
    }
    for seed in 0..200 {
        // It has no answer, whatever it says: its first byte begins no command.
        let mut noise = payload::bytes(300, seed);
        noise[0] = 0xff;
        scene.client.send(&noise).await.expect("it listens");
    }
    let entry = (port.to_string(), "one".to_owned(), METHOD.to_owned());
    assert_eq!(listed(&scene.ask("list").await), [entry]);
    carries((std::net::Ipv4Addr::LOCALHOST, port).into(), "one", 1000).await;
}

#[tokio::test]
async fn a_flood_of_bad_commands_is_a_few_short_lines_of_the_log() {
    let mut scene = Scene::parasol().await;
    let long = "x".repeat(30_000);
    let bad = [
        "add: nonsense".to_owned(),
        format!("add: {}", json!({ "server_port": 1, "password": "x", "mode": long })),
        format!("add: {}", json!({ "server_port": 1, "password": "x", "method": long })),
        format!("add: {}", json!({ "server_port": 1, "password": "x", "users": [{ "name": long, "password": "x" }] })),
    ];
    for command in bad.iter().cycle().take(1000) {
        assert_eq!(scene.ask(command).await, "err");
    }
    scene.process.terminate().await;
    scene.process.ended().await;
    let log = scene.process.log();
    // Twenty in ten seconds, however long it took.
    let lines = log.lines().filter(|line| line.contains("was not")).count();
    assert!((4..200).contains(&lines), "{lines} lines");
    assert!(log.lines().all(|line| line.len() < 1000), "no line is as long as what was sent");
}

/// Whoever may add a port may not write the log.
#[tokio::test]
async fn a_name_that_would_forge_a_line_of_the_log_is_refused() {
    let key = "AAAAAAAAAAAAAAAAAAAAAA==";
    let mut scene = Scene::start(|socket| {
        let mut command = parasol::command(&["server", "-v", "-s", "127.0.0.1", "-m", "2022-blake3-aes-128-gcm"]);
        command.arg("--manager-address").arg(socket);
        command
    })
    .await;
    let add = |name: &str| {
        let users = json!([{ "name": name, "password": key }]);
        format!("add: {}", json!({ "server_port": 1, "password": key, "users": users }))
    };
    for name in ["x\nWARN all is lost", "x\rWARN all is lost", "\u{1b}[2J", "a\u{202e}nna"] {
        assert_eq!(scene.ask(&add(name)).await, "err", "{name:?}");
    }
    let method = json!({ "server_port": 1, "password": "x", "method": "x\nWARN all is lost" });
    assert_eq!(scene.ask(&format!("add: {method}")).await, "err");
    scene.process.terminate().await;
    scene.process.ended().await;
    let log = scene.process.log();
    assert!(log.lines().all(|line| !line.starts_with("WARN") && !line.contains('\u{1b}')), "{log}");
}
