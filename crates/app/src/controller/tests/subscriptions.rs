//! Subscriptions from the first look to the last server, against a host of our own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::Lists;
use super::bench::{PASSWORD, desktop, directory, is_on, soon, spawn_with, until};
use crate::command::Command;
use crate::controller::Handle;
use crate::group::{GroupDraft, Policy};
use crate::state::{Actual, AppState};
use crate::subscription::host::{Authority, Host, LOOPBACK, Says, head, names};
use crate::subscription::{Fetcher, SubscriptionFault, SubscriptionPreview};

const NAME: &str = "list.example";
/// Of the URL; it must turn up nowhere but in the profile file.
const TOKEN: &str = "t0ken-of-the-list";
/// What time it is, in milliseconds since 1970.
const NOW_MS: u64 = 1_800_000_000_000;
const HOUR_MS: u64 = 3_600_000;

/// A Parasol that reaches a host whose answer a test can change.
pub(super) struct Desk {
    pub(super) dir: TempDir,
    pub(super) parasol: Handle,
    host: Host,
    says: Arc<Mutex<Says>>,
}

impl Desk {
    pub(super) async fn new() -> Desk {
        Desk::with(|_| json!([]), Duration::from_secs(3600)).await
    }

    /// With saved subscriptions, given the host's URL.
    async fn with(saved: impl FnOnce(&str) -> Value, look_each: Duration) -> Desk {
        let authority = Authority::new();
        let says = Arc::new(Mutex::new(list(&[])));
        let answer = Arc::clone(&says);
        let host = Host::start(authority.identity(NAME), move |_| answer.lock().unwrap().clone()).await;
        let dir = directory(json!({"local_port": 0, "system_proxy": "leave"}));
        let file = dir.path().join("profiles.json");
        let mut document: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        document["subscriptions"] = saved(&format!("https://{NAME}:{}/{TOKEN}", host.port()));
        std::fs::write(&file, document.to_string()).unwrap();
        let fetcher = Fetcher::new(authority.trust(), names(), vec![LOOPBACK]);
        let clock = Arc::new(|| UNIX_EPOCH + Duration::from_millis(NOW_MS));
        let fake = parasol_platform::system_proxy::Fake::new([]);
        let parasol = spawn_with(dir.path(), desktop(&fake), Lists { fetcher, clock, look_each }).await;
        Desk { dir, parasol, host, says }
    }

    pub(super) fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn url(&self) -> String {
        format!("https://{NAME}:{}/{TOKEN}", self.host.port())
    }

    async fn preview(&self) -> SubscriptionPreview {
        soon(self.parasol.preview_subscription(self.url().into())).await
    }

    /// Saves the list that the host has now; gives its id.
    pub(super) async fn add(&self) -> String {
        let preview = self.preview().await;
        self.parasol.send(Command::AddSubscription { id: preview.id, name: String::new(), interval_hours: None });
        self.until(|state| state.subscriptions.len() == 1).await.subscriptions[0].followed.id.clone()
    }

    /// The state after this subscription was fetched once more.
    pub(super) async fn refresh(&self, id: &str) -> Arc<AppState> {
        let before = self.host.requests().len();
        self.parasol.send(Command::RefreshSubscription { id: Some(id.to_owned()) });
        self.until(|state| self.host.requests().len() > before && !state.subscriptions[0].followed.fetching).await
    }

    pub(super) async fn until(&self, described: impl Fn(&AppState) -> bool) -> Arc<AppState> {
        until(&self.parasol, described).await
    }

    /// The profiles that came from a list: names and servers.
    async fn shown(&self) -> Vec<(String, String)> {
        let state = self.until(|_| true).await;
        let listed = state.profiles.iter().filter(|profile| profile.subscription.is_some());
        listed.map(|profile| (profile.name.clone(), profile.server.clone())).collect()
    }

    /// What the file says once all is saved.
    async fn saved(self) -> Value {
        self.parasol.shutdown().await;
        serde_json::from_slice(&std::fs::read(self.dir.path().join("profiles.json")).unwrap()).unwrap()
    }
}

pub(super) fn server(id: &str, host: &str) -> Value {
    json!({
        "id": id, "remarks": id, "server": host, "server_port": 8388, "method": "aes-256-gcm", "password": PASSWORD,
    })
}

/// SIP008 with these servers.
pub(super) fn list(servers: &[Value]) -> Says {
    let body = json!({"version": 1, "servers": servers, "bytes_used": 3, "bytes_remaining": 7}).to_string();
    let head = head("200 OK", body.len(), "ETag: \"1\"\r\nProfile-Title: The list\r\n");
    Says::Whole([head, body.into_bytes()].concat())
}

