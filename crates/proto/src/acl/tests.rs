//! The format line by line, the decisions, and both against a matcher that is too simple to be wrong.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;
use crate::address::Address;

fn at(host: &str) -> Address {
    Address::from_host(host, 443).unwrap()
}

/// A set of which every line must have been understood.
fn rules(text: &str) -> RuleSet {
    let (rules, warnings) = RuleSet::parse(text);
    assert_eq!(warnings, Warnings::default());
    rules
}

fn lines(rules: &RuleSet, hosts: &[&str]) -> Vec<Option<usize>> {
    hosts.iter().map(|host| rules.decide(&at(host)).rule().map(|rule| rule.line)).collect()
}

#[test]
fn without_rules_everything_goes_through_the_server() {
    for text in ["", "\n\n# nothing\n", "[proxy_all]", "\u{feff}[accept_all]\r\n"] {
        let set = rules(text);
        assert!(set.is_empty());
        assert_eq!(set.decide(&at("example.org")), Decision { route: Route::Proxy, reason: Reason::Default });
    }
    assert_eq!(rules("[bypass_all]").decide(&at("10.0.0.1")).route, Route::Direct);
    assert_eq!(rules("[Reject_All]").decide(&at("example.org")).route, Route::Direct);
    assert_eq!(rules("[outbound_block_all]").decide(&at("example.org")).route, Route::Block);
}

#[test]
fn a_decision_names_its_rule() {
    let set = rules("[proxy_list]\n\n  ||example.com   # ours\n[bypass_list]\n192.0.2.0/24\n");
    let decision = set.decide(&at("www.example.com"));
    assert_eq!(decision.route, Route::Proxy);
    assert_eq!(decision.rule(), Some(Rule { line: 3, list: List::Proxy, text: "||example.com" }));
    assert_eq!(set.decide(&at("192.0.2.7")).rule().unwrap().text, "192.0.2.0/24");
}

