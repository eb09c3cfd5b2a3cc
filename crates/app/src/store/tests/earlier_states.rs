use std::fs;
use std::time::{Duration, SystemTime};

use crate::difference::{Change, Difference};
use crate::document::Document;
use crate::secrets::Keys;
use crate::state::RoutingMode;

use super::super::By;
use super::super::earlier::{EarlierStates, FOLDER, MOST};
use super::{document, open};

fn names(states: &EarlierStates) -> Vec<String> {
    states
        .list()
        .into_iter()
        .map(|until| states.read(until, &Keys::default()).unwrap().profiles[0].name.clone())
        .collect()
}

#[test]
fn the_last_ten_states_are_kept_newest_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).store;
    let states = EarlierStates::in_dir(dir.path());
    store.save(&document("0")).unwrap();
    assert!(states.list().is_empty(), "there was nothing before");
    for n in 1..=14 {
        store.save(&document(&n.to_string())).unwrap();
    }
    assert_eq!(names(&states), ["13", "12", "11", "10", "9", "8", "7", "6", "5", "4"]);
    let times = states.list();
    assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
}

#[test]
fn choices_and_saves_of_the_same_make_no_state() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).store;
    store.save(&document("one")).unwrap();
    let mut chosen = document("one");
    for mode in [RoutingMode::Global, RoutingMode::Direct, RoutingMode::Rules] {
        chosen.settings.mode = mode;
        store.save(&chosen).unwrap();
    }
    let states = EarlierStates::in_dir(dir.path());
    assert!(states.list().is_empty());
    chosen.settings.mode = RoutingMode::Global;
    store.save(&chosen).unwrap();
    store.save(&document("two")).unwrap();
    let [until] = states.list()[..] else { panic!("one state") };
    assert_eq!(states.read(until, &Keys::default()), Some(chosen), "with the last choice in it");
}

#[test]
fn the_states_of_the_run_before_go_on() {
    let dir = super::saved("one", "two");
    open(dir.path()).store.save(&document("three")).unwrap();
    assert_eq!(names(&EarlierStates::in_dir(dir.path())), ["two", "one"]);
}

#[test]
fn a_clock_that_goes_back_changes_no_order_and_what_is_kept_twice_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let states = EarlierStates::in_dir(dir.path());
    let file = dir.path().join("file");
    for (name, seconds) in [("one", 5000), ("two", 10), ("two", 20), ("three", 5000)] {
        fs::write(&file, document(name).to_bytes()).unwrap();
        states.keep(&file, SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }
    assert_eq!(states.list(), [5_000_002, 5_000_001, 5_000_000]);
    assert_eq!(names(&states), ["three", "two", "one"]);
}

#[test]
fn long_states_are_fewer_and_what_is_longer_than_all_together_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let states = EarlierStates::in_dir(dir.path());
    let file = dir.path().join("file");
    for (n, len) in [(1, 1 << 10), (2, 7 << 20), (3, 8 << 20), (4, 4 << 20)] {
        fs::write(&file, "x".repeat(len)).unwrap();
        states.keep(&file, SystemTime::UNIX_EPOCH + Duration::from_millis(n)).unwrap();
    }
    assert_eq!(states.list(), [4, 3]);
    fs::write(&file, "x".repeat(17 << 20)).unwrap();
    assert!(states.keep(&file, SystemTime::UNIX_EPOCH + Duration::from_millis(5)).is_err());
}

#[test]
fn what_lies_in_the_folder_and_is_no_state_is_left_alone_and_not_listed() {
    let dir = super::saved("one", "two");
    let folder = dir.path().join(FOLDER);
    for name in ["notes.txt", "x.json", "-1.json", "new", "99999999999999999999999.json"] {
        fs::write(folder.join(name), "mine").unwrap();
    }
    let unreadable = folder.join("7.json");
    fs::write(&unreadable, "half a fi").unwrap();
    let states = EarlierStates::in_dir(dir.path());
    assert_eq!(states.list().len(), 2);
    assert_eq!(states.read(7, &Keys::default()), None);
    for n in 0..MOST {
        let mut store = open(dir.path()).store;
        store.save(&document(&format!("{n}"))).unwrap();
    }
    assert_eq!(states.list().len(), MOST);
    assert!(folder.join("notes.txt").exists() && !unreadable.exists());
}

#[test]
fn a_folder_that_cannot_be_made_keeps_no_change_from_being_saved() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(FOLDER), "a file stands here").unwrap();
    let mut store = open(dir.path()).store;
    store.save(&document("one")).unwrap();
    store.save(&document("two")).unwrap();
    drop(store);
    assert_eq!(open(dir.path()).document, document("two"));
    assert_eq!(EarlierStates::in_dir(dir.path()).read(1, &Keys::default()), None::<Document>);
}

#[test]
fn of_a_row_of_changes_by_lists_only_the_state_before_the_first_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let states = EarlierStates::in_dir(dir.path());
    let mut store = open(dir.path()).store;
    let list = |name: &str| document(name);
    store.save(&document("mine")).unwrap();
    for n in 0..=MOST {
        store.save_changed(&list(&format!("list {n}")), By::Lists).unwrap();
    }
    assert_eq!(names(&states), ["mine"]);
    let now = list(&format!("list {MOST}"));
    let then = states.read(states.list()[0], &Keys::default()).unwrap();
    let found = Difference::between(&now, &then);
    let Change::Changes { fields } = &found.entries[0].change else { panic!("{found:?}") };
    assert_eq!((fields[0].now.as_deref(), fields[0].then.as_deref()), (Some("list 10"), Some("mine")));

    // A choice ends no row; a change of the user's does, and keeps what the lists had led to.
    let mut chosen = now;
    chosen.settings.mode = RoutingMode::Global;
    store.save(&chosen).unwrap();
    store.save_changed(&list("list 11"), By::Lists).unwrap();
    assert_eq!(names(&states), ["mine"]);
    store.save(&document("mine too")).unwrap();
    assert_eq!(names(&states), ["list 11", "mine"]);

    // It goes on over starts.
    for n in 12..20 {
        drop(store);
        store = open(dir.path()).store;
        store.save_changed(&list(&format!("list {n}")), By::Lists).unwrap();
    }
    assert_eq!(names(&states), ["mine too", "list 11", "mine"]);
}

#[test]
fn a_mark_that_is_damaged_or_of_a_state_that_went_costs_a_place_and_no_state() {
    let dir = super::saved("one", "two");
    let states = EarlierStates::in_dir(dir.path());
    let mut store = open(dir.path()).store;
    for (n, mark) in ["", "x", "1", "-1", "99999999999999999999999"].into_iter().enumerate() {
        fs::write(dir.path().join(FOLDER).join("row"), mark).unwrap();
        store.save_changed(&document(&format!("list {n}")), By::Lists).unwrap();
        assert_eq!(states.list().len(), n + 2, "{mark:?}");
    }
}