fn pair(name: &str, server: &str) -> (String, String) {
    (name.to_owned(), server.to_owned())
}

#[tokio::test]
async fn a_list_is_looked_at_before_anything_is_saved_and_saved_as_it_was_shown() {
    let desk = Desk::new().await;
    desk.says(list(&[server("one", "1.example"), json!({"server": "half"}), server("two", "2.example")]));
    let preview = desk.preview().await;
    assert_eq!((preview.host.as_str(), preview.title.as_str(), preview.fault), (NAME, "The list", None));
    assert_eq!((preview.found.added.len(), preview.found.refused.len(), preview.known), (2, 1, false));
    assert_eq!((preview.usage.used, preview.usage.total), (Some(3), Some(10)));
    assert!(desk.until(|_| true).await.subscriptions.is_empty());

    // Not asked again: what was shown is what is saved.
    desk.says(list(&[server("evil", "evil.example")]));
    let (name, interval_hours) = ("Mine".to_owned(), Some(6));
    desk.parasol.send(Command::AddSubscription { id: preview.id, name, interval_hours });
    let state = desk.until(|state| !state.subscriptions.is_empty()).await;
    let [shown] = &state.subscriptions[..] else { panic!("one subscription") };
    assert_eq!(
        (shown.followed.title.as_str(), shown.followed.host.as_str(), shown.followed.interval_hours),
        ("Mine", NAME, 6)
    );
    assert_eq!(
        (shown.profiles, shown.refused, shown.followed.good_ms, shown.followed.fault.clone()),
        (2, 1, Some(NOW_MS), None)
    );
    let next = shown.followed.next_ms.expect("it is not paused");
    assert!((NOW_MS + 5 * HOUR_MS..NOW_MS + 7 * HOUR_MS).contains(&next), "{next}");
    assert_eq!(desk.shown().await, [pair("one", "1.example"), pair("two", "2.example")]);
    assert!(desk.preview().await.known);

    let told = format!("{state:?}") + &serde_json::to_string(&*state).unwrap();
    assert!(!told.contains(TOKEN) && !told.contains(PASSWORD));
    let saved = desk.saved().await;
    assert!(saved["subscriptions"][0]["url"].as_str().unwrap().ends_with(TOKEN));
}

#[tokio::test]
async fn what_is_no_url_or_was_dropped_is_not_added() {
    let desk = Desk::new().await;
    for url in ["http://list.example/", "file:///etc/passwd", "https://10.0.0.1/", "https://user:x@list.example/", ""] {
        let preview = soon(desk.parasol.preview_subscription(url.into())).await;
        let private = matches!(preview.fault, Some(SubscriptionFault::PrivateHost { .. }));
        assert!(private || matches!(preview.fault, Some(SubscriptionFault::BadUrl { .. })), "{url}");
        if !private {
            let (name, interval_hours) = (String::new(), None);
            desk.parasol.send(Command::AddSubscription { id: preview.id, name, interval_hours });
        }
    }
    let preview = desk.preview().await;
    desk.parasol.send(Command::DropSubscription { id: preview.id });
    for id in [preview.id, preview.id + 1] {
        desk.parasol.send(Command::AddSubscription { id, name: String::new(), interval_hours: None });
    }
    assert!(desk.preview().await.id > 0);
    assert!(desk.until(|_| true).await.subscriptions.is_empty());
    assert!(desk.host.requests().len() == 2);
}

#[tokio::test]
async fn a_list_that_cannot_be_had_is_added_all_the_same_and_fetched_later() {
    let desk = Desk::new().await;
    desk.says(Says::Whole(head("503 Service Unavailable", 0, "")));
    let id = desk.add().await;
    let state = desk.until(|_| true).await;
    let refused = SubscriptionFault::Refused { host: NAME.to_owned(), status: 503 };
    assert_eq!(state.subscriptions[0].followed.fault, Some(refused));
    desk.says(list(&[server("one", "1.example")]));
    let state = desk.refresh(&id).await;
    assert_eq!((state.subscriptions[0].followed.fault.clone(), state.subscriptions[0].profiles), (None, 1));
}

