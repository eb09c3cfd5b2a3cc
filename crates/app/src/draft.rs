//! `ProfileDraft`: a profile as it stands in the editor, and what is wrong with it.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize;

/// The fields of the editor, exactly as typed.
#[derive(Clone, PartialEq, Eq, Deserialize, TS, Zeroize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileDraft {
    /// The profile that is changed; absent for a new one.
    pub id: Option<String>,
    /// Name; may be empty.
    pub name: String,
    /// Host name or IP.
    pub server: String,
    /// Port, as typed.
    pub port: String,
    /// Method name.
    pub method: String,
    /// Password or 2022 key. Absent keeps the saved one.
    pub password: Option<String>,
    /// The plugin's program; may be empty.
    pub plugin: String,
    /// The plugin's options; may be empty. What is still hidden stays what it was ([`crate::plugin::unmasked`]).
    pub plugin_opts: String,
    /// Send one-time authentication; nothing for methods that have none.
    pub one_time_auth: bool,
    /// Notes; may be empty.
    pub notes: String,
}

/// A field of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// The name.
    Name,
    /// The server's host.
    Server,
    /// The server's port.
    Port,
    /// The method.
    Method,
    /// The password.
    Password,
    /// The plugin's program.
    Plugin,
    /// The plugin's options.
    PluginOpts,
    /// The notes.
    Notes,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// Where.
    pub field: Field,
    /// What.
    pub fault: Fault,
}

/// Why a field's text cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fault {
    /// Something must stand here.
    Empty,
    /// Longer than any sensible value.
    TooLong,
    /// No host name and no IP.
    BadHost,
    /// Not a number from 1 to 65535.
    BadPort,
    /// No method that Parasol knows.
    UnknownMethod,
    /// A 2022 method needs a key in base64.
    NotBase64,
    /// A 2022 key of another length.
    WrongKeyLength {
        /// Bytes the method needs.
        needed: u32,
        /// Bytes given.
        found: u32,
    },
    /// Several keys joined by colons, where the method takes one; or more than nine.
    IdentityKeys,
    /// A program is named neither by a bare name nor by a whole path.
    BadProgram,
    /// Plugin options with a character that none can have.
    BadOptions,
    /// Another port of Parasol's listens there.
    PortUsedTwice,
    /// No `host:port`.
    BadTarget,
    /// No host, IP or `host:port`.
    BadNameServer,
    /// The profile is gone.
    NoSuchProfile,
    /// A port that other machines reach needs a login.
    LoginNeeded,
    /// A login with a character that not every client can send: a control character, or a colon in the user.
    BadLogin,
}

impl fmt::Debug for ProfileDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileDraft").field("id", &self.id).field("server", &self.server).finish_non_exhaustive()
    }
}
