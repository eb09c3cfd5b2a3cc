//! What the tests of the lease share: a private place for the journal, and settings written short.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};

use parasol_platform::system_proxy::{Snapshot, Wanted};

/// A directory of its own for one test, removed at the end by whoever made it.
pub(crate) struct Place {
    path: PathBuf,
    _owned: Option<tempfile::TempDir>,
}

impl Place {
    pub(crate) fn new() -> Place {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        Place { path: directory.path().to_owned(), _owned: Some(directory) }
    }

    /// A place that another process has made.
    pub(crate) fn at(path: &Path) -> Place {
        Place { path: path.to_owned(), _owned: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.path().join("system-proxy.json")
    }

    /// The names of all files, sorted, but for the lock, which stays.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = self.path().read_dir().expect("the directory is there");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("it is readable").file_name().into_string().expect("it is UTF-8"))
            .collect();
        names.retain(|name| name != "system-proxy.json.lock");
        names.sort();
        names
    }
}

/// A listener of ours on loopback, and a bypass list of two.
pub(crate) fn wanted(port: u16) -> Wanted {
    Wanted::new(([127, 0, 0, 1], port).into(), vec!["localhost".into(), "127.0.0.0/8".into()])
}

/// The same listener, by a script of this name.
pub(crate) fn by_script(port: u16, name: &str) -> Wanted {
    Wanted::by_script(([127, 0, 0, 1], port).into(), &format!("/{name}")).expect("it is a path")
}

/// The fake desktop with every protocol sent to this address, with the bypass list of [`wanted`].
pub(crate) fn manual(host: &str, port: u16) -> Snapshot {
    let port = port.to_string();
    let mut settings =
        snapshot([("bypass", Some("localhost,127.0.0.0/8")), ("script", None), ("mode", Some("manual"))]);
    for protocol in ["http", "https", "socks"] {
        let (host_key, port_key) = (format!("{protocol} host"), format!("{protocol} port"));
        settings.overlay(&[(host_key, Some(host)), (port_key, Some(&port))].into_iter().collect());
    }
    settings
}

pub(crate) fn snapshot<'a>(values: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Snapshot {
    values.into_iter().collect()
}
