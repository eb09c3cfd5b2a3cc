//! What an engine tells about itself while it runs: bytes by listening port, the steps of flows, and how each ended.

use std::net::SocketAddr;
use std::time::Duration;

use parasol_proto::Address;

use crate::summary::FlowSummary;

/// Called from the relay threads; must be quick and must not block. Every method does nothing unless it is written.
///
/// This is the `stat_callback(port, bytes)` of the classic design with the direction added. Bytes are payload as the
/// client and the target see it, counted once, in deltas, when they have been taken from the socket.
pub trait StatCallback: Send + Sync + 'static {
    /// `bytes` more moved for the inbound on `port`.
    fn bytes(&self, port: u16, direction: Direction, bytes: u64) {
        let _ = (port, direction, bytes);
    }

    /// A flow of the inbound on `port` got over a step, which took so long; through this Shadowsocks server, or directly.
    fn step(&self, port: u16, step: Step, server: Option<&Address>, took: Duration) {
        let _ = (port, step, server, took);
    }

    /// A flow ended, well or badly.
    fn ended(&self, flow: &FlowSummary) {
        let _ = flow;
    }
}

/// Wants to know nothing.
impl StatCallback for () {}

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the target.
    Tx,
    /// From the target to the client.
    Rx,
}

/// A step that a flow can be seen to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The client's whole request was read; measured from its first byte.
    Requested,
    /// What was dialled took the connection; measured from the start of dialling.
    Connected,
    /// The first byte came back; measured from the first byte sent.
    FirstByte,
}

/// The counters of one listening port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortStats {
    /// What the user calls it.
    pub name: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Payload bytes from clients to targets since the start.
    pub tx: u64,
    /// Payload bytes from targets to clients since the start.
    pub rx: u64,
    /// How much of `tx` went through a Shadowsocks server. Of a UDP association all counts as its first datagram does.
    pub proxied_tx: u64,
    /// Likewise of `rx`.
    pub proxied_rx: u64,
    /// Flows open now.
    pub open: u32,
    /// Flows accepted since the start.
    pub accepted: u64,
}
