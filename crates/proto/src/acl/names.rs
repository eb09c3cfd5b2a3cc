//! `Names`: host names, and names with all below them, in a tree of labels from the right.
//! ```text
//!  (root) ─ com ─ example       name: |example.com      tree: ||example.com      below: \.example\.com$
//!                    └─ www     name: |www.example.com
//! ```

use std::collections::HashMap;

use super::RuleId;

/// What a rule on a name takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The name itself.
    Name,
    /// The name and all below it.
    Tree,
    /// All below it.
    Below,
}

/// Finds the narrowest rule for a host name.
#[derive(Debug, Default)]
pub(super) struct Names {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    name: Option<RuleId>,
    tree: Option<RuleId>,
    below: Option<RuleId>,
    labels: HashMap<Box<str>, Node>,
}

impl Names {
    /// Adds a rule. `name` is in lower case and has no final dot. A rule that is there already stays.
    pub(super) fn insert(&mut self, name: &str, reach: Reach, rule: RuleId) {
        let mut at = &mut self.root;
        for label in name.rsplit('.') {
            if !at.labels.contains_key(label) {
                at.labels.insert(label.into(), Node::default());
            }
            at = at.labels.get_mut(label).expect("it was just put in");
        }
        let place = match reach {
            Reach::Name => &mut at.name,
            Reach::Tree => &mut at.tree,
            Reach::Below => &mut at.below,
        };
        place.get_or_insert(rule);
    }

    /// The narrowest rule for `host`, which is in lower case and has no final dot.
    pub(super) fn find(&self, host: &str) -> Option<RuleId> {
        let mut found = None;
        let mut at = &self.root;
        for label in host.rsplit('.') {
            found = at.below.or(at.tree).or(found);
            match at.labels.get(label) {
                Some(node) => at = node,
                None => return found,
            }
        }
        at.name.or(at.tree).or(found)
    }
}
