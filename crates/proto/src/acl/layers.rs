//! `Layers`: several ACLs one above the other: the user's own rules, and below them lists of others.
//!
//! ```text
//!  own rules     ||shop.example      names the target: this decides, whatever stands below
//!  first list    [bypass_all]        says nothing of it
//!  second list   ||example           …
//!  the rest      the default of the own rules, or of the first list that may say it; else through the server
//! ```
//! A list below decides for the targets that its rules name, and blocks nothing else: whoever keeps it must not be able to
//! send everything directly, or nowhere, from one day to the next.

use std::net::IpAddr;
use std::sync::Arc;

use super::decide::{Decision, Reason, Route, RuleSet};
use crate::address::Address;

/// ACLs that are asked one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// Asked first.
    pub top: &'a RuleSet,
    /// Asked then, in this order.
    pub below: &'a [Below],
}

/// A list below the own rules.
#[derive(Debug, Clone)]
pub struct Below {
    /// Its rules. Their defaults do not count.
    pub rules: Arc<RuleSet>,
    /// Whether what no rule names goes directly, where the list may say so: what the user has agreed to, whatever it says now.
    pub rest_direct: Option<bool>,
}

impl<'a> Layers<'a> {
    /// Just one.
    #[must_use]
    pub fn one(top: &'a RuleSet) -> Layers<'a> {
        Layers { top, below: &[] }
    }

    /// Where `target` goes, with nothing resolved.
    #[must_use]
    pub fn decide(self, target: &Address) -> Decision<'a> {
        self.decide_resolved(target, &[])
    }

