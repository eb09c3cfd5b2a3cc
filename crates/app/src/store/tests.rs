mod earlier_states;
mod formats;

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use tempfile::TempDir;

use super::earlier;
use super::save::STEPS;
use super::*;
use crate::profile::Profile;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn document(name: &str) -> Document {
    let profile = Profile { name: name.to_owned(), password: "hunter2".into(), ..Profile::builtin() };
    let mut document = Document::default();
    document.active = Some(profile.id.clone());
    document.profiles.push(profile);
    document
}

fn open(dir: &Path) -> Opened {
    Store::open(dir, NOW + Duration::from_secs(1_700_000_000))
}

/// A directory in which `first` and then `second` were saved, and which nobody holds.
fn saved(first: &str, second: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).store;
    store.save(&document(first)).unwrap();
    store.save(&document(second)).unwrap();
    dir
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_was_saved_is_there_and_so_is_the_one_before() {
    let dir = saved("one", "two");
    let opened = open(dir.path());
    assert_eq!((opened.document, opened.events), (document("two"), vec![]));
    assert_eq!(files(dir.path()), [earlier::FOLDER, "profiles.json", "profiles.json.bak", "profiles.lock"]);
    fs::remove_file(dir.path().join(FILE)).unwrap();
    drop(opened.store);
    let opened = open(dir.path());
    assert_eq!((opened.document, opened.events), (document("one"), vec![]));
}

#[test]
fn a_first_start_finds_nothing_and_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let opened = open(&dir.path().join("deep/in/side"));
    assert_eq!((opened.document, opened.events), (Document::default(), vec![]));
}

fn bad_files() -> Vec<(&'static str, Vec<u8>)> {
    let whole = document("bad").to_bytes();
    vec![
        ("empty", vec![]),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("cut before the last bracket", whole[..whole.len() - 2].to_vec()),
        ("zeros", vec![0; 4096]),
        ("zeros at the end", [&whole[..100], &[0; 4000]].concat()),
        ("no JSON", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("text", b"ss://YWVz".to_vec()),
        ("not UTF-8", b"{\"version\":1,\"profiles\":[{\"id\":\"\xff\xfe\"}]}".to_vec()),
        ("another shape", b"[]".to_vec()),
        ("nothing", b"null".to_vec()),
        ("no version", b"{}".to_vec()),
        ("version 0", b"{\"version\":0}".to_vec()),
        ("a version that is none", b"{\"version\":\"1\"}".to_vec()),
        ("profiles of a wrong type", b"{\"version\":1,\"profiles\":{}}".to_vec()),
        ("more after the end", [&whole[..], b"{}"].concat()),
        ("brackets without end", b"[".repeat(100_000)),
    ]
}

#[test]
fn a_bad_file_is_kept_aside_and_the_backup_is_used() {
    for (what, bytes) in bad_files() {
        let dir = saved("one", "two");
        fs::write(dir.path().join(FILE), &bytes).unwrap();
        let mut opened = open(dir.path());
        assert_eq!(opened.document, document("one"), "{what}");
        let kept = dir.path().join("profiles.json.unreadable-1700000000");
        assert_eq!(opened.events, [Event::RestoredBackup { kept: kept.display().to_string() }], "{what}");
        assert_eq!(fs::read(&kept).unwrap(), bytes, "{what}");

        opened.store.save(&document("three")).unwrap();
        assert_eq!(fs::read(&kept).unwrap(), bytes, "{what}");
        drop(opened);
        let again = open(dir.path());
        assert_eq!((again.document, again.events), (document("three"), vec![]), "{what}");
    }
}

#[test]
fn a_bad_file_without_a_backup_is_kept_aside_and_nothing_is_shown() {
    for (what, bytes) in bad_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), &bytes).unwrap();
        let opened = open(dir.path());
        let kept = dir.path().join("profiles.json.unreadable-1700000000");
        assert_eq!(opened.document, Document::default(), "{what}");
        assert_eq!(opened.events, [Event::StartedEmpty { kept: kept.display().to_string() }], "{what}");
        assert_eq!(fs::read(&kept).unwrap(), bytes, "{what}");
    }
}

