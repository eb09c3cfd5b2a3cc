//! Which program's an object or list is, by its keys, and what stands in it.

use serde_json::Value;

use super::entry::Entry;
use super::fault::ImportFault;
use super::keys::Keys;
use super::place::{Format, Place};
use super::{clash, neko_box, outline, parasol_file, servers, sing_box, v2ray_n};
use crate::json::wipe;

/// What a JSON value holds; `text` is what it was read from.
pub(super) fn read(value: Value, text: &str) -> (Format, Vec<Entry>) {
    let mut keys = match value {
        Value::Object(map) => Keys::new(map),
        Value::Array(items) => return (Format::Json, list(items)),
        mut other => {
            wipe(&mut other);
            return (Format::Unknown, vec![Entry::refused(Place::Whole, ImportFault::UnknownFormat)]);
        }
    };
    if keys.has("configs") {
        let mut entries = servers::list(keys.list(&["configs"]), "configs");
        entries.extend(subscriptions(keys.list(&["onlineConfigSource"])));
        return (Format::GuiConfig, entries);
    }
    if keys.has("outbounds") {
        let name = keys.text(&["remarks"]).unwrap_or_default();
        let outbounds = keys.list(&["outbounds"]);
        let of_a_core = outbounds.iter().any(|outbound| outbound.get("protocol").is_some());
        return if of_a_core {
            (Format::V2rayN, v2ray_n::entries(outbounds, &name))
        } else {
            (Format::SingBox, sing_box::entries(outbounds))
        };
    }
    if keys.has("vmess") {
        return (Format::V2rayN, v2ray_n::own(keys.list(&["vmess"])));
    }
    if keys.has("proxies") || keys.has("proxy-providers") {
        return (Format::Clash, clash::entries(keys.whole()).unwrap_or_else(whole_refused));
    }
    if keys.has("bean") {
        return (Format::NekoBox, vec![Entry { place: Place::Whole, found: neko_box::profile(keys) }]);
    }
    if keys.has("transport") {
        let found = outline::transport(keys.take(&["transport"]).unwrap_or_default());
        return (Format::Outline, vec![Entry { place: Place::below(&Place::Whole, "transport"), found }]);
    }
    if keys.has("profiles") {
        return (Format::Parasol, parasol_file::entries(text).unwrap_or_else(whole_refused));
    }
    if keys.has("servers") || keys.has("shadowsocks") || keys.has("server") || keys.has("method") {
        return config_file(keys);
    }
    let entries = anywhere(keys.whole());
    (if entries.is_empty() { Format::Unknown } else { Format::Json }, entries)
}

/// `servers` of SIP008, or of shadowsocks-rust, which may have one beside the list.
fn config_file(mut keys: Keys) -> (Format, Vec<Entry>) {
    let listed = keys.take(&["servers", "shadowsocks"]);
    let online = keys.take(&["online_config"]);
    let mut entries = Vec::new();
    if keys.has("server") || keys.has("address") {
        entries.extend(servers::one(keys.whole(), &Place::Whole));
    }
    let format = match (&listed, entries.is_empty(), &online) {
        (Some(_), true, None) if keys.has("version") => Format::Sip008,
        (None, false, _) if !keys.has("local_port") && entries.iter().all(has_prefix) => Format::Outline,
        _ => Format::ConfigFile,
    };
    match listed {
        Some(Value::Array(items)) => entries.extend(servers::list(items, "servers")),
        Some(_) => entries.push(Entry::refused(Place::Whole.below("servers"), super::keys::wrong("servers"))),
        None => {}
    }
    if online.is_some_and(|online| online.get("config_url").is_some()) {
        entries.push(Entry::refused(Place::Whole.below("online_config"), ImportFault::Subscription));
    }
    (format, entries)
}

/// Outline's older keys are told apart by it.
fn has_prefix(entry: &Entry) -> bool {
    entry.found.as_ref().is_ok_and(|draft| draft.unused.iter().any(|key| key == "prefix"))
}

/// A list: of servers, as shadowsocks-android writes it, of another program's outbounds, or of links.
fn list(items: Vec<Value>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let place = Place::item("", index, &item);
        let within = |entry: Entry| match entry.place {
            Place::Path { path } | Place::Item { path, .. } => Entry { place: place.below(&path), ..entry },
            _ => Entry { place: place.clone(), ..entry },
        };
        let here = |entry: Entry| Entry { place: place.clone(), ..entry };
        let found = match item {
            Value::String(text) => super::text::entries_at(&text, &place),
            item if item.get("type").is_some() && item.get("server_port").is_some() => {
                sing_box::entries(vec![item]).into_iter().map(here).collect()
            }
            item if item.get("type").is_some() && item.get("port").is_some() => {
                let clash = clash::entries(serde_json::json!({ "proxies": [item] }));
                clash.unwrap_or_default().into_iter().map(here).collect()
            }
            item if servers::is_server(&item) => servers::one(item, &place),
            item @ Value::Object(_) => match read(item, "") {
                (_, entries) if entries.is_empty() => vec![Entry::refused(place, ImportFault::NoServers)],
                (_, entries) => entries.into_iter().map(within).collect(),
            },
            mut other => {
                wipe(&mut other);
                vec![Entry::refused(place, ImportFault::UnknownFormat)]
            }
        };
        entries.extend(found);
        if entries.len() > super::MAX_ENTRIES {
            break;
        }
    }
    entries
}

/// Whatever object in a tree says what a server is.
fn anywhere(value: Value) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut left = vec![(Place::Whole, value)];
    while let Some((place, value)) = left.pop() {
        match value {
            value if servers::is_server(&value) => entries.extend(servers::one(value, &place)),
            Value::Array(items) => {
                let list = if place == Place::Whole { String::new() } else { place.to_string() };
                let item = |(index, item): (usize, Value)| {
                    let is_server = servers::is_server(&item);
                    let place = if is_server { Place::item(&list, index, &item) } else { Place::at(&list, index) };
                    (place, item)
                };
                left.extend(items.into_iter().enumerate().map(item).rev());
            }
            Value::Object(map) => {
                let below: Vec<_> =
                    map.into_iter().map(|(key, value)| (place.below(&super::fault::short(&key)), value)).collect();
                left.extend(below.into_iter().rev());
            }
            mut other => wipe(&mut other),
        }
        if entries.len() > super::MAX_ENTRIES {
            break;
        }
    }
    entries
}

/// Addresses of lists that are to be fetched.
fn subscriptions(urls: Vec<Value>) -> impl Iterator<Item = Entry> {
    let count = urls.len();
    (0..count).map(|index| Entry::refused(Place::at("onlineConfigSource", index), ImportFault::Subscription))
}

fn whole_refused(fault: ImportFault) -> Vec<Entry> {
    vec![Entry::refused(Place::Whole, fault)]
}
