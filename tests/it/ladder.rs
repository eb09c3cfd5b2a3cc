//! The ladder: servers that work, and servers that fail at each of its steps, each called what it is.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use harness::deadline::within;
use harness::dns::{Entry, NameServer};
use harness::parasol;
use harness::payload;
use harness::peer::{sing_box_server, ss_server};
use harness::target::{Manner, Refusing, Swallowing, Target};
use parasol_app::ladder::{Climber, Progress, climb_all};
use parasol_app::plugin::{Patience, Plugin, PluginMode, PluginSpec};
use parasol_app::probe::Probe;
use parasol_app::problem::Problem;
use parasol_app::profile::Through;
use parasol_app::tested::{StepOutcome, StepReason, TestVerdict, Tested};
use parasol_engine::{Egress, NameServers, ProbePatience};
use parasol_proto::{Address, Link, Method, ServerConfig};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::running::{Running, SHORT, config, inbound, password, server, server_config, shadowsocks, wrong_password};

const METHOD: Method = Method::Aes256Gcm;
const METHOD_2022: Method = Method::Blake3Aes256Gcm;

/// What is fetched from and asked through servers.
struct Scene {
    origin: Target,
    names: NameServer,
}

impl Scene {
    async fn start() -> Scene {
        let head = b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
        Scene { origin: Target::start(Manner::Sends(head)).await, names: NameServer::start(&[]).await }
    }

    fn climber(&self) -> Climber {
        climber(self.origin.address, self.names.address, NameServers::These(vec![self.names.address]))
    }

    async fn climb(&self, server: ServerConfig) -> Tested {
        climb(&self.climber(), server).await
    }
}

fn climber(origin: SocketAddr, asked: SocketAddr, names: NameServers) -> Climber {
    let probe = Probe::new(&format!("http://{origin}/"), &asked.to_string()).expect("it is a probe");
    let waits = ProbePatience { resolve: SHORT, connect: SHORT, answer: SHORT, datagram: 2 * SHORT };
    Climber::new(probe, names, waits, Patience::default())
}

async fn climb(climber: &Climber, server: ServerConfig) -> Tested {
    let through = Ok(Through::Server(server));
    within("a test", climber.climb(&through, &CancellationToken::new())).await.expect("it is not called off")
}

/// The steps in a line: what was passed, where it failed, and why a step was skipped.
fn told(tested: &Tested) -> String {
    let steps = tested.steps.iter().map(|step| match (step.outcome, step.reason) {
        (StepOutcome::Passed, _) => {
            assert!(step.micros.is_some(), "{tested:?}");
            format!("{:?}", step.step)
        }
        (StepOutcome::Failed, Some(reason)) => format!("!{:?}:{reason:?}", step.step),
        (_, Some(StepReason::EarlierFailed)) => "-".to_owned(),
        (_, reason) => format!("-{reason:?}"),
    });
    steps.collect::<Vec<_>>().join(" ").replace("Some(", "").replace(')', "")
}

fn named(name: &str, port: u16, method: Method) -> ServerConfig {
    let address = Address::from_host(name, port).expect("a good name");
    ServerConfig::new(address, method, &password(method)).expect("it was made for the method")
}

#[tokio::test]
async fn a_server_that_works_passes_every_step() {
    let scene = Scene::start().await;
    for method in [METHOD, METHOD_2022, Method::Blake3ChaCha20Poly1305] {
        let far = server(method);
        let tested = scene.climb(server_config(far.address, method)).await;
        assert_eq!(told(&tested), "-NoName Connect Handshake FirstByte Udp", "{method}");
        assert_eq!(tested.verdict, TestVerdict::Works, "{method}");
    }
    for peer in [
        (ss_server(METHOD.name(), &password(METHOD)).await, METHOD),
        (sing_box_server(METHOD_2022.name(), &password(METHOD_2022)).await, METHOD_2022),
    ] {
        let tested = scene.climb(server_config(peer.0.address, peer.1)).await;
        assert_eq!(tested.verdict, TestVerdict::Works, "{}: {tested:?}", peer.1);
    }
}

