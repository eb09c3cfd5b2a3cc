//! A launch agent in the user's library. It is read at the next login; it is not loaded now, which would start us twice.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::agent;
use crate::private_file;

#[derive(Debug)]
pub(super) struct Entry {
    path: PathBuf,
    text: String,
}

impl Entry {
    /// `None` for a user without a home, and for a program that cannot be found by its path, or whose path is no text.
    pub(super) fn of_this_user() -> Option<Entry> {
        let home = std::env::home_dir().filter(|home| home.is_absolute())?;
        let program = std::env::current_exe().ok()?;
        let program = program.to_str().filter(|path| !path.contains(char::is_control))?;
        let path = home.join("Library/LaunchAgents").join(format!("{}.plist", agent::LABEL));
        Some(Entry { path, text: agent::text(program) })
    }

    pub(super) fn is_on(&self) -> io::Result<bool> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(bytes == self.text.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn write(&self) -> io::Result<()> {
        let folder = self.path.parent().expect("it lies in a folder");
        fs::create_dir_all(folder)?;
        let part = self.path.with_extension("part");
        let written = private_file::write(&part, self.text.as_bytes()).and_then(|()| fs::rename(&part, &self.path));
        if written.is_err() {
            let _ = private_file::remove(&part);
        }
        written
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        private_file::remove(&self.path)
    }
}
