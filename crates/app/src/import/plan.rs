//! What an import would do to the saved profiles: add, change, or nothing.
//!
//! An entry is a saved profile's when it has its id; or else leads to the same server on the same terms, whatever it is
//! called; or else has the same server, port, method and name. A password that is sealed counts as the entry's own, as
//! nobody can know. Each profile is one entry's at most, and of entries that
//! lead there on the same terms the first one counts, unless another has a profile's id: the same import comes to the same each time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use parasol_proto::Method;
use serde::Serialize;
use ts_rs::TS;

use super::{Draft, Import};
use crate::plugin::masked;
use crate::profile::Profile;

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It becomes a new profile.
    Added,
    /// It changes a saved one.
    Changed {
        /// Its id.
        profile: String,
        /// What is different.
        differs: Vec<Difference>,
    },
    /// There is one like it, saved.
    Unchanged,
    /// An entry before it leads to the same server on the same terms.
    Repeated,
    /// It is not taken.
    Refused,
}

/// One thing that would be different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ImportDifference")]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// What.
    pub field: Differs,
    /// As it is saved; empty for a password and for the rest.
    pub before: String,
    /// As it would be; likewise.
    pub after: String,
}

/// What of a profile an import can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ImportDiffers")]
#[serde(rename_all = "camelCase")]
pub enum Differs {
    /// Its name.
    Name,
    /// The server's host.
    Server,
    /// The server's port.
    Port,
    /// The method.
    Method,
    /// The password, which is not shown.
    Password,
    /// The plugin's program.
    Plugin,
    /// Its options.
    PluginOpts,
    /// One-time authentication.
    OneTimeAuth,
    /// The notes.
    Notes,
    /// What Parasol keeps of it and does not use.
    Rest,
}

/// What becomes of each entry, in their order.
#[must_use]
pub fn plan(import: &Import, saved: &[Profile]) -> Vec<Verdict> {
    let mut known = Known::of(saved, import);
    let mut earlier = HashSet::new();
    let mut verdicts = Vec::with_capacity(import.entries.len());
    for entry in &import.entries {
        let Ok(draft) = &entry.found else {
            verdicts.push(Verdict::Refused);
            continue;
        };
        let again = terms(&draft.profile).is_some_and(|terms| !earlier.insert(terms));
        verdicts.push(match known.find(draft, again) {
            Some((profile, named)) => match differences(draft, profile, named) {
                differs if differs.is_empty() => Verdict::Unchanged,
                differs => Verdict::Changed { profile: profile.id.clone(), differs },
            },
            None if again => Verdict::Repeated,
            None => Verdict::Added,
        });
    }
    verdicts
}

/// How a server is got to: with which password, and by what else.
type Terms<'a> = (&'a str, Keyless<'a>);

fn terms(profile: &Profile) -> Option<Terms<'_>> {
    Some((profile.password.as_str(), keyless(profile)?))
}

/// The server, and its plugin with its options.
type Keyless<'a> = (ServerKey, &'a str, &'a str);

fn keyless(profile: &Profile) -> Option<Keyless<'_>> {
    Some((server(profile)?, &profile.plugin, profile.plugin_opts.as_str()))
}