#[test]
fn each_form_takes_in_what_it_says() {
    for (rule, yes, no) in [
        ("|example.com", &["example.com", "EXAMPLE.com", "example.com."][..], &["www.example.com", "xexample.com"][..]),
        ("||Example.com.", &["example.com", "a.b.example.com"], &["myexample.com", "com", "example.com.cn"]),
        ("||com", &["com", "example.com"], &["example.net"]),
        ("||bücher.example", &["www.xn--bcher-kva.example"], &["bucher.example"]),
        (r"(^|\.)example\.com$", &["example.com", "a.example.com"], &["aexample.com", "example.com.cn"]),
        (r"(^|\.)example.com$", &["example.com", "a.example.com"], &["examplexcom"]),
        (r"^(.*\.)?ex-ample\.com$", &["ex-ample.com", "a.ex-ample.com"], &["aex-ample.com"]),
        (r"^www\.example\.com$", &["www.example.com"], &["a.www.example.com"]),
        (r"\.example\.com$", &["a.example.com", "a.b.example.com"], &["example.com"]),
        (r"(^|\.)example\.com", &["example.com", "a.example.com.cn", "example.company"], &["aexample.com"]),
        (r"^(.*\.)?example.com", &["example.com", "a.example.com.cn"], &["aexample.com", "examplexcom"]),
        (r"^example\.com", &["example.com", "example.com.cn"], &["a.example.com"]),
        (r"\.example\.com", &["a.example.com", "a.example.com.cn"], &["example.com", "aexample.com"]),
        (".example.com", &["a.example.com"], &["example.com"]),
        (r"example\.com$", &["example.com", "myexample.com"], &["example.com.cn"]),
        (r"^www\.$", &[], &["www.example", "www"]),
        (r"\.blogspot\.", &["a.blogspot.com"], &["blogspot.com", "a.blogspot"]),
        ("...", &["abc.example"], &[]),
        (r"^[^/]+blogspot\.(.*)", &["a.blogspot.com"], &["blogspot.com"]),
        (r"(^|\.)\w*admarvel\w*\.\w*$", &["xadmarvel.com", "a.admarvels.net"], &["a-admarvel-x.com"]),
        (r"(^|\.)(ad|sm\d)\.example\.(com|cn)$", &["ad.example.com", "x.sm3.example.cn"], &["sm.example.cn"]),
        (r"Example\.com", &["example.com", "my-example.com.cn"], &["exampleXcom"]),
        (r"^ads?[0-9]*\.", &["ad.example", "ads7.example"], &["adx.example"]),
        ("[a-c]{3}", &["xxabcxx.example"], &["xxabxx.example"]),
        ("10.0.0.0/8", &["10.1.2.3", "::ffff:10.1.2.3"], &["11.0.0.1", "10.example"]),
        ("10.9.8.7/8", &["10.1.2.3"], &["11.0.0.1"]),
        ("0.0.0.0/0", &["1.1.1.1", "::ffff:1.1.1.1"], &["2001:db8::1"]),
        ("192.0.2.1", &["192.0.2.1"], &["192.0.2.0", "192.0.2.2"]),
        ("2001:db8::/33", &["2001:db8:7fff::1"], &["2001:db8:8000::1", "1.1.1.1"]),
        ("::ffff:10.0.0.0/104", &["10.255.0.1"], &["11.0.0.1"]),
        ("::ffff:10.0.0.1", &["10.0.0.1"], &["10.0.0.2"]),
        ("::/0", &["2001:db8::1"], &["1.1.1.1"]),
        ("::1", &["::1"], &["::2"]),
        ("||192.0.2.1", &["192.0.2.1"], &["192.0.2.2"]),
        ("192.0.2.0/24 # libev cuts here", &["192.0.2.9"], &["192.0.3.9"]),
    ] {
        let set = rules(rule);
        assert_eq!(set.len(), 1, "{rule}");
        for host in yes {
            assert_eq!(set.decide(&at(host)).route, Route::Direct, "{rule}: {host}");
        }
        for host in no {
            assert_eq!(set.decide(&at(host)).route, Route::Proxy, "{rule}: {host}");
        }
    }
}

#[test]
fn the_narrowest_rule_is_the_one_reported() {
    let set = rules(
        "0.0.0.0/0\n10.0.0.0/8\n10.0.0.0/8\n10.1.0.0/16\n10.1.2.3\n\
         example\n||com\n||example.com\n|www.example.com\n\\.example\\.com$\n(^|\\.)net$\n",
    );
    assert_eq!(lines(&set, &["1.1.1.1", "10.2.0.1", "10.1.9.9", "10.1.2.3"]), [Some(1), Some(2), Some(4), Some(5)]);
    assert_eq!(
        lines(&set, &["a.com", "example.com", "www.example.com", "b.example.com", "example.net", "example.org"]),
        [Some(7), Some(8), Some(9), Some(10), Some(11), Some(6)]
    );
}

#[test]
fn lists_are_asked_in_order() {
    let both = "||twice.example\n198.51.100.0/24\n";
    let lists = |head: &str| {
        rules(&format!(
            "{head}\n[bypass_list]\n{both}||b.example\n203.0.113.1\n[proxy_list]\n{both}||p.example\n203.0.113.2\n\
             [outbound_block_list]\n||block.b.example\n203.0.113.3\n||x.p.example\n[outbound_allow_list]\n||x.p.example\n"
        ))
    };
    use Route::{Block, Direct, Proxy};
    for (head, host, expected) in [
        ("[proxy_all]", "twice.example", Proxy),
        ("[bypass_all]", "twice.example", Proxy),
        ("[proxy_all]", "198.51.100.1", Direct),
        ("[bypass_all]", "198.51.100.1", Direct),
        ("[proxy_all]", "b.example", Direct),
        ("[bypass_all]", "p.example", Proxy),
        ("[proxy_all]", "203.0.113.1", Direct),
        ("[bypass_all]", "203.0.113.2", Proxy),
        ("[proxy_all]", "other.example", Proxy),
        ("[bypass_all]", "other.example", Direct),
        ("[proxy_all]", "block.b.example", Block),
        ("[bypass_all]", "203.0.113.3", Block),
        ("[proxy_all]", "x.p.example", Block),
    ] {
        assert_eq!(lists(head).decide(&at(host)).route, expected, "{head} {host}");
    }
    let fence = rules("[outbound_block_all]\n[outbound_allow_list]\n||a.example\n[bypass_list]\n||a.example");
    assert_eq!(fence.decide(&at("a.example")).route, Direct);
    assert_eq!(fence.decide(&at("b.example")), Decision { route: Block, reason: Reason::Default });
}

