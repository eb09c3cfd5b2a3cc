//! 16 MiB both ways at once, with SHA-256, for every method: our local with their server, their local with our server,
//! and ours with ours.
//!
//! Nobody finishes before all has arrived: the peers close both directions when one has ended (measured: ss-local with
//! ss-server and sing-box with sing-box lose the rest). What ours do then is shown in `half_close`.

use std::net::SocketAddr;

use harness::payload::{self, LARGE, Sum};
use harness::peer::{sing_box_local, sing_box_server, ss_local, ss_server};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_proto::legacy::StreamMethod;
use parasol_proto::{Family, Method};

use crate::running::{local, password, server, server_config};

fn methods(family: Family) -> impl Iterator<Item = Method> {
    Method::ALL.into_iter().filter(move |method| method.family() == family)
}

/// One legacy method of each kind that ss-libev has.
fn legacy() -> impl Iterator<Item = Method> {
    ["aes-256-cfb", "camellia-128-cfb", "aes-128-ctr", "rc4-md5", "chacha20-ietf"]
        .map(|name| Method::Stream(StreamMethod::parse(name).expect("a legacy method")))
        .into_iter()
}

/// Up and down at the same time, then the end; and a second, small exchange beside it.
async fn check(proxy: SocketAddr, what: &str) {
    let target = Target::start(Manner::Echo).await;
    let large = payload::bytes(LARGE, 1);
    let stream = socks5::connect(proxy, target.address).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    let small = payload::bytes(1, 2);
    let beside = socks5::connect(proxy, target.address).await.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    let (came, came_beside) = tokio::join!(payload::round_trip(stream, &large), payload::round_trip(beside, &small));
    assert_eq!(came.expect(what), Sum::of(&large), "{what}");
    assert_eq!(came_beside.expect(what), Sum::of(&small), "{what}");
}

#[tokio::test]
async fn our_local_works_with_ss_server() {
    for method in methods(Family::Aead2017).chain(legacy()) {
        let peer = ss_server(method.name(), &password(method)).await;
        let ours = local(server_config(peer.address, method));
        check(ours.address, &format!("parasol → ss-server, {method}")).await;
    }
}

#[tokio::test]
async fn ss_local_works_with_our_server() {
    for method in methods(Family::Aead2017).chain(legacy()) {
        let ours = server(method);
        let peer = ss_local(ours.address, method.name(), &password(method)).await;
        check(peer.address, &format!("ss-local → parasol, {method}")).await;
    }
}

#[tokio::test]
async fn our_local_works_with_sing_box() {
    for method in Method::ALL {
        let peer = sing_box_server(method.name(), &password(method)).await;
        let ours = local(server_config(peer.address, method));
        check(ours.address, &format!("parasol → sing-box, {method}")).await;
    }
}

#[tokio::test]
async fn sing_box_works_with_our_server() {
    for method in Method::ALL {
        let ours = server(method);
        let peer = sing_box_local(ours.address, method.name(), &password(method)).await;
        check(peer.address, &format!("sing-box → parasol, {method}")).await;
    }
}

#[tokio::test]
async fn our_local_works_with_our_server() {
    let without_iv = [StreamMethod::None, StreamMethod::Table, StreamMethod::Rc4].map(Method::Stream);
    for method in Method::ALL.into_iter().chain(legacy()).chain(without_iv) {
        let far = server(method);
        let near = local(server_config(far.address, method));
        check(near.address, &format!("parasol → parasol, {method}")).await;
    }
}
