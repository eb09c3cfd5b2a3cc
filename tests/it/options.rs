//! The options and files of other Shadowsocks programs, given to `parasol`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use harness::curl::curl;
use harness::deadline::within;
use harness::origin::Origin;
use harness::parasol::{self, Parasol};
use harness::payload;
use harness::peer::{Peer, free_address, ss_local, ss_server};
use harness::socks5;
use harness::target::{Manner, Target};
use serde_json::json;
use tokio::net::{TcpStream, UdpSocket};

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "barfoo";

/// A server of shadowsocks-libev, and files for a client of it.
struct Scene {
    peer: Peer,
    files: tempfile::TempDir,
}

impl Scene {
    async fn start() -> Scene {
        let files = tempfile::tempdir().expect("the temporary folder can be written");
        Scene { peer: ss_server(METHOD, PASSWORD).await, files }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).expect("the temporary folder can be written");
        path
    }

    /// A command in the local or tunnel role, on any free port.
    async fn run(&self, role: &str, args: &[&str]) -> Parasol {
        let port = self.peer.address.port().to_string();
        let server = [role, "-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-k", PASSWORD, "-l", "0"];
        start(&[&server, args].concat()).await
    }
}

async fn start(args: &[&str]) -> Parasol {
    Parasol::start(args).await.unwrap_or_else(|died| panic!("{args:?}: {}", died.log))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is text")
}

