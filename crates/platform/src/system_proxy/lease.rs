use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tracing::warn;

use super::journal::{Found, Journal, mentions};
use super::put_back::{put_back, reaches_any, users_own, without_ours, write};
use super::{Endpoint, ProxyError, SystemProxy, Wanted};

/// Our hold on the system proxy, with the way back.
///
/// All calls block (file system and settings); async callers use a blocking thread. Dropping a lease changes nothing:
/// the proxy stays set and the journal stays, for [`recover`]. Only one lease may exist for a journal at a time; the
/// caller's lock against a second instance sees to that.
pub struct Lease {
    proxy: Box<dyn SystemProxy>,
    journal_path: PathBuf,
    journal: Journal,
}

/// How a lease ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Released {
    /// Everything is as it was before.
    Restored,
    /// Another program, or the user, has changed these keys meanwhile. They were left alone, and the rest is as it was.
    ChangedByAnother {
        /// In the desktop's own spelling.
        keys: Vec<String>,
    },
}

/// What was found and done at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// There was no journal: the last run ended well.
    Nothing,
    /// Everything is as it was before the last run took the proxy.
    Restored,
    /// As [`Released::ChangedByAnother`].
    ChangedByAnother {
        /// In the desktop's own spelling.
        keys: Vec<String>,
    },
    /// The journal tells nothing that can be put back: it is empty, damaged or of a newer Parasol.
    UnreadableJournal {
        /// Where it is kept now.
        kept: PathBuf,
        /// Why it cannot be read, in words for people.
        reason: String,
        /// Whether the settings pointed at a listener of ours and were therefore set to "no proxy"; otherwise they
        /// were left as they are.
        cleared: bool,
    },
}

impl Lease {
    /// Points the system proxy at us, with the former settings on disk before the first change.
    ///
    /// A journal that is there already (the last run died, or the port changes) is continued: the user's settings stay
    /// those that it holds. Settings that point at our own listener are never taken for the user's; without a journal
    /// that knows better they count as "no proxy".
    ///
    /// On an error everything is put back and no journal is left, but for [`ProxyError::PutBack`].
    pub fn acquire(mut proxy: Box<dyn SystemProxy>, journal_path: &Path, wanted: &Wanted) -> Result<Lease, ProxyError> {
        if wanted.address().port() == 0 {
            return Err(ProxyError::NoPort);
        }
        let found = Journal::load(journal_path)?;
        if let Found::Journal(earlier) = &found {
            check_desktop(&*proxy, earlier)?;
        }
        let mut before = proxy.read()?;
        let plan = proxy.plan(wanted);
        let mut own = vec![wanted.address()];
        let mut sets = Vec::new();
        let mut unreadable = Vec::new();
        match found {
            Found::Nothing => {}
            Found::Journal(earlier) => {
                before = users_own(&*proxy, &before, &earlier);
                own.extend(earlier.addresses);
                sets = earlier.sets;
            }
            Found::Unreadable { reason, bytes } => {
                let kept = Journal::set_aside(journal_path)?;
                warn!(%reason, kept = %kept.display(), "the journal of the system proxy is unreadable and kept aside");
                unreadable = bytes;
            }
        }
        let is_ours = |endpoint: &Endpoint| reaches_any(&own)(endpoint) || mentions(&unreadable, endpoint);
        if let Some(clean) = without_ours(&*proxy, &before, &plan, is_ours) {
            before = clean;
        }
        let changes_port = !sets.is_empty();
        sets.push(plan.clone());
        let mut journal = Journal::new(proxy.name(), own, before, sets);
        journal.save(journal_path)?;
        if let Err(cause) = plan.iter().try_for_each(|step| write(&mut *proxy, &step.values)) {
            return Err(undo(&mut *proxy, journal_path, &journal, cause));
        }
        if changes_port {
            journal = Journal::new(proxy.name(), vec![wanted.address()], journal.before, vec![plan]);
            if let Err(error) = journal.save(journal_path) {
                // The longer journal that is there instead is as good for the way back.
                warn!(%error, "the journal of the system proxy could not be shortened");
            }
        }
        Ok(Lease { proxy, journal_path: journal_path.to_owned(), journal })
    }

