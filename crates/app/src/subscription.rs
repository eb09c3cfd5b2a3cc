//! `Subscription`: a list of servers that is fetched from time to time, as it is saved.
//!
//! | file | what it knows |
//! |---|---|
//! | `url` | the URL, of which the host alone is shown |
//! | `fetch` | a list by its URL: ways, redirects, bounds |
//! | `date` | the time that a host says, for the diagnosis |
//! | `dial` | how a host is reached, and which may be |
//! | `trust` | whose certificates are believed |
//! | `validators` | what a host has said, so that it need not send a list again |
//! | `body`, `about` | what comes: the list, and what the head says about it |
//! | `read` | what came, read |
//! | `merge` | what a list does to the profiles |
//! | `saved` | what becomes of the saved ones and their profiles |
//! | `schedule` | when to come back |
//! | `view` | how it is shown |
//! | `fault` | why something went wrong |

mod about;
mod body;
mod date;
mod dial;
mod fault;
mod fetch;
mod merge;
mod read;
mod saved;
mod schedule;
mod trust;
mod url;
mod validators;
mod view;

#[cfg(test)]
pub(crate) mod host;

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

pub use self::about::{About, Usage};
pub use self::dial::Names;
pub use self::fault::{CertificateFault, SubscriptionFault, UrlSlip};
pub use self::fetch::{Fetched, Fetcher, List};
pub use self::merge::{FromList, Merged, drop_gone, merge};
pub use self::read::{Came, ReadList, fetch};
pub use self::saved::{NotAdded, dice};
pub use self::schedule::{LEAST_H, MOST_H, USUAL_H};
pub use self::trust::Trust;
pub use self::url::SubscriptionUrl;
pub use self::validators::Validators;
pub use self::view::{FollowedView, MergedView, SubscriptionPreview, SubscriptionView, UsageView};

pub(crate) use self::saved::named;

use crate::document::Unknown;
use crate::profile::{Profile, is_false};
use crate::rule_list::Rest;
use crate::secrets::Sealed;

/// A saved subscription. Fields of a file that this program does not know are kept in `extra` and written back.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// Never changes and never repeats.
    #[serde(default)]
    pub id: String,
    /// Where it is fetched.
    #[serde(default, skip_serializing_if = "SubscriptionUrl::is_empty")]
    pub url: SubscriptionUrl,
    /// The URL where it could not be opened yet; the other is empty then.
    #[serde(default, rename = "url_sealed", skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// What the user calls it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How often to fetch it, as the user says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_h: Option<u32>,
    /// It is fetched when the user asks for it, and not by itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
    /// The plugins of its profiles that the user has said may run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_plugins: Vec<String>,
    /// What came of fetching it so far.
    #[serde(default)]
    pub fetched: Record,
    /// What else the file says about it.
    #[serde(flatten)]
    pub extra: Unknown,
}

/// What came of fetching a list so far: nothing that the user has said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What the list calls itself; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How often to fetch it, as the list says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_h: Option<u32>,
    /// What of it is used up.
    #[serde(default)]
    pub usage: Usage,
    /// What the host has said, so that it need not send the list again.
    #[serde(default, skip_serializing_if = "Validators::is_empty")]
    pub validators: Validators,
    /// The same where it could not be opened yet; the other is empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validators_sealed: Option<Sealed>,
    /// When it was last fetched and what came could be used, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good_ms: Option<u64>,
    /// How many entries of the last good list could not be taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refused: u32,
    /// Why it could not be fetched, the last time.
    #[serde(default, deserialize_with = "if_known", skip_serializing_if = "Option::is_none")]
    pub fault: Option<SubscriptionFault>,
    /// How often in a row.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// When it is to be fetched next, in milliseconds since 1970.
    #[serde(default)]
    pub next_ms: u64,
    /// Where the list of rules sent what no rule names, when it came first.
    #[serde(default, deserialize_with = "if_known", skip_serializing_if = "Option::is_none")]
    pub rest: Option<Rest>,
}

impl Subscription {
    /// A new one, due at once.
    #[must_use]
    pub fn new(url: SubscriptionUrl, name: String) -> Subscription {
        let fetched = Record { title: url.title().unwrap_or_default(), ..Record::default() };
        Subscription { id: Profile::new_id(), url, name, fetched, ..Subscription::default() }
    }

    /// How often it is fetched, in hours.
    #[must_use]
    pub fn interval(&self) -> u32 {
        schedule::interval_h(self.interval_h, self.fetched.interval_h)
    }

    /// Whether its URL is sealed, so that nobody knows where to fetch it. One that stands there open is the newer one.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.sealed.is_some() && self.url.is_empty()
    }

    /// When it is due; never while it is paused or locked.
    #[must_use]
    pub fn due_ms(&self, now_ms: u64) -> Option<u64> {
        (!self.paused && !self.is_locked()).then(|| schedule::due_ms(self.fetched.next_ms, self.interval(), now_ms))
    }

    /// What the user knows it by; empty when that is its host, and the URL is locked.
    #[must_use]
    pub fn shown(&self) -> String {
        let texts = [&self.name, &self.fetched.title].into_iter().find(|text| !text.is_empty());
        texts.cloned().unwrap_or_else(|| self.url.host())
    }

    /// Its list came, new or as it was.
    pub fn went_well(&mut self, about: About, now_ms: u64, dice: u32) {
        let About { title, interval_h, usage } = about;
        let record = &mut self.fetched;
        record.title = title.unwrap_or(std::mem::take(&mut record.title));
        record.interval_h = interval_h.or(record.interval_h);
        if usage != Usage::default() {
            record.usage = usage;
        }
        record.good_ms = Some(now_ms);
        record.fault = None;
        record.failures = 0;
        self.plan(now_ms, dice);
    }

    /// It did not, or was not to be used.
    pub fn went_wrong(&mut self, fault: SubscriptionFault, now_ms: u64, dice: u32) {
        self.fetched.fault = Some(fault);
        self.fetched.failures = self.fetched.failures.saturating_add(1);
        self.plan(now_ms, dice);
    }

    /// Says when to come back, counted from now.
    pub fn plan(&mut self, now_ms: u64, dice: u32) {
        let wait = schedule::wait(self.interval(), self.fetched.failures, dice);
        self.fetched.next_ms = now_ms.saturating_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    }
}

/// A newer Parasol may know more faults and the like; one of them costs nothing but itself.
fn if_known<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// Serde calls this with a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("id", &self.id).field("host", &self.url.host()).finish_non_exhaustive()
    }
}
