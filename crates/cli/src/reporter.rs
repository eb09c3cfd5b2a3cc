//! `Reporter`: listens to the relay and logs the flows that were given up.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use parasol_app::log_limit::LogLimit;
use parasol_app::relay::{FlowSummary, Stage, StatCallback};
use tracing::{debug, warn};

use crate::words;

/// Which flows a reporter speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All.
    Everything,
    /// Those that ended before they left through a server. For a local whose server has a reporter of its own, which
    /// knows the real reason.
    Clients,
}

/// Logs given-up flows as warnings without their targets; or, when asked to, every flow with its target for debugging.
#[derive(Debug)]
pub(crate) struct Reporter {
    scope: Scope,
    every_flow: bool,
    limit: Mutex<LogLimit>,
}

impl Reporter {
    pub(crate) fn new(scope: Scope, verbose: bool) -> Reporter {
        Reporter { scope, every_flow: verbose, limit: Mutex::new(LogLimit::new(Instant::now())) }
    }
}

impl StatCallback for Reporter {
    fn ended(&self, flow: &FlowSummary) {
        if self.scope == Scope::Clients && flow.stage != Stage::Handshake {
            return;
        }
        if self.every_flow {
            debug!("{}", words::ended(flow));
            return;
        }
        let Some(line) = words::given_up(flow) else { return };
        let mut limit = self.limit.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = limit.pass(&line, Instant::now()) {
            warn!("{line}");
        }
    }
}
