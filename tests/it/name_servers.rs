//! What name servers may answer, and do not: catalogue 54 to 58, and 53 for names that change.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use harness::deadline::within;
use harness::dns::{self, NameServer};
use harness::parasol::{self, Parasol};
use harness::payload;
use harness::scripted_dns::{A, CNAME, Question, Record, Scripted, asked_name, name};
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_engine::{Deadlines, EngineConfig, NameServers, NetworkChange};
use tokio::net::TcpListener;

use crate::running::{Running, config, direct};

/// Long enough for what can be answered on a busy machine, short enough for what cannot.
const RESOLVE: Duration = Duration::from_secs(20);

fn relay(servers: &[SocketAddr]) -> Running {
    let deadlines = Deadlines { resolve: RESOLVE, ..Deadlines::default() };
    let name_servers = NameServers::These(servers.to_vec());
    Running::start(EngineConfig { deadlines, name_servers, ..config(vec![direct()]) })
}

async fn check_reached(relay: &Running, target: &Target, what: &str) {
    let stream = socks5::connect_name(relay.address, "name.test", target.address.port()).await;
    let stream = stream.unwrap_or_else(|code| panic!("{what}: reply {code}"));
    assert_eq!(payload::exchange(stream, b"ping").await.expect(what).len, 4, "{what}");
}

#[tokio::test]
async fn a_name_server_that_is_silent_or_down_is_passed_over() {
    let target = Target::start(Manner::Echo).await;
    let silent = NameServer::silent().await;
    let gone = Scripted::start(|_, _| Vec::new()).await.address;
    let good = Scripted::start(|asked, _| vec![asked.addresses(&[Ipv4Addr::LOCALHOST])]).await;
    let failing = Scripted::start(|asked, _| vec![asked.answer(2, &[])]).await;
    for (what, first) in [("silent", silent.address), ("gone", gone), ("failing", failing.address)] {
        check_reached(&relay(&[first, good.address]), &target, what).await;
    }
}

/// It is asked beside one that knows, and its word comes first: that one is not heard before it is asked alone.
#[tokio::test]
async fn a_name_server_that_fails_faster_than_another_knows_is_passed_over() {
    let target = Target::start(Manner::Echo).await;
    let failing = Scripted::start(|asked, _| vec![asked.answer(2, &[])]).await;
    let slow = Scripted::start(|asked, before| match before {
        0..2 => Vec::new(),
        _ => vec![asked.addresses(&[Ipv4Addr::LOCALHOST])],
    })
    .await;
    check_reached(&relay(&[failing.address, slow.address]), &target, "failing first").await;
    let refused = Scripted::start(|asked, _| vec![asked.answer(5, &[])]).await;
    let failed = socks5::connect_name(relay(&[failing.address, refused.address]).address, "name.test", 80).await;
    assert!(failed.is_err(), "nobody knows it");
}

/// Catalogue 55.
#[tokio::test]
async fn answers_without_an_address_are_an_error_in_time() {
    let alias = |owner: Vec<u8>, to: &str| Record { owner, kind: CNAME, data: name(to) };
    let step = |asked: &Question| asked.name.split('.').next().and_then(|label| label[1..].parse().ok()).unwrap_or(0);
    let chain = move |from: u32, to: u32| -> Vec<Record> {
        let owner = |n| if n == from { asked_name() } else { name(&format!("n{n}.test")) };
        (from..to).map(|n| alias(owner(n), &format!("n{}.test", n + 1))).collect()
    };
    type Script = Box<dyn Fn(&Question, usize) -> Vec<Vec<u8>> + Send>;
    let scripts: [(&str, Script); 8] = [
        ("NXDOMAIN", Box::new(|asked, _| vec![asked.answer(3, &[])])),
        ("SERVFAIL", Box::new(|asked, _| vec![asked.answer(2, &[])])),
        ("REFUSED", Box::new(|asked, _| vec![asked.answer(5, &[])])),
        ("an empty answer", Box::new(|asked, _| vec![asked.answer(0, &[])])),
        ("an alias of itself", Box::new(move |asked, _| vec![asked.answer(0, &[alias(asked_name(), &asked.name)])])),
        (
            "a circle of aliases",
            Box::new(move |asked, _| {
                let around = [alias(asked_name(), "a.test"), alias(name("a.test"), &asked.name)];
                vec![asked.answer(0, &around)]
            }),
        ),
        ("a chain of 100 aliases in one answer", Box::new(move |asked, _| vec![asked.answer(0, &chain(0, 100))])),
        (
            "a chain of aliases without an end, one in each answer",
            Box::new(move |asked, _| {
                let at = step(asked);
                vec![asked.answer(0, &chain(at, at + 1))]
            }),
        ),
    ];
    for (what, script) in scripts {
        let names = Scripted::start(script).await;
        let relay = relay(&[names.address]);
        let refused = socks5::connect_name(relay.address, "name.test", 80).await.map(drop);
        assert!(matches!(refused, Err(1 | 4 | 6)), "{what}: {refused:?}");
        assert!(names.asked() > 0 && names.asked() < 200, "{what}: {} questions", names.asked());
    }
}

