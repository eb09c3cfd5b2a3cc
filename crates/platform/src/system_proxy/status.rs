use std::net::SocketAddr;
use std::path::Path;

use super::journal::{Found, Journal};
use super::lock::Lock;
use super::put_back::changed;
use super::{ProxyError, Snapshot, SystemProxy};

/// How things stand with the system proxy, for whoever asks from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Every key that we may change, as other programs get it now.
    pub settings: Snapshot,
    /// Our part in it.
    pub hold: Hold,
}

/// Whether a Parasol has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// None has.
    None,
    /// One that is alive.
    Held {
        /// Where it sends programs.
        address: SocketAddr,
        /// The keys that are not as it has set them; somebody else's.
        changed: Vec<String>,
    },
    /// One that has died. It can be given back.
    Left {
        /// As for [`Hold::Held`].
        address: SocketAddr,
        /// As for [`Hold::Held`].
        changed: Vec<String>,
    },
    /// There is a journal, and it cannot be read.
    Unreadable {
        /// Why, in words for people.
        reason: String,
    },
}

/// Reads it and changes nothing.
///
/// # Errors
/// When the settings or the journal cannot be read.
pub fn status(proxy: &mut dyn SystemProxy, journal_path: &Path) -> Result<Status, ProxyError> {
    let is_held = Lock::is_held(journal_path);
    let settings = proxy.read()?;
    let hold = match Journal::load(journal_path)? {
        Found::Nothing => Hold::None,
        Found::Unreadable { reason, .. } => Hold::Unreadable { reason },
        Found::Journal(journal) => match journal.addresses.first() {
            None => Hold::Unreadable { reason: "it names no listener".to_owned() },
            Some(&address) => {
                let changed = match proxy.other(&journal.desktop).filter(|_| journal.desktop != proxy.name()) {
                    Some(mut other) => changed(&journal, &other.read()?),
                    None if journal.desktop != proxy.name() => Vec::new(),
                    None => changed(&journal, &settings),
                };
                if is_held { Hold::Held { address, changed } } else { Hold::Left { address, changed } }
            }
        },
    };
    Ok(Status { settings, hold })
}
