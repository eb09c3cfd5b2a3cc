use std::net::SocketAddr;

use serde_json::json;

use super::bench::{Bench, desktop, echo, is_on, parasol, reaches, until};
use crate::command::Command;
use crate::pasted::Pasted;
use crate::rules::{Explained, RouteCause, RouteCode};
use crate::state::RoutingMode;

/// On, through a server that is not there, so that only what goes directly gets anywhere.
async fn without_a_server(local_direct: bool) -> (Bench, u16, SocketAddr) {
    let bench = Bench::with(json!({"local_port": 0, "local_direct": local_direct})).await;
    bench.send(Command::SelectProfile { id: "dead".to_owned() });
    let on = bench.on().await;
    (bench, on.local_port, echo().await)
}

fn rules(text: &str) -> Command {
    Command::SaveRules { text: Pasted::from(text) }
}

#[tokio::test]
async fn what_is_local_goes_directly_until_the_user_says_otherwise() {
    let (bench, port, target) = without_a_server(true).await;
    assert!(reaches(port, target).await);
    let began = bench.until(is_on).await.actual.clone();
    bench.send(Command::SetLocalDirect { direct: false });
    bench.until(|state| !state.routing.local_direct).await;
    assert!(!reaches(port, target).await, "the server is asked");
    assert_eq!(bench.until(is_on).await.actual, began, "the relay did not start anew");
}

#[tokio::test]
async fn a_mode_takes_effect_while_the_relay_runs() {
    let (bench, port, target) = without_a_server(false).await;
    for (mode, direct) in [
        (RoutingMode::Direct, true),
        (RoutingMode::Global, false),
        (RoutingMode::Direct, true),
        (RoutingMode::Rules, false),
    ] {
        bench.send(Command::SetMode { mode });
        bench.until(|state| state.routing.mode == mode).await;
        assert_eq!(reaches(port, target).await, direct, "{mode:?}");
    }
}

#[tokio::test]
async fn own_rules_are_in_force_at_once_and_after_the_next_start() {
    let (bench, port, target) = without_a_server(false).await;
    let text = "# mine\n[bypass_list]\n127.0.0.0/8\n(\n";
    bench.send(rules(text));
    bench.until(|state| state.routing.rules == 1).await;
    assert!(reaches(port, target).await);
    bench.send(rules("[outbound_block_list]\n127.0.0.0/8\n||ads.test\n"));
    bench.until(|state| state.routing.rules == 2).await;
    assert!(!reaches(port, target).await);
    bench.send(rules(text));
    bench.until(|state| state.routing.rules == 1).await;

    bench.parasol.shutdown().await;
    let again = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    until(&again, |state| state.routing.rules == 1).await;
    assert_eq!(again.rules().await, text, "what is not applied is kept too");
}

#[tokio::test]
async fn which_rule_a_host_has_is_known_while_off_too() {
    let bench = Bench::new().await;
    bench.send(rules("\n||ads.test\n"));
    bench.until(|state| state.routing.rules == 1).await;
    let cause = RouteCause::Rule {
        from: None,
        hits: 0,
        line: 2,
        list: "bypass_list".to_owned(),
        text: "||ads.test".to_owned(),
    };
    let expected = Explained { host: "www.ads.test".to_owned(), route: RouteCode::Direct, cause };
    assert_eq!(bench.parasol.explain("https://www.ads.test/x".to_owned()).await, Some(expected));
    assert_eq!(bench.parasol.explain("not a host".to_owned()).await, None);
}

#[tokio::test]
async fn rules_without_bound_are_not_taken() {
    let bench = Bench::new().await;
    bench.send(rules("||kept.test\n"));
    let most = bench.parasol.state().borrow().routing.max_bytes as usize;
    bench.send(rules(&"a.test\n".repeat(most / 7 + 1)));
    assert_eq!(bench.parasol.rules().await, "||kept.test\n");
    bench.until(|state| state.routing.rules == 1).await;
}
