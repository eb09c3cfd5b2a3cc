//! `OwnFile`: where this user's Parasol keeps what it must remember, for whoever wants to see the files themselves.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
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

/// Held until it has answered: one that hangs is asked for nothing else, for each question keeps a thread.
static ASKING: Mutex<()> = Mutex::const_new(());

/// Has `reveal` show a file in the desktop's file manager, which may take as long as that takes.
pub async fn show(file: OwnFile, reveal: impl FnOnce(&Path) -> Result<(), String> + Send + 'static) -> FileShown {
    let Some(path) = file.path() else { return FileShown::NotThere };
    // A home on a network that is gone is waited for as well.
    let look = move || if path.exists() { reveal(&path).map(|()| FileShown::Shown) } else { Ok(FileShown::NotThere) };
    asked(&ASKING, PATIENCE, look).await.unwrap_or_else(|why| {
        tracing::info!("the file manager could not be asked: {why}");
        FileShown::NotShown
    })
}

async fn asked<T: Send + 'static>(
    asking: &'static Mutex<()>,
    patience: Duration,
    ask: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let held = asking.try_lock().map_err(|_| "it has not answered yet".to_owned())?;
    let answer = spawn_blocking(move || {
        // Let go when it panics, too.
        let _held = held;
        ask()
    });
    let answer = timeout(patience, answer).await.map_err(|_| "no answer in time".to_owned())?;
    answer.map_err(|error| error.to_string())?
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_file_manager_that_hangs_is_waited_for_once_and_asked_again_when_it_has_answered() {
        static ASKING: Mutex<()> = Mutex::const_new(());
        let long = Duration::from_secs(3600);
        let (answer, answered) = mpsc::channel::<()>();
        let hangs = move || answered.recv().map_err(|error| error.to_string());
        assert!(asked(&ASKING, Duration::ZERO, hangs).await.is_err());
        assert_eq!(asked(&ASKING, long, || Ok(1)).await, Err("it has not answered yet".to_owned()));
        answer.send(()).unwrap();
        drop(ASKING.lock().await);
        assert_eq!(asked(&ASKING, long, || Err::<(), _>("no".to_owned())).await, Err("no".to_owned()));
        assert!(asked(&ASKING, long, || -> Result<(), String> { panic!("as the library may") }).await.is_err());
        assert_eq!(asked(&ASKING, long, || Ok(2)).await, Ok(2));
    }
}
