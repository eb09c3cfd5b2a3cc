//! A controller to try, and the means to look at what it does.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parasol_platform::NetworkWatch;
use parasol_platform::network::FakeNetwork;
use parasol_platform::system_proxy::{Fake, Snapshot, SystemProxy};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::{Controller, Deps, Desktop, Handle, Lists, Network};
use crate::command::Command;
use crate::draft::ProfileDraft;
use crate::paths::Paths;
use crate::plugin::Patience;
use crate::preview::ImportPreview;
use crate::state::{Actual, AppState, ProxyActual, ProxyMode};
use crate::subscription::{Fetcher, Names, Trust};

/// A plugin that never answers; [`Bench::plugin_runs`] returns when it has been started.
#[cfg(unix)]
pub(super) const HANGS: &str = "#!/bin/sh\n: > \"$0.runs\"\nexec sleep 3600\n";

/// Listens, takes the one connection that asks whether it does, and ends.
#[cfg(unix)]
pub(super) const QUITS: &str = "#!/usr/bin/env python3
import os, socket, sys
listener = socket.create_server((os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT'])))
listener.accept()
print('no more', file=sys.stderr)
sys.exit(3)
";

/// A profile's password in these tests; it must turn up nowhere but in the profile file.
pub(super) const PASSWORD: &str = "correct-horse-battery";

/// Often enough that no test waits long for it.
const PROBE_EVERY: Duration = Duration::from_millis(500);

pub(super) struct Bench {
    pub(super) dir: TempDir,
    pub(super) fake: Fake,
    pub(super) network: FakeNetwork,
    /// The settings before anything was done.
    pub(super) before: Snapshot,
    pub(super) parasol: Handle,
}

impl Bench {
    /// A Parasol that has saved the built-in server (`builtin`, in use) and one on a port where nobody listens
    /// (`dead`), and takes any free port.
    pub(super) async fn new() -> Bench {
        Bench::with(json!({"local_port": 0})).await
    }

    pub(super) async fn with(settings: Value) -> Bench {
        Bench::patient(settings, patience()).await
    }

    /// With another patience for plugins.
    pub(super) async fn patient(settings: Value, patience: Patience) -> Bench {
        Bench::with_deps(settings, |deps| Deps { patience, ..deps }).await
    }

    /// One that probes no member of a group of its own accord before the test is over.
    pub(super) async fn seldom_probing(settings: Value) -> Bench {
        Bench::with_deps(settings, |deps| Deps { probe_every: Duration::from_secs(36_000), ..deps }).await
    }

    async fn with_deps(settings: Value, change: impl FnOnce(Deps) -> Deps) -> Bench {
        let dir = directory(settings);
        let fake = Fake::new([("mode", "auto"), ("http host", "corp.example"), ("http port", "3128")]);
        let network = FakeNetwork::default();
        let deps = Deps { network: watched(&network), ..deps(dir.path(), desktop(&fake), patience()) };
        let deps = change(deps);
        let parasol = Controller::spawn(deps).await;
        Bench { dir, before: fake.settings(), fake, network, parasol }
    }

    pub(super) fn send(&self, command: Command) {
        self.parasol.send(command);
    }

    /// What an import of this text would do.
    pub(super) async fn preview(&self, text: &str) -> ImportPreview {
        soon(self.parasol.preview_import(text.as_bytes().to_vec().into())).await
    }

    /// Imports it.
    pub(super) async fn import(&self, text: &str) -> ImportPreview {
        let preview = self.preview(text).await;
        self.send(Command::Import { id: preview.id, leave_out: Vec::new() });
        preview
    }

    pub(super) fn switch(&self, on: bool) {
        self.send(Command::SetOn { on });
    }

    pub(super) fn proxy(&self, mode: ProxyMode) {
        self.send(Command::SetSystemProxy { mode });
    }

    /// The first state that is as described; states that come and go in between may be missed.
    pub(super) async fn until(&self, described: impl Fn(&AppState) -> bool) -> Arc<AppState> {
        until(&self.parasol, described).await
    }

    /// On, with the system proxy set.
    pub(super) async fn on(&self) -> Arc<AppState> {
        self.switch(true);
        self.until(|state| is_on(state) && state.system_proxy.actual == ProxyActual::Set).await
    }

    pub(super) async fn off(&self) -> Arc<AppState> {
        self.switch(false);
        self.until(|state| state.actual == Actual::Off).await
    }

    /// Saves a profile whose plugin is not installed, and uses it.
    pub(super) async fn use_a_profile_that_cannot_start(&self) {
        let id = self.save_plugged("No plugin", "parasol-no-such-plugin").await;
        self.send(Command::SelectProfile { id });
    }

    /// Saves a profile with this plugin; gives its id.
    pub(super) async fn save_plugged(&self, name: &str, plugin: &str) -> String {
        let text = str::to_owned;
        self.send(Command::SaveProfile {
            draft: ProfileDraft {
                id: None,
                name: text(name),
                server: text("127.0.0.1"),
                port: text("1"),
                method: text("aes-256-gcm"),
                password: Some(PASSWORD.into()),
                plugin: text(plugin),
                plugin_opts: String::new(),
                one_time_auth: false,
                notes: String::new(),
            },
        });
        let saved = self.until(|state| state.profiles.iter().any(|profile| profile.title == name)).await;
        saved.profiles.last().expect("it was just saved").id.clone()
    }

    /// A plugin that is nothing but this script; gives its path.
    #[cfg(unix)]
    pub(super) fn plugin(&self, name: &str, script: &str) -> String {
        program(self.dir.path(), name, script)
    }

    /// Returns when this plugin, which says so, has been started.
    #[cfg(unix)]
    pub(super) async fn plugin_runs(&self, name: &str) {
        let word = self.dir.path().join(format!("{name}.runs"));
        soon(async {
            while !word.exists() {
                tokio::task::yield_now().await
            }
        })
        .await;
    }

    /// Where the fake desktop sends programs, if it sends them anywhere.
    pub(super) fn points_at(&self) -> Option<SocketAddr> {
        let settings = self.fake.settings();
        let value = |key| settings.value(key).map(str::to_owned);
        (value("mode")? == "manual").then(|| format!("{}:{}", value("http host")?, value("http port")?).parse().ok())?
    }
}

pub(super) fn is_on(state: &AppState) -> bool {
    matches!(state.actual, Actual::On { .. })
}

pub(super) fn directory(mut settings: Value) -> TempDir {
    // Most of their targets are on loopback and are to be reached through the server all the same.
    if settings["local_direct"].is_null() {
        settings["local_direct"] = json!(false);
    }
    settings["timeout_s"] = json!({"handshake": 1, "connect": 2});
    let document = json!({
        "version": 1,
        "active": "builtin",
        "profiles": [
            {"id": "builtin", "builtin": true, "name": "Built-in", "method": "2022-blake3-aes-256-gcm"},
            {"id": "dead", "server": "127.0.0.1", "port": 1, "method": "aes-256-gcm", "password": PASSWORD},
        ],
        "settings": settings,
    });
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("profiles.json"), document.to_string()).unwrap();
    dir
}

/// A program that is nothing but this script; gives its path.
#[cfg(unix)]
pub(super) fn program(dir: &Path, name: &str, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.join(name);
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(super) fn desktop(fake: &Fake) -> Desktop {
    let fake = fake.clone();
    Arc::new(move || Some(Box::new(fake.clone()) as Box<dyn SystemProxy>))
}

/// Nothing here is to go on because a plugin was waited for long enough.
pub(super) fn patience() -> Patience {
    let (pause, ready) = (Duration::from_millis(1), Duration::from_secs(3600));
    Patience { pause, ready, ..Patience::default() }
}

pub(super) async fn parasol(dir: &Path, desktop: Desktop) -> Handle {
    spawn(dir, desktop, patience()).await
}

/// With another way to lists of servers.
pub(super) async fn spawn_with(dir: &Path, desktop: Desktop, lists: Lists) -> Handle {
    Controller::spawn(Deps { lists, ..deps(dir, desktop, patience()) }).await
}

/// There are none that could be fetched, and none is looked for.
pub(super) fn no_lists() -> Lists {
    let fetcher = Fetcher::new(Trust::These(Vec::new()), Names::These(HashMap::new()), Vec::new());
    Lists { fetcher, clock: Arc::new(SystemTime::now), look_each: Duration::from_secs(3600) }
}

async fn spawn(dir: &Path, desktop: Desktop, patience: Patience) -> Handle {
    Controller::spawn(deps(dir, desktop, patience)).await
}

fn deps(dir: &Path, desktop: Desktop, patience: Patience) -> Deps {
    let paths = Paths { config: dir.to_owned() };
    let (network, lists) = (Arc::new(|| None), no_lists());
    Deps { paths, desktop, rescue: None, network, key_store: None, patience, lists, probe_every: PROBE_EVERY }
}

fn watched(network: &FakeNetwork) -> Network {
    let network = network.clone();
    Arc::new(move || Some(NetworkWatch::new(Arc::new(network.clone()))))
}

pub(super) async fn until(parasol: &Handle, described: impl Fn(&AppState) -> bool) -> Arc<AppState> {
    let mut states = parasol.state();
    let found = tokio::time::timeout(Duration::from_secs(30), states.wait_for(|state| described(state))).await;
    match found {
        Ok(state) => Arc::clone(&state.expect("the controller runs")),
        Err(_) => panic!("still {:#?}", parasol.state().borrow()),
    }
}

/// A bound for what must not hang; far above what it takes.
pub(super) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("it hangs")
}

/// Free at this moment; nobody else is likely to be given it soon.
pub(super) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Sends back what it gets.
pub(super) async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = client.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    address
}

