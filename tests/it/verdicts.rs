//! What a flow that could not work is called, and that the relay goes on beside it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use harness::deadline::within;
use harness::dns::{Entry, NameServer};
use harness::payload;
use harness::peer::{Peer, sing_box_server, ss_server};
use harness::socks5;
use harness::target::{Manner, Refusing, Swallowing, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::{Deadlines, Egress, EngineConfig, FlowSummary, Mode, NameServers, Stage, Verdict};
use parasol_proto::{Address, Method, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::running::{
    Running, SHORT, config, direct, mixed, password, server, server_config, shadowsocks, wrong_password,
};

const METHOD: Method = Method::Aes256Gcm;
const METHOD_2022: Method = Method::Blake3Aes256Gcm;

/// Every deadline short, except those that only a working flow could meet.
fn impatient(inbounds: Vec<parasol_engine::InboundConfig>) -> EngineConfig {
    let mut config = config(inbounds);
    config.deadlines =
        Deadlines { resolve: SHORT, connect: SHORT, first_byte: SHORT, half_closed: SHORT, ..Deadlines::default() };
    config
}

/// One flow through a relay to `bad`, while the relay's second port leads to a good server: the flow ends as expected
/// and the second port works afterwards.
async fn check(
    what: &str,
    bad: ServerConfig,
    names: Option<SocketAddr>,
    verdict: Verdict,
    stage: Stage,
) -> FlowSummary {
    let good = server(METHOD);
    let mut config = impatient(vec![mixed(bad), mixed(server_config(good.address, METHOD))]);
    config.name_servers = NameServers::These(names.into_iter().collect());
    let mut relay = Running::start(config);
    let second = relay.engine.bound()[1].listen;

    let target = Target::start(Manner::Echo).await;
    if let Ok(mut stream) = socks5::connect(relay.address, target.address).await {
        // Whether this is taken depends on how far the other side got.
        let _ = stream.write_all(&[b'?'; 200]).await;
        let mut heard = Vec::new();
        let _ = within(what, stream.read_to_end(&mut heard)).await;
        assert!(heard.is_empty(), "{what}: {heard:?}");
    }
    let flow = relay.ended().await;
    assert_eq!((flow.verdict(), flow.stage), (verdict, stage), "{what}: {flow:?}");
    assert_eq!(flow.target, Some(Address::from(target.address)), "{what}");

    let stream = socks5::connect(second, target.address).await.expect("the relay goes on");
    let came = payload::exchange(stream, b"ping").await.expect("the relay goes on");
    assert_eq!(came.len, 4, "{what}");
    flow
}

fn at(address: SocketAddr) -> ServerConfig {
    server_config(address, METHOD)
}

fn named(name: &str) -> ServerConfig {
    let address = Address::from_host(name, 8388).expect("a good name");
    ServerConfig::new(address, METHOD, &password(METHOD)).expect("it was made for the method")
}

#[tokio::test]
async fn a_server_that_is_down() {
    let refusing = Refusing::start();
    check("down", at(refusing.address), None, Verdict::Refused, Stage::Connect).await;
}

#[tokio::test]
async fn a_server_that_swallows_syns() {
    let swallowing = Swallowing::start().await;
    check("swallows SYNs", at(swallowing.address), None, Verdict::NoAnswer, Stage::Connect).await;
}

#[tokio::test]
async fn a_server_name_that_does_not_exist() {
    let names = NameServer::start(&[]).await;
    check("NXDOMAIN", named("server.test"), Some(names.address), Verdict::NameNotFound, Stage::Resolve).await;
}

#[tokio::test]
async fn a_server_name_without_any_address() {
    const NAMES: &[Entry] = &[("server.test", &[])];
    let names = NameServer::start(NAMES).await;
    check("no address", named("server.test"), Some(names.address), Verdict::NameNotFound, Stage::Resolve).await;
}

#[tokio::test]
async fn a_name_server_that_never_answers() {
    let names = NameServer::silent().await;
    check("silent DNS", named("server.test"), Some(names.address), Verdict::NameTimedOut, Stage::Resolve).await;
}

#[tokio::test]
async fn a_server_whose_first_address_is_down_is_reached_at_its_second() {
    // Nobody listens on 127.0.0.2 at the server's port.
    const NAMES: &[Entry] =
        &[("server.test", &[IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), IpAddr::V4(Ipv4Addr::LOCALHOST)])];
    let names = NameServer::start(NAMES).await;
    let far = server(METHOD);
    let address = Address::from_host("server.test", far.address.port()).expect("a good name");
    let near = ServerConfig::new(address, METHOD, &password(METHOD)).expect("it was made for the method");
    let mut config = config(vec![mixed(near)]);
    config.name_servers = NameServers::These(vec![names.address]);
    let relay = Running::start(config);
    let target = Target::start(Manner::Echo).await;
    let stream = socks5::connect(relay.address, target.address).await.expect("the second address is tried");
    assert_eq!(payload::exchange(stream, b"ping").await.expect("it works").len, 4);
}

#[tokio::test]
async fn a_server_that_closes_at_once() {
    let closing = Target::start(Manner::Closes).await;
    check("closes", at(closing.address), None, Verdict::ServerClosed, Stage::Stream).await;
}

/// The client hears the end and stays all the same; it is the server that gave the flow up.
#[tokio::test]
async fn a_server_that_hangs_up_under_a_client_that_stays() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut relay = Running::start(impatient(vec![mixed(at(address))]));
    let mut client = socks5::connect(relay.address, address).await.expect("the server takes connections");
    client.write_all(b"ping").await.expect("the relay reads");
    let (mut server, _) = within("the relay", listener.accept()).await.expect("it connects");
    server.shutdown().await.expect("it is connected");
    assert_eq!(within("the end", client.read(&mut [0; 16])).await.expect("a clean end"), 0);
    let flow = relay.ended().await;
    assert_eq!((flow.verdict(), flow.rx), (Verdict::ServerClosed, 0), "{flow:?}");
    drop((client, server));
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let silent = Target::start(Manner::Silent).await;
    check("silent", at(silent.address), None, Verdict::SilentServer, Stage::Stream).await;
}

