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
        self.entries().path.begin();
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

impl StatCallback for Ledger {
    fn step(&self, _port: u16, step: Step, through_server: bool, took: Duration) {
        self.entries().path.step(step, through_server, took);
    }

    fn ended(&self, flow: &FlowSummary) {
        let mut entries = self.entries();
        entries.path.ended(flow);
        entries.given_up.note(flow);
    }
}
