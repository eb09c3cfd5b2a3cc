//! `Engine`: a set of listening ports and the threads that serve them.
//!
//! Each relay thread has a runtime of its own and can accept from every port ([`crate::accepting`]); a connection stays
//! on the thread that accepted it, so that its two directions never wait for each other across threads. Only what is
//! heavy goes on elsewhere ([`crate::heavy`]), where there can be as many threads again.

use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::JoinHandle;

use parasol_proto::Address;
use thiserror::Error;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::config::{EngineConfig, InboundConfig, Mode, Outbound};
use crate::dial::Dialer;
use crate::flows::Flows;
use crate::heavy::Heavy;
use crate::inbound::Inbound;
use crate::listening::{Listening, Opening, Ports};
use crate::network::NetworkChange;
use crate::port::Port;
use crate::routing::{Routed, Router, Routing};
use crate::script::Script;
use crate::server::Leads;
use crate::socket_options::SocketOptions;
use crate::stats::{PortStats, StatCallback};
use crate::summary::{FlowId, FlowSummary};
use crate::worker::{Running, Worker};

/// A running engine. Dropping it without [`Engine::stop`] ends it too, without waiting.
pub struct Engine {
    bound: Vec<Bound>,
    ports: Arc<Ports>,
    parts: Parts,
    stop: CancellationToken,
    /// Of the relay threads that accept.
    runtimes: Vec<Handle>,
    heavy: Arc<Heavy>,
    /// Whose turn it is to serve the datagrams of a port.
    turn: AtomicUsize,
    threads: Vec<JoinHandle<()>>,
}

/// What every port of an engine has in common.
struct Parts {
    sockets: SocketOptions,
    heavy_after: u64,
    dialer: Arc<Dialer>,
    router: Arc<Router>,
    flows: Arc<Flows>,
    stats: Arc<dyn StatCallback>,
}

/// A port that is listened on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// What the user calls it.
    pub name: String,
    /// Where it listens; the port is real even when 0 was asked for.
    pub listen: SocketAddr,
}

/// Why an engine did not start. Nothing is left behind.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another socket holds the address.
    #[error("{address} is in use")]
    AddressInUse {
        /// What was to be bound.
        address: SocketAddr,
        /// It is datagrams that it takes there, and not connections.
        udp: bool,
    },
    /// The address cannot be bound for another reason.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// What was to be bound.
        address: SocketAddr,
        /// The system's words.
        source: io::Error,
    },
    /// No thread or runtime could be made.
    #[error("cannot start the relay threads: {0}")]
    Threads(#[from] io::Error),
}

/// More threads than this do not make a relay for one person faster.
const MAX_THREADS: usize = 4;

