//! The diagnosis: faults that are put in one by one, each named as what it is, with what helps; and `parasol check`.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::sync::Arc;
use std::time::SystemTime;

use harness::deadline::within;
use harness::dns::NameServer;
use harness::parasol;
use harness::payload;
use harness::target::{Manner, Refusing, Swallowing, Target};
use parasol_app::diagnosis::{
    Action, Diagnosis, DiagnosisReason, DiagnosisStep, KeyStoreSubject, PortNow, PortSubject, ProxySubject, Subject,
    run,
};
use parasol_app::ladder::Climber;
use parasol_app::plugin::{Patience, PluginMode, PluginSpec};
use parasol_app::probe::Probe;
use parasol_app::problem::Problem;
use parasol_app::profile::Through;
use parasol_app::relay::{NameServers, ProbePatience};
use parasol_app::state::{KeyStoreView, RoutingMode, SecretsPlace};
use parasol_app::subscription::{Fetcher, Names, SubscriptionUrl, Trust};
use parasol_app::tested::{StepOutcome, TestVerdict};
use parasol_engine::Egress;
use parasol_platform::system_proxy::{Fake, Lease, SystemProxy, Wanted};
use parasol_proto::{Address, Link, Method, ServerConfig};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::ladder::http_date;
use crate::running::{Running, SHORT, config, password, server, server_config, shadowsocks, wrong_password};

const METHOD: Method = Method::Aes256Gcm;
const METHOD_2022: Method = Method::Blake3Aes256Gcm;

/// What is asked for through servers, a desktop in memory, and a folder for its journal.
struct Scene {
    origin: Target,
    names: NameServer,
    desktop: Fake,
    folder: TempDir,
}

impl Scene {
    async fn start() -> Scene {
        Scene::behind(0).await
    }

    /// Whoever is fetched from says that it is so many seconds earlier.
    async fn behind(seconds: u64) -> Scene {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_secs();
        let head = format!("HTTP/1.1 204 No Content\r\nDate: {}\r\n\r\n", http_date(now - seconds));
        Scene {
            origin: Target::start(Manner::Sends(head.into_bytes())).await,
            names: NameServer::start(&[]).await,
            desktop: Fake::new([("mode", "auto")]),
            folder: tempfile::tempdir().expect("the temporary folder can be written"),
        }
    }

    /// A Parasol that is off and goes through this.
    fn subject(&self, through: Result<Through, Problem>) -> Subject {
        self.asking(through, NameServers::These(vec![self.names.address]))
    }

    fn asking(&self, through: Result<Through, Problem>, servers: NameServers) -> Subject {
        let probe = Probe::new(&format!("http://{}/", self.origin.address), &self.names.address.to_string());
        let waits = ProbePatience { resolve: SHORT, connect: SHORT, answer: SHORT, datagram: 2 * SHORT };
        let patience = Patience::default();
        let fake = self.desktop.clone();
        Subject {
            port: PortSubject { address: free_address(), now: PortNow::Off, refused: None, others: Vec::new() },
            proxy: ProxySubject {
                wanted: true,
                address: None,
                problem: None,
                desktop: Arc::new(move || Some(Box::new(fake.clone()) as Box<dyn SystemProxy>)),
                journal: self.folder.path().join("journal.json"),
            },
            tray: Some(true),
            key_store: Some(KeyStoreSubject { place: SecretsPlace::KeyStore, says: KeyStoreView::Ready }),
            through,
            methods: vec![METHOD, METHOD_2022],
            mode: RoutingMode::Rules,
            climber: Climber::new(probe.expect("it is a probe"), servers, waits, patience),
            patience,
            // Nobody is believed, and so nobody asked.
            fetcher: Fetcher::new(Trust::These(Vec::new()), Names::System, Vec::new()),
            clock_url: SubscriptionUrl::from("https://clock.example/".to_owned()),
            clock: Arc::new(SystemTime::now),
            limit: Subject::LIMIT,
        }
    }

    async fn diagnosis(&self, server: ServerConfig) -> Diagnosis {
        diagnosis(self.subject(Ok(Through::Server(server)))).await
    }
}

async fn diagnosis(subject: Subject) -> Diagnosis {
    within("a diagnosis", run(subject, &|_| (), &CancellationToken::new())).await
}

fn free_address() -> SocketAddr {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    free.local_addr().expect("it is bound")
}

/// The one step that failed, why, and what helps.
#[track_caller]
fn only_failure(diagnosis: &Diagnosis) -> (DiagnosisStep, DiagnosisReason, Option<Action>) {
    let mut failed = diagnosis.steps.iter().filter(|step| step.outcome == StepOutcome::Failed);
    let (Some(step), None) = (failed.next(), failed.next()) else { panic!("not one failure: {diagnosis:#?}") };
    assert_eq!(diagnosis.steps.iter().map(|step| step.step).collect::<Vec<_>>(), DiagnosisStep::ALL);
    assert!(diagnosis.ended);
    (step.step, step.reason.clone().expect("it says why"), step.action.clone())
}

