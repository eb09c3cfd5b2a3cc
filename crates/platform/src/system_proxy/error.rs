use std::io;
use std::path::PathBuf;

/// Why the system proxy could not be read, set or put back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// The desktop's settings cannot be used as they are; the text says what is missing or odd.
    #[error("the desktop's proxy settings cannot be used: {0}")]
    Desktop(String),
    /// An administrator has locked this key; nothing that we write would count.
    #[error("an administrator has locked the setting {key}")]
    Locked {
        /// The key, in the desktop's own spelling.
        key: String,
    },
    /// The write reported success, but the value read back is another one: another program writes the same key at the
    /// same moment.
    #[error("the setting {key} was written but did not change")]
    NotWritten {
        /// The key, in the desktop's own spelling.
        key: String,
    },
    /// Somebody who is alive holds the lease of this journal, or is putting back at this moment.
    #[error("another Parasol holds the system proxy")]
    Held,
    /// The proxy is to point at a port 0, which no listener has.
    #[error("the listener's port is not known yet")]
    NoPort,
    /// The journal could not be read, written or moved aside. Without a journal nothing is changed.
    #[error("the journal of the system proxy, {path}: {source}", path = path.display())]
    Journal {
        /// The file concerned.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The journal was written on another desktop, whose settings this one cannot put back. It is left where it is.
    #[error("the journal of the system proxy was written on {journal}, this is {here}")]
    OtherDesktop {
        /// [`SystemProxy::name`](super::SystemProxy::name) in the journal.
        journal: String,
        /// The same of the desktop at hand.
        here: &'static str,
    },
    /// Acquiring failed, and so did putting everything back. The journal is still there for [`recover`](super::recover).
    #[error("{cause}; the former settings could not be put back yet: {source}")]
    PutBack {
        /// Why acquiring failed.
        cause: Box<ProxyError>,
        /// Why putting back failed.
        source: Box<ProxyError>,
    },
}
