//! Legacy methods at a server port: what proves nothing gets as little as it can.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use harness::deadline::within;
use harness::payload;
use harness::target::{Manner, Swallowing, Target};
use harness::udp::{Association, Echo, header};
use parasol_engine::clock::TICK;
use parasol_engine::{Deadlines, Egress, EngineConfig, FlowEnd, InboundKind, Verdict};
use parasol_proto::legacy::StreamMethod;
use parasol_proto::packet::{ClientSession, HEAD_ROOM, Keys, SessionId, TAIL_ROOM};
use parasol_proto::stream::seal_request;
use parasol_proto::{Access, Address, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use crate::running::{Running, SHORT, config, inbound, local, password, server_config, shadowsocks};

/// Longer than any test waits.
const LONG: Duration = Duration::from_secs(600);

fn methods() -> impl Iterator<Item = Method> {
    ["aes-128-cfb", "camellia-256-ctr", "rc4-md5", "chacha20", "chacha20-ietf"]
        .map(|name| Method::Stream(StreamMethod::parse(name).expect("a legacy method")))
        .into_iter()
}

fn server(method: Method, one_time_auth: bool, egress: Egress, handshake: Duration) -> Running {
    let access = Access::new(method, &password(method)).expect("any password is a key");
    let access = if one_time_auth { access.with_one_time_auth().expect("it has an IV") } else { access };
    // What is dialled for somebody unproven has no time of its own.
    let deadlines = Deadlines { handshake, connect: LONG, ..Deadlines::default() };
    Running::start(EngineConfig { deadlines, ..config(vec![inbound(InboundKind::Shadowsocks { access, egress })]) })
}

fn request(method: Method, target: SocketAddr, one_time_auth: bool) -> Vec<u8> {
    let config = server_config(target, method);
    let config = if one_time_auth { config.with_one_time_auth().expect("it has an IV") } else { config };
    let (iv, mut wire) = (payload::bytes(method.salt_len(), 5), Vec::new());
    seal_request(&config, &Address::from(target), b"ping", &iv, &[], 0, &mut wire);
    wire
}

/// Says it all, and perhaps that it is all; hears what comes until the end, and how long that took.
async fn say(server: SocketAddr, bytes: &[u8], finishes: bool) -> (Vec<u8>, Duration) {
    let began = std::time::Instant::now();
    let mut stream = within("the server's port", TcpStream::connect(server)).await.expect("it listens");
    stream.write_all(bytes).await.expect("it is read on");
    if finishes {
        stream.shutdown().await.expect("it is read on");
    }
    let mut heard = Vec::new();
    within("the end", stream.read_to_end(&mut heard)).await.expect("no reset tells one from another");
    (heard, began.elapsed())
}

/// A port of loopback that nobody listens on.
async fn closed() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
    listener.local_addr().expect("it is bound")
}

#[tokio::test]
async fn a_request_whose_target_is_not_reached_is_met_like_noise() {
    let (nobody, inside) = (closed().await, Target::start(Manner::Echo).await);
    let swallowing = Swallowing::start().await;
    let mut met = JoinSet::new();
    for method in methods() {
        let refused = request(method, nobody, false);
        // The IV of another request: nothing of it makes sense, unless by chance.
        let mut noise = refused.clone();
        noise[method.salt_len()] ^= 0x80;
        let cases = [
            ("refused", Egress::Any, refused),
            ("noise", Egress::Any, noise),
            ("silent", Egress::Any, request(method, swallowing.address, false)),
            ("not allowed", Egress::PublicOnly, request(method, inside.address, false)),
        ];
        for (what, egress, bytes) in cases {
            for finishes in [false, true] {
                let bytes = bytes.clone();
                met.spawn(async move {
                    let relay = server(method, false, egress, SHORT);
                    let (heard, took) = say(relay.address, &bytes, finishes).await;
                    assert!(heard.is_empty() && took >= SHORT - TICK, "{method}, {what}, {finishes}: {took:?}");
                });
            }
        }
        met.spawn(async move {
            // Who is proven to have the key need not wait.
            let mut relay = server(method, true, Egress::Any, LONG);
            say(relay.address, &request(method, nobody, true), false).await;
            assert_eq!(relay.ended().await.verdict(), Verdict::Refused, "{method}");
        });
    }
    while let Some(done) = met.join_next().await {
        done.expect("all are met alike");
    }
}

