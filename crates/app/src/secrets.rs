//! Secrets at rest. Where the system has a key store, a key of ours lies there, and the secrets stand in the profile file
//! sealed with it; else they stand there plain, and only the file's owner can read it. Why not each secret in the key
//! store itself: [ADR 12](../../../docs/adr/0012-secrets-are-sealed-with-a-key-from-the-key-store.md).
//!
//! Each sealed secret names its key, so that every file speaks for itself: old and new ones, earlier states, and what a
//! move between the two places left behind when it was cut short. What cannot be opened is kept as it is.

mod kept;
mod key;
mod sealed;

use std::collections::BTreeSet;

use parasol_proto::Password;

pub use self::kept::{make_key, read_keys};
pub use self::key::{Key, Keys};
pub use self::sealed::Sealed;

use crate::document::Document;

impl Document {
    /// Every secret of the document: open, or sealed. A kind of secret that is not named here is never sealed.
    fn secrets(&self) -> impl Iterator<Item = (&Password, Option<&Sealed>)> {
        let profiles = self.profiles.iter().flat_map(|profile| {
            let password = (&profile.password, profile.sealed.as_ref());
            [password, (&profile.plugin_opts, profile.opts_sealed.as_ref())]
        });
        let ports = self.ports.iter().map(|port| (&port.password, port.sealed.as_ref()));
        let lists = self.subscriptions.iter().chain(&self.rule_lists).flat_map(|list| {
            let said = &list.fetched;
            let url = (list.url.secret(), list.sealed.as_ref());
            [url, (said.validators.secret(), said.validators_sealed.as_ref())]
        });
        profiles.chain(ports).chain(lists)
    }

    /// The same, to be changed.
    fn secrets_mut(&mut self) -> impl Iterator<Item = (&mut Password, &mut Option<Sealed>)> {
        let profiles = self.profiles.iter_mut().flat_map(|profile| {
            let password = (&mut profile.password, &mut profile.sealed);
            [password, (&mut profile.plugin_opts, &mut profile.opts_sealed)]
        });
        let ports = self.ports.iter_mut().map(|port| (&mut port.password, &mut port.sealed));
        let lists = self.subscriptions.iter_mut().chain(&mut self.rule_lists).flat_map(|list| {
            let said = &mut list.fetched;
            let url = (list.url.secret_mut(), &mut list.sealed);
            [url, (said.validators.secret_mut(), &mut said.validators_sealed)]
        });
        profiles.chain(ports).chain(lists)
    }

    /// Opens what these keys open. A secret that stands there open is the newer one.
    pub fn unseal(&mut self, keys: &Keys) {
        self.secrets_mut().for_each(|(open, sealed)| keys.unseal(open, sealed));
    }

    /// As it is to be written: with its secrets sealed, if its key is at hand. Else they stand there open rather than
    /// nowhere.
    #[must_use]
    pub fn sealed(&self, keys: &Keys) -> Document {
        let mut document = self.clone();
        if let Some(key) = self.sealed_with.as_deref().and_then(|id| keys.get(id)) {
            for (open, sealed) in document.secrets_mut().filter(|(open, _)| !open.as_str().is_empty()) {
                *sealed = Some(key.seal(open));
                *open = Password::default();
            }
        }
        document
    }

    /// The keys that sealed secrets of this document name.
    #[must_use]
    pub fn keys_named(&self) -> BTreeSet<String> {
        self.secrets().filter_map(|(_, sealed)| sealed?.key_id()).map(str::to_owned).collect()
    }

    /// The keys that it needs: for what is sealed, and for sealing.
    #[must_use]
    pub fn keys_wanted(&self) -> BTreeSet<String> {
        let mut keys = self.keys_named();
        keys.extend(self.sealed_with.clone());
        keys
    }

    /// How many profiles, ports, subscriptions and lists of rules cannot be used because a secret of theirs is not open.
    #[must_use]
    pub fn still_sealed(&self) -> usize {
        let profiles = self.profiles.iter().filter(|profile| profile.is_locked()).count();
        let ports = self.ports.iter().filter(|port| port.is_locked()).count();
        let lists = self.subscriptions.iter().chain(&self.rule_lists);
        profiles + ports + lists.filter(|list| list.is_locked()).count()
    }

    /// How many secrets stand there open.
    #[must_use]
    pub fn open_secrets(&self) -> usize {
        self.secrets().filter(|(open, _)| !open.as_str().is_empty()).count()
    }
}

#[cfg(test)]
mod tests;
