//! `Session`: one client's datagrams, from its near socket to where they go, and the answers back.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use parasol_proto::acl::Route;
use parasol_proto::packet::{Keys, ServerSession};
use parasol_proto::socks5::UdpHeader;
use parasol_proto::{Address, Domain, Method};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::batch::at_desk;
use super::exit::Exit;
use super::link::Link;
use super::names::{Names, Place};
use super::outbox::Outbox;
use super::salts::Salts;
use super::socket::{Socket, way_to};
use crate::config::{Egress, Outbound};
use crate::dial::Dialer;
use crate::flow::{Flow, Word};
use crate::random;
use crate::routing::Router;
use crate::server::SharedServer;
use crate::socket_options::SocketOptions;
use crate::stats::Direction;
use crate::summary::FlowEnd;

/// How the datagrams of a session leave.
#[derive(Clone)]
pub(crate) enum Far {
    /// Through a Shadowsocks server.
    Server { keys: Arc<Keys>, server: SharedServer },
    /// Straight to the targets.
    Direct(Egress),
}

impl From<Outbound> for Far {
    fn from(outbound: Outbound) -> Far {
        match outbound {
            Outbound::Direct => Far::Direct(Egress::Any),
            Outbound::Shadowsocks(server) => Far::Server { keys: Arc::new(Keys::from(&*server)), server },
        }
    }
}

/// How answers are put before they go to the client.
pub(crate) enum Wrap {
    /// Behind a SOCKS5 header.
    Socks,
    /// As they are.
    Bare,
    /// Sealed.
    Sealed { session: Box<ServerSession>, method: Method, salts: Option<Arc<Mutex<Salts>>> },
}

/// Where a client is heard from, and at which address of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) at: Option<IpAddr>,
}

pub(crate) struct Session {
    pub(crate) flow: Arc<Flow>,
    near: Arc<Socket>,
    dialer: Arc<Dialer>,
    state: Mutex<State>,
    /// There is a name to look up, or a new socket to listen on.
    stirred: Notify,
}

pub(crate) struct State {
    far: Far,
    /// Chooses for each datagram; without one all go to `far`.
    router: Option<Arc<Router>>,
    /// Forbids targets; without one the egress alone does.
    guard: Option<Arc<Router>>,
    pub(crate) wrap: Wrap,
    pub(crate) client: Option<Client>,
    link: Option<Link>,
    /// The network has changed since the server of the link was looked up: its name may mean another address now.
    link_in_doubt: bool,
    exit: Exit,
    sockets: Arc<SocketOptions>,
    names: Names,
    /// Datagrams that wait for a name.
    waiting: VecDeque<(Address, Box<[u8]>)>,
    stirred: bool,
    /// The flow knows where it goes.
    headed: bool,
}

/// The most datagrams that wait for a name, and the most bytes: what a client sends before its first answer.
const WAITING: (usize, usize) = (32, 64 * 1024);
/// How long a name may take.
const LOOKUP: Duration = Duration::from_secs(10);

/// What a session listens on.
enum Via {
    Link(Arc<Socket>),
    Exit(Arc<Socket>),
}

impl Session {
    pub(crate) fn new(flow: Arc<Flow>, near: Arc<Socket>, far: Far, wrap: Wrap, dialer: Arc<Dialer>) -> Session {
        let egress = match far {
            Far::Direct(egress) => egress,
            Far::Server { .. } => Egress::Any,
        };
        let state = State {
            far,
            router: None,
            guard: None,
            wrap,
            client: None,
            link: None,
            link_in_doubt: false,
            exit: Exit::new(egress, dialer.sockets()),
            sockets: dialer.sockets(),
            names: Names::default(),
            waiting: VecDeque::new(),
            stirred: false,
            headed: false,
        };
        Session { flow, near, dialer, state: Mutex::new(state), stirred: Notify::new() }
    }

