use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Keys of a desktop's settings and what the user had set for each: `None` is "never set, the default holds", which is
/// not the same as the default's value written down. Values are in the desktop's own text form (GNOME: GVariant text).
///
/// Holds no secrets: only keys that a plan may change are read, and those are hosts, ports, lists and switches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot(BTreeMap<String, Option<String>>);

impl Snapshot {
    /// What the user had set for this key, `None` too when the snapshot does not have the key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_deref()
    }

    /// Whether the snapshot has this key, set or not.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Every key, in a fixed order, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_deref()))
    }

    /// Every key, in a fixed order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The part of this snapshot that has the keys of `other`; a key that only `other` has counts as never set.
    pub fn of_keys(&self, other: &Snapshot) -> Snapshot {
        other.keys().map(|key| (key, self.value(key))).collect()
    }

    /// Takes over every key of `other`.
    pub fn overlay(&mut self, other: &Snapshot) {
        self.0.extend(other.0.iter().map(|(key, value)| (key.clone(), value.clone())));
    }

    /// The same keys, none of them set.
    pub fn all_unset(&self) -> Snapshot {
        self.keys().map(|key| (key, None::<String>)).collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, Option<V>)> for Snapshot {
    fn from_iter<I: IntoIterator<Item = (K, Option<V>)>>(entries: I) -> Self {
        Snapshot(entries.into_iter().map(|(key, value)| (key.into(), value.map(Into::into))).collect())
    }
}
