//! `Routing`: which requests go through the server, which directly, which nowhere; and `Router`, which holds the one in
//! force. A change takes effect for the next request; flows that run stay where they are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use parasol_proto::Address;
use parasol_proto::acl::{self, Below, Decision, Layers, List, Mode, Reason, Route, RuleSet};

/// How requests are routed.
#[derive(Debug, Clone)]
pub struct Routing {
    /// The rules, asked under [`Mode::Rules`].
    pub rules: Arc<RuleSet>,
    /// Lists below them, in the order in which they are asked.
    pub lists: Vec<Below>,
    /// What stands above the rules.
    pub mode: Mode,
    /// Targets on this machine and in its network go directly, unless a rule names them; see [`acl::is_local`].
    pub local_direct: bool,
}

/// Where a target goes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// Where it goes.
    pub route: Route,
    /// What decided it.
    pub cause: Cause,
}

/// What decided a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A rule.
    Rule {
        /// The line of the file it stands on, counted from 1.
        line: usize,
        /// The list it belongs to.
        list: List,
        /// The rule as it is written.
        text: Box<str>,
    },
    /// No rule names the target; the default of the rules.
    Default,
    /// No rule names the target, and it is on this machine or in its network.
    Local,
    /// The mode leaves no choice.
    Mode,
    /// The port has no server to go through, or only one target.
    Port,
}

impl Routing {
    /// Everything through the server, targets on this machine too: what a Shadowsocks client without rules does.
    #[must_use]
    pub fn everything_proxied() -> Routing {
        Routing { rules: Arc::new(RuleSet::parse("").0), lists: Vec::new(), mode: Mode::Global, local_direct: false }
    }

    /// By these rules; what they do not name goes directly if it is on this machine or in its network.
    #[must_use]
    pub fn by_rules(rules: RuleSet) -> Routing {
        Routing { rules: Arc::new(rules), lists: Vec::new(), mode: Mode::Rules, local_direct: true }
    }

    /// Where `target` goes. No name is looked up for it.
    #[must_use]
    pub fn explain(&self, target: &Address) -> Routed {
        Routed::from(self.routed(target, |target| self.layers().decide(target)))
    }

    /// The same for a request, which is counted for the rule that decides.
    #[must_use]
    pub(crate) fn decide(&self, target: &Address) -> Routed {
        Routed::from(self.routed(target, |target| self.layers().decide_and_count(target)))
    }

    fn routed<'a>(&self, target: &Address, decide: impl FnOnce(&Address) -> Decision<'a>) -> Decision<'a> {
        acl::route_by(self.mode, decide, self.local_direct, target)
    }

    /// All rules, the first to be asked on top.
    #[must_use]
    pub fn layers(&self) -> Layers<'_> {
        Layers { top: &self.rules, below: &self.lists }
    }

    /// As [`Routing::explain`], for whoever does not ask why: nothing is allocated.
    pub(crate) fn route(&self, target: &Address) -> Route {
        self.routed(target, |target| self.layers().decide(target)).route
    }

    /// May a target that goes directly be dialled at this address of it? A name that no rule blocks may lead to a
    /// network that one does.
    pub(crate) fn allows(&self, target: &Address, ip: IpAddr) -> bool {
        let blocks = |decision: Decision<'_>| decision.route == Route::Block;
        self.mode != Mode::Rules
            || !blocks(self.layers().decide_resolved(target, &[ip]))
                && this_machine(ip).is_none_or(|own| !blocks(self.layers().decide(&own)))
    }

    /// May a server of ours serve this client?
    pub(crate) fn admits(&self, client: IpAddr) -> bool {
        self.mode != Mode::Rules || self.rules.admit(client.to_canonical()).route != Route::Block
    }

    /// May a server of ours look up and dial this target for a client?
    pub(crate) fn serves(&self, target: &Address) -> bool {
        self.mode != Mode::Rules || self.rules.outbound(target).route != Route::Block
    }

    /// The same of an address of it.
    pub(crate) fn serves_at(&self, target: &Address, ip: IpAddr) -> bool {
        let blocks = |decision: Decision<'_>| decision.route == Route::Block;
        self.mode != Mode::Rules
            || !blocks(self.rules.outbound_resolved(target, &[ip]))
                && this_machine(ip).is_none_or(|own| !blocks(self.rules.outbound(&own)))
    }
}

/// Where dialling the unspecified address leads, past all rules on loopback.
fn this_machine(ip: IpAddr) -> Option<Address> {
    let loopback = match ip.to_canonical() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    ip.to_canonical().is_unspecified().then(|| Address::Ip((loopback, 1).into()))
}

/// As [`Routing::everything_proxied`], but what is on this machine and in its network goes directly.
impl Default for Routing {
    fn default() -> Self {
        Routing { mode: Mode::Rules, local_direct: true, ..Routing::everything_proxied() }
    }
}

