//! The DNS port: who is asked for which name, what clients get, and what it survives.

mod bad;
mod clients;
mod program;
mod servers;

use std::net::SocketAddr;

use harness::deadline::within;
use harness::dns::NameServer;
use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query};
use hickory_proto::rr::{Name, RecordType};
use parasol_engine::{EngineConfig, InboundKind, Outbound, Routing};
use parasol_proto::acl::RuleSet;
use parasol_proto::{Address, Method, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use crate::running::{Running, config, inbound, server_config};

/// What goes directly, and what nowhere.
const RULES: &str = "[bypass_list]\n||near.example\n[outbound_block_list]\n||ads.example\n203.0.113.0/24";

/// A DNS port in front of `server`, with these name servers beyond it and on this side.
fn port(server: ServerConfig, remote: SocketAddr, local: Vec<SocketAddr>) -> EngineConfig {
    let outbound = Outbound::Shadowsocks(server.into());
    let mut config = config(vec![inbound(InboundKind::Dns { outbound, remote: Address::from(remote), local })]);
    config.routing = Routing::by_rules(RuleSet::parse(RULES).0);
    config
}

/// A DNS port in front of a server that takes connections to anywhere, both ours.
struct Both {
    near: Running,
    _far: Running,
}

impl Both {
    fn start(remote: SocketAddr, local: Vec<SocketAddr>) -> Both {
        let method = Method::Aes256Gcm;
        let far = crate::running::server(method);
        let near = Running::start(port(server_config(far.address, method), remote, local));
        Both { near, _far: far }
    }
}

/// A question.
fn question(name: &str, kind: RecordType) -> Message {
    let mut message = Message::new(0x5151, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).expect("a test's name is one"), kind));
    message
}

/// The same with EDNS.
fn with_edns(name: &str, kind: RecordType, size: u16) -> Message {
    let mut message = question(name, kind);
    let mut edns = Edns::new();
    edns.set_max_payload(size);
    message.set_edns(edns);
    message
}

fn bytes(message: &Message) -> Vec<u8> {
    message.to_vec().expect("a test's message can be written")
}

fn read(bytes: &[u8]) -> Message {
    Message::from_vec(bytes).expect("what comes can be read")
}

/// A client over UDP.
struct Client(UdpSocket);

impl Client {
    async fn of(address: SocketAddr) -> Client {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback has free ports");
        socket.connect(address).await.expect("the port is there");
        Client(socket)
    }

    async fn send(&self, message: &[u8]) {
        self.0.send(message).await.expect("loopback takes datagrams");
    }

    async fn receive(&self) -> Vec<u8> {
        let mut answer = vec![0; 65_536];
        let len = within("an answer over UDP", self.0.recv(&mut answer)).await.expect("the port is there");
        answer.truncate(len);
        answer
    }

    async fn ask(&self, message: &Message) -> Message {
        self.send(&bytes(message)).await;
        let answer = read(&self.receive().await);
        assert_eq!(answer.id, message.id);
        answer
    }
}

/// Asks one question of `address` over UDP.
async fn ask_udp(address: SocketAddr, message: &Message) -> Message {
    Client::of(address).await.ask(message).await
}

async fn dial(address: SocketAddr) -> TcpStream {
    within("the DNS port", TcpStream::connect(address)).await.expect("it listens")
}

/// Messages as they stand in a stream.
fn framed<'a>(messages: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let len = |message: &[u8]| u16::try_from(message.len()).expect("a test's message is short").to_be_bytes();
    messages.into_iter().flat_map(|message| [&len(message)[..], message].concat()).collect()
}

async fn receive_tcp(stream: &mut TcpStream) -> Vec<u8> {
    let received = async {
        let mut answer = vec![0; usize::from(stream.read_u16().await?)];
        stream.read_exact(&mut answer).await.map(|_| answer)
    };
    within("an answer over TCP", received).await.expect("it comes whole")
}

/// Asks one question of `address` over TCP.
async fn ask_tcp(address: SocketAddr, message: &Message) -> Message {
    let mut stream = dial(address).await;
    stream.write_all(&framed([&bytes(message)[..]])).await.expect("it is taken");
    read(&receive_tcp(&mut stream).await)
}

/// The addresses in an answer.
fn addresses(answer: &Message) -> Vec<String> {
    answer.answers.iter().filter_map(|record| record.data.ip_addr()).map(|ip| ip.to_string()).collect()
}

/// The names that a name server was asked for, each once and in order.
fn names(server: &NameServer) -> Vec<String> {
    let name = |message: &[u8]| read(message).queries[0].name().to_ascii().to_lowercase();
    let mut names: Vec<_> = server.asked().iter().map(|asked| name(&asked.message)).collect();
    names.sort();
    names.dedup();
    names
}
