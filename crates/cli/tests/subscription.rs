//! `parasol subscription` without a host that it may reach: what is refused, what is said, and what is not.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use parasol_app::document::Document;
use parasol_app::profile::Profile;
use parasol_app::store::{Opened, Store};
use parasol_app::subscription::FromList;
use serde_json::Value;

const TOKEN: &str = "t0ken";
/// On this machine, from which no list is fetched.
const URL: &str = "https://127.0.0.1/t0ken";

fn parasol(config: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parasol"));
    command.arg("subscription").args(args).env("PARASOL_CONFIG_DIR", config);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was built with this test");
    // It may have ended without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn saved(config: &Path) -> Document {
    let Opened { document, .. } = Store::open(config, SystemTime::now());
    document
}

fn add(config: &Path, name: &str, path: &str) -> Output {
    parasol(config, &["add", "-", "--anyway", "--name", name], &format!("{URL}{path}\n"))
}

#[test]
fn what_cannot_be_fetched_is_added_only_if_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let refused = parasol(dir.path(), &["add", "-"], URL);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
    assert!(text(&refused).contains("on this machine") && !text(&refused).contains("--anyway"), "{}", text(&refused));
    assert!(saved(dir.path()).subscriptions.is_empty());

    let added = add(dir.path(), "Home", "");
    assert!(added.status.success(), "{}", text(&added));
    let document = saved(dir.path());
    assert_eq!((document.subscriptions[0].url.as_str(), document.subscriptions[0].name.as_str()), (URL, "Home"));
    for output in [&refused, &added] {
        assert!(!text(output).contains(TOKEN), "{}", text(output));
    }
    let again = add(dir.path(), "Twice", "");
    assert_eq!(again.status.code(), Some(2), "{}", text(&again));
    assert!(text(&again).contains("saved already"));
}

#[test]
fn what_is_no_url_is_refused_and_none_is_repeated() {
    let dir = tempfile::tempdir().unwrap();
    for (args, input) in [
        (vec!["add", "-"], ""),
        (vec!["add", "-"], "http://list.example/t0ken"),
        (vec!["add", "-"], "https://user:t0ken@list.example/"),
        (vec!["add", "http://list.example/t0ken"], ""),
        (vec!["https://list.example/t0ken"], ""),
        (vec!["add", "-", "https://list.example/t0ken"], ""),
        (vec!["add", "https://list.example/t0ken", "--every", "0"], ""),
    ] {
        let output = parasol(dir.path(), &args, input);
        assert_eq!(output.status.code(), Some(2), "{args:?} {}", text(&output));
        assert!(!text(&output).contains(TOKEN), "{args:?} {}", text(&output));
    }
    for (input, why) in [
        ("ss://YWVzLTI1Ni1nY206dDBrZW4@h:1", "the link of one server; `parasol import -` takes it"),
        ("http://list.example/t0ken", "try it with https://"),
        ("list.example/t0ken", "put https:// before it"),
        ("https://user:t0ken@list.example/", "with a login in it"),
        ("t0ken", "one begins with https:// or ssconf://"),
    ] {
        let output = parasol(dir.path(), &["add", "-"], input);
        assert!(output.status.code() == Some(2) && text(&output).contains(why), "{why}: {}", text(&output));
    }
    for (args, says) in [(["list"], "no subscription yet; "), (["update"], "none is due; --all fetches them")] {
        assert!(text(&parasol(dir.path(), &args, "")).starts_with(says), "{args:?}");
    }
    let warned = parasol(dir.path(), &["add", URL], "");
    assert!(text(&warned).contains("- hides it") && !text(&warned).contains(TOKEN), "{}", text(&warned));
    assert!(saved(dir.path()).subscriptions.is_empty());
}

#[test]
fn they_are_listed_with_their_hosts_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    assert!(text(&parasol(dir.path(), &["list"], "")).starts_with("no subscription yet"));
    add(dir.path(), "Home\u{202e}", "");
    let listed = parasol(dir.path(), &["list"], "");
    let shown = text(&listed);
    assert!(
        listed.status.success() && shown.starts_with("Home\\u{202e}  127.0.0.1  0 profiles  never fetched  "),
        "{shown}"
    );
    assert!(shown.contains("\n  failed: 127.0.0.1 is on this machine") && !shown.contains(TOKEN), "{shown}");

    // Beside a window too, which holds the file.
    let holds = Store::open(dir.path(), SystemTime::now());
    let json = parasol(dir.path(), &["list", "--json"], "");
    let [list] = &serde_json::from_slice::<Vec<Value>>(&json.stdout).unwrap()[..] else { panic!("{}", text(&json)) };
    assert_eq!((&list["host"], &list["locked"], &list["profiles"]), (&"127.0.0.1".into(), &false.into(), &0.into()));
    assert_eq!(list["fault"]["kind"], "privateHost");
    assert!(!text(&json).contains(TOKEN));
    for args in [&["update"][..], &["remove", "Home"], &["approve", "Home", "x"], &["add", "-"]] {
        let refused = parasol(dir.path(), args, URL);
        assert_eq!(refused.status.code(), Some(1), "{args:?} {}", text(&refused));
    }
    drop(holds);
}

