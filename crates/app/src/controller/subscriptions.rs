//! Subscriptions: fetched beside the task, when they are due or asked for, and then merged into the profiles.
//!
//! What is due is looked for from time to time by the clock on the wall, and one list is taken each time: so neither a
//! machine that has slept for a week nor a clock that was set brings all of them down at once.

use parasol_proto::ServerConfig;
use tokio::sync::oneshot;

use super::fetching::Stirred;
use super::lists::{Doing, OfferedList};
use super::{Controller, RelayNow};
use crate::import;
use crate::millis::millis;
use crate::preview::ImportPreview;
use crate::profile::Through;
use crate::state::RoutingMode;
use crate::subscription::{
    Came, Subscription, SubscriptionFault, SubscriptionPreview, SubscriptionUrl, SubscriptionView, UsageView,
    Validators, dice, named,
};

/// As many lists are fetched at once.
const AT_ONCE: usize = 3;

impl Controller {
    /// Begins what waits, and sees to it that what will be due is looked for.
    pub(super) fn fetch_subscriptions(&mut self) {
        if self.quitting {
            return;
        }
        while let Some(id) = self.subscriptions.fetching.next(AT_ONCE) {
            // Removed meanwhile, or of an address that the key store has not opened.
            let Some(subscription) = self.document.subscription(&id).filter(|list| !list.is_locked()) else { continue };
            let what = (subscription.url.clone(), subscription.fetched.validators.clone());
            let server = self.server_in_use();
            self.subscriptions.start(&self.deps.lists.fetcher, what, server, Doing::Refresh(id));
        }
        let any = self.document.subscriptions.iter().any(|subscription| !subscription.paused);
        self.subscriptions.fetching.look_after(any.then_some(self.deps.lists.look_each));
    }

    pub(super) fn subscription_stirred(&mut self, stirred: Stirred<Doing, Came>) {
        match stirred {
            Stirred::Look => self.look_for_a_due_list(),
            Stirred::Came(Doing::Refresh(id), came) => {
                self.list_came(&id, came);
                self.changed_by_lists();
            }
            Stirred::Came(Doing::Preview(url, answer), came) => drop(answer.send(self.offer_list(url, came))),
        }
    }

    fn look_for_a_due_list(&mut self) {
        let now_ms = self.now_ms();
        let due = self.document.subscriptions.iter().filter_map(|subscription| {
            let due_ms = subscription.due_ms(now_ms).filter(|due_ms| *due_ms <= now_ms)?;
            (!self.subscriptions.fetching.is_busy_with(&subscription.id)).then(|| (due_ms, subscription.id.clone()))
        });
        if let Some((_, id)) = due.min() {
            self.subscriptions.fetching.ask_for(&id);
        }
    }

    /// The server that lists are fetched through: that of the profile in use, while the relay runs and the user wants
    /// targets to go through it. The one in this program leads nowhere else than directly.
    pub(super) fn server_in_use(&self) -> Option<ServerConfig> {
        let RelayNow::On(running) = &self.relay else { return None };
        let direct = self.document.settings.mode == RoutingMode::Direct;
        let elsewhere = running.spec.through != Through::Builtin;
        (elsewhere && !direct).then(|| (*running.way.reached().server).clone())
    }

    fn list_came(&mut self, id: &str, came: Result<Came, SubscriptionFault>) {
        // Why it could not be used stands beside it now.
        if let Ok(Some(merged)) = self.document.list_came(id, came, self.now_ms(), dice()) {
            self.subscriptions.merged.insert(id.to_owned(), merged);
        }
    }

    /// Fetches the list behind this URL, and shows what would come of it.
    pub(super) fn preview_subscription(&mut self, url: SubscriptionUrl, answer: oneshot::Sender<SubscriptionPreview>) {
        if let Err(fault) = url.page() {
            return drop(answer.send(self.offer_list(url, Err(fault))));
        }
        let server = self.server_in_use();
        let what = (url.clone(), Validators::default());
        self.subscriptions.start(&self.deps.lists.fetcher, what, server, Doing::Preview(url, answer));
    }