/// A connection through SOCKS5 on `port`.
pub(super) async fn through(port: u16, target: SocketAddr) -> TcpStream {
    let (stream, code) = ask(port, target).await;
    assert_eq!(code, 0);
    stream
}

/// Whether a program that goes through `port` gets to an [`echo`] and back.
pub(super) async fn reaches(port: u16, target: SocketAddr) -> bool {
    let (mut stream, code) = soon(ask(port, target)).await;
    let said = stream.write_all(b"?").await;
    code == 0 && said.is_ok() && matches!(soon(stream.read(&mut [0])).await, Ok(1))
}

/// Asks the SOCKS5 port for the target; with the code of the reply.
async fn ask(port: u16, target: SocketAddr) -> (TcpStream, u8) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let SocketAddr::V4(target) = target else { panic!("these tests are IPv4") };
    let request = [&[5, 1, 0, 5, 1, 0, 1][..], &target.ip().octets(), &target.port().to_be_bytes()].concat();
    stream.write_all(&request).await.unwrap();
    let mut reply = [0; 2 + 10];
    stream.read_exact(&mut reply).await.unwrap();
    assert_eq!(reply[..3], [5, 0, 5]);
    (stream, reply[3])
}

/// Says `text` through the port and hears it again.
pub(super) async fn say(port: u16, target: SocketAddr, text: &[u8]) -> TcpStream {
    let mut stream = soon(through(port, target)).await;
    stream.write_all(text).await.unwrap();
    let mut heard = vec![0; text.len()];
    soon(stream.read_exact(&mut heard)).await.unwrap();
    assert_eq!(heard, text);
    stream
}