    /// Points the system proxy at another listener. The user's settings that were first found remain the ones to come
    /// back. On an error the lease is gone and everything is put back, as in [`Lease::acquire`].
    pub fn change(self, wanted: &Wanted) -> Result<Lease, ProxyError> {
        Lease::acquire(self.proxy, &self.journal_path, wanted)
    }

    /// The listener that the system proxy was pointed at.
    pub fn address(&self) -> SocketAddr {
        self.journal.addresses[0]
    }

    /// Puts back what was there, wherever the value is still ours, and deletes the journal.
    ///
    /// On an error the journal stays, and [`recover`] can be tried at any time.
    pub fn release(mut self) -> Result<Released, ProxyError> {
        let keys = put_back(&mut *self.proxy, &self.journal)?;
        Journal::delete(&self.journal_path)?;
        Ok(if keys.is_empty() { Released::Restored } else { Released::ChangedByAnother { keys } })
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("desktop", &self.proxy.name()).field("address", &self.address()).finish()
    }
}

/// Puts back what a run that died has left, from its journal. To be called at every start, before anything is acquired.
///
/// `own` are the addresses that our listeners are set up to use. They count only when the journal is unreadable: if the
/// settings point at one of them, or at a loopback address that the damaged journal still names, the proxy is cleared,
/// since nothing listens there and the user would have no network.
///
/// On an error the journal stays for the next try.
pub fn recover(proxy: &mut dyn SystemProxy, journal_path: &Path, own: &[SocketAddr]) -> Result<Recovered, ProxyError> {
    match Journal::load(journal_path)? {
        Found::Nothing => Ok(Recovered::Nothing),
        Found::Journal(journal) => {
            check_desktop(proxy, &journal)?;
            let keys = put_back(proxy, &journal)?;
            Journal::delete(journal_path)?;
            Ok(if keys.is_empty() { Recovered::Restored } else { Recovered::ChangedByAnother { keys } })
        }
        Found::Unreadable { reason, bytes } => {
            let cleared = clear(proxy, |endpoint| reaches_any(own)(endpoint) || mentions(&bytes, endpoint))?;
            let kept = Journal::set_aside(journal_path)?;
            Ok(Recovered::UnreadableJournal { kept, reason, cleared })
        }
    }
}

fn undo(proxy: &mut dyn SystemProxy, journal_path: &Path, journal: &Journal, cause: ProxyError) -> ProxyError {
    match put_back(proxy, journal).and_then(|_| Journal::delete(journal_path)) {
        Ok(()) => cause,
        Err(source) => ProxyError::PutBack { cause: Box::new(cause), source: Box::new(source) },
    }
}

/// Resets what points at us, and returns whether anything did.
fn clear(proxy: &mut dyn SystemProxy, is_ours: impl Fn(&Endpoint) -> bool) -> Result<bool, ProxyError> {
    // Which keys there are does not depend on the address.
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let plan = proxy.plan(&Wanted::new(any, Wanted::LOOPBACK.map(str::to_owned).to_vec()));
    let current = proxy.read()?;
    let Some(clean) = without_ours(proxy, &current, &plan, is_ours) else { return Ok(false) };
    for step in plan.iter().rev() {
        write(proxy, &clean.of_keys(&step.values))?;
    }
    Ok(true)
}

fn check_desktop(proxy: &dyn SystemProxy, journal: &Journal) -> Result<(), ProxyError> {
    match journal.desktop == proxy.name() {
        true => Ok(()),
        false => Err(ProxyError::OtherDesktop { journal: journal.desktop.clone(), here: proxy.name() }),
    }
}
