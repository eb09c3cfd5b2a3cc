//! `Lock`: who answers for a journal. It is held for as long as a lease is, and the system lets go of it whatever its
//! holder dies of. So whoever gets it knows that nobody else will put the settings back, and whoever does not leaves
//! journal and settings alone.
//!
//! Without it a guard that is slow, or the entry that runs at login, could give back what a new run has just taken.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
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
                Ok(()) => {
                    sign(&file);
                    return Ok(Lock { _file: file });
                }
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

/// Asks whoever holds the lock of this journal to end, as a session that ends does. False when nobody does.
///
/// # Errors
/// When it is not said who does, or they cannot be asked: they are somebody else's, or this system has no way to.
pub fn ask_holder_to_end(journal: &Path) -> io::Result<bool> {
    if !Lock::is_held(journal) {
        return Ok(false);
    }
    #[cfg(unix)]
    {
        let lock = path_of(journal);
        let signed = std::fs::read_to_string(&lock)?.trim().parse().ok().filter(|holder| has_open(*holder, &lock));
        let holder = signed.and_then(|holder: u32| rustix::process::Pid::from_raw(holder.try_into().ok()?));
        let holder = holder.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it does not say who it is"))?;
        rustix::process::kill_process(holder, rustix::process::Signal::TERM)?;
        Ok(true)
    }
    #[cfg(not(unix))]
    Err(io::ErrorKind::Unsupported.into())
}

/// A number that could not be written may be an earlier holder's, and somebody else's by now.
#[cfg(unix)]
fn has_open(process: u32, lock: &Path) -> bool {
    if !cfg!(target_os = "linux") {
        return process > 1;
    }
    let open = std::fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let lock = lock.canonicalize();
    lock.is_ok_and(|lock| open.into_iter().any(|file| std::fs::read_link(file.path()).is_ok_and(|open| open == lock)))
}

/// Says who holds it, for whoever wants them to end. Best effort: the lock is what counts.
fn sign(file: &File) {
    let mut file = file;
    let _ = file.set_len(0).and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
}

fn path_of(journal: &Path) -> PathBuf {
    let mut name = OsString::from(journal);
    name.push(".lock");
    name.into()
}

/// Longer than anybody takes to put settings back, unless the desktop hangs.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_EACH: Duration = Duration::from_millis(10);
