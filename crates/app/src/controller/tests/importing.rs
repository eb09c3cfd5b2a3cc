use super::bench::Bench;
use crate::command::Command;
use crate::export::ExportFormat;
use crate::state::{AppState, Event};

const LINK: &str = "ss://YWVzLTI1Ni1nY206c2VjcmV0@new.example.net:8388#Tokyo";

fn names(state: &AppState) -> Vec<&str> {
    state.profiles.iter().map(|profile| profile.title.as_str()).collect()
}

#[tokio::test]
async fn an_import_is_shown_done_once_and_told() {
    let bench = Bench::new().await;
    let with_plugin = LINK.replace('#', "/?plugin=../x#");
    let text = format!("{LINK}\n{with_plugin}\nhello://");
    let preview = bench.preview(&text).await;
    assert_eq!((preview.added.len(), preview.refused.len()), (1, 2));
    assert_eq!(names(&*bench.settled().await), ["Built-in", "127.0.0.1:1"], "nothing is saved before");
    for _ in 0..2 {
        bench.send(Command::Import { id: preview.id, leave_out: Vec::new() });
    }
    let state = bench.settled().await;
    assert_eq!(names(&state), ["Built-in", "127.0.0.1:1", "Tokyo"]);
    let [notice] = &state.notices[..] else { panic!("{:?}", state.notices) };
    assert_eq!(notice.event, Event::Imported { added: 1, changed: 0 });
    bench.send(Command::DismissNotice { id: notice.id });
    assert_eq!(bench.settled().await.notices, []);
    assert_eq!(bench.preview(&text).await.unchanged.len(), 1);
}

#[tokio::test]
async fn only_what_was_shown_last_is_done_and_not_what_is_left_out() {
    let bench = Bench::new().await;
    let first = bench.preview(LINK).await;
    let second = bench.preview(&format!("{LINK}\n{}", LINK.replace("8388#Tokyo", "8389#Osaka"))).await;
    bench.send(Command::Import { id: first.id, leave_out: Vec::new() });
    assert_eq!(names(&*bench.settled().await), ["Built-in", "127.0.0.1:1"]);
    bench.send(Command::Import { id: second.id, leave_out: vec![second.added[0].index] });
    assert_eq!(names(&*bench.settled().await), ["Built-in", "127.0.0.1:1", "Osaka"]);
    let third = bench.preview(LINK).await;
    bench.send(Command::DropImport { id: third.id });
    bench.send(Command::Import { id: third.id, leave_out: Vec::new() });
    assert_eq!(names(&*bench.settled().await), ["Built-in", "127.0.0.1:1", "Osaka"]);
}

#[tokio::test]
async fn a_change_is_shown_without_the_password_and_done() {
    let bench = Bench::new().await;
    bench.import(LINK).await;
    let other = LINK.replace("c2VjcmV0", "YW5vdGhlcg");
    let preview = bench.preview(&other).await;
    assert_eq!((preview.added.len(), preview.changed.len()), (0, 1));
    assert!(!serde_json::to_string(&preview).unwrap().contains("another"));
    bench.send(Command::Import { id: preview.id, leave_out: Vec::new() });
    let state = bench.settled().await;
    assert_eq!(state.notices.last().unwrap().event, Event::Imported { added: 0, changed: 1 });
    assert_eq!(bench.parasol.password(&preview.changed[0].profile).await.unwrap().as_str(), "another");
}

#[tokio::test]
async fn profiles_are_exported_to_who_asks() {
    let bench = Bench::new().await;
    let id = bench.import(LINK).await.added[0].index;
    assert_eq!(id, 0);
    let ids: Vec<String> = bench.settled().await.profiles.iter().map(|profile| profile.id.clone()).collect();
    let exported = bench.parasol.export(ids.clone(), ExportFormat::Links).await;
    assert!(exported.text.ends_with(&format!("{LINK}\n")), "the last one is the one that was imported");
    assert_eq!(exported.left_out, ["Built-in"]);
    assert!(bench.parasol.qr(&ids[2]).await.unwrap().starts_with("<svg"));
    assert_eq!(bench.parasol.qr("builtin").await, None);
}
