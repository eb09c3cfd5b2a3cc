//! Bad, replayed and roaming packets at a server port, and at the socket that a local side has for its server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use harness::deadline::within;
use harness::dns::{Entry, NameServer};
use harness::payload;
use harness::udp::{Association, Echo, header, header_name};
use parasol_engine::{Deadlines, Egress, EngineConfig, InboundConfig, Mode, NameServers, Verdict};
use parasol_proto::packet::{ClientSession, HEAD_ROOM, Keys, ServerKeys, SessionId, TAIL_ROOM, WIDTH};
use parasol_proto::{Address, Family, Key, Method};
use tokio::net::UdpSocket;

use crate::running::{Running, SHORT, config, local, password, server, server_config, shadowsocks, wrong_password};

const METHODS: [Method; 4] =
    [Method::Aes256Gcm, Method::XChaCha20Poly1305, Method::Blake3Aes256Gcm, Method::Blake3ChaCha20Poly1305];

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

fn keys(method: Method, password: &str) -> Arc<Keys> {
    Arc::new(Keys::new(method, Key::from_password(method, password).expect("it was made for the method")))
}

/// A client made of `proto` alone, with which a test can do what no good client does.
struct Client {
    method: Method,
    session: ClientSession,
    socket: UdpSocket,
    salts: u64,
}

impl Client {
    async fn new(method: Method, password: &str, id: u8) -> Client {
        let session = ClientSession::new(keys(method, password), SessionId([id; 8]));
        Client { method, session, socket: socket().await, salts: u64::from(id) << 32 }
    }

    fn seal(&mut self, target: SocketAddr, content: &[u8], at: u64) -> Vec<u8> {
        self.salts += 1;
        let salt = payload::bytes(self.method.packet_salt_len(), self.salts);
        sealed(content, |buffer, range| self.session.seal(&target.into(), buffer, range, 0, &salt, at))
    }

    async fn send(&self, packet: &[u8], server: SocketAddr) {
        self.socket.send_to(packet, server).await.expect("loopback takes it");
    }

    async fn answer(&mut self) -> (Vec<u8>, Vec<u8>) {
        let mut packet = vec![0; 65_536];
        let (len, _) = within("an answer", self.socket.recv_from(&mut packet)).await.expect("it is bound");
        packet.truncate(len);
        let raw = packet.clone();
        let opened = self.session.open(&mut packet, now()).expect("the server's answers are good");
        (packet[opened.payload].to_vec(), raw)
    }

    /// A good exchange; what came to the server before has been dealt with when it returns.
    async fn ping(&mut self, echo: &mut Echo, server: SocketAddr, content: &[u8]) -> Vec<u8> {
        let packet = self.seal(echo.address, content, now());
        self.send(&packet, server).await;
        let (came, _) = self.answer().await;
        assert_eq!(came, content, "{}", self.method);
        assert_eq!(echo.seen().await.1, content, "{}: nothing else had come", self.method);
        packet
    }
}

fn sealed(content: &[u8], seal: impl FnOnce(&mut [u8], std::ops::Range<usize>) -> std::ops::Range<usize>) -> Vec<u8> {
    let mut buffer = [&vec![0; HEAD_ROOM][..], content, &[0; TAIL_ROOM]].concat();
    let packet = seal(&mut buffer, HEAD_ROOM..HEAD_ROOM + content.len());
    buffer[packet].to_vec()
}

async fn socket() -> UdpSocket {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports")
}

/// Another key, another method, noise of every length, and a bit flipped anywhere: silence, and no session.
#[tokio::test]
async fn what_is_not_authentic_gets_no_word_and_no_session() {
    for method in METHODS {
        let mut echo = Echo::start().await;
        let relay = server(method);
        let mut wrong = Client::new(method, &wrong_password(method), 1).await;
        let packet = wrong.seal(echo.address, b"wrong key", now());
        wrong.send(&packet, relay.address).await;
        for len in 0..250 {
            wrong.send(&payload::bytes(len, len as u64), relay.address).await;
        }
        let mut right = Client::new(method, &password(method), 2).await;
        let packet = right.seal(echo.address, b"flipped", now());
        for at in 0..packet.len() {
            let mut flipped = packet.clone();
            flipped[at] ^= 0x10;
            wrong.send(&flipped, relay.address).await;
            wrong.send(&packet[..at], relay.address).await;
        }
        for skew in [-3600i64, -33, 33, 3600] {
            if method.family() == Family::Aead2022 {
                let packet = right.seal(echo.address, b"stale", now().saturating_add_signed(skew));
                right.send(&packet, relay.address).await;
            }
        }
        right.ping(&mut echo, relay.address, b"good").await;
        assert_eq!(relay.engine.ports()[0].accepted, 1, "{method}");
        assert!(wrong.socket.try_recv(&mut [0; 64]).is_err(), "{method}: not a word");
    }
}

