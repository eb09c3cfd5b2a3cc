//! What a fetched list does to the saved profiles. The list says where its servers are; what the user says of them stays:
//! notes, approvals, a name of their own.

use std::collections::{HashMap, HashSet, VecDeque};

use parasol_proto::Method;
use serde::{Deserialize, Serialize};

use super::Subscription;
use crate::profile::{Profile, is_false};

/// That a profile came from a subscription, and as what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FromList {
    /// The subscription's id.
    #[serde(default)]
    pub subscription: String,
    /// What the list knows it by; empty when it gives no ids.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What the list calls it. The user may call it something else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// It is not in the list any more, and was in use when it went.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gone: bool,
}

/// What a list has done, or would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// New in the list.
    pub added: u32,
    /// The list says something else of them, or they are back in it.
    pub changed: u32,
    /// As they were.
    pub unchanged: u32,
    /// Not in the list any more, and taken away.
    pub removed: u32,
    /// Not in the list any more, and kept because they are in use.
    pub kept: u32,
}

/// Brings the profiles of `subscription` to what `listed` says, whose ids are those of the list. Profiles of others are not
/// touched, and where `in_use` says so nothing is taken away. An empty list changes nothing.
pub fn merge(
    profiles: &mut Vec<Profile>,
    subscription: &Subscription,
    listed: Vec<Profile>,
    in_use: impl Fn(&Profile) -> bool,
) -> Merged {
    let mut merged = Merged::default();
    if listed.is_empty() {
        return merged;
    }
    let listed = without_twins(listed);
    let mut matched = matches(profiles, &subscription.id, &listed);
    let mut new = Vec::new();
    for (listed, at) in listed.into_iter().zip(&matched.of_listed) {
        match at {
            Some(at) => {
                let next = updated(&profiles[*at], listed, subscription);
                if next == profiles[*at] {
                    merged.unchanged += 1;
                } else {
                    profiles[*at] = next;
                    merged.changed += 1;
                }
            }
            None => {
                new.push(added(listed, subscription));
                merged.added += 1;
            }
        }
    }
    // Behind the last that is already there, where the user may have moved them to.
    let end =
        profiles.iter().rposition(|profile| profile.is_from(&subscription.id)).map_or(profiles.len(), |at| at + 1);
    matched.saved.splice(end..end, new.iter().map(|_| true));
    profiles.splice(end..end, new);
    let mut is_listed = matched.saved.into_iter();
    profiles.retain_mut(|profile| {
        let is_listed = is_listed.next().unwrap_or(true);
        if is_listed || !profile.is_from(&subscription.id) {
            return true;
        }
        let kept = in_use(profile);
        match profile.from_list.as_mut() {
            Some(from) if kept => {
                from.gone = true;
                merged.kept += 1;
            }
            _ => merged.removed += 1,
        }
        kept
    });
    merged
}

/// Takes away what a list does not have any more and is not in use any more either.
pub fn drop_gone(profiles: &mut Vec<Profile>, subscription: &str, in_use: impl Fn(&Profile) -> bool) {
    let is_gone = |profile: &Profile| profile.is_from(subscription) && profile.is_gone();
    profiles.retain(|profile| !is_gone(profile) || in_use(profile));
}

/// Which saved profile each entry of the list is, and which saved ones are in the list.
struct Matches {
    of_listed: Vec<Option<usize>>,
    saved: Vec<bool>,
}