#[test]
fn an_update_says_what_failed_and_goes_on_with_the_others() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "One", "/1");
    add(dir.path(), "Two", "/2");
    let none_due = parasol(dir.path(), &["update"], "");
    assert!(none_due.status.success() && text(&none_due).starts_with("none is due; --all"), "{}", text(&none_due));
    let all = parasol(dir.path(), &["update", "--all"], "");
    assert_eq!(all.status.code(), Some(1));
    let lines = String::from_utf8_lossy(&all.stdout).into_owned();
    assert_eq!(lines.lines().filter(|line| line.starts_with("failed     ")).count(), 2, "{lines}");
    assert!(text(&all).contains("2 of 2 were not fetched"), "{}", text(&all));
    let one = parasol(dir.path(), &["update", "Two", "--json"], "");
    let [told] = &serde_json::from_slice::<Vec<Value>>(&one.stdout).unwrap()[..] else { panic!("{}", text(&one)) };
    assert_eq!((&told["title"], &told["fault"]["kind"]), (&"Two".into(), &"privateHost".into()));
    assert_eq!(parasol(dir.path(), &["update", "Three"], "").status.code(), Some(2));
    assert_eq!(parasol(dir.path(), &["update", "Two", "--all"], "").status.code(), Some(2));
}

/// With a subscription whose URL only a key from elsewhere opens.
fn locked(dir: &Path) {
    let file = r#"{"version":1,"sealed_with":"gone","subscriptions":[{"id":"s","url_sealed":"gone:AAAA"}]}"#;
    fs::write(dir.join("profiles.json"), file).unwrap();
}

#[test]
fn one_that_is_locked_is_not_fetched_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    locked(dir.path());
    let listed = parasol(dir.path(), &["list"], "");
    assert!(text(&listed).contains("s  (locked)  0 profiles"), "{}", text(&listed));
    let update = parasol(dir.path(), &["update"], "");
    assert_eq!(update.status.code(), Some(1), "{}", text(&update));
    assert!(text(&update).contains("its address is locked"), "{}", text(&update));
    let file = fs::read_to_string(dir.path().join("profiles.json")).unwrap();
    assert!(file.contains("gone:AAAA") && !file.contains("\"fault\""), "{file}");
}

#[test]
fn one_goes_with_its_profiles_or_without_them_and_its_plugin_is_approved_once() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "Home", "/1");
    add(dir.path(), "Home", "/2");
    let mut opened = Store::open(dir.path(), SystemTime::now());
    let lists: Vec<String> = opened.document.subscriptions.iter().map(|list| list.id.clone()).collect();
    for (at, list) in lists.iter().enumerate() {
        opened.document.profiles.push(Profile {
            id: format!("p{at}"),
            plugin: "obfs-local".to_owned(),
            from_list: Some(FromList { subscription: list.clone(), ..FromList::default() }),
            ..Profile::default()
        });
    }
    opened.store.save(&opened.document).unwrap();
    drop(opened);

    let ambiguous = parasol(dir.path(), &["remove", "Home"], "");
    assert_eq!(ambiguous.status.code(), Some(2));
    assert!(text(&ambiguous).contains("several"), "{}", text(&ambiguous));
    let unknown = parasol(dir.path(), &["approve", &lists[0], "/tmp/evil"], "");
    assert_eq!(unknown.status.code(), Some(2), "{}", text(&unknown));
    assert!(text(&parasol(dir.path(), &["list"], "")).contains("waits for approval: the plugin obfs-local"));
    let approved = parasol(dir.path(), &["approve", &lists[0], "obfs-local"], "");
    assert!(approved.status.success(), "{}", text(&approved));
    let document = saved(dir.path());
    let approved: Vec<bool> = document.profiles.iter().map(|profile| profile.plugin_approved).collect();
    assert_eq!(approved, [true, false], "the other list's is asked about by itself");

    assert!(parasol(dir.path(), &["remove", &lists[0]], "").status.success());
    assert!(parasol(dir.path(), &["remove", &lists[1], "--keep-profiles"], "").status.success());
    let document = saved(dir.path());
    assert!(document.subscriptions.is_empty());
    let [kept] = &document.profiles[..] else { panic!("one profile: {document:?}") };
    assert_eq!((kept.id.as_str(), &kept.from_list), ("p1", &None));
}