fn verdict(verdict: TestVerdict) -> DiagnosisReason {
    DiagnosisReason::Server { verdict }
}

#[tokio::test]
async fn a_server_that_works_fails_no_step() {
    let scene = Scene::start().await;
    for method in [METHOD, METHOD_2022] {
        let far = server(method);
        let diagnosis = scene.diagnosis(server_config(far.address, method)).await;
        assert_eq!(diagnosis.failed(), 0, "{diagnosis:#?}");
        for step in [DiagnosisStep::Socks5, DiagnosisStep::Http, DiagnosisStep::LocalUdp, DiagnosisStep::Names] {
            assert_eq!(diagnosis.step(step).map(|step| step.outcome), Some(StepOutcome::Passed), "{diagnosis:#?}");
        }
    }
}

/// Eight of the faults lie with the server or on the way there. Garbage and a reflected request lie there, too.
#[tokio::test]
async fn a_fault_of_the_server_is_the_only_failure_and_named_as_what_it_is() {
    let scene = Scene::start().await;
    let (far, other) = (server(METHOD), server(METHOD_2022));
    let with = |address: SocketAddr, method, key: &str| {
        ServerConfig::new(Address::from(address), method, key).expect("it was made for the method")
    };
    let (refusing, swallowing) = (Refusing::start(), Swallowing::start().await);
    let noise = Target::start(Manner::TalksFirst(payload::bytes(4096, 9))).await;
    let mut tcp = shadowsocks(METHOD, Egress::Any);
    tcp.mode = parasol_engine::Mode::TcpOnly;
    let no_udp = Running::start(config(vec![tcp]));
    let edit = Some(Action::EditProfile);
    for (fault, server, step, told, action) in [
        (
            "wrong password",
            with(far.address, METHOD, &wrong_password(METHOD)),
            DiagnosisStep::Handshake,
            TestVerdict::Silent,
            edit.clone(),
        ),
        (
            "wrong method",
            with(other.address, METHOD, &password(METHOD)),
            DiagnosisStep::Handshake,
            TestVerdict::Silent,
            edit.clone(),
        ),
        ("down", server_config(refusing.address, METHOD), DiagnosisStep::Connect, TestVerdict::Refused, edit.clone()),
        (
            "SYN swallowed",
            server_config(swallowing.address, METHOD),
            DiagnosisStep::Connect,
            TestVerdict::NoAnswer,
            edit.clone(),
        ),
        ("UDP blocked", server_config(no_udp.address, METHOD), DiagnosisStep::Udp, TestVerdict::WorksWithoutUdp, None),
        ("garbage", server_config(noise.address, METHOD), DiagnosisStep::Handshake, TestVerdict::BadAnswer, edit),
    ] {
        let found = only_failure(&scene.diagnosis(server).await);
        assert_eq!(found, (step, verdict(told), action), "{fault}");
    }
}

#[tokio::test]
async fn a_dead_name_server_is_named() {
    let scene = Scene::start().await;
    let silent = NameServer::silent().await;
    let address = Address::from_host("server.test", 8388).expect("a good name");
    let named = ServerConfig::new(address, METHOD, &password(METHOD)).expect("it was made for the method");
    let subject = scene.asking(Ok(Through::Server(named)), NameServers::These(vec![silent.address]));
    let (step, reason, action) = only_failure(&diagnosis(subject).await);
    assert_eq!((step, reason), (DiagnosisStep::Resolve, verdict(TestVerdict::NameServerSilent)));
    assert_eq!(action, Some(Action::EditProfile));
}

