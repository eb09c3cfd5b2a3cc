use std::collections::HashSet;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bench::{Bench, desktop, free_port, is_on, parasol, soon, until};
use crate::command::Command;
use crate::pasted::Pasted;
use crate::state::{Actual, AppState, ProxyActual, ProxyMode, RoutingMode};

/// On, with programs going by a script.
async fn on() -> Bench {
    let bench = Bench::with(json!({"local_port": 0, "system_proxy": "pac", "local_direct": true})).await;
    bench.on().await;
    assert_eq!(mode(&bench), "auto");
    bench
}

fn mode(bench: &Bench) -> String {
    bench.fake.settings().value("mode").unwrap_or_default().to_owned()
}

/// The URL that the desktop names, if it sends programs to a script.
fn url(bench: &Bench) -> Option<String> {
    let settings = bench.fake.settings();
    (settings.value("mode") == Some("auto")).then(|| settings.value("script").map(str::to_owned))?
}

/// What lies at a URL of ours; `None` when nothing does.
async fn fetch(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://").expect("a web address");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = soon(TcpStream::connect(host)).await.ok()?;
    stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    head.starts_with("HTTP/1.1 200 ").then(|| body.to_owned())
}

/// Waits until the desktop names another URL than this one, where there is a script that has this in it.
async fn next(bench: &Bench, before: &str, with: &str) -> String {
    let now = soon(async {
        loop {
            match url(bench).filter(|now| now != before) {
                Some(now) => break now,
                // It is written beside the task, and no state tells of it.
                None => tokio::task::yield_now().await,
            }
        }
    });
    let now = now.await;
    let text = fetch(&now).await.expect("what the desktop names is there");
    assert!(text.contains(with), "{with} in {text}");
    now
}

fn rules(text: &str) -> Command {
    Command::SaveRules { text: Pasted::from(text) }
}

