//! More of other people's programs: the Python original, v2ray, and shadowsocks-rust where it is installed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::peer::{Peer, listening};
use crate::process::Process;

/// The Python original, which lets clients reach loopback; with `ota`, only those with one-time authentication.
pub async fn python_server(method: &str, password: &str, ota: bool) -> Peer {
    python("server", |address| {
        json!({
            "server": address.ip(), "server_port": address.port(), "forbidden_ip": "",
            "method": method, "password": password, "one_time_auth": ota,
        })
    })
    .await
}

/// The Python original as a SOCKS5 proxy through `server`.
pub async fn python_local(server: SocketAddr, method: &str, password: &str, ota: bool) -> Peer {
    python("local", |address| {
        json!({
            "server": server.ip(), "server_port": server.port(),
            "local_address": address.ip(), "local_port": address.port(),
            "method": method, "password": password, "one_time_auth": ota,
        })
    })
    .await
}

/// The same with the configuration that is made for its port.
pub async fn python_local_of(config: impl Fn(u16) -> Value) -> Peer {
    python("local", |address| config(address.port())).await
}

/// Written for OpenSSL 1.0: it is told where that is now, and OpenSSL 3 that it may still do RC4.
const WITH_LEGACY: &str = "\
openssl_conf = init
[init]
providers = all
[all]
default = on
legacy = on
[on]
activate = 1
";

async fn python(role: &str, config: impl Fn(SocketAddr) -> Value) -> Peer {
    let files = TempDir::new().expect("the temporary folder can be written");
    let (path, openssl) = (files.path().join("config.json"), files.path().join("openssl.cnf"));
    std::fs::write(&openssl, WITH_LEGACY).expect("the temporary folder can be written");
    let start = |address| {
        let mut config = config(address);
        config["timeout"] = 60.into();
        config["libopenssl"] = "libcrypto.so.3".into();
        std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
        let mut command = Command::new("python3");
        command.arg("-c").arg(format!("from shadowsocks.{role} import main; main()")).arg("-c").arg(&path);
        command.env("PYTHONPATH", peers().join("python")).env("OPENSSL_CONF", &openssl);
        Process::start(&mut command)
    };
    Peer { files: Some(files), ..listening(start).await }
}

/// v2ray as a Shadowsocks server.
pub async fn v2ray_server(method: &str, password: &str) -> Peer {
    v2ray(|address| {
        json!({
            "inbounds": [{
                "listen": address.ip(), "port": address.port(), "protocol": "shadowsocks",
                "settings": { "method": method, "password": password, "network": "tcp,udp" },
            }],
            "outbounds": [{ "protocol": "freedom" }],
        })
    })
    .await
}

/// v2ray as a SOCKS5 proxy through `server`.
pub async fn v2ray_local(server: SocketAddr, method: &str, password: &str) -> Peer {
    v2ray(|address| {
        json!({
            "inbounds": [{
                "listen": address.ip(), "port": address.port(), "protocol": "socks",
                "settings": { "udp": true, "ip": "127.0.0.1" },
            }],
            "outbounds": [{
                "protocol": "shadowsocks",
                "settings": { "servers": [{
                    "address": server.ip(), "port": server.port(), "method": method, "password": password,
                }]},
            }],
        })
    })
    .await
}

async fn v2ray(config: impl Fn(SocketAddr) -> Value) -> Peer {
    let files = TempDir::new().expect("the temporary folder can be written");
    let path = files.path().join("config.json");
    let start = |address| {
        std::fs::write(&path, config(address).to_string()).expect("the temporary folder can be written");
        Process::start(Command::new("v2ray").arg("-config").arg(&path))
    };
    Peer { files: Some(files), ..listening(start).await }
}

/// shadowsocks-rust as a server.
pub async fn ss_rust_server(method: &str, password: &str) -> Peer {
    listening(|address| {
        let mut command = ss_rust("ssserver", method, password);
        Process::start(command.args(["-s", &address.to_string(), "-U"]))
    })
    .await
}

/// shadowsocks-rust as a SOCKS5 proxy through `server`.
pub async fn ss_rust_local(server: SocketAddr, method: &str, password: &str) -> Peer {
    listening(|address| {
        let mut command = ss_rust("sslocal", method, password);
        Process::start(command.args(["-s", &server.to_string(), "-b", &address.to_string(), "-U"]))
    })
    .await
}

/// In the folder that `PARASOL_SSRUST` names, or in PATH.
fn ss_rust(program: &str, method: &str, password: &str) -> Command {
    let program = std::env::var_os("PARASOL_SSRUST").map_or_else(|| program.into(), |at| Path::new(&at).join(program));
    let mut command = Command::new(program);
    command.args(["-m", method, "-k", password]);
    command
}

/// `.peers` in the project's folder; npm test fills it.
pub(crate) fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a folder of the project").join(".peers")
}
