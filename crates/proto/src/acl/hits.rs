//! `Hits`: how many targets each rule has decided. One relaxed addition for a target, and four bytes for a rule.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use super::decide::{Entry, RuleSet};
use super::{List, Rule};

/// A count for each rule, by its [`super::RuleId`].
#[derive(Debug)]
pub(super) struct Hits(Box<[AtomicU32]>);

impl Hits {
    pub(super) fn new(rules: usize) -> Hits {
        Hits(std::iter::repeat_with(AtomicU32::default).take(rules).collect())
    }
}

impl RuleSet {
    /// Counts a target for this rule of ours.
    pub(super) fn hit(&self, rule: Rule<'_>) {
        // Rules stand in the order of their lines, of which each has one.
        if let Ok(at) = self.entries.binary_search_by_key(&rule.line, |entry| entry.line) {
            self.hits.0[at].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The rules that have decided something, the most busy first, and how many targets; not more than `most`.
    #[must_use]
    pub fn most_hit(&self, most: usize) -> Vec<(Rule<'_>, u32)> {
        let mut found: Vec<_> = self.counted().collect();
        // Stable: among equals the order of the file.
        found.sort_by_key(|(_, hits)| std::cmp::Reverse(*hits));
        found.truncate(most);
        found
            .into_iter()
            .map(|(Entry { line, list, text, .. }, hits)| (Rule { line: *line, list: *list, text }, hits))
            .collect()
    }

    /// How many rules have decided something.
    #[must_use]
    pub fn used(&self) -> usize {
        self.counted().count()
    }

    /// How many targets the rule on this line has decided.
    #[must_use]
    pub fn hits_of(&self, line: usize) -> u32 {
        let at = self.entries.binary_search_by_key(&line, |entry| entry.line);
        at.map_or(0, |at| self.hits.0[at].load(Ordering::Relaxed))
    }

    /// Goes on with the counts of an earlier reading: of each rule that stands in the same list in the same words.
    pub fn carry(&self, before: &RuleSet) {
        let mut counts: HashMap<(List, &str), u32> =
            before.counted().map(|(entry, hits)| ((entry.list, &*entry.text), hits)).collect();
        if counts.is_empty() {
            return;
        }
        for (entry, hits) in self.entries.iter().zip(&self.hits.0) {
            if let Some(count) = counts.remove(&(entry.list, &*entry.text)) {
                hits.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    fn counted(&self) -> impl Iterator<Item = (&Entry, u32)> {
        let counts = self.hits.0.iter().map(|hits| hits.load(Ordering::Relaxed));
        self.entries.iter().zip(counts).filter(|(_, hits)| *hits > 0)
    }
}
