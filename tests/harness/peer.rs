//! Other people's programs: ss-server and ss-local of shadowsocks-libev, and sing-box for the 2022 methods.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::deadline::within;
use crate::process::Process;

/// A peer that listens; ends when dropped.
#[derive(Debug)]
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The process.
    pub process: Process,
    pub(crate) files: Option<TempDir>,
}

/// These programs take no port 0: a free one is looked for, and another one when somebody was faster.
const ATTEMPTS: usize = 5;

/// `ss-server`, which lets clients reach loopback.
pub async fn ss_server(method: &str, password: &str) -> Peer {
    libev(|port| ss_server_command(&port, method, password)).await
}

/// As [`ss_server`], with a name server of its own for the names of targets.
pub async fn ss_server_asking(names: SocketAddr, method: &str, password: &str) -> Peer {
    libev(|port| {
        let mut command = ss_server_command(&port, method, password);
        command.args(["-d", &names.to_string()]);
        command
    })
    .await
}

/// The same where a server was before that has ended.
pub async fn ss_server_at(address: SocketAddr, names: SocketAddr, method: &str, password: &str) -> Peer {
    let mut command = ss_server_command(&address.port().to_string(), method, password);
    let mut process = Process::start(command.args(["-d", &names.to_string()]));
    assert!(comes_to_listen(&mut process, address).await, "it did not start: {}", process.log());
    Peer { address, process, files: None }
}

fn ss_server_command(port: &str, method: &str, password: &str) -> Command {
    let mut command = Command::new("ss-server");
    command.args(["-s", "127.0.0.1", "-p", port, "-m", method, "-k", password, "-u", "-t", "60"]);
    command
}

/// `ss-local`, a SOCKS5 proxy through `server`.
pub async fn ss_local(server: SocketAddr, method: &str, password: &str) -> Peer {
    let (host, server_port) = (server.ip().to_string(), server.port().to_string());
    libev(|port| {
        let mut command = Command::new("ss-local");
        command.args(["-s", &host, "-p", &server_port, "-b", "127.0.0.1", "-l", &port]);
        command.args(["-m", method, "-k", password, "-u", "-t", "60"]);
        command
    })
    .await
}

/// `ss-local` with the configuration file that is made for its port.
pub async fn ss_local_of(config: impl Fn(u16) -> String) -> Peer {
    let files = TempDir::new().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    let start = |address: SocketAddr| {
        std::fs::write(&path, config(address.port())).expect("the temporary folder can be written");
        Process::start(Command::new("ss-local").arg("-c").arg(&path))
    };
    Peer { files: Some(files), ..listening(start).await }
}

/// As [`ss_local`], through a plugin.
pub async fn ss_local_with(plugin: [&str; 2], server: SocketAddr, method: &str, password: &str) -> Peer {
    let (host, server_port) = (server.ip().to_string(), server.port().to_string());
    libev(|port| {
        let mut command = Command::new("ss-local");
        command.args(["-s", &host, "-p", &server_port, "-b", "127.0.0.1", "-l", &port]);
        command.args(["-m", method, "-k", password, "-t", "60", "--plugin", plugin[0], "--plugin-opts", plugin[1]]);
        command
    })
    .await
}

