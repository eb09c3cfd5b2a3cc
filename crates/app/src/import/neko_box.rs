//! NekoBox and nekoray: their links of servers, and nekoray's profiles. A server is a "bean":
//! `{"_v": 0, "name": "…", "addr": "…", "port": 8388, "method": "…", "pass": "…", "plugin": "program;options", "uot": 0}`.

use serde_json::Value;

use super::base64_text::base64_text;
use super::entry::{Draft, Server};
use super::fault::{ImportFault, short};
use super::keys::Keys;
use crate::json;

/// `nekoray://shadowsocks#BASE64(bean)`.
pub(super) fn link(link: &str) -> Result<Draft, ImportFault> {
    let body = link.split_once("://").map_or("", |(_, body)| body);
    let (protocol, text) = body.split_once('#').ok_or(ImportFault::BadUserinfo)?;
    match protocol.trim_end_matches('/') {
        "shadowsocks" => {}
        other => return Err(ImportFault::OtherProtocol { name: short(other) }),
    }
    let text = zeroize::Zeroizing::new(base64_text(text).ok_or(ImportFault::BadUserinfo)?);
    bean(json::read(&text).map_err(|_| ImportFault::BadUserinfo)?)
}

/// A profile of nekoray: `{"type": "shadowsocks", "bean": {…}}`.
pub(super) fn profile(mut keys: Keys) -> Result<Draft, ImportFault> {
    match &keys.text(&["type"])?[..] {
        "shadowsocks" => bean(keys.take(&["bean"]).unwrap_or_default()),
        other => Err(ImportFault::OtherProtocol { name: short(other) }),
    }
}

fn bean(value: Value) -> Result<Draft, ImportFault> {
    let mut keys = Keys::of(value)?;
    let plugin = keys.text(&["plugin"])?;
    let (plugin, plugin_opts) = plugin.split_once(';').unwrap_or((&plugin, ""));
    let mut server = Server {
        name: keys.text(&["name"])?,
        host: keys.text(&["addr"])?,
        port: keys.number(&["port"])?,
        method: keys.text(&["method"])?,
        password: keys.text(&["pass"])?.into(),
        plugin: plugin.to_owned(),
        plugin_opts: plugin_opts.to_owned(),
        ..Server::default()
    };
    let transport = keys.take(&["stream"]).and_then(|stream| Some(stream.get("net")?.as_str()? != "tcp"));
    (server.rest, server.unused) = keys.rest("_v c_cfg c_out");
    if transport == Some(true) {
        server.unused.push("stream".to_owned());
    }
    server.draft()
}
