use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tracing::warn;

use super::journal::{Found, Journal, mentions};
use super::lock::Lock;
use super::put_back::{changed, put_back, put_back_but, reaches_any, users_own, without_ours, write};
use super::rescue::{Rescue, StandBy};
use super::{Endpoint, ProxyError, Snapshot, Step, SystemProxy, Wanted};

/// Our hold on the system proxy, with the way back.
///
/// All calls block (file system and settings); async callers use a blocking thread. Dropping a lease changes nothing:
/// the proxy stays set and the journal stays, for [`recover`] and for whoever stands by. Only one lease exists for a
/// journal at a time, however many programs there are.
pub struct Lease {
    proxy: Box<dyn SystemProxy>,
    journal_path: PathBuf,
    journal: Journal,
    wanted: Wanted,
    // Let go of before the guard learns of our end.
    lock: Lock,
    stand_by: Option<StandBy>,
}

/// What has become of a system proxy that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The keys that are not as we have set them: another program's, or the user's.
    pub changed: Vec<String>,
    /// False when there is something new that would have to be set as well, such as a network adapter; it is
    /// [changed](Lease::change) to the same for that.
    pub is_whole: bool,
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
    pub fn acquire(proxy: Box<dyn SystemProxy>, journal_path: &Path, wanted: &Wanted) -> Result<Lease, ProxyError> {
        let lock = Lock::take(journal_path)?;
        Lease::point(proxy, journal_path, wanted, lock, None)
    }

    /// As [`Lease::acquire`], with others standing by, from before the first change to the end of the lease, who put
    /// everything back should we not be there to do it.
    pub fn acquire_with_rescue(
        proxy: Box<dyn SystemProxy>,
        journal_path: &Path,
        wanted: &Wanted,
        rescue: &Rescue,
    ) -> Result<Lease, ProxyError> {
        let lock = Lock::take(journal_path)?;
        let stand_by = rescue.stand_by(journal_path);
        Lease::point(proxy, journal_path, wanted, lock, Some(stand_by))
    }

    fn point(
        mut proxy: Box<dyn SystemProxy>,
        journal_path: &Path,
        wanted: &Wanted,
        lock: Lock,
        stand_by: Option<StandBy>,
    ) -> Result<Lease, ProxyError> {
        let login_entry = stand_by.as_ref().and_then(StandBy::login_entry);
        match set(&mut *proxy, journal_path, wanted, login_entry) {
            Ok(journal) => {
                let (journal_path, wanted) = (journal_path.to_owned(), wanted.clone());
                Ok(Lease { proxy, journal_path, journal, wanted, lock, stand_by })
            }
            Err(error) => {
                // Where something could not be put back, they try it in their turn.
                if is_nothing_there(journal_path)
                    && let Some(stand_by) = stand_by
                {
                    stand_by.dismiss();
                }
                Err(error)
            }
        }
    }

    /// Points the system proxy at another listener, or in another way. The user's settings that were first found remain the
    /// ones to come back. On an error the lease is gone and everything is put back, as in [`Lease::acquire`].
    pub fn change(self, wanted: &Wanted) -> Result<Lease, ProxyError> {
        let Lease { proxy, journal_path, lock, stand_by, .. } = self;
        Lease::point(proxy, &journal_path, wanted, lock, stand_by)
    }

    /// The listener that the system proxy was pointed at.
    pub fn address(&self) -> SocketAddr {
        self.journal.addresses[0]
    }

    /// The URL of the script that programs ask, if they are told in that way.
    pub fn script(&self) -> Option<&str> {
        self.wanted.script()
    }

    /// Where on our listener that is.
    pub fn script_path(&self) -> Option<&str> {
        self.wanted.script_path()
    }

    /// How it stands. Settings are looked at and left alone; a guard that has died is replaced.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub fn look(&mut self) -> Result<Look, ProxyError> {
        if let Some(stand_by) = &mut self.stand_by {
            stand_by.replace_the_dead(&self.journal_path);
        }
        let now = self.proxy.read()?;
        let plan = self.proxy.plan(&now, &self.wanted);
        let is_new = |step: &Step| step.values.keys().any(|key| !self.journal.before.contains(key));
        Ok(Look { changed: changed(&self.journal, &now), is_whole: !plan.iter().any(is_new) })
    }

    /// Puts back what was there, wherever the value is still ours, and deletes the journal.
    ///
    /// On an error the journal stays, and [`recover`] can be tried at any time; whoever stands by tries it at once.
    pub fn release(mut self) -> Result<Released, ProxyError> {
        let keys = put_back(&mut *self.proxy, &self.journal)?;
        Journal::delete(&self.journal_path)?;
        if let Some(stand_by) = self.stand_by {
            stand_by.dismiss();
        }
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
/// On an error the journal stays for the next try. [`ProxyError::Held`] is one that somebody alive answers for.
pub fn recover(proxy: &mut dyn SystemProxy, journal_path: &Path, own: &[SocketAddr]) -> Result<Recovered, ProxyError> {
    if is_nothing_there(journal_path) {
        return Ok(Recovered::Nothing);
    }
    let _lock = match Lock::take(journal_path) {
        Ok(lock) => Some(lock),
        Err(ProxyError::Held) => return Err(ProxyError::Held),
        // In a directory that cannot be written nobody else can be at work, and the network comes first.
        Err(error) => {
            warn!(%error, "the system proxy is put back without a lock");
            None
        }
    };
    match Journal::load(journal_path)? {
        Found::Nothing => Ok(Recovered::Nothing),
        Found::Journal(journal) => {
            let keys = give_back(proxy, journal_path, &journal)?;
            Ok(if keys.is_empty() { Recovered::Restored } else { Recovered::ChangedByAnother { keys } })
        }
        Found::Unreadable { reason, bytes } => {
            let cleared = clear(proxy, |endpoint| reaches_any(own)(endpoint) || mentions(&bytes, endpoint))?;
            let kept = Journal::set_aside(journal_path)?;
            Ok(Recovered::UnreadableJournal { kept, reason, cleared })
        }
    }
}

/// Sets it, with the journal on the disk before the first change; on an error everything is put back.
fn set(
    proxy: &mut dyn SystemProxy,
    journal_path: &Path,
    wanted: &Wanted,
    login_entry: Option<&Path>,
) -> Result<Journal, ProxyError> {
    if wanted.address().port() == 0 {
        return Err(ProxyError::NoPort);
    }
    let found = match Journal::load(journal_path)? {
        Found::Journal(earlier) if earlier.desktop != proxy.name() => {
            give_back(proxy, journal_path, &earlier)?;
            Found::Nothing
        }
        found => found,
    };
    let mut before = proxy.read()?;
    let plans = plans(proxy, &before, wanted);
    let mut own = vec![wanted.address()];
    let mut sets = Vec::new();
    let mut unreadable = Vec::new();
    match found {
        Found::Nothing => {}
        Found::Journal(earlier) => {
            before = users_own(proxy, &before, &earlier);
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
    for plan in &plans {
        if let Some(clean) = without_ours(proxy, &before, plan, is_ours) {
            before = clean;
        }
    }
    proxy.may_be_taken(&before)?;
    let [plan, _] = plans;
    let changes = !sets.is_empty();
    sets.push(plan.clone());
    let mut journal = Journal::new(proxy.name(), own, before, sets, login_entry);
    journal.save(journal_path)?;
    if let Err(cause) = plan.iter().try_for_each(|step| write(proxy, &step.values)) {
        return Err(undo(proxy, journal_path, &journal, cause));
    }
    if changes {
        // What was needed for another way of telling programs, and is not for this one.
        if let Err(cause) = put_back_but(proxy, &journal, &plan) {
            return Err(undo(proxy, journal_path, &journal, cause));
        }
        journal = Journal::new(proxy.name(), vec![wanted.address()], journal.before, vec![plan], login_entry);
        if let Err(error) = journal.save(journal_path) {
            // The longer journal that is there instead is as good for the way back.
            warn!(%error, "the journal of the system proxy could not be shortened");
        }
    }
    Ok(journal)
}

fn is_nothing_there(journal_path: &Path) -> bool {
    journal_path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
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
    let mut current = proxy.read()?;
    let mut cleared = false;
    for plan in plans(proxy, &current, &Wanted::new(any, Wanted::LOOPBACK.map(str::to_owned).to_vec())) {
        let Some(clean) = without_ours(proxy, &current, &plan, &is_ours) else { continue };
        cleared = true;
        for step in plan.iter().rev() {
            write(proxy, &clean.of_keys(&step.values))?;
        }
        current = proxy.read()?;
    }
    Ok(cleared)
}

/// The plan, and that of the other way of telling programs.
fn plans(proxy: &dyn SystemProxy, present: &Snapshot, wanted: &Wanted) -> [Vec<Step>; 2] {
    let plans = [wanted, &wanted.the_other_way()].map(|wanted| proxy.plan(present, wanted));
    let agree = |(a, b): (&Step, &Step)| {
        a.values.keys().eq(b.values.keys()) || a.values.keys().all(|key| !b.values.contains(key))
    };
    debug_assert!(plans[0].iter().flat_map(|a| plans[1].iter().map(move |b| (a, b))).all(agree), "{plans:?}");
    plans
}

/// Puts back what a journal says that is nobody's any more, on the desktop that it was written on, and deletes it.
fn give_back(proxy: &mut dyn SystemProxy, journal_path: &Path, journal: &Journal) -> Result<Vec<String>, ProxyError> {
    let keys = if journal.desktop == proxy.name() {
        put_back(proxy, journal)?
    } else {
        let here = proxy.name();
        let other = proxy.other(&journal.desktop);
        let mut other = other.ok_or_else(|| ProxyError::OtherDesktop { journal: journal.desktop.clone(), here })?;
        put_back(&mut *other, journal)?
    };
    Journal::delete(journal_path)?;
    journal.forget_login_entry();
    Ok(keys)
}
