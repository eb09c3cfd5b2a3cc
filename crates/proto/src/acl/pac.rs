//! `Policy`: what a proxy auto-config script (PAC) says, and the script. A program that follows it asks for each host
//! whether to come to us or to go directly; what comes is routed here as ever. So the script may send us whatever it
//! cannot tell, and says `DIRECT` only where the rules do.
//!
//! ```text
//!  fixed text, find_proxy.js
//!  var BLOCK = list("ads.example", …)     each list of rules: names, parts of names, regular expressions
//!  var V4_DIRECT = words("0a 0b 7f 8")    10.0.0.0 to 10.255.255.255 and 127.0.0.0 to 127.255.255.255: where what is
//!                                         direct begins and ends, in hexadecimal without the zeros at the end
//! ```
//! Nothing in it looks up a name, which would tell the local resolver where the user goes: rules on networks speak of
//! addresses alone. It is ES3, because the system's own reader on Windows knows no more.

mod pattern;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::fragments::{END, START};
use super::names::Reach;
use super::networks::Network;
use super::parse::{Meaning, meaning};
use super::{List, Mode, Route, Rule, RuleSet, route};
use crate::address::Address;

/// The most bytes of a script. Chromium reads no more than 1 MiB.
pub const MAX_SCRIPT: usize = 1_000_000;

/// The most ways in which all regular expressions of a list together are tried on a name.
const MAX_WAYS: u64 = 1 << 20;

/// The longest part that a name can have, with the dot and the marks before and behind it.
const LONGEST_PART: usize = 256;

/// The part of a script that is always the same.
const FIXED: &str = include_str!("pac/find_proxy.js");

/// What decides where a program that follows the script goes.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// What stands above the rules.
    pub mode: Mode,
    /// The rules that requests are routed by, too.
    pub rules: &'a RuleSet,
    /// As in [`route`].
    pub local_direct: bool,
    /// Rules for the script alone, of [`List::Bypass`] and [`List::Proxy`]. Under [`Mode::Rules`] they come before the
    /// others; what they do not name is left to those.
    pub own: &'a RuleSet,
}

/// Why a rule for the script alone is not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It blocks or does not, which a script cannot.
    Blocks,
    /// It is a regular expression that a program could be busy with for ever, or that it does not know.
    Pattern,
}

/// The rules that [`Policy::own`] would not apply, in the order of the file.
pub fn unusable(own: &RuleSet) -> impl Iterator<Item = (Rule<'_>, Unusable)> {
    // As they are written down: each list has its own room.
    let (mut bypass, mut proxy) = (Room(MAX_WAYS), Room(MAX_WAYS));
    own.entries.iter().filter(|entry| !entry.refused).filter_map(move |entry| {
        let room = match entry.list {
            List::Bypass => Some(&mut bypass),
            List::Proxy => Some(&mut proxy),
            List::OutboundBlock | List::OutboundAllow => None,
        };
        let why = match (room, meaning(&entry.text)) {
            (None, _) => Unusable::Blocks,
            (Some(room), Ok(Meaning::Pattern(pattern))) => match room.take(pattern) {
                Some(_) => return None,
                None => Unusable::Pattern,
            },
            (Some(_), _) => return None,
        };
        Some((Rule { line: entry.line, list: entry.list, text: &entry.text }, why))
    })
}

/// A script that sends everything to us, wherever it goes from here.
#[must_use]
pub fn everything(proxy: SocketAddr) -> String {
    format!("function FindProxyForURL(url, host) {{ return \"PROXY {proxy}\"; }}\n")
}