#[tokio::test]
async fn the_desktop_names_a_script_that_is_there_and_gets_its_own_back() {
    let bench = on().await;
    let named = url(&bench).unwrap();
    let port = bench.parasol.state().borrow().local_port;
    assert!(named.starts_with(&format!("http://127.0.0.1:{port}/")), "{named}");
    assert!(fetch(&named).await.unwrap().contains(&format!("PROXY 127.0.0.1:{port}")));
    assert_eq!(fetch(&format!("http://127.0.0.1:{port}/")).await, None);
    assert!(!format!("{:?}", bench.parasol.state().borrow()).contains(&named), "its path is in no state");
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn what_it_says_changes_with_the_rules_and_so_does_its_url() {
    let bench = on().await;
    let mut seen = HashSet::from([url(&bench).unwrap()]);
    let mut last = url(&bench).unwrap();
    for (command, with) in [
        (rules("||near.example"), "near.example"),
        (Command::SetMode { mode: RoutingMode::Direct }, "return \"DIRECT\""),
        (Command::SetMode { mode: RoutingMode::Rules }, "near.example"),
        (Command::SetLocalDirect { direct: false }, "LOCAL_DIRECT = false"),
        (Command::SavePacRules { text: Pasted::from("||own.example") }, "own.example"),
    ] {
        bench.send(command);
        let now = next(&bench, &last, with).await;
        assert!(seen.insert(now.clone()), "no two texts have the same URL");
        assert!(fetch(&last).await.is_some(), "whoever was on the way to the one before still gets it");
        last = now;
    }
    assert_eq!(bench.parasol.state().borrow().routing.pac_rules, 1);
    assert_eq!(bench.parasol.pac_rules().await, "||own.example");
    assert_eq!(seen.len(), 6);
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn a_text_that_stays_the_same_is_not_read_anew() {
    let bench = on().await;
    let first = url(&bench).unwrap();
    bench.send(rules("||near.example"));
    let second = next(&bench, &first, "near.example").await;
    assert!(fetch(&first).await.is_some());

    // It is local, so that it goes directly anyway.
    bench.send(rules("||near.example\n10.0.0.0/8"));
    bench.until(|state| state.routing.rules == 2).await;
    bench.send(Command::SavePacRules { text: Pasted::from("[outbound_block_list]\n||ads.example") });
    // Another profile leads elsewhere; programs come to the same port.
    bench.send(Command::SelectProfile { id: "dead".into() });
    bench.until(|state| is_on(state) && state.active.as_deref() == Some("dead")).await;
    bench.send(rules("||other.example"));
    next(&bench, &second, "other.example").await;
    // The last but one is still given away, and it is this one: there was none in between.
    assert!(fetch(&second).await.is_some() && fetch(&first).await.is_none());
}

#[tokio::test]
async fn the_way_is_changed_while_on() {
    let bench = on().await;
    bench.proxy(ProxyMode::Set);
    let set = |state: &AppState| state.system_proxy.actual == ProxyActual::Set;
    soon(async {
        while bench.points_at().is_none() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    bench.until(|state| set(state) && state.system_proxy.wanted == ProxyMode::Set).await;
    bench.proxy(ProxyMode::Pac);
    // It may be the same one: nothing that it says has changed.
    let again = next(&bench, "", "PROXY").await;
    bench.proxy(ProxyMode::Leave);
    bench.until(|state| state.system_proxy.actual == ProxyActual::Unset).await;
    assert_eq!(bench.fake.settings(), bench.before);
    soon(async {
        while fetch(&again).await.is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn another_port_has_another_script() {
    let bench = on().await;
    let named = url(&bench).unwrap();
    let port = free_port();
    bench.send(Command::SetLocalPort { port });
    let now = next(&bench, &named, &format!("PROXY 127.0.0.1:{port}")).await;
    assert!(now.starts_with(&format!("http://127.0.0.1:{port}/")), "{now}");
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn another_port_has_another_script_also_where_that_names_no_address() {
    let bench = on().await;
    let first = url(&bench).unwrap();
    bench.send(Command::SetMode { mode: RoutingMode::Direct });
    let named = next(&bench, &first, "return \"DIRECT\"").await;
    let port = free_port();
    bench.send(Command::SetLocalPort { port });
    let now = next(&bench, &named, "return \"DIRECT\"").await;
    assert!(now.starts_with(&format!("http://127.0.0.1:{port}/")), "{now}");
    bench.off().await;
    assert_eq!(bench.fake.settings(), bench.before);
}

#[tokio::test]
async fn a_relay_that_fails_takes_its_script_along() {
    let port = free_port();
    let bench = Bench::with(json!({"local_port": port, "system_proxy": "pac"})).await;
    bench.on().await;
    let named = url(&bench).unwrap();
    bench.use_a_profile_that_cannot_start().await;
    bench.until(|state| matches!(state.actual, Actual::Failed { .. })).await;
    bench.until(|state| state.system_proxy.actual == ProxyActual::Unset).await;
    assert_eq!(bench.fake.settings(), bench.before);
    bench.send(Command::SelectProfile { id: "builtin".into() });
    bench.until(|state| is_on(state) && state.system_proxy.actual == ProxyActual::Set).await;
    let again = url(&bench).unwrap();
    assert!(again != named && fetch(&again).await.is_some() && fetch(&named).await.is_none());
}

#[tokio::test]
async fn what_a_killed_run_left_of_it_is_put_back_at_the_next_start() {
    let bench = {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let bench = runtime.spawn(on()).await.unwrap();
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(std::time::Duration::from_secs(30)))
            .await
            .unwrap();
        bench
    };
    assert!(url(&bench).is_some());
    let next = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    until(&next, |state| !state.notices.is_empty()).await;
    assert_eq!(bench.fake.settings(), bench.before);
    // The choice is saved, and so are the rules of the script.
    assert_eq!(next.state().borrow().system_proxy.wanted, ProxyMode::Pac);
}
