use std::fs;

use super::bench::{Bench, PASSWORD, desktop, parasol, soon, until};
use crate::command::Command;
use crate::document::{Document, Parsed};
use crate::draft::{Fault, Field, FieldProblem, ProfileDraft};
use crate::language::Language;
use crate::state::{AppState, Event, OnClose};
use crate::theme::Theme;

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Tokyo";

pub(super) fn draft(name: &str) -> ProfileDraft {
    ProfileDraft {
        id: None,
        name: name.into(),
        server: "server.example".into(),
        port: "8388".into(),
        method: "aes-256-gcm".into(),
        password: Some("another secret".into()),
        plugin: String::new(),
        plugin_opts: String::new(),
        one_time_auth: false,
        notes: String::new(),
    }
}

fn names(state: &AppState) -> Vec<&str> {
    state.profiles.iter().map(|profile| profile.title.as_str()).collect()
}

impl Bench {
    /// What is on the disk, once the controller has ended.
    async fn written(&self) -> Document {
        soon(self.parasol.shutdown()).await;
        match Document::parse(&fs::read(self.dir.path().join("profiles.json")).unwrap()) {
            Parsed::Document(document) => document,
            other => panic!("{other:?}"),
        }
    }

    /// The state after everything that was sent.
    pub(super) async fn settled(&self) -> std::sync::Arc<AppState> {
        // Answers come in turn with commands; the state of the last one is shown right after it.
        soon(self.parasol.password("")).await;
        soon(self.parasol.password("")).await;
        self.parasol.state().borrow().clone()
    }
}

#[tokio::test]
async fn the_state_holds_no_password_and_the_one_who_asks_gets_it() {
    let bench = Bench::new().await;
    bench.send(Command::SaveProfile { draft: draft("New") });
    bench.send(Command::DeleteProfile { id: "dead".into() });
    bench.send(Command::UndoDelete);
    bench.on().await;
    let state = bench.settled().await;
    let texts = [serde_json::to_string(&*state).unwrap(), format!("{state:#?}"), format!("{:?}", bench.parasol)];
    assert!(texts[0].contains("server.example"));
    for text in texts {
        assert!(!text.contains(PASSWORD) && !text.contains("another secret"), "{text}");
    }
    assert_eq!(bench.parasol.password("dead").await.unwrap().as_str(), PASSWORD);
    assert_eq!(bench.parasol.password("nobody").await, None);
    assert!(!format!("{:?}", Command::SaveProfile { draft: draft("New") }).contains("another secret"));
    let imported = bench.import("ss://YWVzLTI1Ni1nY206aHVudGVyMg@a.example:1#x").await;
    assert!(!format!("{imported:?}{}", serde_json::to_string(&imported).unwrap()).contains("hunter2"));
}

#[tokio::test]
async fn what_is_changed_is_there_at_the_next_start() {
    let bench = Bench::new().await;
    bench.send(Command::SaveProfile { draft: draft("New") });
    let id = bench.until(|state| state.profiles.len() == 3).await.profiles[2].id.clone();
    bench.send(Command::SaveProfile { draft: ProfileDraft { id: Some(id.clone()), password: None, ..draft("Newer") } });
    bench.send(Command::MoveProfile { id: id.clone(), to: 0 });
    bench.send(Command::SelectProfile { id: id.clone() });
    bench.send(Command::SetLocalPort { port: 1081 });
    bench.send(Command::SetOnClose { on_close: OnClose::Quit });
    let before = bench.settled().await;
    soon(bench.parasol.shutdown()).await;

    let next = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    let after = until(&next, |_| true).await;
    assert_eq!(*after, *before);
    assert_eq!((names(&after), after.active.as_deref()), (vec!["Newer", "Built-in", "127.0.0.1:1"], Some(&*id)));
    assert_eq!(next.password(&id).await.unwrap().as_str(), "another secret");
}

#[tokio::test]
async fn a_draft_with_a_problem_is_not_saved() {
    let bench = Bench::new().await;
    let bad = ProfileDraft { port: "0".into(), ..draft("Bad") };
    let problem = FieldProblem { field: Field::Port, fault: Fault::BadPort };
    assert_eq!(bench.parasol.check(bad.clone()).await, [problem]);
    assert_eq!(bench.parasol.check(draft("Good")).await, []);
    bench.send(Command::SaveProfile { draft: bad });
    assert_eq!(names(&*bench.settled().await), ["Built-in", "127.0.0.1:1"]);
}