#[tokio::test]
async fn a_name_is_looked_up_and_one_that_is_none_is_told_from_a_silent_name_server() {
    const NAMES: &[Entry] = &[("server.test", &[std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)])];
    let scene = Scene::start().await;
    let far = server(METHOD);
    let names = NameServer::start(NAMES).await;
    let port = far.address.port();
    let origin = scene.origin.address;
    let good = climber(origin, names.address, NameServers::These(vec![names.address]));
    let tested = climb(&good, named("server.test", port, METHOD)).await;
    assert_eq!(told(&tested), "Resolve Connect Handshake FirstByte Udp");
    let tested = climb(&good, named("nobody.test", port, METHOD)).await;
    assert_eq!(told(&tested), "!Resolve:NameNotFound - - - -");
    assert_eq!(tested.verdict, TestVerdict::NameNotFound);
    let silent = NameServer::silent().await;
    let bad = climber(origin, names.address, NameServers::These(vec![silent.address]));
    let tested = climb(&bad, named("server.test", port, METHOD)).await;
    assert_eq!(told(&tested), "!Resolve:NameServerSilent - - - -");
    assert_eq!(tested.verdict, TestVerdict::NameServerSilent);
}

#[tokio::test]
async fn what_takes_no_connection_or_says_nothing_of_ours_is_called_what_it_is() {
    let scene = Scene::start().await;
    let (refusing, swallowing) = (Refusing::start(), Swallowing::start().await);
    let silent = Target::start(Manner::Silent).await;
    let closing = Target::start(Manner::Closes).await;
    let resetting = Target::start(Manner::Resets).await;
    let noise = Target::start(Manner::TalksFirst(payload::bytes(4096, 9))).await;
    let mirror = Target::start(Manner::Echo).await;
    let handshake = |reason: &str| format!("-NoName Connect !Handshake:{reason} - -");
    for (what, address, told_of, verdict) in [
        ("refuses", refusing.address, "-NoName !Connect:Refused - - -".to_owned(), TestVerdict::Refused),
        ("swallows SYNs", swallowing.address, "-NoName !Connect:NoAnswer - - -".to_owned(), TestVerdict::NoAnswer),
        ("silent", silent.address, handshake("Silent"), TestVerdict::Silent),
        ("closes", closing.address, handshake("Closed"), TestVerdict::Closed { bytes: 0 }),
        ("resets", resetting.address, handshake("Closed"), TestVerdict::Closed { bytes: 0 }),
        ("noise", noise.address, handshake("BadAnswer"), TestVerdict::BadAnswer),
        ("mirror", mirror.address, handshake("BadAnswer"), TestVerdict::BadAnswer),
    ] {
        for method in [METHOD, METHOD_2022] {
            let tested = scene.climb(server_config(address, method)).await;
            assert_eq!((told(&tested), &tested.verdict), (told_of.clone(), &verdict), "{what}, {method}");
        }
    }
}

/// Fewer bytes than an answer has.
#[tokio::test]
async fn a_server_that_closes_after_some_bytes_is_told_with_their_number() {
    let scene = Scene::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(&[7; 5]).await;
            let _ = stream.shutdown().await;
            tokio::spawn(async move { tokio::io::copy(&mut stream, &mut tokio::io::sink()).await });
        }
    });
    let tested = scene.climb(server_config(address, METHOD)).await;
    assert_eq!(tested.verdict, TestVerdict::Closed { bytes: 5 }, "{tested:?}");
}

#[tokio::test]
async fn a_wrong_password_or_method_ends_in_silence() {
    let scene = Scene::start().await;
    for (theirs, ours) in [(METHOD, METHOD), (METHOD_2022, METHOD_2022), (METHOD_2022, METHOD), (METHOD, METHOD_2022)] {
        let far = server(theirs);
        let key = if theirs == ours { wrong_password(ours) } else { password(ours) };
        let bad = ServerConfig::new(Address::from(far.address), ours, &key).expect("it was made for the method");
        let tested = scene.climb(bad).await;
        assert_eq!(told(&tested), "-NoName Connect !Handshake:Silent - -", "{ours} to {theirs}");
        assert_eq!(tested.verdict, TestVerdict::Silent, "{ours} to {theirs}");
    }
}

