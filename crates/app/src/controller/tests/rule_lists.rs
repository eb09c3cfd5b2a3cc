//! Lists of rules from elsewhere, against a host of our own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use tempfile::TempDir;

use super::super::Lists;
use super::bench::{desktop, directory, soon, spawn_with, until};
use crate::command::Command;
use crate::controller::Handle;
use crate::rule_list::{MOST, MOST_SHOWN, RuleListFault, RuleListView};
use crate::rules::{RouteCause, RouteCode};
use crate::state::AppState;
use crate::subscription::host::{Authority, Host, LOOPBACK, Says, head, names};
use crate::subscription::{Fetcher, SubscriptionFault};

const NAME: &str = "list.example";
/// Of the URL; it must turn up nowhere but in the profile file.
const TOKEN: &str = "t0ken-of-the-rules";

/// A Parasol that reaches a host whose answer a test can change.
struct Desk {
    dir: TempDir,
    lists: Lists,
    parasol: Handle,
    host: Host,
    says: Arc<Mutex<Says>>,
}

impl Desk {
    async fn new() -> Desk {
        let authority = Authority::new();
        let says = Arc::new(Mutex::new(acl("")));
        let answer = Arc::clone(&says);
        let host = Host::start(authority.identity(NAME), move |_| answer.lock().unwrap().clone()).await;
        let dir = directory(json!({"local_port": 0, "system_proxy": "leave"}));
        let fetcher = Fetcher::new(authority.trust(), names(), vec![LOOPBACK]);
        let clock = Arc::new(|| UNIX_EPOCH + Duration::from_secs(1_800_000_000));
        let lists = Lists { fetcher, clock, look_each: Duration::from_secs(3600) };
        let parasol = start(&dir, &lists).await;
        Desk { dir, lists, parasol, host, says }
    }

    fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn url(&self) -> String {
        format!("https://{NAME}:{}/{TOKEN}", self.host.port())
    }

    /// Adds the list that the host has now, and waits for it.
    async fn add(&self) -> RuleListView {
        let url = self.url().as_str().into();
        self.parasol.send(Command::AddRuleList { url, name: String::new() });
        self.fetched(0).await
    }

    async fn refresh(&self, id: &str) -> RuleListView {
        let before = self.host.requests().len();
        self.parasol.send(Command::RefreshRuleList { id: id.to_owned() });
        self.fetched(before).await
    }

    async fn fetched(&self, before: usize) -> RuleListView {
        let done = |list: &RuleListView| {
            !list.followed.fetching && (list.followed.good_ms.is_some() || list.followed.fault.is_some())
        };
        let state =
            self.until(|state| self.host.requests().len() > before && state.routing.lists.first().is_some_and(done));
        state.await.routing.lists[0].clone()
    }

    async fn until(&self, described: impl Fn(&AppState) -> bool) -> Arc<AppState> {
        until(&self.parasol, described).await
    }

    /// Where a host goes, and which list says so.
    async fn route(&self, host: &str) -> (RouteCode, Option<String>) {
        let explained = soon(self.parasol.explain(host.to_owned())).await.expect("it is a host");
        let from = match explained.cause {
            RouteCause::Rule { from, .. } | RouteCause::Default { from } => from,
            _ => None,
        };
        (explained.route, from)
    }
}

async fn start(dir: &TempDir, lists: &Lists) -> Handle {
    let fake = parasol_platform::system_proxy::Fake::new([]);
    spawn_with(dir.path(), desktop(&fake), lists.clone()).await
}

fn acl(text: &str) -> Says {
    let head = head("200 OK", text.len(), "ETag: \"1\"\r\n");
    Says::Whole([head, text.as_bytes().to_vec()].concat())
}