#[test]
fn a_resolved_name_is_judged_by_the_list_against_the_default() {
    let ips = |text: &[&str]| text.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
    let text =
        "[bypass_list]\n10.0.0.0/8\n||b.example\n[proxy_list]\n192.0.2.0/24\n[outbound_block_list]\n203.0.113.0/24";
    let (proxy, bypass) = (rules(text), rules(&format!("[bypass_all]\n{text}")));
    assert!(proxy.has_networks());
    for (set, host, resolved, expected) in [
        (&proxy, "a.example", ips(&["8.8.8.8", "10.1.1.1"]), (Route::Direct, Some(2))),
        (&proxy, "a.example", ips(&["192.0.2.1"]), (Route::Proxy, None)),
        (&bypass, "a.example", ips(&["10.1.1.1", "192.0.2.1"]), (Route::Proxy, Some(6))),
        (&bypass, "b.example", ips(&["192.0.2.1"]), (Route::Direct, Some(4))),
        (&proxy, "b.example", ips(&["203.0.113.9"]), (Route::Block, Some(7))),
        (&proxy, "a.example", ips(&[]), (Route::Proxy, None)),
    ] {
        let decision = set.decide_resolved(&at(host), &resolved);
        assert_eq!((decision.route, decision.rule().map(|rule| rule.line)), expected, "{host} {resolved:?}");
    }
    assert!(!rules("||example.com").has_networks());
}

#[test]
fn a_server_admits_and_dials_by_its_lists() {
    let open = rules("[accept_all]\n[black_list]\n198.51.100.0/24\n[outbound_block_list]\n10.0.0.0/8\n||internal");
    let closed = rules("[reject_all]\n[white_list]\n198.51.100.0/24\n");
    for (set, client, expected) in [
        (&open, "198.51.100.7", Route::Block),
        (&open, "::ffff:198.51.100.7", Route::Block),
        (&open, "192.0.2.1", Route::Direct),
        (&closed, "198.51.100.7", Route::Direct),
        (&closed, "192.0.2.1", Route::Block),
    ] {
        assert_eq!(set.admit(client.parse().unwrap()).route, expected, "{client}");
    }
    assert_eq!(open.outbound(&at("10.1.1.1")).route, Route::Block);
    assert_eq!(open.outbound(&at("db.internal")).rule().map(|rule| rule.line), Some(6));
    assert_eq!(open.outbound(&at("198.51.100.7")).route, Route::Direct);
}

