//! A program that is killed at any point of a save leaves the old file or the new one, whole, and no earlier state that
//! is not. Each time this program is started again, to save without end until it is killed.
#![cfg(unix)]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use parasol_app::document::Document;
use parasol_app::profile::Profile;
use parasol_app::secrets::Keys;
use parasol_app::store::{EarlierStates, Store};

/// How often the saver is killed.
const KILLS: u32 = 200;
/// Set to the directory for the program that saves.
const INSIDE: &str = "PARASOL_TEST_INSIDE";

/// So many profiles that a save is no single write; all of them say which save it was.
fn document(save: u16) -> Document {
    let profile = |at: u32| Profile {
        id: format!("{at}"),
        name: format!("{save}"),
        port: save,
        password: "hunter2".into(),
        ..Profile::default()
    };
    let mut document = Document::default();
    document.profiles = (0..200).map(profile).collect();
    document.active = Some("0".to_owned());
    document
}

/// Which save this is; it panics if it is a mixture.
fn save_of(found: &Document) -> u16 {
    let save = found.profiles.first().map_or(0, |profile| profile.port);
    assert!(save == 0 || *found == document(save), "it is none that was saved");
    save
}

#[test]
fn two_hundred_kills_leave_no_half_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut chance = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos() | 1;
    let mut found = 0;
    for _ in 0..KILLS {
        // xorshift: where exactly it dies is nobody's choice.
        chance ^= chance << 13;
        chance ^= chance >> 17;
        chance ^= chance << 5;
        let said = kill_after(dir.path(), chance % 4, Duration::from_micros(u64::from(chance >> 8) % 4000));
        let opened = Store::open(dir.path(), SystemTime::now());
        assert_eq!(opened.events, [], "something was broken");
        let save = save_of(&opened.document);
        assert!(said <= save && save <= said.max(found) + 1, "{said} was said to be saved, {save} is there");
        found = save;
        let states = EarlierStates::in_dir(dir.path());
        let list = states.list();
        assert!(list.len() <= 10);
        for until in list {
            assert!(save_of(&states.read(until, &Keys::default()).expect("a whole state")) <= save);
        }
    }
    assert!(found > 0, "nothing was ever saved");
}

/// Starts a saver, waits for so many saves and this much longer, and kills it; the last save that it said was done.
fn kill_after(dir: &Path, saves: u32, longer: Duration) -> u16 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "saves_without_end", "--ignored", "--nocapture"])
        .env(INSIDE, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let number = |line: String| line.strip_prefix("saved ").and_then(|number| number.parse().ok());
    let mut said = lines.by_ref().filter_map(number).nth(saves as usize).expect("the saver saves");
    let enough = Instant::now() + longer;
    while Instant::now() < enough {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it has said meanwhile.
    said = lines.filter_map(number).last().unwrap_or(said);
    said
}

#[test]
#[ignore = "started by another test, to be killed"]
fn saves_without_end() {
    let dir = env::var_os(INSIDE).expect("started by another test");
    let opened = Store::open(dir.as_ref(), SystemTime::now());
    let (mut store, mut save) = (opened.store, save_of(&opened.document));
    println!("saved {save}");
    loop {
        save += 1;
        store.save(&document(save)).unwrap();
        println!("saved {save}");
        std::io::stdout().flush().unwrap();
    }
}
