//! `Document`: what the profile file holds. What this program does not understand is kept and written back, so that an
//! older Parasol does not take away what a newer one of the same format version has saved; and one value that makes no
//! sense, or one profile, costs nothing but itself.

pub(crate) mod format;
mod in_use;
mod settings;
mod unknown;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::io;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

pub use self::settings::{Settings, Timeouts};
pub use self::unknown::Unknown;

use self::format::Format;
use self::unknown::Object;
use crate::group::Group;
use crate::json::wipe;
use crate::port::{FIRST_PORT, SavedPort};
use crate::profile::Profile;
use crate::rule_list;
use crate::state::OnClose;
use crate::subscription::Subscription;

/// The format version that is written. Older ones are brought up to it, newer ones are left alone.
pub const VERSION: u64 = Format::OURS.newest();

/// Profiles and settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    version: u64,
    /// In the user's order. Every id stands there once.
    pub profiles: Vec<Profile>,
    /// The id of the profile in use.
    pub active: Option<String>,
    /// The ports beside the first one, in the user's order. Every id stands there once, and none is [`FIRST_PORT`].
    pub ports: Vec<SavedPort>,
    /// The lists that are fetched from time to time, in the user's order. Every id stands there once.
    pub subscriptions: Vec<Subscription>,
    /// Lists of rules that are fetched from time to time, the first to be asked first. Every id stands there once.
    pub rule_lists: Vec<Subscription>,
    /// The groups, in the user's order. Every id stands there once.
    pub groups: Vec<Group>,
    /// The id of the group in use, one of whose members is the profile in use; without one, that profile was chosen.
    pub group: Option<String>,
    /// What is not tied to a profile.
    pub settings: Settings,
    /// The key in the key store that secrets are sealed with; without one they stand in the file.
    pub sealed_with: Option<String>,
    /// What stands among the profiles and is none that this program can read.
    left_out: Vec<LeftOut>,
    /// Likewise, among the ports.
    ports_left_out: Vec<LeftOut>,
    /// Likewise, among the subscriptions.
    subscriptions_left_out: Vec<LeftOut>,
    rule_lists_left_out: Vec<LeftOut>,
    groups_left_out: Vec<LeftOut>,
    extra: Unknown,
}

/// Something in one of the lists of a file that does not belong there, as it stands there. It may hold a password: `Debug`
/// shows the place only.
#[derive(Clone, PartialEq)]
struct LeftOut {
    /// Its index in the file.
    at: usize,
    raw: Value,
}

/// What bytes of a file turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// A document, brought up if it was of an older format.
    Document(Document),
    /// A document of a newer format: as much as is understood, or nothing.
    Newer(Option<Document>),
    /// Nothing that any Parasol wrote.
    Unreadable,
}

impl Document {
    /// Takes the bytes of a file apart. Never panics, whatever they are.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Parsed {
        Format::OURS.parse(bytes)
    }

    /// One with these profiles, and nothing else of it.
    #[must_use]
    pub fn profiles_alone(self) -> Document {
        Document { profiles: self.profiles, ..Document::default() }
    }

    /// The bytes of a file: JSON that a person can read. Wiped when dropped, since passwords stand in it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let writable = "texts and numbers can be written as JSON";
        // Counted first: growing would leave copies behind that nobody wipes.
        let mut count = Count(1);
        serde_json::to_writer_pretty(&mut count, self).expect(writable);
        let mut bytes = Zeroizing::new(Vec::with_capacity(count.0));
        serde_json::to_writer_pretty(&mut *bytes, self).expect(writable);
        bytes.push(b'\n');
        bytes
    }

    /// The profile with this id.
    #[must_use]
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The profile in use.
    #[must_use]
    pub fn active_profile(&self) -> Option<&Profile> {
        self.profile(self.active.as_deref()?)
    }

    /// The port with this id, of those beside the first one.
    #[must_use]
    pub fn port(&self, id: &str) -> Option<&SavedPort> {
        self.ports.iter().find(|port| port.id == id)
    }

    /// The subscription with this id.
    #[must_use]
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.id == id)
    }

    /// The list of rules with this id.
    #[must_use]
    pub fn rule_list(&self, id: &str) -> Option<&Subscription> {
        self.rule_lists.iter().find(|list| list.id == id)
    }

    /// The lists of rules that count: a hand at the file may have written more than may be.
    #[must_use]
    pub fn rule_lists_that_count(&self) -> &[Subscription] {
        &self.rule_lists[..self.rule_lists.len().min(rule_list::MOST)]
    }

    /// The group with this id.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The group in use.
    #[must_use]
    pub fn group_in_use(&self) -> Option<&Group> {
        self.group(self.group.as_deref()?)
    }

    /// Whether the first port or another one than `except` is to listen on this number.
    #[must_use]
    pub fn port_is_used(&self, number: u16, except: Option<&str>) -> bool {
        let other = |port: &SavedPort| port.port == number && Some(port.id.as_str()) != except;
        self.settings.local_port == number || self.ports.iter().any(other)
    }

    /// How many entries of the list of profiles could not be read as one. They are written back as they were.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out.len()
    }

    /// Mends what a hand at the file can get wrong: ids that are missing or there twice, an active profile that does
    /// not exist, a value that makes no sense.
    fn settled(mut self) -> Document {
        make_unique(self.profiles.iter_mut().map(|profile| &mut profile.id), &[], Profile::new_id);
        make_unique(self.ports.iter_mut().map(|port| &mut port.id), &[FIRST_PORT], SavedPort::new_id);
        make_unique(self.subscriptions.iter_mut().map(|list| &mut list.id), &[], Profile::new_id);
        make_unique(self.rule_lists.iter_mut().map(|list| &mut list.id), &[], Profile::new_id);
        make_unique(self.groups.iter_mut().map(|group| &mut group.id), &[], Group::new_id);
        if self.group_in_use().is_none() {
            self.group = None;
        }
        if self.active_profile().is_none() {
            self.active = self.profiles.first().map(|profile| profile.id.clone());
        }
        if self.settings.on_close == OnClose::Close {
            self.settings.on_close = OnClose::Ask;
        }
        self
    }
}

