//! The script (PAC) says of every host what the rules say: run by a JavaScript engine that knows nothing of the network,
//! so that a script which asked for a name would break.

use std::process::Stdio;

use harness::deadline::within;
use harness::parasol;
use parasol_engine::Routing;
use parasol_proto::Address;
use parasol_proto::acl::pac::Policy;
use parasol_proto::acl::{Mode, Route, RuleSet};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Runs each script in a world of its own, where there is nothing but the language, and asks it for each of its hosts.
const ASKS: &str = "
const { runInNewContext } = require('node:vm');
const cases = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(({ script, hosts }) => {
  const world = { hosts };
  const ask = 'hosts.map(function (host) { return FindProxyForURL(\"http://\" + host + \"/\", host); })';
  return runInNewContext(script + ask, world, { timeout: 20000 });
})));";

/// What each script says of each of its hosts.
async fn said(cases: &Value) -> Vec<Vec<String>> {
    let mut node = Command::new("node");
    node.args(["-e", ASKS]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut node = node.spawn().expect("node is installed");
    let mut input = node.stdin.take().expect("it was asked for");
    let asked = cases.to_string();
    let (written, output) = within("node", async {
        tokio::join!(async move { input.write_all(asked.as_bytes()).await }, node.wait_with_output(),)
    })
    .await;
    written.expect("node reads it all");
    let output = output.expect("node ends");
    assert!(output.status.success(), "node could not run a script");
    serde_json::from_slice(&output.stdout).expect("what it was asked for")
}

const PROXY: &str = "PROXY 127.0.0.1:1080";

/// Rules, those for the script alone, what stands above both, whether what is local goes directly, and hosts.
#[derive(Debug)]
struct Case {
    rules: String,
    own: String,
    mode: Mode,
    local_direct: bool,
    hosts: Vec<String>,
}

/// Checks every case in one go.
async fn check(cases: &[Case]) {
    let read: Vec<_> = cases.iter().map(|case| (RuleSet::parse(&case.rules).0, RuleSet::parse(&case.own).0)).collect();
    let policy = |at: usize| {
        let (Case { mode, local_direct, .. }, (rules, own)) = (&cases[at], &read[at]);
        Policy { mode: *mode, rules, local_direct: *local_direct, own }
    };
    let script = |at| policy(at).script("127.0.0.1:1080".parse().expect("an address"));
    let asked = cases.iter().enumerate().map(|(at, case)| json!({ "script": script(at), "hosts": case.hosts }));
    let all = said(&Value::Array(asked.collect())).await;
    assert_eq!(all.len(), cases.len());
    for (at, (case, said)) in cases.iter().zip(all).enumerate() {
        for (host, said) in case.hosts.iter().zip(said) {
            let target = Address::from_host(host.trim_matches(['[', ']']), 443).expect("a host");
            let is_direct = policy(at).is_direct(&target);
            assert_eq!(said, if is_direct { "DIRECT" } else { PROXY }, "{host} in {case:?}");
            if case.own.is_empty() {
                // By the same decision that `parasol explain` and every request go by.
                let routing = Routing {
                    rules: RuleSet::parse(&case.rules).0.into(),
                    lists: Vec::new(),
                    mode: case.mode,
                    local_direct: case.local_direct,
                };
                assert_eq!(routing.explain(&target).route == Route::Direct, is_direct, "{host} in {case:?}");
            }
        }
    }
}

/// Few labels, so that names meet; some of them are what every object of JavaScript has.
fn name() -> impl Strategy<Value = String> {
    let labels = ["a", "b", "ab", "c-d", "x_y", "example", "constructor", "__proto__", "local", "com"];
    proptest::collection::vec(proptest::sample::select(labels.to_vec()), 1..5).prop_map(|labels| labels.join("."))
}

fn ip() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..64_u32, 0..4_u32).prop_map(|(high, low)| std::net::Ipv4Addr::from_bits(high << 26 | low).to_string()),
        (0..64_u128, 0..4_u128).prop_map(|(high, low)| std::net::Ipv6Addr::from_bits(high << 122 | low).to_string()),
        proptest::sample::select(vec![
            "127.0.0.1",
            "10.9.8.7",
            "100.64.0.1",
            "8.8.8.8",
            "::1",
            "fe80::1",
            "::ffff:8.8.8.8"
        ])
        .prop_map(str::to_owned),
    ]
}

