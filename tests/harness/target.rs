//! TCP targets on loopback, each on a port of its own, until dropped.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::deadline::within;
use crate::payload::{Sum, read_to_end};

/// What a target does with a connection.
#[derive(Debug, Clone)]
pub enum Manner {
    /// Sends back what comes, and ends when the client has ended.
    Echo,
    /// Reads to the end and then answers with the SHA-256 in hexadecimal.
    Sum,
    /// Sends this first, without being asked, then echoes.
    TalksFirst(Vec<u8>),
    /// Sends this and says that it is all, then goes on reading to the end.
    EndsFirst(Vec<u8>),
    /// Takes the connection and neither reads nor writes.
    Silent,
    /// Takes the connection and closes it at once.
    Closes,
    /// Sends this and closes after the client has ended.
    Sends(Vec<u8>),
    /// Waits for a first byte, then breaks the connection off with a reset.
    Resets,
}

/// A listening target.
#[derive(Debug)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    received: mpsc::UnboundedReceiver<Sum>,
    task: JoinHandle<()>,
}

impl Target {
    /// Listens on any free port of 127.0.0.1.
    pub async fn start(manner: Manner) -> Target {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        Target::on(listener, manner)
    }

    /// Listens on any free port of this address.
    pub async fn start_at(ip: IpAddr, manner: Manner) -> Target {
        Target::on(TcpListener::bind((ip, 0)).await.expect("the address is ours"), manner)
    }

    /// Listens on any free port of ::1; `None` where this machine has no IPv6 at all, as in some containers.
    pub async fn start_v6(manner: Manner) -> Option<Target> {
        let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.ok()?;
        Some(Target::on(listener, manner))
    }

    fn on(listener: TcpListener, manner: Manner) -> Target {
        let address = listener.local_addr().expect("a bound socket has an address");
        let (sender, received) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            // Dropped with this task, and all connections with it.
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a test stays within its descriptors");
                connections.spawn(serve(stream, manner.clone(), sender.clone()));
            }
        });
        Target { address, received, task }
    }

    /// What the next connection to end had sent. Of targets that read to the end.
    pub async fn received(&mut self) -> Sum {
        within("what the target received", self.received.recv()).await.expect("the target runs as long as this")
    }

    /// No connection has ended, or been made at all for targets that close.
    pub fn saw_nothing(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Errors end the connection: the tests look at them from the client's side.
async fn serve(mut stream: TcpStream, manner: Manner, received: mpsc::UnboundedSender<Sum>) {
    let report = |sum: &std::io::Result<Sum>| {
        if let Ok(sum) = sum {
            // Nobody may be asking any more.
            let _ = received.send(sum.clone());
        }
    };
    match manner {
        Manner::Echo => echo(&mut stream).await,
        Manner::TalksFirst(banner) => {
            if stream.write_all(&banner).await.is_ok() {
                echo(&mut stream).await;
            }
        }
        Manner::Sum => {
            let sum = read_to_end(&mut stream).await;
            report(&sum);
            if let Ok(sum) = sum {
                let _ = stream.write_all(sum.sha256.as_bytes()).await;
            }
        }
        Manner::EndsFirst(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            report(&read_to_end(&mut stream).await);
        }
        Manner::Sends(bytes) => {
            let (mut reading, mut writing) = stream.split();
            let (_, sum) = tokio::join!(writing.write_all(&bytes), read_to_end(&mut reading));
            report(&sum);
        }
        Manner::Resets => {
            // Not `readable`, which may be wrong about it.
            let _ = stream.peek(&mut [0]).await;
            let _ = stream.set_zero_linger();
        }
        Manner::Silent => std::future::pending().await,
        Manner::Closes => report(&Ok(Sum::of(b""))),
    }
}

async fn echo(stream: &mut TcpStream) {
    let (mut reading, mut writing) = stream.split();
    if tokio::io::copy(&mut reading, &mut writing).await.is_ok() {
        let _ = writing.shutdown().await;
    }
}

/// An address that answers a connection attempt with a reset for as long as this lives: bound, so that nobody else
/// takes it, but not listening.
#[derive(Debug)]
pub struct Refusing {
    /// The address.
    pub address: SocketAddr,
    _socket: TcpSocket,
}

impl Refusing {
    /// Takes any free port.
    #[must_use]
    pub fn start() -> Refusing {
        let socket = bound();
        Refusing { address: socket.local_addr().expect("a bound socket has an address"), _socket: socket }
    }
}

/// An address that never answers a connection attempt: a listener whose queue of one is full, so that the kernel drops
/// every further SYN.
#[derive(Debug)]
pub struct Swallowing {
    /// The address.
    pub address: SocketAddr,
    _listener: TcpListener,
    _queued: TcpStream,
}

impl Swallowing {
    /// Takes any free port and fills the queue.
    pub async fn start() -> Swallowing {
        let listener = bound().listen(0).expect("a bound socket can listen");
        let address = listener.local_addr().expect("a bound socket has an address");
        let queued = within("the queue's one place", TcpStream::connect(address)).await.expect("it is free");
        Swallowing { address, _listener: listener, _queued: queued }
    }
}

fn bound() -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a test stays within its descriptors");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("loopback has free ports");
    socket
}
