//! `Problem`: why something wanted could not be done, as data. The words for it are the window's and the terminal's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::draft::{Fault, Field};
use crate::port_draft::PortField;

/// A failure that the user sees, with what is needed to say what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Problem {
    /// Another program listens on the port.
    PortTaken {
        /// The port.
        port: u16,
        /// The program that holds it, where the system tells.
        process: Option<String>,
        /// Its process id, where the system tells.
        pid: Option<u32>,
        /// It is UDP that it is taken for.
        udp: bool,
        /// The next port up that is free now.
        next_free: Option<u16>,
    },
    /// No program holds the port, and the system lets none have it: it lies in a range that Windows has set apart, or among
    /// those of an administrator.
    PortReserved {
        /// The port.
        port: u16,
        /// The first one of them.
        first: u16,
        /// The last one.
        last: u16,
        /// The next port up that is free now.
        next_free: Option<u16>,
    },
    /// The address could not be listened on for another reason.
    BindFailed {
        /// What was to be listened on.
        address: String,
        /// The system's words.
        cause: String,
    },
    /// Another port of Parasol's is to listen there.
    PortUsedTwice {
        /// The port.
        port: u16,
        /// What the user calls the other one; may be empty.
        name: String,
    },
    /// A field of the port, which another program or a hand at the file may have written, makes no sense.
    BadPort {
        /// Where.
        field: PortField,
        /// What is wrong there.
        fault: Fault,
    },
    /// The port is for UDP alone, and the profile's plugin carries TCP alone; or the other way round.
    PluginNotForPort {
        /// The plugin's program as the profile names it.
        name: String,
    },
    /// Switched on without any profile.
    NoProfile,
    /// The profile that the port goes through was deleted.
    ProfileGone,
    /// The profile came with a plugin, and the user has not said yet that this program may run.
    PluginUnapproved {
        /// The plugin's program as the profile names it.
        name: String,
    },
    /// The profile's method is unsafe, and the user has not said yet that it may be used.
    LegacyUnapproved {
        /// The method.
        method: String,
    },
    /// The profile's or the port's password is sealed, and the key store has not given its key yet.
    PasswordLocked,
    /// There is no such program.
    PluginMissing {
        /// The plugin's program as the profile names it.
        name: String,
    },
    /// It cannot be started, or ends by itself.
    PluginFailed {
        /// The plugin's program as the profile names it.
        name: String,
        /// Its exit code; none when a signal has ended it, or when it could not be started at all.
        exit: Option<i32>,
        /// The last line that it wrote, or the system's words; plain text, cut.
        line: Option<String>,
    },
    /// It was started and its port does not answer.
    PluginSilent {
        /// The plugin's program as the profile names it.
        name: String,
        /// How long it was waited for.
        #[ts(type = "number")]
        seconds: u64,
    },
    /// A field of the profile, which another program or a hand at the file may have written, names no server.
    BadProfile {
        /// Where.
        field: Field,
        /// What is wrong there.
        fault: Fault,
    },
    /// The relay could not be started (threads, resolver).
    EngineFailed {
        /// The system's words.
        cause: String,
    },
    /// A part of Parasol itself crashed while it was at work.
    Crashed,
    /// This desktop has no proxy setting that Parasol knows.
    ProxyUnsupported,
    /// Another Parasol of the same user holds the profile file, and with it the system's proxy setting.
    HeldByAnother,
    /// Another program, or the user, has changed the system's proxy setting since Parasol set it. It is left as it is.
    ProxyTaken,
    /// The system's proxy setting could not be changed or did not take the change.
    ProxyFailed {
        /// The system's words.
        cause: String,
    },
}

impl Problem {
    /// As it may be logged: without a plugin's last words, which may name targets or what it was told.
    pub(crate) fn without_last_words(&self) -> Problem {
        match self.clone() {
            Problem::PluginFailed { name, exit, .. } => Problem::PluginFailed { name, exit, line: None },
            other => other,
        }
    }
}