/// Catalogue 45: duplicates, also from elsewhere, are served once; late ones are, ancient ones are not.
#[tokio::test]
async fn packets_are_served_once() {
    for method in METHODS {
        let mut echo = Echo::start().await;
        let relay = server(method);
        let mut client = Client::new(method, &password(method), 3).await;
        let late = client.seal(echo.address, b"late", now());
        let first = client.ping(&mut echo, relay.address, b"first").await;
        let stranger = socket().await;
        for _ in 0..3 {
            client.send(&first, relay.address).await;
            stranger.send_to(&first, relay.address).await.expect("loopback takes it");
        }
        client.send(&late, relay.address).await;
        assert_eq!(client.answer().await.0, b"late", "{method}");
        assert_eq!(echo.seen().await.1, b"late", "{method}");
        if method.family() == Family::Aead2022 {
            let ancient = client.seal(echo.address, b"ancient", now());
            for _ in 0..WIDTH + 64 {
                client.seal(echo.address, b"skipped", now());
            }
            client.ping(&mut echo, relay.address, b"newest").await;
            client.send(&ancient, relay.address).await;
        }
        client.ping(&mut echo, relay.address, b"after").await;
        assert!(stranger.try_recv(&mut [0; 64]).is_err(), "{method}: answers go to the client");
    }
}

/// Both directions of AEAD-2017 have one form: an answer sent back would be taken for a request.
#[tokio::test]
async fn answers_sent_back_are_dropped() {
    for method in METHODS {
        let mut echo = Echo::start().await;
        let relay = server(method);
        let mut client = Client::new(method, &password(method), 4).await;
        let packet = client.seal(echo.address, b"ping", now());
        client.send(&packet, relay.address).await;
        let (_, answer) = client.answer().await;
        assert_eq!(echo.seen().await.1, b"ping");
        socket().await.send_to(&answer, relay.address).await.expect("loopback takes it");
        client.ping(&mut echo, relay.address, b"after").await;
        assert_eq!(relay.engine.ports()[0].accepted, 1, "{method}");
    }
}

/// A 2022 session is named by its id: answers follow the client to the address that its last good packet came from.
#[tokio::test]
async fn a_client_that_moves_keeps_its_session() {
    for method in [Method::Blake3Aes128Gcm, Method::Blake3Aes256Gcm, Method::Blake3ChaCha20Poly1305] {
        let mut echo = Echo::start().await;
        let relay = server(method);
        let mut client = Client::new(method, &password(method), 5).await;
        let packet = client.ping(&mut echo, relay.address, b"here").await;
        let mut forged = packet.clone();
        *forged.last_mut().expect("it is not empty") ^= 1;
        let thief = socket().await;
        for bad in [&packet, &forged] {
            thief.send_to(bad, relay.address).await.expect("loopback takes it");
        }
        client.ping(&mut echo, relay.address, b"still here").await;
        assert!(thief.try_recv(&mut [0; 64]).is_err(), "{method}");
        client.socket = socket().await;
        client.ping(&mut echo, relay.address, b"there").await;
        assert_eq!(relay.engine.ports()[0].accepted, 1, "{method}: it is the same session");
    }
}

