//! Through other people's servers and ours: a name is asked where it is routed, and nowhere else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use harness::dns::{Entry, Over};
use harness::peer::{sing_box_server, ss_server};
use hickory_proto::op::ResponseCode;
use parasol_engine::{Deadlines, Stage, Verdict};
use parasol_proto::acl::Route;

use super::*;
use crate::running::{SHORT, password, server, wrong_password};

const FAR: &[Entry] = &[
    (
        "www.far.example",
        &[IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))],
    ),
    ("trap.example", &[IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)), IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7))]),
];
const NEAR: &[Entry] = &[
    ("www.near.example", &[IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2))]),
    ("printer", &[IpAddr::V4(Ipv4Addr::LOCALHOST)]),
];

/// Every kind of name, over UDP and TCP.
async fn check(config: ServerConfig, what: &str) {
    let (remote, local) = (NameServer::start(FAR).await, NameServer::start(NEAR).await);
    let mut near = Running::start(port(config.clone(), remote.address, vec![local.address]));
    for (name, kind, expected, code, route) in [
        ("www.far.example.", RecordType::A, &["192.0.2.1"][..], ResponseCode::NoError, Route::Proxy),
        ("WWW.far.example.", RecordType::AAAA, &["2001:db8::1"], ResponseCode::NoError, Route::Proxy),
        ("none.far.example.", RecordType::A, &[], ResponseCode::NXDomain, Route::Proxy),
        ("www.far.example.", RecordType::TXT, &[], ResponseCode::NoError, Route::Proxy),
        ("www.near.example.", RecordType::A, &["192.0.2.2"], ResponseCode::NoError, Route::Direct),
        ("printer.", RecordType::A, &["127.0.0.1"], ResponseCode::NoError, Route::Direct),
        ("www.ads.example.", RecordType::A, &[], ResponseCode::NXDomain, Route::Block),
        ("trap.example.", RecordType::A, &[], ResponseCode::NXDomain, Route::Proxy),
    ] {
        let message = question(name, kind);
        let over_udp = ask_udp(near.address, &message).await;
        let flow = near.ended().await;
        let over_tcp = ask_tcp(near.address, &message).await;
        for answer in [over_udp, over_tcp] {
            assert_eq!(
                (addresses(&answer), answer.response_code),
                (expected.iter().map(ToString::to_string).collect(), code),
                "{what}: {name}"
            );
            assert!(answer.queries[0].name().eq_case(message.queries[0].name()), "{what}: {name}");
        }
        assert_eq!((flow.route, flow.stage), (Some(route), Stage::Resolve), "{what}: {name}");
        let blocked = route == Route::Block || name == "trap.example.";
        assert_eq!(flow.verdict(), if blocked { Verdict::Blocked } else { Verdict::Done }, "{what}: {name}");
        assert_eq!(flow.target.map(|target| target.host()).as_deref(), Some(name.to_lowercase().trim_end_matches('.')));
        assert_eq!(flow.server.as_ref(), (route == Route::Proxy).then(|| config.address()), "{what}: {name}");
        assert_eq!((flow.tx > 0, flow.rx > 0), (true, !blocked), "{what}: {name}");
        // Those of the connection over TCP, and the question in it.
        near.ended().await;
        near.ended().await;
    }
    assert!(remote.asked().iter().all(|asked| asked.over == Over::Tcp), "{what}: through the server over TCP");
    assert!(local.asked().iter().all(|asked| asked.over == Over::Udp), "{what}: directly over UDP");
    assert_eq!(names(&remote), ["none.far.example.", "trap.example.", "www.far.example."], "{what}");
    assert_eq!(names(&local), ["printer.", "www.near.example."], "{what}");
    let ports = near.engine.ports();
    assert!(ports[0].accepted >= 24 && ports[0].open == 0 && ports[0].tx > 0, "{ports:?}");
}

#[tokio::test]
async fn names_are_asked_where_they_are_routed_through_our_server() {
    for method in [Method::ChaCha20Poly1305, Method::Blake3Aes128Gcm] {
        let far = server(method);
        check(server_config(far.address, method), method.name()).await;
    }
}

#[tokio::test]
async fn names_are_asked_where_they_are_routed_through_ss_server() {
    let method = Method::Aes256Gcm;
    let far = ss_server(method.name(), &password(method)).await;
    check(server_config(far.address, method), "ss-server").await;
}

#[tokio::test]
async fn names_are_asked_where_they_are_routed_through_sing_box() {
    let method = Method::Blake3Aes256Gcm;
    let far = sing_box_server(method.name(), &password(method)).await;
    check(server_config(far.address, method), "sing-box").await;
}

#[tokio::test]
async fn a_connection_through_the_server_carries_more_than_one_question() {
    let remote = NameServer::start(FAR).await;
    let both = Both::start(remote.address, vec![]);
    for kind in [RecordType::A, RecordType::AAAA, RecordType::TXT, RecordType::MX] {
        ask_udp(both.near.address, &question("www.far.example.", kind)).await;
    }
    let asked = remote.asked();
    assert!(asked.len() == 4 && asked.iter().all(|one| one.from == asked[0].from), "{asked:?}");
}

