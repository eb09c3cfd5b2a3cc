//! `Server`: the packets of a server port.
//!
//! What is not authentic is dropped without a word, at any length. A session comes to be, and its client's address is
//! taken, only when a whole packet has been found good.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use parasol_proto::packet::{Header, Opened, PacketError, ServerKeys, ServerSession, SessionId};
use parasol_proto::{Family, Method};
use quinn_udp::RecvMeta;
use tokio_util::task::TaskTracker;

use super::batch::{Desk, at_desk};
use super::salts::Salts;
use super::session::{Client, Far, Session, Tally, Wrap};
use super::socket::{Socket, plain};
use super::table::{Key, Table};
use crate::config::Egress;
use crate::dial::Dialer;
use crate::flows::{Flows, Proof};
use crate::port::Port;
use crate::random;
use crate::routing::Router;

pub(crate) struct Server {
    pub(crate) keys: ServerKeys,
    pub(crate) method: Method,
    /// Whether its packets prove anything.
    pub(crate) proof: Proof,
    pub(crate) egress: Egress,
    pub(crate) dialer: Arc<Dialer>,
    /// Whom and what it does not serve.
    pub(crate) guard: Option<Arc<Router>>,
}

/// A server at work.
struct Serving<'a> {
    server: &'a Server,
    socket: Arc<Socket>,
    port: &'a Arc<Port>,
    flows: &'a Arc<Flows>,
    served: &'a TaskTracker,
    table: Arc<Mutex<Table>>,
    /// For the methods without a time.
    salts: Option<Arc<Mutex<Salts>>>,
}

impl Server {
    /// Serves the packets of `socket` for as long as it is polled. Sessions are tasks of `served`.
    pub(crate) async fn serve(&self, socket: Socket, port: &Arc<Port>, flows: &Arc<Flows>, served: &TaskTracker) {
        let serving = Serving {
            server: self,
            socket: Arc::new(socket),
            port,
            flows,
            served,
            table: Arc::default(),
            salts: (self.method.family() != Family::Aead2022).then(Arc::default),
        };
        loop {
            serving.socket.readable().await;
            at_desk(|desk| serving.take(desk));
        }
    }
}

impl Serving<'_> {
    fn take(&self, desk: &mut Desk) {
        let now = random::unix_now();
        let mut tally = Tally::default();
        desk.batch.receive(&self.socket);
        let rules = self.server.guard.as_ref().map(|guard| guard.current());
        for (meta, packet) in desk.batch.datagrams() {
            if rules.as_ref().is_some_and(|rules| !rules.admits(meta.addr.ip())) {
                continue;
            }
            let (session, opened) = match self.open(&meta, packet, now) {
                Ok(Some(found)) => found,
                // There is no room for its session.
                Ok(None) => continue,
                Err(error) => {
                    tracing::trace!(%error, port = self.port.listen.port(), "dropped a packet");
                    continue;
                }
            };
            let mut state = session.state();
            state.client = Some(Client { address: meta.addr, at: self.source(&meta) });
            let payload = &packet[opened.payload];
            session.up(&mut state, &opened.address, payload, now, &mut desk.outbox);
            tally.add(&session, payload.len());
        }
    }

    /// The address of ours that a packet came to, where the socket has several.
    fn source(&self, meta: &RecvMeta) -> Option<std::net::IpAddr> {
        meta.dst_ip.filter(|_| self.socket.local.ip().is_unspecified())
    }

    /// Opens a packet and finds its session, or makes one if there is room.
    fn open(
        &self,
        meta: &RecvMeta,
        packet: &mut [u8],
        now: u64,
    ) -> Result<Option<(Arc<Session>, Opened)>, PacketError> {
        let header = self.server.keys.open_header(packet)?;
        if let Some(salts) = &self.salts {
            let salt = packet.get(..self.server.method.packet_salt_len()).ok_or(PacketError::TooShort)?;
            if !salts.lock().unwrap_or_else(PoisonError::into_inner).insert(salt) {
                return Err(PacketError::Replay);
            }
        }
        let key = header.session().map_or_else(|| Key::Source(plain(meta.addr)), Key::Id);
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = table.get(&key) {
            let opened = match &mut session.state().wrap {
                Wrap::Sealed { session, .. } => session.open(header, packet, now)?,
                Wrap::Socks | Wrap::Bare => return Err(PacketError::ForeignSession),
            };
            return Ok(Some((Arc::clone(session), opened)));
        }
        if let Some(ended) = table.ended(&key) {
            let opened = ended.open(header, packet, now)?;
            let sealed = table.revive(&key).ok_or(PacketError::ForeignSession)?;
            return Ok(self.begin(&mut table, key, sealed, meta.addr).map(|session| (session, opened)));
        }
        let (sealed, opened) = self.first(header, packet, now)?;
        Ok(self.begin(&mut table, key, sealed, meta.addr).map(|session| (session, opened)))
    }

    fn first(&self, header: Header, packet: &mut [u8], now: u64) -> Result<(Box<ServerSession>, Opened), PacketError> {
        let mut id = [0; 8];
        random::fill(&mut id);
        let mut session = Box::new(self.server.keys.session(&header, SessionId(id))?);
        let opened = session.open(header, packet, now)?;
        Ok((session, opened))
    }

    fn begin(
        &self,
        table: &mut Table,
        key: Key,
        sealed: Box<ServerSession>,
        client: SocketAddr,
    ) -> Option<Arc<Session>> {
        let entry = self.flows.open_packets(self.port, client, self.server.proof)?;
        if let Some(user) = sealed.user() {
            entry.flow.belongs_to(user.name());
        }
        let wrap = Wrap::Sealed { session: sealed, method: self.server.method, salts: self.salts.clone() };
        let far = Far::Direct(self.server.egress);
        let (flow, near) = (Arc::clone(&entry.flow), Arc::clone(&self.socket));
        let mut session = Session::new(flow, near, far, wrap, Arc::clone(&self.server.dialer));
        if let Some(guard) = &self.server.guard {
            session = session.guarded_by(Arc::clone(guard));
        }
        let session = Arc::new(session);
        table.insert(key, Arc::clone(&session));
        let (running, table) = (Arc::clone(&session), Arc::clone(&self.table));
        self.served.spawn(async move {
            let end = running.run().await;
            table.lock().unwrap_or_else(PoisonError::into_inner).remove(&key, &running, Instant::now());
            entry.finish(end);
        });
        Some(session)
    }
}
