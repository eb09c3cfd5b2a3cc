//! `Engine`: a set of listening ports and the threads that serve them.
//!
//! Each relay thread has a runtime of its own and accepts from every port; a connection stays on the thread that
//! accepted it, so that its two directions never wait for each other across threads.

use std::io;
use std::net::{SocketAddr, TcpListener};
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
use crate::worker::Worker;

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
        let flows = Arc::new(Flows::new(config.deadlines, config.max_flows.max(1)));
        let stop = CancellationToken::new();

        let (mut bound, mut ports, mut listeners) = (Vec::new(), Vec::new(), Vec::new());
        for InboundConfig { name, listen, kind } in config.inbounds {
            let (listener, listen) = bind(&config.sockets, listen)?;
            let port = Arc::new(Port::new(name.clone(), listen, Arc::clone(&stats)));
            let inbound = Arc::new(Inbound::new(kind, &dialer, &router));
            bound.push(Bound { name, listen });
            ports.push(Arc::clone(&port));
            listeners.push((listener, port, inbound));
        }
        // Everything that can fail comes before the first thread runs.
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            workers.push(Worker::new(&listeners, Arc::clone(&flows), stop.clone(), index == 0)?);
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
