use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parasol_platform::key_store::{FakeKeyStore, Mood};
use parasol_platform::system_proxy::Fake;
use serde_json::json;
use tempfile::TempDir;

use super::super::{Controller, Deps, Handle};
use super::bench::{PASSWORD, desktop, directory, is_on, no_lists, patience, soon, until};
use super::saved::draft;
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::paths::Paths;
use crate::problem::Problem;
use crate::state::{Actual, AppState, KeyStoreView, SecretsPlace};

/// A Parasol with a key store.
struct Vault {
    dir: TempDir,
    store: FakeKeyStore,
    parasol: Handle,
}

async fn start(dir: &Path, store: &FakeKeyStore) -> Handle {
    let deps = Deps {
        paths: Paths { config: dir.to_owned() },
        desktop: desktop(&Fake::new([])),
        rescue: None,
        network: Arc::new(|| None),
        key_store: Some(Arc::new(store.clone())),
        patience: patience(),
        lists: no_lists(),
        probe_every: Duration::from_secs(3600),
    };
    Controller::spawn(deps).await
}

impl Vault {
    /// Of somebody who has nothing yet.
    async fn empty(mood: Mood) -> Vault {
        let (dir, store) = (tempfile::tempdir().unwrap(), FakeKeyStore::in_mood(mood));
        let parasol = start(dir.path(), &store).await;
        Vault { dir, store, parasol }
    }

    /// Of somebody whose passwords stand in the file.
    async fn plain(mood: Mood) -> Vault {
        let (dir, store) = (directory(json!({"local_port": 0})), FakeKeyStore::in_mood(mood));
        let parasol = start(dir.path(), &store).await;
        Vault { dir, store, parasol }
    }

    /// Of somebody whose passwords are sealed; ended.
    async fn sealed() -> Vault {
        let mut vault = Vault::plain(Mood::Ready).await;
        vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
        vault.until_no_file_says(PASSWORD).await;
        vault.end().await;
        vault
    }

    async fn until(&self, described: impl Fn(&AppState) -> bool) -> Arc<AppState> {
        until(&self.parasol, described).await
    }

    async fn end(&mut self) {
        soon(self.parasol.shutdown()).await;
    }

    async fn again(&mut self, mood: Mood) {
        self.end().await;
        self.store.be(mood);
        self.parasol = start(self.dir.path(), &self.store).await;
    }