#[tokio::test]
async fn a_server_that_answers_with_noise() {
    for method in [METHOD, METHOD_2022] {
        let noise = Target::start(Manner::TalksFirst(payload::bytes(4096, 9))).await;
        check("noise", server_config(noise.address, method), None, Verdict::BadAnswer, Stage::Stream).await;
    }
}

#[tokio::test]
async fn a_server_that_reflects_our_own_bytes() {
    for method in [METHOD, METHOD_2022] {
        let mirror = Target::start(Manner::Echo).await;
        check("mirror", server_config(mirror.address, method), None, Verdict::BadAnswer, Stage::Stream).await;
    }
}

/// Our own server says nothing to whoever has no key, until the handshake's time is up.
#[tokio::test]
async fn a_wrong_password_or_method_at_our_server() {
    for (theirs, ours) in [(METHOD, METHOD), (METHOD_2022, METHOD_2022), (METHOD_2022, METHOD), (METHOD, METHOD_2022)] {
        let far = server(theirs);
        let key = if theirs == ours { wrong_password(ours) } else { password(ours) };
        let bad = ServerConfig::new(Address::from(far.address), ours, &key).expect("it was made for the method");
        check(&format!("{ours} to {theirs}"), bad, None, Verdict::SilentServer, Stage::Stream).await;
    }
}

/// What other servers do differs; what it is called says what was seen.
#[tokio::test]
async fn a_wrong_password_at_other_servers() {
    let peers: [(Peer, Method, &[Verdict]); 2] = [
        (ss_server(METHOD.name(), &password(METHOD)).await, METHOD, &[Verdict::SilentServer, Verdict::ServerClosed]),
        (
            sing_box_server(METHOD_2022.name(), &password(METHOD_2022)).await,
            METHOD_2022,
            &[Verdict::SilentServer, Verdict::ServerClosed],
        ),
    ];
    for (peer, method, verdicts) in peers {
        let key = wrong_password(method);
        let bad = ServerConfig::new(Address::from(peer.address), method, &key).expect("it was made for the method");
        let mut relay = Running::start(impatient(vec![mixed(bad)]));
        let mut stream = socks5::connect(relay.address, peer.address).await.expect("the server takes connections");
        stream.write_all(b"ping").await.expect("the relay reads");
        let _ = within("the end", stream.read(&mut [0; 16])).await;
        let flow = relay.ended().await;
        assert!(verdicts.contains(&flow.verdict()), "{method}: {flow:?}");
    }
}

