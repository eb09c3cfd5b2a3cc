//! 16 MiB both ways through Debian's simple-obfs and v2ray-plugin: ours with ours, and each of ours with theirs.

use std::net::SocketAddr;

use harness::parasol::{self, Parasol};
use harness::payload::{self, LARGE, Sum};
use harness::peer::{free_address, ss_local_with, ss_server_with};
use harness::socks5;
use harness::target::{Manner, Target};

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "barfoo!";

/// Program and options of the local's, then of the server's.
const PLUGINS: [[[&str; 2]; 2]; 3] = [
    [["obfs-local", "obfs=http;obfs-host=example.org"], ["obfs-server", "obfs=http"]],
    [["obfs-local", "obfs=tls;obfs-host=example.org"], ["obfs-server", "obfs=tls"]],
    [["ss-v2ray-plugin", "path=/a"], ["ss-v2ray-plugin", "server;path=/a"]],
];

async fn check(proxy: SocketAddr, what: &str) {
    let target = Target::start(Manner::Echo).await;
    let large = payload::bytes(LARGE, 21);
    let stream = socks5::connect(proxy, target.address).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    assert_eq!(payload::round_trip(stream, &large).await.expect(what), Sum::of(&large), "{what}");
}

async fn local(server: SocketAddr, [plugin, options]: [&str; 2]) -> Parasol {
    let port = server.port().to_string();
    let args = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-k", PASSWORD, "-l", "0"];
    let args = [&args[..], &["--plugin", plugin, "--plugin-opts", options]].concat();
    Parasol::start(&args).await.unwrap_or_else(|died| panic!("{plugin}: {}", died.log))
}

async fn server([plugin, options]: [&str; 2]) -> Parasol {
    let args = ["server", "-s", "127.0.0.1", "-p", "0", "-m", METHOD, "-k", PASSWORD, "--allow-private-targets"];
    let args = [&args[..], &["--plugin", plugin, "--plugin-opts", options]].concat();
    Parasol::start(&args).await.unwrap_or_else(|died| panic!("{plugin}: {}", died.log))
}

#[tokio::test]
async fn our_local_works_with_our_server_through_each() {
    for [near, far] in PLUGINS {
        let far = server(far).await;
        let near_side = local(far.address, near).await;
        check(near_side.address, &format!("parasol → parasol, {near:?}")).await;
    }
}

#[tokio::test]
async fn our_local_works_with_ss_server_behind_each() {
    for [near, far] in PLUGINS {
        let mut peer = ss_server_with(far, METHOD, PASSWORD).await;
        let ours = local(peer.address, near).await;
        check(ours.address, &format!("parasol → ss-server, {near:?}")).await;
        peer.process.terminate().await;
        peer.process.ended().await;
    }
}

#[tokio::test]
async fn ss_local_works_with_our_server_behind_each() {
    for [near, far] in PLUGINS {
        let ours = server(far).await;
        let mut peer = ss_local_with(near, ours.address, METHOD, PASSWORD).await;
        check(peer.address, &format!("ss-local → parasol, {near:?}")).await;
        peer.process.terminate().await;
        peer.process.ended().await;
    }
}

#[tokio::test]
async fn a_links_plugin_is_run_with_its_options() {
    let far = server(["ss-v2ray-plugin", "server;path=/a"]).await;
    let link = format!("ss://YWVzLTI1Ni1nY206YmFyZm9vIQ@{}/?plugin=ss-v2ray-plugin%3Bpath%3D%2Fa", far.address);
    let near =
        Parasol::start(&["local", "--server", &link, "-l", "0"]).await.unwrap_or_else(|died| panic!("{}", died.log));
    check(near.address, "a link").await;
    // Without it the server's plugin understands nothing. (obfs-server would let it through.)
    let port = far.address.port().to_string();
    let bare = ["local", "-s", "127.0.0.1", "-p", &port, "-m", METHOD, "-k", PASSWORD, "-l", "0"];
    let bare = Parasol::start(&bare).await.unwrap_or_else(|died| panic!("{}", died.log));
    let target = Target::start(Manner::Echo).await;
    let content = payload::bytes(1000, 22);
    let came = match socks5::connect(bare.address, target.address).await {
        Ok(stream) => payload::round_trip(stream, &content).await.ok(),
        Err(_) => None,
    };
    assert_ne!(came, Some(Sum::of(&content)));
}

#[tokio::test]
async fn behind_a_plugin_the_server_listens_on_loopback_only() {
    let far = server(["obfs-server", "obfs=http"]).await;
    // The relay's own port is another one than the public one, which is the plugin's.
    let taken = tokio::net::TcpListener::bind(far.address).await;
    assert!(taken.is_err(), "the public port is the plugin's");
    let port = free_address().await.port().to_string();
    let holder = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("it was free");
    let args = ["server", "-s", "127.0.0.1", "-p", &port, "-k", PASSWORD, "--plugin", "obfs-server"];
    let output = parasol::command(&args).output().await.expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(&port), "{stderr}");
    drop(holder);
}
