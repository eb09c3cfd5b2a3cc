//! Going back to another state as a whole: an earlier one, or that of a backup. It is looked at first, as a
//! [`Candidate`]; what it would change is shown, and only then may the user say so.

use serde::Serialize;
use ts_rs::TS;

use crate::difference::{Change, Difference};
use crate::document::Document;
use crate::profile::Profile;

/// An earlier state in the list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EarlierState {
    /// For looking at it: when it ended, in milliseconds since 1970.
    #[ts(type = "number")]
    pub until_ms: u64,
    /// How many profiles, ports and the like would come.
    pub comes: u32,
    /// How many would go.
    pub goes: u32,
    /// How many would change.
    pub changes: u32,
    /// How many settings would be others.
    pub settings: u32,
}

/// A state that can be gone to, and what that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// For [`crate::Command::Restore`]. The next one that is looked at takes its place.
    pub id: u32,
    /// What would come, go and change.
    pub difference: Difference,
}

/// Where a state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Our own folder: what the user has approved there is approved.
    Earlier,
    /// A file that anybody may have made: what it wants run is asked about anew.
    Backup,
}

impl EarlierState {
    /// As it is listed.
    #[must_use]
    pub fn of(until_ms: u64, difference: &Difference) -> EarlierState {
        let count = |wanted: fn(&Change) -> bool| {
            let found = difference.entries.iter().filter(|entry| wanted(&entry.change)).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        EarlierState {
            until_ms,
            comes: count(|change| matches!(change, Change::Comes)),
            goes: count(|change| matches!(change, Change::Goes)),
            changes: count(|change| matches!(change, Change::Changes { .. })),
            settings: u32::try_from(difference.settings.len()).unwrap_or(u32::MAX),
        }
    }
}

/// The state that going to `then` leads to from `now`.
#[must_use]
pub fn restored(now: &Document, then: Document, origin: Origin) -> Document {
    let mut restored = then;
    restored.sealed_with.clone_from(&now.sealed_with);
    // A secret that cannot be opened takes none away that is open here.
    for profile in restored.profiles.iter_mut().filter(|profile| profile.is_locked()) {
        let Some(saved) = now.profile(&profile.id) else { continue };
        if profile.password_locked() && !saved.password_locked() {
            (profile.password, profile.sealed) = (saved.password.clone(), None);
        }
        if profile.opts_locked() && !saved.opts_locked() && saved.plugin == profile.plugin {
            (profile.plugin_opts, profile.opts_sealed) = (saved.plugin_opts.clone(), None);
        }
    }
    for port in restored.ports.iter_mut().filter(|port| port.is_locked()) {
        if let Some(saved) = now.port(&port.id).filter(|saved| !saved.is_locked()) {
            (port.password, port.sealed) = (saved.password.clone(), None);
        }
    }
    for list in restored.subscriptions.iter_mut().filter(|list| list.is_locked()) {
        if let Some(saved) = now.subscription(&list.id).filter(|saved| !saved.is_locked()) {
            (list.url, list.sealed) = (saved.url.clone(), None);
        }
    }
    for list in &mut restored.rule_lists {
        let Some(saved) = now.rule_list(&list.id) else { continue };
        if list.is_locked() && !saved.is_locked() {
            (list.url, list.sealed) = (saved.url.clone(), None);
        }
        // What the user has agreed to of a list stays so, whichever state is gone to.
        list.fetched.rest = saved.fetched.rest.or(list.fetched.rest);
    }
    if origin == Origin::Backup {
        for profile in &mut restored.profiles {
            let approved = |saved: &&Profile| {
                saved.plugin_approved && (&saved.plugin, &saved.plugin_opts) == (&profile.plugin, &profile.plugin_opts)
            };
            // What is sealed may be anything.
            profile.plugin_approved &= !profile.opts_locked() && now.profiles.iter().any(|saved| approved(&saved));
            let approved = |saved: &Profile| saved.legacy_approved && saved.method == profile.method;
            profile.legacy_approved &= now.profile(&profile.id).is_some_and(approved);
        }
        for list in &mut restored.subscriptions {
            let here = now.subscription(&list.id).filter(|saved| saved.url == list.url && !list.is_locked());
            list.approved_plugins.retain(|plugin| here.is_some_and(|saved| saved.approved_plugins.contains(plugin)));
        }
    }
    restored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule_list::Rest;
    use crate::secrets::{Key, Keys};
    use crate::subscription::Subscription;

    fn document(profile: Profile) -> Document {
        let mut document = Document::default();
        document.profiles.push(profile);
        document
    }

    fn approved(id: &str, plugin: &str) -> Profile {
        Profile {
            id: id.to_owned(),
            method: "rc4-md5".to_owned(),
            plugin: plugin.to_owned(),
            plugin_approved: true,
            legacy_approved: true,
            ..Profile::default()
        }
    }

    #[test]
    fn an_earlier_state_comes_back_as_it_was() {
        let then = document(approved("a", "/opt/plugin"));
        assert_eq!(restored(&Document::default(), then.clone(), Origin::Earlier), then);
    }

    #[test]
    fn sealed_plugin_options_take_no_open_ones_away_and_are_not_approved() {
        let key = Key::random().unwrap();
        let mut keys = Keys::default();
        keys.add(key.clone());
        let mut now = document(Profile { plugin_opts: "key=swordfish".into(), ..approved("a", "kcptun") });
        now.sealed_with = Some(key.id().to_owned());
        let locked = now.sealed(&keys);
        assert_eq!(restored(&now, locked.clone(), Origin::Backup).profiles, now.profiles);
        let back = restored(&locked, locked.clone(), Origin::Backup);
        assert!(back.profiles[0].opts_locked() && !back.profiles[0].plugin_approved);
    }

    #[test]
    fn a_list_that_cannot_be_opened_takes_no_url_away_and_approves_nothing() {
        let key = Key::random().unwrap();
        let mut keys = Keys::default();
        keys.add(key.clone());
        let mut now = Document::default();
        let list = Subscription::new("https://list.example/t0ken".into(), String::new());
        now.subscriptions = vec![Subscription { approved_plugins: vec!["/opt/plugin".to_owned()], ..list }];
        now.rule_lists = vec![Subscription::new("https://rules.example/t0ken".into(), String::new())];
        now.sealed_with = Some(key.id().to_owned());
        let locked = now.sealed(&keys);
        assert!(locked.subscriptions[0].is_locked() && locked.rule_lists[0].is_locked());
        let back = restored(&now, locked.clone(), Origin::Earlier);
        assert_eq!((back.subscriptions, back.rule_lists), (now.subscriptions, now.rule_lists));
        // Where both are locked, they may be of different hosts.
        let back = restored(&locked, locked.clone(), Origin::Backup);
        assert!(back.subscriptions[0].is_locked() && back.subscriptions[0].approved_plugins.is_empty());
    }

    #[test]
    fn what_was_agreed_to_of_a_list_of_rules_stays_so() {
        let list = |rest| {
            let mut list = Subscription { id: "l".to_owned(), ..Subscription::default() };
            list.fetched.rest = rest;
            let mut document = Document::default();
            document.rule_lists.push(list);
            document
        };
        for (now, then, stays) in [
            (Some(Rest::Proxy), Some(Rest::Direct), Some(Rest::Proxy)),
            (Some(Rest::Unsaid), None, Some(Rest::Unsaid)),
            (None, Some(Rest::Direct), Some(Rest::Direct)),
        ] {
            let back = restored(&list(now), list(then), Origin::Backup);
            assert_eq!(back.rule_lists[0].fetched.rest, stays);
        }
    }

    #[test]
    fn a_backup_approves_nothing_that_is_not_approved_here() {
        let now = document(approved("a", "/opt/plugin"));
        for (then, plugin, legacy) in [
            (approved("a", "/opt/plugin"), true, true),
            (approved("a", "/tmp/evil"), false, true),
            (approved("b", "/opt/plugin"), true, false),
        ] {
            let restored = restored(&now, document(then), Origin::Backup);
            assert_eq!((restored.profiles[0].plugin_approved, restored.profiles[0].legacy_approved), (plugin, legacy));
        }
    }
}