impl Routed {
    /// The rule that decided, if one did, as it is written.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        match &self.cause {
            Cause::Rule { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl From<Decision<'_>> for Routed {
    fn from(decision: Decision<'_>) -> Self {
        let cause = match decision.reason {
            Reason::Rule(rule) => Cause::Rule { line: rule.line, list: rule.list, text: rule.text.into() },
            Reason::Default => Cause::Default,
            Reason::Local => Cause::Local,
            Reason::Mode => Cause::Mode,
        };
        Routed { route: decision.route, cause }
    }
}

/// The routing in force.
#[derive(Debug)]
pub(crate) struct Router(Mutex<Arc<Routing>>);

impl Router {
    pub(crate) fn new(routing: Routing) -> Router {
        Router(Mutex::new(Arc::new(routing)))
    }

    /// Asked once by each request, so that all of it follows one routing.
    pub(crate) fn current(&self) -> Arc<Routing> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Itself, if it can forbid a server anything as things stand: whoever asks it for each datagram need not otherwise.
    /// Rules can without a single one of them, by their defaults.
    pub(crate) fn as_guard(self: &Arc<Self>) -> Option<Arc<Router>> {
        (self.current().mode == Mode::Rules).then(|| Arc::clone(self))
    }

    pub(crate) fn set(&self, routing: Routing) {
        let routing = Arc::new(routing);
        // The old one may be large; it is freed after the lock is.
        let old = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), routing);
        drop(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routing(text: &str) -> Routing {
        Routing::by_rules(RuleSet::parse(text).0)
    }

    fn target(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn a_route_names_what_chose_it() {
        let rules = "[bypass_list]\n||example.com\n[outbound_block_list]\n10.0.0.0/8\n[proxy_list]\n192.168.7.0/24";
        let by_rules = routing(rules);
        let global = Routing { mode: Mode::Global, ..by_rules.clone() };
        let direct = Routing { mode: Mode::Direct, ..by_rules.clone() };
        for (routing, to, route, rule, cause) in [
            (&by_rules, "www.example.com:80", Route::Direct, Some("||example.com"), None),
            (&by_rules, "10.1.1.1:80", Route::Block, Some("10.0.0.0/8"), None),
            (&by_rules, "192.168.7.1:80", Route::Proxy, Some("192.168.7.0/24"), None),
            (&by_rules, "192.168.8.1:80", Route::Direct, None, Some(Cause::Local)),
            (&by_rules, "printer.local:80", Route::Direct, None, Some(Cause::Local)),
            (&by_rules, "example.org:80", Route::Proxy, None, Some(Cause::Default)),
            (&global, "www.example.com:80", Route::Proxy, None, Some(Cause::Mode)),
            (&global, "127.0.0.1:80", Route::Direct, None, Some(Cause::Local)),
            (&direct, "10.1.1.1:80", Route::Direct, None, Some(Cause::Mode)),
            (&Routing::everything_proxied(), "127.0.0.1:80", Route::Proxy, None, Some(Cause::Mode)),
            (&Routing::default(), "127.0.0.1:80", Route::Direct, None, Some(Cause::Local)),
            (&Routing::default(), "example.org:80", Route::Proxy, None, Some(Cause::Default)),
        ] {
            let routed = routing.explain(&target(to));
            assert_eq!((routed.route, routed.rule()), (route, rule), "{to} under {:?}", routing.mode);
            if let Some(cause) = cause {
                assert_eq!(routed.cause, cause, "{to} under {:?}", routing.mode);
            }
        }
    }

    #[test]
    fn a_name_is_not_dialled_at_an_address_that_is_blocked() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let listed = routing("[bypass_all]\n[outbound_block_list]\n10.0.0.0/8");
        assert!(!listed.allows(&target("inside.example:80"), ip("10.0.0.1")));
        assert!(listed.allows(&target("inside.example:80"), ip("11.0.0.1")));
        let fenced = routing("[bypass_all]\n[outbound_block_all]\n[outbound_allow_list]\n||example.com");
        assert!(fenced.allows(&target("www.example.com:80"), ip("11.0.0.1")));
        let direct = Routing { mode: Mode::Direct, ..listed };
        assert!(direct.allows(&target("inside.example:80"), ip("10.0.0.1")), "rules do not apply in this mode");
    }

    #[test]
    fn rules_on_loopback_hold_for_the_address_that_leads_there() {
        let fenced = routing("[outbound_block_list]\n127.0.0.0/8\n::1");
        let open = routing("[outbound_block_list]\n10.0.0.0/8");
        for (to, ip) in [("0.0.0.0:80", "0.0.0.0"), ("[::]:80", "::"), ("x.example:80", "::ffff:0.0.0.0")] {
            let (to, ip) = (target(to), ip.parse().unwrap());
            assert!(!fenced.serves_at(&to, ip) && !fenced.allows(&to, ip), "{to}");
            assert!(open.serves_at(&to, ip) && open.allows(&to, ip), "{to}");
        }
    }

    #[test]
    fn a_new_routing_is_asked_next() {
        let router = Router::new(Routing::default());
        let before = router.current();
        router.set(Routing { mode: Mode::Direct, ..Routing::default() });
        let far = target("example.org:80");
        assert_eq!(before.explain(&far).route, Route::Proxy, "a request stays with the one that it began under");
        assert_eq!(router.current().explain(&far).route, Route::Direct);
    }
}