    /// As [`RuleSet::decide_resolved`]. The first ACL with a rule for the target decides, or the top one that blocks whatever
    /// it does not allow; for what none of them names, the first that states a default and may.
    #[must_use]
    pub fn decide_resolved(self, target: &Address, resolved: &[IpAddr]) -> Decision<'a> {
        self.decided(target, resolved).0
    }

    /// The same, and it is counted for the rule that decides.
    #[must_use]
    pub fn decide_and_count(self, target: &Address) -> Decision<'a> {
        let (decision, by) = self.decided(target, &[]);
        if let (Some(rule), Some(set)) = (decision.rule(), by) {
            set.hit(rule);
        }
        decision
    }

    /// Which of them has the rule for this target: 0 for the top one. `None` where none has.
    #[must_use]
    pub fn layer_of(self, target: &Address) -> Option<usize> {
        let (decision, by) = self.decided(target, &[]);
        decision.rule()?;
        let all = std::iter::once(self.top).chain(self.below.iter().map(|list| &*list.rules));
        all.into_iter().position(|set| by.is_some_and(|by| std::ptr::eq(by, set)))
    }

    /// Which of those below says where the rest goes, counted from 0. `None` where none does, or the top one does.
    #[must_use]
    pub fn rest_by(self) -> Option<usize> {
        let top_says = self.top.states_default || self.top.block_by_default;
        (!top_says).then(|| self.below.iter().position(|list| list.rest_direct.is_some())).flatten()
    }

    fn decided(self, target: &Address, resolved: &[IpAddr]) -> (Decision<'a>, Option<&'a RuleSet>) {
        let top = self.top.decide_resolved(target, resolved);
        if top.rule().is_some() || top.route == Route::Block {
            return (top, Some(self.top));
        }
        let named = |list: &'a Below| Some((list.rules.ruled(target, resolved)?, Some(&*list.rules)));
        self.below.iter().find_map(named).unwrap_or_else(|| {
            let by_list = self.rest_by().and_then(|at| self.below[at].rest_direct);
            let route = by_list.map_or(top.route, |direct| if direct { Route::Direct } else { Route::Proxy });
            (Decision { route, reason: Reason::Default }, None)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> RuleSet {
        RuleSet::parse(text).0
    }

    /// Of which the user has agreed to the default that it has now.
    fn below(text: &str) -> Below {
        let rules = set(text);
        Below { rest_direct: rules.states_direct(), rules: Arc::new(rules) }
    }

    fn at(host: &str) -> Address {
        Address::from_host(host, 443).unwrap()
    }

    #[test]
    fn the_first_that_names_a_target_decides_and_the_first_that_states_a_default_the_rest() {
        let own = set("[bypass_list]\n||shop.example\n10.1.0.0/16\n[proxy_list]\n|ads.example");
        let lists = [
            below("[outbound_block_list]\n||ads.example\n[proxy_list]\n||example\n10.0.0.0/8"),
            below("[bypass_all]\n[proxy_list]\n||far.test"),
            below("[proxy_all]\n[bypass_list]\n||far.test\n||near.test"),
        ];
        let layers = Layers { top: &own, below: &lists };
        for (host, route, rule) in [
            ("www.shop.example", Route::Direct, Some("||shop.example")),
            ("ads.example", Route::Proxy, Some("|ads.example")),
            ("www.ads.example", Route::Block, Some("||ads.example")),
            ("www.example", Route::Proxy, Some("||example")),
            ("10.1.1.1", Route::Direct, Some("10.1.0.0/16")),
            ("10.2.1.1", Route::Proxy, Some("10.0.0.0/8")),
            ("far.test", Route::Proxy, Some("||far.test")),
            ("near.test", Route::Direct, Some("||near.test")),
            ("else.test", Route::Direct, None),
        ] {
            let decision = layers.decide(&at(host));
            assert_eq!((decision.route, decision.rule().map(|rule| rule.text)), (route, rule), "{host}");
        }
        assert_eq!(
            ["www.shop.example", "www.ads.example", "near.test", "else.test"].map(|host| layers.layer_of(&at(host))),
            [Some(0), Some(1), Some(3), None]
        );
        assert_eq!(Layers::one(&own).decide(&at("else.test")).route, Route::Proxy);
        let own = set("[proxy_all]");
        assert_eq!(Layers { top: &own, below: &lists }.decide(&at("else.test")).route, Route::Proxy);
    }

    #[test]
    fn a_fence_holds_whatever_stands_below_it() {
        let own = set("[outbound_block_all]\n[outbound_allow_list]\n||open.test");
        let lists = [below("[bypass_list]\n||open.test\n||shut.test")];
        let layers = Layers { top: &own, below: &lists };
        assert_eq!(layers.decide(&at("shut.test")).route, Route::Block);
        assert_eq!(layers.decide(&at("open.test")).route, Route::Direct);
    }

    #[test]
    fn a_list_decides_for_what_its_rules_name_and_its_defaults_count_only_as_agreed() {
        let own = set("||near.test");
        for text in ["[bypass_all]", "[reject_all]", "[outbound_block_all]", "[bypass_all]\n[outbound_block_all]"] {
            let text = format!(
                "{text}\n[bypass_list]\n||one.test\n[proxy_list]\n||two.test\n[outbound_block_list]\n||ads.test"
            );
            for (rest_direct, rest) in [(None, Route::Proxy), (Some(false), Route::Proxy), (Some(true), Route::Direct)]
            {
                let lists = [Below { rules: Arc::new(set(&text)), rest_direct }];
                let layers = Layers { top: &own, below: &lists };
                let routes = ["one.test", "two.test", "ads.test", "else.test", "10.0.0.1"]
                    .map(|host| layers.decide(&at(host)).route);
                assert_eq!(routes, [Route::Direct, Route::Proxy, Route::Block, rest, rest], "{text:?} {rest_direct:?}");
                let outside = ["8.8.8.8".parse().unwrap()];
                assert_eq!(layers.decide_resolved(&at("else.test"), &outside).route, rest, "{text:?}");
                assert_eq!(layers.rest_by(), rest_direct.map(|_| 0));
            }
        }
        for (text, route) in [("[proxy_all]", Route::Proxy), ("[outbound_block_all]", Route::Block)] {
            let (own, lists) = (set(text), [below("[bypass_all]")]);
            let layers = Layers { top: &own, below: &lists };
            assert_eq!((layers.decide(&at("else.test")).route, layers.rest_by()), (route, None), "{text}");
        }
        let said = |text| set(text).states_direct();
        assert_eq!(
            ["[bypass_all]", "[proxy_all]", "[reject_all]", "[accept_all]"].map(said),
            [Some(true), Some(false), None, None]
        );
    }

    #[test]
    fn what_a_name_resolves_to_counts_in_every_layer() {
        let own = set("[bypass_list]\n||near.test");
        let lists = [below("[outbound_block_list]\n10.0.0.0/8")];
        let layers = Layers { top: &own, below: &lists };
        let inside = ["10.0.0.1".parse().unwrap()];
        assert_eq!(layers.decide_resolved(&at("some.test"), &inside).route, Route::Block);
        assert_eq!(layers.decide_resolved(&at("near.test"), &inside).route, Route::Direct, "an own rule names it");
    }

    #[test]
    fn one_layer_is_what_it_is_alone() {
        for text in ["", "[bypass_all]\n[proxy_list]\n||a.test", "[outbound_block_all]", "10.0.0.0/8\n||a.test"] {
            let set = set(text);
            for host in ["a.test", "b.test", "10.0.0.1", "::1"] {
                assert_eq!(Layers::one(&set).decide(&at(host)), set.decide(&at(host)), "{text:?} {host}");
            }
        }
    }

    #[test]
    fn each_rule_counts_what_it_has_decided_and_a_look_counts_nothing() {
        let own = set("||a.test\n||b.test\n||a.test");
        let lists = [below("||c.test")];
        let layers = Layers { top: &own, below: &lists };
        for host in ["a.test", "www.a.test", "b.test", "c.test", "d.test"] {
            let _ = layers.decide(&at(host));
            let _ = layers.decide_and_count(&at(host));
        }
        let counts = |set: &RuleSet| set.most_hit(10).iter().map(|(rule, n)| (rule.line, *n)).collect::<Vec<_>>();
        assert_eq!(counts(&own), [(1, 2), (2, 1)]);
        assert_eq!(counts(&lists[0].rules), [(1, 1)]);
        assert_eq!((own.used(), own.most_hit(1).len()), (2, 1));
    }

    #[test]
    fn a_rule_that_stays_keeps_its_count() {
        let before = set("||a.test\n||b.test");
        for host in ["a.test", "a.test", "b.test"] {
            let _ = Layers::one(&before).decide_and_count(&at(host));
        }
        let after = set("# moved\n||new.test\n||a.test\n[proxy_list]\n||b.test");
        after.carry(&before);
        let counts = after.most_hit(10);
        assert_eq!(
            counts.iter().map(|(rule, n)| (rule.line, *n)).collect::<Vec<_>>(),
            [(3, 2)],
            "b is in another list"
        );
    }
}