/// A session that ended a moment ago still knows what it has seen.
#[tokio::test]
async fn a_session_that_was_idle_refuses_what_it_saw() {
    let method = Method::Blake3Aes256Gcm;
    let mut echo = Echo::start().await;
    let deadlines = Deadlines { udp_idle: SHORT, ..Deadlines::default() };
    let mut relay = Running::start(EngineConfig { deadlines, ..config(vec![shadowsocks(method, Egress::Any)]) });
    let mut client = Client::new(method, &password(method), 6).await;
    let packet = client.ping(&mut echo, relay.address, b"before").await;
    let flow = relay.ended().await;
    assert_eq!((flow.verdict(), flow.tx, flow.rx), (Verdict::Idle, 6, 6));
    client.send(&packet, relay.address).await;
    client.ping(&mut echo, relay.address, b"after").await;
}

#[tokio::test]
async fn the_least_used_session_makes_room() {
    let method = Method::Aes128Gcm;
    let mut echo = Echo::start().await;
    let mut relay =
        Running::start(EngineConfig { udp_max_associations: 2, ..config(vec![shadowsocks(method, Egress::Any)]) });
    let mut clients = Vec::new();
    for id in 10..12 {
        let mut client = Client::new(method, &password(method), id).await;
        client.ping(&mut echo, relay.address, &[id]).await;
        clients.push(client);
    }
    clients[0].ping(&mut echo, relay.address, b"again").await;
    let mut third = Client::new(method, &password(method), 12).await;
    third.ping(&mut echo, relay.address, b"third").await;
    assert_eq!(relay.ended().await.client, clients[1].socket.local_addr().expect("it is bound"));
    // It is served again all the same.
    clients[1].ping(&mut echo, relay.address, b"back").await;
}

#[tokio::test]
async fn a_server_that_starts_again_is_gone_on_with() {
    for method in METHODS {
        let echo = Echo::start().await;
        let first = server(method);
        let address = first.address;
        let near = local(server_config(address, method));
        let association = Association::open(near.address).await.expect("it is granted");
        association.exchange(&header(echo.address), b"first").await;
        first.stop().await;
        // Lost, unless it is still under way when the next one listens; the ICMP message about it hurts nobody.
        association.send(&[&header(echo.address), b"lost"]).await;
        let inbound = InboundConfig { listen: address, ..shadowsocks(method, Egress::Any) };
        let _second = Running::start(config(vec![inbound]));
        association.send(&[&header(echo.address), b"second"]).await;
        while association.answer().await.1 != b"second" {}
    }
}

/// Catalogue 46, 47: a server made of `proto` sends everything wrong that there is, then one good answer.
#[tokio::test]
async fn bad_answers_of_a_server_are_dropped_and_the_association_lives() {
    for method in METHODS {
        let far = socket().await;
        let near = local(server_config(far.local_addr().expect("it is bound"), method));
        let association = Association::open(near.address).await.expect("it is granted");
        let target = SocketAddr::from(([192, 0, 2, 1], 53));
        association.send(&[&header(target), b"ping"]).await;
        let mut packet = vec![0; 2048];
        let (len, client) = within("the packet", far.recv_from(&mut packet)).await.expect("it is bound");
        packet.truncate(len);
        let request = packet.clone();
        let server = ServerKeys::new(keys(method, &password(method)));
        let head = server.open_header(&mut packet).expect("the local's packets are good");
        let mut session = server.session(&head, SessionId([9; 8])).expect("there are no users");
        let opened = session.open(head, &mut packet, now()).expect("the local's packets are good");
        assert_eq!((opened.address, &packet[opened.payload]), (Address::from(target), &b"ping"[..]));
        let mut salt = 0;
        let mut answer = |content: &[u8], at: u64| {
            salt += 1;
            let salt = payload::bytes(method.packet_salt_len(), salt);
            sealed(content, |buffer, range| session.seal(&target.into(), buffer, range, 0, &salt, at))
        };
        let good = answer(b"good", now());
        let mut bad = vec![request[..8].to_vec(), Vec::new(), payload::bytes(100, 5)];
        for at in [0, 8, 20, good.len() / 2, good.len() - 1] {
            let mut flipped = good.clone();
            flipped[at] ^= 0x40;
            bad.push(flipped);
            bad.push(good[..at].to_vec());
        }
        if method.family() == Family::Aead2022 {
            // Its own packet sent back, and answers of other times.
            bad.extend([request, answer(b"stale", now() - 40), answer(b"early", now() + 40)]);
        }
        let wrong = Arc::new(Keys::new(
            method,
            Key::from_password(method, &wrong_password(method)).expect("it was made for the method"),
        ));
        let mut other = ClientSession::new(wrong, SessionId([1; 8]));
        let salt = payload::bytes(method.packet_salt_len(), 99);
        bad.push(sealed(b"wrong key", |buffer, range| other.seal(&target.into(), buffer, range, 0, &salt, now())));
        for packet in &bad {
            far.send_to(packet, client).await.expect("loopback takes it");
        }
        // A good one that does not come from the server.
        socket().await.send_to(&good, client).await.expect("loopback takes it");
        far.send_to(&good, client).await.expect("loopback takes it");
        let mut expected = vec![b"good".to_vec()];
        if method.family() == Family::Aead2022 {
            far.send_to(&good, client).await.expect("loopback takes it");
        }
        let last = answer(b"last", now());
        far.send_to(&last, client).await.expect("loopback takes it");
        expected.push(b"last".to_vec());
        for content in expected {
            assert_eq!(association.answer().await, (header(target), content), "{method}");
        }
    }
}

