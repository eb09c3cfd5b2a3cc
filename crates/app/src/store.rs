//! `Store`: the profile file in the configuration directory, and the promise that what was saved is not lost.
//!
//! ```text
//! profiles.json                      the file
//! profiles.json.bak                  the one before it
//! profiles.json.unreadable-<time>    one that could not be read, moved aside and never touched again
//! profiles.lock                      held by the Parasol that writes
//! ```
//! Saving is a list of steps, each of which leaves the old file or the new one whole: see `save`. A file that cannot
//! be read, was written by a newer Parasol, or is held by another one, is never overwritten: see `load`.

mod load;
mod save;

#[cfg(test)]
mod tests;

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use parasol_platform::private_file;
use thiserror::Error;

use crate::document::Document;
use crate::state::Event;

/// The profile file, and the right to write it.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    lock: Lock,
    /// The file is of a newer format, which only a newer Parasol can change.
    newer: bool,
    /// Unreadable files that could not be moved aside yet; nothing is written before they are.
    stuck: Vec<PathBuf>,
}

/// A store as it was found.
#[derive(Debug)]
pub struct Opened {
    /// For saving.
    pub store: Store,
    /// What is saved.
    pub document: Document,
    /// What the user should be told.
    pub events: Vec<Event>,
}

/// Why a document was not saved. What is on disk is as it was.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The disk is full, the directory cannot be written, and so on.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file is of a newer Parasol, which alone can change it.
    #[error("the file was written by a newer Parasol")]
    Newer,
    /// Another Parasol holds the file.
    #[error("another Parasol holds the file")]
    HeldByAnother,
}

/// Who may write in the directory.
#[derive(Debug)]
enum Lock {
    /// We alone, for as long as the open file lives.
    Held { _file: File },
    /// We, without protection: the lock could not be made (the directory cannot be written, say). Tried again at each
    /// save.
    Unmade,
    /// Another Parasol alone.
    HeldByAnother,
}

impl Store {
    /// Reads what is saved in `dir`, which is made if it is not there. Never fails: what cannot be read is kept aside,
    /// what cannot be written is said so when it is saved. `now` names the files that are kept aside. Blocks.
    #[must_use]
    pub fn open(dir: &Path, now: SystemTime) -> Opened {
        let mut store = Store { dir: dir.to_owned(), lock: Lock::take(dir), newer: false, stuck: Vec::new() };
        let (document, events) = store.load(now);
        Opened { store, document, events }
    }

    /// Saves the whole document, or leaves everything as it was. Blocks until it is on the disk.
    ///
    /// # Errors
    /// See [`SaveError`]. The next call tries again from the start.
    pub fn save(&mut self, document: &Document) -> Result<(), SaveError> {
        if let Lock::Unmade = self.lock {
            self.lock = Lock::take(&self.dir);
        }
        if self.held_by_another() {
            return Err(SaveError::HeldByAnother);
        }
        if self.newer {
            return Err(SaveError::Newer);
        }
        private_file::create_dir(&self.dir)?;
        while let Some(path) = self.stuck.last() {
            self.keep_aside(path, SystemTime::now())?;
            self.stuck.pop();
        }
        Ok(self.write(&document.to_bytes())?)
    }

    /// Whether another Parasol holds the file, and with it the right to change this machine's settings.
    #[must_use]
    pub fn held_by_another(&self) -> bool {
        matches!(self.lock, Lock::HeldByAnother)
    }

    fn file(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    fn backup(&self) -> PathBuf {
        self.dir.join(BACKUP)
    }
}

impl Lock {
    fn take(dir: &Path) -> Lock {
        let lock = private_file::create_dir(dir).and_then(|()| private_file::open_lock(&dir.join(LOCK)));
        match lock.map(|file| (file.try_lock(), file)) {
            Ok((Ok(()), file)) => Lock::Held { _file: file },
            Ok((Err(TryLockError::WouldBlock), _)) => Lock::HeldByAnother,
            Ok((Err(TryLockError::Error(error)), _)) | Err(error) => {
                tracing::warn!(%error, "the profile file cannot be locked");
                Lock::Unmade
            }
        }
    }
}

const FILE: &str = "profiles.json";
const BACKUP: &str = "profiles.json.bak";
const LOCK: &str = "profiles.lock";