#[tokio::test]
async fn the_servers_own_name_is_never_asked_through_it() {
    let (remote, local) = (NameServer::start(FAR).await, NameServer::start(NEAR).await);
    let address = "www.far.example:8388".parse().expect("it is an address");
    let config = ServerConfig::new(address, Method::Aes256Gcm, "pw").expect("any password will do");
    let near = Running::start(port(config, remote.address, vec![local.address]));
    let answer = ask_udp(near.address, &question("www.far.example.", RecordType::A)).await;
    assert_eq!(answer.response_code, ResponseCode::NXDomain, "of the local name server");
    assert!(remote.asked().is_empty());
}

#[tokio::test]
async fn a_port_does_not_ask_itself() {
    let address = harness::peer::free_address().await;
    let remote = NameServer::start(FAR).await;
    let far = server(Method::Aes256Gcm);
    let mut config = port(server_config(far.address, Method::Aes256Gcm), remote.address, vec![address]);
    config.inbounds[0].listen = address;
    let mut near = Running::start(config);
    let answer = ask_udp(address, &question("www.near.example.", RecordType::A)).await;
    assert_eq!(answer.response_code, ResponseCode::ServFail);
    assert_eq!(near.ended().await.verdict(), Verdict::NameTimedOut);
    assert_eq!(near.engine.ports()[0].accepted, 1);
}

/// What is in the way, and what it is called.
#[tokio::test]
async fn a_question_without_an_answer_is_refused_and_says_where_it_ended() {
    let (silent, good) = (NameServer::silent().await, NameServer::start(FAR).await);
    let method = Method::Blake3Aes256Gcm;
    let far = server(method);
    let refusing = harness::target::Refusing::start();
    let wrong = ServerConfig::new(far.address.into(), method, &wrong_password(method)).expect("it fits");
    for (what, config, remote, stage, verdict) in [
        (
            "a silent name server",
            server_config(far.address, method),
            silent.address,
            Stage::Resolve,
            Verdict::NameTimedOut,
        ),
        ("no server", server_config(refusing.address, method), good.address, Stage::Connect, Verdict::Refused),
        ("another key", wrong, good.address, Stage::Resolve, Verdict::NameTimedOut),
        ("no name server", server_config(far.address, method), refusing.address, Stage::Resolve, Verdict::ServerClosed),
    ] {
        let mut near = Running::start(port(config.clone(), remote, vec![]));
        let answer = ask_udp(near.address, &question("www.far.example.", RecordType::A)).await;
        assert_eq!(answer.response_code, ResponseCode::ServFail, "{what}");
        let flow = near.ended().await;
        assert_eq!((flow.stage, flow.verdict()), (stage, verdict), "{what}: {flow:?}");
        assert_eq!(flow.server.as_ref(), Some(config.address()));
        assert_eq!(flow.rx, 0, "{what}");
        assert!(flow.lived < Duration::from_secs(30), "{what}: {:?}", flow.lived);
    }
}

#[tokio::test]
async fn the_deadline_of_a_name_holds_for_questions() {
    let silent = NameServer::silent().await;
    let far = server(Method::Aes256Gcm);
    let mut config = port(server_config(far.address, Method::Aes256Gcm), silent.address, vec![silent.address]);
    config.deadlines = Deadlines { resolve: SHORT, ..Deadlines::default() };
    let mut near = Running::start(config);
    for name in ["www.far.example.", "www.near.example."] {
        let answer = ask_udp(near.address, &question(name, RecordType::A)).await;
        assert_eq!(answer.response_code, ResponseCode::ServFail);
        let flow = near.ended().await;
        assert_eq!((flow.stage, flow.verdict()), (Stage::Resolve, Verdict::NameTimedOut), "{flow:?}");
    }
}

#[tokio::test]
async fn a_port_that_is_led_to_another_server_asks_there_and_keeps_no_connection_of_the_one_before() {
    let method = Method::Aes256Gcm;
    let (first, second) = (server(method), server(method));
    let remote = NameServer::start(FAR).await;
    let near = Running::start(port(server_config(first.address, method), remote.address, Vec::new()));
    let address = near.address;
    let ask = |name: &'static str| async move { ask_udp(address, &question(name, RecordType::A)).await };
    let accepted = |server: &Running| server.engine.ports()[0].accepted;
    ask("a.far.example.").await;
    ask("b.far.example.").await;
    assert_eq!((accepted(&first), accepted(&second)), (1, 0), "one connection is kept for the next question");
    let outbound = Outbound::Shadowsocks(server_config(second.address, method).into());
    assert!(near.engine.lead(near.address, outbound, parasol_engine::Mode::TcpAndUdp));
    ask("c.far.example.").await;
    assert_eq!((accepted(&first), accepted(&second)), (1, 1));
}
