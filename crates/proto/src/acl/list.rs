//! `ListRules`: all rules of one list, compiled.

use std::net::IpAddr;

use super::RuleId;
use super::fragments::Fragments;
use super::names::Names;
use super::networks::Networks;
use super::patterns::Patterns;

/// What one list names.
#[derive(Debug)]
pub(super) struct ListRules {
    pub(super) networks: Networks,
    pub(super) names: Names,
    pub(super) fragments: Fragments,
    pub(super) patterns: Patterns,
    /// The rule of each pattern.
    pub(super) pattern_rules: Vec<RuleId>,
}

impl ListRules {
    pub(super) fn ip(&self, ip: IpAddr) -> Option<RuleId> {
        self.networks.find(ip)
    }

    /// `host` is in lower case and has no final dot.
    pub(super) fn host(&self, host: &str) -> Option<RuleId> {
        let named = self.names.find(host).or_else(|| self.fragments.find(host));
        named.or_else(|| self.patterns.find(host).map(|at| self.pattern_rules[at]))
    }
}