fn rule() -> impl Strategy<Value = String> {
    let escaped = || name().prop_map(|name| name.replace('.', r"\."));
    prop_oneof![
        name().prop_map(|name| format!("|{name}")),
        name().prop_map(|name| format!("||{name}")),
        escaped().prop_map(|name| format!(r"(^|\.){name}$")),
        escaped().prop_map(|name| format!(r"\.{name}$")),
        escaped().prop_map(|name| format!("^{name}")),
        escaped().prop_map(|name| format!(r"\.{name}")),
        escaped().prop_map(|name| format!("{name}$")),
        escaped(),
        escaped().prop_map(|name| format!("^[a-c]*{name}.?$")),
        escaped().prop_map(|name| format!(r"(A|b)\W{name}\b")),
        (ip(), 0..=32_u8).prop_map(|(ip, len)| format!("{ip}/{len}")),
        ip(),
    ]
}

fn list(headings: &'static [&'static str]) -> impl Strategy<Value = String> {
    let line = prop_oneof![6 => rule(), 1 => proptest::sample::select(headings).prop_map(|name| format!("[{name}]"))];
    proptest::collection::vec(line, 0..16).prop_map(|lines| lines.join("\n"))
}

fn case() -> impl Strategy<Value = Case> {
    const ALL: &[&str] = &[
        "bypass_list",
        "proxy_list",
        "outbound_block_list",
        "outbound_allow_list",
        "bypass_all",
        "proxy_all",
        "outbound_block_all",
    ];
    let mode = proptest::sample::select(vec![Mode::Rules, Mode::Rules, Mode::Rules, Mode::Global, Mode::Direct]);
    let own = prop_oneof![Just(String::new()), list(&["bypass_list", "proxy_list"])];
    let hosts = proptest::collection::vec(prop_oneof![name(), ip()], 1..30);
    (list(ALL), own, mode, any::<bool>(), hosts).prop_map(|(rules, own, mode, local_direct, hosts)| Case {
        rules,
        own,
        mode,
        local_direct,
        hosts,
    })
}

#[tokio::test]
async fn a_script_says_of_every_host_what_the_rules_say() {
    let mut runner = TestRunner::deterministic();
    let cases: Vec<Case> =
        (0..400).map(|_| case().new_tree(&mut runner).expect("a case can be made").current()).collect();
    let direct = |case: &&Case| case.mode == Mode::Rules && !case.rules.is_empty();
    assert!(cases.iter().filter(direct).count() > 100, "there is something to decide");
    check(&cases).await;
}

#[tokio::test]
async fn hosts_are_understood_however_a_program_writes_them() {
    let rules = "||near.example\n8.8.8.0/24\n2001:db8::/32\n[outbound_block_list]\n||ads.near.example".to_owned();
    let own = RuleSet::parse("").0;
    let read = RuleSet::parse(&rules).0;
    let policy = Policy { mode: Mode::Rules, rules: &read, local_direct: true, own: &own };
    let hosts = [
        ("near.example", true),
        ("WWW.Near.Example", true),
        ("near.example.", true),
        ("near.example..", false),
        ("nearexample", true), // a name of one label is local
        ("not-near.example", false),
        ("ads.near.example", false),
        ("8.8.8.8", true),
        ("8.8.8.08", false),
        ("8.8.8.256", false),
        ("8.8.8", false),
        ("::ffff:8.8.8.8", true),
        ("::ffff:808:808", true),
        ("[::ffff:808:808]", true),
        ("2001:db8::1", true),
        ("2001:DB8:0:0:0:0:0:1", true),
        ("[2001:db8::1]", true),
        ("2001:db9::1", false),
        ("fe80::1%eth0", false),
        ("2001:db8:::1", false),
        ("2001:db8::1::", false),
        ("2001:db8:1:2:3:4:5:6:7", false),
        ("::1", true),
        ("::", true),
        ("localhost", true),
        ("printer.local", true),
        ("constructor", true),
        ("__proto__", true),
        ("bücher.example", false),
        ("near.example\u{0}.evil.example", false),
        (" near.example", false),
        ("", true),
    ];
    let script = policy.script("127.0.0.1:1080".parse().expect("an address"));
    let asked: Vec<&str> = hosts.iter().map(|(host, _)| *host).collect();
    let said = said(&json!([{ "script": script, "hosts": asked }])).await;
    for ((host, direct), said) in hosts.iter().zip(&said[0]) {
        assert_eq!(said, if *direct { "DIRECT" } else { PROXY }, "{host:?}");
    }
}