    /// The same, each datagram where the rules have its target go.
    pub(crate) fn routed_by(mut self, router: Arc<Router>) -> Session {
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).router = Some(router);
        self
    }

    /// The same, directly to these targets alone.
    pub(crate) fn within(mut self, egress: Egress) -> Session {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.exit = Exit::new(egress, Arc::clone(&state.sockets));
        self
    }

    /// The same, without the targets that the rules forbid to a server.
    pub(crate) fn guarded_by(mut self, guard: Arc<Router>) -> Session {
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).guard = Some(guard);
        self
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many bytes of payload passed, in one datagram or several.
    pub(crate) fn passed(&self, direction: Direction, bytes: u64) {
        self.flow.used();
        self.flow.moved(direction, bytes);
    }

    /// Sends a client's payload on its way. Whoever calls this also calls [`Session::passed`].
    pub(crate) fn up(&self, state: &mut State, target: &Address, payload: &[u8], now: u64, outbox: &mut Outbox) {
        if !state.headed {
            state.headed = true;
            let routed = state.router.as_ref().map(|router| router.current().decide(target));
            let through = routed.as_ref().is_none_or(|routed| routed.route == Route::Proxy);
            self.flow.headed(target, state.server().filter(|_| through));
            if let Some(routed) = routed {
                self.flow.routed(routed);
            }
        }
        state.send(target, payload, now, outbox);
        if std::mem::take(&mut state.stirred) {
            self.stirred.notify_one();
        }
    }

    /// Brings answers to the client until the session's flow is ended from outside.
    pub(crate) async fn run(&self) -> FlowEnd {
        // Dropped with this future, and the lookups with it.
        let mut lookups = JoinSet::new();
        let mut heard = self.flow.changes();
        loop {
            let [link, v4, v6] = self.state().sockets();
            tokio::select! {
                biased;
                word = self.flow.word(&mut heard) => match word {
                    Word::End(end) => return end,
                    Word::Network(_) => {
                        // Those that are under way ask name servers of the network before.
                        lookups = JoinSet::new();
                        self.network_changed();
                    }
                },
                () = self.stirred.notified() => self.look_up(&mut lookups),
                Some(found) = lookups.join_next(), if !lookups.is_empty() => {
                    if let Ok((name, at)) = found {
                        self.looked_up(name, at);
                    }
                }
                () = readable(link.as_ref()) => self.down(link.map(Via::Link)),
                () = readable(v4.as_ref()) => self.down(v4.map(Via::Exit)),
                () = readable(v6.as_ref()) => self.down(v6.map(Via::Exit)),
            }
        }
    }

    fn look_up(&self, lookups: &mut JoinSet<(Domain, Option<IpAddr>)>) {
        let mut state = self.state();
        let egress = state.egress();
        for name in state.names.wanted() {
            let (resolver, sockets) = (self.dialer.resolver(), self.dialer.sockets());
            lookups.spawn(async move {
                let found = tokio::time::timeout(LOOKUP, resolver.lookup(&name)).await;
                // The address that is sent to is judged, not the name: a name may mean another address the next time.
                let at = found.ok().and_then(Result::ok).and_then(|found| {
                    let way = |ip: IpAddr| sockets.reaches(ip) && way_to(SocketAddr::new(ip, 9)).is_some();
                    found.into_iter().find(|ip| egress.allows(*ip) && way(*ip))
                });
                (name, at)
            });
        }
    }

    /// Its sockets are bound to no address, so that what they send takes the way of now; and a server knows its clients
    /// again, wherever they send from. Only the names may mean other addresses.
    fn network_changed(&self) {
        let mut state = self.state();
        state.names.forget();
        state.exit.forget_ours();
        state.link_in_doubt = state.link.is_some();
        self.send_what_waits(state);
    }

    fn looked_up(&self, name: Domain, at: Option<IpAddr>) {
        let mut state = self.state();
        state.names.found(name, at, Instant::now());
        self.send_what_waits(state);
    }

    fn send_what_waits(&self, mut state: MutexGuard<'_, State>) {
        let now = random::unix_now();
        at_desk(|desk| {
            // Those whose names are still looked up come back to the end.
            for (target, payload) in std::mem::take(&mut state.waiting) {
                state.send(&target, &payload, now, &mut desk.outbox);
            }
        });
        if std::mem::take(&mut state.stirred) {
            self.stirred.notify_one();
        }
    }

    /// Takes what one socket has, and sends it to the client.
    fn down(&self, via: Option<Via>) {
        let Some(via) = via else { return };
        let state = &mut *self.state();
        let now = random::unix_now();
        let mut passed = None;
        at_desk(|desk| {
            desk.batch.receive(match &via {
                Via::Link(socket) | Via::Exit(socket) => socket,
            });
            for (meta, packet) in desk.batch.datagrams() {
                let (source, payload) = match (&via, &mut state.link) {
                    (Via::Link(_), Some(link)) => match link.open(meta.addr, packet, now) {
                        Some(Ok(opened)) => (opened.address, opened.payload),
                        Some(Err(error)) => {
                            tracing::trace!(%error, flow = self.flow.id.0, "dropped a packet from the server");
                            continue;
                        }
                        None => continue,
                    },
                    (Via::Link(_), None) => continue,
                    (Via::Exit(_), _) if !state.exit.expects(meta.addr) => continue,
                    (Via::Exit(_), _) => (Address::Ip(meta.addr), 0..packet.len()),
                };
                let Some(client) = state.client else { continue };
                *passed.get_or_insert(0) += payload.len() as u64;
                state.wrap.add(
                    (&self.near, client.address, client.at),
                    source,
                    &packet[payload],
                    now,
                    &mut desk.outbox,
                );
            }
        });
        if let Some(bytes) = passed {
            self.passed(Direction::Rx, bytes);
        }
    }
}

