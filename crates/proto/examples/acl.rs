//! How long 100,000 rules take to load, and one target to match. The targets are 99,991 different ones, so that most of
//! what is looked at is in no cache of the processor.
//!
//! `cargo run --release -p parasol-proto --example acl`

use std::hint::black_box;
use std::time::Instant;

use parasol_proto::Address;
use parasol_proto::acl::RuleSet;

const RULES: u32 = 100_000;
const ROUNDS: u32 = 1_000_000;

fn main() {
    // A multiplicative step spreads the numbers over the whole space, always in the same order.
    let spread = |i: u32| i.wrapping_mul(2_654_435_761);
    let v4 = |i: u32| format!("{}/{}", std::net::Ipv4Addr::from(spread(i)), 12 + i % 21);
    let v6 = |i: u32| format!("2001:{:x}:{:x}::/{}", spread(i) >> 16, spread(i) & 0xffff, 24 + i % 41);
    let pattern = |i: u32| match i % 8 {
        0 => format!(r"(^|\.)\w*keyword{i}\w*\.\w*$"),
        1 => format!(r"(^|\.)ad{i}\d{{0,3}}\..*$"),
        _ => format!(r"(^|\.)(ad|cdn{i}|stat|img\d)\.zone{i}\.(com|net)$"),
    };

    run("names", RULES, |i| format!("||{}", name(i)));
    run("names written as expressions", RULES, |i| format!(r"(^|\.){}$", name(i).replace('.', r"\.")));
    run("parts of names", RULES, |i| format!(r"(^|\.){}", name(i).replace('.', r"\.")));
    run("IPv4 networks", RULES, v4);
    run("IPv6 networks", RULES, v6);
    run("mixed, 300 real expressions", RULES, |i| match i % 4 {
        _ if i < 300 => pattern(i),
        0 => format!("||{}", name(i)),
        1 => format!(r"(^|\.){}$", name(i)),
        2 => v4(i),
        _ => v6(i),
    });
    run("2,000 real expressions alone", 2_000, pattern);
}

fn name(i: u32) -> String {
    format!("host{i}.zone{}.example{}", i % 997, i % 89)
}

fn run(what: &str, rules: u32, rule: impl Fn(u32) -> String) {
    let mut text = String::from("[proxy_all]\n[bypass_list]\n");
    for i in 0..rules {
        text.push_str(&rule(i));
        text.push('\n');
    }
    let start = Instant::now();
    let (set, warnings) = RuleSet::parse(&text);
    let load = start.elapsed();

    println!("{what}: {} rules, {} warnings, loaded in {load:.0?}", set.len(), warnings.as_slice().len());
    let probes: [(&str, Vec<Address>); 4] = [
        ("a name that matches", (0..99_991).map(|i| format!("a.{}:443", name(i * 97 % RULES))).map(parsed).collect()),
        ("a name that does not", (0..99_991).map(|i| format!("www.no{i}.zone{i}.org:443")).map(parsed).collect()),
        (
            "an IPv4 address",
            (0..99_991u32)
                .map(|i| format!("{}:443", std::net::Ipv4Addr::from(i.wrapping_mul(40_503_777))))
                .map(parsed)
                .collect(),
        ),
        (
            "an IPv6 address",
            (0..99_991u32).map(|i| format!("[2001:{:x}:1::5]:443", i * 61 % 65_536)).map(parsed).collect(),
        ),
    ];
    for (kind, targets) in probes {
        let start = Instant::now();
        let mut hits = 0;
        for i in 0..ROUNDS as usize {
            hits += usize::from(set.decide(black_box(&targets[i % targets.len()])).rule().is_some());
        }
        let each = start.elapsed() / ROUNDS;
        println!("  {kind}: {each:?} each, {} % hit", hits * 100 / ROUNDS as usize);
    }
}

fn parsed(text: String) -> Address {
    text.parse().expect("the addresses above are well-formed")
}
