//! `SavedPort`: a listening port beside the first one, as the user saved it. The first is a setting of its own
//! ([`crate::document::Settings::local_port`]): the system proxy and the terminal command point there.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use parasol_proto::Password;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::Unknown;
use crate::profile::{Profile, is_empty, is_false, password};
use crate::relay::PortMode;
use crate::secrets::Sealed;
use crate::state::{PortActual, PortView};

/// Whom a DNS port asks through the server when nobody says, as in `ss-tunnel` of the Python original.
pub const NAME_SERVER: &str = "8.8.8.8";

/// What the engine and the history know the first port by, in place of an id. No other port may have it.
pub const FIRST_PORT: &str = "Local";

/// Where the programs of this machine find a port.
#[must_use]
pub fn own_address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// What is spoken on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PortKind {
    /// SOCKS5, SOCKS4a and HTTP.
    #[default]
    Mixed,
    /// Whatever comes goes to one target.
    Tunnel,
    /// DNS questions.
    Dns,
}

/// Over what a port is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Carries {
    /// TCP and UDP.
    #[default]
    Both,
    /// TCP alone.
    Tcp,
    /// UDP alone.
    Udp,
}

/// A saved port. Fields of a file that this program does not know are kept in `extra` and written back; what the
/// fields say is checked when it is opened, since a hand at the file may have written them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPort {
    /// Never changes and never repeats.
    #[serde(default)]
    pub id: String,
    /// What the user calls it; may be empty.
    #[serde(default)]
    pub name: String,
    /// Where it listens.
    #[serde(default)]
    pub port: u16,
    /// What is spoken there.
    #[serde(default)]
    pub kind: PortKind,
    /// A tunnel's target, or the name server that is asked through the server; empty for a mixed port.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// The profile that its traffic goes through; without one, the one in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Other machines reach it too; only with a login.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lan: bool,
    /// The login's user; empty for no login.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// The login's password.
    #[serde(default, with = "password", skip_serializing_if = "is_empty")]
    pub password: Password,
    /// The same where it could not be opened yet; the other is empty then.
    #[serde(default, rename = "password_sealed", skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// Over what it is served.
    #[serde(default)]
    pub carries: Carries,
    /// What else the file says about it.
    #[serde(flatten)]
    pub extra: Unknown,
}

impl SavedPort {
    /// A new id.
    #[must_use]
    pub fn new_id() -> String {
        Profile::new_id()
    }

    /// Whether its login's password is sealed. One that stands there open is the newer one.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.sealed.is_some() && is_empty(&self.password)
    }

    /// As it is shown: everything but the password.
    #[must_use]
    pub fn view(&self, actual: PortActual) -> PortView {
        PortView {
            id: self.id.clone(),
            name: self.name.clone(),
            port: self.port,
            kind: self.kind,
            target: self.target.clone(),
            profile: self.profile.clone(),
            lan: self.lan,
            user: self.user.clone(),
            password_set: !is_empty(&self.password) || self.is_locked(),
            password_locked: self.is_locked(),
            carries: self.carries,
            actual,
        }
    }
}

impl From<Carries> for PortMode {
    fn from(carries: Carries) -> PortMode {
        match carries {
            Carries::Both => PortMode::TcpAndUdp,
            Carries::Tcp => PortMode::TcpOnly,
            Carries::Udp => PortMode::UdpOnly,
        }
    }
}

impl fmt::Debug for SavedPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedPort").field("id", &self.id).field("port", &self.port).finish_non_exhaustive()
    }
}
