//! `Dropped`: files that were dropped on the window, where its pages are told of none: they are named to it, and read when it
//! comes to them.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use parasol_platform::private_file;
use serde::Serialize;
use thiserror::Error;
use ts_rs::TS;
use zeroize::Zeroizing;

use crate::import::MAX_PICTURE;

/// A file that was dropped, as the window is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DroppedFile {
    /// What it is asked for by.
    pub id: u32,
    /// What it is called.
    pub name: String,
}

/// The files that were dropped last. The window can have these read, and no others.
#[derive(Debug, Default)]
pub struct Dropped {
    first: u32,
    paths: Vec<PathBuf>,
}

impl Dropped {
    /// These, in place of those before.
    pub fn take(&mut self, paths: Vec<PathBuf>) -> Vec<DroppedFile> {
        self.first = self.first.wrapping_add(u32::try_from(self.paths.len()).unwrap_or(u32::MAX));
        self.paths = paths;
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (0..)
            .zip(&self.paths)
            .map(|(at, path)| DroppedFile { id: self.first.wrapping_add(at), name: name(path) })
            .collect()
    }

    /// Where the file of this id is; nothing for one of an earlier drop.
    #[must_use]
    pub fn path(&self, id: u32) -> Option<PathBuf> {
        self.paths.get(usize::try_from(id.wrapping_sub(self.first)).ok()?).cloned()
    }
}

/// Why a file cannot be read, in the system's words.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{0}")]
pub struct Unreadable(String);

/// The bytes of a file, a byte more than an import takes of anything at most, so that it is the import that says so.
///
/// # Errors
/// The system's, and for what is no file: a folder, a pipe, a device; and when there is none.
pub async fn read(path: Option<PathBuf>) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let Some(path) = path else { return Err(Unreadable("it is not there any more".to_owned())) };
    let read = tokio::task::spawn_blocking(move || read_now(&path)).await.map_err(io::Error::other);
    read.flatten().map_err(|error| Unreadable(error.to_string()))
}

fn read_now(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    private_file::open_of_others(path)?.take(MAX_PICTURE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_last_drop_are_found_and_no_others() {
        let mut dropped = Dropped::default();
        let named = |files: &[DroppedFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
        let first = dropped.take(vec!["/tmp/a.txt".into(), "/tmp/..".into()]);
        assert_eq!(named(&first), ["a.txt", ""]);
        let second = dropped.take(vec!["/tmp/c.png".into()]);
        assert_eq!(dropped.path(second[0].id).as_deref(), Some(Path::new("/tmp/c.png")));
        for gone in &first {
            assert_eq!(dropped.path(gone.id), None);
        }
        assert_eq!(dropped.path(u32::MAX), None);
        assert_eq!(dropped.take(Vec::new()), []);
    }

    #[test]
    fn what_is_no_file_is_not_waited_for_and_a_long_one_is_cut() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read_now(dir.path()).is_err());
        assert!(read_now(&dir.path().join("none")).is_err());
        #[cfg(unix)]
        assert!(read_now(Path::new("/dev/zero")).is_err());
        let long = dir.path().join("long");
        std::fs::File::create(&long).unwrap().set_len(MAX_PICTURE as u64 * 4).unwrap();
        assert_eq!(read_now(&long).unwrap().len(), MAX_PICTURE + 1);
    }
}
