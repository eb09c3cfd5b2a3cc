//! A program that is killed while it moves its secrets into the key store or out of it leaves nothing that cannot be
//! read: not the profile file, not its backup, no earlier state. Each time this program is started again, to move back
//! and forth until it is killed.
#![cfg(unix)]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parasol_app::controller::{Controller, Deps, Handle, Lists};
use parasol_app::document::{Document, Parsed};
use parasol_app::key_store::{Ask, KeyStore, KeyStoreError};
use parasol_app::paths::Paths;
use parasol_app::plugin::Patience;
use parasol_app::secrets::{Key, Keys};
use parasol_app::state::{RoutingMode, SecretsPlace};
use parasol_app::store::EarlierStates;
use parasol_app::{AppState, Command};
use zeroize::Zeroizing;

const KILLS: u32 = 60;
const INSIDE: &str = "PARASOL_TEST_INSIDE";
const PASSWORD: &str = "test";
/// Where a list is said to lie; of this machine, so nobody is asked for it.
const LIST: &str = "https://127.0.0.1/t0ken";

/// A key store that outlives a kill: a folder.
struct Folder(PathBuf);

impl KeyStore for Folder {
    fn is_ready(&self) -> Result<(), KeyStoreError> {
        Ok(())
    }

    fn read(&self, name: &str, _: Ask) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        match fs::read(self.0.join(name)) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(KeyStoreError::Failed(error.to_string())),
        }
    }

    fn write(&self, name: &str, secret: &[u8], _: Ask) -> Result<(), KeyStoreError> {
        let new = self.0.join(format!("{name}.new"));
        let written = fs::write(&new, secret).and_then(|()| fs::rename(&new, self.0.join(name)));
        written.map_err(|error| KeyStoreError::Failed(error.to_string()))
    }

    fn remove(&self, name: &str, _: Ask) -> Result<(), KeyStoreError> {
        fs::remove_file(self.0.join(name)).map_err(|error| KeyStoreError::Failed(error.to_string()))
    }
}

async fn parasol(dir: &Path) -> Handle {
    Controller::spawn(Deps {
        paths: Paths { config: dir.join("config") },
        desktop: Arc::new(|| None),
        rescue: None,
        network: Arc::new(|| None),
        key_store: Some(Arc::new(Folder(dir.join("keys")))),
        patience: Patience::default(),
        lists: Lists::of_this_machine(),
        probe_every: Duration::from_secs(3600),
    })
    .await
}

async fn until(parasol: &Handle, reached: impl Fn(&AppState) -> bool) {
    parasol.state().wait_for(|state| reached(state)).await.expect("it runs");
}

#[tokio::test]
async fn sixty_kills_in_the_middle_of_moves_lose_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("keys")).unwrap();
    let first = parasol(dir.path()).await;
    for n in 1..6 {
        let link = format!("ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:{n}#n{n}");
        let id = first.preview_import(link.into_bytes().into()).await.id;
        first.send(Command::Import { id, leave_out: Vec::new() });
        until(&first, |state| state.profiles.len() == n).await;
    }
    let id = first.preview_subscription(LIST.to_owned().into()).await.id;
    first.send(Command::AddSubscription { id, name: String::new(), interval_hours: None });
    until(&first, |state| !state.subscriptions.is_empty()).await;
    first.shutdown().await;
    // Once more, so that there is a backup.
    let second = parasol(dir.path()).await;
    second.send(Command::SetMode { mode: RoutingMode::Global });
    until(&second, |state| state.routing.mode == RoutingMode::Global).await;
    second.shutdown().await;
    let mut chance = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos() | 1;
    let mut moved = 0;
    for _ in 0..KILLS {
        chance ^= chance << 13;
        chance ^= chance >> 17;
        chance ^= chance << 5;
        moved += kill_after(dir.path(), chance % 3, Duration::from_micros(u64::from(chance >> 8) % 20_000));
        check(dir.path());
    }
    assert!(moved > KILLS / 2, "only {moved} moves");
}

/// Everything that lies there opens, with the passwords that it had.
fn check(dir: &Path) {
    let mut keys = Keys::default();
    for entry in fs::read_dir(dir.join("keys")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        Key::from_store(&name, &fs::read(entry.path()).unwrap()).into_iter().for_each(|key| keys.add(key));
    }
    let read = |name: &str| match Document::parse(&fs::read(dir.join("config").join(name)).unwrap()) {
        Parsed::Document(mut document) => {
            document.unseal(&keys);
            document
        }
        other => panic!("{name}: {other:?}"),
    };
    let states = EarlierStates::in_dir(&dir.join("config"));
    let earlier = states.list().into_iter().map(|until| states.read(until, &keys).expect("a whole state"));
    for document in [read("profiles.json"), read("profiles.json.bak")].into_iter().chain(earlier) {
        assert_eq!(document.still_sealed(), 0);
        assert!(document.profiles.iter().all(|profile| profile.password.as_str() == PASSWORD));
    }
    let document = read("profiles.json");
    assert_eq!((document.profiles.len(), document.subscriptions[0].url.as_str()), (5, LIST));
}

/// Starts a mover, waits for so many moves and this much longer, and kills it; how many moves it said were done.
fn kill_after(dir: &Path, moves: u32, longer: Duration) -> u32 {
    let mut child = Program::new(env::current_exe().unwrap())
        .args(["--exact", "moves_without_end", "--ignored", "--nocapture"])
        .env(INSIDE, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut moved = lines.filter(|line| line == "moved");
    for _ in 0..moves {
        moved.next().expect("the mover moves");
    }
    let enough = Instant::now() + longer;
    while Instant::now() < enough {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    moves + u32::try_from(moved.count()).unwrap()
}

#[tokio::test]
#[ignore = "started by another test, to be killed"]
async fn moves_without_end() {
    let dir = PathBuf::from(env::var_os(INSIDE).expect("started by another test"));
    let parasol = parasol(&dir).await;
    until(&parasol, |state| !state.secrets.busy).await;
    let mut place = parasol.state().borrow().secrets.place;
    loop {
        place = match place {
            SecretsPlace::KeyStore => SecretsPlace::File,
            SecretsPlace::File => SecretsPlace::KeyStore,
        };
        parasol.send(Command::MoveSecrets { to: place });
        until(&parasol, |state| state.secrets.place == place && !state.secrets.busy).await;
        println!("moved");
        std::io::stdout().flush().unwrap();
    }
}
