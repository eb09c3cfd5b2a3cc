//! Secrets that move into the key store of a real desktop and back: gnome-keyring on a bus and in a home of the test's own,
//! and both programs of ours that ask it, the window's and the terminal's.
#![cfg(target_os = "linux")]

mod session;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Program, Stdio};
use std::sync::Arc;
use std::time::Duration;

use parasol_app::controller::{Controller, Deps, Handle, Lists};
use parasol_app::document::{Document, Parsed};
use parasol_app::key_store::{Ask, KeyStore, KeyStoreError, SecretService};
use parasol_app::paths::Paths;
use parasol_app::plugin::Patience;
use parasol_app::state::{KeyStoreView, RoutingMode, SecretsPlace};
use parasol_app::{AppState, Command};
use session::{INSIDE, in_session, until};

/// A secret of each kind; all have this in them.
const SECRET: &str = "hunter2";
const SAVED: &str = r#"{"version":1,"active":"a","profiles":[
    {"id":"a","name":"First","server":"192.0.2.1","port":8388,"method":"aes-256-gcm","password":"hunter2-first"},
    {"id":"b","name":"Second","server":"192.0.2.2","port":8388,"method":"aes-256-gcm","password":"hunter2-second",
     "plugin":"kcptun","plugin_opts":"mode=fast;key=hunter2-plugin","theirs":{"x":1}}],
  "ports":[{"id":"p","port":1091,"lan":true,"user":"guest","password":"hunter2-login"}],
  "subscriptions":[{"id":"s","url":"https://127.0.0.1/hunter2-token","paused":true}],
  "rule_lists":[{"id":"l","url":"https://127.0.0.1/hunter2-rules","paused":true}],
  "settings":{"local_port":0,"system_proxy":"leave"}}"#;

#[test]
fn secrets_move_into_gnome_keyring_and_back_and_nothing_of_them_is_lost() {
    in_session("secrets_move_into_gnome_keyring_and_back_and_nothing_of_them_is_lost", |place| {
        let config = place.path().join("profiles");
        fs::create_dir(&config).unwrap();
        fs::write(config.join("profiles.json"), SAVED).unwrap();
        let Parsed::Document(before) = Document::parse(SAVED.as_bytes()) else { panic!("it is one") };
        let daemon = Keyring::unlocked();

        // A change before, so that there are a backup and an earlier state, with the same secrets in them.
        with_parasol(&config, async |parasol| {
            let link = b"ss://YWVzLTI1Ni1nY206aHVudGVyMi10aGlyZA@192.0.2.3:8388#Third".to_vec();
            let id = parasol.preview_import(link.into()).await.id;
            parasol.send(Command::Import { id, leave_out: Vec::new() });
        });
        let all = files(&config);
        assert!(all.len() > 3 && all.iter().filter(|file| says(file, SECRET)).count() >= 3, "{all:?}");

        with_parasol(&config, async |parasol| {
            parasol.send(Command::MoveSecrets { to: SecretsPlace::KeyStore });
            reached(&parasol, |state| state.secrets.place == SecretsPlace::KeyStore && !state.secrets.busy).await;
            until("a file says a secret", || !files(&config).iter().any(|file| says(file, SECRET)));
        });
        let id = document(&config).sealed_with.expect("the key has a name");
        let store = SecretService::default();
        let key = store.read(&id, Ask::Nobody).unwrap().expect("gnome-keyring has it");
        assert_eq!(key.len(), 32);
        let all = files(&config);
        assert!(!all.iter().any(|file| holds(file, &key) || says(file, SECRET)), "{all:?}");
        // The terminal's program asks the same key store.
        let exported = export(&config);
        assert!(exported.contains("ss://YWVzLTI1Ni1nY206aHVudGVyMi1maXJzdA@192.0.2.1:8388#First"), "{exported}");
        assert_eq!(exported.lines().count(), 3);

        // Locked, nothing can be read, and nothing is lost by what is changed meanwhile.
        lock();
        assert_eq!(store.is_ready(), Err(KeyStoreError::Locked));
        with_parasol(&config, async |parasol| {
            let state = reached(&parasol, |state| state.secrets.key_store == KeyStoreView::Locked).await;
            assert_eq!((state.secrets.locked, state.secrets.place), (6, SecretsPlace::KeyStore));
            assert_eq!(parasol.password("a").await, None);
            parasol.send(Command::SetMode { mode: RoutingMode::Global });
        });
        assert_eq!(document(&config).settings.mode, RoutingMode::Global);
        drop(daemon);

        let _daemon = Keyring::unlocked();
        with_parasol(&config, async |parasol| {
            let state = reached(&parasol, |state| state.secrets.key_store == KeyStoreView::Ready).await;
            assert_eq!(state.secrets.locked, 0);
            assert_eq!(parasol.password("b").await.expect("it is open").as_str(), "hunter2-second");
            parasol.send(Command::MoveSecrets { to: SecretsPlace::File });
            reached(&parasol, |state| state.secrets.place == SecretsPlace::File).await;
            until("a file is sealed", || !files(&config).iter().any(|file| says(file, "sealed")));
        });
        until("the key is still there", || matches!(store.read(&id, Ask::Nobody), Ok(None)));
        let mut after = document(&config);
        assert_eq!(after.profiles.pop().map(|third| third.password), Some("hunter2-third".into()));
        assert_eq!((after.profiles, after.ports), (before.profiles, before.ports));
        assert_eq!(after.subscriptions[0].url, before.subscriptions[0].url);
        assert_eq!(after.rule_lists[0].url, before.rule_lists[0].url);
    });
}

