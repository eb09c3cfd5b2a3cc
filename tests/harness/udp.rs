//! UDP targets on loopback, and a client of SOCKS5 UDP associations (RFC 1928 §7) that says exactly what a test wants.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::deadline::within;
use crate::socks5;

/// Sends back each datagram to where it came from, until dropped.
#[derive(Debug)]
pub struct Echo {
    /// Where it listens.
    pub address: SocketAddr,
    seen: mpsc::UnboundedReceiver<(SocketAddr, Vec<u8>)>,
    task: JoinHandle<()>,
}

impl Echo {
    /// Listens on any free port of 127.0.0.1.
    pub async fn start() -> Echo {
        Echo::on(IpAddr::V4(Ipv4Addr::LOCALHOST)).await.expect("loopback has free ports")
    }

    /// Listens on any free port of ::1; `None` where this machine has no IPv6 at all.
    pub async fn start_v6() -> Option<Echo> {
        Echo::on(IpAddr::V6(Ipv6Addr::LOCALHOST)).await
    }

    async fn on(ip: IpAddr) -> Option<Echo> {
        let socket = UdpSocket::bind((ip, 0)).await.ok()?;
        let address = socket.local_addr().ok()?;
        let (sender, seen) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            let mut buffer = vec![0; 65_536];
            loop {
                let Ok((len, from)) = socket.recv_from(&mut buffer).await else { continue };
                let _ = sender.send((from, buffer[..len].to_vec()));
                let _ = socket.send_to(&buffer[..len], from).await;
            }
        });
        Some(Echo { address, seen, task })
    }

    /// The next datagram that came, and from where.
    pub async fn seen(&mut self) -> (SocketAddr, Vec<u8>) {
        within("a datagram at the target", self.seen.recv()).await.expect("the target runs as long as this")
    }

    /// Nothing has come that was not asked for.
    pub fn saw_nothing(&mut self) -> bool {
        self.seen.try_recv().is_err()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An association, and the socket of its client.
#[derive(Debug)]
pub struct Association {
    /// The control connection.
    pub control: TcpStream,
    /// Where datagrams are sent.
    pub relay: SocketAddr,
    /// The client's socket.
    pub socket: UdpSocket,
}

/// A UDP ASSOCIATE request of a client that will send from `port`; 0 when it does not know.
#[must_use]
pub fn request(port: u16) -> Vec<u8> {
    let mut bytes = socks5::request((Ipv4Addr::UNSPECIFIED, port).into());
    bytes[1] = 3;
    bytes
}

/// The header before a datagram for an IP.
#[must_use]
pub fn header(target: SocketAddr) -> Vec<u8> {
    [&[0, 0, 0], &socks5::request(target)[3..]].concat()
}

/// The header before a datagram for a name.
#[must_use]
pub fn header_name(name: &str, port: u16) -> Vec<u8> {
    [&[0, 0, 0], &socks5::request_name(name.as_bytes(), port)[3..]].concat()
}

impl Association {
    /// Asks for one, from a socket on the address that the control connection comes from.
    ///
    /// # Errors
    /// The reply's code.
    pub async fn open(proxy: SocketAddr) -> Result<Association, u8> {
        let socket = UdpSocket::bind(SocketAddr::new(proxy.ip(), 0)).await.expect("loopback has free ports");
        Association::of(proxy, socket, 0).await
    }

    /// Asks for one for this socket; `port` is what the request says.
    ///
    /// # Errors
    /// The reply's code.
    pub async fn of(proxy: SocketAddr, socket: UdpSocket, port: u16) -> Result<Association, u8> {
        let mut control = socks5::greeted(proxy).await;
        control.write_all(&request(port)).await.map_err(|_| 0xff)?;
        let relay = within("the reply", async {
            let mut head = [0; 4];
            control.read_exact(&mut head).await.map_err(|_| 0xff)?;
            let ip = match head[3] {
                1 => IpAddr::from(control.read_u32().await.map_err(|_| 0xff)?.to_be_bytes()),
                4 => IpAddr::from(control.read_u128().await.map_err(|_| 0xff)?.to_be_bytes()),
                other => panic!("the reply has the address type {other}"),
            };
            let port = control.read_u16().await.map_err(|_| 0xff)?;
            if head[1] == 0 { Ok(SocketAddr::new(ip, port)) } else { Err(head[1]) }
        })
        .await?;
        Ok(Association { control, relay, socket })
    }

    /// Sends bytes as they are.
    pub async fn send(&self, parts: &[&[u8]]) {
        self.socket.send_to(&parts.concat(), self.relay).await.expect("loopback takes it");
    }

    /// The next answer: where it is from, as its header's bytes, and its payload.
    pub async fn answer(&self) -> (Vec<u8>, Vec<u8>) {
        let mut buffer = vec![0; 65_536];
        let (len, from) = within("an answer", self.socket.recv_from(&mut buffer)).await.expect("the socket is bound");
        assert_eq!(from, self.relay, "answers come from where datagrams are sent");
        let header = match buffer[3] {
            1 => 3 + 7,
            4 => 3 + 19,
            other => panic!("the answer has the address type {other}"),
        };
        (buffer[..header].to_vec(), buffer[header..len].to_vec())
    }

    /// Sends a payload behind `header` and returns the answer's.
    pub async fn exchange(&self, header: &[u8], payload: &[u8]) -> (Vec<u8>, Vec<u8>) {
        self.send(&[header, payload]).await;
        self.answer().await
    }
}
