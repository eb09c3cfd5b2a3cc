//! v2rayN: what it writes for its core (`outbounds` with `protocol: shadowsocks`), and its own `guiNConfig.json`, whose
//! list of servers is called `vmess` whatever they are.

use serde_json::Value;

use super::entry::{Draft, Entry, Server};
use super::fault::{ImportFault, short};
use super::keys::Keys;
use super::place::Place;

/// The servers among the outbounds of a core's file.
pub(super) fn entries(outbounds: Vec<Value>, name: &str) -> Vec<Entry> {
    let found = outbounds.into_iter().enumerate().flat_map(|(index, outbound)| {
        let place = Place::item("outbounds", index, &outbound);
        match outbound_servers(outbound, name) {
            Ok(servers) => servers.into_iter().map(|found| Entry { place: place.clone(), found }).collect(),
            Err(fault) => vec![Entry::refused(place, fault)],
        }
    });
    found.collect()
}

fn outbound_servers(outbound: Value, name: &str) -> Result<Vec<Result<Draft, ImportFault>>, ImportFault> {
    let mut keys = Keys::of(outbound)?;
    match &keys.text(&["protocol"])?[..] {
        "shadowsocks" => {}
        "freedom" | "blackhole" | "dns" | "loopback" => return Ok(Vec::new()),
        other => return Err(ImportFault::OtherProtocol { name: short(other) }),
    }
    let tag = keys.text(&["tag"])?;
    // What v2rayN calls every outbound says nothing.
    let name = if name.is_empty() && tag != "proxy" { tag } else { name.to_owned() };
    let mut settings = Keys::of(keys.take(&["settings"]).unwrap_or_default())?;
    let servers = if settings.has("servers") { settings.list(&["servers"]) } else { vec![settings.whole()] };
    // Another way to the server than TCP, TLS for one, is no plugin and cannot be had.
    let (_, unused) = keys.rest("mux");
    Ok(servers.into_iter().map(|server| core_server(server, &name, &unused)).collect())
}

fn core_server(server: Value, name: &str, unused: &[String]) -> Result<Draft, ImportFault> {
    let mut keys = Keys::of(server)?;
    let mut server = Server {
        name: name.to_owned(),
        host: keys.text(&["address"])?,
        port: keys.number(&["port"])?,
        method: keys.text(&["method"])?,
        password: keys.text(&["password"])?.into(),
        one_time_auth: keys.flag(&["ota"]),
        ..Server::default()
    };
    (server.rest, server.unused) = keys.rest("level email");
    server.unused.extend_from_slice(unused);
    server.draft()
}

/// The servers of `guiNConfig.json`.
pub(super) fn own(servers: Vec<Value>) -> Vec<Entry> {
    let of = |(index, server): (usize, Value)| {
        let place = Place::item("vmess", index, &server);
        Entry { place, found: own_server(server) }
    };
    servers.into_iter().enumerate().map(of).collect()
}

fn own_server(server: Value) -> Result<Draft, ImportFault> {
    const SHADOWSOCKS: u64 = 3;
    let mut keys = Keys::of(server)?;
    let protocol = keys.number(&["configType"])?.unwrap_or(0);
    if protocol != SHADOWSOCKS {
        let names = ["", "vmess", "custom", "", "socks", "vless", "trojan", "hysteria2", "tuic", "wireguard", "http"];
        let name = usize::try_from(protocol).ok().and_then(|at| names.get(at)).copied().unwrap_or_default();
        return Err(ImportFault::OtherProtocol { name: name.to_owned() });
    }
    let server = Server {
        name: keys.text(&["remarks"])?,
        host: keys.text(&["address"])?,
        port: keys.number(&["port"])?,
        method: keys.text(&["security"])?,
        password: keys.text(&["id"])?.into(),
        ..Server::default()
    };
    // The rest is what the window of v2rayN remembers, and the fields of other protocols.
    server.draft()
}
