//! `Entry`: one thing that was found: a server as it would be saved, or why it is none.

use std::fmt;

use parasol_proto::link::{Link, clean_name, method_name};
use parasol_proto::{Address, Method, Password, ServerConfig};
use serde_json::{Map, Value};

use super::fault::{ImportFault, short};
use super::place::Place;
use crate::check::{self, MAX_NAME, MAX_NOTES, MAX_PASSWORD};
use crate::document::Unknown;
use crate::profile::Profile;

/// One thing that was found, good or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub found: Result<Draft, ImportFault>,
}

/// A server as it would be saved.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// Without an id, unless the entry brought one. Nothing in it is approved.
    pub profile: Profile,
    /// What the entry says besides and Parasol does nothing with, by its keys.
    pub unused: Vec<String>,
}

impl Entry {
    pub(super) fn refused(place: Place, fault: ImportFault) -> Entry {
        Entry { place, found: Err(fault) }
    }
}

/// What an entry of any format says of its server, as it stands there.
#[derive(Default)]
pub(super) struct Server {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) host: String,
    pub(super) port: Option<u64>,
    pub(super) method: String,
    pub(super) password: Password,
    pub(super) plugin: String,
    pub(super) plugin_opts: String,
    pub(super) one_time_auth: bool,
    pub(super) notes: String,
    /// What else may mean something for the server, kept with the profile.
    pub(super) rest: Map<String, Value>,
    pub(super) unused: Vec<String>,
}

impl Server {
    /// The entry as it would be saved, by the rules that the relay itself uses.
    pub(super) fn draft(self) -> Result<Draft, ImportFault> {
        if self.host.trim().is_empty() {
            return Err(ImportFault::BadHost);
        }
        let port = u16::try_from(self.port.ok_or(ImportFault::NoPort)?).ok().filter(|port| *port > 0);
        let port = port.ok_or(ImportFault::BadPort)?;
        let address = Address::from_host(self.host.trim(), port).map_err(|_| ImportFault::BadHost)?;
        let method = Method::parse_legacy(self.method.trim())
            .map_err(|_| ImportFault::UnknownMethod { name: method_name(&self.method) })?;
        let plugin = match self.plugin.trim() {
            // A slip in circulation: the project's name for the program's.
            "simple-obfs" => "obfs-local",
            plugin => plugin,
        };
        check::plugin(plugin, &self.plugin_opts).map_err(|_| ImportFault::Plugin { name: short(plugin) })?;
        let password = self.password;
        ServerConfig::new(address.clone(), method, password.as_str()).map_err(|_| ImportFault::BadPassword)?;
        if check::longer(password.as_str(), MAX_PASSWORD) {
            return Err(ImportFault::BadPassword);
        }
        let mut extra = Unknown::default();
        if !self.rest.is_empty() {
            extra.set(IMPORTED, Value::Object(self.rest));
        }
        Ok(Draft {
            profile: Profile {
                id: own_id(&self.id),
                name: name(&self.name),
                server: address.host(),
                port,
                method: method.name().to_owned(),
                password,
                plugin: plugin.to_owned(),
                plugin_opts: self.plugin_opts.into(),
                one_time_auth: self.one_time_auth && method.has_one_time_auth(),
                notes: self.notes.chars().take(MAX_NOTES).collect(),
                extra,
                ..Profile::default()
            },
            unused: self.unused,
        })
    }
}

impl From<Link> for Server {
    fn from(link: Link) -> Server {
        let plugin = link.plugin.map(|plugin| (plugin.name, plugin.options.unwrap_or_default()));
        let (plugin, plugin_opts) = plugin.unwrap_or_default();
        Server {
            name: link.name.unwrap_or_default(),
            host: link.server.host(),
            port: Some(link.server.port().into()),
            method: link.method.name().to_owned(),
            password: link.password,
            plugin,
            plugin_opts,
            ..Server::default()
        }
    }
}

/// Under this key a profile keeps what its entry said besides. By itself, so that no stranger's key can pass for one of
/// Parasol's own, such as that a plugin is approved.
pub(super) const IMPORTED: &str = "imported";

/// A name as it can be saved.
pub(super) fn name(text: &str) -> String {
    clean_name(text.trim()).unwrap_or_default().trim().chars().take(MAX_NAME).collect()
}

/// An id as other programs make them; anything else is none. The built-in server's is its own.
pub(super) fn own_id(id: &str) -> String {
    const MAX: usize = 64;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let good = id.len() <= MAX && id.bytes().all(plain) && id != Profile::builtin().id;
    if good { id.to_owned() } else { String::new() }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("profile", &self.profile).field("unused", &self.unused).finish()
    }
}
