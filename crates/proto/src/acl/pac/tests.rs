use proptest::prelude::*;

use super::super::is_local;
use super::*;

fn rules(text: &str) -> RuleSet {
    RuleSet::parse(text).0
}

fn script(mode: Mode, text: &str, own: &str) -> String {
    let (rules, own) = (rules(text), rules(own));
    Policy { mode, rules: &rules, local_direct: true, own: &own }.script("127.0.0.1:1080".parse().unwrap())
}

/// The words of a variable of the script.
fn bounds(script: &str, name: &str) -> String {
    let line = script.lines().find(|line| line.starts_with(&format!("var {name} = words("))).expect("it is there");
    line.split('"').nth(1).expect("a text").to_owned()
}

#[test]
fn networks_are_where_they_begin_and_end() {
    let script = script(Mode::Rules, "10.1.0.0/16\n8.8.8.0/24\n[proxy_list]\n10.0.0.0/8\n2001:db8::/32\n", "8.8.8.8");
    let local = "644 648 7f 8 a9fe a9ff ac1 ac2 c0a8 c0a9 e f ffffffff";
    // 10.0.0.0/8 is local and named by a rule, of which 10.1.0.0/16 is bypassed before.
    assert_eq!(bounds(&script, "V4_DIRECT"), format!("0 01 080808 080809 0a01 0a02 {local}"));
    assert_eq!(bounds(&script, "V6_DIRECT"), "0 00000000000000000000000000000002 fc fe fe8 fec ff");
}

#[test]
fn in_the_mode_global_no_rule_is_in_it() {
    let script = script(Mode::Global, "[bypass_all]\n||near.example\n8.8.8.8\n", "||own.example");
    assert!(!script.contains("near.example") && !script.contains("own.example") && !script.contains("080808"));
    assert!(script.contains("var DIRECT_BY_DEFAULT = false;"));
}

#[test]
fn what_has_no_room_comes_to_us() {
    let networks: String =
        (0..200_000_u32).map(|n| format!("{}\n", Ipv4Addr::from_bits(0x2000_0000 + n * 512))).collect();
    let some = script(Mode::Rules, &format!("||near.example\n{networks}"), "");
    assert!(some.contains("near.example") && some.len() <= MAX_SCRIPT);
    assert_eq!(bounds(&some, "V4_DIRECT"), "", "no network is in it by half");
    let names: String = (0..100_000).map(|n| format!("||near{n}.example\n")).collect();
    let none = script(Mode::Rules, &names, "");
    assert_eq!(none, "function FindProxyForURL(url, host) { return \"PROXY 127.0.0.1:1080\"; }\n");
}

#[test]
fn what_a_script_cannot_do_is_told() {
    let own = rules("||a.example\n(a+)+b\n[outbound_block_list]\n||ads.example\n[proxy_list]\n^x.*y\n");
    let told: Vec<_> = unusable(&own).map(|(rule, why)| (rule.line, why)).collect();
    assert_eq!(told, [(2, Unusable::Pattern), (4, Unusable::Blocks)]);
}

#[test]
fn of_too_many_expressions_those_without_room_are_told_and_not_in_it() {
    // Two stars each, of which a list has room for sixteen.
    let own = rules(&(0..20).map(|n| format!("^.*a{n}.*b\n")).collect::<String>());
    let told: Vec<_> = unusable(&own).collect();
    assert_eq!(told.iter().map(|(rule, _)| rule.line).collect::<Vec<_>>(), [17, 18, 19, 20]);
    let (none, proxy) = (rules(""), "127.0.0.1:1080".parse().unwrap());
    let script = Policy { mode: Mode::Rules, rules: &none, local_direct: true, own: &own }.script(proxy);
    for (n, (rule, _)) in (16..).zip(&told) {
        assert!(rule.text.contains(&format!("a{n}")) && !script.contains(&format!("a{n}(?")), "{}", rule.text);
    }
    assert!(script.contains("a15(?"));
}

#[test]
fn a_rule_that_was_refused_with_its_list_is_not_in_it() {
    let mut rules = rules("near.example\n10.9.8.7\n");
    assert_eq!(rules.len(), 2);
    rules.entries[0].refused = true;
    assert_eq!(rules.len(), 1);
    let own = RuleSet::parse("").0;
    let script = Policy { mode: Mode::Rules, rules: &rules, local_direct: true, own: &own }
        .script("127.0.0.1:1080".parse().unwrap());
    assert!(!script[FIXED.len()..].contains("near"));
}

#[test]
fn a_part_that_no_name_can_have_takes_no_time() {
    let script = script(Mode::Rules, &format!("near\n{}\n", "x".repeat(300)), "");
    assert!(script.contains("[4]") && !script.contains("xxx"), "{}", &script[FIXED.len()..]);
}