#[test]
fn a_word_that_makes_no_sense_takes_no_profile_away() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"{"version":1,"profiles":[{"id":"a"},{"id":"b","port":"x"}],"settings":{"on_close":"keep"}}"#;
    fs::write(dir.path().join(FILE), text).unwrap();
    let mut opened = open(dir.path());
    assert_eq!((opened.document.profiles.len(), opened.events), (1, vec![Event::ProfilesLeftOut { count: 1 }]));
    opened.store.save(&opened.document).unwrap();
    let saved = fs::read_to_string(dir.path().join(FILE)).unwrap();
    assert!(saved.contains(r#""keep""#) && saved.contains(r#""port": "x""#), "{saved}");
}

#[test]
fn bad_files_of_the_same_second_are_all_kept() {
    let dir = saved("one", "two");
    for name in [FILE, BACKUP, "profiles.json.unreadable-1700000000"] {
        fs::write(dir.path().join(name), name).unwrap();
    }
    let opened = open(dir.path());
    assert_eq!(opened.document, Document::default());
    let mut kept: Vec<String> = files(dir.path())
        .iter()
        .filter(|name| name.contains("unreadable"))
        .map(|name| fs::read_to_string(dir.path().join(name)).unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, [FILE, BACKUP, "profiles.json.unreadable-1700000000"]);
}

#[test]
fn a_folder_where_the_file_should_be_is_kept_aside_too() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(FILE)).unwrap();
    let mut opened = open(dir.path());
    assert!(matches!(opened.events[..], [Event::StartedEmpty { .. }]));
    opened.store.save(&document("one")).unwrap();
    drop(opened);
    assert_eq!(open(dir.path()).document, document("one"));
}

#[test]
fn a_newer_file_is_shown_and_never_written() {
    for bytes in [
        &br#"{"version":2,"profiles":[{"id":"a","name":"new"}],"else":1}"#[..],
        br#"{"version":99,"profiles":"elsewhere"}"#,
    ] {
        let dir = saved("one", "two");
        fs::write(dir.path().join(FILE), bytes).unwrap();
        let before = files(dir.path());
        let mut opened = open(dir.path());
        let path = dir.path().join(FILE);
        assert_eq!(opened.events, [Event::NewerFile { path: path.display().to_string() }]);
        assert!(matches!(opened.store.save(&document("three")), Err(SaveError::Newer)));
        assert_eq!(fs::read(path).unwrap(), bytes);
        assert_eq!(files(dir.path()), before);
    }
}

#[test]
fn a_second_parasol_reads_and_does_not_write() {
    let dir = saved("one", "two");
    let first = open(dir.path());
    let mut second = open(dir.path());
    assert_eq!(second.document, document("two"));
    assert_eq!(second.events, [Event::HeldByAnother { path: dir.path().join(FILE).display().to_string() }]);
    assert!(matches!(second.store.save(&document("three")), Err(SaveError::HeldByAnother)));
    drop(first);
    drop(second);
    assert_eq!(open(dir.path()).document, document("two"));
}

#[test]
fn a_parasol_that_gets_the_lock_late_overwrites_nothing_that_another_wrote_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    fs::write(&config, "a file stands here").unwrap();
    let mut late = open(&config).store;
    fs::remove_file(&config).unwrap();
    open(&config).store.save(&document("theirs")).unwrap();
    for _ in 0..2 {
        assert!(matches!(late.save(&document("ours")), Err(SaveError::ChangedByAnother)));
    }
    drop(late);
    assert_eq!(open(&config).document, document("theirs"));
}

#[test]
fn a_second_parasol_moves_no_bad_file() {
    let dir = saved("one", "two");
    let _first = open(dir.path());
    fs::write(dir.path().join(FILE), "").unwrap();
    let before = files(dir.path());
    let second = open(dir.path());
    assert_eq!(second.document, document("one"));
    assert_eq!(files(dir.path()), before);
}

#[test]
fn a_save_that_fails_leaves_the_old_file_and_the_next_one_tries_again() {
    let dir = saved("one", "two");
    let mut store = open(dir.path()).store;
    // A folder in the way of the new file cannot be removed as a file, whoever asks; it stands for a full disk.
    let in_the_way = store.new_file();
    fs::create_dir(&in_the_way).unwrap();
    assert!(matches!(store.save(&document("three")), Err(SaveError::Io(_))));
    assert_eq!(Document::parse(&fs::read(store.file()).unwrap()), crate::document::Parsed::Document(document("two")));
    fs::remove_dir(in_the_way).unwrap();
    store.save(&document("three")).unwrap();
    drop(store);
    assert_eq!(open(dir.path()).document, document("three"));
}

#[test]
fn a_directory_that_cannot_be_made_yet_is_made_when_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    fs::write(&config, "a file stands here").unwrap();
    let mut opened = open(&config);
    assert_eq!((&opened.document, &opened.events[..]), (&Document::default(), &[][..]));
    assert!(matches!(opened.store.save(&document("one")), Err(SaveError::Io(_))));
    fs::remove_file(&config).unwrap();
    opened.store.save(&document("one")).unwrap();
    assert!(open(&config).store.held_by_another(), "the lock was taken with the save");
    drop(opened);
    assert_eq!(open(&config).document, document("one"));
}

