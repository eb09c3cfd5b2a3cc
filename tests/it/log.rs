//! What the log says of a relay at work.

use harness::deadline::within;
use harness::socks5;
use parasol_app::log::{Log, LogLevel, LogView};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::running::{Running, config, direct};

/// The only one that listens to all threads of this program: no other test may ask for that.
#[tokio::test(flavor = "multi_thread")]
async fn where_a_flow_went_is_in_the_log_only_if_the_user_asks_and_never_in_its_file() {
    const NAME: &str = "secret.habit.example";
    let dir = tempfile::tempdir().expect("there is room");
    let log = Log::default();
    tracing_subscriber::registry().with(log.layer()).init();
    log.write_to(dir.path());
    let mut local = Running::start(config(vec![direct()]));
    let mut said = Vec::new();
    for (level, targets) in [(LogLevel::Info, false), (LogLevel::Debug, false), (LogLevel::Info, true)] {
        log.set(LogView { level, targets });
        socks5::connect_name(local.address, NAME, 443).await.expect_err("nobody knows the name");
        // The log hears of it before the test does.
        local.ended().await;
        let seen = within("the lines", log.watch().next()).await;
        let of_flows = seen.lines.into_iter().filter(|line| line.part == "parasol_engine::flows");
        said.push(of_flows.map(|line| format!("{line:?}")).collect::<Vec<_>>());
    }
    let (quiet, [detailed, first, asked]) = (&said[0], [&said[1][0], &said[2][0], &said[2][1]]);
    assert!(quiet.is_empty(), "{quiet:?}");
    assert!(detailed.contains("given up") && !detailed.contains(NAME), "{detailed}");
    assert_eq!(detailed, first, "what was noted without its target stays so");
    assert!(asked.contains(NAME), "{asked}");

    within("the end", local.stop()).await;
    log.end(std::time::Duration::from_secs(60));
    let written = std::fs::read_to_string(dir.path().join("parasol.log")).expect("it was written");
    assert_eq!(written.matches("given up").count(), 2, "{written}");
    assert!(!written.contains(NAME), "{written}");
}