#[test]
fn an_expression_that_cannot_be_said_sends_every_name_to_us_if_it_may_be_meant() {
    for (text, more) in [("[proxy_list]\n(a+)+b", true), ("[outbound_block_list]\n(a+)+b", true), ("(a+)+b", false)] {
        assert_eq!(script(Mode::Rules, text, "").contains("], true);"), more, "{text}");
    }
    assert!(!script(Mode::Rules, "", "[proxy_list]\n(a+)+b").contains("], true);"), "it is not applied at all");
}

fn v4() -> impl Strategy<Value = IpAddr> {
    let near = (0..LOCAL.len(), -1_i64..=1).prop_map(|(at, off)| match LOCAL[at].0 {
        IpAddr::V4(ip) => Ipv4Addr::from_bits((i64::from(ip.to_bits()) + off) as u32),
        IpAddr::V6(_) => Ipv4Addr::from_bits(off as u32),
    });
    prop_oneof![any::<u32>().prop_map(Ipv4Addr::from_bits), near].prop_map(IpAddr::V4)
}

fn v6() -> impl Strategy<Value = IpAddr> {
    let near = (0..LOCAL.len(), -1_i128..=1).prop_map(|(at, off)| match LOCAL[at].0 {
        IpAddr::V6(ip) => Ipv6Addr::from_bits((ip.to_bits() as i128).wrapping_add(off) as u128),
        IpAddr::V4(ip) => Ipv6Addr::from_bits((ip.to_ipv6_mapped().to_bits() as i128 + off) as u128),
    });
    prop_oneof![any::<u128>().prop_map(Ipv6Addr::from_bits), near].prop_map(IpAddr::V6)
}

/// Whether the script has the address among those that go directly.
fn inside(script: &str, ip: IpAddr) -> bool {
    let (name, address) = match ip.to_canonical() {
        IpAddr::V4(ip) => ("V4_DIRECT", format!("{:08x}", ip.to_bits())),
        IpAddr::V6(ip) => ("V6_DIRECT", format!("{:032x}", ip.to_bits())),
    };
    bounds(script, name).split(' ').filter(|bound| !bound.is_empty() && **bound <= *address).count() % 2 == 1
}

proptest! {
    #[test]
    fn an_address_goes_where_the_rules_say(
        networks in proptest::collection::vec((prop_oneof![v4(), v6()], 0..=128_u8, 0..4_usize), 0..12),
        asked in proptest::collection::vec(prop_oneof![v4(), v6()], 1..40),
        (mode, bypass, fence, local_direct) in (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
        of_own in 0..12_usize,
    ) {
        let mode = if mode { Mode::Rules } else { Mode::Global };
        let line = |(ip, len, list): &(IpAddr, u8, usize)| {
            let len = if ip.is_ipv4() { len % 33 } else { *len };
            format!("[{}]\n{ip}/{len}\n", List::ALL[*list])
        };
        let (own, others) = networks.split_at(of_own.min(networks.len()));
        let defaults = format!("{}{}", if bypass { "[bypass_all]\n" } else { "" }, if fence { "[outbound_block_all]\n" } else { "" });
        let rules = rules(&(defaults + &others.iter().map(line).collect::<String>()));
        let own = RuleSet::parse(&own.iter().map(line).collect::<String>()).0;
        let policy = Policy { mode, rules: &rules, local_direct, own: &own };
        let script = policy.script("127.0.0.1:1080".parse().unwrap());
        let ends = networks.iter().map(|(ip, ..)| *ip);
        for ip in asked.into_iter().chain(ends) {
            let target = Address::Ip((ip, 443).into());
            prop_assert_eq!(inside(&script, ip), policy.is_direct(&target), "{} in {}", ip, &script[FIXED.len()..]);
        }
    }

    #[test]
    fn a_script_is_ascii_and_looks_up_nothing(text in "(\\[[a-z_]{5,12}\\]\n|\\|{0,2}[a-z.]{1,8}\n|\\PC{0,12}\n){0,20}") {
        let script = script(Mode::Rules, &text, &text);
        prop_assert!(script.is_ascii() && script.len() <= MAX_SCRIPT);
        for asks in ["dnsResolve", "isResolvable", "isInNet", "myIpAddress", "dnsDomainIs", "localHostOrDomainIs"] {
            prop_assert!(!script.contains(asks), "{}", asks);
        }
        // Nothing of a rule ends the text that it stands in.
        let made = &script[FIXED.len()..];
        prop_assert!(made.lines().all(|line| line.is_empty() || line.starts_with("var ") && line.ends_with(';')), "{}", made);
    }

    #[test]
    fn what_is_local_is_in_one_of_its_networks(ip in prop_oneof![v4(), v6()]) {
        let (rules, own) = (rules(""), RuleSet::parse("").0);
        let script = Policy { mode: Mode::Global, rules: &rules, local_direct: true, own: &own }
            .script("127.0.0.1:1080".parse().unwrap());
        prop_assert_eq!(inside(&script, ip), is_local(&Address::Ip((ip, 443).into())));
    }
}
