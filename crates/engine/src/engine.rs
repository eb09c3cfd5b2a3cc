//! `Engine`: a set of listening ports and the threads that serve them.
//!
//! Each relay thread has a runtime of its own and accepts from every port; a connection stays on the thread that
//! accepted it, so that its two directions never wait for each other across threads.

use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;

use parasol_proto::Address;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::config::{EngineConfig, InboundConfig};
use crate::dial::Dialer;
use crate::flows::Flows;
use crate::inbound::Inbound;
use crate::port::Port;
use crate::routing::{Routed, Router, Routing};
use crate::socket_options::SocketOptions;
use crate::stats::{PortStats, StatCallback};
use crate::udp;
use crate::worker::{Opening, Worker};

/// A running engine. Dropping it without [`Engine::stop`] ends it too, without waiting.
pub struct Engine {
    bound: Vec<Bound>,
    ports: Vec<Arc<Port>>,
    router: Arc<Router>,
    stop: CancellationToken,
    threads: Vec<JoinHandle<()>>,
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
        let dialer = Arc::new(Dialer::new(config.name_servers, config.sockets.clone()));
        let router = Arc::new(Router::new(config.routing));
        let flows = Arc::new(Flows::new(config.deadlines, config.max_flows.max(1), config.udp_max_associations.max(1)));
        let stop = CancellationToken::new();

        let (mut bound, mut ports, mut listeners) = (Vec::new(), Vec::new(), Vec::new());
        for InboundConfig { name, listen, kind, mode } in config.inbounds {
            let (listener, packets, listen) = bind_both(&config.sockets, listen, kind.listens(mode))?;
            let port = Arc::new(Port::new(name.clone(), listen, Arc::clone(&stats)));
            let inbound = Arc::new(Inbound::new(kind, mode, &dialer, &router));
            bound.push(Bound { name, listen });
            ports.push(Arc::clone(&port));
            listeners.push(Opening { listener, packets, port, inbound });
        }
        // Everything that can fail comes before the first thread runs.
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            workers.push(Worker::new(&mut listeners, (index, threads), Arc::clone(&flows), stop.clone())?);
        }
        let mut engine = Engine { bound, ports, router, stop, threads: Vec::with_capacity(threads) };
        for (index, worker) in workers.into_iter().enumerate() {
            let thread = std::thread::Builder::new().name(format!("relay-{index}")).spawn(move || worker.run())?;
            engine.threads.push(thread);
        }
        Ok(engine)
    }

    /// What is listened on, in configuration order.
    #[must_use]
    pub fn bound(&self) -> &[Bound] {
        &self.bound
    }

    /// The counters of each port, in configuration order.
    #[must_use]
    pub fn ports(&self) -> Vec<PortStats> {
        self.ports.iter().map(|port| port.read()).collect()
    }

    /// Routes by this from the next request on. Flows that run stay where they are.
    pub fn route_by(&self, routing: Routing) {
        self.router.set(routing);
    }

    /// Where a request to `target` would go now, and what decides it.
    #[must_use]
    pub fn explain(&self, target: &Address) -> Routed {
        self.router.current().explain(target)
    }

    /// Closes the listeners, ends every flow, and returns when all threads have ended.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let threads = std::mem::take(&mut self.threads);
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // A relay thread that panicked has said so already; there is nothing left of it to end.
                let _ = thread.join();
            }
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

/// What an inbound listens on, and where.
type Listening = (Option<TcpListener>, Option<UdpSocket>, SocketAddr);

/// How often another free port is tried when the one that is free for TCP is taken for UDP.
const ATTEMPTS: usize = 50;

/// Binds an address for TCP, UDP or both, in that order of `wanted`.
fn bind_both(sockets: &SocketOptions, address: SocketAddr, wanted: (bool, bool)) -> Result<Listening, StartError> {
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
        let bound = udp::bound(at).and_then(|socket| Ok((socket.local_addr()?, socket)));
        match bound {
            Ok((at, socket)) => return Ok((listener, Some(socket), at)),
            Err(source) if source.kind() == io::ErrorKind::AddrInUse => {
                if address.port() != 0 || attempt == ATTEMPTS {
                    return Err(StartError::AddressInUse { address: at });
                }
            }
            Err(source) => return Err(StartError::Bind { address: at, source }),
        }
    }
}

fn bind(sockets: &SocketOptions, address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen = || {
        let listener = sockets.listen(address)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    listen().map_err(|source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse { address },
        _ => StartError::Bind { address, source },
    })
}
