//! Two documents in the terms of their files, side by side.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Change, Difference, EntryDiffers, EntryStays, FieldDiffers};
use crate::document::Document;
use crate::json::wipe;
use crate::plugin::masked;
use crate::subscription::SubscriptionUrl;

pub(super) const PROFILES: &str = "profiles";
pub(super) const PORTS: &str = "ports";
pub(super) const SUBSCRIPTIONS: &str = "subscriptions";
pub(super) const RULE_LISTS: &str = "rule_lists";
pub(super) const GROUPS: &str = "groups";

/// A document as its file would say it. It holds passwords: wiped when dropped.
pub(super) struct File(Fields);

impl File {
    pub(super) fn of(document: &Document) -> File {
        match serde_json::to_value(document) {
            Ok(Value::Object(fields)) => File(fields),
            _ => unreachable!("a document is written as an object"),
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

/// The values that are shown; any other may be a secret, or longer than a line.
const SHOWN: [&str; 29] = [
    "name",
    "server",
    "port",
    "method",
    "builtin",
    "plugin",
    "plugin_approved",
    "legacy_approved",
    "one_time_auth",
    "kind",
    "target",
    "lan",
    "user",
    "carries",
    "interval_h",
    "paused",
    "policy",
    "dwell_s",
    "local_port",
    "system_proxy",
    "mode",
    "local_direct",
    "on_close",
    "on_at_start",
    "notify",
    "log_level",
    "log_targets",
    "language",
    "theme",
];
/// The values that are an id, and the list that it is of: the title of that entry is shown.
const IDS: [(&str, &str); 4] = [("active", PROFILES), ("profile", PROFILES), ("fixed", PROFILES), ("group", GROUPS)];
/// What came of fetching a subscription: it is written each time, and the user has said none of it.
const FETCHED: &str = "fetched";
/// What says nothing about the state itself.
const OF_THE_FILE: [&str; 2] = ["version", "sealed_with"];
/// Secrets, and where the same stand that only a key from elsewhere opens.
const SECRETS: [(&str, &str); 3] =
    [("password", "password_sealed"), ("url", "url_sealed"), (OPTIONS, "plugin_opts_sealed")];
/// A secret in part.
const OPTIONS: &str = "plugin_opts";

pub(super) fn difference(now: &File, then: &File) -> Difference {
    let mut found = Difference::default();
    let files = [now, then];
    for name in names(&now.0, &then.0) {
        let (before, after) = (now.0.get(name), then.0.get(name));
        match name {
            _ if OF_THE_FILE.contains(&name) => {}
            "settings" => {
                let none = Fields::new();
                let before = before.and_then(Value::as_object).unwrap_or(&none);
                let after = after.and_then(Value::as_object).unwrap_or(&none);
                found.settings.extend(fields(files, before, after));
            }
            _ if name == PROFILES || is_list(before) || is_list(after) => list(files, name, before, after, &mut found),
            _ if before != after => found.settings.push(differs(files, name, before, after)),
            _ => {}
        }
    }
    let place = |list: &str| (list != PROFILES, list != PORTS);
    found.entries.sort_by_key(|entry| place(&entry.list));
    found.unchanged.sort_by_key(|entry| place(&entry.list));
    found.settings.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Entries by their ids; what has none is compared as a whole.
fn list(files: Files, name: &str, now: Option<&Value>, then: Option<&Value>, found: &mut Difference) {
    let ((now, now_others), (then, then_others)) = (entries(now), entries(then));
    let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (now.iter().copied().collect(), then.iter().copied().collect());
    let mut unchanged = Vec::new();
    let mut say = |id: &str, entry: &Fields, change| {
        found.entries.push(EntryDiffers { list: name.to_owned(), id: id.to_owned(), title: title(entry), change });
    };
    for &(id, entry) in &now {
        match after.get(id) {
            None => say(id, entry, Change::Goes),
            Some(then) => {
                let fields = fields(files, entry, then);
                if fields.is_empty() {
                    unchanged.push(EntryStays { list: name.to_owned(), id: id.to_owned(), title: title(then) });
                } else {
                    say(id, then, Change::Changes { fields });
                }
            }
        }
    }
    for &(id, entry) in then.iter().filter(|(id, _)| !before.contains_key(id)) {
        say(id, entry, Change::Comes);
    }
    found.unchanged.extend(unchanged);
    let kept_now = now.iter().map(|(id, _)| id).filter(|id| after.contains_key(*id));
    let kept_then = then.iter().map(|(id, _)| id).filter(|id| before.contains_key(*id));
    if now_others != then_others || !kept_now.eq(kept_then) {
        found.settings.push(FieldDiffers { name: name.to_owned(), now: None, then: None });
    }
}

type Fields = Map<String, Value>;
/// Of now, and of then.
type Files<'a> = [&'a File; 2];

/// Those with an id of their own, and the others.
fn entries(list: Option<&Value>) -> (Vec<(&str, &Fields)>, Vec<&Value>) {
    let (mut with_id, mut others, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for entry in list.and_then(Value::as_array).into_iter().flatten() {
        match (entry, entry.get("id").and_then(Value::as_str)) {
            (Value::Object(fields), Some(id)) if seen.insert(id) => with_id.push((id, fields)),
            _ => others.push(entry),
        }
    }
    (with_id, others)
}

fn fields(files: Files, now: &Fields, then: &Fields) -> Vec<FieldDiffers> {
    let mut found = Vec::new();
    for name in names(now, then) {
        let (before, after) = (now.get(name), then.get(name));
        let secret = SECRETS.iter().any(|(open, sealed)| name == *open || name == *sealed);
        if !secret && name != FETCHED && before != after {
            found.push(differs(files, name, before, after));
        }
    }
    for (open, _) in SECRETS.iter().filter(|secret| secret_differs(now, then, secret)) {
        found.push(differs(files, open, now.get(*open), then.get(*open)));
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Where one side is sealed and the other open, nobody can know.
fn secret_differs(now: &Fields, then: &Fields, (open, sealed): &(&str, &str)) -> bool {
    match (now.get(*sealed), then.get(*sealed)) {
        (None, None) => now.get(*open) != then.get(*open),
        (Some(now), Some(then)) => now != then,
        _ => false,
    }
}

fn differs(files: Files, name: &str, before: Option<&Value>, after: Option<&Value>) -> FieldDiffers {
    let id_of = IDS.iter().find_map(|(field, list)| (*field == name).then_some(*list));
    let text = |file: &File, value: Option<&Value>| match id_of {
        Some(list) => title_of(file, list, value?),
        None if name == OPTIONS => value?.as_str().map(|options| cut(&masked(options))),
        None => value.filter(|_| SHOWN.contains(&name)).and_then(shown),
    };
    FieldDiffers { name: name.to_owned(), now: text(files[0], before), then: text(files[1], after) }
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(cut(text)),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// That of the entry with this id, if there is one.
fn title_of(file: &File, list: &str, id: &Value) -> Option<String> {
    let mut entries = file.0.get(list)?.as_array()?.iter();
    entries.find(|entry| entry.get("id") == Some(id))?.as_object().map(title)
}

/// Its name, or its address; of a list the host alone.
fn title(entry: &Fields) -> String {
    let text = |name| entry.get(name).and_then(shown).filter(|text| !text.is_empty());
    let port = text("port").unwrap_or_default();
    let host = || {
        let url = entry.get("url").and_then(Value::as_str)?;
        Some(SubscriptionUrl::from(url).host()).filter(|host| !host.is_empty())
    };
    text("name").or(text("server").map(|server| format!("{server}:{port}"))).or_else(host).unwrap_or(port)
}

fn cut(text: &str) -> String {
    const MOST: usize = 200;
    text.chars().take(MOST).collect()
}

fn names<'a>(now: &'a Fields, then: &'a Fields) -> BTreeSet<&'a str> {
    now.keys().chain(then.keys()).map(String::as_str).collect()
}

fn is_list(value: Option<&Value>) -> bool {
    let entries = value.and_then(Value::as_array).into_iter().flatten();
    entries.into_iter().any(|entry| entry.get("id").is_some())
}
