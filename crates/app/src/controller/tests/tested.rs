//! Tests that the user asks for, with the server in this program and one where nobody listens.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::bench::{Bench, PASSWORD, soon};
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::probe::ProbeFault;
use crate::state::AppState;
use crate::tested::{StepOutcome, TestStep, TestVerdict};

/// A place to fetch from.
pub(super) async fn origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = client.read(&mut [0; 1024]).await;
                let _ = client.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            });
        }
    });
    url
}

/// A Parasol that tests with nothing but this machine. Nobody answers for names there.
async fn bench() -> Bench {
    let url = origin().await;
    Bench::with(json!({"local_port": 0, "test_url": url, "test_name_server": "127.0.0.1:1"})).await
}

fn verdict(state: &AppState, id: &str) -> Option<TestVerdict> {
    state.tests.ended.iter().find(|ended| ended.id == id).map(|ended| ended.verdict.clone())
}

#[tokio::test]
async fn all_are_tested_and_what_came_of_it_is_shown_until_the_server_is_another() {
    let bench = bench().await;
    bench.send(Command::TestAll);
    let state = bench.until(|state| state.tests.ended.len() == 2 && state.tests.waiting.is_empty()).await;
    assert_eq!(verdict(&state, "builtin"), Some(TestVerdict::WorksWithoutUdp));
    assert_eq!(verdict(&state, "dead"), Some(TestVerdict::Refused));
    assert_eq!(state.tests.asked, 2);
    let tested = bench.parasol.tested("dead").await.expect("it was tested");
    assert_eq!(tested.steps.iter().map(|step| step.step).collect::<Vec<_>>(), TestStep::ALL);
    assert_eq!(tested.steps[1].outcome, StepOutcome::Failed);

    // A name is no other server.
    let draft = |port: &str, name: &str| ProfileDraft {
        id: Some("dead".into()),
        name: name.into(),
        server: "127.0.0.1".into(),
        port: port.into(),
        method: "aes-256-gcm".into(),
        password: None,
        plugin: String::new(),
        plugin_opts: String::new(),
        one_time_auth: false,
        notes: String::new(),
    };
    bench.send(Command::SaveProfile { draft: draft("1", "Named") });
    let state = bench.until(|state| state.profiles[1].name == "Named").await;
    assert_eq!(verdict(&state, "dead"), Some(TestVerdict::Refused));
    bench.send(Command::SaveProfile { draft: draft("2", "Named") });
    let state = bench.until(|state| state.profiles[1].port == 2).await;
    assert_eq!((verdict(&state, "dead"), bench.parasol.tested("dead").await), (None, None));

    // What is not saved can be tested too.
    let tested = bench.parasol.test_draft(draft("1", "")).await.expect("it is whole").expect("it ends");
    assert_eq!(tested.verdict, TestVerdict::Refused);
    assert!(bench.parasol.test_draft(draft("0", "")).await.is_err());
}

#[tokio::test]
async fn tests_that_are_called_off_leave_nothing_behind_and_no_end_waits_for_one() {
    let bench = bench().await;
    // Takes the connection and says nothing for as long as anybody waits.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let draft = ProfileDraft {
        id: None,
        name: "Silent".into(),
        server: "127.0.0.1".into(),
        port: silent.local_addr().unwrap().port().to_string(),
        method: "aes-256-gcm".into(),
        password: Some(PASSWORD.into()),
        plugin: String::new(),
        plugin_opts: String::new(),
        one_time_auth: false,
        notes: String::new(),
    };
    bench.send(Command::SaveProfile { draft });
    let id = bench.until(|state| state.profiles.len() == 3).await.profiles[2].id.clone();
    bench.send(Command::TestProfile { id: id.clone() });
    let (mut connection, _) = soon(silent.accept()).await.unwrap();
    assert_eq!(bench.parasol.state().borrow().tests.waiting, std::slice::from_ref(&id));
    bench.send(Command::CancelTests);
    let state = bench.until(|state| state.tests.waiting.is_empty()).await;
    assert_eq!(verdict(&state, &id), None);
    let mut heard = Vec::new();
    let _ = soon(connection.read_to_end(&mut heard)).await;

    bench.send(Command::TestProfile { id });
    let (_connection, _) = soon(silent.accept()).await.unwrap();
    soon(bench.parasol.shutdown()).await;
    assert!(bench.parasol.state().has_changed().is_err(), "it has ended");
}

#[tokio::test]
async fn what_is_fetched_can_be_set_and_nonsense_is_not_taken() {
    let bench = bench().await;
    let set = |url: &str, name_server: &str| Command::SetProbe { url: url.into(), name_server: name_server.into() };
    assert_eq!(bench.parasol.check_probe("https://example.org/", "9.9.9.9"), Some(ProbeFault::Url));
    bench.send(set("https://example.org/", "9.9.9.9"));
    bench.send(set("http://example.org/a", " 9.9.9.9 "));
    let state = bench.until(|state| state.tests.url == "http://example.org/a").await;
    assert_eq!(state.tests.name_server, "9.9.9.9");
}
