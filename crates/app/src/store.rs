//! `Store`: the profile file in the configuration directory, and the promise that what was saved is not lost.
//!
//! ```text
//! profiles.json                      the file
//! profiles.json.bak                  the one before it
//! profiles.json.unreadable-<time>    one that could not be read, moved aside and never touched again
//! profiles.earlier/<time>.json       states before that, see `earlier`
//! profiles.lock                      held by the Parasol that writes
//! ```
//! Saving is a list of steps, each of which leaves the old file or the new one whole: see `save`. A file that cannot
//! be read, was written by a newer Parasol, or is held by another one, is never overwritten: see `load`.

mod conform;
mod earlier;
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

pub use self::earlier::EarlierStates;

use crate::difference::Difference;
use crate::document::Document;
use crate::document::format::Format;
use crate::secrets::Keys;
use crate::state::Event;

/// The profile file, and the right to write it.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    lock: Lock,
    /// Which versions of the file are read.
    format: Format,
    /// The file is of a newer format, which only a newer Parasol can change.
    newer: bool,
    /// The file is of an older format: before it is written anew, it becomes an earlier state as it is.
    older: bool,
    /// The file is not the one that was read.
    changed_by_another: bool,
    /// Unreadable files that could not be moved aside yet; nothing is written before they are.
    stuck: Vec<PathBuf>,
    /// What is on the disk: whether the next save takes away something worth going back to.
    saved: Document,
    /// What secrets are sealed with.
    keys: Keys,
    /// The key that all files of the folder use, or that they use none; unknown at the start.
    conformed: Option<Option<String>>,
}

/// Who has changed what is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Fetched lists, and nobody else.
    #[default]
    Lists,
    /// The user, perhaps among others.
    User,
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
    /// Nothing has ever been saved here.
    pub first: bool,
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
    /// Another Parasol has changed the file while this one could not lock it.
    #[error("another Parasol has changed the file; start this one anew to see it")]
    ChangedByAnother,
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
        Store::open_as(dir, now, Format::OURS)
    }

    fn open_as(dir: &Path, now: SystemTime, format: Format) -> Opened {
        let mut store = Store {
            dir: dir.to_owned(),
            lock: Lock::take(dir),
            format,
            newer: false,
            older: false,
            changed_by_another: false,
            stuck: Vec::new(),
            saved: Document::default(),
            keys: Keys::default(),
            conformed: None,
        };
        let (document, events) = store.load(now);
        store.saved = document.clone();
        let first = store.is_empty();
        Opened { store, document, events, first }
    }

    /// Has these keys for what is saved from now on.
    pub fn use_keys(&mut self, keys: Keys) {
        self.keys = keys;
    }

    /// Saves the whole document, as the user has changed it, or leaves everything as it was. Blocks until it is on the
    /// disk.
    ///
    /// # Errors
    /// See [`SaveError`]. The next call tries again from the start.
    pub fn save(&mut self, document: &Document) -> Result<(), SaveError> {
        self.save_changed(document, By::User)
    }

    /// The same for whoever has changed it.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn save_changed(&mut self, document: &Document, by: By) -> Result<(), SaveError> {
        if let Lock::Unmade = self.lock {
            self.lock = Lock::take(&self.dir);
            // Until now another one could take it, write and end.
            self.changed_by_another |= matches!(self.lock, Lock::Held { .. }) && self.is_other_on_disk();
        }
        if self.held_by_another() {
            return Err(SaveError::HeldByAnother);
        }
        if self.changed_by_another {
            return Err(SaveError::ChangedByAnother);
        }
        if self.newer {
            return Err(SaveError::Newer);
        }
        private_file::create_dir(&self.dir)?;
        while let Some(path) = self.stuck.last() {
            self.keep_aside(path, SystemTime::now())?;
            self.stuck.pop();
        }
        let in_a_row = by == By::Lists && self.earlier().are_followed_by_lists_alone();
        let keep_earlier = self.older || (!in_a_row && Difference::between(&self.saved, document).is_worth_keeping());
        let bytes = document.sealed(&self.keys).to_bytes();
        while let Err(error) = self.write(&bytes, keep_earlier) {
            // A change of now is worth more than the oldest way back.
            let room_is_made = error.kind() == io::ErrorKind::StorageFull && self.earlier().let_oldest_go();
            if !room_is_made {
                return Err(SaveError::Io(error));
            }
        }
        self.saved = document.clone();
        self.older = false;
        if keep_earlier && by == By::Lists {
            self.earlier().newest_was_ended_by_a_list();
        }
        Ok(())
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

    fn earlier(&self) -> EarlierStates {
        EarlierStates::of(&self.dir, self.format)
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

/// What the file is called.
pub(crate) const FILE: &str = "profiles.json";
const BACKUP: &str = "profiles.json.bak";
const LOCK: &str = "profiles.lock";
