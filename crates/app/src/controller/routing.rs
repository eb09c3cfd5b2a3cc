//! The rules in force. Reading a long list takes up to a second, which is done beside the task; until then those before
//! stay in force.

use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};
use tokio_util::task::TaskTracker;

use super::{Controller, RelayNow};
use crate::document::{Document, Settings};
use crate::pasted::Pasted;
use crate::relay::{Below, Routing, RuleSet};
use crate::routing;
use crate::rule_list::Rest;
use crate::rules::Explained;

/// The user's own rules, read.
pub(super) struct Rules {
    in_force: Read,
    /// Those that will take their place, and what of them is being read.
    reading: Option<(Texts, JoinHandle<Anew>)>,
}

/// What was read.
struct Read {
    rules: Arc<RuleSet>,
    /// Those for the script alone, and how many of them it takes.
    own_pac: OwnPac,
}

type OwnPac = (Arc<RuleSet>, u32);

/// Which texts are to be read. What stays the same keeps its place in memory, so that nothing follows from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    rules: bool,
    own_pac: bool,
}

/// What was read of them.
pub(super) struct Anew {
    rules: Option<Arc<RuleSet>>,
    own_pac: Option<OwnPac>,
}

impl Texts {
    pub(super) const BOTH: Texts = Texts { rules: true, own_pac: true };
    const RULES: Texts = Texts { rules: true, own_pac: false };
    const OWN_PAC: Texts = Texts { rules: false, own_pac: true };
}

/// Takes a while.
fn read_rules(text: &str) -> Arc<RuleSet> {
    Arc::new(RuleSet::parse(text).0)
}

/// Takes a while.
fn read_own_pac(text: &str) -> OwnPac {
    let own_pac = RuleSet::parse(text).0;
    let taken = routing::pac_rules(&own_pac);
    (Arc::new(own_pac), taken)
}

impl Rules {
    /// Those that are saved. Blocks.
    pub(super) fn of(document: &Document) -> Rules {
        let Settings { rules, pac_rules, .. } = &document.settings;
        Rules { in_force: Read { rules: read_rules(rules), own_pac: read_own_pac(pac_rules) }, reading: None }
    }

    /// Reads these of the settings. What was being read is dropped, and read with them: only the latest texts count.
    fn read(&mut self, texts: Texts, settings: &Settings, tasks: &TaskTracker) {
        let before = self.reading.take().map(|(texts, _)| texts);
        let also = |text: fn(&Texts) -> bool| text(&texts) || before.as_ref().is_some_and(text);
        let texts = Texts { rules: also(|texts| texts.rules), own_pac: also(|texts| texts.own_pac) };
        let rules = texts.rules.then(|| settings.rules.clone());
        let own_pac = texts.own_pac.then(|| settings.pac_rules.clone());
        let read =
            move || Anew { rules: rules.as_deref().map(read_rules), own_pac: own_pac.as_deref().map(read_own_pac) };
        self.reading = Some((texts, tasks.spawn_blocking(read)));
    }

    fn put_in_force(&mut self, anew: Anew) {
        let Anew { rules, own_pac } = anew;
        if let Some(rules) = rules {
            rules.carry(&self.in_force.rules);
            self.in_force.rules = rules;
        }
        if let Some(own_pac) = own_pac {
            self.in_force.own_pac = own_pac;
        }
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

    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<Anew>> {
        self.reading.as_mut().map(|(_, task)| task)
    }
}

impl Controller {
    /// How the next connection is routed.
    pub(super) fn routing(&self) -> Routing {
        let lists = self
            .rule_lists_in_force()
            .map(|(list, rules)| Below {
                rules: Arc::clone(rules),
                rest_direct: list.fetched.rest.and_then(Rest::direct),
            })
            .collect();
        routing::routing(&self.document.settings, Arc::clone(&self.rules.in_force.rules), lists)
    }

    /// Tells a relay that runs how to route from now on.
    pub(super) fn route(&self) {
        if let RelayNow::On(running) = &self.relay {
            running.route_by(self.routing());
        }
    }

    pub(super) fn explain(&self, host: &str) -> Option<Explained> {
        let titles: Vec<_> = self.rule_lists_in_force().map(|(list, _)| list.shown()).collect();
        routing::explain(&self.routing(), &titles, host)
    }

    /// The user's own rules.
    pub(super) fn own_rules(&self) -> Arc<RuleSet> {
        Arc::clone(&self.rules.in_force.rules)
    }

    pub(super) fn save_rules(&mut self, text: &Pasted) {
        if routing::is_too_long(text.as_str()) {
            return;
        }
        text.as_str().clone_into(&mut self.document.settings.rules);
        self.read_rules(Texts::RULES);
        self.changed();
    }

    pub(super) fn save_pac_rules(&mut self, text: &Pasted) {
        if routing::is_too_long(text.as_str()) {
            return;
        }
        text.as_str().clone_into(&mut self.document.settings.pac_rules);
        self.read_rules(Texts::OWN_PAC);
        self.changed();
    }

    /// Puts these of what is saved in force.
    pub(super) fn read_rules(&mut self, texts: Texts) {
        self.rules.read(texts, &self.document.settings, &self.tasks);
        self.route();
    }

    pub(super) fn rules_read(&mut self, read: Result<Anew, JoinError>) {
        self.rules.reading = None;
        match read {
            Ok(anew) => {
                self.rules.put_in_force(anew);
                self.route();
            }
            // Those before stay in force, and the count that is shown says so.
            Err(error) => tracing::error!(panic = error.is_panic(), "the rules could not be read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_not_changed_stays_and_what_was_being_read_is_read_with_the_next() {
        let (mut document, tasks) = (Document::default(), TaskTracker::new());
        let mut rules = Rules::of(&document);
        document.settings.rules = "||near.example".to_owned();
        document.settings.pac_rules = "||own.example".to_owned();
        for (texts, anew) in [
            (&[Texts::OWN_PAC][..], (false, true)),
            (&[Texts::RULES], (true, false)),
            (&[Texts::OWN_PAC, Texts::RULES], (true, true)),
            (&[Texts::BOTH], (true, true)),
        ] {
            let before = (Arc::clone(&rules.in_force.rules), rules.own_pac());
            texts.iter().for_each(|texts| rules.read(*texts, &document.settings, &tasks));
            let read = rules.task().expect("they are being read").await.unwrap();
            rules.reading = None;
            rules.put_in_force(read);
            let moved = (!Arc::ptr_eq(&before.0, &rules.in_force.rules), !Arc::ptr_eq(&before.1, &rules.own_pac()));
            assert_eq!(moved, anew, "{texts:?}");
        }
        assert_eq!((rules.in_force(), rules.own_pac_in_force()), (1, 1));
    }
}
