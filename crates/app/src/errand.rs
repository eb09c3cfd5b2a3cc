//! `Errand`: what both programs can be started for besides what they are: to guard the system proxy, and to give back
//! what a Parasol that died has left of it. Nothing else of the application is touched.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use parasol_platform::system_proxy::{self, GUARD_ARGS, RELEASE_ARGS};
pub use parasol_platform::system_proxy::{Hold, ProxyError, Recovered, Status};

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
    let Some(mut proxy) = system_proxy::desktop() else { return Ok(None) };
    Ok(Some((proxy.name(), system_proxy::status(&mut *proxy, journal)?)))
}

/// With nothing left, what would do this at the next login is not needed either.
fn release(journal: &Path) -> Result<Recovered, ProxyError> {
    let recovered = match system_proxy::desktop() {
        Some(mut proxy) => system_proxy::recover(&mut *proxy, journal, &[])?,
        None => Recovered::Nothing,
    };
    system_proxy::forget_login_entry(journal)?;
    Ok(recovered)
}

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
