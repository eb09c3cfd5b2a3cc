//! Reading ACL text. No text is refused as a whole: a line that cannot be applied is a warning.

use std::net::IpAddr;

use super::decide::{Entry, RuleSet};
use super::fragments::{self, Fragment, Fragments};
use super::hits::Hits;
use super::list::ListRules;
use super::names::{Names, Reach};
use super::networks::{Network, Networks};
use super::patterns::{MAX_PATTERNS, Patterns};
use super::shape::{Shape, shape};
use super::warning::{WarningKind, Warnings};
use super::{List, RuleId};
use crate::address::Domain;

/// The most bytes of a line. (shadowsocks-libev drops lines over 255, shadowsocks-rust has no limit.)
pub const MAX_LINE: usize = 4096;

/// What a heading says.
enum Heading {
    /// In the words of a client (`[proxy_all]`), or in those of a server (`[accept_all]`).
    ProxyByDefault {
        proxy: bool,
        of_client: bool,
    },
    BlockByDefault(bool),
    List(List),
}

/// A list while it is being read.
#[derive(Default)]
struct Draft<'a> {
    networks: Networks,
    names: Names,
    fragments: fragments::Draft,
    patterns: Vec<&'a str>,
    pattern_rules: Vec<RuleId>,
}

impl RuleSet {
    /// Reads ACL text, of both dialects. For a file that is not all UTF-8, `String::from_utf8_lossy` does: its bad
    /// lines then have letters outside ASCII and are warned of.
    #[must_use]
    pub fn parse(text: &str) -> (RuleSet, Warnings) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut warnings = Warnings::default();
        let (mut proxy_by_default, mut block_by_default) = (true, false);
        let (mut states_default, mut states_for_client) = (false, false);
        let mut entries: Vec<Entry> = Vec::new();
        let mut drafts: [Draft<'_>; 4] = Default::default();
        let mut list = Some(List::Bypass);

        for (number, line) in (1..).zip(text.lines()) {
            if line.starts_with("#IMPORT_URL") {
                warnings.push(number, line, WarningKind::Import);
            }
            let rule = line.split('#').next().unwrap_or_default().trim();
            if rule.is_empty() {
                continue;
            }
            if rule.len() > MAX_LINE {
                warnings.push(number, rule, WarningKind::TooLong);
                continue;
            }
            if let Some(name) = section(rule) {
                match heading(name) {
                    Some(Heading::ProxyByDefault { proxy, of_client }) => {
                        (proxy_by_default, states_default, states_for_client) = (proxy, true, of_client);
                    }
                    Some(Heading::BlockByDefault(block)) => block_by_default = block,
                    Some(Heading::List(named)) => list = Some(named),
                    None => {
                        warnings.push(number, rule, WarningKind::UnknownSection);
                        list = None;
                    }
                }
                continue;
            }
            let Some(list) = list else { continue };
            let id = RuleId(u32::try_from(entries.len()).expect("a text in memory has less than 2^32 lines"));
            match drafts[list as usize].add(rule, id) {
                Ok(()) => entries.push(Entry { line: number, list, text: rule.into(), refused: false }),
                Err(kind) => warnings.push(number, rule, kind),
            }
        }

        let lists = drafts.map(|draft| draft.compile(&mut entries, &mut warnings));
        warnings.sort();
        let hits = Hits::new(entries.len());
        let set =
            RuleSet { entries, lists, proxy_by_default, block_by_default, states_default, states_for_client, hits };
        (set, warnings)
    }
}

/// The name in a line that is a heading. It could be a regular expression too, but one character out of some is a rule
/// that matches nearly every name; lines such as `[proxy_list: Seattle]` and `[remote_dns]` are what there really is.
fn section(rule: &str) -> Option<&str> {
    let name = rule.strip_prefix('[')?.strip_suffix(']')?;
    (!name.contains(['[', ']'])).then_some(name)
}

