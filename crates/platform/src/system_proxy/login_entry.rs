//! `LoginEntry`: has the system run `parasol proxy release` when its user logs in the next time. It is there only while a
//! lease is held, so that what a power cut has left is put back even if Parasol is never started again.
//!
//! | system | what it is |
//! |---|---|
//! | desktops of Linux | a desktop entry in `~/.config/autostart` |
//! | macOS | a property list in `~/Library/LaunchAgents` |
//! | Windows | a value of the user's `RunOnce` key, which Windows removes as it runs it |

#[cfg(any(target_os = "macos", test))]
mod launch_agent;
#[cfg(any(windows, test))]
mod run_once;
#[cfg(any(not(target_os = "macos"), test))]
mod xdg;

use std::io;
use std::path::{Path, PathBuf};

use crate::private_file;
#[cfg(target_os = "macos")]
use launch_agent as form;
#[cfg(not(target_os = "macos"))]
use xdg as form;

/// What a program of ours is told at login; the journal follows.
pub const RELEASE_ARGS: [&str; 3] = ["proxy", "release", "--journal"];

/// An entry, whether or not it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LoginEntry {
    File(PathBuf),
    #[cfg(windows)]
    RunOnce,
}

impl LoginEntry {
    /// Where this system looks at login, if we know that.
    pub(super) fn of_this_user() -> Option<LoginEntry> {
        #[cfg(windows)]
        let entry = Some(LoginEntry::RunOnce);
        #[cfg(not(windows))]
        let entry = form::directory().map(|directory| LoginEntry::in_directory(&directory));
        entry
    }

    pub(super) fn in_directory(directory: &Path) -> LoginEntry {
        LoginEntry::File(directory.join(form::NAME))
    }

    /// The entry that a journal names so; `None` for what none of ours is named.
    pub(super) fn named(name: &Path) -> Option<LoginEntry> {
        #[cfg(windows)]
        if name == Path::new(run_once::NAME) {
            return Some(LoginEntry::RunOnce);
        }
        (name.is_absolute() && name.file_name()? == form::NAME).then(|| LoginEntry::File(name.to_owned()))
    }

    /// For the journal.
    pub(super) fn name(&self) -> &Path {
        match self {
            LoginEntry::File(path) => path,
            #[cfg(windows)]
            LoginEntry::RunOnce => Path::new(run_once::NAME),
        }
    }

    /// Writes it, in place of an earlier one, and returns when it is on the disk.
    pub(super) fn write(&self, program: &Path, journal: &Path) -> io::Result<()> {
        match self {
            LoginEntry::File(path) => {
                let text = form::text(program, journal).ok_or_else(cannot_be_written)?;
                write_file(path, &text)
            }
            #[cfg(windows)]
            LoginEntry::RunOnce => run_once::write(&run_once::line(program, journal).ok_or_else(cannot_be_written)?),
        }
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        match self {
            LoginEntry::File(path) => private_file::remove(path),
            #[cfg(windows)]
            LoginEntry::RunOnce => run_once::remove(),
        }
    }

    pub(super) fn is_there(&self) -> bool {
        match self {
            LoginEntry::File(path) => path.exists(),
            #[cfg(windows)]
            LoginEntry::RunOnce => run_once::is_there(),
        }
    }
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().expect("it is a file in a directory");
    private_file::create_dir(directory)?;
    let temporary = directory.join(format!(".{}.tmp", form::NAME));
    let stored = private_file::write(&temporary, text.as_bytes()).and_then(|()| std::fs::rename(&temporary, path));
    if stored.is_err() {
        // It is overwritten by the next one anyway.
        let _ = std::fs::remove_file(&temporary);
    }
    stored.and_then(|()| private_file::sync_dir(directory))
}

fn cannot_be_written() -> io::Error {
    io::Error::other("the paths cannot be written in it")
}