#[test]
fn a_line_that_cannot_be_applied_is_named_and_the_others_are_applied() {
    let long = "a".repeat(MAX_LINE + 1);
    for (line, kind) in [
        ("10.0.0.0/33", WarningKind::BadNetwork),
        ("10.0.0.0/", WarningKind::BadNetwork),
        ("10.0.0.0/+8", WarningKind::BadNetwork),
        ("2001:db8::/129", WarningKind::BadNetwork),
        ("10.0.0.0/8/8", WarningKind::BadNetwork),
        ("||", WarningKind::BadName),
        ("|a b", WarningKind::BadName),
        ("||*.example.com", WarningKind::BadName),
        ("|||x", WarningKind::BadName),
        ("(unclosed", WarningKind::BadPattern("unclosed group".into())),
        (
            r"(?=look)ahead",
            WarningKind::BadPattern("look-around, including look-ahead and look-behind, is not supported".into()),
        ),
        ("(.{1000}){1000}", WarningKind::PatternTooBig),
        ("((a{100}){100}){100}", WarningKind::PatternTooBig),
        ("bücher", WarningKind::NotAscii),
        ("#IMPORT_URL https://lists.example/a.acl", WarningKind::Import),
        (&long, WarningKind::TooLong),
    ] {
        let (set, warnings) = RuleSet::parse(&format!("||before.example\n{line}\n||after.example"));
        let [warning] = warnings.as_slice() else { panic!("{line}: {warnings:?}") };
        assert_eq!((warning.line, &warning.kind), (2, &kind), "{line}");
        assert!(warning.text.len() <= 80);
        assert_eq!(lines(&set, &["before.example", "after.example"]), [Some(1), Some(3)], "{line}");
    }
}

#[test]
fn rules_under_an_unknown_heading_are_not_applied() {
    for heading in ["[direct]", "[remote_dns]", "[proxy_list: Seattle, WA]", "[]", "[a-z0-9]"] {
        let text = format!("[bypass_list]\n||a.example\n{heading}\n||b.example\n[ proxy_list ]\n||c.example");
        let (set, warnings) = RuleSet::parse(&text);
        assert_eq!(set.len(), 2);
        assert_eq!(warnings.as_slice()[0].line, 3);
        assert_eq!(warnings.as_slice()[0].kind, WarningKind::UnknownSection);
        assert_eq!(lines(&set, &["a.example", "b.example", "c.example"]), [Some(2), None, Some(6)], "{heading}");
    }
}

#[test]
fn hostile_expressions_are_matched_in_linear_time_and_bounded_in_number() {
    // Takes 2^n steps where expressions are matched by trying.
    let set = rules("^(([a-z])+.)+[A-Z]([a-z])+$\n^(a+)+$");
    let host = format!("{}.1", vec!["a".repeat(50); 4].join("."));
    assert_eq!(lines(&set, &[&host]), [None]);

    // As deep as a line allows, on a thread with as little stack as any.
    let deep = format!("(^|\\.){}$", vec!["a"; MAX_LINE / 2 - 8].join("."));
    let dropped = std::thread::Builder::new().stack_size(128 * 1024).spawn(move || drop(rules(&deep))).unwrap().join();
    assert!(dropped.is_ok());

    let text: String = (0..MAX_PATTERNS + 150).map(|i| format!("a{i}+b\n")).collect();
    let (set, warnings) = RuleSet::parse(&text);
    assert_eq!(set.len(), MAX_PATTERNS);
    assert_eq!((warnings.as_slice().len(), warnings.dropped()), (MAX_WARNINGS, 50));
    assert_eq!(warnings.as_slice()[0].line, MAX_PATTERNS + 1);
    assert_eq!(warnings.as_slice()[0].kind, WarningKind::TooManyPatterns);
    assert_eq!(lines(&set, &["xa7b.example"]), [Some(8)]);
}