/// Catalogue 56: what is no answer to the question changes nothing, though it comes first and names another address.
#[tokio::test]
async fn answers_that_are_none_are_passed_over() {
    let target = Target::start(Manner::Echo).await;
    let elsewhere = Ipv4Addr::new(127, 0, 0, 9);
    let wrong =
        move |asked: &Question| Record { owner: asked_name(), kind: asked.kind, data: elsewhere.octets().to_vec() };
    type Bad = Box<dyn Fn(&Question) -> Vec<u8> + Send>;
    let bad: [(&str, Bad); 6] = [
        ("another id", Box::new(move |asked| asked.under(!asked.id).addresses(&[elsewhere]))),
        (
            "another question",
            Box::new(move |asked| {
                let mut answer = asked.addresses(&[elsewhere]);
                // The first letter of the name that was asked for.
                answer[13] = b'x';
                answer
            }),
        ),
        (
            "a name that points to itself",
            Box::new(move |asked| {
                let at = u16::try_from(asked.answer(0, &[]).len()).expect("it is short") | 0xc000;
                asked.answer(0, &[Record { owner: at.to_be_bytes().to_vec(), ..wrong(asked) }])
            }),
        ),
        (
            "a label of 64 bytes",
            Box::new(move |asked| {
                let owner = [&[64][..], &[b'a'; 64], &[0]].concat();
                asked.answer(0, &[Record { owner, ..wrong(asked) }])
            }),
        ),
        (
            "a record that is cut",
            Box::new(move |asked| {
                let mut answer = asked.answer(0, &[wrong(asked)]);
                answer.truncate(answer.len() - 3);
                answer
            }),
        ),
        ("noise", Box::new(|_| payload::bytes(60, 3))),
    ];
    for (what, bad) in bad {
        // Asked again after something malformed, the name server is itself again.
        let names = Scripted::start(move |asked, before| {
            let good = asked.addresses(&[Ipv4Addr::LOCALHOST]);
            if before < 2 { vec![bad(asked), good] } else { vec![good] }
        })
        .await;
        check_reached(&relay(&[names.address]), &target, what).await;
    }
}

/// Catalogue 57: dead and silent addresses before a good one, in both families, and nothing but dead ones.
#[tokio::test]
async fn the_address_that_answers_is_found_among_those_that_do_not() {
    let swallowing = harness::target::Swallowing::start().await;
    let port = swallowing.address.port();
    let good = Ipv4Addr::new(127, 0, 0, 2);
    let listener = TcpListener::bind((good, port)).await.expect("nobody has this address");
    let both = |first: &'static [Ipv4Addr]| {
        Scripted::start(move |asked, _| {
            let v6 =
                Record { owner: asked_name(), kind: asked.kind, data: std::net::Ipv6Addr::LOCALHOST.octets().to_vec() };
            vec![if asked.kind == A { asked.addresses(first) } else { asked.answer(0, &[v6]) }]
        })
    };
    const SILENT_FIRST: &[Ipv4Addr] = &[Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 3), Ipv4Addr::new(127, 0, 0, 2)];
    let names = both(SILENT_FIRST).await;
    let found = relay(&[names.address]);
    let (asked, taken) =
        tokio::join!(socks5::connect_name(found.address, "name.test", port), within("a connection", listener.accept()));
    assert!(asked.is_ok() && taken.is_ok(), "{asked:?}");

    const DEAD: &[Ipv4Addr] = &[Ipv4Addr::new(127, 0, 0, 3), Ipv4Addr::new(127, 0, 0, 4)];
    let names = both(DEAD).await;
    let refused = socks5::connect_name(relay(&[names.address]).address, "name.test", port).await.map(drop);
    assert!(matches!(refused, Err(5)), "{refused:?}");
}

