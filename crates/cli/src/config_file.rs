//! `ConfigFile`: the JSON of shadowsocks-libev, and the JSON5 of shadowsocks-rust: the keys that mean something here.
//!
//! ```json
//! { "server": "example.org", "server_port": 8388, "local_address": "127.0.0.1", "local_port": 1080,
//!   "password": "…", "method": "aes-256-gcm", "mode": "tcp_only", "timeout": 300,
//!   "plugin": "", "plugin_opts": "", "plugin_mode": "tcp_only", "acl": "rules.acl", "nameserver": "1.1.1.1",
//!   "tunnel_address": "example.org:22",
//!   "no_delay": true, "keep_alive": 15, "fast_open": false, "mptcp": false, "nofile": 4096,
//!   "ipv6_first": false, "ipv6_only": false, "outbound_bind_addr": "…", "outbound_bind_interface": "…",
//!   "one_time_auth": false, "users": [{ "name": "ann", "password": "…" }],
//!   "servers": [{ "address": "…", "port": 8388, "password": "…", "method": "…", "disabled": false }],
//!   "locals": [{ "protocol": "socks", "local_address": "…", "local_port": 1080 },
//!              { "protocol": "dns", "local_port": 5353, "remote_dns_address": "8.8.8.8", "local_dns_address": "…" }],
//!   "udp_timeout": 300, "udp_max_associations": 512,
//!   "port_password": { "8388": "…" }, "manager_address": "127.0.0.1", "manager_port": 6001,
//!   "manager_from_anywhere": false, "allow_private_targets": false }
//! ```
//! Numbers may be written as strings, as libev allows. `null` is the same as an absent key. Of `servers` a local uses the
//! first that is not disabled, and a server opens all; `locals` are all served. `users` beside `servers` are for all that
//! name none.

mod entry;
mod local_entry;
mod user_entry;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parasol_app::import::Host;
use parasol_app::json::{self, SyntaxError};
use serde_json::{Map, Value};

use self::entry::Entry;
pub(crate) use self::local_entry::{DnsEntry, LocalEntry};
pub(crate) use self::user_entry::UserEntry;
use crate::fault::Fault;
use crate::password::{Secret, Text, read_text};

/// No configuration is longer.
const MAX_LEN: u64 = 1024 * 1024;

/// What a file says; every key is optional.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfigFile {
    pub(crate) server: Option<String>,
    /// What stands behind the first in an array of them.
    pub(crate) more_hosts: Vec<Host>,
    pub(crate) server_port: Option<u16>,
    /// It stands with the host, which counts for more than a key of its own.
    pub(crate) port_of_host: bool,
    pub(crate) local_address: Option<String>,
    pub(crate) local_port: Option<u16>,
    pub(crate) password: Option<Secret>,
    pub(crate) method: Option<String>,
    /// Of the Python original, and of libev once.
    pub(crate) one_time_auth: bool,
    /// Of the server role.
    pub(crate) users: Option<Arc<[UserEntry]>>,
    pub(crate) mode: Option<String>,
    /// Seconds, at least 1.
    pub(crate) timeout: Option<u32>,
    /// Seconds, at least 1.
    pub(crate) udp_timeout: Option<u32>,
    pub(crate) udp_max_associations: Option<u64>,
    pub(crate) plugin: Option<String>,
    pub(crate) plugin_opts: Option<String>,
    pub(crate) plugin_mode: Option<String>,
    pub(crate) acl: Option<PathBuf>,
    pub(crate) name_servers: Option<Vec<SocketAddr>>,
    pub(crate) tunnel_address: Option<String>,
    pub(crate) sockets: SocketKeys,
    pub(crate) locals: Vec<LocalEntry>,
    /// `locals` has entries, and none of them is served.
    pub(crate) no_local: bool,
    /// The `servers` behind the one whose keys stand above: a server listens for all of them.
    pub(crate) more_servers: Vec<ConfigFile>,
    pub(crate) allow_private_targets: bool,
    /// The server's ports, each with its password.
    pub(crate) port_password: Vec<(u16, Secret)>,
    pub(crate) manager_address: Option<String>,
    pub(crate) manager_port: Option<u16>,
    pub(crate) manager_from_anywhere: bool,
    /// Keys that mean nothing here.
    pub(crate) unknown: Vec<String>,
    /// What else of the file is not done, in words.
    pub(crate) notes: Vec<String>,
    /// Others than its owner can read or change it.
    pub(crate) open_to_others: bool,
}

