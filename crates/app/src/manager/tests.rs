use std::sync::Arc;
use std::sync::{Mutex, mpsc};

use parasol_proto::{Access, Address, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Notify;

use super::*;
use crate::relay::{Egress, StatCallback, Step};

/// A manager over UDP, and its client.
struct Scene {
    manager: Manager,
    relay: Relay,
    client: UdpSocket,
}

fn make(new: &NewPort) -> Result<ManagedPort, String> {
    let method = new.method.as_deref().unwrap_or("aes-128-gcm");
    let method = Method::parse_legacy(method).map_err(|_| "method".to_owned())?;
    let access = Access::new(method, new.password.as_str()).map_err(|error| error.to_string())?;
    let listen = SocketAddr::from(([127, 0, 0, 1], new.port));
    let spec = RelaySpec::server(listen, access, Egress::Any);
    Ok(ManagedPort { password: new.password.clone(), method: method.name(), spec, warning: None })
}

impl Scene {
    async fn start(telling: Telling) -> Scene {
        Scene::with(telling, Arc::new(())).await
    }

    async fn with(telling: Telling, stats: Arc<dyn StatCallback>) -> Scene {
        let address = ManagerAddress::Udp(SocketAddr::from(([127, 0, 0, 1], 0)));
        let manager = Manager::listen(&address, telling, Box::new(make)).await.unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        client.connect(manager.udp_address().unwrap()).await.unwrap();
        Scene { manager, relay: Relay::start(RelaySpec::nothing(), stats).unwrap(), client }
    }

    /// The next datagram that the client gets.
    async fn hear(&mut self) -> String {
        let mut buffer = vec![0; 65_536];
        let len = tokio::select! {
            () = self.manager.serve(&self.relay) => unreachable!("it serves for ever"),
            heard = tokio::time::timeout(Duration::from_secs(30), self.client.recv(&mut buffer)) => heard.expect("it answers").unwrap(),
        };
        String::from_utf8(buffer[..len].to_vec()).unwrap()
    }

    async fn ask(&mut self, command: &str) -> String {
        self.client.send(command.as_bytes()).await.unwrap();
        self.hear().await
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn ports_come_and_go_at_commands() {
    let mut scene = Scene::start(Telling::Totals).await;
    let port = free_port();
    assert_eq!(scene.ask("ping").await, "stat: {}");
    assert_eq!(scene.ask("list").await, "[]");
    let add = |password: &str| format!(r#"add: {{"server_port":{port},"password":"{password}"}}"#);
    for password in ["one", "two"] {
        assert_eq!(scene.ask(&add(password)).await, "ok");
        assert_eq!(scene.relay.ports().len(), 1, "it takes the place of the other");
    }
    assert_eq!(scene.ask("stat").await, format!(r#"stat: {{"{port}":0}}"#));
    // Over UDP nobody can tell who asks.
    let listed = format!(r#"[{{"method":"aes-128-gcm","password":"","server_port":{port}}}]"#);
    assert_eq!(scene.ask("list").await, listed);
    let bad = format!(r#"add: {{"server_port":{port},"password":"x","method":"no-such"}}"#);
    assert_eq!(scene.ask(&bad).await, "err");
    assert_eq!(scene.relay.ports().len(), 1, "what cannot be opened takes nothing's place");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken_port = taken.local_addr().unwrap().port();
    let blocked = format!(r#"add: {{"server_port":{taken_port},"password":"x"}}"#);
    assert_eq!(scene.ask(&blocked).await, "port is not available");
    for gone in [port, port] {
        assert_eq!(scene.ask(&format!(r#"remove: {{"server_port":{gone}}}"#)).await, "ok");
    }
    assert!(scene.relay.ports().is_empty());
    // What has no answer: the next one is that of the command behind it.
    for silent in ["what", "", r#"stat: {"1":1}"#] {
        scene.client.send(silent.as_bytes()).await.unwrap();
        assert_eq!(scene.ask("add").await, "err", "{silent}");
    }
}

#[tokio::test]
async fn the_sender_of_the_last_command_is_told_what_is_new() {
    let mut scene = Scene::start(Telling::News).await;
    scene.manager.every = Duration::from_millis(20);
    assert_eq!(scene.ask("ping").await, "pong");
    // As if these ports had carried something and were closed.
    scene.manager.counters.closed(8001, 11370);
    assert_eq!(scene.hear().await, r#"stat: {"8001":11370}"#);
    let (first, listens_at) = (scene.client, scene.manager.udp_address().unwrap());
    scene.client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    scene.client.connect(listens_at).await.unwrap();
    assert_eq!(scene.ask("ping").await, "pong");
    let ports: Vec<u16> = (1..=60).collect();
    for port in &ports {
        scene.manager.counters.closed(*port, 1);
    }
    // No more than fifty at a time.
    let (some, rest) = (scene.hear().await, scene.hear().await);
    assert_eq!((some.matches(':').count() - 1, rest.matches(':').count() - 1), (50, 10));
    assert!(first.try_recv(&mut [0; 9]).is_err(), "the first client is not told any more");
}

#[tokio::test]
async fn no_more_ports_are_opened_than_may_be() {
    let mut scene = Scene::start(Telling::Totals).await;
    let listen = SocketAddr::from(([127, 0, 0, 1], 1));
    for port in 0..MAX_PORTS {
        let open = Open { listen, password: Password::default(), method: "aes-128-gcm" };
        scene.manager.ports.insert(u16::try_from(port).unwrap(), open);
    }
    let port = free_port().max(2000);
    assert_eq!(scene.ask(&format!(r#"add: {{"server_port":{port},"password":"x"}}"#)).await, "err");
}

#[tokio::test]
async fn other_machines_are_not_answered_without_end() {
    let mut scene = Scene::start(Telling::Totals).await;
    let listen = SocketAddr::from(([127, 0, 0, 1], 1));
    for port in 30_000..31_000 {
        scene.manager.ports.insert(port, Open { listen, password: Password::default(), method: "aes-128-gcm" });
    }
    let far = Some(SocketAddr::from(([192, 0, 2, 1], 4000)));
    let mut said = 0;
    for command in ["list", "ping", "stat"].into_iter().cycle().take(300) {
        let answers = scene.manager.obey(command.as_bytes(), far, &scene.relay).await;
        said += answers.iter().map(Vec::len).sum::<usize>();
    }
    // All of one round at the least; without a bound it would be eight megabytes.
    assert!((70_000..800_000).contains(&said), "{said} bytes");
    let remove = scene.manager.obey(br#"remove: {"server_port":1}"#, far, &scene.relay).await;
    assert_eq!(remove, [b"ok"], "it is shorter than its command");
    let near = scene.manager.obey(b"ping", Some(listen), &scene.relay).await;
    assert!(near[0].len() > 8_000, "this machine is not bounded");
}

/// Holds up the thread that is about to count what an answer begins with, until it may go on.
struct Held {
    arrived: Arc<Notify>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl StatCallback for Held {
    fn step(&self, _port: u16, step: Step, _server: Option<&Address>, _took: Duration) {
        if step == Step::FirstByte {
            self.arrived.notify_one();
            self.go_on.lock().unwrap().recv().expect("the test lets it go on");
        }
    }
}

#[tokio::test]
async fn what_a_port_carries_while_it_closes_is_counted() {
    let (arrived, (let_go, go_on)) = (Arc::new(Notify::new()), mpsc::channel());
    let held = Held { arrived: Arc::clone(&arrived), go_on: Mutex::new(go_on) };
    let mut scene = Scene::with(Telling::Totals, Arc::new(held)).await;
    let (port, target) = (free_port(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let add = format!(r#"add: {{"server_port":{port},"password":"x","method":"none"}}"#);
    assert_eq!(scene.ask(&add).await, "ok");
    let mut client = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut head = Vec::new();
    Address::from(target.local_addr().unwrap()).encode(&mut head);
    client.write_all(&head).await.unwrap();
    let (mut dialled, _) = target.accept().await.unwrap();
    client.write_all(b"x").await.unwrap();
    dialled.read_exact(&mut [0]).await.unwrap();
    dialled.write_all(&[7; 999]).await.unwrap();
    arrived.notified().await;

    scene.client.send(format!(r#"remove: {{"server_port":{port}}}"#).as_bytes()).await.unwrap();
    let mut buffer = [0; 16];
    let closing = async {
        // It is not among the open ones any more as soon as it is being closed.
        while !scene.relay.ports().is_empty() {
            tokio::task::yield_now().await;
        }
        let_go.send(()).unwrap();
        scene.client.recv(&mut buffer).await.unwrap()
    };
    let len = tokio::select! {
        () = scene.manager.serve(&scene.relay) => unreachable!("it serves for ever"),
        len = tokio::time::timeout(Duration::from_secs(30), closing) => len.expect("it closes"),
    };
    assert_eq!(&buffer[..len], b"ok");
    assert_eq!(scene.manager.counters.news(&[]), [(port, 1000)]);
}
