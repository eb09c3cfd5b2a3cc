//! Lists of rules: fetched beside the task, when they are due or asked for, and put in force below the user's own rules.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Controller;
use super::fetching::{Fetching, Stirred};
use crate::document::Document;
use crate::relay::RuleSet;
use crate::rule_hits::RuleHits;
use crate::rule_list::{self, Bodies, Brought, Held, Rest, RuleListFault, RuleListView};
use crate::subscription::{Subscription, SubscriptionFault, SubscriptionUrl, Validators, dice, named};

/// As many are fetched at once: each is a second's work to read.
const AT_ONCE: usize = 1;

/// What is in force, and what is fetched, by the lists' ids.
pub(super) struct RuleLists {
    bodies: Bodies,
    held: HashMap<String, Held>,
    pub(super) fetching: Fetching<String, Brought>,
}

impl RuleLists {
    /// Those that are saved, as they came last. Blocks.
    pub(super) fn of(document: &mut Document, bodies: Bodies) -> RuleLists {
        let ids: Vec<_> = document.rule_lists_that_count().iter().map(|list| list.id.clone()).collect();
        let held = bodies.all_held(&ids);
        bodies.forget_all_but(&saved(document));
        for list in &mut document.rule_lists {
            if let Some(held) = held.get(&list.id) {
                list.fetched.rest.get_or_insert_with(|| Rest::of(&held.rules));
            }
        }
        RuleLists { held, bodies, fetching: Fetching::default() }
    }
}

impl Controller {
    /// Begins what waits, one after the other, and sees to it that what will be due is looked for.
    pub(super) fn fetch_rule_lists(&mut self) {
        if self.quitting {
            return;
        }
        // One that is new here, or came with a backup, which has no rules in it.
        let missing = |list: &&Subscription| list.fetched.failures == 0 && !list.paused && !list.is_locked();
        for list in self.document.rule_lists_that_count().iter().filter(missing) {
            if !self.rule_lists.held.contains_key(&list.id) {
                self.rule_lists.fetching.ask_for(&list.id);
            }
        }
        while let Some(id) = self.rule_lists.fetching.next(AT_ONCE) {
            let Some(list) = self.document.rule_list(&id).filter(|list| !list.is_locked()) else { continue };
            let held = self.rule_lists.held.contains_key(&id);
            // What is not here any more must come whole.
            let known = if held { list.fetched.validators.clone() } else { Validators::default() };
            let (fetcher, bodies) = (self.deps.lists.fetcher.clone(), self.rule_lists.bodies.clone());
            let fetch = rule_list::fetch(fetcher, bodies, id.clone(), list.url.clone(), known, self.server_in_use());
            self.rule_lists.fetching.begin(id, fetch);
        }
        let any = self.document.rule_lists_that_count().iter().any(|list| !list.paused);
        self.rule_lists.fetching.look_after(any.then_some(self.deps.lists.look_each));
    }

    pub(super) fn rule_list_stirred(&mut self, stirred: Stirred<String, Brought>) {
        match stirred {
            Stirred::Look => {
                let now_ms = self.now_ms();
                let due = |list: &&Subscription| list.due_ms(now_ms).is_some_and(|due_ms| due_ms <= now_ms);
                let due = self
                    .document
                    .rule_lists_that_count()
                    .iter()
                    .filter(due)
                    .map(|list| list.id.clone())
                    .collect::<Vec<_>>();
                due.iter().for_each(|id| self.rule_lists.fetching.ask_for(id));
            }
            Stirred::Came(id, came) => self.rule_list_came(&id, came),
        }
    }

    fn rule_list_came(&mut self, id: &str, came: Result<Brought, SubscriptionFault>) {
        let now_ms = self.now_ms();
        let Some(list) = self.document.rule_lists.iter_mut().find(|list| list.id == id) else {
            // Removed meanwhile; it may have been written after that.
            return self.rule_lists.bodies.forget(id);
        };
        match came {
            Err(fault) => {
                tracing::info!(host = list.url.host(), ?fault, "a list of rules could not be fetched");
                list.went_wrong(fault, now_ms, dice());
            }
            Ok(Brought::Unchanged(about)) => list.went_well(about, now_ms, dice()),
            Ok(Brought::List { held, validators, about }) => {
                tracing::info!(host = list.url.host(), rules = held.rules.len(), "a list of rules came");
                list.fetched.validators = validators;
                list.fetched.validators_sealed = None;
                list.fetched.refused = held.refused;
                list.fetched.rest.get_or_insert_with(|| Rest::of(&held.rules));
                list.went_well(about, now_ms, dice());
                if let Some(before) = self.rule_lists.held.get(id) {
                    held.rules.carry(&before.rules);
                }
                self.rule_lists.held.insert(id.to_owned(), held);
                self.route();
            }
        }
        self.changed_by_lists();
    }

