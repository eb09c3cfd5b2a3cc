//! Servers as most programs of Shadowsocks have them: `{"server": "…", "server_port": 8388, "method": "…",
//! "password": "…", "plugin": "…", "plugin_opts": "…", "remarks": "…"}`, with each one's aliases; alone, in a list, and
//! with defaults beside the list.

use serde_json::Value;

use super::entry::{Draft, Entry, Server};
use super::fault::{ImportFault, short};
use super::host::Host;
use super::keys::{Keys, whole, wrong};
use super::place::Place;

/// What means nothing for a server: how the program itself runs, and what its window remembers.
const HARMLESS: &str = "\
    local_address local_port locals protocol mode timeout udp_timeout udp_max_associations udp_mtu no_delay \
    keep_alive nofile ipv6_first ipv6_only fast_open mptcp reuse_port nameserver dns dns_cache_size acl log \
    runtime balancer security version workers manager_address manager_port local_ipv4_address \
    local_ipv6_address tunnel_address prefer_ipv6 dns_server pid-file log-file libopenssl libmbedtls \
    libsodium disabled tcp_weight udp_weight warnLegacyUrl group tunnel_remote tunnel_port";

/// Whether an object says where a server stands and how it is spoken to, in the keys that are read here.
pub(super) fn is_server(value: &Value) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some_and(|value| !value.is_null()));
    has(&["server", "address"]) && has(&["method"]) && has(&["password", "port_password"])
}

/// The servers of a list, each in its place. An entry that says nothing is left out: old Windows programs keep one.
pub(super) fn list(servers: Vec<Value>, key: &str) -> Vec<Entry> {
    let all = servers.into_iter().enumerate().filter(|(_, server)| !is_blank(server));
    let of = |(index, server): (usize, Value)| {
        let place = Place::item(key, index, &server);
        one(server, &place)
    };
    all.flat_map(of).collect()
}

fn is_blank(server: &Value) -> bool {
    let blank = |key| server.get(key).and_then(Value::as_str) == Some("");
    blank("server") && blank("password")
}

/// The servers of an object: one, or one for each of its hosts and ports, as libev and the Python original allow.
pub(super) fn one(mut value: Value, place: &Place) -> Vec<Entry> {
    let several = |value: Option<&Value>| value.and_then(Value::as_array).is_some_and(|items| items.len() > 1);
    if !several(value.get("server")) && !several(value.get("server_port")) && value.get("port_password").is_none() {
        return vec![Entry { place: place.clone(), found: single(value) }];
    }
    let Some(object) = value.as_object_mut() else { return Vec::new() };
    let hosts = items(object.remove("server"), "server", place);
    let one_port = object.remove("server_port");
    let ports: Vec<(Place, Value, Option<Value>)> = match object.remove("port_password") {
        Some(Value::Object(ports)) => {
            let port = |(port, password): (String, Value)| {
                (place.below("port_password").below(&short(&port)), Value::from(port), Some(password))
            };
            ports.into_iter().map(port).collect()
        }
        _ => items(one_port, "server_port", place).into_iter().map(|(at, port)| (at, port, None)).collect(),
    };
    let ways = hosts.iter().flat_map(|host| ports.iter().map(move |port| (host, port)));
    let mut entries = Vec::new();
    for ((of_host, host), (of_port, port, password)) in ways {
        let place = if ports.len() > 1 || password.is_some() { of_port } else { of_host };
        if entries.len() == MAX_OF_ONE {
            entries.push(Entry::refused(place.clone(), ImportFault::TooMany));
            break;
        }
        let mut own = value.clone();
        own["server"] = host.clone();
        own["server_port"] = port.clone();
        if let Some(password) = password {
            own["password"] = password.clone();
        }
        entries.push(Entry { place: place.clone(), found: single(own) });
    }
    entries
}

/// The most servers that one object stands for.
const MAX_OF_ONE: usize = 256;

fn items(value: Option<Value>, key: &str, place: &Place) -> Vec<(Place, Value)> {
    match value {
        Some(Value::Array(items)) if !items.is_empty() => {
            let item = |(index, item)| (place.below(&format!("{key}[{index}]")), item);
            items.into_iter().enumerate().map(item).collect()
        }
        other => vec![(place.clone(), other.unwrap_or_default())],
    }
}

fn single(value: Value) -> Result<Draft, ImportFault> {
    let mut keys = Keys::of(value)?;
    let Host { name: host, port } = host(&mut keys)?;
    let own_port = match keys.take(&["server_port", "port"]) {
        None => None,
        Some(Value::Array(ports)) => ports.first().and_then(whole),
        Some(value) => Some(whole(&value).ok_or_else(|| wrong("server_port"))?),
    };
    let password = keys.text(&["password"])?;
    if password.starts_with("${") && password.ends_with('}') {
        return Err(ImportFault::Variable);
    }
    let mut server = Server {
        id: keys.text(&["id"])?,
        name: keys.text(&["remarks", "name", "tag"])?,
        host,
        port: port.map(u64::from).or(own_port),
        method: keys.text(&["method"])?,
        password: password.into(),
        plugin: keys.text(&["plugin"])?,
        plugin_opts: keys.text(&["plugin_opts"])?,
        one_time_auth: keys.flag(&["one_time_auth", "auth"]),
        ..Server::default()
    };
    if let Some(program) = windows_program(&server.plugin) {
        server.plugin = program;
        server.unused.push("plugin".to_owned());
    }
    let (rest, unused) = keys.rest(HARMLESS);
    server.rest = rest;
    server.unused.extend(unused);
    server.draft()
}

/// The host, with its port if that stands with it.
fn host(keys: &mut Keys) -> Result<Host, ImportFault> {
    let text = match keys.take(&["server", "address"]) {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(Value::Array(hosts)) => hosts.first().and_then(Value::as_str).ok_or_else(|| wrong("server"))?.to_owned(),
        Some(_) => return Err(wrong("server")),
    };
    Ok(Host::from(text))
}

/// The program of `plugins\obfs-local.exe`: where it lies on that machine says nothing of this one.
fn windows_program(plugin: &str) -> Option<String> {
    let file = plugin.rsplit_once('\\').map_or(plugin, |(_, file)| file);
    let stem = file.len().checked_sub(4).and_then(|at| Some((file.get(..at)?, file.get(at..)?)));
    let program = stem.filter(|(_, end)| end.eq_ignore_ascii_case(".exe")).map_or(file, |(program, _)| program);
    (program != plugin && !program.is_empty()).then(|| program.to_owned())
}
