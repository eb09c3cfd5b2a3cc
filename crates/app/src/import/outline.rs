//! Outline's newer keys: `transport`, of which those are read that are plain Shadowsocks:
//! `{"$type": "shadowsocks", "endpoint": "host:port", "cipher": "…", "secret": "…", "prefix": "…"}`, alone or as the
//! `tcp` half of `{"$type": "tcpudp", …}`. (The older ones are `ss://` links, and objects as in `servers`.)

use serde_json::Value;

use super::entry::{Draft, Server};
use super::fault::{ImportFault, short};
use super::host::Host;
use super::keys::Keys;

/// The server of a key.
pub(super) fn transport(value: Value) -> Result<Draft, ImportFault> {
    let mut keys = Keys::of(value)?;
    match &keys.text(&["$type"])?[..] {
        "shadowsocks" => shadowsocks(keys),
        "tcpudp" => {
            // Two servers, one for UDP, are none that a profile can name.
            let same =
                |a: &Value, b: &Value| ["endpoint", "cipher", "secret"].iter().all(|key| a.get(key) == b.get(key));
            let (tcp, udp) = (keys.take(&["tcp"]).unwrap_or_default(), keys.take(&["udp"]));
            if udp.is_some_and(|udp| !same(&tcp, &udp)) {
                return Err(ImportFault::WrongValue { field: "udp".to_owned() });
            }
            let mut tcp = Keys::of(tcp)?;
            match &tcp.text(&["$type"])?[..] {
                "shadowsocks" => shadowsocks(tcp),
                other => Err(ImportFault::OtherProtocol { name: short(other) }),
            }
        }
        other => Err(ImportFault::OtherProtocol { name: short(other) }),
    }
}

fn shadowsocks(mut keys: Keys) -> Result<Draft, ImportFault> {
    let Host { name, port } = Host::from(keys.text(&["endpoint"])?);
    let mut server = Server {
        host: name,
        port: port.map(u64::from),
        method: keys.text(&["cipher"])?,
        password: keys.text(&["secret"])?.into(),
        ..Server::default()
    };
    (server.rest, server.unused) = keys.rest("");
    server.draft()
}
