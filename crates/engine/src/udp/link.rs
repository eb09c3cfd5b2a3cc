//! `Link`: a session's way through a Shadowsocks server.
//!
//! Its socket is not connected: it takes the server's packets by comparing their source, which is what connecting would
//! do, and in turn survives that this machine changes its own address, and never loses a datagram to the ICMP message
//! about another.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use parasol_proto::packet::{ClientSession, Keys, Opened, PacketError, SessionId};
use parasol_proto::{Address, Method};

use super::outbox::Outbox;
use super::socket::{Socket, plain};
use crate::random;
use crate::socket_options::SocketOptions;

pub(crate) struct Link {
    server: SocketAddr,
    method: Method,
    session: ClientSession,
    pub(crate) socket: Arc<Socket>,
}

impl Link {
    pub(crate) fn new(server: SocketAddr, keys: &Arc<Keys>, sockets: &SocketOptions) -> io::Result<Link> {
        let socket = Arc::new(Socket::register(sockets.send_datagrams(server)?)?);
        let mut id = [0; 8];
        random::fill(&mut id);
        let session = ClientSession::new(Arc::clone(keys), SessionId(id));
        Ok(Link { server, method: keys.method(), session, socket })
    }

    /// Where it sends to.
    pub(crate) fn server(&self) -> SocketAddr {
        self.server
    }

    /// Seals a payload for `target` and sends it to the server.
    pub(crate) fn send(&mut self, target: &Address, payload: &[u8], now: u64, outbox: &mut Outbox) {
        let (head, tail) = (self.session.head_len(target, 0), self.session.tail_len());
        let (session, method) = (&mut self.session, self.method);
        outbox.add((&self.socket, self.server, None), (head, payload, tail), |bytes, payload| {
            let salt = random::packet_salt(method);
            session.seal(target, bytes, payload, 0, salt.as_slice(), now);
        });
    }

    /// Opens a packet from `source`, if that is the server.
    pub(crate) fn open(
        &mut self,
        source: SocketAddr,
        packet: &mut [u8],
        now: u64,
    ) -> Option<Result<Opened, PacketError>> {
        (plain(source) == plain(self.server)).then(|| self.session.open(packet, now))
    }
}