/// Gives a new id to each that has none, or one of those before it or of `taken`.
fn make_unique<'a>(ids: impl Iterator<Item = &'a mut String>, taken: &[&str], new: fn() -> String) {
    let mut seen: HashSet<String> = taken.iter().copied().map(str::to_owned).collect();
    for id in ids {
        if id.is_empty() || !seen.insert(id.clone()) {
            *id = new();
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Document, D::Error> {
        let mut said = Unknown::deserialize(deserializer)?;
        let version = said.take_raw("version").and_then(|version| version.as_u64());
        let entries = match said.take_raw("profiles") {
            Some(Value::Array(entries)) => entries,
            None => Vec::new(),
            Some(_) => return Err(D::Error::custom("the profiles are no list")),
        };
        let (profiles, left_out) = readable(entries);
        // Something else than a list stays in the file as it is.
        let (ports, ports_left_out) = readable(said.take("ports", Vec::new()));
        let (subscriptions, subscriptions_left_out) = readable(said.take("subscriptions", Vec::new()));
        let (rule_lists, rule_lists_left_out) = readable(said.take("rule_lists", Vec::new()));
        let (groups, groups_left_out) = readable(said.take("groups", Vec::new()));
        Ok(Document {
            version: version.ok_or_else(|| D::Error::missing_field("version"))?,
            profiles,
            active: said.take("active", None),
            ports,
            subscriptions,
            rule_lists,
            groups,
            group: said.take("group", None),
            settings: said.take("settings", Settings::default()),
            sealed_with: said.take("sealed_with", None),
            left_out,
            ports_left_out,
            subscriptions_left_out,
            rule_lists_left_out,
            groups_left_out,
            extra: said,
        })
    }
}

/// Those entries of a list that can be read, and the others.
fn readable<T: DeserializeOwned>(entries: Vec<Value>) -> (Vec<T>, Vec<LeftOut>) {
    let (mut read, mut left_out) = (Vec::new(), Vec::new());
    for (at, mut raw) in entries.into_iter().enumerate() {
        match T::deserialize(&raw) {
            Ok(entry) => {
                read.push(entry);
                wipe(&mut raw);
            }
            // Why is not told: it would quote the value, which may be a password.
            Err(_) => left_out.push(LeftOut { at, raw }),
        }
    }
    (read, left_out)
}

/// Counts what is written.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::new(serializer.serialize_map(None)?, &self.extra);
        object.field("version", &self.version)?;
        object.field("profiles", &entries(&self.profiles, &self.left_out))?;
        if self.active.is_some() {
            object.field("active", &self.active)?;
        }
        object.lenient("ports", &entries(&self.ports, &self.ports_left_out), &Vec::new())?;
        let subscriptions = entries(&self.subscriptions, &self.subscriptions_left_out);
        object.lenient("subscriptions", &subscriptions, &Vec::new())?;
        let rule_lists = entries(&self.rule_lists, &self.rule_lists_left_out);
        object.lenient("rule_lists", &rule_lists, &Vec::new())?;
        object.lenient("groups", &entries(&self.groups, &self.groups_left_out), &Vec::new())?;
        object.lenient("group", &self.group, &None)?;
        object.lenient("settings", &self.settings, &Settings::default())?;
        if self.sealed_with.is_some() {
            object.field("sealed_with", &self.sealed_with)?;
        }
        object.end()
    }
}

/// One of a list in the file.
#[derive(PartialEq, Serialize)]
#[serde(untagged)]
enum Entry<'a, T> {
    Read(&'a T),
    LeftOut(&'a Value),
}

/// A list, with what was left out back in its place.
fn entries<'a, T>(read: &'a [T], left_out: &'a [LeftOut]) -> Vec<Entry<'a, T>> {
    let mut entries: Vec<_> = read.iter().map(Entry::Read).collect();
    for LeftOut { at, raw } in left_out {
        entries.insert(entries.len().min(*at), Entry::LeftOut(raw));
    }
    entries
}

impl fmt::Debug for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeftOut").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Default for Document {
    fn default() -> Self {
        Document {
            version: VERSION,
            profiles: Vec::new(),
            active: None,
            ports: Vec::new(),
            subscriptions: Vec::new(),
            rule_lists: Vec::new(),
            groups: Vec::new(),
            group: None,
            settings: Settings::default(),
            sealed_with: None,
            left_out: Vec::new(),
            ports_left_out: Vec::new(),
            subscriptions_left_out: Vec::new(),
            rule_lists_left_out: Vec::new(),
            groups_left_out: Vec::new(),
            extra: Unknown::default(),
        }
    }
}
