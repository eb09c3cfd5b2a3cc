//! `LoginEntry`: has the system run `parasol proxy release` when its user logs in the next time. It is there only while a
//! lease is held, so that what a power cut has left is put back even if Parasol is never started again.

mod xdg;

use std::io;
use std::path::{Path, PathBuf};

use crate::private_file;

/// What a program of ours is told at login; the journal follows.
pub const RELEASE_ARGS: [&str; 3] = ["proxy", "release", "--journal"];

/// An entry, whether or not it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoginEntry {
    path: PathBuf,
}

impl LoginEntry {
    /// Where this system looks at login, if we know that.
    pub(super) fn of_this_user() -> Option<LoginEntry> {
        xdg::directory().map(|directory| LoginEntry::in_directory(&directory))
    }

    pub(super) fn in_directory(directory: &Path) -> LoginEntry {
        LoginEntry { path: directory.join(xdg::NAME) }
    }

    /// The entry that is named so; `None` for any other file.
    pub(super) fn at(path: &Path) -> Option<LoginEntry> {
        (path.file_name()? == xdg::NAME).then(|| LoginEntry { path: path.to_owned() })
    }

    /// Writes it, in place of an earlier one, and returns when it is on the disk.
    pub(super) fn write(&self, program: &Path, journal: &Path) -> io::Result<()> {
        let text = xdg::text(program, journal).ok_or_else(|| io::Error::other("the path cannot be written in it"))?;
        let directory = self.path.parent().expect("it is a file in a directory");
        private_file::create_dir(directory)?;
        let temporary = directory.join(format!(".{}.tmp", xdg::NAME));
        let stored =
            private_file::write(&temporary, text.as_bytes()).and_then(|()| std::fs::rename(&temporary, &self.path));
        if stored.is_err() {
            // It is overwritten by the next one anyway.
            let _ = std::fs::remove_file(&temporary);
        }
        stored.and_then(|()| private_file::sync_dir(directory))
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        private_file::remove(&self.path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
