//! Files of older and newer formats, read as a Parasol of a made-up future reads them: with two steps behind it.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::super::{By, Opened, SaveError, Store};
use super::{NOW, files};
use crate::document::format::Format;
use crate::document::{Document, Parsed, VERSION};
use crate::secrets::Keys;
use crate::state::{Event, RoutingMode};

/// Version 1 called the profiles `servers`; version 2 called their names `title`.
const FUTURE: Format = Format { oldest: 1, steps: &[servers_are_profiles, titles_are_names] };

fn servers_are_profiles(document: &mut Map<String, Value>) {
    if let Some(servers) = document.remove("servers") {
        document.insert("profiles".to_owned(), servers);
    }
}

fn titles_are_names(document: &mut Map<String, Value>) {
    let profiles = document.get_mut("profiles").and_then(Value::as_array_mut).into_iter().flatten();
    for profile in profiles.filter_map(Value::as_object_mut) {
        if let Some(title) = profile.remove("title") {
            profile.insert("name".to_owned(), title);
        }
    }
}

/// As it was saved when that was the newest version.
fn of_version(version: u64) -> String {
    let name = if version < 3 { "title" } else { "name" };
    let profile = json!({"id": "a", name: "Tokyo", "server": "a.example", "port": 8388, "method": "aes-256-gcm",
        "password": "hunter2", "unknown": {"x": 1}});
    let list = if version < 2 { "servers" } else { "profiles" };
    json!({"version": version, list: [profile], "settings": {"local_port": 1234}, "else": [true]}).to_string()
}

fn open(dir: &Path) -> Opened {
    Store::open_as(dir, NOW, FUTURE)
}

fn file(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap()
}

fn with(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("profiles.json"), text).unwrap();
    dir
}

#[test]
fn a_file_of_any_older_format_is_brought_up_and_kept_as_it_was_before_it_is_written_anew() {
    for version in 1..3 {
        let text = of_version(version);
        let dir = with(&text);
        let mut opened = open(dir.path());
        assert_eq!((&opened.events[..], opened.first), (&[][..], false));
        let [profile] = &opened.document.profiles[..] else { panic!("{:?}", opened.document) };
        assert_eq!((profile.name.as_str(), profile.password.as_str()), ("Tokyo", "hunter2"));
        assert_eq!(opened.document.settings.local_port, 1234);
        assert_eq!(file(dir.path(), "profiles.json"), text, "reading it writes nothing");

        // A choice, which makes no earlier state otherwise.
        opened.document.settings.mode = RoutingMode::Global;
        opened.store.save(&opened.document).unwrap();
        let written: Value = serde_json::from_str(&file(dir.path(), "profiles.json")).unwrap();
        assert_eq!((&written["version"], &written["servers"]), (&json!(3), &Value::Null));
        assert_eq!((&written["profiles"][0]["name"], &written["else"]), (&json!("Tokyo"), &json!([true])));
        assert_eq!(written["profiles"][0]["unknown"], json!({"x": 1}));
        let [until] = opened.store.earlier().list()[..] else { panic!("one state") };
        let earlier = format!("profiles.earlier/{until}.json");
        assert_eq!([file(dir.path(), &earlier), file(dir.path(), "profiles.json.bak")], [text.clone(), text]);

        // It is gone back to like any other, and no further state comes of the next choice.
        let then = opened.store.earlier().read(until, &Keys::default()).unwrap();
        assert_eq!((then.profiles, then.settings.mode), (opened.document.profiles.clone(), RoutingMode::Rules));
        opened.document.settings.mode = RoutingMode::Direct;
        opened.store.save(&opened.document).unwrap();
        assert_eq!(opened.store.earlier().list(), [until]);
        let document = opened.document.clone();
        drop(opened);
        assert_eq!(open(dir.path()).document, document);
    }
}

#[test]
fn a_list_that_is_fetched_first_keeps_the_old_file_too() {
    let dir = with(&of_version(1));
    let mut opened = open(dir.path());
    for name in ["One", "Two"] {
        opened.document.profiles[0].name = name.to_owned();
        opened.store.save_changed(&opened.document, By::Lists).unwrap();
    }
    let [until] = opened.store.earlier().list()[..] else { panic!("one state") };
    assert_eq!(file(dir.path(), &format!("profiles.earlier/{until}.json")), of_version(1));
}