const NAMES: &[Entry] = &[
    ("loopback.test", &[IpAddr::V4(Ipv4Addr::LOCALHOST)]),
    ("private.test", &[IpAddr::V4(Ipv4Addr::new(192, 168, 1, 1)), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))]),
];

/// Catalogue 53 for UDP.
#[tokio::test]
async fn private_targets_are_not_sent_to() {
    let method = Method::Blake3Aes128Gcm;
    let mut echo = Echo::start().await;
    let names = NameServer::start(NAMES).await;
    let guarded = |egress| {
        let config = config(vec![shadowsocks(method, egress)]);
        Running::start(EngineConfig { name_servers: NameServers::These(vec![names.address]), ..config })
    };
    let (closed, open) = (guarded(Egress::PublicOnly), guarded(Egress::Any));
    let port = echo.address.port();
    let targets = || {
        let ips = ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1"];
        let ips = ips.map(|ip| header(SocketAddr::new(ip.parse().expect("an address"), port)));
        ips.into_iter().chain(["loopback.test", "private.test", "localhost"].map(|name| header_name(name, port)))
    };
    let near = local(server_config(closed.address, method));
    let association = Association::open(near.address).await.expect("it is granted");
    for target in targets() {
        association.send(&[&target, b"inside"]).await;
    }
    // All of them have come to the server, and what it does not send at once it would send for the next of that name.
    within("the packets", async {
        while closed.engine.ports()[0].tx < 6 * targets().count() as u64 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let near = local(server_config(open.address, method));
    let association = Association::open(near.address).await.expect("it is granted");
    assert_eq!(association.exchange(&header_name("loopback.test", port), b"open").await.1, b"open");
    assert_eq!(echo.seen().await.1, b"open", "only the open one lets anything through");
}

#[tokio::test]
async fn modes_of_a_server_bind_what_they_serve() {
    let method = Method::Aes128Gcm;
    for (mode, tcp, udp) in [(Mode::TcpOnly, true, false), (Mode::TcpAndUdp, true, true), (Mode::UdpOnly, false, true)]
    {
        let relay = Running::start(config(vec![InboundConfig { mode, ..shadowsocks(method, Egress::Any) }]));
        assert_eq!(tokio::net::TcpStream::connect(relay.address).await.is_ok(), tcp, "{mode:?}");
        assert_eq!(UdpSocket::bind(relay.address).await.is_err(), udp, "{mode:?}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_for_udp_is_named() {
    loop {
        let holder = socket().await;
        let listen = holder.local_addr().expect("it is bound");
        let inbound = InboundConfig { listen, ..shadowsocks(Method::Aes128Gcm, Egress::Any) };
        match parasol_engine::Engine::start(config(vec![inbound]), Arc::new(())) {
            Err(parasol_engine::StartError::AddressInUse { address, udp: true }) => break assert_eq!(address, listen),
            // Somebody else has it for TCP: not what this is about, so with another one.
            Err(parasol_engine::StartError::AddressInUse { udp: false, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}
