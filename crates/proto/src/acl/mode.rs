//! `Mode`: what the user chose above the rules, and the whole decision for a client's request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::decide::{Decision, Reason, Route, RuleSet};
use crate::address::Address;

/// How requests are routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// By the rules.
    #[default]
    Rules,
    /// Everything through the server.
    Global,
    /// Everything directly.
    Direct,
}

/// Where a client's request to `target` goes.
///
/// With `local_direct`, a target on this machine or in its network goes directly under [`Mode::Global`] too, and under
/// [`Mode::Rules`] unless a rule names it: the server at the other end cannot reach it, and has its own behind the same
/// address.
#[must_use]
pub fn route<'a>(mode: Mode, rules: &'a RuleSet, local_direct: bool, target: &Address) -> Decision<'a> {
    route_by(mode, |target| rules.decide(target), local_direct, target)
}

/// The same by whatever decides under [`Mode::Rules`].
#[must_use]
pub fn route_by<'a>(
    mode: Mode,
    decide: impl FnOnce(&Address) -> Decision<'a>,
    local_direct: bool,
    target: &Address,
) -> Decision<'a> {
    let decision = match mode {
        Mode::Rules => decide(target),
        Mode::Global => Decision { route: Route::Proxy, reason: Reason::Mode },
        Mode::Direct => return Decision { route: Route::Direct, reason: Reason::Mode },
    };
    // What is blocked by default is blocked for the network here as well: that default is a fence, not a guess.
    if local_direct && decision.rule().is_none() && decision.route != Route::Block && is_local(target) {
        return Decision { route: Route::Direct, reason: Reason::Local };
    }
    decision
}

/// Whether `target` is on this machine or in its network by its address or name alone: loopback, private (RFC 1918,
/// 4193), link-local, shared (RFC 6598), multicast, broadcast and unspecified addresses; `localhost`, names of one
/// label, and those under `.localhost`, `.local`, `.internal` and `.home.arpa`.
#[must_use]
pub fn is_local(target: &Address) -> bool {
    match target {
        Address::Ip(ip) => match ip.ip().to_canonical() {
            IpAddr::V4(ip) => is_local_v4(ip),
            IpAddr::V6(ip) => is_local_v6(ip),
        },
        Address::Domain(name, _) => {
            let name = name.as_str();
            !name.contains('.')
                || [".localhost", ".local", ".internal", ".home.arpa"].iter().any(|zone| name.ends_with(zone))
        }
    }
}

fn is_local_v4(ip: Ipv4Addr) -> bool {
    let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
    let this_network = ip.octets()[0] == 0;
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || shared
        || this_network
}

fn is_local_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_multicast()
}
