//! `Problem`: why something wanted could not be done, as data. The words for it are the window's and the terminal's.

use serde::Serialize;
use ts_rs::TS;

use crate::draft::{Fault, Field};

/// A failure that the user sees, with what is needed to say what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Problem {
    /// Another program listens on the port.
    #[error("port {port} is in use{}", by(process.as_deref(), *pid))]
    PortTaken {
        /// The port.
        port: u16,
        /// The program that holds it, where the system tells.
        process: Option<String>,
        /// Its process id, where the system tells.
        pid: Option<u32>,
        /// The next port up that is free now.
        next_free: Option<u16>,
    },
    /// The address could not be listened on for another reason.
    #[error("cannot listen on {address}: {cause}")]
    BindFailed {
        /// What was to be listened on.
        address: String,
        /// The system's words.
        cause: String,
    },
    /// Switched on without any profile.
    #[error("there is no profile yet")]
    NoProfile,
    /// The profile names a plugin, which this version does not run; going without it would be a bare connection.
    #[error("the profile needs the plugin {name}, which is not supported")]
    PluginUnsupported {
        /// The plugin's name.
        name: String,
    },
    /// A field of the profile, which another program or a hand at the file may have written, names no server.
    #[error("the profile cannot be used as it is")]
    BadProfile {
        /// Where.
        field: Field,
        /// What is wrong there.
        fault: Fault,
    },
    /// The relay could not be started (threads, resolver).
    #[error("the relay could not start: {cause}")]
    EngineFailed {
        /// The system's words.
        cause: String,
    },
    /// This desktop has no proxy setting that Parasol knows.
    #[error("this desktop has no proxy setting that Parasol knows")]
    ProxyUnsupported,
    /// The system's proxy setting could not be changed or did not take the change.
    #[error("the system proxy could not be set: {cause}")]
    ProxyFailed {
        /// The system's words.
        cause: String,
    },
}

fn by(process: Option<&str>, pid: Option<u32>) -> String {
    match (process, pid) {
        (Some(process), Some(pid)) => format!(" by {process} (pid {pid})"),
        (None, Some(pid)) => format!(" by pid {pid}"),
        (Some(process), None) => format!(" by {process}"),
        (None, None) => String::new(),
    }
}
