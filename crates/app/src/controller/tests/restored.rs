use serde_json::Value;

use super::bench::{Bench, PASSWORD, is_on, soon};
use crate::backup::{BackUpAnswer, BackupFault, BackupLook};
use crate::command::Command;
use crate::difference::{Change, FieldDiffers};
use crate::document::{Document, Parsed};
use crate::group::{GroupDraft, Policy};
use crate::import::Format;
use crate::preview::{ImportEntry, ImportPreview};
use crate::state::{AppState, Event, RoutingMode};

impl Bench {
    /// Returns when the file says so.
    async fn until_on_disk(&self, described: impl Fn(&Document) -> bool) {
        let file = self.dir.path().join("profiles.json");
        soon(async {
            loop {
                let read = std::fs::read(&file).map(|bytes| Document::parse(&bytes));
                if matches!(read, Ok(Parsed::Document(document)) if described(&document)) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Adds a profile, and returns when it is saved; there is one earlier state then.
    async fn add_tokyo(&self) {
        self.import(LINK).await;
        self.until_on_disk(|document| document.profiles.len() == 3).await;
    }
}

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Tokyo";

#[tokio::test]
async fn an_earlier_state_is_listed_looked_at_and_gone_to_and_can_be_left_again() {
    let bench = Bench::new().await;
    bench.add_tokyo().await;
    bench.send(Command::DeleteProfile { id: "dead".into() });
    bench.send(Command::SaveRules { text: "||a.test".into() });
    bench.send(Command::SetMode { mode: RoutingMode::Global });
    bench.until_on_disk(|saved| saved.settings.mode == RoutingMode::Global && !saved.settings.rules.is_empty()).await;
    let before = bench.settled().await;

    let states = bench.parasol.earlier_states().await;
    let oldest = states.last().expect("the state that was found at the start");
    assert_eq!((oldest.comes, oldest.goes, oldest.changes), (1, 1, 0), "{states:?}");
    let candidate = bench.parasol.look_at_earlier(oldest.until_ms).await.unwrap();
    let found: Vec<_> =
        candidate.difference.entries.iter().map(|entry| (entry.title.as_str(), &entry.change)).collect();
    assert_eq!(found, [("Tokyo", &Change::Goes), ("127.0.0.1:1", &Change::Comes)]);
    let names: Vec<_> = candidate.difference.settings.iter().map(|FieldDiffers { name, .. }| name.as_str()).collect();
    assert_eq!(names, ["mode", "rules"]);
    assert_eq!(*bench.settled().await, *before, "looking changes nothing");

    bench.send(Command::Restore { id: candidate.id });
    let after = bench.settled().await;
    let titles: Vec<_> = after.profiles.iter().map(|profile| profile.title.as_str()).collect();
    assert_eq!((titles, after.routing.mode), (vec!["Built-in", "127.0.0.1:1"], RoutingMode::Rules));
    assert_eq!(bench.parasol.rules().await, "");
    assert_eq!(bench.parasol.password("dead").await.unwrap().as_str(), PASSWORD);
    assert!(after.notices.iter().any(|notice| notice.event == Event::Restored));

    bench.until_on_disk(|saved| saved.settings.rules.is_empty()).await;
    let newest = bench.parasol.earlier_states().await.remove(0);
    let back = bench.parasol.look_at_earlier(newest.until_ms).await.unwrap();
    bench.send(Command::Restore { id: back.id });
    let again = bench.settled().await;
    assert_eq!((&again.profiles, again.routing.mode), (&before.profiles, RoutingMode::Global));
    assert_eq!(bench.parasol.rules().await, "||a.test");
}

#[tokio::test]
async fn the_profiles_of_a_backup_can_be_taken_alone_and_no_other_state_is_gone_to_by_that() {
    let bench = Bench::new().await;
    let path = bench.dir.path().join("all.json");
    bench.parasol.back_up(path.clone(), Some("horse".into())).await;
    bench.send(Command::DeleteProfile { id: "dead".into() });
    bench.import(LINK).await;
    bench.send(Command::SaveRules { text: "||a.test".into() });
    bench.until(|state| state.routing.rules == 1).await;
    let look = bench.parasol.look_at_backup(path, Some("horse".into())).await;
    let BackupLook::Open { candidate } = look else { panic!("{look:?}") };
    let before = bench.settled().await;
    let preview = soon(bench.parasol.preview_candidate(candidate.id)).await;
    let named = |entries: &[ImportEntry]| entries.iter().map(|entry| entry.name.clone()).collect::<Vec<_>>();
    assert_eq!((named(&preview.added), preview.format), (vec!["127.0.0.1:1".to_owned()], Format::Parasol));
    assert!(preview.changed.is_empty() && preview.refused.is_empty(), "{preview:?}");
    assert_eq!(bench.settled().await, before, "looking changes nothing");

    bench.send(Command::Import { id: preview.id, leave_out: vec![] });
    let after = bench.settled().await;
    let titles: Vec<_> = after.profiles.iter().map(|profile| profile.title.as_str()).collect();
    assert_eq!((titles, after.routing.rules), (vec!["Built-in", "Tokyo", "127.0.0.1:1"], 1));
    assert_eq!(bench.parasol.password("dead").await.unwrap().as_str(), PASSWORD);
    // Another one that is not held, and one that was gone to.
    assert_eq!(soon(bench.parasol.preview_candidate(candidate.id + 1)).await, ImportPreview::nothing());
    bench.send(Command::Restore { id: candidate.id });
    bench.settled().await;
    assert_eq!(soon(bench.parasol.preview_candidate(candidate.id)).await, ImportPreview::nothing());
}

#[tokio::test]
async fn only_what_was_looked_at_last_is_gone_to_and_once() {
    let bench = Bench::new().await;
    bench.add_tokyo().await;
    let before = bench.settled().await;
    let until_ms = bench.parasol.earlier_states().await[0].until_ms;
    let first = bench.parasol.look_at_earlier(until_ms).await.unwrap();
    let second = bench.parasol.look_at_earlier(until_ms).await.unwrap();
    assert!(bench.parasol.look_at_earlier(until_ms + 7).await.is_none());
    for id in [first.id, 0, 77] {
        bench.send(Command::Restore { id });
    }
    assert_eq!(bench.settled().await, before);
    bench.send(Command::Restore { id: second.id });
    assert_eq!(bench.settled().await.profiles.len(), 2);
    bench.import(LINK).await;
    bench.send(Command::Restore { id: second.id });
    assert_eq!(bench.settled().await.profiles.len(), 3);
}

#[tokio::test]
async fn going_elsewhere_switches_off_and_going_to_the_same_server_does_not() {
    let bench = Bench::new().await;
    bench.add_tokyo().await;
    let oldest = bench.parasol.earlier_states().await[0].until_ms;
    let same = bench.parasol.look_at_earlier(oldest).await.unwrap();
    bench.on().await;
    bench.send(Command::Restore { id: same.id });
    let state = bench.settled().await;
    assert!(is_on(&state) && !says_that_it_went_off(&state));

    // `builtin` was in use in that state.
    bench.send(Command::SelectProfile { id: "dead".into() });
    bench.until(|state| is_on(state) && state.active.as_deref() == Some("dead")).await;
    let other = bench.parasol.look_at_earlier(oldest).await.unwrap();
    bench.send(Command::Restore { id: other.id });
    let state = bench.until(|state| !state.wanted).await;
    assert_eq!(state.active.as_deref(), Some("builtin"));
    assert!(says_that_it_went_off(&state), "nobody has asked for that");
    bench.on().await;
    assert!(!says_that_it_went_off(&*bench.settled().await), "it is not off any more");

    // Deleting what is in use does the same.
    bench.send(Command::DeleteProfile { id: "builtin".into() });
    let state = bench.until(|state| !state.wanted).await;
    assert!(says_that_it_went_off(&state));
    let id = state.notices.iter().find(|notice| notice.event == Event::WentOff).unwrap().id;
    bench.send(Command::DismissNotice { id });
    bench.send(Command::DeleteProfile { id: state.active.clone().unwrap() });
    assert!(!says_that_it_went_off(&*bench.settled().await), "it was off before");
}

fn says_that_it_went_off(state: &AppState) -> bool {
    state.notices.iter().any(|notice| notice.event == Event::WentOff)
}

#[tokio::test]
async fn a_backup_is_made_looked_at_and_gone_to() {
    let bench = Bench::new().await;
    let path = bench.dir.path().join("all.json");
    let made = bench.parasol.back_up(path.clone(), None).await;
    assert_eq!(made, BackUpAnswer::Done { path: path.display().to_string(), missing: 0 });
    bench.send(Command::DeleteProfile { id: "dead".into() });
    bench.send(Command::SaveRules { text: "||a.test".into() });
    let before = bench.until(|state| state.routing.rules == 1).await;
    let BackupLook::Open { candidate } = bench.parasol.look_at_backup(path.clone(), None).await else { panic!() };
    assert_eq!(candidate.difference.entries[0].change, Change::Comes);
    assert_eq!(bench.settled().await, before, "looking changes nothing");
    bench.send(Command::Restore { id: candidate.id });
    assert_eq!(bench.settled().await.profiles.len(), 2);
    assert_eq!(bench.parasol.password("dead").await.unwrap().as_str(), PASSWORD);
    assert_eq!(bench.parasol.rules().await, "");

    let empty = bench.parasol.back_up(path.clone(), Some("".into())).await;
    assert_eq!(empty, BackUpAnswer::Failed { fault: BackupFault::EmptyPassphrase });
    std::fs::write(&path, "ss://").unwrap();
    let none = bench.parasol.look_at_backup(path, None).await;
    assert_eq!(none, BackupLook::Failed { fault: BackupFault::NotABackup });
}

#[tokio::test]
async fn a_group_that_has_no_member_left_leaves_the_profile_in_use() {
    let bench = Bench::new().await;
    let (name, members) = ("Home".to_owned(), vec!["dead".to_owned()]);
    let draft = GroupDraft { id: None, name, policy: Policy::Fallback, members, fixed: None, dwell_s: 1 };
    bench.send(Command::SaveGroup { draft });
    let group = bench.until(|state| !state.groups.is_empty()).await.groups[0].id.clone();
    bench.send(Command::SelectGroup { id: group.clone() });
    bench.until(|state| state.active.as_deref() == Some("dead")).await;
    let path = bench.dir.path().join("all.json");
    assert!(matches!(bench.parasol.back_up(path.clone(), None).await, BackUpAnswer::Done { missing: 0, .. }));
    let mut backup: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    backup["profiles"].as_array_mut().unwrap().retain(|profile| profile["id"] == "builtin");
    backup["active"] = "builtin".into();
    std::fs::write(&path, backup.to_string()).unwrap();
    let BackupLook::Open { candidate } = bench.parasol.look_at_backup(path, None).await else { panic!() };
    bench.send(Command::Restore { id: candidate.id });
    let state = bench.settled().await;
    assert_eq!(
        (state.group.as_ref(), state.active.as_deref(), state.profiles.len()),
        (Some(&group), Some("builtin"), 1)
    );
}
