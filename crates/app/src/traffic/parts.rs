//! `Parts`: a series for each port, or for each profile, in bounded memory.

use serde::{Deserialize, Serialize};

use super::series::{DAYS, Series};
use super::{Interval, TrafficPart};
use crate::today::LocalDay;

/// So many at most; with one more, what has been unused for longest goes. All of it stays counted in the total.
pub(super) const MOST: usize = 32;
/// Far above any name that is worth showing.
const LONGEST: usize = 200;

/// What a port or a profile is called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Label {
    /// Its id.
    pub id: String,
    /// Its name; may be empty.
    #[serde(default)]
    pub name: String,
    /// Where a port listens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

impl Label {
    /// A name is cut where it is longer than any screen shows.
    #[must_use]
    pub fn new(id: &str, name: &str, port: Option<u16>) -> Label {
        let cut = |text: &str| text.chars().take(LONGEST).collect();
        Label { id: cut(id), name: cut(name), port }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Parts(Vec<(Label, Series)>);

impl Parts {
    /// The series of this one, which is called so from now on.
    pub(super) fn of(&mut self, label: &Label, when: Interval) -> &mut Series {
        let at = match self.0.iter().position(|(known, _)| known.id == label.id) {
            Some(at) => {
                if self.0[at].0 != *label {
                    self.0[at].0 = label.clone();
                }
                at
            }
            None => {
                while self.0.len() >= MOST {
                    let unused = |(_, (_, series)): &(usize, &(Label, Series))| series.unused_for(when.day);
                    let longest = self.0.iter().enumerate().max_by_key(unused).map_or(0, |(at, _)| at);
                    self.0.remove(longest);
                }
                self.0.push((label.clone(), Series::default()));
                self.0.len() - 1
            }
        };
        &mut self.0[at].1
    }

    /// As it was read; more than are kept are let go, and of two with one id the second.
    pub(super) fn fill(all: impl Iterator<Item = (Label, Series)>) -> Parts {
        let mut parts = Parts::default();
        for (label, series) in all {
            let known = parts.0.iter().any(|(known, _)| known.id == label.id);
            if parts.0.len() < MOST && !known {
                parts.0.push((Label::new(&label.id, &label.name, label.port), series));
            }
        }
        parts
    }

    /// Lets go of what is not there any more and was not used for as long as anything of it is kept.
    pub(super) fn forget(&mut self, day: LocalDay, there: &[Label]) {
        let is_there = |label: &Label| there.iter().any(|one| one.id == label.id);
        self.0.retain(|(label, series)| is_there(label) || series.unused_for(day) < DAYS as u64);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Series> {
        self.0.iter().find(|(known, _)| known.id == id).map(|(_, series)| series)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Label, Series)> {
        self.0.iter()
    }

    /// What there is to show: those of `there` in their order, under the names of now, and then those that are gone.
    pub(super) fn seen(
        &self,
        there: &[Label],
        look: impl Fn(&Label, bool, &Series) -> TrafficPart,
    ) -> Vec<TrafficPart> {
        let of_now = there.iter().filter_map(|label| self.get(&label.id).map(|series| look(label, false, series)));
        let is_gone = |label: &Label| !there.iter().any(|one| one.id == label.id);
        let gone = self.0.iter().filter(|(label, _)| is_gone(label)).map(|(label, series)| look(label, true, series));
        of_now.chain(gone).filter(|part| !part.is_nothing()).collect()
    }
}