/// Both a target that refuses, which makes the server close, and one that says nothing.
#[tokio::test]
async fn a_target_that_cannot_be_had_is_not_the_servers_fault() {
    let names = NameServer::start(&[]).await;
    let far = server(METHOD);
    let (refusing, silent) = (Refusing::start(), Target::start(Manner::Silent).await);
    for target in [refusing.address, silent.address] {
        let climber = climber(target, names.address, NameServers::These(Vec::new()));
        let tested = climb(&climber, server_config(far.address, METHOD)).await;
        assert_eq!(told(&tested), "-NoName Connect Handshake !FirstByte:TargetUnreachable -");
        assert_eq!(tested.verdict, TestVerdict::TargetUnreachable);
    }
}

#[tokio::test]
async fn a_server_without_udp_works_but_for_that() {
    let scene = Scene::start().await;
    let mut tcp = shadowsocks(METHOD, Egress::Any);
    tcp.mode = parasol_engine::Mode::TcpOnly;
    let far = Running::start(config(vec![tcp]));
    let tested = scene.climb(server_config(far.address, METHOD)).await;
    assert!(told(&tested).starts_with("-NoName Connect Handshake FirstByte !Udp:"), "{tested:?}");
    assert_eq!(tested.verdict, TestVerdict::WorksWithoutUdp);
    // A name server that says nothing looks the same from here.
    let silent = NameServer::silent().await;
    let climber = climber(scene.origin.address, silent.address, NameServers::These(Vec::new()));
    let far = server(METHOD);
    let tested = climb(&climber, server_config(far.address, METHOD)).await;
    assert_eq!(told(&tested), "-NoName Connect Handshake FirstByte !Udp:Silent");
}

/// With one of the methods from before AEAD anything opens; only an answer counts as one.
#[tokio::test]
async fn a_legacy_server_must_answer_sense() {
    let scene = Scene::start().await;
    let method = Method::parse_legacy("aes-256-cfb").expect("it is one");
    let far = Running::start(config(vec![inbound(parasol_engine::InboundKind::Shadowsocks {
        access: parasol_proto::Access::new(method, "test").expect("it is a password"),
        egress: Egress::Any,
    })]));
    let with = |password| ServerConfig::new(Address::from(far.address), method, password).expect("it is a password");
    let tested = scene.climb(with("test")).await;
    assert_eq!(tested.verdict, TestVerdict::Works, "{tested:?}");
    let tested = scene.climb(with("tost")).await;
    assert!(!tested.verdict.works(), "{tested:?}");
    let noise = Target::start(Manner::TalksFirst(payload::bytes(4096, 9))).await;
    let bad = ServerConfig::new(Address::from(noise.address), method, "test").expect("it is a password");
    assert_eq!(scene.climb(bad).await.verdict, TestVerdict::BadAnswer);
}

#[tokio::test]
async fn the_server_in_this_program_and_a_profile_that_cannot_be_used() {
    let scene = Scene::start().await;
    let call_off = CancellationToken::new();
    let tested = scene.climber().climb(&Ok(Through::Builtin), &call_off).await.expect("it is not called off");
    assert_eq!(tested.verdict, TestVerdict::Works, "{tested:?}");
    let problem = Problem::PluginUnapproved { name: "obfs-local".into() };
    let tested = scene.climber().climb(&Err(problem.clone()), &call_off).await.expect("it is not called off");
    assert_eq!(tested.verdict, TestVerdict::Unusable { problem });
    assert_eq!(told(&tested), "-Unusable -Unusable -Unusable -Unusable -Unusable");
}

/// A clock that is right to half a minute is no reason, and one that is not is only where the method has a time.
#[tokio::test]
async fn a_wrong_clock_is_named_where_it_can_be_the_reason() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_secs();
    let names = NameServer::start(&[]).await;
    for (shown, method, wrong) in [
        (now - 7200, METHOD_2022, Some(7200)),
        (now + 7200, METHOD_2022, Some(-7200)),
        (now, METHOD_2022, None),
        (now - 7200, METHOD, None),
    ] {
        let date = format!("HTTP/1.1 204 No Content\r\nDate: {}\r\n\r\n", http_date(shown));
        let origin = Target::start(Manner::Sends(date.into_bytes())).await;
        let climber = climber(origin.address, names.address, NameServers::These(Vec::new()));
        let silent = Target::start(Manner::Silent).await;
        let verdict = climb(&climber, server_config(silent.address, method)).await.verdict;
        match (wrong, verdict) {
            (None, TestVerdict::Silent) => {}
            (Some(wrong), TestVerdict::WrongClock { ahead_s: Some(ahead) }) => {
                assert!((wrong..wrong + 60).contains(&ahead), "{ahead}");
            }
            (_, verdict) => panic!("{verdict:?} where the clock is {wrong:?} s wrong"),
        }
    }
}

