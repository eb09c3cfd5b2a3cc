//! `Rescue`: who puts the settings back when we cannot.
//!
//! | what happens | who puts back |
//! |---|---|
//! | Parasol dies, alone | the guard, at once |
//! | the guard dies with it: the machine loses power, the session is torn down | the login entry, before the user has opened a browser |
//! | neither | the next start of Parasol |
//!
//! Both are there only while a lease is held. That one of them cannot be had is no reason to leave the user without a
//! proxy: the others remain. It is logged.

use std::path::{Path, PathBuf};

use tracing::{debug, warn};

use super::ProxyError;
use super::guard::Guard;
use super::lock::Lock;
use super::login_entry::LoginEntry;

/// How a rescue is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    program: PathBuf,
    at_login: Option<LoginEntry>,
}

impl Rescue {
    /// By this program of ours, for this user.
    pub fn of_this_user(program: &Path) -> Rescue {
        Rescue { program: program.to_owned(), at_login: LoginEntry::of_this_user() }
    }

    /// As [`Rescue::of_this_user`], with the entry that runs at login in a directory of one's own, or with none.
    pub fn with_entry_in(program: &Path, directory: Option<&Path>) -> Rescue {
        Rescue { program: program.to_owned(), at_login: directory.map(LoginEntry::in_directory) }
    }

    /// The small program `parasol` beside the one that runs, else the one that runs: both know the arguments of a guard.
    ///
    /// # Errors
    /// When the system does not tell which program runs.
    pub fn program() -> std::io::Result<PathBuf> {
        let this = std::env::current_exe()?;
        let small = this.with_file_name(format!("parasol{}", std::env::consts::EXE_SUFFIX));
        Ok(if small.is_file() { small } else { not_replaced(this) })
    }

    /// Puts everybody in place; to be called before the first change.
    pub(super) fn stand_by(&self, journal: &Path) -> StandBy {
        let guard = self.guard(journal);
        let at_login = self.at_login.clone().filter(|entry| {
            entry
                .write(&lasting(&self.program), journal)
                .inspect_err(|error| warn!(%error, "nothing will be put back at login, should it have to be"))
                .is_ok()
        });
        StandBy { rescue: self.clone(), guard, at_login }
    }

    fn guard(&self, journal: &Path) -> Option<Guard> {
        let told = |error: &std::io::Error| {
            let program = self.program.display();
            warn!(%program, %error, "there is no guard: after a crash the system proxy is put back at the next start");
        };
        Guard::start(&self.program, journal).inspect_err(told).ok()
    }
}

/// Those who are in place. Dropped, they do what they are for.
#[derive(Debug)]
pub(super) struct StandBy {
    rescue: Rescue,
    guard: Option<Guard>,
    at_login: Option<LoginEntry>,
}

impl StandBy {
    /// What runs at login, for the journal.
    pub(super) fn login_entry(&self) -> Option<&Path> {
        self.at_login.as_ref().map(LoginEntry::name)
    }

    /// Somebody has ended the guard; one that could not be had is not tried again.
    pub(super) fn replace_the_dead(&mut self, journal: &Path) {
        if self.guard.as_mut().is_some_and(Guard::has_died) {
            warn!("the guard of the system proxy has died");
            self.guard = self.rescue.guard(journal);
        }
    }

    /// There is nothing left to put back.
    pub(super) fn dismiss(self) {
        if let Some(entry) = self.at_login
            && let Err(error) = entry.remove()
        {
            // At the next login it finds nothing to do and removes itself.
            debug!(%error, "the login entry could not be removed");
        }
        if let Some(guard) = self.guard {
            guard.dismiss();
        }
    }
}

/// Linux says so of a program that an update has replaced while it runs; the new one has the name now.
fn not_replaced(program: PathBuf) -> PathBuf {
    let text = program.to_str().and_then(|text| text.strip_suffix(" (deleted)"));
    text.map(PathBuf::from).filter(|_| !program.is_file()).unwrap_or(program)
}

/// An AppImage is mounted only while it runs; by this variable it tells where it lies.
fn lasting(program: &Path) -> PathBuf {
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
    image.filter(|image| image.is_absolute()).unwrap_or_else(|| program.to_owned())
}

/// Removes what would run at the next login, if no lease is held and none is left: there is nothing to put back.
///
/// # Errors
/// As for a lease.
pub fn forget_login_entry(journal: &Path) -> Result<(), ProxyError> {
    let Some(entry) = LoginEntry::of_this_user().filter(LoginEntry::is_there) else { return Ok(()) };
    // A lease that is being taken has it, and writes the entry before the journal.
    let _lock = Lock::take(journal)?;
    if !journal.exists()
        && let Err(error) = entry.remove()
    {
        debug!(%error, "the login entry could not be removed");
    }
    Ok(())
}