/// Runs a Parasol on these files until `work` is done, with the key store of the session.
fn with_parasol(config: &Path, work: impl AsyncFnOnce(Handle)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let parasol = Controller::spawn(Deps {
            paths: Paths { config: config.to_owned() },
            desktop: Arc::new(|| None),
            rescue: None,
            network: Arc::new(|| None),
            key_store: Some(Arc::new(SecretService::default())),
            patience: Patience::default(),
            lists: Lists::of_this_machine(),
            probe_every: Duration::from_secs(3600),
        })
        .await;
        reached(&parasol, |state| !state.secrets.busy).await;
        work(parasol.clone()).await;
        parasol.shutdown().await;
    });
}

async fn reached(parasol: &Handle, is: impl Fn(&AppState) -> bool) -> Arc<AppState> {
    let mut states = parasol.state();
    let waited = tokio::time::timeout(Duration::from_secs(60), states.wait_for(|state| is(state))).await;
    match waited {
        Ok(state) => Arc::clone(&state.expect("it runs")),
        Err(_) => panic!("still {:#?}", parasol.state().borrow().secrets),
    }
}

fn document(config: &Path) -> Document {
    match Document::parse(&fs::read(config.join("profiles.json")).unwrap()) {
        Parsed::Document(document) => document,
        other => panic!("{other:?}"),
    }
}

/// Every file that lies there, at whatever moment this is.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn says(file: &Path, text: &str) -> bool {
    holds(file, text.as_bytes())
}

fn holds(file: &Path, wanted: &[u8]) -> bool {
    // One that is just being replaced holds what the other does.
    fs::read(file).is_ok_and(|bytes| bytes.windows(wanted.len()).any(|window| window == wanted))
}

fn export(config: &Path) -> String {
    let parasol = Program::new(env!("CARGO_BIN_EXE_parasol")).arg("export").env("PARASOL_CONFIG_DIR", config).output();
    let output = parasol.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A gnome-keyring whose only keyring is unlocked, until it is dropped.
struct Keyring(Child);

impl Keyring {
    fn unlocked() -> Keyring {
        assert!(std::env::var_os(INSIDE).is_some(), "never with the keyring of whoever runs the tests");
        let mut child = Program::new("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets", "--foreground"])
            .env_remove("GNOME_KEYRING_CONTROL")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed");
        child.stdin.take().unwrap().write_all(b"its password").unwrap();
        let daemon = Keyring(child);
        // The bus must not start another one before this one is there.
        until("gnome-keyring is not there", || names_on_the_bus().contains("'org.freedesktop.secrets'"));
        until("it is locked", || SecretService::default().is_ready().is_ok());
        daemon
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        until("gnome-keyring is still there", || !names_on_the_bus().contains("'org.freedesktop.secrets'"));
    }
}

fn lock() {
    gdbus(
        "org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        &["['/org/freedesktop/secrets/collection/login']"],
    );
}

fn names_on_the_bus() -> String {
    gdbus("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.ListNames", &[])
}

fn gdbus(name: &str, path: &str, method: &str, arguments: &[&str]) -> String {
    let to = ["call", "--session", "--dest", name, "--object-path", path, "--method", method];
    let output = Program::new("gdbus").args(to).args(arguments).output().unwrap();
    assert!(output.status.success(), "{method}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
