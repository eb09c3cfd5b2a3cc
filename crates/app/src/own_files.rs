//! `OwnFile`: where this user's Parasol keeps what it must remember, for whoever wants to see the files themselves.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use ts_rs::TS;

use crate::log::file;
use crate::paths::Paths;
use crate::store;

/// A file of ours that a user may want to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OwnFile {
    /// Profiles and settings.
    Profiles,
    /// The log.
    Log,
}

/// Where they are, as is shown; `None` without a home directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnFilesView {
    /// Profiles and settings.
    pub profiles: Option<String>,
    /// The log.
    pub log: Option<String>,
}

impl OwnFilesView {
    /// Those of this user.
    #[must_use]
    pub fn of_this_user() -> OwnFilesView {
        let shown = |own: OwnFile| own.path().map(|path| path.to_string_lossy().into_owned());
        OwnFilesView { profiles: shown(OwnFile::Profiles), log: shown(OwnFile::Log) }
    }
}

impl OwnFile {
    /// Where it is, or will be.
    #[must_use]
    pub fn path(self) -> Option<PathBuf> {
        let path = match self {
            OwnFile::Profiles => Paths::of_this_user().ok()?.config.join(store::FILE),
            OwnFile::Log => Paths::log_of_this_user()?.join(file::NAME),
        };
        std::path::absolute(path).ok()
    }
}

/// What came of asking for one to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileShown {
    /// The file manager shows it.
    Shown,
    /// It has not been written yet.
    NotThere,
    /// Nobody here shows files, or nobody in time.
    NotShown,
}

/// More than a file manager takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// One that hangs is asked for nothing else: each question keeps a thread until it is answered.
static ASKING: AtomicBool = AtomicBool::new(false);

/// Has `reveal` show a file in the desktop's file manager, which may take as long as that takes.
pub async fn show(file: OwnFile, reveal: impl FnOnce(&Path) -> Result<(), String> + Send + 'static) -> FileShown {
    let Some(path) = file.path().filter(|path| path.exists()) else { return FileShown::NotThere };
    show_in(&ASKING, PATIENCE, move || reveal(&path)).await
}

async fn show_in(
    asking: &'static AtomicBool,
    patience: Duration,
    reveal: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> FileShown {
    if asking.swap(true, Ordering::AcqRel) {
        return FileShown::NotShown;
    }
    let shown = spawn_blocking(move || {
        let shown = reveal();
        asking.store(false, Ordering::Release);
        shown
    });
    let why = match timeout(patience, shown).await {
        Ok(Ok(Ok(()))) => return FileShown::Shown,
        Ok(Ok(Err(error))) => error,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer".to_owned(),
    };
    tracing::info!("the file manager could not be asked: {why}");
    FileShown::NotShown
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_file_manager_that_hangs_is_waited_for_once_and_asked_again_when_it_has_answered() {
        static ASKING: AtomicBool = AtomicBool::new(false);
        let long = Duration::from_secs(3600);
        let (answer, answered) = mpsc::channel::<()>();
        let hangs = move || answered.recv().map_err(|error| error.to_string());
        assert_eq!(show_in(&ASKING, Duration::ZERO, hangs).await, FileShown::NotShown);
        assert_eq!(show_in(&ASKING, long, || Ok(())).await, FileShown::NotShown, "it hangs still");
        answer.send(()).unwrap();
        while ASKING.load(Ordering::Acquire) {
            tokio::task::yield_now().await;
        }
        assert_eq!(show_in(&ASKING, long, || Err("no".to_owned())).await, FileShown::NotShown);
        assert_eq!(show_in(&ASKING, long, || Ok(())).await, FileShown::Shown);
    }
}