#[tokio::test]
async fn a_target_that_refuses_is_the_servers_to_know() {
    let refusing = Refusing::start();
    let mut far = server(METHOD);
    let mut near = Running::start(impatient(vec![mixed(server_config(far.address, METHOD))]));
    let mut stream = socks5::connect(near.address, refusing.address).await.expect("the server is there");
    let _ = stream.write_all(b"ping").await;
    let _ = within("the end", stream.read(&mut [0; 16])).await;
    drop(stream);
    let known = far.ended().await;
    assert_eq!((known.verdict(), known.stage), (Verdict::Refused, Stage::Connect), "{known:?}");
    assert_eq!(near.ended().await.verdict(), Verdict::ServerClosed);
}

#[tokio::test]
async fn a_flow_without_a_byte_for_the_idle_time_is_ended() {
    let far = server(METHOD);
    let mut config = config(vec![mixed(server_config(far.address, METHOD)), direct()]);
    config.deadlines.idle = SHORT;
    let mut relay = Running::start(config);
    let ports: Vec<_> = relay.engine.bound().iter().map(|bound| bound.listen).collect();
    for proxy in ports {
        let target = Target::start(Manner::Echo).await;
        let mut stream = socks5::connect(proxy, target.address).await.expect("it works");
        stream.write_all(b"ping").await.expect("it works");
        let mut heard = [0; 4];
        within("the echo", stream.read_exact(&mut heard)).await.expect("it works");
        assert_eq!(within("the end", stream.read(&mut heard)).await.unwrap_or(0), 0);
        let flow = relay.ended().await;
        assert_eq!((flow.verdict(), flow.tx, flow.rx), (Verdict::Idle, 4, 4), "{flow:?}");
        assert!(flow.idle >= SHORT - parasol_engine::clock::TICK, "{flow:?}");
    }
}

/// Two who send datagrams through a server that takes connections alone: one goes on, the other sends a single one.
#[tokio::test]
async fn a_server_that_relays_no_datagrams() {
    /// Longer than one who sends log lines takes, so that it would be one who waits.
    const LONG: Duration = Duration::from_secs(5);
    let echo = Echo::start().await;
    let mut tcp = shadowsocks(METHOD, Egress::Any);
    tcp.mode = Mode::TcpOnly;
    let far = Running::start(config(vec![tcp]));
    let mut near = config(vec![mixed(server_config(far.address, METHOD))]);
    near.deadlines.first_byte = LONG;
    let mut relay = Running::start(near);
    let waits = Association::open(relay.address).await.expect("it is granted");
    let logs = Association::open(relay.address).await.expect("it is granted");
    send_counted(&relay, &waits, echo.address).await;
    send_counted(&relay, &logs, echo.address).await;

    // A connection to one who says nothing is given up by the relay after so long, which tells that it has passed.
    let silent = Target::start(Manner::Silent).await;
    let mut stream = socks5::connect(relay.address, silent.address).await.expect("connections go");
    stream.write_all(b"ping").await.expect("the relay reads");
    assert_eq!(relay.ended().await.verdict(), Verdict::SilentServer);

    send_counted(&relay, &waits, echo.address).await;
    for (association, tx, verdict) in [(waits, 8, Verdict::UdpUnanswered), (logs, 4, Verdict::Done)] {
        drop(association);
        let flow = relay.ended().await;
        assert_eq!((flow.verdict(), flow.stage), (verdict, Stage::Associate), "{flow:?}");
        assert_eq!((flow.tx, flow.rx), (tx, 0), "{flow:?}");
    }
}

/// Sends a datagram, and waits until the relay has passed it on.
async fn send_counted(relay: &Running, association: &Association, target: SocketAddr) {
    let sent = || relay.engine.ports()[0].tx;
    let before = sent();
    association.send(&[&header(target), b"ping"]).await;
    let counted = async {
        while sent() == before {
            tokio::task::yield_now().await;
        }
    };
    within("a datagram on its way", counted).await;
}
