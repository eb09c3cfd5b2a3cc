//! What `Status` says of the traffic: sums and rates, and nothing of where it goes.

use serde::{Deserialize, Serialize};

use crate::sample::PortSample;
use crate::traffic::{Amount, Figures};

/// How much has moved, and moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficStatus {
    /// Since midnight, local time.
    pub today: Bytes,
    /// Since the first of the month.
    pub month: Bytes,
    /// Each port that is listened on, the first one first.
    pub ports: Vec<PortTraffic>,
}

/// Bytes each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// From the programs to the internet.
    pub up: u64,
    /// Back.
    pub down: u64,
}

/// What a port carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortTraffic {
    /// Where it listens.
    pub port: u16,
    /// Bytes a second up, over the last second to ten.
    pub up_rate: u64,
    /// Bytes a second down.
    pub down_rate: u64,
    /// Bytes up since it was switched on.
    pub up_total: u64,
    /// Bytes down since then.
    pub down_total: u64,
    /// Connections that are open.
    pub flows: u32,
}

impl TrafficStatus {
    pub(super) fn of(figures: &Figures) -> TrafficStatus {
        TrafficStatus {
            today: Bytes::of(figures.today),
            month: Bytes::of(figures.month),
            ports: figures.ports.iter().map(PortTraffic::of).collect(),
        }
    }
}

impl Bytes {
    fn of(Amount { up, down }: Amount) -> Bytes {
        Bytes { up, down }
    }
}

impl PortTraffic {
    fn of(port: &PortSample) -> PortTraffic {
        let PortSample { port, up_rate, down_rate, up_total, down_total, flows, .. } = *port;
        PortTraffic { port, up_rate, down_rate, up_total, down_total, flows }
    }
}
