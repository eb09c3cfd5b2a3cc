//! Plugins that are missing, fail, hang, flood or are not what they seem; and what becomes of them with us.

use std::net::Ipv4Addr;
use std::time::Duration;

use harness::deadline::within;
use harness::parasol::{self, Parasol};
use harness::process::Process;
use harness::socks5;
use harness::target::{Manner, Target};
use parasol_app::plugin::{Patience, Plugin, PluginMode, PluginSpec};
use parasol_app::problem::Problem;
use parasol_proto::Address;
use tokio::net::TcpListener;

use super::script::Script;

/// Listens and takes whoever comes.
const SERVES: &str = "\
server = listen()
while True:
    server.accept()
";

/// Answers the first knock, sees it go, and ends.
const CRASHES: &str = "\
client, _ = listen().accept()
while client.recv(1): pass
print('out of \\x1b[31mluck', file=sys.stderr)
sys.exit(5)
";

fn spec(program: &str, options: &str) -> PluginSpec {
    PluginSpec::new(program, options, PluginMode::TcpOnly).expect("it is one")
}

/// Short pauses and few of them; all else as usual.
fn patience() -> Patience {
    Patience { pause: Duration::from_millis(1), crashes: 3, ..Patience::default() }
}

async fn start(program: &str, options: &str, patience: Patience) -> Result<Plugin, Problem> {
    let server: Address = "192.0.2.1:8388".parse().expect("an address");
    within("a plugin's start", Plugin::local(spec(program, options), &server, patience)).await
}

/// `parasol local` to a server at this port, through this plugin.
fn local_args<'a>(port: &'a str, program: &'a str, options: &'a str) -> Vec<&'a str> {
    let mut args = vec!["local", "-s", "127.0.0.1", "-p", port, "-k", "pw", "-l", "0", "--plugin", program];
    args.extend(["--plugin-opts", options]);
    args
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let shell_text = ["/nowhere/x; touch owned; true", "/nowhere/$(touch owned)", "/nowhere/`touch owned`"];
    for program in ["parasol-no-such-plugin", "/nowhere/plugin"].into_iter().chain(shell_text) {
        let problem = start(program, "", patience()).await.expect_err("there is none");
        assert_eq!(problem, Problem::PluginMissing { name: program.to_owned() });
    }
    assert!(!std::path::Path::new("owned").exists());
}

#[tokio::test]
async fn one_that_may_not_be_run_says_so() {
    let script = Script::new("");
    let folder = script.path("");
    let problem = start(folder.to_str().expect("text"), "", patience()).await.expect_err("a folder is no program");
    assert!(matches!(problem, Problem::PluginFailed { exit: None, line: Some(_), .. }), "{problem:?}");
}

#[tokio::test]
async fn one_that_ends_at_once_fails_with_its_last_words() {
    let script =
        Script::new("print('first', file=sys.stderr)\nprint('no such option', file=sys.stderr)\nsys.exit(3)\n");
    let problem = start(&script.program(), "", patience()).await.expect_err("it ends");
    let line = Some("no such option".to_owned());
    assert_eq!(problem, Problem::PluginFailed { name: script.program(), exit: Some(3), line });
}

#[tokio::test]
async fn one_that_never_answers_is_given_up_and_killed() {
    let script =
        Script::new("signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntell('deaf', '')\nwhile True: time.sleep(1)\n");
    let patience = Patience { ready: Duration::from_secs(1), ..patience() };
    let problem = start(&script.program(), "", patience).await.expect_err("it does not answer");
    assert_eq!(problem, Problem::PluginSilent { name: script.program(), seconds: 1 });
    script.until_dead().await;
}

#[tokio::test]
async fn one_that_crashes_is_started_again_and_not_for_ever() {
    let script = Script::new(
        &[
            "tell('starts', open(HERE + '/starts').read() + 'x' if os.path.exists(HERE + '/starts') else 'x')\n",
            CRASHES,
        ]
        .concat(),
    );
    let mut plugin = start(&script.program(), "", patience()).await.expect("it answers first");
    let problem = within("giving up", plugin.gave_up()).await;
    let line = Some(r"out of \u{1b}[31mluck".to_owned());
    assert_eq!(problem, Problem::PluginFailed { name: script.program(), exit: Some(5), line });
    assert_eq!(script.told("starts").await, b"xxx");
    within("stop", plugin.stop()).await;
}