#[tokio::test]
async fn a_list_is_in_force_below_the_users_own_rules_until_it_is_removed() {
    let desk = Desk::new().await;
    desk.says(acl("[bypass_all]\n[outbound_block_list]\n||ads.test\n||shop.test\n10.0.0.0/99\n"));
    let list = desk.add().await;
    assert_eq!((list.followed.host.as_str(), list.rules, list.refused), (NAME, Some(2), 1));
    assert_eq!((list.rest_direct, list.followed.fault), (Some(true), None));
    desk.parasol.send(Command::SaveRules { text: "[proxy_list]\n||shop.test\n".into() });
    desk.until(|state| state.routing.rules == 1).await;
    let of_list = || Some(NAME.to_owned());
    assert_eq!(desk.route("www.ads.test").await, (RouteCode::Block, of_list()));
    assert_eq!(desk.route("shop.test").await, (RouteCode::Proxy, None));
    assert_eq!(desk.route("else.test").await, (RouteCode::Direct, of_list()));
    let sets = soon(desk.parasol.rule_hits()).await.sets;
    assert_eq!(
        sets.iter().map(|set| (set.list.clone(), set.rules)).collect::<Vec<_>>(),
        [(None, 1), (Some(list.followed.id.clone()), 2)]
    );
    desk.parasol.send(Command::RemoveRuleList { id: list.followed.id });
    desk.until(|state| state.routing.lists.is_empty()).await;
    assert_eq!(desk.route("www.ads.test").await, (RouteCode::Proxy, None));
    desk.parasol.shutdown().await;
    let left: Vec<_> = std::fs::read_dir(desk.dir.path().join("rule-lists")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn what_a_list_says_of_the_rest_counts_as_it_came_first_and_a_fence_of_it_never() {
    let mut desk = Desk::new().await;
    desk.says(acl("||near.test\n"));
    let id = desk.add().await.followed.id;
    let of_list = || Some(NAME.to_owned());
    let all = [
        ("[bypass_all]\n[proxy_list]\n||near.test\n", true),
        ("[outbound_block_all]\n[proxy_list]\n||near.test\n", false),
        ("[reject_all]\n[proxy_list]\n||near.test\n", false),
    ];
    for (text, changed) in all {
        desk.says(acl(text));
        let list = desk.refresh(&id).await;
        assert_eq!((list.rest_direct, list.rest_changed, list.followed.fault), (None, changed, None), "{text}");
        assert_eq!(desk.route("else.test").await, (RouteCode::Proxy, None), "{text}");
        assert_eq!(desk.route("near.test").await, (RouteCode::Proxy, of_list()), "{text}");
    }
    // Whoever wants what it says now adds it anew.
    desk.says(acl(all[0].0));
    desk.parasol.send(Command::RemoveRuleList { id });
    desk.until(|state| state.routing.lists.is_empty()).await;
    let list = desk.add().await;
    assert_eq!((list.rest_direct, list.rest_changed), (Some(true), false));
    assert_eq!(desk.route("else.test").await, (RouteCode::Direct, of_list()));
    desk.says(acl("[proxy_all]\n[bypass_list]\n||near.test\n"));
    let list = desk.refresh(&list.followed.id).await;
    assert_eq!((list.rest_direct, list.rest_changed), (Some(true), true));
    desk.parasol.shutdown().await;
    desk.parasol = start(&desk.dir, &desk.lists).await;
    let list = desk.until(|_| true).await.routing.lists[0].clone();
    assert_eq!((list.rest_direct, list.rest_changed), (Some(true), true), "also at the next start");
    assert_eq!(desk.route("else.test").await, (RouteCode::Direct, of_list()));
}

#[tokio::test]
async fn what_cannot_be_used_is_said_and_the_last_good_list_stays() {
    let desk = Desk::new().await;
    desk.says(acl("[outbound_block_list]\n||ads.test\n"));
    let id = desk.add().await.followed.id;
    let refused = SubscriptionFault::Refused { host: NAME.to_owned(), status: 404 };
    for (says, fault) in [
        (Says::Whole(head("404 Not Found", 0, "")), refused),
        (acl("<html>Sign in</html>"), SubscriptionFault::NoList),
        (acl(""), SubscriptionFault::NoList),
    ] {
        desk.says(says);
        let list = desk.refresh(&id).await;
        assert_eq!((list.followed.fault, list.rules), (Some(fault), Some(1)));
        assert_eq!(desk.route("ads.test").await.0, RouteCode::Block);
    }
    desk.says(acl("[outbound_block_list]\n||other.test\n"));
    let list = desk.refresh(&id).await;
    assert_eq!((list.followed.fault, desk.route("ads.test").await.0), (None, RouteCode::Proxy));
}

#[tokio::test]
async fn it_is_in_force_at_the_next_start_and_the_host_need_not_send_it_again() {
    let desk = Desk::new().await;
    desk.says(acl("[outbound_block_list]\n||ads.test\n"));
    let id = desk.add().await.followed.id;
    desk.parasol.shutdown().await;
    let desk = Desk { parasol: start(&desk.dir, &desk.lists).await, ..desk };
    assert_eq!(desk.route("ads.test").await.0, RouteCode::Block);
    assert_eq!(desk.host.requests().len(), 1, "it is not due");
    desk.says(Says::Whole(head("304 Not Modified", 0, "")));
    let list = desk.refresh(&id).await;
    assert_eq!((list.followed.fault, list.rules), (None, Some(1)));
    assert!(desk.host.requests()[1].to_lowercase().contains("if-none-match: \"1\""));

    // As after a backup was restored, which has no rules in it.
    desk.parasol.shutdown().await;
    std::fs::remove_dir_all(desk.dir.path().join("rule-lists")).unwrap();
    desk.says(acl("[outbound_block_list]\n||ads.test\n"));
    let desk = Desk { parasol: start(&desk.dir, &desk.lists).await, ..desk };
    desk.until(|state| state.routing.lists[0].rules == Some(1)).await;
    assert!(
        !desk.host.requests()[2].to_lowercase().contains("if-none-match"),
        "nothing is there that could be as it was"
    );
}

#[tokio::test]
async fn what_is_no_url_or_there_already_is_not_added_and_no_secret_is_told() {
    let desk = Desk::new().await;
    desk.says(acl("||a.test"));
    for url in ["http://list.example/", "file:///etc/passwd", "https://user:x@list.example/", ""] {
        let fault = soon(desk.parasol.check_rule_list(url.into())).await;
        assert!(matches!(fault, Some(RuleListFault::BadUrl { .. })), "{url}");
        desk.parasol.send(Command::AddRuleList { url: url.into(), name: String::new() });
    }
    assert_eq!(soon(desk.parasol.check_rule_list(desk.url().as_str().into())).await, None);
    desk.add().await;
    assert_eq!(soon(desk.parasol.check_rule_list(desk.url().as_str().into())).await, Some(RuleListFault::Known));
    desk.parasol.send(Command::AddRuleList { url: desk.url().as_str().into(), name: String::new() });
    let private = "https://10.0.0.1/".into();
    desk.parasol.send(Command::AddRuleList { url: private, name: "x".repeat(10_000) });
    let state = desk.until(|state| state.routing.lists.get(1).is_some_and(|list| list.followed.fault.is_some())).await;
    let [_, private] = &state.routing.lists[..] else { panic!("two lists") };
    assert!(
        matches!(private.followed.fault, Some(SubscriptionFault::PrivateHost { .. }))
            && private.followed.title.len() < 1000
    );
    let told = format!("{state:?}") + &serde_json::to_string(&*state).unwrap();
    assert!(!told.contains(TOKEN));
}

#[tokio::test]
async fn an_interval_and_a_pause_are_kept() {
    let desk = Desk::new().await;
    desk.says(acl("||a.test"));
    let id = desk.add().await.followed.id;
    desk.parasol.send(Command::SetRuleListInterval { id: id.clone(), hours: Some(6) });
    desk.parasol.send(Command::PauseRuleList { id, paused: true });
    let state = desk.until(|state| state.routing.lists[0].followed.paused).await;
    let list = &state.routing.lists[0];
    assert_eq!(
        (list.followed.own_interval_hours, list.followed.next_ms, list.rules),
        (Some(6), None, Some(1)),
        "it stays in force"
    );
}

#[tokio::test]
async fn of_more_lists_in_the_file_than_may_be_the_first_alone_count() {
    let desk = Desk::new().await;
    desk.says(acl("[outbound_block_list]\n||ads.test\n"));
    desk.parasol.shutdown().await;
    let file = desk.dir.path().join("profiles.json");
    let mut saved: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let list = |at: usize| json!({"id": format!("l{at}"), "url": format!("{}-{at}", desk.url())});
    saved["rule_lists"] = (0..1000).map(list).collect();
    std::fs::write(&file, saved.to_string()).unwrap();
    let desk = Desk { parasol: start(&desk.dir, &desk.lists).await, ..desk };
    let last = MOST - 1;
    let state = desk.until(|state| state.routing.lists[last].rules.is_some()).await;
    let lists = &state.routing.lists;
    assert_eq!((lists.len(), state.routing.max_lists as usize), (MOST_SHOWN, MOST));
    assert!(!lists[last].beyond && lists[MOST..].iter().all(|list| list.beyond && list.followed.next_ms.is_none()));
    // Asked for by hand it is not fetched either: the first is, which is asked for after it.
    desk.parasol.send(Command::RefreshRuleList { id: format!("l{MOST}") });
    desk.parasol.send(Command::RefreshRuleList { id: "l0".into() });
    desk.until(|state| desk.host.requests().len() > MOST && !state.routing.lists[0].followed.fetching).await;
    assert_eq!((desk.host.requests().len(), soon(desk.parasol.rule_hits()).await.sets.len()), (MOST + 1, MOST + 1));
    // One less above it, and it counts.
    desk.parasol.send(Command::RemoveRuleList { id: "l0".into() });
    desk.until(|state| {
        state.routing.lists[last].followed.id == format!("l{MOST}") && state.routing.lists[last].rules.is_some()
    })
    .await;
    desk.parasol.shutdown().await;
    let desk = Desk { parasol: start(&desk.dir, &desk.lists).await, ..desk };
    assert_eq!(soon(desk.parasol.rule_hits()).await.sets.len(), MOST + 1, "also of the kept ones");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("l999") && !text.contains("\"l0\""), "nothing else is lost");
}

#[tokio::test]
async fn what_is_kept_of_lists_goes_with_them_also_by_another_state_and_one_that_cannot_be_used() {
    let desk = Desk::new().await;
    desk.says(acl("||a.test\n"));
    let kept = || {
        let entries = std::fs::read_dir(desk.dir.path().join("rule-lists")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let id = desk.add().await.followed.id;
    assert_eq!(kept(), [format!("{id}.acl")]);
    // All is written then.
    desk.parasol.shutdown().await;
    let parasol = start(&desk.dir, &desk.lists).await;
    // The state before it was added.
    let states = soon(parasol.earlier_states()).await;
    let before = states.iter().find(|state| state.goes == 1).expect("it has come since");
    let candidate = soon(parasol.look_at_earlier(before.until_ms)).await.unwrap();
    parasol.send(Command::Restore { id: candidate.id });
    until(&parasol, |state| state.routing.lists.is_empty()).await;
    assert_eq!(soon(parasol.rule_hits()).await.sets.len(), 1);
    parasol.shutdown().await;
    assert!(kept().is_empty(), "{:?}", kept());

    let parasol = start(&desk.dir, &desk.lists).await;
    let url = desk.url().as_str().into();
    parasol.send(Command::AddRuleList { url, name: String::new() });
    let state = until(&parasol, |state| state.routing.lists.first().is_some_and(|list| list.rules.is_some())).await;
    parasol.shutdown().await;
    // What is kept of it cannot be used any more, and something is there of one that nobody knows.
    let file = |name: &str| desk.dir.path().join("rule-lists").join(name);
    std::fs::write(file(&kept()[0]), "<html>").unwrap();
    std::fs::write(file("stray.acl"), "||a.test").unwrap();
    desk.says(Says::Whole(head("404 Not Found", 0, "")));
    let parasol = start(&desk.dir, &desk.lists).await;
    let id = state.routing.lists[0].followed.id.clone();
    assert_eq!(kept(), [format!("{id}.acl")]);
    until(&parasol, |state| state.routing.lists[0].followed.fault.is_some()).await;
    parasol.send(Command::RemoveRuleList { id });
    until(&parasol, |state| state.routing.lists.is_empty()).await;
    parasol.shutdown().await;
    assert!(kept().is_empty(), "{:?}", kept());
}
