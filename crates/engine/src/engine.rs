//! `Engine`: a set of listening ports and the threads that serve them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use thiserror::Error;

use crate::config::EngineConfig;
use crate::stats::{PortStats, StatCallback};

/// A running engine. Dropping it without [`Engine::stop`] ends it too, without waiting.
#[derive(Debug)]
pub struct Engine {}

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
    /// The name servers of the system cannot be read.
    #[error("cannot read the system's name servers: {0}")]
    NameServers(String),
    /// No thread or runtime could be made.
    #[error("cannot start the relay threads: {0}")]
    Threads(io::Error),
}

impl Engine {
    /// Binds every inbound, all or none, and starts serving. Does not block.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: EngineConfig, stats: Arc<dyn StatCallback>) -> Result<Engine, StartError> {
        let _ = (config, stats);
        unreachable!("being written")
    }

    /// What is listened on, in configuration order.
    #[must_use]
    pub fn bound(&self) -> &[Bound] {
        &[]
    }

    /// The counters of each port, in configuration order.
    #[must_use]
    pub fn ports(&self) -> Vec<PortStats> {
        Vec::new()
    }

    /// Closes the listeners, ends every flow, and returns when all threads have ended.
    pub async fn stop(self) {}
}