#[test]
fn a_save_that_fails_keeps_the_old_file_for_the_next_one() {
    let dir = with(&of_version(1));
    let mut opened = open(dir.path());
    let in_the_way = opened.store.new_file();
    fs::create_dir(&in_the_way).unwrap();
    assert!(matches!(opened.store.save(&opened.document), Err(SaveError::Io(_))));
    assert_eq!(file(dir.path(), "profiles.json"), of_version(1));
    fs::remove_dir(in_the_way).unwrap();
    opened.store.save(&opened.document).unwrap();
    let [until] = opened.store.earlier().list()[..] else { panic!("one state") };
    assert_eq!(file(dir.path(), &format!("profiles.earlier/{until}.json")), of_version(1));
}

#[test]
fn an_old_backup_is_brought_up_where_the_file_is_lost() {
    let dir = with("half a fi");
    fs::write(dir.path().join("profiles.json.bak"), of_version(2)).unwrap();
    let opened = open(dir.path());
    assert_eq!(opened.document.profiles[0].name, "Tokyo");
    assert!(matches!(opened.events[..], [Event::RestoredBackup { .. }]));
}

#[test]
fn one_who_may_not_write_reads_an_old_file_and_leaves_it() {
    let dir = with(&of_version(1));
    let _first = open(dir.path());
    let mut second = open(dir.path());
    assert_eq!(second.document.profiles[0].name, "Tokyo");
    assert!(matches!(second.store.save(&second.document), Err(SaveError::HeldByAnother)));
    assert_eq!(file(dir.path(), "profiles.json"), of_version(1));
}

#[test]
fn a_newer_format_is_left_alone_and_said() {
    let text = of_version(4);
    let dir = with(&text);
    let mut opened = open(dir.path());
    let path = dir.path().join("profiles.json").display().to_string();
    assert_eq!(opened.events, [Event::NewerFile { path }]);
    let before = files(dir.path());
    let refused = opened.store.save(&opened.document).unwrap_err();
    assert!(matches!(refused, SaveError::Newer), "{refused}");
    assert_eq!((file(dir.path(), "profiles.json"), files(dir.path())), (text, before));
    // As the Parasol of today sees those of the future.
    assert!(matches!(Document::parse(of_version(VERSION + 1).as_bytes()), Parsed::Newer(_)));
}

#[test]
fn what_has_no_version_or_one_that_never_was_is_kept_aside() {
    for text in [
        of_version(1).replace(r#""version":1"#, r#""revision":1"#),
        of_version(1).replace(r#""version":1"#, r#""version":0"#),
        of_version(1).replace(r#""version":1"#, r#""version":-1"#),
        of_version(1).replace(r#""version":1"#, r#""version":1.5"#),
        of_version(1).replace(r#""version":1"#, r#""version":"1""#),
        of_version(1).replace(r#""version":1"#, r#""version":null"#),
        // A step leaves alone what it does not understand.
        json!({"version": 1, "servers": {"a": {"title": "x"}}}).to_string(),
        json!({"version": 2, "profiles": 7}).to_string(),
        of_version(1)[..of_version(1).len() - 1].to_owned(),
    ] {
        let dir = with(&text);
        let opened = open(dir.path());
        let [Event::StartedEmpty { kept }] = &opened.events[..] else { panic!("{text}: {:?}", opened.events) };
        assert_eq!((fs::read_to_string(kept).unwrap(), opened.document.profiles.len()), (text, 0));
    }
}

#[test]
fn a_profile_that_no_step_understands_costs_only_itself() {
    let text = r#"{"version":1,"servers":[7,{"id":"a","title":"Tokyo"},{"id":"b","title":["x"]}]}"#;
    let opened = open(with(text).path());
    assert_eq!(opened.document.profiles.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(), ["Tokyo"]);
    assert_eq!(opened.events, [Event::ProfilesLeftOut { count: 2 }]);
}
