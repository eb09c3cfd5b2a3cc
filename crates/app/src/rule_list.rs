//! Lists of rules: ACL text behind a URL, fetched from time to time by the rules for subscriptions. They lie below the user's
//! own rules. What came last is kept in a file of its own, so that it is in force from the start on.

mod bodies;

use std::sync::Arc;

use parasol_proto::ServerConfig;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::bodies::Bodies;

use crate::relay::RuleSet;
use crate::subscription::{
    About, Fetched, Fetcher, FollowedView, List, Subscription, SubscriptionFault, SubscriptionUrl, UrlSlip, Validators,
};

/// So many lists may be saved: each is asked for every target that those above it do not name.
pub const MOST: usize = MAX as usize;
/// The same as it is told.
pub const MAX: u32 = 16;

/// So many are shown, if a hand at the profile file has written more than count.
pub const MOST_SHOWN: usize = 4 * MOST;

/// The longest that is fetched, and kept.
const MAX_BYTES: u64 = 4 << 20;

/// A list that is in force.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its rules.
    pub rules: Arc<RuleSet>,
    /// How many of its lines are not applied.
    pub refused: u32,
}

/// Where a list sent what no rule names, when it came first after it was added. That alone counts: one who keeps a list could
/// else send all the traffic past the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rest {
    /// It did not say.
    Unsaid,
    /// Directly.
    Direct,
    /// Through the server.
    Proxy,
}

impl Rest {
    /// What these rules say.
    #[must_use]
    pub fn of(rules: &RuleSet) -> Rest {
        match rules.states_direct() {
            None => Rest::Unsaid,
            Some(true) => Rest::Direct,
            Some(false) => Rest::Proxy,
        }
    }

    /// Whether it goes directly, if the list says so.
    #[must_use]
    pub fn direct(self) -> Option<bool> {
        match self {
            Rest::Unsaid => None,
            Rest::Direct => Some(true),
            Rest::Proxy => Some(false),
        }
    }
}

/// What came of fetching one.
#[derive(Debug)]
pub enum Brought {
    /// It is as it was.
    Unchanged(About),
    /// It is this, and written down.
    List {
        /// Its rules.
        held: Held,
        /// For the next time.
        validators: Validators,
        /// What the head says about it.
        about: About,
    },
}

/// Why a list is not added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RuleListFault {
    /// The URL is none that a list is fetched from.
    BadUrl {
        /// What it looks like instead.
        slip: UrlSlip,
    },
    /// It is saved already.
    Known,
    /// There are as many as may be.
    TooMany,
}

/// A saved list as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleListView {
    /// What is followed.
    #[serde(flatten)]
    pub followed: FollowedView,
    /// How many of its rules are in force; absent while nothing of it is there.
    pub rules: Option<u32>,
    /// How many of its lines are not applied.
    pub refused: u32,
    /// Where it sends what no rule names, if it may say so and does.
    pub rest_direct: Option<bool>,
    /// It has said otherwise since, which is not followed.
    pub rest_changed: bool,
    /// There are too many above it: it is not fetched and not in force.
    pub beyond: bool,
}

impl RuleListView {
    /// As it is shown.
    #[must_use]
    pub fn of(list: &Subscription, held: Option<&Held>, fetching: bool, now_ms: u64) -> RuleListView {
        RuleListView {
            followed: list.followed(fetching, now_ms),
            rules: held.map(|held| u32::try_from(held.rules.len()).unwrap_or(u32::MAX)),
            refused: held.map_or(0, |held| held.refused),
            rest_direct: held.and_then(|_| list.fetched.rest?.direct()),
            beyond: false,
            rest_changed: held.is_some_and(|held| list.fetched.rest.is_some_and(|rest| rest != Rest::of(&held.rules))),
        }
    }
}

/// Reads what came. Takes up to a second for the longest.
///
/// # Errors
/// When it is no list of rules: a web page, a list of another kind, or nothing.
pub fn read(body: &[u8]) -> Result<Held, SubscriptionFault> {
    let text = String::from_utf8_lossy(body);
    if is_of_another_kind(&text) {
        return Err(SubscriptionFault::NoList);
    }
    let (rules, warnings) = RuleSet::parse(&text);
    let refused = warnings.as_slice().len() + warnings.dropped();
    // More that makes no sense than that does: it happened to have a line that reads as a rule.
    if refused > rules.len() || (rules.is_empty() && rules.states_direct().is_none()) {
        return Err(SubscriptionFault::NoList);
    }
    Ok(Held { rules: Arc::new(rules), refused: u32::try_from(refused).unwrap_or(u32::MAX) })
}

/// Web pages, and lists of other programs, read as regular expressions here: `<html>` would be a rule.
fn is_of_another_kind(text: &str) -> bool {
    /// No line of rules is so long without any character that base64 does not have.
    const LONG: usize = 60;
    let text = text.trim_start_matches('\u{feff}');
    let Some(first) = text.lines().map(str::trim).find(|line| !line.is_empty()) else { return true };
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    let starts = ["<", "{", "[AutoProxy", "[Adblock", "! "].iter().any(|start| first.starts_with(start));
    starts || (first.len() >= LONG && first.bytes().all(base64))
}

/// Fetches a list, reads it and writes it down.
///
/// # Errors
/// Why there is none. What was there stays.
pub async fn fetch(
    fetcher: Fetcher,
    bodies: Bodies,
    id: String,
    url: SubscriptionUrl,
    known: Validators,
    server: Option<ServerConfig>,
) -> Result<Brought, SubscriptionFault> {
    match fetcher.fetch(&url, &known, server).await? {
        Fetched::Unchanged(about) => Ok(Brought::Unchanged(about)),
        Fetched::List(List { body, validators, about }) => {
            let read = tokio::task::spawn_blocking(move || {
                let held = read(&body)?;
                let kept = bodies.keep(&id, &body);
                Ok::<_, SubscriptionFault>((
                    held,
                    kept.inspect_err(|error| tracing::warn!(%error, "a list of rules is not kept")).is_ok(),
                ))
            });
            let (held, kept) = read.await.map_err(|_| SubscriptionFault::Crashed)??;
            // What is not on the disk must come whole the next time.
            let validators = if kept { validators } else { Validators::default() };
            Ok(Brought::List { held, validators, about })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_of_rules_is_told_from_one() {
        for (body, rules) in [
            ("||a.test\n10.0.0.0/8\n", Some(2)),
            ("\u{feff}# a list\n[bypass_all]\n", Some(0)),
            ("[proxy_list]\n(^|\\.)a\\.test$\n(\n", Some(1)),
            ("", None),
            ("\n # nothing\n", None),
            ("<!DOCTYPE html>\n<p>Sign in</p>\n", None),
            ("{\"rules\": []}", None),
            ("[AutoProxy 0.2.9]\n||a.test\n", None),
            ("(\n(\n||a.test", None),
            ("W0F1dG9Qcm94eSAwLjIuOV0KISBDaGVja3N1bTogeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\nfHxhLnRlc3Q=", None),
        ] {
            assert_eq!(read(body.as_bytes()).map(|held| held.rules.len()).ok(), rules, "{body}");
        }
        assert!(read(&[0xff; 100]).is_err());
    }
}