/// Host, port and method.
type ServerKey = (String, u16, &'static str);

fn server(profile: &Profile) -> Option<ServerKey> {
    let method = Method::parse_legacy(&profile.method).ok()?.name();
    Some((profile.address()?.host().to_ascii_lowercase(), profile.port, method))
}

/// The saved profiles by what an entry may be known by. The built-in server is nobody else's.
struct Known<'a> {
    saved: &'a [Profile],
    by_id: HashMap<&'a str, usize>,
    by_terms: HashMap<Terms<'a>, Queue>,
    by_name: HashMap<(ServerKey, &'a str), Queue>,
    /// Those whose password is sealed, by the rest of their terms and their name.
    locked: HashMap<(Keyless<'a>, &'a str), Queue>,
    /// The same by their terms alone, unless an entry for this server has their name: then they are that one's.
    renamed: HashMap<Keyless<'a>, Queue>,
    taken: HashSet<usize>,
}

/// Profiles in their order. One that was found is not found again.
type Queue = VecDeque<usize>;

impl<'a> Known<'a> {
    fn of(saved: &'a [Profile], import: &Import) -> Known<'a> {
        let drafts = import.entries.iter().filter_map(|entry| Some(&entry.found.as_ref().ok()?.profile));
        let named: HashSet<_> = drafts.filter_map(|profile| Some((server(profile)?, profile.name.as_str()))).collect();
        let mut known = Known {
            saved,
            by_id: HashMap::new(),
            by_terms: HashMap::new(),
            by_name: HashMap::new(),
            locked: HashMap::new(),
            renamed: HashMap::new(),
            taken: HashSet::new(),
        };
        for (at, profile) in saved.iter().enumerate().filter(|(_, profile)| !profile.builtin) {
            known.by_id.insert(profile.id.as_str(), at);
            let (Some(keyless), Some(server)) = (keyless(profile), server(profile)) else { continue };
            let name = (server, profile.name.as_str());
            if profile.is_locked() {
                known.locked.entry((keyless.clone(), name.1)).or_default().push_back(at);
                if !named.contains(&name) {
                    known.renamed.entry(keyless).or_default().push_back(at);
                }
            } else {
                known.by_terms.entry((profile.password.as_str(), keyless)).or_default().push_back(at);
            }
            known.by_name.entry(name).or_default().push_back(at);
        }
        known
    }

    /// The profile that the entry is, and whether its name counts. One that leads where an earlier entry does (`again`)
    /// is known by its id alone.
    fn find(&mut self, draft: &'a Draft, again: bool) -> Option<(&'a Profile, bool)> {
        let profile = &draft.profile;
        let by_id = self.by_id.get(profile.id.as_str()).copied().filter(|at| !self.taken.contains(at));
        let (at, named) = match by_id {
            Some(at) => (at, true),
            None if again => return None,
            None => self.find_by_terms(profile)?,
        };
        self.taken.insert(at);
        Some((&self.saved[at], named))
    }

    fn find_by_terms(&mut self, profile: &'a Profile) -> Option<(usize, bool)> {
        let (terms, name) = (terms(profile)?, profile.name.as_str());
        let (keyless, taken) = (terms.1.clone(), &self.taken);
        free(&mut self.by_terms, &terms, taken)
            .or_else(|| free(&mut self.locked, &(keyless.clone(), name), taken))
            .map(|at| (at, false))
            .or_else(|| Some((free(&mut self.by_name, &(keyless.0.clone(), name), taken)?, true)))
            .or_else(|| Some((free(&mut self.renamed, &keyless, taken)?, false)))
    }
}

/// The first that is nobody's yet.
fn free<K: Eq + Hash>(all: &mut HashMap<K, Queue>, key: &K, taken: &HashSet<usize>) -> Option<usize> {
    let queue = all.get_mut(key)?;
    while let Some(at) = queue.pop_front() {
        if !taken.contains(&at) {
            return Some(at);
        }
    }
    None
}

/// What the entry says otherwise than the profile. What it does not speak of is no difference, nor what nobody can know.
fn differences(draft: &Draft, saved: &Profile, named: bool) -> Vec<Difference> {
    let new = &draft.profile;
    let mut differs = Vec::new();
    let mut say = |field, before: &str, after: &str| {
        differs.push(Difference { field, before: before.to_owned(), after: after.to_owned() });
    };
    if named && !new.name.is_empty() && new.name != saved.name {
        say(Differs::Name, &saved.name, &new.name);
    }
    let host = |profile: &Profile| server(profile).map(|(host, ..)| host);
    if host(new) != host(saved) {
        say(Differs::Server, &saved.server, &new.server);
    }
    if new.port != saved.port {
        say(Differs::Port, &saved.port.to_string(), &new.port.to_string());
    }
    if Method::parse_legacy(&new.method) != Method::parse_legacy(&saved.method) {
        say(Differs::Method, &saved.method, &new.method);
    }
    if new.password != saved.password && !saved.password_locked() {
        say(Differs::Password, "", "");
    }
    if new.plugin != saved.plugin {
        say(Differs::Plugin, &saved.plugin, &new.plugin);
    }
    if new.plugin_opts != saved.plugin_opts && !saved.opts_locked() {
        say(Differs::PluginOpts, &masked(saved.plugin_opts.as_str()), &masked(new.plugin_opts.as_str()));
    }
    if new.one_time_auth && !saved.one_time_auth {
        say(Differs::OneTimeAuth, "", "");
    }
    if !new.notes.is_empty() && new.notes != saved.notes {
        say(Differs::Notes, &saved.notes, &new.notes);
    }
    if !saved.extra.holds(&new.extra) {
        say(Differs::Rest, "", "");
    }
    differs
}

/// The profile as the entry changes it. What the user approved stays approved while it is the same.
pub(super) fn changed(saved: &Profile, draft: &Draft, differs: &[Difference]) -> Profile {
    let new = &draft.profile;
    let mut profile = saved.clone();
    for Difference { field, .. } in differs {
        match field {
            Differs::Name => profile.name.clone_from(&new.name),
            Differs::Server => profile.server.clone_from(&new.server),
            Differs::Port => profile.port = new.port,
            Differs::Method => {
                profile.method.clone_from(&new.method);
                profile.legacy_approved = false;
            }
            Differs::Password => (profile.password, profile.sealed) = (new.password.clone(), None),
            Differs::Plugin => {
                profile.plugin.clone_from(&new.plugin);
                profile.plugin_approved = false;
            }
            Differs::PluginOpts => {
                (profile.plugin_opts, profile.opts_sealed) = (new.plugin_opts.clone(), None);
                profile.plugin_approved = false;
            }
            Differs::OneTimeAuth => profile.one_time_auth = true,
            Differs::Notes => profile.notes.clone_from(&new.notes),
            Differs::Rest => profile.extra.merge(&new.extra),
        }
    }
    profile
}