#[tokio::test]
async fn one_time_authentication_is_demanded_where_it_was_asked_for() {
    let target = Target::start(Manner::EndsFirst(b"secret".to_vec())).await;
    let (address, mut served) = (target.address, JoinSet::new());
    for method in methods() {
        for (required, tagged, is_served) in
            [(false, false, true), (false, true, true), (true, true, true), (true, false, false)]
        {
            served.spawn(async move {
                let mut relay = server(method, required, Egress::Any, 3 * SHORT);
                let (heard, _) = say(relay.address, &request(method, address, tagged), true).await;
                assert_eq!(!heard.is_empty(), is_served, "{method} {required} {tagged}");
                let end = relay.ended().await.end;
                assert_eq!(matches!(end, FlowEnd::BadPeer(_)), !is_served, "{method} {required} {tagged}: {end:?}");
            });
        }
    }
    while let Some(done) = served.join_next().await {
        done.expect("it is demanded");
    }
}

/// A datagram that is sent again, and an answer that is sent back, are dropped as those of AEAD-2017 are; and no byte
/// follows what the method has.
#[tokio::test]
async fn datagrams_are_served_once_and_end_where_their_payload_does() {
    for method in methods() {
        let mut echo = Echo::start().await;
        let relay = server(method, false, Egress::Any, SHORT);
        let mut client =
            ClientSession::new(Keys::from(&server_config(relay.address, method)).into(), SessionId([0; 8]));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        let mut ask = |content: &[u8], seed| {
            let mut buffer = [&vec![0; HEAD_ROOM][..], content, &[0; TAIL_ROOM]].concat();
            let iv = payload::bytes(method.packet_salt_len(), seed);
            let at = HEAD_ROOM..HEAD_ROOM + content.len();
            let packet = client.seal(&echo.address.into(), &mut buffer, at, 0, &iv, 0);
            buffer[packet].to_vec()
        };
        let (first, second) = (ask(b"first", 1), ask(b"second", 2));
        let mut answer = [0; 256];
        socket.send_to(&first, relay.address).await.expect("loopback takes it");
        let (len, _) = within("an answer", socket.recv_from(&mut answer)).await.expect("it is bound");
        assert_eq!(len, method.packet_salt_len() + 7 + b"first".len(), "{method}");
        let stranger = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        for again in [&first[..], &answer[..len]] {
            stranger.send_to(again, relay.address).await.expect("loopback takes it");
        }
        socket.send_to(&second, relay.address).await.expect("loopback takes it");
        within("an answer", socket.recv_from(&mut answer)).await.expect("it is bound");
        for content in [b"first".to_vec(), b"second".to_vec()] {
            assert_eq!(echo.seen().await.1, content, "{method}");
        }
        assert!(echo.saw_nothing() && stranger.try_recv(&mut [0; 16]).is_err(), "{method}");
    }
}

/// What one port takes for a session, because it cannot know better, ends none of a port that can.
#[tokio::test]
async fn sessions_at_a_legacy_port_end_none_of_those_who_have_the_key_to_another() {
    let (sealed, legacy) = (Method::Aes128Gcm, methods().next().expect("there are some"));
    let ports = [sealed, legacy].map(|method| shadowsocks(method, Egress::Any)).to_vec();
    let mut far = Running::start(EngineConfig { udp_max_associations: 4, ..config(ports) });
    let bound: Vec<_> = far.engine.bound().iter().map(|bound| bound.listen).collect();
    let (proven, noisy) = (local(server_config(bound[0], sealed)), local(server_config(bound[1], legacy)));
    let mut echo = Echo::start().await;
    // Each association is a client with an address of its own.
    let mut ask = async |association: &Association| {
        association.exchange(&header(echo.address), b"ping").await;
        echo.seen().await.0
    };
    let mut clients = Vec::new();
    for _ in 0..2 {
        let association = Association::open(proven.address).await.expect("it is granted");
        let session = ask(&association).await;
        clients.push((association, session));
    }
    for _ in 0..20 {
        ask(&Association::open(noisy.address).await.expect("it is granted")).await;
    }
    for (association, session) in &clients {
        assert_eq!(ask(association).await, *session, "its session has the socket that it had");
    }
    // Of four, two are theirs.
    for _ in 0..20 - 2 {
        let flow = far.ended().await;
        assert_eq!((flow.port, flow.verdict()), (bound[1].port(), Verdict::NoResources), "{flow:?}");
    }
}
