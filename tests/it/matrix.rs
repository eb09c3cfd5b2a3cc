//! Which program knows which method, and that ours works with it there, in both roles, over TCP and UDP.

use std::net::SocketAddr;

use harness::others::{python_local, python_server, ss_rust_local, ss_rust_server, v2ray_local, v2ray_server};
use harness::payload;
use harness::peer::{Peer, sing_box_local, sing_box_server, ss_local, ss_server};
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::{Egress, InboundKind};
use parasol_proto::legacy::StreamMethod;
use parasol_proto::{Access, Method};

use crate::running::{Running, config, inbound, local, password, server_config};

/// Other people's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Libev,
    Python,
    /// With one-time authentication demanded, and sent.
    PythonOta,
    V2ray,
    SingBox,
    SsRust,
}

const LIBEV: &[&str] = &[
    "aes-128-cfb",
    "aes-192-cfb",
    "aes-256-cfb",
    "aes-128-ctr",
    "aes-192-ctr",
    "aes-256-ctr",
    "camellia-128-cfb",
    "camellia-192-cfb",
    "camellia-256-cfb",
    "rc4-md5",
    "chacha20",
    "chacha20-ietf",
];
/// With OpenSSL 3 and libsodium; `none` and Camellia but for its CFB modes are unknown to it.
const PYTHON: &[&str] = &[
    "aes-128-gcm",
    "aes-192-gcm",
    "aes-256-gcm",
    "chacha20-ietf-poly1305",
    "xchacha20-ietf-poly1305",
    "aes-128-cfb",
    "aes-192-cfb",
    "aes-256-cfb",
    "aes-128-cfb1",
    "aes-192-cfb1",
    "aes-256-cfb1",
    "aes-128-cfb8",
    "aes-192-cfb8",
    "aes-256-cfb8",
    "aes-128-ctr",
    "aes-192-ctr",
    "aes-256-ctr",
    "aes-128-ofb",
    "aes-192-ofb",
    "aes-256-ofb",
    "camellia-128-cfb",
    "camellia-192-cfb",
    "camellia-256-cfb",
    "rc4",
    "rc4-md5",
    "chacha20",
    "chacha20-ietf",
    "table",
];
const OTA: &[&str] =
    &["aes-128-cfb", "aes-256-cfb", "aes-256-ctr", "aes-128-cfb8", "rc4-md5", "chacha20", "chacha20-ietf"];
const V2RAY: &[&str] = &["aes-128-gcm", "aes-256-gcm", "chacha20-ietf-poly1305", "none"];
/// Its server knows no other legacy method; `interop` and `udp` have the rest of what it knows.
const SING_BOX_SERVER: &[&str] = &["none"];
const SING_BOX_CLIENT: &[&str] = &[
    "none",
    "aes-128-cfb",
    "aes-192-cfb",
    "aes-256-cfb",
    "aes-128-ctr",
    "aes-192-ctr",
    "aes-256-ctr",
    "rc4-md5",
    "chacha20-ietf",
];
/// As built with its stream ciphers; all of ours but those that it does not have.
fn ss_rust() -> Vec<&'static str> {
    let all = Method::ALL.into_iter().chain(StreamMethod::all().map(Method::Stream)).map(Method::name);
    all.filter(|name| !["aes-192-gcm", "xchacha20-ietf-poly1305", "rc4", "chacha20"].contains(name)).collect()
}

fn method(name: &str) -> Method {
    Method::parse_legacy(name).expect("a method")
}

async fn server(program: Program, method: Method) -> Peer {
    let (name, password) = (method.name(), password(method));
    match program {
        Program::Libev => ss_server(name, &password).await,
        Program::Python => python_server(name, &password, false).await,
        Program::PythonOta => python_server(name, &password, true).await,
        Program::V2ray => v2ray_server(name, &password).await,
        Program::SingBox => sing_box_server(name, &password).await,
        Program::SsRust => ss_rust_server(name, &password).await,
    }
}

