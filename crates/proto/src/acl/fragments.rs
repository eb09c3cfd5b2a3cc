//! `Fragments`: texts that stand somewhere in a name, found all at once by an Aho-Corasick automaton.
//! ```text
//!  a name is searched as            ␁.name␂
//!  (^|\.)example\.com    as         .example.com
//!  \.example\.com        as         .example.com, and not the first dot
//!  ^example\.com         as         ␁.example.com
//!  example\.com          as         example.com
//!  example\.com$         as         example.com␂
//! ```

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use super::RuleId;

/// What stands before a name when it is searched, and behind it. No name holds either.
pub(super) const START: char = '\u{1}';
pub(super) const END: char = '\u{2}';

/// A text to find, with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) text: String,
    /// Whether a leading dot must be one of the name's own.
    pub(super) inner: bool,
}

/// Fragments while they are being collected.
#[derive(Debug, Default)]
pub(super) struct Draft {
    texts: Vec<String>,
    rules: Vec<Rules>,
    places: HashMap<String, usize>,
}

/// The rules of a text: of the one that may begin at the first dot, and of the one that may not.
#[derive(Debug, Default, Clone, Copy)]
struct Rules {
    any: Option<RuleId>,
    inner: Option<RuleId>,
}

/// Finds the first rule whose fragment a name has.
#[derive(Debug)]
pub(super) struct Fragments(Option<(AhoCorasick, Vec<Rules>)>);

impl Draft {
    /// Adds a fragment. One that is there already keeps its rule.
    pub(super) fn insert(&mut self, fragment: Fragment, rule: RuleId) {
        let place = *self.places.entry(fragment.text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.rules.push(Rules::default());
            self.texts.len() - 1
        });
        let rules = &mut self.rules[place];
        if fragment.inner { &mut rules.inner } else { &mut rules.any }.get_or_insert(rule);
    }

    /// The automaton; all rules again when it would need more than 2^31 states.
    pub(super) fn compile(self) -> Result<Fragments, Vec<RuleId>> {
        if self.texts.is_empty() {
            return Ok(Fragments(None));
        }
        let built: Result<AhoCorasick, BuildError> =
            AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&self.texts);
        match built {
            Ok(automaton) => Ok(Fragments(Some((automaton, self.rules)))),
            Err(_) => Err(self.rules.into_iter().flat_map(|rules| [rules.any, rules.inner]).flatten().collect()),
        }
    }
}

impl Fragments {
    /// Nothing to be found.
    pub(super) fn none() -> Fragments {
        Fragments(None)
    }

    /// The rule that stands first in its file, of those whose fragment `host` has. `host` is in lower case.
    pub(super) fn find(&self, host: &str) -> Option<RuleId> {
        let (automaton, rules) = self.0.as_ref()?;
        // A name has at most 253 bytes.
        let mut text = [0; 256];
        let end = 2 + host.len();
        text[..2].copy_from_slice(&[START as u8, b'.']);
        text.get_mut(2..end)?.copy_from_slice(host.as_bytes());
        *text.get_mut(end)? = END as u8;
        automaton
            .find_overlapping_iter(&text[..=end])
            .filter_map(|found| {
                let rules = rules[found.pattern().as_usize()];
                let inner = rules.inner.filter(|_| found.start() > 1);
                rules.any.into_iter().chain(inner).min()
            })
            .min()
    }
}