fn heading(name: &str) -> Option<Heading> {
    Some(match name.trim().to_ascii_lowercase().as_str() {
        "proxy_all" => Heading::ProxyByDefault { proxy: true, of_client: true },
        "accept_all" => Heading::ProxyByDefault { proxy: true, of_client: false },
        "bypass_all" => Heading::ProxyByDefault { proxy: false, of_client: true },
        "reject_all" => Heading::ProxyByDefault { proxy: false, of_client: false },
        "outbound_allow_all" => Heading::BlockByDefault(false),
        "outbound_block_all" => Heading::BlockByDefault(true),
        "bypass_list" | "black_list" => Heading::List(List::Bypass),
        "proxy_list" | "white_list" => Heading::List(List::Proxy),
        "outbound_block_list" => Heading::List(List::OutboundBlock),
        "outbound_allow_list" => Heading::List(List::OutboundAllow),
        _ => return None,
    })
}

impl<'a> Draft<'a> {
    fn add(&mut self, rule: &'a str, id: RuleId) -> Result<(), WarningKind> {
        match meaning(rule)? {
            Meaning::Network(network) => self.networks.insert(network, id),
            Meaning::Name(name, reach) => self.names.insert(&name, reach, id),
            Meaning::Fragment(fragment) => self.fragments.insert(fragment, id),
            Meaning::Pattern(_) if self.patterns.len() == MAX_PATTERNS => return Err(WarningKind::TooManyPatterns),
            Meaning::Pattern(pattern) => {
                Patterns::check(pattern)?;
                self.patterns.push(pattern);
                self.pattern_rules.push(id);
            }
        }
        Ok(())
    }

    fn compile(mut self, entries: &mut [Entry], warnings: &mut Warnings) -> ListRules {
        let mut refuse = |id: RuleId| {
            let entry = &mut entries[id.0 as usize];
            entry.refused = true;
            warnings.push(entry.line, &entry.text, WarningKind::PatternTooBig);
        };
        let patterns = Patterns::new(&mut self.patterns);
        self.pattern_rules.drain(self.patterns.len()..).for_each(&mut refuse);
        let fragments = self.fragments.compile().unwrap_or_else(|rules| {
            rules.into_iter().for_each(&mut refuse);
            Fragments::none()
        });
        let (networks, names, pattern_rules) = (self.networks, self.names, self.pattern_rules);
        ListRules { networks, names, fragments, patterns, pattern_rules }
    }
}

/// What a rule says.
pub(super) enum Meaning<'a> {
    Network(Network),
    /// In lower case and without a final dot.
    Name(String, Reach),
    Fragment(Fragment),
    /// A regular expression, not looked at yet.
    Pattern(&'a str),
}

/// What `rule` says, by itself.
pub(super) fn meaning(rule: &str) -> Result<Meaning<'_>, WarningKind> {
    let named = rule
        .strip_prefix("||")
        .map(|name| (name, Reach::Tree))
        .or_else(|| rule.strip_prefix('|').map(|name| (name, Reach::Name)));
    if let Some((name, reach)) = named {
        // An address behind a bar would match nothing as a name, and can only be meant as itself.
        return match name.parse() {
            Ok(ip) => Ok(Meaning::Network(Network::host(ip))),
            Err(_) => Ok(Meaning::Name(host_name(name)?.as_str().to_owned(), reach)),
        };
    }
    if let Some(network) = network(rule) {
        return Ok(Meaning::Network(network?));
    }
    match shape(rule) {
        Some(Shape::Name(name, reach)) => Ok(Meaning::Name(name, reach)),
        Some(Shape::Fragment(fragment)) => Ok(Meaning::Fragment(fragment)),
        None if !rule.is_ascii() => Err(WarningKind::NotAscii),
        None => Ok(Meaning::Pattern(rule)),
    }
}

/// A name without wildcards and other marks that no host name has: a rule on it would match nothing.
fn host_name(name: &str) -> Result<Domain, WarningKind> {
    Domain::new(name)
        .ok()
        .filter(|name| name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)))
        .ok_or(WarningKind::BadName)
}

/// An address, or an address and a prefix length; `None` when the line starts with no address at all.
fn network(rule: &str) -> Option<Result<Network, WarningKind>> {
    let (ip, len) = match rule.split_once('/') {
        Some((ip, len)) => (ip, Some(len)),
        None => (rule, None),
    };
    let ip: IpAddr = ip.parse().ok()?;
    let Some(len) = len else { return Some(Ok(Network::host(ip))) };
    // Digits only: the standard library would also take `+8`.
    let digits = len.bytes().all(|b| b.is_ascii_digit());
    let network = len.parse().ok().filter(|_| digits).and_then(|len| Network::new(ip, len));
    Some(network.ok_or(WarningKind::BadNetwork))
}
