//! The journal: what the user had, and what we set, on disk before the first change.
//!
//! ```json
//! { "version": 1, "desktop": "gnome", "addresses": ["127.0.0.1:1080"],
//!   "before": { "org.gnome.system.proxy mode": null, … },
//!   "sets": [[ { "part": "endpoint", "values": { "org.gnome.system.proxy.http host": "'127.0.0.1'", … } }, … ]] }
//! ```
//!
//! `addresses` stands before the bulk and in this spelling in every version, so that even a cut or a newer journal
//! tells which listeners were ours. There is more than one set only while the port is being changed.

use std::fs;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tracing::debug;

use super::login_entry::LoginEntry;
use super::{Endpoint, ProxyError, Snapshot, Step};
use crate::private_file;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    version: u32,
    pub(super) desktop: String,
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) before: Snapshot,
    pub(super) sets: Vec<Vec<Step>>,
    /// The user's number, where users have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<u32>,
    /// What runs at the next login unless it is removed with the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login_entry: Option<PathBuf>,
}

/// What lies where the journal should be.
pub(super) enum Found {
    Nothing,
    Journal(Journal),
    Unreadable { reason: String, bytes: Vec<u8> },
}

impl Journal {
    pub(super) fn new(
        desktop: &str,
        addresses: Vec<SocketAddr>,
        before: Snapshot,
        sets: Vec<Vec<Step>>,
        login_entry: Option<&Path>,
    ) -> Journal {
        let login_entry = login_entry.map(Path::to_owned);
        Journal { version: VERSION, desktop: desktop.to_owned(), addresses, before, sets, user: user(), login_entry }
    }

    /// To be called when the journal is gone.
    pub(super) fn forget_login_entry(&self) {
        if let Some(entry) = self.login_entry.as_deref().and_then(LoginEntry::named)
            && let Err(error) = entry.remove()
        {
            // At the next login it finds nothing to do and removes itself.
            debug!(%error, "the login entry could not be removed");
        }
    }

    pub(super) fn load(path: &Path) -> Result<Found, ProxyError> {
        let mut bytes = Vec::new();
        match private_file::open(path).and_then(|file| file.take(MAX_LEN + 1).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Ok(Found::Unreadable { reason: error.to_string(), bytes });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(at(path)(error)),
        }
        Ok(match parse(&bytes) {
            Ok(journal) => Found::Journal(journal),
            Err(reason) => Found::Unreadable { reason, bytes },
        })
    }

    /// Stores the journal so that after a power cut there is either the former file or this one, whole.
    pub(super) fn save(&self, path: &Path) -> Result<(), ProxyError> {
        let json = serde_json::to_vec_pretty(self).map_err(|error| at(path)(error.into()))?;
        if json.len() as u64 > MAX_LEN {
            return Err(at(path)(io::Error::new(io::ErrorKind::FileTooLarge, "the settings are too large to keep")));
        }
        let temporary = with_suffix(path, ".tmp");
        let stored = private_file::write(&temporary, &json).and_then(|()| fs::rename(&temporary, path));
        if let Err(error) = stored {
            // Best effort: an unfinished temporary file is overwritten by the next save anyway.
            let _ = fs::remove_file(&temporary);
            return Err(at(path)(error));
        }
        sync_directory(path).map_err(at(path))
    }

    pub(super) fn delete(path: &Path) -> Result<(), ProxyError> {
        private_file::remove(path).and_then(|()| sync_directory(path)).map_err(at(path))
    }

    /// Moves an unreadable journal to a free name beside it, never over an earlier one, and returns that name.
    pub(super) fn set_aside(path: &Path) -> Result<PathBuf, ProxyError> {
        let aside = (1..=u32::MAX)
            .map(|n| with_suffix(path, &format!(".unreadable-{n}")))
            .find(|name| name.symlink_metadata().is_err())
            .expect("a directory holds fewer than 2^32 files");
        fs::rename(path, &aside).and_then(|()| sync_directory(path)).map_err(at(path))?;
        Ok(aside)
    }
}

/// The desktop that a journal names, if it can be read.
#[cfg(target_os = "linux")]
pub(super) fn desktop(path: &Path) -> Option<String> {
    match Journal::load(path) {
        Ok(Found::Journal(journal)) => Some(journal.desktop),
        _ => None,
    }
}

/// Whether an unreadable journal still shows that this endpoint was our listener: it is loopback, and its address
/// stands in the text.
pub(super) fn mentions(bytes: &[u8], endpoint: &Endpoint) -> bool {
    let port = endpoint.port;
    endpoint.is_loopback()
        && [format!("\"127.0.0.1:{port}\""), format!("\"[::1]:{port}\"")]
            .iter()
            .any(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

fn parse(bytes: &[u8]) -> Result<Journal, String> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    if bytes.len() as u64 > MAX_LEN {
        return Err("it is far too large".to_owned());
    }
    if bytes.iter().all(|&byte| byte == 0) {
        return Err(if bytes.is_empty() { "it is empty" } else { "it is all zeros" }.to_owned());
    }
    let Version { version } = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if version > VERSION {
        return Err(format!("a newer Parasol wrote it (version {version})"));
    }
    let journal: Journal = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if journal.user.is_some() && journal.user != user() {
        return Err("another user wrote it".to_owned());
    }
    // Putting back a key that `before` lacks would reset it, which the user may never have had.
    let key_unknown = |step: &Step| step.values.keys().any(|key| !journal.before.contains(key));
    match journal.sets.iter().flatten().any(key_unknown) {
        true => Err("it does not say what was there before".to_owned()),
        false => Ok(journal),
    }
}

/// Programs that were started with other rights, or files that were copied, leave a journal that says nothing of the
/// settings of the user who reads it.
fn user() -> Option<u32> {
    #[cfg(unix)]
    let user = Some(rustix::process::getuid().as_raw());
    #[cfg(not(unix))]
    let user = None;
    user
}

/// Makes a rename or removal in the directory of `path` itself durable.
fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    private_file::sync_dir(parent.unwrap_or(Path::new(".")))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> ProxyError {
    let path = path.to_owned();
    move |source| ProxyError::Journal { path, source }
}

const VERSION: u32 = 1;

/// Far above any real desktop (a few KiB, or some hundred of a corporate bypass list), far below what would hurt to read.
const MAX_LEN: u64 = 4 << 20;