/// The server is silent, and whoever is fetched from says that it is an hour earlier.
#[tokio::test]
async fn a_clock_that_is_an_hour_wrong_is_named_twice_and_can_be_set() {
    let scene = Scene::behind(3600).await;
    let silent = Target::start(Manner::Silent).await;
    let diagnosis = scene.diagnosis(server_config(silent.address, METHOD_2022)).await;
    let failed: Vec<_> = diagnosis.steps.iter().filter(|step| step.outcome == StepOutcome::Failed).collect();
    let steps: Vec<_> = failed.iter().map(|step| (step.step, step.action.clone())).collect();
    let set = Some(Action::SetClock);
    assert_eq!(steps, [(DiagnosisStep::Handshake, set.clone()), (DiagnosisStep::Clock, set)], "{diagnosis:#?}");
    let Some(DiagnosisReason::WrongClock { ahead_s }) = failed[1].reason else { panic!("{:?}", failed[1]) };
    assert!((3500..3700).contains(&ahead_s), "{ahead_s}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_who_has_it() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    let mut subject = scene.subject(Ok(Through::Server(server_config(far.address, METHOD))));
    subject.port.address = holder.local_addr().expect("it is bound");
    let (step, reason, action) = only_failure(&diagnosis(subject).await);
    assert_eq!(step, DiagnosisStep::Port);
    let DiagnosisReason::Problem { problem: Problem::PortTaken { pid, next_free, .. } } = reason else {
        panic!("{reason:?}");
    };
    if cfg!(target_os = "linux") {
        assert_eq!(pid, Some(std::process::id()));
    }
    assert_eq!(action, Some(next_free.map_or(Action::EditPort, |port| Action::UsePort { port })));
}

/// It takes connections, as anything does, and is not ours.
#[tokio::test]
async fn a_port_that_should_be_ours_and_answers_otherwise_is_named() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    for manner in [Manner::Closes, Manner::TalksFirst(payload::bytes(4096, 9))] {
        let stranger = Target::start(manner).await;
        let mut subject = scene.subject(Ok(Through::Server(server_config(far.address, METHOD))));
        subject.port.address = stranger.address;
        subject.port.now = PortNow::On { to_this_machine: false, udp: false };
        let found = only_failure(&diagnosis(subject).await);
        assert_eq!(found, (DiagnosisStep::Port, DiagnosisReason::PortSilent, Some(Action::TryAgain)));
    }
}

#[tokio::test]
async fn a_plugin_that_is_missing_is_named() {
    let scene = Scene::start().await;
    let plugin = PluginSpec::new("parasol-no-such-plugin", "", PluginMode::TcpOnly).expect("it is a plugin");
    let server = server_config(free_address(), METHOD);
    let (step, reason, action) = only_failure(&diagnosis(scene.subject(Ok(Through::Plugged { server, plugin }))).await);
    let problem = Problem::PluginMissing { name: "parasol-no-such-plugin".to_owned() };
    assert_eq!((step, reason), (DiagnosisStep::Plugin, DiagnosisReason::Problem { problem }));
    assert_eq!(action, Some(Action::EditProfile));
}

#[tokio::test]
async fn a_system_proxy_that_another_has_changed_is_named() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    let listen: SocketAddr = "127.0.0.1:1080".parse().expect("it is an address");
    let journal = scene.folder.path().join("journal.json");
    let wanted = Wanted::new(listen, Vec::new());
    let lease = Lease::acquire(Box::new(scene.desktop.clone()), &journal, &wanted).expect("a desktop in memory");
    let subject = || {
        let mut subject = scene.subject(Ok(Through::Server(server_config(far.address, METHOD))));
        subject.proxy.address = Some(listen);
        subject
    };
    let ours = diagnosis(subject()).await;
    assert_eq!(ours.step(DiagnosisStep::SystemProxy).map(|step| step.outcome), Some(StepOutcome::Passed), "{ours:#?}");
    scene.desktop.change(&[("mode", Some("none"))].into_iter().collect());
    let found = only_failure(&diagnosis(subject()).await);
    let reason = DiagnosisReason::Problem { problem: Problem::ProxyTaken };
    assert_eq!(found, (DiagnosisStep::SystemProxy, reason, Some(Action::TakeProxyBack)));
    lease.release().expect("a desktop in memory");
}

/// `parasol check` as it is run, with what it prints and ends with.
struct Run {
    code: Option<i32>,
    steps: Vec<Value>,
    text: String,
}

