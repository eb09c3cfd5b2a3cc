//! The script (PAC) that programs go by while the system proxy points at one: written beside the task from the rules in
//! force, given away by the relay's first port, and written anew whenever what it says has changed. Each text has a path
//! of its own, because programs keep what they have read from one.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};
use uuid::Uuid;

use super::{Controller, ProxyNow, RelayNow};
use crate::relay::{Mode, Routing, RuleSet, Script, pac};
use crate::state::ProxyMode;

/// What a script is written from.
#[derive(Debug, Clone)]
struct Spec {
    routing: Routing,
    own: Arc<RuleSet>,
    /// Where programs find the relay.
    address: SocketAddr,
}

/// A script as it is given away.
struct Given {
    spec: Spec,
    text: Arc<str>,
    script: Script,
    path: String,
}

/// The scripts of the relay that runs.
#[derive(Default)]
pub(super) struct Scripts {
    now: Option<Given>,
    /// The one before it, for whoever was on the way to it.
    before: Option<Script>,
    writing: Option<(Spec, JoinHandle<String>)>,
}

impl Scripts {
    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<String>> {
        self.writing.as_mut().map(|(_, task)| task)
    }
}

impl Spec {
    fn write(&self) -> String {
        let Routing { rules, lists, mode, local_direct } = &self.routing;
        let none = Routing::everything_proxied().rules;
        let (rules, local_direct) = match lists.is_empty() || *mode != Mode::Rules {
            true => (rules, *local_direct),
            // What a list says of a target is known to the relay alone: all of them come to it, and are routed there.
            false => (&none, false),
        };
        pac::Policy { mode: *mode, rules, local_direct, own: &self.own }.script(self.address)
    }
}

/// Rules are large: the same ones are those that are in the same place.
impl PartialEq for Spec {
    fn eq(&self, other: &Spec) -> bool {
        Arc::ptr_eq(&self.routing.rules, &other.routing.rules)
            && self.routing.lists.is_empty() == other.routing.lists.is_empty()
            && Arc::ptr_eq(&self.own, &other.own)
            && (self.routing.mode, self.routing.local_direct) == (other.routing.mode, other.routing.local_direct)
            && self.address == other.address
    }
}

impl Controller {
    /// Has a script written if one is needed that is not there, and takes back those that nobody needs.
    pub(super) fn write_script(&mut self) {
        let Some(spec) = self.script_spec() else {
            let points_at_one = match &self.proxy {
                ProxyNow::Set(lease) => lease.script().is_some(),
                ProxyNow::Unset => false,
                // What it points at is not known.
                ProxyNow::Changing { .. } | ProxyNow::Failed { .. } => true,
            };
            if !points_at_one && self.scripts.now.is_some() {
                (self.scripts.now, self.scripts.before) = (None, None);
                self.give_scripts();
            }
            return;
        };
        let is_there = self.scripts.now.as_ref().is_some_and(|now| now.spec == spec);
        // One at a time: when it has ended, what is needed then is looked at again.
        if !is_there && self.scripts.writing.is_none() {
            let writes = spec.clone();
            self.scripts.writing = Some((spec, self.tasks.spawn_blocking(move || writes.write())));
        }
    }

    pub(super) fn script_written(&mut self, written: Result<String, JoinError>) {
        let Some((spec, _)) = self.scripts.writing.take() else { return };
        let text = written.unwrap_or_else(|error| {
            tracing::error!(panic = error.is_panic(), "the script for programs could not be written");
            pac::everything(spec.address)
        });
        match &mut self.scripts.now {
            // Not to be read anew. A relay that listens elsewhere gives its own, also where the text names no address.
            Some(now) if now.spec.address == spec.address && *now.text == *text => now.spec = spec,
            now => {
                let path = format!("/{}.pac", Uuid::new_v4().simple());
                let given = Given { spec, script: Script::new(&path, &text), text: text.into(), path };
                self.scripts.before = now.replace(given).map(|before| before.script);
                self.give_scripts();
            }
        }
    }

    /// Has the relay that runs give away what there is.
    pub(super) fn give_scripts(&self) {
        let RelayNow::On(running) = &self.relay else { return };
        let now = self.scripts.now.as_ref().map(|now| now.script.clone());
        let scripts: Vec<Script> = now.into_iter().chain(self.scripts.before.clone()).collect();
        if !running.relay.give(running.address, &scripts) {
            tracing::error!("the relay has no port that gives a script away");
        }
    }

    /// Where on the relay's first port the script is that says what is in force now.
    pub(super) fn script_path(&self) -> Option<String> {
        let now = self.scripts.now.as_ref()?;
        (now.spec == self.script_spec()?).then(|| now.path.clone())
    }

    /// What the script is to be written from; `None` where none is needed.
    fn script_spec(&self) -> Option<Spec> {
        let RelayNow::On(running) = &self.relay else { return None };
        let wanted = self.wanted();
        let needed = wanted.proxy == ProxyMode::Pac && wanted.relay.is_some();
        needed.then(|| Spec { routing: self.routing(), own: self.rules.own_pac(), address: running.address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::Below;

    #[test]
    fn with_lists_a_script_sends_everything_to_the_relay_but_what_its_own_rules_name() {
        let set = |text: &str| Arc::new(RuleSet::parse(text).0);
        let spec = |lists| Spec {
            routing: Routing {
                rules: set("[bypass_all]\n[bypass_list]\n||corp.test"),
                lists,
                mode: Mode::Rules,
                local_direct: true,
            },
            own: set("||near.test"),
            address: ([127, 0, 0, 1], 1080).into(),
        };
        let list = Below { rules: set("[outbound_block_list]\n||corp.test"), rest_direct: None };
        let (alone, below) = (spec(Vec::new()), spec(vec![list]));
        assert!(alone != below);
        let none = set("");
        let policy = pac::Policy { mode: Mode::Rules, rules: &none, local_direct: false, own: &below.own };
        assert_eq!(below.write(), policy.script(below.address));
        assert!(alone.write() != below.write() && below.write().contains("near.test"));
    }
}