/// Adds up the datagrams from clients that follow each other in one session, so that its flow is told once.
#[derive(Default)]
pub(crate) struct Tally {
    session: Option<Arc<Session>>,
    bytes: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, session: &Arc<Session>, bytes: usize) {
        if !self.session.as_ref().is_some_and(|same| Arc::ptr_eq(same, session)) {
            self.tell();
            self.session = Some(Arc::clone(session));
        }
        self.bytes += bytes as u64;
    }

    fn tell(&mut self) {
        if let Some(session) = self.session.take() {
            session.passed(Direction::Tx, std::mem::take(&mut self.bytes));
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.tell();
    }
}

async fn readable(socket: Option<&Arc<Socket>>) {
    match socket {
        Some(socket) => socket.readable().await,
        None => std::future::pending().await,
    }
}

impl State {
    fn sockets(&self) -> [Option<Arc<Socket>>; 3] {
        [self.link.as_ref().map(|link| Arc::clone(&link.socket)), self.exit.v4.clone(), self.exit.v6.clone()]
    }

    fn server(&self) -> Option<&Address> {
        match &self.far {
            Far::Server { server, .. } => Some(server.address()),
            Far::Direct(_) => None,
        }
    }

    fn egress(&self) -> Egress {
        match self.far {
            Far::Direct(egress) => egress,
            // The user's own server may be anywhere.
            Far::Server { .. } => Egress::Any,
        }
    }

    fn send(&mut self, target: &Address, payload: &[u8], now: u64, outbox: &mut Outbox) {
        let guard = self.guard.as_ref().map(|guard| guard.current());
        if guard.as_ref().is_some_and(|rules| !rules.serves(target)) {
            return;
        }
        let routing = self.router.as_ref().map(|router| router.current());
        let direct = match (routing.as_ref().map(|routing| routing.route(target)), &self.far) {
            (Some(Route::Block), _) => return,
            (Some(Route::Direct), _) | (_, Far::Direct(_)) => true,
            (None | Some(Route::Proxy), Far::Server { .. }) => false,
        };
        let in_doubt = self.link.is_none() || self.link_in_doubt;
        let dialled = match &self.far {
            _ if direct => Some(target),
            Far::Server { server, .. } if in_doubt => Some(server.address()),
            _ => None,
        };
        let at = match dialled {
            None => None,
            Some(Address::Ip(ip)) => Some(*ip),
            Some(Address::Domain(name, port)) => match self.names.find(name, Instant::now()) {
                Place::At(ip) => Some(SocketAddr::new(ip, *port)),
                Place::Later => {
                    self.wait(target, payload);
                    return;
                }
                // Where it was is better than nowhere.
                Place::Nowhere if !direct && self.link.is_some() => None,
                Place::Nowhere => return,
            },
        };
        if direct {
            // A name that no rule blocks may lead to a network that one does.
            let at = at.filter(|at| routing.is_none_or(|routing| routing.allows(target, at.ip())));
            if let Some(at) = at.filter(|at| guard.is_none_or(|rules| rules.serves_at(target, at.ip()))) {
                self.stirred |= self.exit.send(at, payload, outbox);
            }
            return;
        }
        if at.is_some() && std::mem::take(&mut self.link_in_doubt) {
            self.link.take_if(|link| Some(link.server()) != at);
        }
        if let (Far::Server { keys, .. }, Some(at), None) = (&self.far, at, &self.link) {
            // Without a socket the datagram is lost; the next one may find one.
            self.link = Link::new(at, keys, &self.sockets).ok();
            self.stirred = true;
        }
        if let Some(link) = &mut self.link {
            link.send(target, payload, now, outbox);
        }
    }

    /// Puts a datagram aside until a name is known. At the limit the new one is dropped: those before it are nearer to
    /// their answer.
    fn wait(&mut self, target: &Address, payload: &[u8]) {
        self.stirred = true;
        let bytes: usize = self.waiting.iter().map(|(_, payload)| payload.len()).sum();
        if self.waiting.len() < WAITING.0 && bytes + payload.len() <= WAITING.1 {
            self.waiting.push_back((target.clone(), payload.into()));
        }
    }
}

impl Wrap {
    /// Puts an answer from `source` into the outbox.
    fn add(
        &mut self,
        to: (&Arc<Socket>, SocketAddr, Option<IpAddr>),
        source: Address,
        payload: &[u8],
        now: u64,
        outbox: &mut Outbox,
    ) {
        match self {
            Wrap::Bare => outbox.add(to, (0, payload, 0), |_, _| ()),
            Wrap::Socks => {
                let head = UdpHeader::encoded_len(&source);
                outbox.add(to, (head, payload, 0), |bytes, payload| {
                    UdpHeader { address: source }.prepend(bytes, payload.start);
                });
            }
            Wrap::Sealed { session, method, salts } => {
                let (head, tail) = (session.head_len(&source, 0), session.tail_len());
                outbox.add(to, (head, payload, tail), |bytes, payload| {
                    let salt = random::packet_salt(*method);
                    if let Some(salts) = salts {
                        salts.lock().unwrap_or_else(PoisonError::into_inner).insert(salt.as_slice());
                    }
                    session.seal(&source, bytes, payload, 0, salt.as_slice(), now);
                });
            }
        }
    }
}