/// How sockets are set up.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SocketKeys {
    pub(crate) no_delay: Option<bool>,
    /// Seconds; 0 is off.
    pub(crate) keep_alive: Option<u64>,
    pub(crate) fast_open: bool,
    pub(crate) mptcp: bool,
    pub(crate) ipv6_first: bool,
    /// Of the listening ports, as in shadowsocks-rust.
    pub(crate) ipv6_only: bool,
    pub(crate) bind_address: Option<IpAddr>,
    pub(crate) interface: Option<String>,
    pub(crate) mark: Option<u32>,
    pub(crate) reuse_port: bool,
    pub(crate) nofile: Option<u64>,
}

/// Keys that say nothing about how to run.
const LABELS: [&str; 4] = ["remarks", "name", "id", "version"];

impl ConfigFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<ConfigFile, Fault> {
        let fault = |source| Fault::ConfigFile { path: path.to_owned(), source };
        let Text { text, open_to_others } = read_text(path, MAX_LEN).map_err(fault)?;
        Ok(ConfigFile { open_to_others, ..ConfigFile::parse(&text, path)? })
    }

    /// Reads the text of the file at `path`.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<ConfigFile, Fault> {
        let syntax = |SyntaxError { line, column, .. }| Fault::ConfigSyntax { path: path.to_owned(), line, column };
        match json::read(text).map_err(syntax)? {
            Value::Object(map) => ConfigFile::from_map(map, &path.display().to_string()),
            _ => Err(Fault::NoObject { path: path.to_owned() }),
        }
    }

    /// Is there anything in it that others should not read?
    pub(crate) fn holds_passwords(&self) -> bool {
        let own = self.password.is_some() || self.users.is_some() || !self.port_password.is_empty();
        own || self.more_servers.iter().any(ConfigFile::holds_passwords)
    }

    /// What of it is not done, in lines for the user; `path` is where it stands.
    pub(crate) fn warnings(&self, path: &Path) -> Vec<String> {
        let ignored = |key| format!("{key:?} in {} means nothing here and is ignored", path.display());
        let noted = |note| format!("{}: {note}", path.display());
        self.unknown.iter().map(ignored).chain(self.notes.iter().map(noted)).collect()
    }

    /// Takes the keys of an object; `origin` is what the errors call it.
    pub(crate) fn from_map(mut map: Map<String, Value>, origin: &str) -> Result<ConfigFile, Fault> {
        let mut file = ConfigFile::default();
        let (servers, locals) = (map.remove("servers").or(map.remove("shadowsocks")), map.remove("locals"));
        for (key, value) in map {
            if value.is_null() || LABELS.contains(&key.as_str()) {
                continue;
            }
            let entry = Entry { origin, value };
            if let Some(entry) = file.sockets.take(&key, entry)? {
                file.take(&key, entry)?;
            }
        }
        if let Some(value) = servers.filter(|value| !value.is_null()) {
            file.take_servers(Entry { origin, value })?;
        }
        if let Some(value) = locals.filter(|value| !value.is_null()) {
            file.take_locals(Entry { origin, value })?;
        }
        Ok(file)
    }

    fn take(&mut self, key: &str, entry: Entry<'_>) -> Result<(), Fault> {
        match key {
            "server" | "address" => {
                let mut hosts = entry.hosts()?;
                self.more_hosts = hosts.split_off(1);
                let Host { name, port } = hosts.remove(0);
                self.port_of_host = port.is_some();
                self.server_port = port.or(self.server_port);
                self.server = Some(name);
            }
            "server_port" | "port" => {
                let port = entry.port("server_port")?;
                self.server_port = self.server_port.filter(|_| self.port_of_host).or(Some(port));
            }
            "local_address" => self.local_address = Some(entry.text("local_address")?),
            "local_port" => self.local_port = Some(entry.port("local_port")?),
            "password" => self.password = Some(from_variable(entry.text("password")?).into()),
            "method" => self.method = Some(entry.text("method")?),
            "one_time_auth" | "auth" => self.one_time_auth = entry.flag("one_time_auth")?,
            "users" => self.users = Some(UserEntry::list(entry, &mut self.unknown)?.into()),
            "mode" => self.mode = Some(entry.text("mode")?),
            "timeout" => self.timeout = Some(entry.seconds("timeout")?),
            "udp_timeout" => self.udp_timeout = Some(entry.seconds("udp_timeout")?),
            "udp_max_associations" => self.udp_max_associations = Some(entry.count("udp_max_associations")?.max(1)),
            "port_password" => self.port_password = entry.port_passwords("port_password")?,
            "manager_address" => self.manager_address = entry.some_text("manager_address")?,
            "manager_port" => self.manager_port = Some(entry.port("manager_port")?),
            "manager_from_anywhere" => self.manager_from_anywhere = entry.flag("manager_from_anywhere")?,
            "plugin" => self.plugin = entry.some_text("plugin")?,
            "plugin_opts" => self.plugin_opts = entry.some_text("plugin_opts")?,
            "plugin_mode" => self.plugin_mode = entry.some_text("plugin_mode")?,
            "acl" => self.acl = entry.some_text("acl")?.map(Into::into),
            "tunnel_address" => self.tunnel_address = entry.some_text("tunnel_address")?,
            "allow_private_targets" => self.allow_private_targets = entry.flag("allow_private_targets")?,
            "protocol" => match &entry.text("protocol")?[..] {
                "socks" | "http" => {}
                other => self.notes.push(format!("the local port speaks SOCKS and HTTP, not {:?}", shown(other))),
            },
            "outbound_proxy" if entry.value != "" => {
                return Err(Fault::OutboundProxy { origin: entry.origin.to_owned() });
            }
            "nameserver" | "dns" | "dns_server" => match entry.name_servers() {
                Some(servers) => self.name_servers = Some(servers),
                None if entry.value == "system" => {}
                None => self.notes.push(format!("{key:?} is no list of IPs; the system's name servers are asked")),
            },
            _ => self.unknown.push(key.to_owned()),
        }
        Ok(())
    }

    fn take_servers(&mut self, entry: Entry<'_>) -> Result<(), Fault> {
        // One that stands beside the list is the first.
        let mut first = self.server.is_none() && self.server_port.is_none();
        // Those that stand beside the list are for all of it, those of its first entry for that alone.
        let users = self.users.clone();
        for (index, server) in entry.objects("servers")?.into_iter().enumerate() {
            if server.get("disabled") == Some(&Value::Bool(true)) {
                continue;
            }
            let origin = format!("servers[{index}]");
            let mut own = ConfigFile { users: users.clone(), ..ConfigFile::default() };
            let taken = if first { &mut *self } else { &mut own };
            let unknown = taken.unknown.len();
            for (key, value) in server {
                if value.is_null() || key == "disabled" || LABELS.contains(&key.as_str()) {
                    continue;
                }
                taken.take(&key, Entry { origin: &origin, value })?;
            }
            for key in &mut taken.unknown[unknown..] {
                *key = format!("{origin}.{key}");
            }
            if !std::mem::take(&mut first) {
                self.unknown.append(&mut own.unknown);
                self.notes.append(&mut own.notes);
                self.more_servers.push(own);
            }
        }
        Ok(())
    }

    fn take_locals(&mut self, entry: Entry<'_>) -> Result<(), Fault> {
        let locals = entry.objects("locals")?;
        let none_was_asked_for = locals.is_empty();
        for (index, local) in locals.into_iter().enumerate() {
            match LocalEntry::from_map(local, &format!("locals[{index}]"), &mut self.unknown)? {
                Ok(local) => self.locals.push(local),
                Err(why) => self.notes.push(why),
            }
        }
        self.no_local = self.locals.is_empty() && !none_was_asked_for;
        Ok(())
    }
}

