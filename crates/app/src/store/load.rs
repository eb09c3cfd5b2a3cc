//! Reading the profile file, whatever has become of it.
//!
//! | `profiles.json` | `.bak` | shown | told |
//! |---|---|---|---|
//! | good | – | the file | `ProfilesLeftOut`, if some are none |
//! | of an older format | – | the file, brought up; it is written so with the first change | the same |
//! | absent | good | the backup | |
//! | absent | absent | nothing saved | |
//! | unreadable: moved aside | good | the backup | `RestoredBackup` |
//! | unreadable: moved aside | absent, or unreadable: moved aside too | nothing saved | `StartedEmpty` |
//! | of a newer format | – | what is understood of it | `NewerFile`; nothing is written from now on |
//!
//! A Parasol that does not hold the lock moves nothing and says `HeldByAnother`.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use parasol_platform::private_file;
use zeroize::Zeroizing;

use super::{FILE, Store};
use crate::document::{Document, Parsed};
use crate::state::Event;
use crate::wiped;

enum Found {
    Absent,
    Good { document: Document, older: bool },
    Newer(Option<Document>),
    Unreadable,
}

impl Store {
    pub(super) fn load(&mut self, now: SystemTime) -> (Document, Vec<Event>) {
        let mut events = Vec::new();
        let mut broken = Vec::new();
        let mut shown = None;
        for path in [self.file(), self.backup()] {
            if shown.is_some() {
                // The backup is not needed, but opening it shuts others out.
                let _ = private_file::open(&path);
                continue;
            }
            match self.read(&path) {
                Found::Absent => {}
                Found::Good { document, older } => {
                    self.older = older;
                    if document.left_out() > 0 {
                        let count = u32::try_from(document.left_out()).unwrap_or(u32::MAX);
                        events.push(Event::ProfilesLeftOut { count });
                    }
                    shown = Some(document);
                }
                Found::Newer(document) => {
                    self.newer = true;
                    events.push(Event::NewerFile { path: path.display().to_string() });
                    shown = Some(document.unwrap_or_default());
                }
                Found::Unreadable => broken.push(path),
            }
        }
        if self.held_by_another() {
            events.push(Event::HeldByAnother { path: self.file().display().to_string() });
        } else {
            // In the order of reading, so that the first is the file itself when that was broken.
            let kept: Vec<PathBuf> = broken.into_iter().map(|path| self.rescue(path, now)).collect();
            if let Some(kept) = kept.first() {
                let kept = kept.display().to_string();
                let event = if shown.is_some() { Event::RestoredBackup { kept } } else { Event::StartedEmpty { kept } };
                events.insert(0, event);
            }
        }
        (shown.unwrap_or_default(), events)
    }

    /// Whether there is nothing of an earlier run: no file, and none that was kept aside.
    pub(super) fn is_empty(&self) -> bool {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let ours = |name: &OsStr| name.to_string_lossy().starts_with(FILE);
        !entries.into_iter().any(|entry| ours(&entry.file_name()))
    }

    /// Whether the file holds something else than was read or saved last.
    pub(super) fn is_other_on_disk(&self) -> bool {
        match self.read(&self.file()) {
            Found::Good { mut document, .. } => {
                document.unseal(&self.keys);
                document != self.saved
            }
            Found::Newer(_) => true,
            Found::Absent | Found::Unreadable => false,
        }
    }

    fn read(&self, path: &Path) -> Found {
        match bytes(path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Found::Absent,
            Err(error) => {
                tracing::warn!(%error, "a profile file cannot be read");
                Found::Unreadable
            }
            Ok(bytes) => match self.format.parse(&bytes) {
                Parsed::Document(document) => Found::Good { document, older: self.format.is_older(&bytes) },
                Parsed::Newer(document) => Found::Newer(document),
                Parsed::Unreadable => Found::Unreadable,
            },
        }
    }

    /// Moves a broken file aside, now or before the next save; returns where it lies for the time being.
    fn rescue(&mut self, path: PathBuf, now: SystemTime) -> PathBuf {
        match self.keep_aside(&path, now) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!(%error, "an unreadable profile file cannot be moved aside yet");
                self.stuck.push(path.clone());
                path
            }
        }
    }

    /// Gives a broken file a name of its own, never one that is in use.
    pub(super) fn keep_aside(&self, path: &Path, now: SystemTime) -> io::Result<PathBuf> {
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let free = (1..).map(|n| match n {
            1 => self.dir.join(format!("{FILE}.unreadable-{seconds}")),
            n => self.dir.join(format!("{FILE}.unreadable-{seconds}-{n}")),
        });
        let aside = free
            .take(1000)
            .find(|name| name.symlink_metadata().is_err())
            .ok_or_else(|| io::Error::new(ErrorKind::AlreadyExists, "too many unreadable profile files"))?;
        fs::rename(path, &aside)?;
        Ok(aside)
    }
}

/// The bytes of a file that passwords may stand in.
pub(crate) fn bytes(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    /// Far above any list of servers that a person keeps, far below what would hurt to read.
    const MAX_LEN: usize = 64 << 20;
    let file = private_file::open(path)?;
    let expected = usize::try_from(file.metadata()?.len()).unwrap_or(MAX_LEN);
    let bytes = wiped::read(file, expected, MAX_LEN + 1)?;
    if bytes.len() > MAX_LEN {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is longer than any profile file"));
    }
    Ok(bytes)
}