impl Run {
    fn step(&self, name: &str) -> &Value {
        let found = self.steps.iter().find(|step| step["step"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {}", self.text))
    }
}

/// With a folder of its own, and nobody to ask for the time: no test leaves this machine.
async fn check(command: &mut Command, scene: &Scene, args: &[&str], link: Option<&str>) -> Run {
    let fetch = format!("http://{}/", scene.origin.address);
    let name_server = scene.names.address.to_string();
    command.arg("check").args(["--fetch", &fetch, "--name-server", &name_server, "--clock", "https://127.0.0.1:1/"]);
    command.args(args).args(link.map(|_| "-")).env_remove("PARASOL_PASSWORD");
    let folder = scene.folder.path();
    command.env("PARASOL_CONFIG_DIR", folder).env("XDG_RUNTIME_DIR", folder).env("HOME", folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("npm test sets it up");
    let mut stdin = child.stdin.take().expect("it was piped");
    // It may have ended without reading.
    let _ = stdin.write_all(link.unwrap_or_default().as_bytes()).await;
    drop(stdin);
    let output = within("a check", child.wait_with_output()).await.expect("it was started");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let steps = serde_json::from_slice(&output.stdout).unwrap_or_default();
    Run { code: output.status.code(), steps, text }
}

fn link(far: SocketAddr, method: Method, key: &str) -> String {
    let address = Address::from(far);
    Link { server: address, method, password: key.into(), plugin: None, name: None }.encode()
}

#[tokio::test]
async fn the_program_checks_a_link_and_ends_as_its_steps_do() {
    let scene = Scene::start().await;
    let far = server(METHOD);
    let good = link(far.address, METHOD, &password(METHOD));
    let run = check(&mut Command::new(parasol::path()), &scene, &["--json"], Some(&good)).await;
    let names: Vec<&str> = run.steps.iter().filter_map(|step| step["step"].as_str()).collect();
    let all = "port systemProxy tray keyStore socks5 http localUdp resolve connect handshake firstByte udp clock plugin names";
    assert_eq!(names.join(" "), all, "{}", run.text);
    // Whatever else has port 1080 on this machine.
    let failed: Vec<_> =
        run.steps.iter().filter(|step| step["outcome"] == "failed" && step["step"] != "port").collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(run.step("handshake")["ms"].is_f64(), "{}", run.text);
    assert_eq!(run.step("tray")["reason"], "noWindow");
    assert_eq!(run.step("plugin")["words"], "there is none");

    let bad = link(far.address, METHOD, &wrong_password(METHOD));
    let run = check(&mut Command::new(parasol::path()), &scene, &["--json"], Some(&bad)).await;
    assert_eq!(run.code, Some(1), "{}", run.text);
    let step = run.step("handshake");
    assert_eq!((&step["outcome"], &step["reason"]), (&"failed".into(), &"silent".into()), "{step}");
    assert_eq!(step["action"], "editProfile");
    for secret in [password(METHOD), wrong_password(METHOD), far.address.to_string()] {
        assert!(!run.text.contains(&secret), "{}", run.text);
    }

    let run = check(&mut Command::new(parasol::path()), &scene, &[], Some(&bad)).await;
    assert_eq!(run.code, Some(1), "{}", run.text);
    assert!(
        run.text.contains("\nhandshake      failed: the server took the connection and stayed silent"),
        "{}",
        run.text
    );
    let lines = run.text.lines().filter(|line| !line.starts_with("parasol: ")).count();
    assert_eq!(lines, names.len(), "a line for each, the last one too: {}", run.text);
}

#[tokio::test]
async fn the_program_checks_the_saved_profile_in_use() {
    let scene = Scene::start().await;
    let run = check(&mut Command::new(parasol::path()), &scene, &["--json"], None).await;
    assert_eq!((run.code, &run.step("resolve")["reason"]), (Some(1), &"noProfile".into()), "{}", run.text);

    let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    let far = server(METHOD);
    let saved = serde_json::json!({"version": 1, "active": "one", "profiles": [{"id": "one", "server": "127.0.0.1",
        "port": far.address.port(), "method": METHOD.name(), "password": password(METHOD)}],
        "settings": {"local_port": holder.local_addr().expect("it is bound").port(), "system_proxy": "leave"}});
    std::fs::write(scene.folder.path().join("profiles.json"), saved.to_string()).expect("it can be written");
    let run = check(&mut Command::new(parasol::path()), &scene, &["--json"], None).await;
    assert_eq!(run.code, Some(1), "{}", run.text);
    assert_eq!((&run.step("port")["reason"], &run.step("port")["outcome"]), (&"portTaken".into(), &"failed".into()));
    assert_eq!(run.step("systemProxy")["reason"], "proxyLeftAlone");
    assert_eq!(run.step("keyStore")["reason"], "secretsInFile");
    assert_eq!(run.step("firstByte")["outcome"], "passed");

    drop(holder);
    let run = check(&mut Command::new(parasol::path()), &scene, &["--json"], None).await;
    assert_eq!(run.code, Some(0), "{}", run.text);
}

#[tokio::test]
async fn the_program_names_a_clock_that_is_an_hour_wrong() {
    let scene = Scene::start().await;
    let mut far = config(vec![shadowsocks(METHOD_2022, Egress::Any)]);
    far.deadlines.handshake = SHORT;
    let far = Running::start(far);
    let mut command = parasol::by_another_clock("+3600s");
    let link = link(far.address, METHOD_2022, &password(METHOD_2022));
    let run = check(&mut command, &scene, &["--json"], Some(&link)).await;
    assert_eq!(run.code, Some(1), "{}", run.text);
    for step in ["handshake", "clock"] {
        let step = run.step(step);
        assert_eq!((&step["reason"], &step["action"]), (&"wrongClock".into(), &"setClock".into()), "{}", run.text);
    }
    assert!(run.step("clock")["words"].as_str().is_some_and(|words| words.contains("s ahead")), "{}", run.text);
}