    fn offer_list(&mut self, url: SubscriptionUrl, came: Result<Came, SubscriptionFault>) -> SubscriptionPreview {
        let came = came.and_then(|came| match came {
            Came::List(list) => Ok(list),
            // Nobody has asked whether anything had changed.
            Came::Unchanged(_) => Err(SubscriptionFault::BadAnswer { host: url.host() }),
        });
        self.subscriptions.last_offer = self.subscriptions.last_offer.wrapping_add(1);
        let id = self.subscriptions.last_offer;
        let mut preview = SubscriptionPreview { id, host: url.host(), ..SubscriptionPreview::nothing() };
        preview.title = url.title().unwrap_or_default();
        preview.known = self.document.knows_list(&url);
        match &came {
            Ok(list) => {
                let verdicts = import::plan(&list.import, &[]);
                preview.found = ImportPreview::new(&list.import, &verdicts);
                preview.title = list.about.title.clone().unwrap_or(preview.title);
                preview.usage = UsageView::from(list.about.usage);
                preview.fault = list.fault();
            }
            Err(fault) => preview.fault = Some(fault.clone()),
        }
        self.subscriptions.offered = Some(OfferedList { id, url, came });
        preview
    }

    pub(super) fn drop_offered_list(&mut self, id: u32) {
        self.subscriptions.offered.take_if(|offered| offered.id == id);
    }

    /// Saves what was shown under this id.
    pub(super) fn add_subscription(&mut self, id: u32, name: &str, interval_h: Option<u32>) {
        let Some(OfferedList { url, came, .. }) = self.subscriptions.offered.take_if(|offered| offered.id == id) else {
            return;
        };
        let Ok(id) = self.document.add_list(url, name, interval_h) else { return };
        self.list_came(&id, came.map(Came::List));
        self.changed();
    }

    /// Fetches one list now, or all that are not paused; none that is locked.
    pub(super) fn refresh_subscriptions(&mut self, id: Option<&str>) {
        let wanted = |subscription: &&Subscription| match id {
            Some(id) => subscription.id == id,
            None => !subscription.paused,
        };
        for subscription in self.document.subscriptions.iter().filter(wanted) {
            self.subscriptions.fetching.ask_for(&subscription.id);
        }
    }

    pub(super) fn rename_subscription(&mut self, id: &str, name: &str) {
        self.change_subscription(id, |subscription| subscription.name = named(name));
    }

    pub(super) fn pause_subscription(&mut self, id: &str, paused: bool) {
        self.change_subscription(id, |subscription| subscription.paused = paused);
    }

    pub(super) fn set_subscription_interval(&mut self, id: &str, hours: Option<u32>) {
        let (now_ms, dice) = (self.now_ms(), dice());
        self.change_subscription(id, |subscription| {
            subscription.interval_h = hours;
            subscription.plan(now_ms, dice);
        });
    }

    fn change_subscription(&mut self, id: &str, change: impl FnOnce(&mut Subscription)) {
        let found = self.document.subscriptions.iter_mut().find(|subscription| subscription.id == id);
        if let Some(subscription) = found {
            change(subscription);
            self.changed();
        }
    }

    /// Takes a subscription away. Its profiles become the user's own, or go with it; with the one in use the relay is
    /// switched off as when that is deleted, unless its group has another.
    pub(super) fn remove_subscription(&mut self, id: &str, keep_profiles: bool) {
        if self.document.subscription(id).is_none() {
            return;
        }
        self.subscriptions.merged.remove(id);
        self.wanted_on &= self.document.remove_list(id, keep_profiles);
        self.changed();
    }

    pub(super) fn subscription_views(&self) -> Vec<SubscriptionView> {
        let now_ms = self.now_ms();
        let view = |subscription: &Subscription| {
            let fetching = self.subscriptions.fetching.is_busy_with(&subscription.id);
            let merged = self.subscriptions.merged.get(&subscription.id).copied();
            subscription.view(&self.document.profiles, fetching, merged, now_ms)
        };
        self.document.subscriptions.iter().map(view).collect()
    }

    pub(super) fn now_ms(&self) -> u64 {
        millis((self.deps.lists.clock)())
    }
}
