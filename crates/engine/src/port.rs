//! `Port`: a listening port's counters. Bytes are counted here once, and told to the stat callback in the same step.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parasol_proto::Address;

use crate::stats::{Direction, PortStats, StatCallback, Step};
use crate::summary::FlowSummary;

pub(crate) struct Port {
    name: String,
    pub(crate) listen: SocketAddr,
    stats: Arc<dyn StatCallback>,
    tx: AtomicU64,
    rx: AtomicU64,
    proxied_tx: AtomicU64,
    proxied_rx: AtomicU64,
    open: AtomicU32,
    accepted: AtomicU64,
    /// See [`crate::EngineConfig::heavy_after`].
    pub(crate) heavy_after: u64,
}

impl Port {
    pub(crate) fn new(name: String, listen: SocketAddr, stats: Arc<dyn StatCallback>) -> Port {
        Port {
            name,
            listen,
            stats,
            tx: AtomicU64::new(0),
            rx: AtomicU64::new(0),
            proxied_tx: AtomicU64::new(0),
            proxied_rx: AtomicU64::new(0),
            open: AtomicU32::new(0),
            accepted: AtomicU64::new(0),
            heavy_after: u64::MAX,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// `proxied`: through a Shadowsocks server.
    pub(crate) fn count(&self, direction: Direction, bytes: u64, proxied: bool) {
        let (all, through_server) = match direction {
            Direction::Tx => (&self.tx, &self.proxied_tx),
            Direction::Rx => (&self.rx, &self.proxied_rx),
        };
        all.fetch_add(bytes, Relaxed);
        if proxied {
            through_server.fetch_add(bytes, Relaxed);
        }
        self.stats.bytes(self.listen.port(), direction, bytes);
    }

    pub(crate) fn step(&self, step: Step, server: Option<&Address>, took: Duration) {
        self.stats.step(self.listen.port(), step, server, took);
    }

    pub(crate) fn opened(&self) {
        self.open.fetch_add(1, Relaxed);
        self.accepted.fetch_add(1, Relaxed);
    }

    pub(crate) fn ended(&self, summary: &FlowSummary) {
        self.open.fetch_sub(1, Relaxed);
        self.stats.ended(summary);
    }

    pub(crate) fn read(&self) -> PortStats {
        PortStats {
            name: self.name.clone(),
            listen: self.listen,
            tx: self.tx.load(Relaxed),
            rx: self.rx.load(Relaxed),
            proxied_tx: self.proxied_tx.load(Relaxed),
            proxied_rx: self.proxied_rx.load(Relaxed),
            open: self.open.load(Relaxed),
            accepted: self.accepted.load(Relaxed),
        }
    }
}