fn matches(profiles: &[Profile], subscription: &str, listed: &[Profile]) -> Matches {
    let mut found = Matches { of_listed: vec![None; listed.len()], saved: vec![false; profiles.len()] };
    let (mut by_id, mut by_key) = (HashMap::new(), HashMap::<_, VecDeque<usize>>::new());
    for (at, profile) in profiles.iter().enumerate() {
        let Some(from) = profile.from_list.as_ref().filter(|from| from.subscription == subscription) else { continue };
        if !from.id.is_empty() {
            by_id.entry(from.id.as_str()).or_insert(at);
        }
        by_key.entry(key(profile, &from.name)).or_default().push_back(at);
    }
    // All ids first: a server that moved must not be taken for its neighbour.
    for (listed, of) in listed.iter().zip(&mut found.of_listed) {
        if let Some(at) = by_id.remove(listed.id.as_str()) {
            found.saved[at] = true;
            *of = Some(at);
        }
    }
    for (listed, of) in listed.iter().zip(&mut found.of_listed).filter(|(_, of)| of.is_none()) {
        let Some(same) = by_key.get_mut(&key(listed, &listed.name)) else { continue };
        while let Some(at) = same.pop_front() {
            if !found.saved[at] {
                found.saved[at] = true;
                *of = Some(at);
                break;
            }
        }
    }
    found
}

/// What a server without an id is known by.
fn key<'a>(profile: &Profile, name: &'a str) -> (String, u16, String, &'a str) {
    (profile.server.to_ascii_lowercase(), profile.port, method(profile), name)
}

fn method(profile: &Profile) -> String {
    Method::parse_legacy(&profile.method).map_or_else(|_| profile.method.clone(), |method| method.name().to_owned())
}

/// Each entry once; of several with one id the first has it.
fn without_twins(listed: Vec<Profile>) -> Vec<Profile> {
    let is_twin = |one: &Profile, other: &Profile| {
        let rest = |profile: &Profile| (profile.plugin.clone(), profile.plugin_opts.clone());
        one.password == other.password && rest(one) == rest(other)
    };
    let (mut ids, mut seen) = (HashSet::new(), HashMap::<_, Vec<usize>>::new());
    let mut once: Vec<Profile> = Vec::with_capacity(listed.len());
    for mut profile in listed {
        let (server, port, method, name) = key(&profile, &profile.name);
        let same = seen.entry((server, port, method, name.to_owned())).or_default();
        if same.iter().any(|at| is_twin(&once[*at], &profile)) {
            continue;
        }
        same.push(once.len());
        if !ids.insert(profile.id.clone()) {
            profile.id.clear();
        }
        once.push(profile);
    }
    once
}

fn added(listed: Profile, subscription: &Subscription) -> Profile {
    let from = FromList {
        subscription: subscription.id.clone(),
        id: listed.id.clone(),
        name: listed.name.clone(),
        gone: false,
    };
    Profile {
        // A stranger's id could be that of another profile.
        id: Profile::new_id(),
        plugin_approved: subscription.approves(&listed.plugin),
        legacy_approved: false,
        from_list: Some(from),
        ..listed
    }
}

/// The saved profile with what the list says of it now.
fn updated(saved: &Profile, listed: Profile, subscription: &Subscription) -> Profile {
    let came = saved.from_list.clone().unwrap_or_default();
    let same_method = method(saved) == method(&listed);
    let same_plugin = (&saved.plugin, &saved.plugin_opts) == (&listed.plugin, &listed.plugin_opts);
    Profile {
        name: if saved.name == came.name { listed.name.clone() } else { saved.name.clone() },
        plugin_approved: (same_plugin && saved.plugin_approved) || subscription.approves(&listed.plugin),
        legacy_approved: same_method && saved.legacy_approved,
        one_time_auth: same_method && saved.one_time_auth,
        extra: {
            let mut extra = saved.extra.clone();
            extra.merge(&listed.extra);
            extra
        },
        from_list: Some(FromList { id: listed.id, name: listed.name, gone: false, ..came }),
        server: listed.server,
        port: listed.port,
        method: listed.method,
        password: listed.password,
        plugin: listed.plugin,
        plugin_opts: listed.plugin_opts,
        opts_sealed: None,
        ..saved.clone()
    }
}

impl Subscription {
    fn approves(&self, plugin: &str) -> bool {
        !plugin.is_empty() && self.approved_plugins.iter().any(|approved| approved == plugin)
    }
}

#[cfg(test)]
mod tests;
