//! The rules in force. Reading a long list takes up to a second, which is done beside the task; until then those before
//! stay in force.

use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};

use super::{Controller, RelayNow};
use crate::document::Document;
use crate::pasted::Pasted;
use crate::relay::{Routing, RuleSet};
use crate::routing;
use crate::rules::Explained;

/// The user's own rules, read.
pub(super) struct Rules {
    in_force: Arc<RuleSet>,
    /// Those that will take their place.
    reading: Option<JoinHandle<RuleSet>>,
}

impl Rules {
    /// Those that are saved. Blocks.
    pub(super) fn of(document: &Document) -> Rules {
        Rules { in_force: Arc::new(RuleSet::parse(&document.settings.rules).0), reading: None }
    }

    /// How many there are.
    pub(super) fn in_force(&self) -> u32 {
        u32::try_from(self.in_force.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<RuleSet>> {
        self.reading.as_mut()
    }
}

impl Controller {
    /// How the next connection is routed.
    pub(super) fn routing(&self) -> Routing {
        routing::routing(&self.document.settings, Arc::clone(&self.rules.in_force))
    }

    /// Tells a relay that runs how to route from now on.
    pub(super) fn route(&self) {
        if let RelayNow::On(running) = &self.relay {
            running.route_by(self.routing());
        }
    }

    pub(super) fn explain(&self, host: &str) -> Option<Explained> {
        routing::explain(&self.routing(), host)
    }

    pub(super) fn save_rules(&mut self, text: &Pasted) {
        if routing::is_too_long(text.as_str()) {
            return;
        }
        text.as_str().clone_into(&mut self.document.settings.rules);
        self.read_rules();
        self.changed();
    }

    /// Puts what is saved in force. What was being read is dropped: only the latest text counts.
    pub(super) fn read_rules(&mut self) {
        let text = self.document.settings.rules.clone();
        self.rules.reading = Some(self.tasks.spawn_blocking(move || RuleSet::parse(&text).0));
        self.route();
    }

    pub(super) fn rules_read(&mut self, read: Result<RuleSet, JoinError>) {
        self.rules.reading = None;
        match read {
            Ok(rules) => {
                self.rules.in_force = Arc::new(rules);
                self.route();
            }
            // Those before stay in force, and the count that is shown says so.
            Err(error) => tracing::error!(panic = error.is_panic(), "the rules could not be read"),
        }
    }
}
