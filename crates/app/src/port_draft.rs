//! `PortDraft`: a port as it stands in the editor, and what is wrong with it.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize;

use crate::draft::Fault;
use crate::port::{Carries, PortKind};

/// The fields of the editor, exactly as typed.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortDraft {
    /// The port that is changed; absent for a new one.
    pub id: Option<String>,
    /// Name; may be empty.
    pub name: String,
    /// Port number, as typed.
    pub port: String,
    /// What is spoken there.
    pub kind: PortKind,
    /// `host:port` of a tunnel's target; host or `host:port` of a DNS port's name server. Not looked at for a mixed one.
    pub target: String,
    /// The profile that it always goes through; absent for the one in use.
    pub profile: Option<String>,
    /// Other machines reach it too.
    pub lan: bool,
    /// The login's user; empty for no login.
    pub user: String,
    /// The login's password. Absent keeps the saved one.
    pub password: Option<String>,
    /// Over what it is served.
    pub carries: Carries,
}

/// A field of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PortField {
    /// The name.
    Name,
    /// The port number.
    Port,
    /// The target or name server.
    Target,
    /// The profile.
    Profile,
    /// The login's user.
    User,
    /// The login's password.
    Password,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortFieldProblem {
    /// Where.
    pub field: PortField,
    /// What.
    pub fault: Fault,
}

impl Zeroize for PortDraft {
    fn zeroize(&mut self) {
        self.password.zeroize();
        self.user.zeroize();
    }
}

impl fmt::Debug for PortDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortDraft").field("id", &self.id).field("port", &self.port).finish_non_exhaustive()
    }
}
