use std::sync::Arc;

use parasol_proto::{Access, Method};
use tokio::net::UdpSocket;

use super::*;
use crate::relay::Egress;

/// A manager over UDP, and its client.
struct Scene {
    manager: Manager,
    relay: Relay,
    client: UdpSocket,
}

fn make(new: &NewPort) -> Result<ManagedPort, String> {
    let method: Method = new.method.as_deref().unwrap_or("aes-128-gcm").parse().map_err(|_| "method".to_owned())?;
    let access = Access::new(method, new.password.as_str()).map_err(|error| error.to_string())?;
    let listen = SocketAddr::from(([127, 0, 0, 1], new.port));
    let spec = RelaySpec::server(listen, access, Egress::Any);
    Ok(ManagedPort { password: new.password.clone(), method: method.name(), spec, warning: None })
}

impl Scene {
    async fn start(telling: Telling) -> Scene {
        let address = ManagerAddress::Udp(SocketAddr::from(([127, 0, 0, 1], 0)));
        let manager = Manager::listen(&address, telling, Box::new(make)).await.unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        client.connect(manager.udp_address().unwrap()).await.unwrap();
        Scene { manager, relay: Relay::start(RelaySpec::nothing(), Arc::new(())).unwrap(), client }
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