#[tokio::test]
async fn a_failure_keeps_the_last_good_list_and_says_why() {
    let desk = Desk::new().await;
    desk.says(list(&[server("one", "1.example")]));
    let id = desk.add().await;
    let before = desk.shown().await;
    let bad = json!({"server": 5});
    let refused = SubscriptionFault::Refused { host: NAME.to_owned(), status: 404 };
    for (says, fault) in [
        (Says::Whole(head("404 Not Found", 0, "")), refused),
        (list(&[]), SubscriptionFault::NoServers),
        (list(&[bad]), SubscriptionFault::NoServers),
        (Says::Whole([head("200 OK", 6, ""), b"<html>".to_vec()].concat()), SubscriptionFault::NoList),
    ] {
        desk.says(says);
        let state = desk.refresh(&id).await;
        let shown = &state.subscriptions[0];
        assert_eq!((shown.followed.fault.clone(), shown.followed.good_ms), (Some(fault), Some(NOW_MS)));
        // Sooner than the day that it usually takes.
        assert!(shown.followed.next_ms.unwrap() < NOW_MS + 12 * HOUR_MS);
        assert_eq!(desk.shown().await, before);
    }
}

#[tokio::test]
async fn a_list_changes_its_profiles_and_none_in_use_goes() {
    let desk = Desk::new().await;
    desk.says(list(&[server("one", "1.example"), server("two", "2.example"), server("three", "3.example")]));
    let id = desk.add().await;
    let state = desk.until(|_| true).await;
    let own = |state: &AppState, name: &str| {
        state.profiles.iter().find(|profile| profile.name == name).expect("it is there").clone()
    };
    let one = own(&state, "one");
    desk.parasol.send(Command::SelectProfile { id: one.id.clone() });
    desk.says(list(&[server("two", "moved.example"), server("four", "4.example")]));
    let state = desk.refresh(&id).await;
    assert_eq!(own(&state, "two").server, "moved.example");
    let kept = own(&state, "one");
    assert!(kept.gone && kept.server == "1.example" && state.active == Some(one.id));
    assert!(!state.profiles.iter().any(|profile| profile.name == "three"));
    let merged = state.subscriptions[0].merged.unwrap();
    assert_eq!((merged.added, merged.changed, merged.removed, merged.kept), (1, 1, 1, 1));
    assert_eq!((state.subscriptions[0].profiles, state.subscriptions[0].gone), (3, 1));

    // Once it is not in use any more it goes, even when the list says that nothing has changed.
    desk.parasol.send(Command::SelectProfile { id: "builtin".to_owned() });
    desk.says(Says::Whole(head("304 Not Modified", 0, "")));
    let state = desk.refresh(&id).await;
    assert_eq!((state.subscriptions[0].profiles, state.subscriptions[0].followed.fault.clone()), (2, None));
}

#[tokio::test]
async fn a_plugin_of_a_list_is_approved_once() {
    let plugged = |id: &str, plugin: &str| {
        let mut server = server(id, "1.example");
        server["plugin"] = json!(plugin);
        server["plugin_opts"] = json!("obfs=http");
        server
    };
    let desk = Desk::new().await;
    desk.says(list(&[plugged("one", "obfs-local"), plugged("two", "obfs-local"), plugged("three", "other")]));
    let id = desk.add().await;
    let state = desk.until(|_| true).await;
    let approved = |state: &AppState| -> Vec<bool> {
        let listed = state.profiles.iter().filter(|profile| profile.subscription.is_some());
        listed.map(|profile| profile.plugin_approved).collect()
    };
    assert_eq!(approved(&state), [false; 3]);
    let one = state.profiles.iter().find(|profile| profile.name == "one").unwrap();
    let (plugin, plugin_opts) = (one.plugin.clone(), one.plugin_opts.clone());
    desk.parasol.send(Command::ApprovePlugin { id: one.id.clone(), plugin, plugin_opts });
    desk.until(|state| approved(state) == [true, true, false]).await;
    desk.says(list(&[plugged("one", "other"), plugged("two", "obfs-local"), plugged("new", "obfs-local")]));
    let state = desk.refresh(&id).await;
    assert_eq!(approved(&state), [false, true, true]);
}

#[tokio::test]
async fn what_is_due_is_fetched_by_itself_and_what_is_paused_is_not() {
    let saved = |url: &str| {
        let due = |id: &str, next_ms: u64, paused: bool| json!({"id": id, "url": format!("{url}/{id}"), "paused": paused, "fetched": {"next_ms": next_ms}});
        json!([
            due("paused", 0, true),
            due("later", NOW_MS + HOUR_MS, false),
            due("due", NOW_MS, false),
            due("old", 5, false)
        ])
    };
    let desk = Desk::with(saved, Duration::from_millis(1)).await;
    desk.until(|state| {
        state.subscriptions[2].followed.fault.is_some() && state.subscriptions[3].followed.fault.is_some()
    })
    .await;
    let asked: Vec<String> = desk.host.requests();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|request| request.contains("/due ") || request.contains("/old ")), "{asked:?}");
}

