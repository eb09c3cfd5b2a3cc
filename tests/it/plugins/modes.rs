//! What goes through a plugin: TCP unless `plugin_mode` says more (SIP003u), and never anything beside it.

use std::net::SocketAddr;

use harness::parasol::{self, Parasol};
use harness::payload::{self, Sum};
use harness::peer::ss_server;
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header};
use serde_json::json;

use super::script::Script;

const METHOD: &str = "aes-256-gcm";
const PASSWORD: &str = "barfoo!";

/// Leads TCP, UDP or both to where it is told, as its options say; tells when the first datagram went through.
const FORWARDER: &str = "
import threading
MODES = os.environ['SS_PLUGIN_OPTIONS'].split()
LOCAL = (os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT']))
REMOTE = (os.environ['SS_REMOTE_HOST'], int(os.environ['SS_REMOTE_PORT']))
def start(*call):
    threading.Thread(target=call[0], args=call[1:], daemon=True).start()
def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def tcp():
    server = listen()
    while True:
        near = server.accept()[0]
        far = socket.create_connection(REMOTE)
        start(pump, near, far)
        start(pump, far, near)
def answers(near, far, client):
    while True:
        near.sendto(far.recv(65536), client)
def udp():
    near, ways = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), {}
    near.bind(LOCAL)
    while True:
        data, client = near.recvfrom(65536)
        if not data:
            continue
        if client not in ways:
            ways[client] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            ways[client].connect(REMOTE)
            start(answers, near, ways[client], client)
        ways[client].send(data)
        tell('datagram', 'went through')
if 'udp' in MODES:
    start(udp)
if 'tcp' in MODES:
    start(tcp)
time.sleep(600)
";

/// A local behind the forwarder, with this `plugin_mode`.
async fn local(script: &Script, server: SocketAddr, mode: Option<&str>) -> Parasol {
    let forwards = match mode {
        None | Some("tcp_only") => "tcp",
        Some("udp_only") => "udp",
        Some(_) => "tcp udp",
    };
    let config = json!({"server": "127.0.0.1", "server_port": server.port(), "local_port": 0, "method": METHOD,
        "plugin": script.program(), "plugin_opts": forwards, "plugin_mode": mode});
    let path = script.path("config.json");
    std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
    let args = ["local", "-c", path.to_str().expect("a temporary path is text")];
    let started = Parasol::from(parasol::command(&args).env("PARASOL_PASSWORD", PASSWORD)).await;
    started.unwrap_or_else(|died| panic!("{mode:?}: {}", died.log))
}

#[tokio::test]
async fn only_what_goes_through_the_plugin_goes_at_all() {
    let peer = ss_server(METHOD, PASSWORD).await;
    let (target, echo) = (Target::start(Manner::Echo).await, Echo::start().await);
    for (mode, tcp, udp) in [
        (None, true, false),
        (Some("tcp_only"), true, false),
        (Some("tcp_and_udp"), true, true),
        (Some("udp_only"), false, true),
    ] {
        let script = Script::new(FORWARDER);
        let local = local(&script, peer.address, mode).await;
        match socks5::connect(local.address, target.address).await {
            Ok(stream) if tcp => {
                let content = payload::bytes(100_000, 31);
                assert_eq!(payload::round_trip(stream, &content).await.expect("it echoes"), Sum::of(&content));
            }
            other => assert_eq!((other.err(), tcp), (Some(7), false), "{mode:?}"),
        }
        match Association::open(local.address).await {
            Ok(association) if udp => {
                association.send(&[&header(echo.address), b"ping"]).await;
                assert_eq!(association.answer().await.1, b"ping", "{mode:?}");
                assert_eq!(script.told("datagram").await, b"went through");
            }
            other => assert_eq!((other.err(), udp), (Some(7), false), "{mode:?}"),
        }
        assert_eq!(script.path("datagram").exists(), udp, "{mode:?}");
    }
}

#[tokio::test]
async fn a_server_behind_a_plugin_takes_udp_from_it() {
    let script = Script::new(FORWARDER);
    // At this end the plugin listens at the remote address and leads to the local one.
    let swapped = FORWARDER.replace("LOCAL =", "X =").replace("REMOTE =", "LOCAL =").replace("X =", "REMOTE =");
    let far = Script::new(&swapped.replace("listen()", "socket.create_server(LOCAL)"));
    let config = json!({"server": "127.0.0.1", "server_port": 0, "method": METHOD, "allow_private_targets": true,
        "plugin": far.program(), "plugin_opts": "tcp udp", "plugin_mode": "tcp_and_udp"});
    let path = far.path("config.json");
    std::fs::write(&path, config.to_string()).expect("the temporary folder can be written");
    let args = ["server", "-c", path.to_str().expect("a temporary path is text")];
    let server = Parasol::from(parasol::command(&args).env("PARASOL_PASSWORD", PASSWORD)).await.expect("it starts");
    let local = local(&script, server.address, Some("tcp_and_udp")).await;
    let echo = Echo::start().await;
    let association = Association::open(local.address).await.expect("it is granted");
    association.send(&[&header(echo.address), b"ping"]).await;
    assert_eq!(association.answer().await.1, b"ping");
    assert_eq!(far.told("datagram").await, b"went through");
}