/// Catalogue 53: the address that was judged is the one that is dialled, for nobody asks a second time in between.
#[tokio::test]
async fn a_name_that_changes_between_two_questions_is_asked_for_once() {
    let target = Target::start(Manner::Echo).await;
    let names = Scripted::start(|asked, before| {
        // Each family is asked for once.
        let ip = if before < 2 { Ipv4Addr::LOCALHOST } else { Ipv4Addr::new(127, 0, 0, 9) };
        vec![asked.addresses(&[ip])]
    })
    .await;
    check_reached(&relay(&[names.address]), &target, "the first answer").await;
    assert_eq!(names.asked(), 2);
}

/// Catalogue 58, at a program of its own, so that what it takes is known.
#[tokio::test]
async fn ten_thousand_names_take_no_more_memory_than_a_few() {
    const FEW: u32 = 2_000;
    const MANY: u32 = 10_000;
    let target = Target::start(Manner::Closes).await;
    // They may be kept for long.
    let names = Scripted::start(|asked, _| {
        let mut answer = asked.addresses(&[Ipv4Addr::LOCALHOST]);
        if let Some(ttl) = answer.len().checked_sub(10).filter(|_| asked.kind == A) {
            answer[ttl..ttl + 4].copy_from_slice(&3600_u32.to_be_bytes());
        }
        vec![answer]
    })
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.json");
    let text = format!(r#"{{"nameserver":"{}","local_port":0}}"#, names.address);
    std::fs::write(&file, text).expect("a file");
    let rules = folder.path().join("rules.acl");
    std::fs::write(&rules, "[bypass_all]\n").expect("a file");
    let mut command = parasol::command(&["local", "-s", "127.0.0.1", "-p", "1", "-m", "aes-128-gcm", "-k", "unused"]);
    command.arg("-c").arg(&file).arg("--acl").arg(&rules);
    let relay = Parasol::from(&mut command).await.expect("it starts");
    let ask = async |numbers: std::ops::Range<u32>| {
        let mut asking = tokio::task::JoinSet::new();
        let each = numbers.len() as u32 / 16;
        for from in numbers.step_by(each as usize) {
            let (proxy, port) = (relay.address, target.address.port());
            asking.spawn(async move {
                for n in from..from + each {
                    let answer = socks5::connect_name(proxy, &format!("name-{n}.test"), port).await.map(drop);
                    assert_eq!(answer, Ok(()), "{n}");
                }
            });
        }
        while let Some(done) = asking.join_next().await {
            done.expect("every name is found");
        }
    };
    ask(0..FEW).await;
    let few = relay.process.most_memory();
    ask(FEW..MANY).await;
    assert!(names.asked() >= MANY as usize, "each was asked for");
    let grown = relay.process.most_memory().saturating_sub(few);
    assert!(grown < 4 << 20, "{grown} bytes more than with {FEW} names");
}

/// Another network may have other answers.
#[tokio::test]
async fn what_was_answered_is_asked_again_when_the_network_has_changed() {
    let target = Target::start(Manner::Echo).await;
    const TABLE: [dns::Entry; 1] = [("name.test", &[IpAddr::V4(Ipv4Addr::LOCALHOST)])];
    let good = NameServer::start(&TABLE).await;
    // That there is no IPv6 address is not kept.
    let asked_for_v4 = || {
        good.asked()
            .iter()
            .filter(|asked| asked.message.windows(10).any(|part| part == b"\x04test\0\0\x01\0\x01"))
            .count()
    };
    let relay = relay(&[good.address]);
    check_reached(&relay, &target, "at first").await;
    check_reached(&relay, &target, "from the cache").await;
    assert_eq!(asked_for_v4(), 1, "{:?}", good.asked());
    relay.engine.network_changed(NetworkChange::default());
    check_reached(&relay, &target, "anew").await;
    assert_eq!(asked_for_v4(), 2);
}
