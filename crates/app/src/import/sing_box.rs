//! sing-box: `outbounds`, of which those of `type: shadowsocks` are servers of ours.

use serde_json::Value;

use super::entry::{Draft, Entry, Server};
use super::fault::{ImportFault, short};
use super::keys::Keys;
use super::place::Place;

/// The servers among the outbounds.
pub(super) fn entries(outbounds: Vec<Value>) -> Vec<Entry> {
    let found = outbounds.into_iter().enumerate().filter_map(|(index, outbound)| {
        let place = Place::item("outbounds", index, &outbound);
        Some(Entry { place, found: entry(outbound).transpose()? })
    });
    found.collect()
}

/// An outbound; `None` for what is no server at all.
fn entry(outbound: Value) -> Result<Option<Draft>, ImportFault> {
    let mut keys = Keys::of(outbound)?;
    match &keys.text(&["type"])?[..] {
        "shadowsocks" => {}
        "direct" | "block" | "dns" | "selector" | "urltest" => return Ok(None),
        other => return Err(ImportFault::OtherProtocol { name: short(other) }),
    }
    let mut server = Server {
        name: keys.text(&["tag"])?,
        host: keys.text(&["server"])?,
        port: keys.number(&["server_port"])?,
        method: keys.text(&["method"])?,
        password: keys.text(&["password"])?.into(),
        plugin: keys.text(&["plugin"])?,
        plugin_opts: keys.text(&["plugin_opts"])?,
        ..Server::default()
    };
    (server.rest, server.unused) = keys.rest("network domain_strategy tcp_fast_open tcp_multi_path");
    server.draft().map(Some)
}
