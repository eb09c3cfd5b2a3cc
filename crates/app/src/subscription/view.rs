//! Subscriptions, and what is followed as they are, as they are shown: of the URL the host alone.

use serde::Serialize;
use ts_rs::TS;

use super::fault::SubscriptionFault;
use super::merge::Merged;
use super::{Subscription, Usage};
use crate::preview::ImportPreview;
use crate::profile::Profile;

/// What Parasol follows at a URL, as it is shown: a subscription, or a list of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FollowedView {
    /// Never changes and never repeats.
    pub id: String,
    /// How it is shown: the user's name for it; without one, the list's; without that, its host, if that is known.
    pub title: String,
    /// Where it is fetched; empty while the URL is locked.
    pub host: String,
    /// Its URL is sealed with a key that the key store has not given: it is not fetched.
    pub locked: bool,
    /// It is not fetched by itself.
    pub paused: bool,
    /// It is being fetched, or about to be.
    pub fetching: bool,
    /// How often it is fetched.
    pub interval_hours: u32,
    /// How often the user has said; without that, it is as the list says, or once a day.
    pub own_interval_hours: Option<u32>,
    /// When it was last fetched well, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub good_ms: Option<u64>,
    /// Why it was not, if that has failed since. What is in use is of the last good list.
    pub fault: Option<SubscriptionFault>,
    /// When it is fetched next, in milliseconds since 1970; nothing while it is paused or locked.
    #[ts(type = "number | null")]
    pub next_ms: Option<u64>,
}

/// A saved subscription as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionView {
    /// What is followed.
    #[serde(flatten)]
    pub followed: FollowedView,
    /// What the user calls it; may be empty.
    pub name: String,
    /// What of it is used up.
    pub usage: UsageView,
    /// How many profiles came from it.
    pub profiles: u32,
    /// How many of these are not in it any more.
    pub gone: u32,
    /// How many entries of the last good list could not be taken.
    pub refused: u32,
    /// What the last good list changed, if it was fetched since Parasol was started.
    pub merged: Option<MergedView>,
}

/// What of a subscription is used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsageView {
    /// Bytes used so far, both ways.
    #[ts(type = "number | null")]
    pub used: Option<u64>,
    /// Bytes that there are in all; nothing when no limit is known.
    #[ts(type = "number | null")]
    pub total: Option<u64>,
    /// When it ends, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub expires_ms: Option<u64>,
}

/// What a list has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MergedView {
    /// New profiles.
    pub added: u32,
    /// Profiles that are other than before.
    pub changed: u32,
    /// Profiles that are as they were.
    pub unchanged: u32,
    /// Profiles that were not in it any more and were taken away.
    pub removed: u32,
    /// Profiles that were not in it any more and are in use.
    pub kept: u32,
}

/// What a subscription would bring, before anything is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionPreview {
    /// For [`crate::Command::AddSubscription`]; a newer preview takes its place.
    pub id: u32,
    /// Where it is fetched; empty when the URL is none.
    pub host: String,
    /// What the list calls itself; may be empty.
    pub title: String,
    /// The same URL is saved already.
    pub known: bool,
    /// Why the list could not be fetched or has nothing in it. Unless it is the URL that is bad, the subscription can be
    /// added all the same: it is then fetched later.
    pub fault: Option<SubscriptionFault>,
    /// What stands in the list. All of it is new: profiles that are saved already are not looked at.
    pub found: ImportPreview,
    /// What of it is used up.
    pub usage: UsageView,
}

impl SubscriptionPreview {
    /// Of nothing, nothing.
    #[must_use]
    pub fn nothing() -> SubscriptionPreview {
        SubscriptionPreview {
            id: 0,
            host: String::new(),
            title: String::new(),
            known: false,
            fault: None,
            found: ImportPreview::nothing(),
            usage: UsageView::default(),
        }
    }
}

impl Subscription {
    /// As it is shown, whatever it is a list of.
    pub(crate) fn followed(&self, fetching: bool, now_ms: u64) -> FollowedView {
        FollowedView {
            id: self.id.clone(),
            title: self.shown(),
            host: self.url.host(),
            locked: self.is_locked(),
            paused: self.paused,
            fetching,
            interval_hours: self.interval(),
            own_interval_hours: self.interval_h,
            good_ms: self.fetched.good_ms,
            fault: self.fetched.fault.clone(),
            next_ms: self.due_ms(now_ms),
        }
    }

    /// As it is shown, as one of servers.
    pub(crate) fn view(
        &self,
        profiles: &[Profile],
        fetching: bool,
        merged: Option<Merged>,
        now_ms: u64,
    ) -> SubscriptionView {
        let own = || {
            profiles.iter().filter_map(|profile| profile.from_list.as_ref()).filter(|from| from.subscription == self.id)
        };
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        SubscriptionView {
            followed: self.followed(fetching, now_ms),
            name: self.name.clone(),
            usage: self.fetched.usage.into(),
            profiles: count(own().count()),
            gone: count(own().filter(|from| from.gone).count()),
            refused: self.fetched.refused,
            merged: merged.map(MergedView::from),
        }
    }
}

impl From<Usage> for UsageView {
    fn from(Usage { used, total, expires_ms }: Usage) -> UsageView {
        UsageView { used, total, expires_ms }
    }
}

impl From<Merged> for MergedView {
    fn from(Merged { added, changed, unchanged, removed, kept }: Merged) -> MergedView {
        MergedView { added, changed, unchanged, removed, kept }
    }
}
