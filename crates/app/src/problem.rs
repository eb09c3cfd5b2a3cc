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
    /// The profile came with a plugin, and the user has not said yet that this program may run.
    #[error("the plugin {name} came with the profile and is not approved")]
    PluginUnapproved {
        /// The plugin's program as the profile names it.
        name: String,
    },
    /// There is no such program.
    #[error("the plugin {name} is not installed, or not where it is looked for")]
    PluginMissing {
        /// The plugin's program as the profile names it.
        name: String,
    },
    /// It cannot be started, or ends by itself.
    #[error("the plugin {name} {}{}", ended(*exit), said(line.as_deref()))]
    PluginFailed {
        /// The plugin's program as the profile names it.
        name: String,
        /// Its exit code; none when a signal has ended it, or when it could not be started at all.
        exit: Option<i32>,
        /// The last line that it wrote, or the system's words; plain text, cut.
        line: Option<String>,
    },
    /// It was started and its port does not answer.
    #[error("the plugin {name} did not answer within {seconds} s")]
    PluginSilent {
        /// The plugin's program as the profile names it.
        name: String,
        /// How long it was waited for.
        #[ts(type = "number")]
        seconds: u64,
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

fn ended(exit: Option<i32>) -> String {
    exit.map_or_else(|| "does not run".to_owned(), |code| format!("ended with exit code {code}"))
}

fn said(line: Option<&str>) -> String {
    line.map(|line| format!(": {}", line.trim_end_matches('.'))).unwrap_or_default()
}

fn by(process: Option<&str>, pid: Option<u32>) -> String {
    match (process, pid) {
        (Some(process), Some(pid)) => format!(" by {process} (pid {pid})"),
        (None, Some(pid)) => format!(" by pid {pid}"),
        (Some(process), None) => format!(" by {process}"),
        (None, None) => String::new(),
    }
}