#[tokio::test]
async fn one_that_crashed_once_serves_again_on_the_same_port() {
    let body = ["if not os.path.exists(HERE + '/crashed'):\n    tell('crashed', '')\n    client, _ = listen().accept()\n    while client.recv(1): pass\n    sys.exit(1)\n", SERVES].concat();
    let script = Script::new(&body);
    let plugin = start(&script.program(), "", patience()).await.expect("it answers");
    script.told("crashed").await;
    within("the second start", async {
        while tokio::net::TcpStream::connect(plugin.address()).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    within("stop", plugin.stop()).await;
    script.until_dead().await;
}

#[tokio::test]
async fn a_program_whose_plugin_is_beyond_hope_ends_and_nothing_goes_bare() {
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
    let port = server.local_addr().expect("it is bound").port().to_string();
    let script = Script::new("sys.exit('wrong key')\n");
    let program = script.program();
    for program in [program.as_str(), "parasol-no-such-plugin"] {
        let output = parasol::command(&local_args(&port, program, "")).output().await.expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(output.stdout.is_empty() && stderr.contains(program), "{stderr}");
    }

    // Its port is gone, but it lives: as bad as a crash that is not noticed yet.
    let script = Script::new(
        "server = listen()\nserver.accept()\nserver.close()\ntell('closed', '')\nwhile True: time.sleep(1)\n",
    );
    let ours = Parasol::start(&local_args(&port, &script.program(), "")).await.expect("it answers first");
    script.told("closed").await;
    let target = Target::start(Manner::Echo).await;
    assert!(socks5::connect(ours.address, target.address).await.is_err());
    let bare = futures_ready(server.accept()).await;
    assert!(!bare, "somebody came without the plugin");
}

/// Is it ready now?
async fn futures_ready<T>(future: impl Future<Output = T>) -> bool {
    tokio::select! {
        biased;
        _ = future => true,
        () = std::future::ready(()) => false,
    }
}

#[tokio::test]
async fn a_plugin_ends_with_us_however_we_end() {
    let script = Script::new(SERVES);
    let program = script.program();
    for signal in ["TERM", "INT", "KILL"] {
        let mut ours = Parasol::start(&local_args("1", &program, "")).await.expect("it starts");
        ours.process.signal(signal).await;
        let ended = ours.process.ended().await;
        assert_eq!(ended.success(), signal != "KILL", "{signal}: {}", ours.process.log());
        script.until_dead().await;
        std::fs::remove_file(script.path("pid")).expect("it was told");
    }
}

#[tokio::test]
async fn a_plugin_that_will_not_end_is_killed_before_we_are_late() {
    let script = Script::new(&["signal.signal(signal.SIGTERM, signal.SIG_IGN)\n", SERVES].concat());
    let mut ours = Parasol::start(&local_args("1", &script.program(), "")).await.expect("it starts");
    ours.process.terminate().await;
    assert!(ours.process.ended().await.success(), "{}", ours.process.log());
    script.until_dead().await;
}

#[tokio::test]
async fn a_plugin_that_still_starts_ends_with_us_too() {
    for signal in ["TERM", "KILL"] {
        let script = Script::new("tell('hangs', '')\nwhile True: time.sleep(1)\n");
        let mut ours = Process::start(&mut parasol::command(&local_args("1", &script.program(), "")));
        script.told("hangs").await;
        ours.signal(signal).await;
        ours.ended().await;
        script.until_dead().await;
    }
}

#[tokio::test]
async fn options_arrive_as_they_are_and_nothing_else_does() {
    let body = ["tell('environment', '\\0'.join(name + '=' + value for name, value in os.environ.items()))\ntell('arguments', repr(sys.argv[1:]))\n", SERVES].concat();
    let script = Script::new(&body);
    let owned = script.path("owned");
    let options =
        format!(r#"a\;b\=c\\d;$(touch "{0}");`touch '{0}'`;%PATH%;${{HOME}} é "q" | & > < * ?"#, owned.display());
    let program = script.program();
    let args = local_args("8388", &program, &options);
    let _ours =
        Parasol::from(parasol::command(&args).env("PARASOL_PASSWORD", "hunter2").env("LD_LIBRARY_PATH", "/nowhere"))
            .await
            .expect("it starts");
    let told = String::from_utf8(script.told("environment").await).expect("text");
    let value = |name: &str| {
        let found = told.split('\0').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        found.map(str::to_owned)
    };
    assert_eq!(value("SS_PLUGIN_OPTIONS"), Some(options));
    assert_eq!(
        (value("SS_REMOTE_HOST").as_deref(), value("SS_REMOTE_PORT").as_deref()),
        (Some("127.0.0.1"), Some("8388"))
    );
    assert_eq!(value("SS_LOCAL_HOST").as_deref(), Some("127.0.0.1"));
    assert!(value("SS_LOCAL_PORT").is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port != 0)));
    assert!(value("PATH").is_some());
    assert_eq!((value("PARASOL_PASSWORD"), value("LD_LIBRARY_PATH")), (None, None));
    assert_eq!(script.told("arguments").await, b"[]");
    assert!(!owned.exists());

    let script = Script::new(&body);
    let _plugin = start(&script.program(), "", patience()).await.expect("it answers");
    assert!(!String::from_utf8(script.told("environment").await).expect("text").contains("SS_PLUGIN_OPTIONS"));
}

#[tokio::test]
async fn a_gigabyte_of_words_takes_no_memory() {
    /// In KiB. The program itself takes some 10 MiB.
    const BOUND: u64 = 64 * 1024;
    let script = Script::new(
        "server = listen()\nnoise = b'x' * 65535 + b'\\n'\nfor _ in range(8192):\n    os.write(1, noise)\n    os.write(2, noise)\n\
         tell('written', '')\nwhile True:\n    server.accept()\n",
    );
    let ours = Parasol::start(&local_args("1", &script.program(), "")).await.expect("it starts");
    script.told("written").await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", ours.process.id())).expect("it runs");
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    assert!(peak.expect("the kernel tells") < BOUND, "{status}");
    assert!(ours.process.log().len() < 1000, "it is not repeated");
}