    /// Everything that lies in the folder.
    fn files(&self) -> String {
        let mut all = String::new();
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                match entry.file_type().unwrap().is_dir() {
                    true => folders.push(entry.path()),
                    false => all += &String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default()),
                }
            }
        }
        all
    }

    async fn until_files(&self, described: impl Fn(&str) -> bool) {
        soon(async {
            while !described(&self.files()) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn until_no_file_says(&self, secret: &str) {
        self.until_files(|files| files.contains("sealed_with") && !files.contains(secret)).await;
    }

    /// With a subscription, whose host does not answer; its id.
    async fn subscribe(&self) -> String {
        let preview = soon(self.parasol.preview_subscription(LIST.to_owned().into())).await;
        self.parasol.send(Command::AddSubscription { id: preview.id, name: String::new(), interval_hours: None });
        self.until(|state| !state.subscriptions.is_empty()).await.subscriptions[0].followed.id.clone()
    }

    async fn password(&self, id: &str) -> Option<String> {
        self.parasol.password(id).await.map(|password| password.as_str().to_owned())
    }

    /// A profile with the password `another secret`; its id.
    async fn add(&self) -> String {
        self.parasol.send(Command::SaveProfile { draft: draft("New") });
        let added = self.until(|state| state.profiles.iter().any(|profile| profile.title == "New")).await;
        added.profiles.last().unwrap().id.clone()
    }
}

const SECRET: &str = "another secret";
const TOKEN: &str = "t0ken";
const LIST: &str = "https://list.example/t0ken";

#[tokio::test]
async fn a_new_users_passwords_are_sealed_where_that_asks_nobody() {
    let mut vault = Vault::empty(Mood::Ready).await;
    let state = vault.until(|state| state.secrets.key_store == KeyStoreView::Ready).await;
    assert_eq!(state.secrets.place, SecretsPlace::File, "nothing is kept there before there is a secret");
    assert!(vault.store.names().is_empty());
    let id = vault.add().await;
    vault.until(|state| state.secrets.place == SecretsPlace::KeyStore).await;
    vault.until_files(|files| files.contains("sealed_with")).await;
    assert!(!vault.files().contains(SECRET));
    vault.again(Mood::Ready).await;
    let state = vault.until(|state| !state.secrets.busy).await;
    assert_eq!((state.secrets.locked, state.profiles[0].password_locked), (0, false));
    assert_eq!(vault.password(&id).await.as_deref(), Some(SECRET));
    assert_eq!((vault.store.names().len(), vault.store.asked()), (1, 0));
}

#[tokio::test]
async fn where_the_key_store_would_ask_or_is_not_there_they_stand_in_the_file_and_the_state_says_why() {
    for (mood, said) in [
        (Mood::Absent, KeyStoreView::Absent { cause: "nobody is there".to_owned() }),
        (Mood::Locked, KeyStoreView::Locked),
    ] {
        let mut vault = Vault::empty(mood).await;
        let id = vault.add().await;
        vault.until_files(|files| files.contains(SECRET)).await;
        let state = vault.until(|state| !state.secrets.busy).await;
        assert_eq!((state.secrets.place, &state.secrets.key_store), (SecretsPlace::File, &said));
        vault.again(Mood::Ready).await;
        let state = vault.until(|state| !state.secrets.busy).await;
        assert_eq!((state.secrets.place, &state.secrets.key_store), (SecretsPlace::File, &KeyStoreView::Ready));
        assert_eq!(vault.password(&id).await.as_deref(), Some(SECRET));
        assert_eq!(vault.store.asked(), 0);
    }
}

#[tokio::test]
async fn a_move_and_the_way_back_lose_nothing_and_leave_nothing() {
    let mut vault = Vault::plain(Mood::Ready).await;
    // There is a backup, and an earlier state.
    let id = vault.add().await;
    vault.until_files(|files| files.matches(PASSWORD).count() > 1).await;
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
    vault.until_no_file_says(PASSWORD).await;
    assert!(!vault.files().contains(SECRET));
    assert_eq!(vault.password("dead").await.as_deref(), Some(PASSWORD));
    assert_eq!(vault.store.names().len(), 1);
    let earlier = vault.parasol.earlier_states().await[0].clone();
    assert_eq!((earlier.goes, earlier.changes), (1, 0), "its passwords are known to be the same");

    vault.again(Mood::Ready).await;
    vault.until(|state| !state.secrets.busy).await;
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::File });
    vault.until_files(|files| !files.contains("sealed")).await;
    assert!(vault.files().matches(PASSWORD).count() > 1);
    assert_eq!(vault.password(&id).await.as_deref(), Some(SECRET));
    soon(async {
        while !vault.store.names().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_move_that_cannot_be_leaves_all_as_it_is_and_says_why() {
    for (mood, why) in [
        (Mood::Absent, KeyStoreView::Absent { cause: "nobody is there".to_owned() }),
        (Mood::Refusing, KeyStoreView::Dismissed),
        (Mood::Forgetful, KeyStoreView::Failed { cause: "it does not keep what it is given".to_owned() }),
    ] {
        let vault = Vault::plain(mood).await;
        vault.until(|state| !state.secrets.busy).await;
        let before = vault.files();
        vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
        let state = vault.until(|state| state.secrets.not_moved.is_some()).await;
        assert_eq!((state.secrets.place, state.secrets.not_moved.as_ref()), (SecretsPlace::File, Some(&why)));
        assert_eq!((vault.files(), vault.store.names()), (before, vec![]));
        // Another try, when it is there.
        vault.store.be(Mood::Locked);
        vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
        let state = vault.until(|state| state.secrets.place == SecretsPlace::KeyStore).await;
        assert_eq!(state.secrets.not_moved, None);
    }
}

#[tokio::test]
async fn a_key_store_that_is_locked_loses_nothing_and_opens_when_the_user_says_so() {
    let mut vault = Vault::sealed().await;
    vault.again(Mood::Locked).await;
    let state = vault.until(|state| !state.secrets.busy).await;
    assert_eq!((state.secrets.locked, state.profiles[1].password_locked), (1, true));
    assert_eq!((vault.password("dead").await, vault.store.asked()), (None, 0));
    vault.parasol.send(Command::SelectProfile { id: "dead".into() });
    vault.parasol.send(Command::SetOn { on: true });
    vault.until(|state| state.actual == Actual::Failed { problem: Problem::PasswordLocked }).await;

    // Others are saved meanwhile, it is renamed itself, and none of that takes its password away.
    let id = vault.add().await;
    let renamed = ProfileDraft { id: Some("dead".into()), password: None, ..draft("Renamed") };
    assert_eq!(vault.parasol.check(renamed.clone()).await, []);
    vault.parasol.send(Command::SaveProfile { draft: renamed });
    vault.until_files(|files| files.contains("Renamed")).await;
    let state = vault.until(|state| state.secrets.waiting == 1).await;
    assert_eq!((state.secrets.locked, vault.files().contains(SECRET)), (1, true), "it stands in the file until then");
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::File });
    vault.until(|state| state.secrets.not_moved == Some(KeyStoreView::Locked)).await;

    vault.parasol.send(Command::UnlockSecrets);
    vault.until(is_on).await;
    assert_eq!(vault.store.asked(), 1);
    assert_eq!(vault.password("dead").await.as_deref(), Some(PASSWORD));
    assert_eq!(vault.password(&id).await.as_deref(), Some(SECRET));
    vault.until_files(|files| files.contains("Renamed") && !files.contains(SECRET)).await;
}

#[tokio::test]
async fn a_user_who_says_no_is_asked_again_only_when_they_say_so() {
    let mut vault = Vault::sealed().await;
    vault.again(Mood::Refusing).await;
    for asked in 1..3 {
        vault.parasol.send(Command::UnlockSecrets);
        // From here on the state is one in which it is being asked, or was.
        soon(vault.parasol.password("")).await;
        vault.until(|state| !state.secrets.busy && state.secrets.key_store == KeyStoreView::Dismissed).await;
        assert_eq!(vault.store.asked(), asked);
    }
}

#[tokio::test]
async fn a_slow_key_store_keeps_nobody_waiting_who_does_not_need_it() {
    let mut vault = Vault::sealed().await;
    vault.again(Mood::Slow).await;
    vault.parasol.send(Command::SetOn { on: true });
    vault.until(is_on).await;
    vault.parasol.send(Command::SelectProfile { id: "dead".into() });
    vault.until(|state| state.active.as_deref() == Some("dead") && state.actual == Actual::Starting).await;
    vault.store.be(Mood::Ready);
    vault.until(|state| is_on(state) && state.active.as_deref() == Some("dead")).await;
}

#[tokio::test]
async fn what_was_changed_beside_a_slow_key_store_is_saved_at_the_end() {
    let mut vault = Vault::sealed().await;
    vault.again(Mood::Slow).await;
    let id = vault.add().await;
    vault.end().await;
    assert!(vault.files().contains(&id));
    vault.again(Mood::Ready).await;
    vault.until_no_file_says(SECRET).await;
    assert_eq!(vault.password("dead").await.as_deref(), Some(PASSWORD));
    assert_eq!(vault.password(&id).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn a_key_store_that_was_reset_takes_passwords_and_no_profile() {
    let mut vault = Vault::sealed().await;
    vault.store.clear();
    vault.again(Mood::Ready).await;
    let state = vault.until(|state| state.secrets.key_store == KeyStoreView::NoKey).await;
    assert_eq!((state.profiles.len(), state.secrets.locked), (2, 1));
    let typed = ProfileDraft { id: Some("dead".into()), ..draft("Typed anew") };
    vault.parasol.send(Command::SaveProfile { draft: typed });
    vault.until(|state| state.secrets.locked == 0).await;
    assert_eq!(vault.password("dead").await.as_deref(), Some(SECRET));
    // With nothing sealed any more, a way to a new key is open.
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::File });
    vault.until(|state| state.secrets.place == SecretsPlace::File).await;
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
    vault.until(|state| state.secrets.place == SecretsPlace::KeyStore && state.secrets.waiting == 0).await;
    vault.until_files(|files| files.contains("Typed anew") && files.contains("sealed_with")).await;
}

#[tokio::test]
async fn an_earlier_state_comes_back_with_the_passwords_that_were_sealed_then() {
    let mut vault = Vault::sealed().await;
    vault.again(Mood::Ready).await;
    vault.until(|state| !state.secrets.busy).await;
    vault.parasol.send(Command::DeleteProfile { id: "dead".into() });
    vault.until_files(|files| files.contains(r#""active": "builtin""#) && files.matches("\"dead\"").count() > 0).await;
    soon(async {
        while vault.parasol.earlier_states().await.first().is_none_or(|state| state.comes == 0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let newest = vault.parasol.earlier_states().await[0].until_ms;
    let candidate = vault.parasol.look_at_earlier(newest).await.unwrap();
    vault.parasol.send(Command::Restore { id: candidate.id });
    vault.until(|state| state.profiles.len() == 2).await;
    assert_eq!(vault.password("dead").await.as_deref(), Some(PASSWORD));
}

#[tokio::test]
async fn the_url_of_a_list_is_sealed_like_a_password_and_nothing_is_fetched_while_it_is() {
    let mut vault = Vault::plain(Mood::Ready).await;
    let id = vault.subscribe().await;
    vault.until_files(|files| files.contains(TOKEN)).await;
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
    vault.until_no_file_says(TOKEN).await;
    let shown =
        |state: &AppState| (state.subscriptions[0].followed.host.clone(), state.subscriptions[0].followed.locked);
    let state = vault.until(|_| true).await;
    assert_eq!(shown(&state), ("list.example".to_owned(), false));

    vault.again(Mood::Locked).await;
    let state = vault.until(|state| !state.secrets.busy).await;
    assert_eq!((shown(&state), state.subscriptions[0].followed.next_ms), ((String::new(), true), None));
    assert_eq!(state.secrets.locked, 2);
    let failed = state.subscriptions[0].followed.fault.clone();
    for id in [None, Some(id.clone())] {
        vault.parasol.send(Command::RefreshSubscription { id });
    }
    // It is named and saved all the same, and stays what it was.
    vault.parasol.send(Command::RenameSubscription { id: id.clone(), name: "Mine".to_owned() });
    let state = vault.until(|state| state.subscriptions[0].followed.title == "Mine").await;
    assert_eq!((state.subscriptions[0].followed.fetching, &state.subscriptions[0].followed.fault), (false, &failed));
    vault.until_files(|files| files.contains("Mine")).await;

    vault.parasol.send(Command::UnlockSecrets);
    let state = vault.until(|state| !state.subscriptions[0].followed.locked).await;
    assert_eq!(shown(&state), ("list.example".to_owned(), false));
    vault.parasol.send(Command::MoveSecrets { to: SecretsPlace::File });
    vault.until_files(|files| files.contains(LIST) && !files.contains("url_sealed")).await;
}

#[tokio::test]
async fn a_url_that_an_older_parasol_left_open_is_sealed_at_the_next_start() {
    let mut vault = Vault::sealed().await;
    let file = vault.dir.path().join("profiles.json");
    let mut saved: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    saved["subscriptions"] = json!([{"id": "s", "url": LIST, "paused": true}]);
    fs::write(&file, saved.to_string()).unwrap();
    vault.again(Mood::Ready).await;
    vault.until_no_file_says(TOKEN).await;
    let state = vault.until(|_| true).await;
    assert_eq!(
        (state.subscriptions[0].followed.host.as_str(), state.subscriptions[0].followed.locked),
        ("list.example", false)
    );
}
