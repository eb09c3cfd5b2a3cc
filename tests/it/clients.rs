//! curl over every protocol of the mixed port, to an HTTP origin by name and by IP.

use std::net::{IpAddr, Ipv4Addr};

use harness::curl::curl;
use harness::dns::{Entry, NameServer};
use harness::origin::{Origin, SEED};
use harness::payload::{self, LARGE, Sum};
use parasol_engine::{Egress, NameServers};
use parasol_proto::Method;

use crate::running::{Running, config, local, server_config, shadowsocks};

const NAMES: &[Entry] = &[("origin.test", &[IpAddr::V4(Ipv4Addr::LOCALHOST)])];

/// A local, and the server behind it with a name server of its own. The local has none: a proxied target's name is
/// not its business.
async fn pair() -> (Running, Running, NameServer) {
    let names = NameServer::start(NAMES).await;
    let method = Method::Blake3Aes128Gcm;
    let mut far = config(vec![shadowsocks(method, Egress::Any)]);
    far.name_servers = NameServers::These(vec![names.address]);
    let far = Running::start(far);
    let near = local(server_config(far.address, method));
    (near, far, names)
}

#[tokio::test]
async fn curl_gets_and_puts_16_mib_over_every_protocol() {
    let (near, _far, _names) = pair().await;
    let origin = Origin::start().await;
    let port = origin.address.port();
    let files = tempfile::tempdir().expect("the temporary folder can be written");
    let upload = files.path().join("upload");
    let content = payload::bytes(LARGE, 3);
    std::fs::write(&upload, &content).expect("the temporary folder can be written");
    let upload = upload.to_str().expect("a temporary path is text");
    let expected = Sum::of(&content);
    let served = Sum::of(&payload::bytes(LARGE, SEED));
    for (scheme, tunnel, host) in [
        ("socks5", false, "127.0.0.1"),
        ("socks5h", false, "127.0.0.1"),
        ("socks5h", false, "origin.test"),
        ("socks4", false, "127.0.0.1"),
        ("socks4a", false, "origin.test"),
        ("http", true, "origin.test"),
        ("http", false, "origin.test"),
        ("http", false, "127.0.0.1"),
    ] {
        let what = format!("{scheme}, tunnel {tunnel}, {host}");
        let proxy = format!("{scheme}://{}", near.address);
        let url = |path: &str| format!("http://{host}:{port}{path}");
        let args = |rest: &[&str]| {
            let mut args = vec!["--proxy".to_owned(), proxy.clone()];
            args.extend(tunnel.then(|| "--proxytunnel".to_owned()));
            args.extend(rest.iter().map(|arg| (*arg).to_owned()));
            args
        };
        let down = curl(&args(&[&url(&format!("/bytes/{LARGE}"))])).await;
        assert_eq!(down.code, 0, "{what}: {}", down.words);
        assert_eq!(Sum::of(&down.body), served, "{what}");
        let up = curl(&args(&["--upload-file", upload, &url("/upload")])).await;
        assert_eq!(up.code, 0, "{what}: {}", up.words);
        assert_eq!(String::from_utf8_lossy(&up.body), format!("{} {}", expected.len, expected.sha256), "{what}");
    }
}

#[tokio::test]
async fn an_absolute_request_reaches_the_origin_as_its_own() {
    let (near, _far, _names) = pair().await;
    let origin = Origin::start().await;
    let authority = format!("origin.test:{}", origin.address.port());
    let answer = curl(&[
        "--proxy",
        &format!("http://{}", near.address),
        "--header",
        "Connection: X-Private",
        "--header",
        "X-Private: secret",
        "--header",
        "Proxy-Authorization: Basic c2VjcmV0",
        "--header",
        "Host: other.test",
        "--header",
        "X-Public: kept",
        &format!("http://{authority}/head?a=b"),
    ])
    .await;
    assert_eq!(answer.code, 0, "{}", answer.words);
    let head = String::from_utf8(answer.body).expect("the head is text").to_ascii_lowercase();
    assert!(head.starts_with("get /head?a=b http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nhost: {authority}\r\n")), "{head}");
    assert!(head.contains("\r\nx-public: kept\r\n"), "{head}");
    // What would come after the answer is not looked at, so nothing may.
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    for private in ["secret", "x-private", "proxy-"] {
        assert!(!head.contains(private), "{private} went on: {head}");
    }
}

#[tokio::test]
async fn requests_to_two_origins_in_a_row_reach_each() {
    let (near, _far, _names) = pair().await;
    let (first, second) = (Origin::start().await, Origin::start().await);
    let proxy = format!("http://{}", near.address);
    let answer = curl(&["--proxy", &proxy, &first.url("/head"), &second.url("/head"), &first.url("/bytes/3")]).await;
    assert_eq!(answer.code, 0, "{}", answer.words);
    let said = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    for origin in [first, second] {
        assert_eq!(said.matches(&format!("\r\nhost: {}\r\n", origin.address)).count(), 1, "{said}");
    }
}

#[tokio::test]
async fn curl_is_told_that_a_name_does_not_exist_or_gets_nothing() {
    let (near, mut far, _names) = pair().await;
    for scheme in ["socks5h", "socks4a", "http"] {
        let answer =
            curl(&["--proxy", &format!("{scheme}://{}", near.address), "--fail", "http://nowhere.test/"]).await;
        assert_ne!(answer.code, 0, "{scheme}");
        let verdict = far.ended().await.verdict();
        assert_eq!(verdict, parasol_engine::Verdict::NameNotFound, "{scheme}");
    }
}
