//! `Lock`: who answers for a journal. It is held for as long as a lease is, and the system lets go of it whatever its
//! holder dies of. So whoever gets it knows that nobody else will put the settings back, and whoever does not leaves
//! journal and settings alone.
//!
//! Without it a guard that is slow, or the entry that runs at login, could give back what a new run has just taken.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::ProxyError;
use crate::private_file;

/// Held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of this journal. A guard or a login entry that is putting back has it for a moment, which is waited
    /// for; a lease that somebody holds is not.
    pub(super) fn take(journal: &Path) -> Result<Lock, ProxyError> {
        let path = path_of(journal);
        let begun = Instant::now();
        let file =
            private_file::open_lock(&path).map_err(|source| ProxyError::Journal { path: path.clone(), source })?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => std::thread::sleep(LOOK_EACH),
                Err(TryLockError::WouldBlock) => return Err(ProxyError::Held),
                // File systems without locks: the lock of the profile file was not made either, which is said there.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Lock { _file: file });
                }
                Err(TryLockError::Error(source)) => return Err(ProxyError::Journal { path, source }),
            }
        }
    }

    /// Whether somebody holds the lock of this journal at this moment.
    pub(super) fn is_held(journal: &Path) -> bool {
        let Ok(file) = File::open(path_of(journal)) else { return false };
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }
}

fn path_of(journal: &Path) -> PathBuf {
    let mut name = OsString::from(journal);
    name.push(".lock");
    name.into()
}

/// Longer than anybody takes to put settings back, unless the desktop hangs.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_EACH: Duration = Duration::from_millis(10);
