//! `Errand`: what both programs can be started for besides what they are: to guard the system proxy, and to give back
//! what a Parasol that died has left of it. Nothing else of the application is touched.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use parasol_platform::each_user;
use parasol_platform::system_proxy::{self, GUARD_ARGS, RELEASE_ARGS};
pub use parasol_platform::system_proxy::{Hold, ProxyError, Recovered, Status};

use crate::paths::Paths;

/// Something to do and end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Wait for the end of the Parasol that holds the other end of standard input, then [`Errand::Release`].
    Guard {
        /// The journal that it is the guard of.
        journal: PathBuf,
    },
    /// Give back what is left.
    Release {
        /// The journal that says what that is.
        journal: PathBuf,
    },
}

impl Errand {
    /// The errand that these arguments, without the program's name, are; `None` for any others.
    pub fn of(args: impl IntoIterator<Item = OsString>) -> Option<Errand> {
        let args: Vec<OsString> = args.into_iter().take(RELEASE_ARGS.len() + 2).collect();
        let (journal, words) = args.split_last()?;
        let journal = PathBuf::from(journal);
        if words == GUARD_ARGS {
            Some(Errand::Guard { journal })
        } else if words == RELEASE_ARGS {
            Some(Errand::Release { journal })
        } else {
            None
        }
    }

    /// Runs it. Blocks, a guard for as long as it is one.
    ///
    /// # Errors
    /// Why it could not be given back; the journal is there still. [`ProxyError::Held`] when a Parasol that is alive has
    /// it.
    pub fn run(&self) -> Result<Recovered, ProxyError> {
        match self {
            Errand::Guard { journal } => system_proxy::guard(journal, system_proxy::desktop),
            Errand::Release { journal } => release(journal),
        }
    }
}

/// How the system proxy stands: which desktop it is, and what it says. `None` where there is no such setting.
///
/// # Errors
/// When the settings or the journal cannot be read.
pub fn status(journal: &Path) -> Result<Option<(&'static str, Status)>, ProxyError> {
    let here = system_proxy::desktop().or_else(|| system_proxy::desktop_left(journal));
    let Some(mut proxy) = here else { return Ok(None) };
    Ok(Some((proxy.name(), system_proxy::status(&mut *proxy, journal)?)))
}

/// Gives back what is left, as [`Errand::Release`]; a Parasol that has it is asked to end, and waited for.
///
/// # Errors
/// As for [`Errand::run`]. [`ProxyError::Held`] when it has not ended in time, or cannot be asked.
pub fn release_by_force(journal: &Path) -> Result<Recovered, ProxyError> {
    let mut released = release(journal);
    for _ in 0..TRIES {
        if !matches!(released, Err(ProxyError::Held)) {
            break;
        }
        if let Err(error) = system_proxy::ask_holder_to_end(journal) {
            tracing::warn!(%error, "the Parasol that holds the system proxy cannot be asked to end");
            break;
        }
        // It waits for the lock for a while, and there may be nothing left to do then.
        released = release(journal);
    }
    released
}

/// [`release_by_force`] for every user of this machine, each as themselves; gives how many could not be helped.
///
/// # Errors
/// When we are not root, or the users cannot be listed.
pub fn release_for_every_user(program: &Path) -> std::io::Result<usize> {
    let mut homes = BTreeSet::new();
    let mut failed = 0;
    for user in each_user::users()? {
        // As root we only look whether it is there; what is done about it is done with that user's rights.
        let journal = Paths::in_home(&user.home).proxy_journal();
        if !homes.insert(user.home.clone()) || !is_there(journal) {
            continue;
        }
        let mut command = each_user::as_user(&user, program);
        command.args(["proxy", "release", "--force"]);
        if !command.spawn().and_then(ends_well).unwrap_or(false) {
            tracing::warn!(user = user.id, "the system proxy of this user could not be given back");
            failed += 1;
        }
    }
    Ok(failed)
}

/// Within bounds, too: what cannot be looked at within them counts as not there.
fn is_there(journal: PathBuf) -> bool {
    let (tell, told) = mpsc::channel();
    // Left alone where it hangs.
    std::thread::spawn(move || tell.send(journal.symlink_metadata().is_ok()));
    told.recv_timeout(LOOK).unwrap_or(false)
}

/// Within bounds: the home of somebody who is away may hang, and whoever removes a package waits.
fn ends_well(mut child: Child) -> std::io::Result<bool> {
    let begun = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(status.success()),
            None if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            None => {
                each_user::kill(&mut child)?;
                return child.wait().map(|_| false);
            }
        }
    }
}

/// With nothing left, what would do this at the next login is not needed either.
fn release(journal: &Path) -> Result<Recovered, ProxyError> {
    let recovered = match system_proxy::desktop().or_else(|| system_proxy::desktop_left(journal)) {
        Some(mut proxy) => system_proxy::recover(&mut *proxy, journal, &[])?,
        None => Recovered::Nothing,
    };
    system_proxy::forget_login_entry(journal)?;
    Ok(recovered)
}

/// Each waits three seconds for the lock.
const TRIES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);
/// A home on this machine answers at once.
const LOOK: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_errands_are_errands() {
        let of = |line: &str| Errand::of(line.split_whitespace().map(OsString::from));
        let journal = PathBuf::from("/j");
        assert_eq!(of("proxy guard /j"), Some(Errand::Guard { journal: journal.clone() }));
        assert_eq!(of("proxy release --journal /j"), Some(Errand::Release { journal }));
        for other in ["", "--hidden", "proxy", "proxy guard", "proxy guard /j more", "proxy release /j", "ss://x"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
