//! `RuleSet`: a whole ACL, compiled, and the one question it answers: where does this target go, and by which rule.

use std::net::IpAddr;

use super::hits::Hits;
use super::list::ListRules;
use super::{List, Rule, RuleId};
use crate::address::Address;

/// A compiled ACL. Without any text everything goes through the server.
#[derive(Debug)]
pub struct RuleSet {
    pub(super) entries: Vec<Entry>,
    /// By [`List`].
    pub(super) lists: [ListRules; 4],
    pub(super) proxy_by_default: bool,
    pub(super) block_by_default: bool,
    /// Whether the text says where what no rule names goes.
    pub(super) states_default: bool,
    /// Whether it says so in the words of a client, `[bypass_all]` or `[proxy_all]`.
    pub(super) states_for_client: bool,
    pub(super) hits: Hits,
}

/// A rule's place and words, kept for the explanation.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) list: List,
    pub(super) text: Box<str>,
    /// With the others of its list it came to too much, so nothing is decided by it.
    pub(super) refused: bool,
}

/// Where a target goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// Through the Shadowsocks server.
    Proxy,
    /// From this machine.
    Direct,
    /// Nowhere: the client is refused.
    Block,
}

/// An answer, and why it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Where the target goes.
    pub route: Route,
    /// What decided it.
    pub reason: Reason<'a>,
}

/// What decided a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason<'a> {
    /// A rule of the ACL.
    Rule(Rule<'a>),
    /// No rule names the target; the ACL's default.
    Default,
    /// No rule names the target, which is on this machine or in its network; see [`super::is_local`].
    Local,
    /// The mode leaves no choice; see [`super::Mode`].
    Mode,
}

impl<'a> Decision<'a> {
    /// The rule that decided, if one did.
    #[must_use]
    pub fn rule(&self) -> Option<Rule<'a>> {
        match self.reason {
            Reason::Rule(rule) => Some(rule),
            _ => None,
        }
    }
}

