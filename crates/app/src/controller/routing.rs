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
    in_force: Read,
    /// Those that will take their place.
    reading: Option<JoinHandle<Read>>,
}

/// What was read.
pub(super) struct Read {
    rules: Arc<RuleSet>,
    /// Those for the script alone, and how many of them it takes.
    own_pac: (Arc<RuleSet>, u32),
}

impl Read {
    /// Takes a while.
    fn of(rules: &str, own_pac: &str) -> Read {
        let own_pac = RuleSet::parse(own_pac).0;
        let taken = routing::pac_rules(&own_pac);
        Read { rules: Arc::new(RuleSet::parse(rules).0), own_pac: (Arc::new(own_pac), taken) }
    }
}

impl Rules {
    /// Those that are saved. Blocks.
    pub(super) fn of(document: &Document) -> Rules {
        Rules { in_force: Read::of(&document.settings.rules, &document.settings.pac_rules), reading: None }
    }

    /// How many there are.
    pub(super) fn in_force(&self) -> u32 {
        u32::try_from(self.in_force.rules.len()).unwrap_or(u32::MAX)
    }

    /// Those for the script alone.
    pub(super) fn own_pac(&self) -> Arc<RuleSet> {
        Arc::clone(&self.in_force.own_pac.0)
    }

    /// How many of them it takes.
    pub(super) fn own_pac_in_force(&self) -> u32 {
        self.in_force.own_pac.1
    }

    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<Read>> {
        self.reading.as_mut()
    }
}

impl Controller {
    /// How the next connection is routed.
    pub(super) fn routing(&self) -> Routing {
        routing::routing(&self.document.settings, Arc::clone(&self.rules.in_force.rules))
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

    pub(super) fn save_pac_rules(&mut self, text: &Pasted) {
        if routing::is_too_long(text.as_str()) {
            return;
        }
        text.as_str().clone_into(&mut self.document.settings.pac_rules);
        self.read_rules();
        self.changed();
    }

    /// Puts what is saved in force. What was being read is dropped: only the latest text counts.
    pub(super) fn read_rules(&mut self) {
        let (rules, own_pac) = (self.document.settings.rules.clone(), self.document.settings.pac_rules.clone());
        self.rules.reading = Some(self.tasks.spawn_blocking(move || Read::of(&rules, &own_pac)));
        self.route();
    }

    pub(super) fn rules_read(&mut self, read: Result<Read, JoinError>) {
        self.rules.reading = None;
        match read {
            Ok(read) => {
                self.rules.in_force = read;
                self.route();
            }
            // Those before stay in force, and the count that is shown says so.
            Err(error) => tracing::error!(panic = error.is_panic(), "the rules could not be read"),
        }
    }
}
