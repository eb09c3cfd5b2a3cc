//! How many targets each rule has decided, for the window. Counted since Parasol was started; a rule that stays when its list
//! comes anew keeps its count.

use std::cmp::Reverse;

use serde::Serialize;
use ts_rs::TS;

use crate::relay::RuleSet;

/// The most rules that are shown.
const MOST: usize = 100;
/// The most characters of a rule that are shown.
const MAX_SHOWN: usize = 80;

/// What the rules have decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleHits {
    /// The user's own rules, and then the lists in their order.
    pub sets: Vec<SetHits>,
    /// The rules that have decided the most, those first.
    pub busiest: Vec<RuleHit>,
}

/// How many rules of a list have decided something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetHits {
    /// The list; absent for the user's own rules.
    pub list: Option<String>,
    /// How many rules are in force.
    pub rules: u32,
    /// How many of them have decided something.
    pub used: u32,
}

/// A rule that has decided something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleHit {
    /// What the list is called that it stands in; absent for the user's own rules.
    pub list: Option<String>,
    /// The line it stands on, from 1.
    pub line: u32,
    /// Its heading, without brackets.
    pub heading: String,
    /// The rule as it is written, at most 80 characters.
    pub text: String,
    /// How many targets it has decided.
    pub hits: u32,
}

/// Some rules, with the id and the title of their list; the user's own have none.
pub type Named<'a> = (Option<(&'a str, &'a str)>, &'a RuleSet);

impl RuleHits {
    /// Of these.
    #[must_use]
    pub fn of(sets: &[Named<'_>]) -> RuleHits {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut busiest: Vec<RuleHit> = Vec::new();
        for (list, rules) in sets {
            busiest.extend(rules.most_hit(MOST).into_iter().map(|(rule, hits)| RuleHit {
                list: list.map(|(_, title)| title.to_owned()),
                line: count(rule.line),
                heading: rule.list.name().to_owned(),
                text: rule.text.chars().take(MAX_SHOWN).collect(),
                hits,
            }));
        }
        busiest.sort_by_key(|hit| Reverse(hit.hits));
        busiest.truncate(MOST);
        let set = |(list, rules): &Named<'_>| SetHits {
            list: list.map(|(id, _)| id.to_owned()),
            rules: count(rules.len()),
            used: count(rules.used()),
        };
        RuleHits { sets: sets.iter().map(set).collect(), busiest }
    }
}

#[cfg(test)]
mod tests {
    use parasol_proto::Address;
    use parasol_proto::acl::Layers;

    use super::*;

    fn hit(rules: &RuleSet, host: &str, times: u32) {
        for _ in 0..times {
            let _ = Layers::one(rules).decide_and_count(&Address::from_host(host, 443).unwrap());
        }
    }

    #[test]
    fn the_busiest_rules_of_all_lists_come_first() {
        let (own, list) = (RuleSet::parse("||a.test\n||unused.test").0, RuleSet::parse("[proxy_list]\n||b.test").0);
        hit(&own, "a.test", 2);
        hit(&list, "b.test", 3);
        let hits = RuleHits::of(&[(None, &own), (Some(("l", "List")), &list)]);
        let sets: Vec<_> = hits.sets.iter().map(|set| (set.list.as_deref(), set.rules, set.used)).collect();
        assert_eq!(sets, [(None, 2, 1), (Some("l"), 1, 1)]);
        let busiest: Vec<_> = hits.busiest.iter().map(|hit| (hit.list.as_deref(), &*hit.text, hit.hits)).collect();
        assert_eq!(busiest, [(Some("List"), "||b.test", 3), (None, "||a.test", 2)]);
    }

    #[test]
    fn as_many_as_there_may_be_are_bounded() {
        let text: String = (0..MOST * 3).map(|n| format!("||h{n}.test\n")).collect();
        let own = RuleSet::parse(&text).0;
        (0..MOST * 3).for_each(|n| hit(&own, &format!("h{n}.test"), 1));
        let hits = RuleHits::of(&[(None, &own)]);
        assert_eq!((hits.busiest.len(), hits.sets[0].used), (MOST, 300));
    }
}
