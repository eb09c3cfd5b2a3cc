//! `Prober`: asks one thing of one server, rung by rung, for whoever wants to know whether it works: its name, its TCP
//! answer, its first byte, a datagram through it. What follows from that is decided elsewhere.
//!
//! No port is listened on, no rule is asked and no proxy of the system is used: everything is dialled from here, as a
//! relay would. Every wait has a bound, and whoever stops waiting for an answer leaves nothing behind.

mod datagram;
mod exchange;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use parasol_proto::{Address, ServerConfig};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub use self::datagram::NoDatagram;
pub use self::exchange::{Heard, NoAnswer};

use crate::config::NameServers;
use crate::dial::Dialer;
use crate::socket_options::{Peer, SocketOptions};
use crate::summary::{DialFailure, ResolveFailure};

/// Asks servers. Names that were looked up are remembered for as long as their answers say, by this one alone.
pub struct Prober {
    dialer: Dialer,
    patience: ProbePatience,
}

/// How long each rung is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbePatience {
    /// For the addresses of a name.
    pub resolve: Duration,
    /// For the TCP answer, over all addresses.
    pub connect: Duration,
    /// For what was asked over a connection.
    pub answer: Duration,
    /// For what was asked with a datagram, which is sent twice in this time.
    pub datagram: Duration,
}

impl Default for ProbePatience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        ProbePatience { resolve: seconds(5), connect: seconds(5), answer: seconds(8), datagram: seconds(4) }
    }
}

/// A connection that was just made.
#[derive(Debug)]
pub struct Connection(TcpStream);

impl Connection {
    /// The address that took it.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.0.peer_addr().ok()
    }
}

/// Something, and how long it took.
pub type Timed<T> = (T, Duration);

impl Prober {
    /// Names are asked of `name_servers`.
    #[must_use]
    pub fn new(name_servers: NameServers, patience: ProbePatience) -> Prober {
        Prober { dialer: Dialer::new(name_servers, SocketOptions::default()), patience }
    }

    /// The addresses of a server, in the order in which they are to be tried.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn resolve(&self, address: &Address) -> Result<Timed<Vec<SocketAddr>>, ResolveFailure> {
        let begun = Instant::now();
        let found = match address {
            Address::Ip(ip) => vec![*ip],
            Address::Domain(name, port) => {
                let resolver = self.dialer.resolver();
                let asked = timeout(self.patience.resolve, resolver.lookup(name)).await;
                let ips = asked.unwrap_or(Err(ResolveFailure::NoAnswer))?;
                ips.into_iter().map(|ip| SocketAddr::new(ip, *port)).collect()
            }
        };
        Ok((found, begun.elapsed()))
    }

    /// A connection to whichever of the addresses takes one first.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn connect(&self, addresses: Vec<SocketAddr>) -> Result<Timed<Connection>, DialFailure> {
        let begun = Instant::now();
        let connected = timeout(self.patience.connect, self.dialer.connect(addresses, Peer::Server)).await;
        let stream = connected.unwrap_or(Err(DialFailure::NoAnswer))?;
        Ok((Connection(stream), begun.elapsed()))
    }

    /// Sends `question` to `target` through the server at the other end of the connection, and hears what comes.
    pub async fn ask(&self, connection: Connection, server: &ServerConfig, target: &Address, question: &[u8]) -> Heard {
        exchange::ask(connection.0, server, target, question, self.patience.answer).await
    }

    /// Sends `question` to `target` through the server with a datagram. `is_answer` tells an answer from what is none.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask_with_datagram(
        &self,
        (server, at): (&ServerConfig, SocketAddr),
        target: &Address,
        question: &[u8],
        is_answer: impl Fn(&[u8]) -> bool,
    ) -> Result<Duration, NoDatagram> {
        let sockets = self.dialer.sockets();
        datagram::ask((server, at), &sockets, target, question, is_answer, self.patience.datagram).await
    }

    /// The first bytes that `target` says to `question`, asked directly and not through any server.
    pub async fn ask_directly(&self, target: &Address, question: &[u8]) -> Option<Vec<u8>> {
        let (addresses, _) = self.resolve(target).await.ok()?;
        let connected = self.dialer.connect(addresses, Peer::Target);
        let stream = timeout(self.patience.connect, connected).await.ok()?.ok()?;
        exchange::ask_directly(stream, question, self.patience.answer).await
    }
}

impl std::fmt::Debug for Prober {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prober").field("patience", &self.patience).finish_non_exhaustive()
    }
}