#[tokio::test]
async fn a_tunnel_with_ss_tunnels_options_reaches_its_target() {
    let scene = Scene::start().await;
    let target = Target::start(Manner::Echo).await;
    let to = target.address.to_string();
    let tunnel = scene.run("tunnel", &["-L", &to, "-n", "500", "-6", "--no-delay", "--fast-open", "--mptcp"]).await;
    let stream = TcpStream::connect(tunnel.address).await.expect("it listens");
    assert_eq!(payload::round_trip(stream, b"ping").await.expect("it leads to the target").len, 4);
    #[cfg(target_os = "linux")]
    {
        let pid = tunnel.process.id();
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).expect("it runs");
        let files = limits.lines().find(|line| line.starts_with("Max open files")).expect("there is such a limit");
        assert_eq!(files.split_whitespace().nth(3), Some("500"), "{files}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn as_many_threads_relay_as_are_asked_for() {
    let scene = Scene::start().await;
    for threads in [1, 3] {
        let local = scene.run("local", &["--worker-threads", &threads.to_string(), "--proxy-lan"]).await;
        let target = Target::start(Manner::Echo).await;
        let stream = socks5::connect(local.address, target.address).await.expect("it is reached");
        assert_eq!(payload::round_trip(stream, b"ping").await.expect("it answers").len, 4);
        let tasks = format!("/proc/{}/task", local.process.id());
        let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        let relaying = || {
            let names = std::fs::read_dir(&tasks).expect("it runs").flatten().map(name);
            names.filter(|name| name.starts_with("relay-")).count()
        };
        // A thread gets its name as it begins, which may be after another has served.
        within("as many threads", async {
            while relaying() < threads {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(relaying(), threads);
    }
}

#[tokio::test]
async fn rules_of_a_file_block_bypass_and_proxy() {
    let scene = Scene::start().await;
    let acl = "[proxy_all]\n[bypass_list]\n127.0.0.0/16\n[outbound_block_list]\n127.3.0.0/16\n";
    let acl = scene.write("rules.acl", acl);
    let local = scene.run("local", &["--acl", text(&acl), "--proxy-lan", "-v"]).await;
    let target = Target::start(Manner::Echo).await;
    let direct = socks5::connect(local.address, target.address).await.expect("it is reached directly");
    assert_eq!(payload::exchange(direct, b"ping").await.expect("directly").len, 4);
    let blocked = SocketAddr::from(([127, 3, 0, 1], target.address.port()));
    assert_eq!(socks5::connect(local.address, blocked).await.err(), Some(2));
    let said = parasol::command(&["explain", "--acl", text(&acl), "127.0.0.1", "127.3.0.1:80", "example.org"]);
    let mut said = said;
    let said = String::from_utf8(said.output().await.expect("it runs").stdout).expect("text");
    assert_eq!(
        said,
        "127.0.0.1: direct, by the rule 127.0.0.0/16 (line 3, bypass_list)\n\
         127.3.0.1:80: block, by the rule 127.3.0.0/16 (line 5, outbound_block_list)\n\
         example.org: proxy, because no rule names it\n"
    );
}

#[tokio::test]
async fn a_local_with_a_user_asks_for_the_login() {
    let scene = Scene::start().await;
    let origin = Origin::start().await;
    let password = scene.write("password", "hunter2\n");
    let local = scene.run("local", &["--local-user", "ann", "--local-password-file", text(&password), "-v"]).await;
    for (login, works) in [("ann:hunter2", true), ("ann:hunter", false)] {
        for scheme in ["socks5h", "http"] {
            let proxy = format!("{scheme}://{}", local.address);
            let url = origin.url("/bytes/5");
            let answer = curl(&["--proxy", &proxy, "--proxy-user", login, "--fail", &url]).await;
            assert_eq!(answer.code == 0, works, "{scheme} {login}: {}", answer.words);
        }
    }
    assert!(!local.process.log().contains("hunter"), "{}", local.process.log());
}

#[tokio::test]
async fn a_file_of_shadowsocks_rust_opens_all_its_locals() {
    let scene = Scene::start().await;
    let target = Target::start(Manner::Echo).await;
    let users = scene.write("users.json", r#"{"password":{"users":[{"user_name":"ann","password":"hunter2"}]}}"#);
    let (server, to) = (scene.peer.address.port(), target.address.port());
    let config = format!(
        "{{
            // as shadowsocks-rust has it
            servers: [{{ address: '127.0.0.1', port: {server}, method: '{METHOD}', password: '{PASSWORD}', }},],
            locals: [
                {{ protocol: 'tunnel', local_port: 0, forward_address: '127.0.0.1', forward_port: {to} }},
                {{ local_address: '127.0.0.1', local_port: 0, socks5_auth_config_path: '{}' }},
                {{ protocol: 'redir', local_port: 1 }},
            ],
            mode: 'tcp_only', keep_alive: 15, no_delay: true, runtime: {{ mode: 'single_thread' }},
        }}",
        text(&users)
    );
    let mut parasol = start(&["local", "-c", text(&scene.write("config.json", &config))]).await;
    let next = parasol.process.until(|line| line.strip_prefix("listening on ")?.parse::<SocketAddr>().ok()).await;
    let mixed = next.expect("it has a second port");
    let stream = TcpStream::connect(parasol.address).await.expect("the first is the tunnel");
    assert_eq!(payload::round_trip(stream, b"ping").await.expect("it leads to the target").len, 4);
    let origin = Origin::start().await;
    for (login, works) in [("ann:hunter2", true), ("ann:other", false)] {
        let proxy = format!("socks5h://{mixed}");
        let answer = curl(&["--proxy", &proxy, "--proxy-user", login, &origin.url("/bytes/5")]).await;
        assert_eq!(answer.code == 0, works, "{login}: {}", answer.words);
    }
    parasol.process.terminate().await;
    assert_eq!(parasol.process.ended().await.code(), Some(0));
    let log = parasol.process.log();
    for named in ["runtime", "redir"] {
        assert!(log.contains(named), "{named} is not named: {log}");
    }
    assert!(!log.contains("hunter2") && !log.contains(PASSWORD), "{log}");
}

#[tokio::test]
async fn a_server_does_not_dial_what_its_rules_block() {
    let scene = Scene::start().await;
    let target = Target::start(Manner::Echo).await;
    let acl = scene.write("rules.acl", "[outbound_block_list]\n127.3.0.0/16\n");
    let config = json!({"server": "127.0.0.1", "server_port": 0, "password": PASSWORD, "method": METHOD,
        "allow_private_targets": true, "acl": text(&acl)});
    let server = start(&["server", "-c", text(&scene.write("config.json", &config.to_string()))]).await;
    let peer = ss_local(server.address, METHOD, PASSWORD).await;
    for (ip, len) in [([127, 0, 0, 1], 4), ([127, 3, 0, 1], 0)] {
        let to = SocketAddr::from((ip, target.address.port()));
        let stream = socks5::connect(peer.address, to).await.expect("ss-local grants everything");
        assert_eq!(payload::round_trip(stream, b"ping").await.map_or(0, |heard| heard.len), len, "{to}");
    }
}

#[tokio::test]
async fn a_server_listens_on_every_address_of_its_file() {
    // Some containers have no IPv6 at all.
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let scene = Scene::start().await;
    let port = free_address().await.port();
    let config = json!({"server": ["::0", "0.0.0.0"], "server_port": port, "password": PASSWORD, "method": METHOD});
    let _server = start(&["server", "-c", text(&scene.write("config.json", &config.to_string()))]).await;
    for ip in [Ipv4Addr::LOCALHOST.into(), IpAddr::from(Ipv6Addr::LOCALHOST)] {
        TcpStream::connect((ip, port)).await.unwrap_or_else(|error| panic!("{ip}: {error}"));
        assert!(UdpSocket::bind((ip, port)).await.is_err(), "{ip}: it listens for datagrams too");
    }
}

#[tokio::test]
async fn a_file_with_several_servers_opens_them_all() {
    let scene = Scene::start().await;
    let ports = [free_address().await.port(), free_address().await.port()];
    let config = json!({"server": "127.0.0.1", "server_port": ports[0], "password": "one", "method": METHOD,
        "allow_private_targets": true,
        "servers": [{"disabled": true, "server_port": 1}, {"server_port": ports[1], "password": "two",
            "method": "chacha20-ietf-poly1305"}]});
    let server = start(&["server", "-c", text(&scene.write("config.json", &config.to_string()))]).await;
    for (port, password, method) in [(ports[0], "one", METHOD), (ports[1], "two", "chacha20-ietf-poly1305")] {
        let peer = ss_local((Ipv4Addr::LOCALHOST, port).into(), method, password).await;
        let target = Target::start(Manner::Echo).await;
        let stream = socks5::connect(peer.address, target.address).await.expect("it works");
        assert_eq!(payload::round_trip(stream, b"ping").await.expect("it works").len, 4, "{}", server.process.log());
    }
}
