//! `LastTime`: whether Parasol was on when it ended, whatever it ended of. Known by a file that is there while it is wanted
//! on: no part of the profile file, whose earlier states are what somebody may want to go back to.

use std::io;
use std::path::{Path, PathBuf};

use parasol_platform::private_file;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::task::TaskTracker;

use super::Controller;
use crate::state::OnAtStart;

/// The file's name.
const NAME: &str = "was-on";

pub(super) struct LastTime {
    path: PathBuf,
    /// It was on when it ended.
    was_on: bool,
    /// The file says so now, or is to be made to.
    says_on: bool,
    /// Another Parasol has the directory: what the file says is of that one.
    ours: bool,
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl LastTime {
    /// Looks. Blocks.
    pub(super) fn of(dir: &Path, ours: bool) -> LastTime {
        let path = dir.join(NAME);
        let was_on = ours && path.is_file();
        LastTime { path, was_on, says_on: was_on, ours, writing: None }
    }

    /// Has the file say what is wanted, unless it is being written already: then the next call does.
    pub(super) fn keep(&mut self, on: bool, tasks: &TaskTracker) {
        if !self.ours || self.says_on == on || self.writing.is_some() {
            return;
        }
        self.says_on = on;
        let path = self.path.clone();
        self.writing = Some(tasks.spawn_blocking(move || {
            if !on {
                return private_file::remove(&path);
            }
            path.parent().map_or(Ok(()), private_file::create_dir)?;
            private_file::write(&path, b"")
        }));
    }

    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<io::Result<()>>> {
        self.writing.as_mut()
    }

    pub(super) fn written(&mut self, written: Result<io::Result<()>, JoinError>) {
        self.writing = None;
        if let Err(error) = written.map_err(io::Error::other).flatten() {
            // Nothing that anybody has to be told of now: at worst the next start stays off.
            tracing::warn!(%error, "whether Parasol is on was not written down");
        }
    }
}

impl Controller {
    /// Switches on what was on when it ended, if that is wanted of this start.
    pub(super) fn started(&mut self, at_login: bool) {
        let wanted = match self.document.settings.on_at_start {
            OnAtStart::Never => false,
            OnAtStart::AtLogin => at_login,
            OnAtStart::Always => true,
        };
        if wanted && std::mem::take(&mut self.last_time.was_on) {
            self.set_on(true);
        }
    }
}
