//! `EarlierStates`: the last states of the profile file, to go back to. Each is a copy of a file as it stood until a
//! change took something away or added it; one of the user's choices (another profile in use, another mode) is no such
//! change. Lists that are fetched change something each day: of a row of such changes with none of the user's between
//! them, only the state before the first is kept, or they would push out all that the user has made.
//!
//! The names are the times at which the states ended, in milliseconds since 1970, and rise even when the clock does
//! not. A name is given to a whole file only.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use parasol_platform::private_file;

use super::load;
use crate::document::format::Format;
use crate::document::{Document, Parsed};
use crate::millis::millis;
use crate::secrets::Keys;

/// The most states that are kept.
pub(super) const MOST: usize = 10;
/// The most bytes that they have together; a state that is longer by itself is not kept.
const MOST_BYTES: u64 = 16 << 20;

/// The folder of the earlier states.
#[derive(Debug, Clone)]
pub struct EarlierStates {
    dir: PathBuf,
    format: Format,
}

impl EarlierStates {
    /// Those beside the profile file in `config`.
    #[must_use]
    pub fn in_dir(config: &Path) -> EarlierStates {
        EarlierStates::of(config, Format::OURS)
    }

    /// Those of a store that reads these versions.
    pub(super) fn of(config: &Path, format: Format) -> EarlierStates {
        EarlierStates { dir: config.join(FOLDER), format }
    }

    /// When each ended, the newest first.
    #[must_use]
    pub fn list(&self) -> Vec<u64> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let mut all: Vec<u64> = entries.filter_map(|entry| time(&entry.path())).collect();
        all.sort_unstable_by(|one, other| other.cmp(one));
        all
    }

    /// The state that ended then, if it is there and can be read; with its secrets open as far as these keys open them.
    /// Blocks.
    #[must_use]
    pub fn read(&self, until_ms: u64, keys: &Keys) -> Option<Document> {
        match self.format.parse(&load::bytes(&self.path(until_ms)).ok()?) {
            Parsed::Document(mut document) => {
                document.unseal(keys);
                Some(document)
            }
            Parsed::Newer(_) | Parsed::Unreadable => None,
        }
    }

    /// Keeps a copy of this file, which ends now, and lets the oldest go. A copy of the newest one is no other state.
    pub(super) fn keep(&self, file: &Path, now: SystemTime) -> io::Result<()> {
        let bytes = match load::bytes(file) {
            Ok(bytes) => bytes,
            // Nothing was saved before.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let kept = self.list();
        let newest = kept.first().copied();
        if newest.is_some_and(|newest| load::bytes(&self.path(newest)).is_ok_and(|newest| newest == bytes)) {
            return Ok(());
        }
        let mut room = MOST_BYTES.saturating_sub(bytes.len() as u64);
        private_file::create_dir(&self.dir)?;
        for (place, &until_ms) in kept.iter().enumerate() {
            let path = self.path(until_ms);
            let len = path.symlink_metadata().map_or(0, |about| about.len());
            if place + 1 < MOST && len <= room {
                room -= len;
            } else {
                // Those that are older still go too: states without a gap.
                room = 0;
                private_file::remove(&path)?;
            }
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too long"));
        }
        let until_ms = newest.map_or(0, |newest| newest.saturating_add(1)).max(millis(now));
        self.put(until_ms, &bytes)
    }

    /// Whether nothing but lists has changed anything since the newest one ended.
    pub(super) fn are_followed_by_lists_alone(&self) -> bool {
        let marked = fs::read_to_string(self.row()).ok().and_then(|text| text.parse().ok());
        marked.is_some() && marked == self.list().first().copied()
    }

    /// The newest one was ended by a list. Without that mark, the next change by a list only takes a place more.
    pub(super) fn newest_was_ended_by_a_list(&self) {
        let Some(newest) = self.list().first().copied() else { return };
        if let Err(error) = private_file::write(&self.row(), newest.to_string().as_bytes()) {
            tracing::warn!(%error, "the earlier states cannot be marked");
        }
    }

    /// Makes room. False when there is nothing to let go.
    pub(super) fn let_oldest_go(&self) -> bool {
        self.list().last().is_some_and(|&oldest| private_file::remove(&self.path(oldest)).is_ok())
    }

    /// Writes the state of this name, in place of the one that has it.
    pub(super) fn put(&self, until_ms: u64, bytes: &[u8]) -> io::Result<()> {
        let new = self.dir.join("new");
        let put = private_file::write(&new, bytes)
            .and_then(|()| fs::rename(&new, self.path(until_ms)))
            .and_then(|()| private_file::sync_dir(&self.dir));
        if put.is_err() {
            let _ = private_file::remove(&new);
        }
        put
    }

    /// Holds the time of the state that a list has ended last.
    fn row(&self) -> PathBuf {
        self.dir.join("row")
    }

    pub(super) fn path(&self, until_ms: u64) -> PathBuf {
        self.dir.join(format!("{until_ms}.json"))
    }
}

/// When the state in this file ended; `None` for what is none of ours.
fn time(path: &Path) -> Option<u64> {
    let name = path.file_stem()?.to_str()?;
    let plain = name.bytes().all(|byte| byte.is_ascii_digit());
    (plain && path.extension() == Some(OsStr::new("json"))).then(|| name.parse().ok())?
}

pub(super) const FOLDER: &str = "profiles.earlier";
