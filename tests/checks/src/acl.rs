//! ACL text, and what its rules decide.

use std::net::{IpAddr, Ipv6Addr};

use parasol_proto::acl::pac::{MAX_SCRIPT, Policy, unusable};
use parasol_proto::acl::{MAX_PATTERNS, MAX_WARNINGS, Mode, Reason, Route, RuleSet, route};
use parasol_proto::{Address, Domain};

use crate::input::Input;

/// A file of rules and a few targets: a byte for how many, each a length and as many bytes, and the file behind them.
pub fn acl(data: &[u8]) {
    let mut input = Input::new(data);
    let count = input.byte() % 8;
    let targets: Vec<_> = (0..count).filter_map(|_| target(&mut input)).collect();
    let text = String::from_utf8_lossy(input.rest());

    let (rules, warnings) = RuleSet::parse(&text);
    let lines: Vec<&str> = text.lines().collect();
    assert!(rules.len() + warnings.as_slice().len() <= 2 * lines.len());
    assert!(warnings.as_slice().len() <= MAX_WARNINGS && MAX_PATTERNS > 0);
    for warning in warnings.as_slice() {
        assert!((1..=lines.len()).contains(&warning.line));
        assert!(!warning.text.chars().any(char::is_control) && warning.text.chars().count() <= 80);
    }
    // What programs are told of them, with the rules as their own too.
    for mode in [Mode::Rules, Mode::Global] {
        let policy = Policy { mode, rules: &rules, local_direct: count > 3, own: &rules };
        let script = policy.script(([127, 0, 0, 1], 1080).into());
        assert!(script.is_ascii() && script.len() <= MAX_SCRIPT && script.contains("PROXY 127.0.0.1:1080"));
    }
    assert!(unusable(&rules).count() <= rules.len());
    // The last line ended or not, and as Windows ends lines: the same rules.
    let (again, _) = RuleSet::parse(&text.replace('\r', "").replace('\n', "\r\n"));
    let comparable = !text.contains('\r');

    let fixed = ["10.0.0.1:80", "[::ffff:10.0.0.1]:80", "example.com:443", "www.example.com:443", "localhost:80"];
    let fixed = fixed.into_iter().map(|text| text.parse().expect("an address"));
    for target in targets.into_iter().chain(fixed) {
        let decision = rules.decide(&target);
        if let Some(rule) = decision.rule() {
            let line = lines[rule.line - 1];
            assert!(line.contains(rule.text), "{:?} is not in line {}", rule.text, rule.line);
        }
        if comparable {
            assert_eq!(again.decide(&target), decision);
        }
        if rules.is_empty() {
            assert_eq!(decision.reason, Reason::Default);
        }
        let ip = mapped(&target);
        if let Some(mapped) = &ip {
            assert_eq!(rules.decide(mapped), decision, "a mapped address is the address");
        }
        assert_eq!(route(Mode::Direct, &rules, true, &target).route, Route::Direct);
        assert_ne!(route(Mode::Global, &rules, false, &target).route, Route::Direct);
        assert_ne!(rules.outbound(&target).route, Route::Proxy);
        if let Address::Ip(ip) = &target {
            assert_ne!(rules.admit(ip.ip()).route, Route::Proxy);
            // What a name resolved to decides as much as a name that is nothing else.
            let _ = rules.decide_resolved(&target, &[ip.ip()]);
        }
    }
}

fn target(input: &mut Input<'_>) -> Option<Address> {
    let len = usize::from(input.byte());
    let bytes = input.bytes(len);
    if let Ok(octets) = <[u8; 16]>::try_from(bytes) {
        return Some(Address::Ip((Ipv6Addr::from(octets), 443).into()));
    }
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Address::Ip((IpAddr::from(octets), 443).into()));
    }
    Domain::new(std::str::from_utf8(bytes).ok()?).ok().map(|name| Address::Domain(name, 443))
}

/// The IPv4-mapped form of an IPv4 target.
fn mapped(target: &Address) -> Option<Address> {
    match target {
        Address::Ip(ip) => match ip.ip() {
            IpAddr::V4(v4) => Some(Address::Ip((v4.to_ipv6_mapped(), ip.port()).into())),
            IpAddr::V6(_) => None,
        },
        Address::Domain(..) => None,
    }
}