impl RuleSet {
    /// Where `target` goes, with nothing resolved: a name is judged by the rules on names.
    #[must_use]
    pub fn decide(&self, target: &Address) -> Decision<'_> {
        self.decide_resolved(target, &[])
    }

    /// Like [`RuleSet::decide`], and when no rule on names speaks of `target`, the rules on networks are asked about
    /// the addresses it resolved to: an address on a list against the default (bypass under `[proxy_all]`, proxy under
    /// `[bypass_all]`) decides. Whether a name may be resolved here, which tells the local resolver of it, is the
    /// caller's to know; [`RuleSet::has_networks`] says whether it would matter.
    #[must_use]
    pub fn decide_resolved(&self, target: &Address, resolved: &[IpAddr]) -> Decision<'_> {
        self.decided(target, resolved, self.block_by_default)
    }

    /// What the rules alone say of `target`: neither the default nor `[outbound_block_all]` counts. Nothing where none names
    /// it.
    pub(super) fn ruled(&self, target: &Address, resolved: &[IpAddr]) -> Option<Decision<'_>> {
        let decision = self.decided(target, resolved, false);
        decision.rule().map(|_| decision)
    }

    fn decided(&self, target: &Address, resolved: &[IpAddr], fence: bool) -> Decision<'_> {
        let blocked = self.outbound_by(target, resolved, fence);
        if blocked.route == Route::Block {
            return blocked;
        }
        let rule = self.named(target).or_else(|| match target {
            Address::Ip(_) => None,
            Address::Domain(..) => {
                let against = if self.proxy_by_default { List::Bypass } else { List::Proxy };
                self.any(against, resolved)
            }
        });
        let proxy = rule.map_or(self.proxy_by_default, |rule| rule.list == List::Proxy);
        Decision {
            route: if proxy { Route::Proxy } else { Route::Direct },
            reason: rule.map_or(Reason::Default, Reason::Rule),
        }
    }

    /// The rule of the bypass or the proxy list that names `target`.
    pub(super) fn named(&self, target: &Address) -> Option<Rule<'_>> {
        match target {
            Address::Ip(ip) => self.first([List::Bypass, List::Proxy], |list| list.ip(ip.ip())),
            Address::Domain(name, _) => self.first([List::Proxy, List::Bypass], |list| list.host(name.as_str())),
        }
    }

    /// Whether a server may dial `target` for its clients, by the outbound lists alone: `Direct` or `Block`. A name
    /// must be asked about again as the address that it resolved to.
    #[must_use]
    pub fn outbound(&self, target: &Address) -> Decision<'_> {
        self.outbound_resolved(target, &[])
    }

    /// Like [`RuleSet::outbound`], and when no rule on names speaks of `target`, the rules on networks are asked about
    /// the addresses it resolved to.
    #[must_use]
    pub fn outbound_resolved(&self, target: &Address, resolved: &[IpAddr]) -> Decision<'_> {
        self.outbound_by(target, resolved, self.block_by_default)
    }

    /// `fence`: what no rule names is blocked.
    fn outbound_by(&self, target: &Address, resolved: &[IpAddr], fence: bool) -> Decision<'_> {
        let lists = [List::OutboundBlock, List::OutboundAllow];
        let rule = match target {
            Address::Ip(ip) => self.first(lists, |list| list.ip(ip.ip())),
            Address::Domain(name, _) => {
                let against = if fence { List::OutboundAllow } else { List::OutboundBlock };
                self.first(lists, |list| list.host(name.as_str())).or_else(|| self.any(against, resolved))
            }
        };
        let block = rule.map_or(fence, |rule| rule.list == List::OutboundBlock);
        Decision {
            route: if block { Route::Block } else { Route::Direct },
            reason: rule.map_or(Reason::Default, Reason::Rule),
        }
    }

    /// Whether a server serves `client`: `Direct` or `Block`. Under `[accept_all]` those on the `[black_list]` are
    /// refused, under `[reject_all]` all but those on the `[white_list]`.
    #[must_use]
    pub fn admit(&self, client: IpAddr) -> Decision<'_> {
        let list = if self.proxy_by_default { List::Bypass } else { List::Proxy };
        let rule = self.any(list, &[client]);
        let serve = rule.is_some() != self.proxy_by_default;
        Decision {
            route: if serve { Route::Direct } else { Route::Block },
            reason: rule.map_or(Reason::Default, Reason::Rule),
        }
    }

    /// Whether any rule speaks of networks, so that it may matter what a name resolves to.
    #[must_use]
    pub fn has_networks(&self) -> bool {
        self.lists.iter().any(|list| !list.networks.is_empty())
    }

    /// Whether the text says, by `[bypass_all]` or `[proxy_all]`, that what no rule names goes directly; nothing when it does
    /// not say. Those of a server, `[reject_all]` and `[accept_all]`, say whom it serves.
    #[must_use]
    pub fn states_direct(&self) -> Option<bool> {
        self.states_for_client.then_some(!self.proxy_by_default)
    }

    /// How many rules are applied.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.refused).count()
    }

    /// Whether no rule is applied, so that only the defaults decide.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn first<const N: usize>(&self, lists: [List; N], find: impl Fn(&ListRules) -> Option<RuleId>) -> Option<Rule<'_>> {
        lists.into_iter().find_map(|list| find(&self.lists[list as usize])).map(|id| self.rule(id))
    }

    fn any(&self, list: List, ips: &[IpAddr]) -> Option<Rule<'_>> {
        ips.iter().find_map(|&ip| self.lists[list as usize].ip(ip)).map(|id| self.rule(id))
    }

    fn rule(&self, id: RuleId) -> Rule<'_> {
        let entry = &self.entries[id.0 as usize];
        Rule { line: entry.line, list: entry.list, text: &entry.text }
    }
}
