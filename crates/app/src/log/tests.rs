use std::fs;

use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

/// A patience that no working disk needs.
const LONG: Duration = Duration::from_secs(60);

/// What comes of this in a log of its own.
fn noted(view: LogView, speak: impl FnOnce()) -> Log {
    let log = Log::default();
    log.set(view);
    let subscriber = tracing_subscriber::registry().with(log.layer());
    tracing::subscriber::with_default(subscriber, speak);
    log
}

fn lines(log: &Log) -> Vec<String> {
    log.between(0, u64::MAX).iter().map(shown).collect()
}

fn shown(LogLine { level, message, fields, .. }: &LogLine) -> String {
    let fields = fields.iter().map(|LogField { name, value }| format!(" {name}={value}")).collect::<String>();
    format!("{level:?} {message}{fields}")
}

fn a_flow() {
    tracing::debug!(target: "parasol_engine::flows", flow = 1, target = %"secret.example:443", "done");
}

#[test]
fn a_line_has_a_message_and_values_and_stays_one_whatever_is_in_them() {
    let forged = "x\r\nERROR forged \u{1b}[2J\u{202e}<b>";
    let log = noted(LogView::default(), || {
        tracing::warn!(name = forged, error = %std::io::Error::other(forged), n = 3, "a \"name\" of {forged}");
        tracing::info!("ss://YWVzOnB3@h:1 was pressed");
        tracing::debug!("unheard");
    });
    let safe = r"x\r\nERROR forged \u{1b}[2J\u{202e}<b>";
    let expected =
        [format!("Warn a \"name\" of {safe} name={safe} error={safe} n=3"), "Info ss://… was pressed".to_owned()];
    assert_eq!(lines(&log), expected);
    assert_eq!(log.between(0, u64::MAX)[0].part, "parasol_app::log::tests");
}

#[test]
fn where_connections_go_is_noted_only_if_the_user_asks() {
    let details = LogView { level: LogLevel::Debug, targets: false };
    for (view, expected) in [
        (LogView::default(), &[][..]),
        (details, &["Debug done flow=1"][..]),
        (LogView { targets: true, ..LogView::default() }, &["Debug done flow=1 target=secret.example:443"][..]),
    ] {
        assert_eq!(lines(&noted(view, a_flow)), expected, "{view:?}");
    }
    let answered = || tracing::debug!(answer = %"no A of secret.example", "name servers failed");
    assert_eq!(lines(&noted(details, answered)), ["Debug name servers failed"]);
}

#[test]
fn what_is_chosen_counts_at_once() {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.layer());
    let speak = || tracing::debug!("a detail");
    tracing::subscriber::with_default(subscriber, || {
        speak();
        log.set(LogView { level: LogLevel::Debug, targets: false });
        speak();
        log.set(LogView::default());
        speak();
    });
    assert_eq!(lines(&log), ["Debug a detail"]);
}

#[test]
fn a_place_that_floods_is_cut_and_others_are_heard() {
    let log = noted(LogView::default(), || {
        for _ in 0..1_000 {
            tracing::warn!("again");
        }
        tracing::warn!("something else");
    });
    let lines = lines(&log);
    assert_eq!(lines.len(), 51);
    assert_eq!(lines.last().unwrap(), "Warn something else");
}

#[test]
fn one_that_says_something_while_it_is_written_out_is_no_deadlock() {
    struct Chatty;
    impl std::fmt::Debug for Chatty {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            tracing::info!("by the way");
            f.write_str("chatty")
        }
    }
    let log = noted(LogView::default(), || tracing::info!(value = ?Chatty, "it is"));
    assert!(lines(&log).contains(&"Info it is value=chatty".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn who_watches_gets_everything_once_and_then_what_is_new_in_batches() {
    let log = Log::default();
    let note = |n: u32| log.note(1, LogLevel::Info, "test", n.to_string(), Vec::new());
    (0..3).for_each(note);
    let mut watch = log.watch();
    let told = |seen: &LogSeen| (seen.anew, seen.lines.iter().map(|line| line.message.clone()).collect::<Vec<_>>());
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert_eq!(told(&watch.next().await), (true, owned(&["0", "1", "2"])));
    assert!(tokio::time::timeout(LONG, watch.next()).await.is_err(), "there is nothing new");
    (3..5).for_each(note);
    assert_eq!(told(&watch.next().await), (false, owned(&["3", "4"])));
    log.clear();
    note(5);
    assert_eq!(told(&watch.next().await), (true, owned(&["5"])));
    (0..3_000).for_each(note);
    let mut batches = Vec::new();
    while let Ok(seen) = tokio::time::timeout(LONG, watch.next()).await {
        batches.push(seen.lines.len());
    }
    assert_eq!(batches, [2_000], "older ones are gone");
}

#[test]
fn the_file_has_every_line_also_those_before_it_was_named_and_no_target() {
    let dir = tempfile::tempdir().unwrap();
    let log = noted(LogView { targets: true, ..LogView::default() }, || {
        tracing::info!("before");
        a_flow();
    });
    log.write_to(dir.path());
    log.note(1, LogLevel::Error, "test", "after".to_owned(), Vec::new());
    log.end(LONG);
    let text = fs::read_to_string(dir.path().join("parasol.log")).unwrap();
    let ends: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    let expected =
        ["INFO parasol_app::log::tests before", "DEBUG parasol_engine::flows done flow=1", "ERROR test after"];
    assert_eq!(ends, expected);
}

#[test]
fn what_was_cleared_is_on_no_disk_and_what_the_disk_was_too_slow_for_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let log = Log::default();
    let note = |message: &str| log.note(1, LogLevel::Debug, "test", message.to_owned(), Vec::new());
    fs::write(dir.path().join("parasol.log"), "an earlier run\n").unwrap();
    (0..ring::LINES + 7).for_each(|_| note("flood"));
    log.write_to(dir.path());
    log.end(LONG);
    let text = fs::read_to_string(dir.path().join("parasol.log")).unwrap();
    assert!(text.starts_with("an earlier run\n… 7 lines are left out here\n"), "{}", &text[..100]);

    let log = Log::default();
    log.note(1, LogLevel::Info, "test", "kept from nobody".to_owned(), Vec::new());
    log.write_to(dir.path());
    log.clear();
    log.note(1, LogLevel::Info, "test", "new".to_owned(), Vec::new());
    log.end(LONG);
    let text = fs::read_to_string(dir.path().join("parasol.log")).unwrap();
    assert_eq!(text, "1970-01-01T00:00:00.001Z INFO test new\n");
}

#[test]
fn a_place_that_cannot_be_written_is_said_and_the_lines_stay_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "").unwrap();
    let log = Log::default();
    log.write_to(&path);
    log.note(1, LogLevel::Info, "test", "a".to_owned(), Vec::new());
    log.end(LONG);
    assert!(log.kept().writing.fault().is_some());
    assert_eq!(lines(&log), ["Info a"]);
}
