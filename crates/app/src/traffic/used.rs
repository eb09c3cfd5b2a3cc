//! `LastUsed`: when something moved through each profile last. It outlives the series of a profile, of which there are few.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::Serialize;
use ts_rs::TS;

use super::series::DAYS;
use super::{Amount, Label};
use crate::today::LocalDay;

/// So many profiles at most; with one more, the one that has rested for longest goes.
pub(super) const MOST: usize = 1000;
const DAY_MS: u64 = 86_400_000;

/// What went through a profile, as the list of them shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileUse {
    /// The profile's id.
    pub id: String,
    /// Since midnight, local time.
    pub today: Amount,
    /// Since the first of the month.
    pub month: Amount,
    /// When anything moved through it last, in milliseconds since 1970.
    #[ts(type = "number")]
    pub last_ms: u64,
}

/// The moments by the ids of the profiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct LastUsed(Vec<(String, u64)>);

impl LastUsed {
    /// Something moves through it now. A clock that ran ahead before is put right by that.
    pub(super) fn note(&mut self, id: &str, at_ms: u64) {
        let at_ms = at_ms.min(Amount::MOST);
        match self.0.iter_mut().find(|(known, _)| known == id) {
            Some((_, last)) => *last = at_ms,
            None => {
                while self.0.len() >= MOST {
                    let oldest = self.0.iter().enumerate().max_by_key(|(_, (_, last))| Reverse(*last));
                    self.0.remove(oldest.map_or(0, |(at, _)| at));
                }
                self.0.push((id.to_owned(), at_ms));
            }
        }
    }

    /// Lets go of those that are not there any more, when their series may go as well.
    pub(super) fn forget(&mut self, day: LocalDay, there: &[Label]) {
        let there: HashSet<&str> = there.iter().map(|one| one.id.as_str()).collect();
        self.0.retain(|(id, last)| there.contains(id.as_str()) || day.number.abs_diff(last / DAY_MS) < DAYS as u64);
    }

    /// In the order in which they were used first.
    pub(super) fn all(&self) -> &[(String, u64)] {
        &self.0
    }

    /// As it was read: of too many those that were used last, of two with one id the later one.
    pub(super) fn fill(all: Vec<(String, u64)>) -> LastUsed {
        let mut all: Vec<_> = all.into_iter().map(|(id, last)| (Label::new(&id, "", None).id, last)).collect();
        all.sort_by_key(|(_, last)| *last);
        let mut used = LastUsed::default();
        for (id, last) in all.drain(all.len().saturating_sub(MOST)..) {
            used.note(&id, last);
        }
        used
    }
}