/// Like `Sun, 06 Nov 1994 08:49:37 GMT`; of the day of the week nobody here asks whether it is right.
pub(crate) fn http_date(unix: u64) -> String {
    let (days, rest) = ((unix / 86_400) as i64, unix % 86_400);
    // Days since March of year 0, whose years end with the leap day.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(month < 2);
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let (weekday, month) = (WEEKDAYS[(days % 7) as usize], MONTHS[month as usize]);
    format!("{weekday}, {day:02} {month} {year} {:02}:{:02}:{:02} GMT", rest / 3600, rest / 60 % 60, rest % 60)
}

#[tokio::test]
async fn many_are_tested_some_at_a_time_and_calling_off_ends_all() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    let good = || Ok(Through::Server(server_config(far.address, METHOD)));
    let (tell, mut told) = mpsc::unbounded_channel();
    let tell = move |place, progress| drop(tell.send((place, progress)));
    let servers: Vec<_> = (0..20).map(|_| good()).collect();
    within("all tests", climb_all(scene.climber().into(), servers, CancellationToken::new(), tell)).await;
    let (mut running, mut most, mut worked) = (0, 0, 0);
    while let Some((_, progress)) = told.recv().await {
        match progress {
            Progress::Began => running += 1,
            Progress::Ended(tested) => {
                running -= 1;
                worked += usize::from(tested.verdict.works());
            }
        }
        most = most.max(running);
    }
    assert_eq!((running, worked), (0, 20));
    assert!((2..=8).contains(&most), "{most}");

    let silent = Target::start(Manner::Silent).await;
    let climber = Climber::new(
        Probe::default(),
        NameServers::These(Vec::new()),
        ProbePatience { answer: Duration::from_secs(3600), ..ProbePatience::default() },
        Patience::default(),
    );
    let (tell, mut told) = mpsc::unbounded_channel();
    let tell = move |place, progress| drop(tell.send((place, progress)));
    let call_off = CancellationToken::new();
    let servers = (0..20).map(|_| Ok(Through::Server(server_config(silent.address, METHOD)))).collect();
    let climbing = tokio::spawn(climb_all(climber.into(), servers, call_off.clone(), tell));
    within("a beginning", told.recv()).await.expect("it begins");
    call_off.cancel();
    within("the end", climbing).await.expect("it does not panic");
    while let Some((_, progress)) = told.recv().await {
        assert_eq!(progress, Progress::Began);
    }
}

#[tokio::test]
async fn a_plugin_is_gone_through_and_a_missing_one_is_named() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    let spec = |program, options| PluginSpec::new(program, options, PluginMode::TcpOnly).expect("it is a plugin");
    let (any, patience) = (SocketAddr::from(([127, 0, 0, 1], 0)), Patience::default());
    let theirs = Plugin::server(spec("obfs-server", "obfs=http"), any, far.address, patience).await;
    let theirs = theirs.expect("npm test sets it up");
    let plugged = |program| Through::Plugged {
        server: server_config(theirs.address(), METHOD),
        plugin: spec(program, "obfs=http;obfs-host=example.org"),
    };
    let call_off = CancellationToken::new();
    let tested = within("a test", scene.climber().climb(&Ok(plugged("obfs-local")), &call_off)).await;
    let tested = tested.expect("it is not called off");
    assert_eq!(told(&tested), "-PluginDoes -PluginDoes Handshake FirstByte -PluginCarriesNone");
    assert_eq!(tested.verdict, TestVerdict::Works);

    let tested = scene.climber().climb(&Ok(plugged("parasol-no-such-plugin")), &call_off).await;
    let problem = Problem::PluginMissing { name: "parasol-no-such-plugin".into() };
    assert_eq!(tested.expect("it is not called off").verdict, TestVerdict::Unusable { problem });
    theirs.stop().await;
}

/// `parasol test` as it is run, with what it prints and ends with.
struct Run {
    code: Option<i32>,
    out: Value,
    text: String,
}

