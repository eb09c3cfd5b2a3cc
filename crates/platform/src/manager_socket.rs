//! `ManagerSocket`: where the commands of the manager protocol come in. A Unix datagram socket is its owner's alone;
//! over UDP whoever reaches the address can send.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use tokio::net::UdpSocket;

#[cfg(unix)]
#[path = "manager_socket/unix.rs"]
mod local;
#[cfg(not(unix))]
#[path = "manager_socket/other.rs"]
mod local;

/// A bound socket. A Unix one takes its file with it when it is dropped.
#[derive(Debug)]
pub struct ManagerSocket(Kind);

#[derive(Debug)]
enum Kind {
    Udp(UdpSocket),
    Unix(local::LocalSocket),
}

/// Who sent a command, and is to be answered.
#[derive(Debug, Clone)]
pub enum CommandSender {
    /// Over UDP.
    Udp(SocketAddr),
    /// Over a Unix socket.
    Unix(local::Name),
}

impl CommandSender {
    /// Where it says that it is; `None` on this machine, at a Unix socket.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            CommandSender::Udp(address) => Some(*address),
            CommandSender::Unix(_) => None,
        }
    }
}

impl ManagerSocket {
    /// Listens for UDP. To be called within a runtime.
    ///
    /// # Errors
    /// The system's.
    pub async fn udp(address: SocketAddr) -> io::Result<ManagerSocket> {
        Ok(ManagerSocket(Kind::Udp(UdpSocket::bind(address).await?)))
    }

    /// Listens at a path, as a socket that only its owner can send to; one that nobody listens at any more is taken over.
    /// To be called within a runtime.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] when somebody listens there, [`io::ErrorKind::AlreadyExists`] when there is
    /// something else than a socket, [`io::ErrorKind::Unsupported`] on systems without such sockets, and the system's.
    pub fn unix(path: &Path) -> io::Result<ManagerSocket> {
        local::LocalSocket::bind(path).map(|socket| ManagerSocket(Kind::Unix(socket)))
    }

    /// Can nobody but its owner send to it, and see the answers?
    #[must_use]
    pub fn is_private(&self) -> bool {
        matches!(self.0, Kind::Unix(_))
    }

    /// Where it listens for UDP.
    #[must_use]
    pub fn udp_address(&self) -> Option<SocketAddr> {
        match &self.0 {
            Kind::Udp(socket) => socket.local_addr().ok(),
            Kind::Unix(_) => None,
        }
    }

    /// Waits for a datagram. What does not fit the buffer is cut.
    ///
    /// # Errors
    /// The system's.
    pub async fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, CommandSender)> {
        match &self.0 {
            Kind::Udp(socket) => socket.recv_from(buffer).await.map(|(len, from)| (len, CommandSender::Udp(from))),
            Kind::Unix(socket) => socket.receive(buffer).await.map(|(len, from)| (len, CommandSender::Unix(from))),
        }
    }

    /// Sends now or not at all: a sender that does not take its answers keeps nobody waiting.
    ///
    /// # Errors
    /// The system's.
    pub fn send(&self, datagram: &[u8], to: &CommandSender) -> io::Result<()> {
        match (&self.0, to) {
            (Kind::Udp(socket), CommandSender::Udp(to)) => socket.try_send_to(datagram, *to).map(drop),
            (Kind::Unix(socket), CommandSender::Unix(to)) => socket.send(datagram, to),
            _ => Err(io::ErrorKind::AddrNotAvailable.into()),
        }
    }
}