#[tokio::test]
async fn a_deleted_profile_comes_back_to_its_place_with_its_password() {
    let bench = Bench::new().await;
    bench.import(LINK).await;
    bench.send(Command::SelectProfile { id: "dead".into() });
    bench.send(Command::DeleteProfile { id: "dead".into() });
    let gone = bench.settled().await;
    assert_eq!((names(&gone), gone.undo.as_deref()), (vec!["Built-in", "Tokyo"], Some("127.0.0.1:1")));
    assert_eq!(gone.active, Some(gone.profiles[1].id.clone()));
    bench.send(Command::UndoDelete);
    let back = bench.settled().await;
    assert_eq!((names(&back), &back.undo), (vec!["Built-in", "127.0.0.1:1", "Tokyo"], &None));
    assert_eq!(back.active.as_deref(), Some("dead"));
    assert_eq!(bench.written().await.profile("dead").unwrap().password.as_str(), PASSWORD);
}

#[tokio::test]
async fn undoing_moves_no_relay_that_was_switched_on_meanwhile() {
    let bench = Bench::new().await;
    bench.send(Command::DeleteProfile { id: "builtin".into() });
    bench.switch(true);
    bench.send(Command::UndoDelete);
    let state = bench.settled().await;
    assert_eq!((names(&state), state.active.as_deref()), (vec!["Built-in", "127.0.0.1:1"], Some("dead")));
}

#[tokio::test]
async fn commands_about_nobody_change_nothing() {
    let bench = Bench::new().await;
    let before = bench.settled().await;
    let id = || "nobody".to_owned();
    for command in [
        Command::SelectProfile { id: id() },
        Command::DeleteProfile { id: id() },
        Command::MoveProfile { id: id(), to: 0 },
        Command::UndoDelete,
        Command::DismissNotice { id: 7 },
        Command::SetLocalPort { port: 0 },
        Command::SetOnClose { on_close: OnClose::Close },
        Command::Import { id: 7, leave_out: Vec::new() },
        Command::DropImport { id: 7 },
        Command::SaveProfile { draft: ProfileDraft { server: String::new(), ..draft("x") } },
    ] {
        bench.send(command);
    }
    assert_eq!(bench.settled().await, before);
}

#[tokio::test]
async fn a_change_that_cannot_be_written_is_told_kept_and_written_with_the_next() {
    let bench = Bench::new().await;
    // A folder in the way of the new file stands for a full disk: it fails whoever asks, root too.
    let in_the_way = bench.dir.path().join("profiles.json.new");
    fs::create_dir(&in_the_way).unwrap();
    bench.send(Command::SaveProfile { draft: draft("One") });
    let not_saved =
        |state: &AppState| matches!(state.notices[..], [ref n] if matches!(n.event, Event::NotSaved { .. }));
    let state = bench.until(not_saved).await;
    assert_eq!(state.profiles.len(), 3);

    fs::remove_dir(in_the_way).unwrap();
    bench.send(Command::SaveProfile { draft: draft("Two") });
    bench.until(|state| state.notices.is_empty()).await;
    assert_eq!(bench.written().await.profiles.len(), 4);
}

#[tokio::test]
async fn the_builtin_server_is_added_once() {
    let bench = Bench::new().await;
    bench.send(Command::DeleteProfile { id: "builtin".into() });
    bench.send(Command::TryBuiltin);
    bench.send(Command::UndoDelete);
    bench.send(Command::TryBuiltin);
    let state = bench.until(super::bench::is_on).await;
    assert_eq!(state.profiles.iter().filter(|profile| profile.builtin).count(), 1);
    assert_eq!(state.active.as_deref(), Some("builtin"));
}

#[tokio::test]
async fn the_language_is_the_systems_until_another_is_set_which_is_saved() {
    let bench = Bench::new().await;
    assert_eq!(bench.settled().await.language, Language::System);
    bench.send(Command::SetLanguage { language: Language::Fa });
    assert_eq!(bench.settled().await.language, Language::Fa);
    assert_eq!(bench.written().await.settings.language, Language::Fa);
}

#[tokio::test]
async fn the_window_looks_as_the_desktop_until_told_otherwise_which_is_saved() {
    let bench = Bench::new().await;
    assert_eq!(bench.settled().await.theme, Theme::System);
    bench.send(Command::SetTheme { theme: Theme::Dark });
    assert_eq!(bench.settled().await.theme, Theme::Dark);
    assert_eq!(bench.written().await.settings.theme, Theme::Dark);
}

#[tokio::test]
async fn closing_closes_only_where_a_tray_icon_brings_it_back() {
    let bench = Bench::new().await;
    assert_eq!(bench.settled().await.on_close, OnClose::Ask);
    bench.send(Command::TrayPresent { present: true });
    assert_eq!(bench.settled().await.on_close, OnClose::Close);
    bench.send(Command::SetOnClose { on_close: OnClose::Background });
    bench.send(Command::TrayPresent { present: false });
    assert_eq!(bench.settled().await.on_close, OnClose::Background);
}