/// Catalogue 71: spaces, quotes, every alphabet, what a shell or a URL would take for something, and 250 bytes.
#[test]
fn a_folder_of_any_name_will_do() {
    let root = tempfile::tempdir().unwrap();
    for name in ["two words", "it's \"$(here)\"", "Настройки 設定", "100%20&?#", "-rf", &"x".repeat(250)] {
        let dir = root.path().join(name).join("parasol");
        for (saved, found) in [("one", Document::default()), ("two", document("one"))] {
            let mut opened = open(&dir);
            assert_eq!((opened.document, opened.events), (found, vec![]), "{name}");
            opened.store.save(&document(saved)).unwrap();
        }
        assert_eq!(open(&dir).document, document("two"), "{name}");
        assert_eq!(EarlierStates::in_dir(&dir).list().len(), 1, "{name}");
    }
}

#[test]
fn the_leftovers_of_a_killed_save_are_no_obstacle() {
    let dir = saved("one", "two");
    let mut opened = open(dir.path());
    for leftover in [opened.store.new_file(), opened.store.old_file()] {
        fs::write(leftover, "half a fi").unwrap();
    }
    opened.store.save(&document("three")).unwrap();
    assert_eq!(files(dir.path()), [earlier::FOLDER, "profiles.json", "profiles.json.bak", "profiles.lock"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    let mut store = open(&config).store;
    store.save(&document("one")).unwrap();
    // Somebody opens it to the world; the next save closes it again.
    fs::set_permissions(config.join(FILE), fs::Permissions::from_mode(0o644)).unwrap();
    store.save(&document("two")).unwrap();
    store.save(&document("three")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&config), 0o700);
    let earlier = config.join(earlier::FOLDER);
    assert_eq!(mode(&earlier), 0o700);
    for path in
        files(&config).iter().map(|name| config.join(name)).chain(files(&earlier).iter().map(|name| earlier.join(name)))
    {
        assert!(path == earlier || mode(&path) == 0o600, "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn what_others_could_read_is_shut_at_the_next_start_and_when_it_is_kept_aside() {
    use std::os::unix::fs::PermissionsExt;
    let dir = saved("one", "two");
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    let open_up = |name| fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(0o644)).unwrap();
    open_up(FILE);
    open_up(BACKUP);
    drop(open(dir.path()));
    assert_eq!((mode(FILE), mode(BACKUP)), (0o600, 0o600));
    fs::write(dir.path().join(FILE), "half a fi").unwrap();
    open_up(FILE);
    drop(open(dir.path()));
    assert_eq!(mode("profiles.json.unreadable-1700000000"), 0o600);
}

#[cfg(unix)]
#[test]
fn a_pipe_where_the_file_should_be_is_kept_aside_and_nobody_waits_for_it() {
    use std::sync::mpsc;
    let dir = saved("one", "two");
    fs::remove_file(dir.path().join(FILE)).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(dir.path().join(FILE)).status().unwrap().success());
    let (tell, opened) = mpsc::channel();
    let path = dir.path().to_owned();
    std::thread::spawn(move || drop(tell.send(open(&path))));
    let opened = opened.recv_timeout(Duration::from_secs(30)).expect("it waits for a writer");
    assert_eq!(opened.document, document("one"));
    assert!(matches!(opened.events[..], [Event::RestoredBackup { .. }]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Death after `steps` steps, and in the middle of the next one if that writes.
    #[test]
    fn a_save_killed_anywhere_leaves_the_old_file_or_the_new_one(
        steps in 0..=STEPS.len(),
        cut in any::<prop::sample::Index>(),
        with_backup in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(dir.path()).store;
        if with_backup {
            store.save(&document("older")).unwrap();
        }
        store.save(&document("old")).unwrap();

        let new = document("new").to_bytes();
        for step in &STEPS[..steps] {
            store.perform(*step, &new).unwrap();
        }
        if steps == 0 {
            fs::write(store.new_file(), &new[..cut.index(new.len())]).unwrap();
        }
        drop(store);

        let mut opened = open(dir.path());
        prop_assert!(opened.document == document("old") || opened.document == document("new"));
        prop_assert_eq!(&opened.events, &[]);
        let replaced = STEPS[..steps].contains(&super::save::SaveStep::ReplaceFile);
        prop_assert_eq!(opened.document == document("new"), replaced);

        // Whatever happens to the file next, the backup is one that was whole.
        fs::write(dir.path().join(FILE), "").unwrap();
        drop(opened.store);
        opened = open(dir.path());
        let before = if with_backup && steps < 3 { "older" } else { "old" };
        let expected = if steps < 3 && !with_backup { Document::default() } else { document(before) };
        prop_assert_eq!(&opened.document, &expected);
        opened.store.save(&document("next")).unwrap();
        drop(opened);
        prop_assert_eq!(open(dir.path()).document, document("next"));
    }
}