/// As [`ss_server`], behind a plugin, which is what listens. To be asked to end: killed, it leaves its plugin behind.
pub async fn ss_server_with(plugin: [&str; 2], method: &str, password: &str) -> Peer {
    let address = free_address().await;
    let mut command = ss_server_command(&address.port().to_string(), method, password);
    command.args(["--plugin", plugin[0], "--plugin-opts", plugin[1]]);
    let process = Process::start(&mut command);
    within("a plugin's listening port", async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    Peer { address, process, files: None }
}

async fn libev(command: impl Fn(String) -> Command) -> Peer {
    listening(|address| Process::start(&mut command(address.port().to_string()))).await
}

/// sing-box as a Shadowsocks server.
pub async fn sing_box_server(method: &str, password: &str) -> Peer {
    sing_box(|address| {
        json!({
            "inbounds": [{
                "type": "shadowsocks", "listen": address.ip(), "listen_port": address.port(),
                "method": method, "password": password,
            }],
            "outbounds": [{ "type": "direct" }],
        })
    })
    .await
}

/// The same with users, each a name and a key.
pub async fn sing_box_server_of(users: &[(&str, &str)], method: &str, password: &str) -> Peer {
    let users: Vec<Value> = users.iter().map(|(name, key)| json!({ "name": name, "password": key })).collect();
    sing_box(|address| {
        json!({
            "inbounds": [{
                "type": "shadowsocks", "listen": address.ip(), "listen_port": address.port(),
                "method": method, "password": password, "users": users,
            }],
            "outbounds": [{ "type": "direct" }],
        })
    })
    .await
}

/// sing-box as a SOCKS5 and HTTP proxy through a Shadowsocks server.
pub async fn sing_box_local(server: SocketAddr, method: &str, password: &str) -> Peer {
    sing_box_local_of(&json!({
        "server": server.ip(), "server_port": server.port(), "method": method, "password": password,
    }))
    .await
}

/// The same, through the server that is written in these keys, which SIP008 has too.
pub async fn sing_box_local_of(server: &Value) -> Peer {
    sing_box(|address| {
        let mut outbound = server.clone();
        outbound["type"] = "shadowsocks".into();
        json!({
            "inbounds": [{ "type": "mixed", "listen": address.ip(), "listen_port": address.port() }],
            "outbounds": [outbound],
        })
    })
    .await
}

async fn sing_box(config: impl Fn(SocketAddr) -> Value) -> Peer {
    let files = TempDir::new().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    let start = |address| {
        let mut config = config(address);
        config["log"] = json!({ "level": "info", "timestamp": false });
        std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
        let mut command = Command::new(sing_box_path());
        command.args(["run", "--disable-color", "-D"]).arg(files.path()).arg("-c").arg(&path);
        Process::start(&mut command)
    };
    let mut peer = listening(start).await;
    peer.files = Some(files);
    peer
}

/// `.peers/bin/sing-box` in the project's folder; npm test puts it there.
fn sing_box_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are in a folder of the project")
        .join(".peers/bin/sing-box")
}

/// Starts on a free port until the program itself listens there.
///
/// What it logs is no sign (ss-local says that it listens before it tries), nor is a connection that works (another
/// program may have been faster): only the kernel knows whose socket it is.
pub(crate) async fn listening(start: impl Fn(SocketAddr) -> Process) -> Peer {
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        let address = free_address().await;
        let mut process = start(address);
        if comes_to_listen(&mut process, address).await {
            return Peer { address, process, files: None };
        }
        last = process.log();
    }
    panic!("the peer did not start: {last}");
}

/// Waits until the program itself listens there. False when it has ended before.
async fn comes_to_listen(process: &mut Process, address: SocketAddr) -> bool {
    let listening = async {
        while !listens(process.id(), address) {
            if process.has_ended() {
                return false;
            }
            tokio::task::yield_now().await;
        }
        true
    };
    within("a peer's listening port", listening).await
}

/// Does the process hold the socket that listens on `address`? From /proc (proc(5)): the table of sockets gives the
/// inode, the process's descriptors say whether it is one of them.
fn listens(pid: u32, address: SocketAddr) -> bool {
    const LISTEN: &str = "0A";
    let SocketAddr::V4(v4) = address else { return false };
    let local = format!("{:08X}:{:04X}", u32::from_ne_bytes(v4.ip().octets()), v4.port());
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let inode = table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        (fields.get(1) == Some(&local.as_str()) && fields.get(3) == Some(&LISTEN)).then(|| fields.get(9).copied())?
    });
    let Some(inode) = inode else { return false };
    let held = PathBuf::from(format!("socket:[{inode}]"));
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    descriptors.into_iter().any(|entry| std::fs::read_link(entry.path()).is_ok_and(|target| target == held))
}

/// An address of loopback that was free a moment ago.
pub async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
    listener.local_addr().expect("a bound socket has an address")
}
