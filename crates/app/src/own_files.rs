//! `OwnFile`: where this user's Parasol keeps what it must remember, for whoever wants to see the files themselves.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
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
        match self {
            OwnFile::Profiles => Some(Paths::of_this_user().ok()?.config.join(store::FILE)),
            OwnFile::Log => Some(Paths::log_of_this_user()?.join(file::NAME)),
        }
    }
}

/// This file, or the innermost directory on the way to it that is there, for nothing is written before there is something.
#[must_use]
pub fn there(path: &Path) -> Option<&Path> {
    path.ancestors().find(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_yet_is_looked_for_in_its_directory() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("parasol/profiles.json");
        assert_eq!(there(&file), Some(dir.path()));
        std::fs::create_dir(file.parent().unwrap()).unwrap();
        assert_eq!(there(&file), file.parent());
        std::fs::write(&file, "{}").unwrap();
        assert_eq!(there(&file), Some(&*file));
    }
}