async fn client(program: Program, server: SocketAddr, method: Method) -> Peer {
    let (name, password) = (method.name(), password(method));
    match program {
        Program::Libev => ss_local(server, name, &password).await,
        Program::Python => python_local(server, name, &password, false).await,
        Program::PythonOta => python_local(server, name, &password, true).await,
        Program::V2ray => v2ray_local(server, name, &password).await,
        Program::SingBox => sing_box_local(server, name, &password).await,
        Program::SsRust => ss_rust_local(server, name, &password).await,
    }
}

/// Both ways at once over TCP, and datagrams of some lengths.
async fn check(proxy: SocketAddr, what: &str) {
    check_stream(proxy, what).await;
    let echo = Echo::start().await;
    let association = Association::open(proxy).await.unwrap_or_else(|code| panic!("{what}: UDP reply {code}"));
    for len in [1, 100, 1400] {
        let content = payload::bytes(len, len as u64);
        assert!(association.exchange(&header(echo.address), &content).await.1 == content, "{what}: {len} bytes");
    }
}

async fn check_stream(proxy: SocketAddr, what: &str) {
    let target = Target::start(Manner::Echo).await;
    let sent = payload::bytes(300_000, 1);
    let stream = socks5::connect(proxy, target.address).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    let came = payload::round_trip(stream, &sent).await;
    assert_eq!(came.unwrap_or_else(|error| panic!("{what}: {error}")), payload::Sum::of(&sent), "{what}");
}

async fn works_with(program: Program, methods: &[&str]) {
    works_with_server(program, methods).await;
    works_with_client(program, methods).await;
}

async fn works_with_server(program: Program, methods: &[&str]) {
    for name in methods {
        let method = method(name);
        let theirs = server(program, method).await;
        check(ours_through(program, theirs.address, method).address, &format!("parasol → {program:?}, {name}")).await;
    }
}

async fn works_with_client(program: Program, methods: &[&str]) {
    for name in methods {
        let method = method(name);
        let ours = ours_for(program, method);
        let theirs = client(program, ours.address, method).await;
        check(theirs.address, &format!("{program:?} → parasol, {name}")).await;
    }
}

/// Our local, through their server.
fn ours_through(program: Program, server: SocketAddr, method: Method) -> Running {
    let server = server_config(server, method);
    local(match program {
        Program::PythonOta => server.with_one_time_auth().expect("it has an IV"),
        _ => server,
    })
}

/// Our server, for their client.
fn ours_for(program: Program, method: Method) -> Running {
    let access = Access::new(method, &password(method)).expect("it was made for the method");
    let access = match program {
        Program::PythonOta => access.with_one_time_auth().expect("it has an IV"),
        _ => access,
    };
    Running::start(config(vec![inbound(InboundKind::Shadowsocks { access, egress: Egress::Any })]))
}

#[tokio::test]
async fn with_shadowsocks_libev() {
    works_with(Program::Libev, LIBEV).await;
}

/// Over TCP alone: its server drops every packet of RC4 but the first, its own client's too, because their IVs are all
/// empty and therefore alike.
#[tokio::test]
async fn with_rc4_of_shadowsocks_libev() {
    let method = method("rc4");
    let theirs = server(Program::Libev, method).await;
    check_stream(ours_through(Program::Libev, theirs.address, method).address, "parasol → Libev, rc4").await;
    let ours = ours_for(Program::Libev, method);
    let theirs = client(Program::Libev, ours.address, method).await;
    check_stream(theirs.address, "Libev → parasol, rc4").await;
}

#[tokio::test]
async fn with_sing_box() {
    works_with_server(Program::SingBox, SING_BOX_SERVER).await;
    works_with_client(Program::SingBox, SING_BOX_CLIENT).await;
}

#[tokio::test]
async fn with_the_python_original() {
    works_with(Program::Python, PYTHON).await;
}

#[tokio::test]
async fn with_one_time_authentication_of_the_python_original() {
    works_with(Program::PythonOta, OTA).await;
}

#[tokio::test]
async fn with_v2ray() {
    works_with(Program::V2ray, V2RAY).await;
}

#[tokio::test]
#[ignore = "shadowsocks-rust comes with no package: install it, say where with PARASOL_SSRUST, and run with --run-ignored all"]
async fn with_shadowsocks_rust() {
    works_with(Program::SsRust, &ss_rust()).await;
}
