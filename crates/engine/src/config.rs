//! What an engine is told to do. Every value is already checked by its type; nothing here is read from a file.

use std::net::SocketAddr;
use std::time::Duration;

use parasol_proto::{Access, Address, Credentials};

use crate::routing::Routing;
use crate::server::SharedServer;
use crate::socket_options::SocketOptions;

/// A whole engine: its listening ports and how patient it is.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Listening ports, in the order in which they are shown.
    pub inbounds: Vec<InboundConfig>,
    /// How long each stage of a flow may take.
    pub deadlines: Deadlines,
    /// Relay threads; 0 takes one for each core, at most 4. As many again are started for heavy flows, when there are some.
    pub threads: usize,
    /// A flow that moves more bytes than this within [`crate::clock::TICK`], in one direction, is heavy: it goes on on a
    /// thread for such flows, where nothing small waits for it.
    pub heavy_after: u64,
    /// Who answers for names.
    pub name_servers: NameServers,
    /// How many connections may be open at once, each of which takes two descriptors. At the limit, those that have been
    /// silent longest before saying what they want make room for new ones; where there are none, new ones wait.
    pub max_flows: usize,
    /// How many UDP associations, and UDP sessions of server and tunnel ports, may be open at once, each of which takes
    /// two to four descriptors. At the limit the one that was used least recently makes room.
    pub udp_max_associations: usize,
    /// Which requests of mixed ports go where, and whom and what Shadowsocks ports do not serve;
    /// [`crate::Engine::route_by`] changes it while the engine runs.
    pub routing: Routing,
    /// How sockets are set up.
    pub sockets: SocketOptions,
}

/// 64 MB/s: a fifth of a slow core and more, and about what the usual network takes.
const HEAVY_AFTER: u64 = 32 << 20;

/// What the usual limit of 1,024 descriptors has room for.
const MAX_FLOWS: usize = 448;

impl EngineConfig {
    /// The usual patience, the machine's name servers and socket options, everything through the outbounds of these
    /// inbounds.
    #[must_use]
    pub fn new(inbounds: Vec<InboundConfig>) -> EngineConfig {
        EngineConfig {
            inbounds,
            deadlines: Deadlines::default(),
            threads: 0,
            heavy_after: HEAVY_AFTER,
            name_servers: NameServers::System,
            max_flows: MAX_FLOWS,
            routing: Routing::everything_proxied(),
            sockets: SocketOptions::default(),
            udp_max_associations: 512,
        }
    }
}

/// One listening port.
#[derive(Debug, Clone)]
pub struct InboundConfig {
    /// What the user calls it.
    pub name: String,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// What is spoken there and where it leads.
    pub kind: InboundKind,
    /// Over what it is served.
    pub mode: Mode,
}

impl InboundConfig {
    /// An inbound for TCP and UDP.
    #[must_use]
    pub fn new(name: &str, listen: SocketAddr, kind: InboundKind) -> InboundConfig {
        InboundConfig { name: name.to_owned(), listen, kind, mode: Mode::default() }
    }
}

/// Over what an inbound is served. A mixed port is always listened on over TCP, because UDP associations are asked for
/// there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// TCP connections only; no UDP association is granted.
    TcpOnly,
    /// Both.
    #[default]
    TcpAndUdp,
    /// UDP only.
    UdpOnly,
}

impl Mode {
    /// Are TCP connections relayed?
    #[must_use]
    pub fn tcp(self) -> bool {
        self != Mode::UdpOnly
    }

    /// Are UDP datagrams relayed?
    #[must_use]
    pub fn udp(self) -> bool {
        self != Mode::TcpOnly
    }
}

/// What is spoken on a listening port.
#[derive(Debug, Clone)]
pub enum InboundKind {
    /// SOCKS5, SOCKS4, SOCKS4a and HTTP, told apart by the first byte (the local role).
    Mixed {
        /// Where requests leave that are routed through the server.
        outbound: Outbound,
        /// The login that clients must give. Without one everybody who reaches the port is served; with one, SOCKS4
        /// is refused, because it has no password.
        login: Option<Credentials>,
    },
    /// Whatever comes, to one target (the tunnel role). Rules do not apply: there is nothing to choose.
    Tunnel {
        /// Where it all goes.
        target: Address,
        /// How it gets there.
        outbound: Outbound,
    },
    /// DNS: each question is asked where its name is routed.
    Dns {
        /// Where questions leave that are routed through the server.
        outbound: Outbound,
        /// The name server that they are asked of there, over TCP.
        remote: Address,
        /// The name servers of this side, for the other questions; without any, [`EngineConfig::name_servers`].
        local: Vec<SocketAddr>,
    },
    /// Shadowsocks (the server role); leaves directly.
    Shadowsocks {
        /// How it is spoken to, and by whom.
        access: Access,
        /// Which targets may be dialled.
        egress: Egress,
    },
}

/// How a request leaves.
#[derive(Debug, Clone)]
pub enum Outbound {
    /// Straight to the target.
    Direct,
    /// Through a Shadowsocks server; the target's name is resolved there.
    Shadowsocks(SharedServer),
}

/// Which targets may be dialled: by the server role for its clients, and by the local role for those on other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Egress {
    /// Only addresses of the public internet: no loopback, private, link-local, shared (CGNAT), multicast or mapped
    /// one, judged by the address that is dialled, after the name was resolved.
    PublicOnly,
    /// Whatever is not this machine itself.
    NotThisMachine,
    /// Any address.
    Any,
}

/// Who answers for the names that this engine must look up: servers, and the targets of direct flows.
#[derive(Debug, Clone)]
pub enum NameServers {
    /// What the system is configured for, its hosts file included.
    System,
    /// These, over UDP and TCP.
    These(Vec<SocketAddr>),
}

/// How long a flow may stay in a stage before it is given up. Each is measured from the last sign of life in it.
///
/// The queue works in whole [`crate::clock::TICK`]s, so a deadline is kept to within one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// From accept to a whole request.
    pub handshake: Duration,
    /// For the name of what is dialled.
    pub resolve: Duration,
    /// For the TCP answer of what is dialled, over all of its addresses.
    pub connect: Duration,
    /// From the first byte sent through a server until the first byte back.
    pub first_byte: Duration,
    /// Without a byte in either direction.
    pub idle: Duration,
    /// After one side has finished sending and nothing moves in the other direction.
    pub half_closed: Duration,
    /// Of a UDP association or session, without a datagram in either direction.
    pub udp_idle: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            handshake: Duration::from_secs(10),
            resolve: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(300),
            half_closed: Duration::from_secs(60),
            udp_idle: Duration::from_secs(300),
        }
    }
}