impl Scene {
    async fn run(&self, command: &mut Command, link: Option<&str>) -> Run {
        let fetch = format!("http://{}/", self.origin.address);
        command.args(["test", "--json", "--fetch", &fetch, "--name-server", &self.names.address.to_string()]);
        command.args(link.map(|_| "-")).env_remove("PARASOL_PASSWORD");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("npm test sets it up");
        let mut stdin = child.stdin.take().expect("it was piped");
        // It may have ended without reading.
        let _ = stdin.write_all(link.unwrap_or_default().as_bytes()).await;
        drop(stdin);
        let output = within("a test", child.wait_with_output()).await.expect("it was started");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let out = serde_json::from_slice(&output.stdout).unwrap_or_default();
        Run { code: output.status.code(), out, text }
    }
}

fn link(far: SocketAddr, method: Method) -> String {
    let address = Address::from(far);
    let link = Link { server: address, method, password: password(method).as_str().into(), plugin: None, name: None };
    link.encode()
}

#[tokio::test]
async fn the_program_tests_a_link_and_the_saved_profiles_and_ends_as_they_do() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    let run = scene.run(&mut Command::new(parasol::path()), Some(&link(far.address, METHOD))).await;
    assert_eq!((run.code, &run.out[0]["profile"]), (Some(0), &json!(far.address.to_string())), "{}", run.text);
    assert_eq!(run.out[0]["verdict"]["kind"], "works");
    let steps: Vec<_> = run.out[0]["steps"].as_array().expect("a list").iter().map(|step| &step["step"]).collect();
    assert_eq!(steps, ["resolve", "connect", "handshake", "firstByte", "udp"]);
    assert!(run.out[0]["steps"][3]["ms"].is_f64(), "{}", run.text);

    let dir = tempfile::tempdir().expect("the temporary folder can be written");
    let refusing = Refusing::start();
    let profile = |name: &str, port: u16| {
        json!({"id": name, "name": name, "server": "127.0.0.1", "port": port,
        "method": METHOD.name(), "password": password(METHOD)})
    };
    let saved = json!({"version": 1, "profiles": [profile("down\u{202e}", refusing.address.port()),
        profile("good", far.address.port())]});
    std::fs::write(dir.path().join("profiles.json"), saved.to_string()).expect("the temporary folder can be written");
    let run = scene.run(Command::new(parasol::path()).env("PARASOL_CONFIG_DIR", dir.path()), None).await;
    assert_eq!(run.code, Some(1), "{}", run.text);
    assert_eq!(run.out[0]["verdict"]["kind"], "refused");
    assert_eq!(
        run.out[0]["steps"][1],
        json!({"step": "connect", "outcome": "failed", "reason": "refused", "ms": null})
    );
    assert_eq!((&run.out[1]["profile"], &run.out[1]["verdict"]["works"]), (&json!("good"), &json!(true)));
    assert!(!run.text.contains(&password(METHOD)), "{}", run.text);

    let empty = tempfile::tempdir().expect("the temporary folder can be written");
    let run = scene.run(Command::new(parasol::path()).env("PARASOL_CONFIG_DIR", empty.path()), None).await;
    assert_eq!(run.code, Some(2), "{}", run.text);
}

/// Catalogue 52, where there is somebody to ask what time it is.
#[tokio::test]
async fn a_clock_that_is_hours_wrong_is_named_as_the_cause() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_secs();
    let date = format!("HTTP/1.1 204 No Content\r\nDate: {}\r\n\r\n", http_date(now));
    let scene = Scene { origin: Target::start(Manner::Sends(date.into_bytes())).await, ..Scene::start().await };
    let mut far = config(vec![shadowsocks(METHOD_2022, Egress::Any)]);
    far.deadlines.handshake = SHORT;
    let far = Running::start(far);
    let mut command = parasol::by_another_clock("+7200s");
    let run = scene.run(&mut command, Some(&link(far.address, METHOD_2022))).await;
    assert_eq!((run.code, &run.out[0]["verdict"]["kind"]), (Some(1), &json!("wrongClock")), "{}", run.text);
    let ahead = run.out[0]["verdict"]["aheadS"].as_i64().expect("it is known");
    assert!((7100..7300).contains(&ahead), "{}", run.text);
}
