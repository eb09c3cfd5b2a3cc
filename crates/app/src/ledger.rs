//! `Ledger`: where the relay threads write down what the window will want to know.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parasol_engine::{FlowSummary, StatCallback, Step};

use crate::given_up::GivenUpLog;
use crate::path::PathLog;
use crate::sample::{GivenUp, Path};

/// Written by the relay threads a few times for each flow, never for bytes (the relay counts those itself); read once
/// a second while somebody watches. The lock is held for some hundred comparisons at most, and no other lock is taken
/// while it is held.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    path: PathLog,
    /// The port that the path begins at, once it is known; until then only that one listens.
    path_of: Option<u16>,
    given_up: GivenUpLog,
}

/// What is in a ledger at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The hops.
    pub path: Path,
    /// The groups, newest first.
    pub given_up: Vec<GivenUp>,
    /// How many were given up since midnight.
    pub given_up_today: u32,
}

impl Ledger {
    /// A relay begins: its path is not known yet. What was given up before stays, with its reasons.
    pub fn begin_relay(&self) {
        let mut entries = self.entries();
        entries.path.begin();
        entries.path_of = None;
    }

    /// The path that is shown is that of the flows of this port. Others may lead to other servers.
    pub fn path_of(&self, port: u16) {
        self.entries().path_of = Some(port);
    }

    /// What is in it. The day began at `midnight_ms`, in milliseconds since 1970.
    #[must_use]
    pub fn read(&self, midnight_ms: u64) -> Reading {
        let entries = self.entries();
        Reading {
            path: entries.path.view(),
            given_up: entries.given_up.groups(),
            given_up_today: entries.given_up.since(midnight_ms),
        }
    }

    /// A relay thread that panicked while it held the lock has left nothing half done that matters for a display.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn is_of_path(&self, port: u16) -> bool {
        self.path_of.is_none_or(|of| of == port)
    }
}

impl StatCallback for Ledger {
    fn step(&self, port: u16, step: Step, through_server: bool, took: Duration) {
        let mut entries = self.entries();
        if entries.is_of_path(port) {
            entries.path.step(step, through_server, took);
        }
    }

    fn ended(&self, flow: &FlowSummary) {
        let mut entries = self.entries();
        if entries.is_of_path(flow.port) {
            entries.path.ended(flow);
        }
        entries.given_up.note(flow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::HopState;

    #[test]
    fn the_path_is_that_of_one_port() {
        let ledger = Ledger::default();
        ledger.begin_relay();
        ledger.path_of(1080);
        ledger.step(1081, Step::Connected, true, Duration::from_millis(5));
        assert_eq!(ledger.read(0).path.server.state, HopState::Unknown);
        ledger.step(1080, Step::Connected, true, Duration::from_millis(5));
        assert_eq!(ledger.read(0).path.server.state, HopState::Good);
    }
}
