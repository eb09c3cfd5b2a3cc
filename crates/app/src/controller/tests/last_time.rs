use std::fs;

use parasol_platform::system_proxy::Fake;
use serde_json::json;

use super::bench::{Bench, desktop, directory, is_on, parasol, soon, until};
use crate::command::Command;
use crate::state::OnAtStart;

const FILE: &str = "was-on";

/// The file is written beside the task, after the state is shown.
async fn until_it_is(bench: &Bench, there: bool) {
    soon(async {
        while bench.dir.path().join(FILE).exists() != there {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_on_at_the_end_comes_on_again_as_it_is_set() {
    for (set, at_login, comes) in [
        ("never", true, false),
        ("atLogin", true, true),
        ("atLogin", false, false),
        ("always", true, true),
        ("always", false, true),
    ] {
        let (dir, fake) = (directory(json!({"local_port": 0, "on_at_start": set})), Fake::new([("mode", "none")]));
        let first = parasol(dir.path(), desktop(&fake)).await;
        first.started(at_login);
        assert!(!soon(first.now()).await.unwrap().wanted, "nothing was on before");
        first.send(Command::SetOn { on: true });
        until(&first, is_on).await;
        soon(first.shutdown()).await;

        let next = parasol(dir.path(), desktop(&fake)).await;
        next.started(at_login);
        assert_eq!(soon(next.now()).await.unwrap().wanted, comes, "{set} {at_login}");
        if comes {
            until(&next, is_on).await;
        }
        // Once, not whenever it is said.
        next.send(Command::SetOn { on: false });
        next.started(at_login);
        assert!(!soon(next.now()).await.unwrap().wanted);
        soon(next.shutdown()).await;
        assert!(!dir.path().join(FILE).exists(), "it was off when it ended");
    }
}

#[tokio::test]
async fn a_death_without_a_word_counts_as_it_was() {
    let bench = Bench::new().await;
    bench.on().await;
    until_it_is(&bench, true).await;
    bench.off().await;
    until_it_is(&bench, false).await;
    assert!(bench.settled().await.notices.is_empty());
}

#[tokio::test]
async fn what_another_parasol_holds_says_nothing_of_this_one() {
    let bench = Bench::with(json!({"local_port": 0, "on_at_start": "always"})).await;
    bench.on().await;
    let second = parasol(bench.dir.path(), desktop(&bench.fake)).await;
    second.started(true);
    assert!(!soon(second.now()).await.unwrap().wanted);
    soon(second.shutdown()).await;
    until_it_is(&bench, true).await;
}

#[tokio::test]
async fn where_it_cannot_be_written_down_everything_else_goes_on() {
    let bench = Bench::new().await;
    fs::create_dir(bench.dir.path().join(FILE)).unwrap();
    bench.on().await;
    bench.send(Command::SetOnAtStart { when: OnAtStart::Never });
    bench.until(|state| state.on_at_start == OnAtStart::Never && is_on(state)).await;
    bench.off().await;
    soon(bench.parasol.shutdown()).await;
    assert!(bench.dir.path().join(FILE).is_dir());
}