#[test]
fn modes_stand_above_the_rules_and_the_network_here_is_direct() {
    use Route::{Block, Direct, Proxy};
    let set = rules("[proxy_list]\n10.9.0.0/16\n[bypass_list]\n||b.example\n[outbound_block_list]\n||x.example\n");
    for (mode, local_direct, host, expected) in [
        (Mode::Rules, true, "b.example", Direct),
        (Mode::Rules, true, "a.example", Proxy),
        (Mode::Rules, true, "x.example", Block),
        (Mode::Rules, true, "192.168.1.1", Direct),
        (Mode::Rules, false, "192.168.1.1", Proxy),
        (Mode::Rules, true, "10.9.1.1", Proxy),
        (Mode::Global, true, "b.example", Proxy),
        (Mode::Global, true, "x.example", Proxy),
        (Mode::Global, true, "localhost", Direct),
        (Mode::Global, false, "localhost", Proxy),
        (Mode::Direct, true, "a.example", Direct),
        (Mode::Direct, false, "x.example", Direct),
    ] {
        assert_eq!(route(mode, &set, local_direct, &at(host)).route, expected, "{mode:?} {local_direct} {host}");
    }
    assert_eq!(route(Mode::Rules, &set, true, &at("::1")).reason, Reason::Local);
    assert_eq!(route(Mode::Global, &set, true, &at("a.example")).reason, Reason::Mode);
    let fence = rules("[outbound_block_all]");
    assert_eq!(route(Mode::Rules, &fence, true, &at("127.0.0.1")).route, Block);
}

#[test]
fn local_is_what_only_this_machine_can_reach() {
    for host in [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.1.1",
        "172.31.0.1",
        "192.168.0.1",
        "169.254.1.1",
        "100.64.0.1",
        "100.127.9.9",
        "224.0.0.251",
        "255.255.255.255",
        "0.0.0.0",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::fb",
        "::ffff:10.0.0.1",
        "localhost",
        "app.localhost",
        "printer",
        "printer.local",
        "nas.home.arpa",
        "db.internal",
    ] {
        assert!(is_local(&at(host)), "{host}");
    }
    for host in [
        "1.1.1.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "2001:db8::1",
        "::ffff:1.1.1.1",
        "example.org",
        "local.example",
        "notlocal.example",
    ] {
        assert!(!is_local(&at(host)), "{host}");
    }
}

/// One list's rules, tried one by one.
#[derive(Debug, Clone)]
enum Naive {
    Name(String),
    Tree(String),
    Below(String),
    Network(IpAddr, u8),
}

impl Naive {
    fn text(&self) -> String {
        match self {
            Naive::Name(name) => format!("|{name}"),
            Naive::Tree(name) if name.len() % 2 == 0 => format!("||{name}"),
            Naive::Tree(name) => format!(r"(^|\.){}$", name.replace('.', r"\.")),
            Naive::Below(name) => format!(r"\.{name}$"),
            Naive::Network(ip, len) => format!("{ip}/{len}"),
        }
    }

    fn holds(&self, target: &Address) -> bool {
        match (self, target) {
            (Naive::Network(net, len), Address::Ip(ip)) => match (net, ip.ip()) {
                (IpAddr::V4(net), IpAddr::V4(ip)) => same(&net.octets(), &ip.octets(), *len),
                (IpAddr::V6(net), IpAddr::V6(ip)) => same(&net.octets(), &ip.octets(), *len),
                _ => false,
            },
            (Naive::Network(..), _) | (_, Address::Ip(_)) => false,
            (Naive::Name(name), Address::Domain(host, _)) => host.as_str() == name,
            (Naive::Tree(name), Address::Domain(host, _)) => {
                host.as_str() == name || host.as_str().ends_with(&format!(".{name}"))
            }
            (Naive::Below(name), Address::Domain(host, _)) => host.as_str().ends_with(&format!(".{name}")),
        }
    }
}

fn same(a: &[u8], b: &[u8], len: u8) -> bool {
    (0..usize::from(len)).all(|i| (a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1 == 0)
}

/// Few labels, so that names meet.
fn any_name() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(vec!["a", "b", "ab", "c-d", "example"]), 1..4)
        .prop_map(|labels| labels.join("."))
}

/// Few addresses, so that networks meet. Not mapped ones: those are another family to the naive matcher.
fn any_ip() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        (0u32..64, 0u32..4).prop_map(|(high, low)| IpAddr::V4(Ipv4Addr::from_bits(high << 26 | low))),
        (0u128..64, 0u128..4).prop_map(|(high, low)| IpAddr::V6(Ipv6Addr::from_bits(high << 122 | 1 << 60 | low))),
    ]
}