    /// The lists that are in force, in the user's order, with what they are called.
    pub(super) fn rule_lists_in_force(&self) -> impl Iterator<Item = (&Subscription, &Arc<RuleSet>)> {
        let lists = self.document.rule_lists_that_count().iter();
        lists.filter_map(|list| Some((list, &self.rule_lists.held.get(&list.id)?.rules)))
    }

    /// Why this list would not be added.
    pub(super) fn check_rule_list(&self, url: &SubscriptionUrl) -> Option<RuleListFault> {
        let lists = &self.document.rule_lists;
        if url.page().is_err() {
            Some(RuleListFault::BadUrl { slip: url.slip() })
        } else if lists.iter().any(|list| list.url == *url) {
            Some(RuleListFault::Known)
        } else {
            (lists.len() >= rule_list::MOST).then_some(RuleListFault::TooMany)
        }
    }

    /// Saves a list, which is fetched at once; unless there is something against it.
    pub(super) fn add_rule_list(&mut self, url: SubscriptionUrl, name: &str) {
        if self.check_rule_list(&url).is_none() {
            self.document.rule_lists.push(Subscription::new(url, named(name)));
            self.changed();
        }
    }

    /// What all rules have decided.
    pub(super) fn rule_hits(&self) -> RuleHits {
        let titles: Vec<_> =
            self.rule_lists_in_force().map(|(list, rules)| (list.id.as_str(), list.shown(), rules)).collect();
        let lists = titles.iter().map(|(id, title, rules)| (Some((*id, title.as_str())), &***rules));
        let own = self.own_rules();
        RuleHits::of(&std::iter::once((None, &*own)).chain(lists).collect::<Vec<_>>())
    }

    pub(super) fn refresh_rule_list(&mut self, id: &str) {
        if self.document.rule_lists_that_count().iter().any(|list| list.id == id) {
            self.rule_lists.fetching.ask_for(id);
        }
    }

    pub(super) fn set_rule_list_interval(&mut self, id: &str, hours: Option<u32>) {
        let (now_ms, dice) = (self.now_ms(), dice());
        self.change_rule_list(id, |list| {
            list.interval_h = hours;
            list.plan(now_ms, dice);
        });
    }

    pub(super) fn pause_rule_list(&mut self, id: &str, paused: bool) {
        self.change_rule_list(id, |list| list.paused = paused);
    }

    fn change_rule_list(&mut self, id: &str, change: impl FnOnce(&mut Subscription)) {
        if let Some(list) = self.document.rule_lists.iter_mut().find(|list| list.id == id) {
            change(list);
            self.changed();
        }
    }

    pub(super) fn remove_rule_list(&mut self, id: &str) {
        if self.document.rule_list(id).is_none() {
            return;
        }
        self.document.rule_lists.retain(|list| list.id != id);
        self.rule_lists.held.remove(id);
        let (bodies, id) = (self.rule_lists.bodies.clone(), id.to_owned());
        self.tasks.spawn_blocking(move || bodies.forget(&id));
        self.route();
        self.changed();
    }

    /// Lets go of those that went with another state.
    pub(super) fn forget_rule_lists(&mut self) {
        let ids = saved(&self.document);
        self.rule_lists.held.retain(|id, _| ids.contains(id));
        let bodies = self.rule_lists.bodies.clone();
        self.tasks.spawn_blocking(move || bodies.forget_all_but(&ids));
    }

    pub(super) fn rule_list_views(&self) -> Vec<RuleListView> {
        let now_ms = self.now_ms();
        let view = |(at, list): (usize, &Subscription)| {
            let (held, fetching) =
                (self.rule_lists.held.get(&list.id), self.rule_lists.fetching.is_busy_with(&list.id));
            let mut view = RuleListView::of(list, held, fetching, now_ms);
            if at >= rule_list::MOST {
                view.beyond = true;
                view.followed.next_ms = None;
            }
            view
        };
        self.document.rule_lists.iter().enumerate().take(rule_list::MOST_SHOWN).map(view).collect()
    }
}

/// The ids of all lists that are saved.
fn saved(document: &Document) -> HashSet<String> {
    document.rule_lists.iter().map(|list| list.id.clone()).collect()
}
