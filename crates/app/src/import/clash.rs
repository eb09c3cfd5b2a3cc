//! Clash and mihomo: `proxies`, of which those of `type: ss` are servers of ours.

use serde_json::Value;

use super::entry::{Draft, Entry, Server};
use super::fault::{ImportFault, short};
use super::keys::Keys;
use super::place::Place;
use super::plugin_options;

/// Whether a text is one of its files: one of its keys begins a line.
pub(super) fn is_clash(text: &str) -> bool {
    let keys = ["proxies:", "proxy-providers:", "Proxy:"];
    text.lines().any(|line| keys.iter().any(|key| line.starts_with(key)))
}

/// The servers of a file, and what else stands among them.
pub(super) fn entries(value: Value) -> Result<Vec<Entry>, ImportFault> {
    let mut keys = Keys::of(value)?;
    let mut entries = Vec::new();
    for (index, proxy) in keys.list(&["proxies", "Proxy"]).into_iter().enumerate() {
        let place = Place::item("proxies", index, &proxy);
        entries.extend(entry(proxy).transpose().map(|found| Entry { place, found }));
    }
    if let Some(Value::Object(providers)) = keys.take(&["proxy-providers"]) {
        for (name, provider) in providers {
            if provider.get("url").is_some() {
                let place = Place::Path { path: format!("proxy-providers.{}", short(&name)) };
                entries.push(Entry::refused(place, ImportFault::Subscription));
            }
        }
    }
    Ok(entries)
}

/// An entry; `None` for what is no server at all.
fn entry(proxy: Value) -> Result<Option<Draft>, ImportFault> {
    let mut keys = Keys::of(proxy)?;
    match &keys.text(&["type"])?[..] {
        "ss" => {}
        "direct" | "reject" | "dns" => return Ok(None),
        other => return Err(ImportFault::OtherProtocol { name: short(other) }),
    }
    let mut server = Server {
        name: keys.text(&["name"])?,
        host: keys.text(&["server"])?,
        port: keys.number(&["port"])?,
        method: method(keys.text(&["cipher", "method"])?),
        password: keys.text(&["password"])?.into(),
        ..Server::default()
    };
    plugin_options::clash(&mut server, &mut keys)?;
    let (rest, unused) = keys.rest("udp ip-version tfo mptcp");
    server.unused.extend(unused);
    server.rest = rest;
    server.draft().map(Some)
}

/// The names of go-shadowsocks2, which Clash takes too.
fn method(name: String) -> String {
    let known = match &name.to_ascii_uppercase()[..] {
        "AEAD_CHACHA20_POLY1305" => "chacha20-ietf-poly1305",
        "AEAD_AES_128_GCM" => "aes-128-gcm",
        "AEAD_AES_192_GCM" => "aes-192-gcm",
        "AEAD_AES_256_GCM" => "aes-256-gcm",
        _ => return name,
    };
    known.to_owned()
}