impl Policy<'_> {
    /// Whether a program goes to `target` directly, by all rules there are.
    #[must_use]
    pub fn is_direct(&self, target: &Address) -> bool {
        match self.own.named(target).filter(|_| self.mode == Mode::Rules) {
            Some(rule) => rule.list == List::Bypass,
            None => route(self.mode, self.rules, self.local_direct, target).route == Route::Direct,
        }
    }

    /// The script for programs that find us at `proxy`. Of more rules than it has room for, those on addresses are left
    /// out first, then all: what they name comes to us.
    #[must_use]
    pub fn script(&self, proxy: SocketAddr) -> String {
        if self.mode == Mode::Direct {
            return "function FindProxyForURL(url, host) { return \"DIRECT\"; }\n".to_owned();
        }
        let names = self.names();
        let networks = [self.bounds(true), self.bounds(false)];
        for [v4, v6] in [networks, Default::default()] {
            let script = format!(
                "{FIXED}\n{names}var V4_DIRECT = words(\"{v4}\");\nvar V6_DIRECT = words(\"{v6}\");\n\
                 var PARASOL = \"PROXY {proxy}\";\n"
            );
            if script.len() <= MAX_SCRIPT {
                return script;
            }
        }
        everything(proxy)
    }

    fn names(&self) -> String {
        let mut out = String::new();
        let apply = self.mode == Mode::Rules;
        let mut list = |name: &str, rules: &RuleSet, of: List, more| {
            let applied = rules.entries.iter().filter(|entry| apply && entry.list == of && !entry.refused);
            let words = Words::of(applied.map(|entry| &*entry.text));
            words.write(name, more, &mut out);
        };
        list("OWN_PROXY", self.own, List::Proxy, false);
        list("OWN_BYPASS", self.own, List::Bypass, false);
        // Whoever is on one of these comes to us, and so does everybody who may be.
        list("BLOCK", self.rules, List::OutboundBlock, true);
        list("PROXY", self.rules, List::Proxy, true);
        list("ALLOW", self.rules, List::OutboundAllow, false);
        list("BYPASS", self.rules, List::Bypass, false);
        let mut flag = |name, is| writeln!(out, "var {name} = {is};").expect("a String takes everything");
        flag("BLOCK_BY_DEFAULT", apply && self.rules.block_by_default);
        flag("DIRECT_BY_DEFAULT", apply && !self.rules.proxy_by_default);
        flag("LOCAL_DIRECT", self.local_direct);
        out
    }

    /// Where addresses that go directly begin and end, each a word. Every rule on networks has its say by the decision
    /// itself: between two bounds of any of them nothing changes.
    fn bounds(&self, v4: bool) -> String {
        let mut bounds = BTreeSet::from([0]);
        let mut add = |network: Network| {
            if network.is_v4() == v4 {
                bounds.insert(network.first());
                bounds.extend(network.behind());
            }
        };
        LOCAL.iter().map(|&(ip, len)| Network::new(ip, len).expect("they are networks")).for_each(&mut add);
        let rules = [self.rules, self.own].into_iter().filter(|_| self.mode == Mode::Rules);
        for entry in rules.flat_map(|rules| &rules.entries) {
            if let Ok(Meaning::Network(network)) = meaning(&entry.text) {
                add(network);
            }
        }
        // IPv6 that is IPv4 is decided as that, and must not speak for what lies behind it.
        let mapped = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().to_bits()..=Ipv4Addr::BROADCAST.to_ipv6_mapped().to_bits();
        if !v4 {
            bounds.insert(mapped.end() + 1);
        }
        let (mut out, mut was_direct) = (String::new(), false);
        for bits in bounds.into_iter().filter(|bits| v4 || !mapped.contains(bits)) {
            let ip = if v4 {
                IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits >> 96).expect("96 of 128 bits are gone")))
            } else {
                IpAddr::V6(Ipv6Addr::from_bits(bits))
            };
            let is_direct = self.is_direct(&Address::Ip((ip, 1).into()));
            if is_direct != was_direct {
                let digits = format!("{bits:032x}");
                let digits = digits.trim_end_matches('0');
                push(&mut out, if digits.is_empty() { "0" } else { digits });
                was_direct = is_direct;
            }
        }
        out
    }
}

/// How many ways a list may yet be tried.
struct Room(u64);

impl Room {
    /// The expression as the script has it; `None` where it cannot be said, or there is no room for it.
    fn take(&mut self, pattern: &str) -> Option<String> {
        let (said, ways) = pattern::javascript(pattern)?;
        self.0 = self.0.checked_sub(ways)?;
        Some(said)
    }
}

/// A list of rules on names, as the script has them.
#[derive(Default)]
struct Words {
    names: String,
    trees: String,
    below: String,
    parts: String,
    inner: String,
    lengths: BTreeSet<usize>,
    patterns: Vec<String>,
    /// There are rules that cannot be said.
    more: bool,
}

impl Words {
    fn of<'a>(rules: impl Iterator<Item = &'a str>) -> Words {
        let mut words = Words::default();
        let mut room = Room(MAX_WAYS);
        for rule in rules {
            match meaning(rule) {
                Ok(Meaning::Name(name, Reach::Name)) => push(&mut words.names, &name),
                Ok(Meaning::Name(name, Reach::Tree)) => push(&mut words.trees, &name),
                Ok(Meaning::Name(name, Reach::Below)) => push(&mut words.below, &name),
                // No name holds it.
                Ok(Meaning::Fragment(fragment)) if fragment.text.len() > LONGEST_PART => {}
                Ok(Meaning::Fragment(fragment)) => {
                    words.lengths.insert(fragment.text.len());
                    let text = fragment.text.replace(START, r"\x01").replace(END, r"\x02");
                    push(if fragment.inner { &mut words.inner } else { &mut words.parts }, &text);
                }
                Ok(Meaning::Pattern(pattern)) => match room.take(pattern) {
                    Some(said) => words.patterns.push(said),
                    None => words.more = true,
                },
                Ok(Meaning::Network(_)) | Err(_) => {}
            }
        }
        words
    }

    fn write(&self, name: &str, more: bool, out: &mut String) {
        let Words { names, trees, below, parts, inner, .. } = self;
        let lengths = self.lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let patterns = self.patterns.join(", ");
        let more = more && self.more;
        writeln!(
            out,
            "var {name} = list(\"{names}\", \"{trees}\", \"{below}\", \"{parts}\", \"{inner}\", [{lengths}], [{patterns}], \
             {more});"
        )
        .expect("a String takes everything");
    }
}

fn push(words: &mut String, word: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(word);
}

/// The networks of [`super::is_local`].
const LOCAL: [(IpAddr, u8); 14] = [
    (v4(0, 0), 8),
    (v4(10, 0), 8),
    (v4(100, 64), 10),
    (v4(127, 0), 8),
    (v4(169, 254), 16),
    (v4(172, 16), 12),
    (v4(192, 168), 16),
    (v4(224, 0), 4),
    (IpAddr::V4(Ipv4Addr::BROADCAST), 32),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), 128),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (v6(0xfc00), 7),
    (v6(0xfe80), 10),
    (v6(0xff00), 8),
];

const fn v4(a: u8, b: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, 0, 0))
}

const fn v6(first: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0))
}

#[cfg(test)]
mod tests;
