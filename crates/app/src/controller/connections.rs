//! Connections, for those who watch them, and what a user asks of them.

use std::time::SystemTime;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::{Controller, RelayNow};
use crate::connections::{ConnectionsSeen, Seen, parts};
use crate::millis::millis;
use crate::relay::{FlowId, FlowSummary};

/// Those who watch connections, each with what it has been told.
#[derive(Debug, Default)]
pub(super) struct ConnectionWatchers(Vec<(mpsc::Sender<ConnectionsSeen>, Seen)>);

impl ConnectionWatchers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Controller {
    /// One more: it is told of all at once.
    pub(super) fn watch_connections(&mut self, watcher: mpsc::Sender<ConnectionsSeen>) {
        self.connection_watchers.0.push((watcher, Seen::default()));
        self.tell_connections();
    }

    /// Tells each what is new to it. Who is behind is told of that with the next.
    pub(super) fn tell_connections(&mut self) {
        if self.connection_watchers.is_empty() {
            return;
        }
        let (at_ms, open) = (millis(SystemTime::now()), self.open_flows());
        self.look_for_programs(&open);
        let (ledger, programs) = (&self.ledger, &self.program_look.programs);
        self.connection_watchers.0.retain_mut(|(watcher, seen)| match watcher.try_reserve() {
            Ok(permit) => {
                permit.send(ledger.news(seen, at_ms, &open, programs));
                true
            }
            Err(TrySendError::Full(())) => true,
            Err(TrySendError::Closed(())) => false,
        });
    }

    /// Ends these connections. Those that have ended, and those of a relay before, are none.
    pub(super) fn close_connections(&self, ids: &[u64]) {
        let RelayNow::On(running) = &self.relay else { return };
        let now = self.ledger.run();
        for (_, flow) in ids.iter().map(|id| parts(*id)).filter(|(run, _)| *run == now) {
            running.relay.cancel(FlowId(flow));
        }
    }

    fn open_flows(&self) -> Vec<FlowSummary> {
        match &self.relay {
            RelayNow::On(running) => running.relay.flows(),
            RelayNow::Off | RelayNow::Changing | RelayNow::Failed { .. } => Vec::new(),
        }
    }
}