impl SocketKeys {
    /// Gives the entry back when the key is none of these.
    fn take<'a>(&mut self, key: &str, entry: Entry<'a>) -> Result<Option<Entry<'a>>, Fault> {
        match key {
            "no_delay" => self.no_delay = Some(entry.flag("no_delay")?),
            "keep_alive" => self.keep_alive = Some(entry.count("keep_alive")?),
            "fast_open" => self.fast_open = entry.flag("fast_open")?,
            "mptcp" => self.mptcp = entry.flag("mptcp")?,
            "ipv6_first" | "prefer_ipv6" => self.ipv6_first = entry.flag("ipv6_first")?,
            "ipv6_only" => self.ipv6_only = entry.flag("ipv6_only")?,
            "outbound_bind_addr" => self.bind_address = Some(entry.ip("outbound_bind_addr")?),
            "outbound_bind_interface" => self.interface = entry.some_text("outbound_bind_interface")?,
            "outbound_fwmark" => self.mark = Some(entry.number_u32("outbound_fwmark")?),
            "reuse_port" => self.reuse_port = entry.flag("reuse_port")?,
            "nofile" => self.nofile = Some(entry.count("nofile")?),
            _ => return Ok(Some(entry)),
        }
        Ok(None)
    }
}

fn shown(text: &str) -> String {
    text.chars().take(20).collect()
}

/// `${NAME}` is what the environment says of it, as in shadowsocks-rust; anything else, and a variable that is not set,
/// is itself.
fn from_variable(text: String) -> String {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.and_then(|name| std::env::var(name).ok()).unwrap_or(text)
}