fn any_rule() -> impl Strategy<Value = Naive> {
    prop_oneof![
        any_name().prop_map(Naive::Name),
        any_name().prop_map(Naive::Tree),
        any_name().prop_map(Naive::Below),
        (any_ip(), 0u8..=128).prop_map(|(ip, len)| match ip {
            IpAddr::V4(_) => Naive::Network(ip, len.min(32)),
            IpAddr::V6(_) => Naive::Network(ip, len),
        }),
    ]
}

fn any_target() -> impl Strategy<Value = Address> {
    prop_oneof![any_name().prop_map(|name| at(&name)), any_ip().prop_map(|ip| at(&ip.to_string()))]
}

proptest! {
    #[test]
    fn decisions_are_those_of_trying_each_rule(
        proxy_all in any::<bool>(),
        bypass in proptest::collection::vec(any_rule(), 0..12),
        proxy in proptest::collection::vec(any_rule(), 0..12),
        block in proptest::collection::vec(any_rule(), 0..3),
        targets in proptest::collection::vec(any_target(), 1..20),
    ) {
        let section = |rules: &[Naive]| rules.iter().map(|rule| rule.text() + "\n").collect::<String>();
        let text = format!(
            "{}\n[black_list]\n{}[white_list]\n{}[outbound_block_list]\n{}",
            if proxy_all { "[accept_all]" } else { "[reject_all]" }, section(&bypass), section(&proxy), section(&block),
        );
        let set = rules(&text);
        for target in targets {
            let on = |list: &[Naive]| list.iter().any(|rule| rule.holds(&target));
            let name = matches!(target, Address::Domain(..));
            let expected = if on(&block) {
                Route::Block
            } else if name && on(&proxy) {
                Route::Proxy
            } else if on(&bypass) {
                Route::Direct
            } else if on(&proxy) || proxy_all {
                Route::Proxy
            } else {
                Route::Direct
            };
            let decision = set.decide(&target);
            prop_assert_eq!(decision.route, expected, "{} in\n{}", &target, &text);
            // The rule that is reported stands on that line and holds the target.
            if let Some(rule) = decision.rule() {
                prop_assert_eq!(text.lines().nth(rule.line - 1), Some(rule.text));
                prop_assert!(bypass.iter().chain(&proxy).chain(&block).any(|r| r.text() == rule.text && r.holds(&target)));
            }
        }
    }

    #[test]
    fn plain_shapes_match_what_their_expression_matches(
        heads in proptest::collection::vec(
            proptest::sample::select(vec![r"(^|\.)", r"(?:^|\.)", r"^(.*\.)?", r"^(.+\.)?", "^", r"\.", ""]), 1..5,
        ),
        names in proptest::collection::vec(any_name(), 5),
        tail in proptest::sample::select(vec!["", "$", r"\."]),
        host in any_name(),
    ) {
        let patterns: Vec<String> = heads
            .iter()
            .zip(&names)
            .map(|(head, name)| format!("{head}{}{tail}", name.replace('.', r"\.").replace('-', r"\-")))
            .collect();
        let matches = |pattern: &str| regex::Regex::new(pattern).unwrap().is_match(&host);
        let set = rules(&patterns.join("\n"));
        let found = set.decide(&at(&host)).rule().map(|rule| rule.text);
        prop_assert_eq!(found.is_some(), patterns.iter().any(|p| matches(p)), "{:?} on {}", patterns, host);
        prop_assert!(found.is_none_or(matches), "{:?} on {}", found, host);
    }

    #[test]
    fn no_text_is_too_bad_to_read(text in "([\\[\\]|#()+*.^$a-c0-9/:_ é-]{0,40}\n){0,20}", target in any_target()) {
        let (set, warnings) = RuleSet::parse(&text);
        let _ = set.decide(&target);
        prop_assert!(set.len() + warnings.as_slice().len() <= text.lines().count());
    }
}