impl Engine {
    /// Binds every inbound, all or none, and starts serving. Does not block.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: EngineConfig, stats: Arc<dyn StatCallback>) -> Result<Engine, StartError> {
        let threads = match config.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS),
            n => n,
        };
        let parts = Parts {
            dialer: Arc::new(Dialer::new(config.name_servers, config.sockets.clone())),
            router: Arc::new(Router::new(config.routing)),
            flows: Arc::new(Flows::new(config.deadlines, config.max_flows.max(1), config.udp_max_associations.max(1))),
            sockets: config.sockets,
            heavy_after: config.heavy_after,
            stats,
        };
        let openings = config.inbounds.into_iter().map(|inbound| parts.bind(inbound));
        let openings = openings.collect::<Result<Vec<_>, StartError>>()?;
        let workers = (0..threads).map(|index| Worker::new(index + 1 == threads)).collect::<io::Result<Vec<_>>>()?;
        let running =
            Running { flows: Arc::clone(&parts.flows), ports: Arc::default(), stop: CancellationToken::new() };
        let mut engine = Engine {
            bound: Vec::new(),
            ports: Arc::clone(&running.ports),
            parts,
            stop: running.stop.clone(),
            runtimes: workers.iter().map(Worker::handle).collect(),
            heavy: Arc::new(Heavy::new(threads, running.clone())),
            turn: AtomicUsize::new(0),
            threads: Vec::with_capacity(threads),
        };
        for opening in openings {
            let bound = engine.open(opening)?;
            engine.bound.push(bound);
        }
        // Everything that can fail comes before the first thread runs.
        for (index, worker) in workers.into_iter().enumerate() {
            engine.threads.push(worker.start(format!("relay-{index}"), running.clone())?);
        }
        Ok(engine)
    }

    fn open(&self, opening: Opening) -> Result<Bound, StartError> {
        let bound = Bound { name: opening.port.name().to_owned(), listen: opening.port.listen };
        let turn = (self.turn.fetch_add(1, Relaxed), &self.runtimes[..]);
        let shared = (&self.parts.flows, &self.heavy);
        self.ports.add(Listening::open(opening, turn, shared, self.stop.child_token())?);
        Ok(bound)
    }

    /// Listens on another port from now on.
    ///
    /// # Errors
    /// See [`StartError`]. The ports that were open before stay so.
    pub fn add(&self, inbound: InboundConfig) -> Result<Bound, StartError> {
        self.open(self.parts.bind(inbound)?)
    }

    /// Stops listening on this address and ends the flows that came there; returns when that is done and the address is
    /// free, within about a second. The last counters of what listened there, which may be a port for connections and
    /// one for datagrams; nothing if there was none.
    pub async fn remove(&self, listen: SocketAddr) -> Vec<PortStats> {
        self.ports.close(listen).await
    }

    /// Leads what comes to this port out by another way from the next flow on; flows that run stay on theirs. False, and
    /// nothing is done, when there is no such port, or it would have to listen for something else or leads through no server.
    #[must_use]
    pub fn lead(&self, listen: SocketAddr, outbound: Outbound, mode: Mode) -> bool {
        self.ports.lead(listen, &Leads { outbound, mode })
    }

    /// Gives these scripts to programs of this machine that ask the mixed port at this address for one of their paths, in
    /// place of those before. False when there is no such port.
    #[must_use]
    pub fn give(&self, listen: SocketAddr, scripts: &[Script]) -> bool {
        self.ports.give(listen, scripts)
    }

    /// What was listened on at the start, in configuration order.
    #[must_use]
    pub fn bound(&self) -> &[Bound] {
        &self.bound
    }

    /// The counters of each port that is open, in the order in which they were opened.
    #[must_use]
    pub fn ports(&self) -> Vec<PortStats> {
        self.ports.open().iter().map(|port| port.read()).collect()
    }

    /// Every open flow as of now, in no order, each as it would be if it were cancelled now.
    #[must_use]
    pub fn flows(&self) -> Vec<FlowSummary> {
        self.parts.flows.seen()
    }

    /// Ends this flow as cancelled, soon. False when it is not open.
    #[must_use]
    pub fn cancel(&self, flow: FlowId) -> bool {
        self.parts.flows.cancel(flow)
    }

    /// Routes by this from the next request on. Flows that run stay where they are.
    pub fn route_by(&self, routing: Routing) {
        self.parts.router.set(routing);
    }

    /// The network of this machine has changed, or may have while it slept. Connections that are lost are dropped, others
    /// are asked whether their other ends are still there, names are looked up anew, and what is being dialled is dialled
    /// anew. What lives goes on.
    pub fn network_changed(&self, change: NetworkChange) {
        // First of all, because what is dialled anew asks for names.
        self.parts.dialer.renew();
        self.ports.renew();
        self.parts.flows.hear(change);
    }

    /// Ends every flow that goes through this server, because what leads there ends.
    pub fn leave(&self, server: &Address) {
        self.parts.flows.leave(server);
    }

    /// Where a request to `target` would go now, and what decides it.
    #[must_use]
    pub fn explain(&self, target: &Address) -> Routed {
        self.parts.router.current().explain(target)
    }

    /// Closes the listeners, ends every flow, and returns when all threads have ended.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let (threads, heavy) = (std::mem::take(&mut self.threads), Arc::clone(&self.heavy));
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // A relay thread that panicked has said so already; there is nothing left of it to end.
                let _ = thread.join();
            }
            // Nobody is left who could start another.
            heavy.join();
        });
        let _ = joined.await;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("bound", &self.bound).finish_non_exhaustive()
    }
}

impl Parts {
    fn bind(&self, inbound: InboundConfig) -> Result<Opening, StartError> {
        let InboundConfig { name, listen, kind, mode } = inbound;
        let (listener, packets, listen) = bind_both(&self.sockets, listen, kind.listens(mode))?;
        let mut port = Port::new(name, listen, Arc::clone(&self.stats));
        port.heavy_after = self.heavy_after;
        let port = Arc::new(port);
        let inbound = Arc::new(Inbound::new(kind, mode, &self.dialer, &self.router));
        Ok(Opening { listener, packets, port, inbound })
    }
}

/// What an inbound listens on, and where.
type Sockets = (Option<TcpListener>, Option<UdpSocket>, SocketAddr);

/// How often another free port is tried when the one that is free for TCP cannot be had for UDP.
const ATTEMPTS: usize = 50;

/// Binds an address for TCP, UDP or both, in that order of `wanted`.
fn bind_both(sockets: &SocketOptions, address: SocketAddr, wanted: (bool, bool)) -> Result<Sockets, StartError> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let (listener, at) = match wanted.0 {
            true => bind(sockets, address).map(|(listener, at)| (Some(listener), at))?,
            false => (None, address),
        };
        if !wanted.1 {
            return Ok((listener, None, at));
        }
        let bound = sockets.listen_for_datagrams(at).and_then(|socket| Ok((socket.local_addr()?, socket)));
        match bound {
            Ok((at, socket)) => return Ok((listener, Some(socket), at)),
            Err(source) if address.port() == 0 && attempt < ATTEMPTS && is_of_this_port(source.kind()) => {}
            Err(source) => {
                return Err(match source.kind() {
                    io::ErrorKind::AddrInUse => StartError::AddressInUse { address: at, udp: true },
                    _ => StartError::Bind { address: at, source },
                });
            }
        }
    }
}

/// Whether the next port may be had all the same: somebody has this one, or, on Windows, it is reserved for datagrams alone.
fn is_of_this_port(refused: io::ErrorKind) -> bool {
    matches!(refused, io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

fn bind(sockets: &SocketOptions, address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen = || {
        let listener = sockets.listen(address)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    listen().map_err(|source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse { address, udp: false },
        _ => StartError::Bind { address, source },
    })
}
