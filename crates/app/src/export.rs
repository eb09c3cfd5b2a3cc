//! Profiles for other programs: links, SIP008, config.json, QR codes. All of it holds passwords, so it is made where the
//! user asks for it, and files of it are the user's alone.
//!
//! What such a form cannot say of a profile stays behind: notes, what was approved, what Parasol merely keeps.

mod chosen;
mod file;
mod qr;

#[cfg(test)]
mod tests;

use parasol_proto::Address;
use parasol_proto::link::{Link, Plugin, clean_name};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use ts_rs::TS;
use zeroize::Zeroizing;

pub use self::chosen::{ExportFile, ExportSaved};
pub use self::file::save;
pub use self::qr::{TooLong, qr_png, qr_svg, qr_text};
use crate::check;
use crate::json::wipe;
use crate::profile::Profile;

/// What several profiles can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// `ss://` links, one a line, strictly as SIP002 has them.
    Links,
    /// A SIP008 document.
    Sip008,
    /// `config.json` of shadowsocks-libev for one profile, of shadowsocks-rust for several.
    Config,
}

/// What was written. It holds passwords: for the user's eyes, clipboard and files only.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// The text; empty when no profile can be written.
    #[serde(serialize_with = "as_text")]
    #[ts(as = "String")]
    pub text: Zeroizing<String>,
    /// The profiles that are not in it, by their titles: the built-in server, and what names no server.
    pub left_out: Vec<String>,
    /// Nor these: the key store has not given the key to what is sealed of them.
    pub locked: Vec<String>,
}

/// The text crosses the glass like a password that the user asked to see.
fn as_text<S: serde::Serializer>(text: &Zeroizing<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// Writes these profiles. `local_port` is where a program that takes the config.json is to listen.
#[must_use]
pub fn export<'a>(profiles: impl IntoIterator<Item = &'a Profile>, format: ExportFormat, local_port: u16) -> Exported {
    let (mut links, mut left_out, mut locked) = (Vec::new(), Vec::new(), Vec::new());
    for profile in profiles {
        match link(profile) {
            Some(link) => links.push((profile, link)),
            None if profile.is_locked() => locked.push(profile.title()),
            None => left_out.push(profile.title()),
        }
    }
    let text = match (format, &links[..]) {
        (_, []) => Zeroizing::default(),
        (ExportFormat::Links, links) => {
            let mut text = Zeroizing::new(String::new());
            for (_, link) in links {
                text.push_str(&Zeroizing::new(link.encode()));
                text.push('\n');
            }
            text
        }
        (ExportFormat::Sip008, links) => {
            let servers: Vec<Value> = links.iter().map(|(profile, link)| sip008(profile, link)).collect();
            pretty(json!({ "version": 1, "servers": servers }))
        }
        (ExportFormat::Config, [(profile, link)]) => {
            let mut server = server(profile, link);
            server.extend(local(local_port));
            pretty(Value::Object(server))
        }
        (ExportFormat::Config, links) => {
            let servers: Vec<Value> = links.iter().map(|(profile, link)| sip008(profile, link)).collect();
            let mut root = local(local_port);
            root.insert("servers".to_owned(), Value::Array(servers));
            pretty(Value::Object(root))
        }
    };
    Exported { text, left_out, locked }
}

/// The link of a profile; none for the built-in server, for one that is locked, and for what the relay could not use either.
#[must_use]
pub fn link(profile: &Profile) -> Option<Link> {
    if profile.builtin || profile.is_locked() {
        return None;
    }
    let server = check::server(profile).ok()?;
    check::plugin(&profile.plugin, profile.plugin_opts.as_str()).ok()?;
    let options = Some(profile.plugin_opts.as_str().to_owned()).filter(|options| !options.is_empty());
    let plugin = profile.plugin.trim();
    Some(Link {
        server: server.address().clone(),
        method: server.method(),
        password: profile.password.clone(),
        plugin: (!plugin.is_empty()).then(|| Plugin { name: plugin.to_owned(), options }),
        name: clean_name(&profile.name),
    })
}

/// A server of SIP008; shadowsocks-rust takes the same for one of its `servers`.
fn sip008(profile: &Profile, link: &Link) -> Value {
    let mut server = server(profile, link);
    server.insert("id".to_owned(), profile.id.clone().into());
    Value::Object(server)
}

fn server(profile: &Profile, link: &Link) -> Map<String, Value> {
    let host = match &link.server {
        Address::Ip(ip) => ip.ip().to_string(),
        Address::Domain(..) => link.server.host(),
    };
    let mut server = Map::new();
    let mut set = |key: &str, value: Value| server.insert(key.to_owned(), value);
    set("server", host.into());
    set("server_port", link.server.port().into());
    set("method", link.method.name().into());
    set("password", link.password.as_str().into());
    if let Some(plugin) = &link.plugin {
        set("plugin", plugin.name.clone().into());
        set("plugin_opts", plugin.options.clone().unwrap_or_default().into());
    }
    if let Some(name) = &link.name {
        set("remarks", name.clone().into());
    }
    if profile.one_time_auth {
        set("one_time_auth", true.into());
    }
    server
}

fn local(port: u16) -> Map<String, Value> {
    let Value::Object(local) = json!({ "local_address": "127.0.0.1", "local_port": port, "mode": "tcp_and_udp" })
    else {
        return Map::new();
    };
    local
}

fn pretty(mut value: Value) -> Zeroizing<String> {
    let mut text = Zeroizing::new(format!("{value:#}"));
    text.push('\n');
    wipe(&mut value);
    text
}

impl std::fmt::Debug for Exported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exported")
            .field("left_out", &self.left_out)
            .field("locked", &self.locked)
            .finish_non_exhaustive()
    }
}
