//! `Script`: a proxy auto-config script (PAC) that a mixed port gives to programs of its own machine, which cannot log in
//! anywhere before they have it.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use parasol_proto::http::OwnRequest;

/// A script, and the path that whoever wants it has to know.
#[derive(Clone, PartialEq, Eq)]
pub struct Script {
    path: Arc<str>,
    text: Arc<str>,
}

impl Script {
    /// `path` begins with a slash, and nobody can guess it: it is all that keeps other users of the machine from reading
    /// the script.
    #[must_use]
    pub fn new(path: &str, text: &str) -> Script {
        Script { path: path.into(), text: text.into() }
    }
}

/// The path is a secret, and the text tells the rules.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({} bytes)", self.text.len())
    }
}

/// Those that a port gives away now.
#[derive(Debug, Default)]
pub(crate) struct Scripts(Mutex<Vec<Script>>);

impl Scripts {
    pub(crate) fn set(&self, scripts: Vec<Script>) {
        // The old ones may be long; they are freed after the lock is.
        let old = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), scripts);
        drop(old);
    }

    /// The text that is asked for by a client of this machine, which came to the port as one of this machine.
    pub(crate) fn asked(&self, request: &OwnRequest, client: SocketAddr, listen: SocketAddr) -> Option<Arc<str>> {
        if !client.ip().to_canonical().is_loopback() || !request.names_loopback(listen.port()) {
            return None;
        }
        let scripts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.iter().find(|script| request.is_for(&script.path)).map(|script| Arc::clone(&script.text))
    }
}