#[tokio::test]
async fn a_script_says_what_parasol_explains() {
    let rules =
        "[bypass_all]\n[proxy_list]\n||far.example\n^cdn[0-9]+\\.\n1.2.3.0/24\n[outbound_block_list]\n||ads.example\n";
    let hosts =
        ["www.far.example", "cdn7.near.example", "cdn.near.example", "1.2.3.4", "1.2.4.4", "ads.example", "::1"];
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("rules.acl");
    std::fs::write(&file, rules).expect("it can be written");
    let file = file.to_str().expect("a temporary path is plain text");
    let explained = parasol::command(&[&["explain", "--acl", file, "--"][..], &hosts].concat()).output();
    let explained = within("parasol explain", explained).await.expect("it was built");
    let explained = String::from_utf8(explained.stdout).expect("text");
    let (read, own) = (RuleSet::parse(rules).0, RuleSet::parse("").0);
    let policy = Policy { mode: Mode::Rules, rules: &read, local_direct: true, own: &own };
    let script = policy.script("127.0.0.1:1080".parse().expect("an address"));
    let said = said(&json!([{ "script": script, "hosts": hosts }])).await;
    assert_eq!(explained.lines().count(), hosts.len());
    for ((host, line), said) in hosts.iter().zip(explained.lines()).zip(&said[0]) {
        let direct = line.starts_with(&format!("{host}: direct"));
        assert_eq!(said, if direct { "DIRECT" } else { PROXY }, "{line}");
    }
    assert!(explained.contains(": direct") && explained.contains(": proxy") && explained.contains(": block"));
}

#[tokio::test]
async fn rules_that_cannot_be_said_send_to_us_and_never_past_us() {
    // What it would match cannot be known there, so every name may be meant.
    let hosts = ["aaab.example", "near.example", "10.0.0.1", "8.8.8.8"];
    for (rules, expected) in [
        ("||near.example\n8.8.8.8\n[proxy_list]\n(a+)+b", ["proxy", "proxy", "direct", "direct"]),
        ("||near.example\n[outbound_block_list]\n(a+)+b", ["proxy", "proxy", "direct", "proxy"]),
        ("||near.example\n(a+)+b", ["proxy", "direct", "direct", "proxy"]),
        ("[bypass_all]\n(a+)+b", ["direct", "direct", "direct", "direct"]),
    ] {
        let (read, own) = (RuleSet::parse(rules).0, RuleSet::parse("").0);
        let policy = Policy { mode: Mode::Rules, rules: &read, local_direct: true, own: &own };
        let script = policy.script("127.0.0.1:1080".parse().expect("an address"));
        let said = said(&json!([{ "script": script, "hosts": hosts }])).await;
        let expected = expected.map(|way| if way == "direct" { "DIRECT" } else { PROXY });
        assert_eq!(said[0], expected, "{rules}");
        for (host, said) in hosts.iter().zip(&said[0]) {
            let is_direct = policy.is_direct(&Address::from_host(host, 443).expect("a host"));
            assert!(said != "DIRECT" || is_direct, "{host} in {rules}");
        }
    }
}

#[tokio::test]
async fn forty_thousand_rules_are_said_and_found_at_once() {
    let rules: String = (0..20_000_u32)
        .map(|n| format!("||n{n}.near.example\n{}/24\n", std::net::Ipv4Addr::from_bits(0x2000_0000 + n * 1024)))
        .collect();
    let hosts = vec![
        "www.n19999.near.example".to_owned(),
        "n20000.near.example".to_owned(),
        "32.0.4.9".to_owned(),
        "32.0.5.9".to_owned(),
    ];
    check(&[Case { rules, own: String::new(), mode: Mode::Rules, local_direct: true, hosts }]).await;
}