#[tokio::test]
async fn a_subscription_goes_with_its_profiles_or_without_them() {
    let desk = Desk::new().await;
    desk.says(list(&[server("one", "1.example")]));
    let id = desk.add().await;
    desk.parasol.send(Command::RemoveSubscription { id, keep_profiles: true });
    let state = desk.until(|state| state.subscriptions.is_empty()).await;
    let kept = state.profiles.iter().find(|profile| profile.name == "one").expect("it is the user's own now");
    assert!(kept.subscription.is_none() && !kept.gone);

    let id = desk.add().await;
    let state = desk.until(|_| true).await;
    let listed = state.profiles.iter().find(|profile| profile.subscription.is_some()).unwrap();
    desk.parasol.send(Command::SelectProfile { id: listed.id.clone() });
    desk.parasol.send(Command::SetOn { on: true });
    desk.until(is_on).await;
    desk.parasol.send(Command::RemoveSubscription { id, keep_profiles: false });
    let state = desk.until(|state| state.actual == Actual::Off).await;
    assert!(state.profiles.iter().all(|profile| profile.subscription.is_none()));
    assert!(state.active.is_some() && !state.wanted);
}

#[tokio::test]
async fn a_group_goes_on_without_a_list_or_ends_with_it() {
    let desk = Desk::new().await;
    for own in [true, false] {
        desk.says(list(&[server("one", "1.example"), server("two", "2.example")]));
        let id = desk.add().await;
        let state = desk.until(|state| state.profiles.iter().any(|profile| profile.subscription.is_some())).await;
        let listed = state.profiles.iter().filter(|profile| profile.subscription.is_some());
        let mut members: Vec<String> = listed.map(|profile| profile.id.clone()).collect();
        members.extend(own.then(|| "dead".to_owned()));
        let name = format!("with its own: {own}");
        let fixed = Some(members[0].clone());
        let draft = GroupDraft { id: None, name: name.clone(), policy: Policy::Fixed, members, fixed, dwell_s: 1 };
        let first = draft.fixed.clone();
        desk.parasol.send(Command::SaveGroup { draft });
        let state = desk.until(|state| state.groups.iter().any(|group| group.name == name)).await;
        let group = Some(state.groups.last().unwrap().id.clone());
        desk.parasol.send(Command::SelectGroup { id: group.clone().unwrap() });
        desk.parasol.send(Command::SetOn { on: true });
        desk.until(|state| state.group == group && state.active == first && is_on(state)).await;
        desk.parasol.send(Command::RemoveSubscription { id, keep_profiles: false });
        let state = desk.until(|state| state.subscriptions.is_empty()).await;
        assert_eq!((state.active.as_deref(), state.wanted), (Some("dead"), own));
        assert_eq!(state.group, group.filter(|_| own));
        if !own {
            desk.until(|state| state.actual == Actual::Off).await;
        }
        // And what is in use now can be switched on.
        desk.parasol.send(Command::SetOn { on: true });
        desk.until(is_on).await;
    }
}

#[tokio::test]
async fn names_pauses_and_intervals_are_the_users() {
    let desk = Desk::new().await;
    desk.says(list(&[server("one", "1.example")]));
    let id = desk.add().await;
    let state = desk.until(|_| true).await;
    assert_eq!(
        (state.subscriptions[0].followed.title.as_str(), state.subscriptions[0].followed.interval_hours),
        ("The list", 24)
    );
    desk.parasol.send(Command::RenameSubscription { id: id.clone(), name: " Mine ".to_owned() });
    desk.parasol.send(Command::SetSubscriptionInterval { id: id.clone(), hours: Some(0) });
    desk.parasol.send(Command::PauseSubscription { id, paused: true });
    let state = desk.until(|state| state.subscriptions[0].followed.paused).await;
    let shown = &state.subscriptions[0];
    assert_eq!(
        (shown.followed.title.as_str(), shown.followed.interval_hours, shown.followed.next_ms),
        ("Mine", 1, None)
    );
}

#[tokio::test]
async fn quitting_waits_for_no_list() {
    let desk = Desk::new().await;
    desk.says(list(&[server("one", "1.example")]));
    let id = desk.add().await;
    desk.says(Says::Begins(Vec::new()));
    desk.parasol.send(Command::RefreshSubscription { id: Some(id) });
    desk.until(|state| state.subscriptions[0].followed.fetching).await;
    soon(async {
        while desk.host.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    desk.parasol.shutdown().await;
    assert!(desk.parasol.state().has_changed().is_err(), "it has ended, and not after it was given up");
}
