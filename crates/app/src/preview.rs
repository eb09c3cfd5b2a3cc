//! What an import would do, before anything is saved.

use serde::Serialize;
use ts_rs::TS;

use crate::check;
use crate::import::{Difference, Draft, Format, Import, ImportFault, Place, Verdict};

/// What was found in a text, a file or a picture, by what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// For [`crate::Command::Import`]; a newer preview takes its place.
    pub id: u32,
    /// What it turned out to be.
    pub format: Format,
    /// Would be added.
    pub added: Vec<ImportEntry>,
    /// Would change saved profiles.
    pub changed: Vec<ImportChange>,
    /// Are known: nothing would happen.
    pub unchanged: Vec<ImportEntry>,
    /// Stand in it once before: nothing more would happen.
    pub repeated: Vec<ImportEntry>,
    /// Would not be taken, and why.
    pub refused: Vec<ImportRefused>,
}

/// An entry that can be taken. Its password is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportEntry {
    /// Its number among all entries, from 0: what may be left out.
    pub index: u32,
    /// Where it stands.
    pub place: Place,
    /// Name, or `host:port`.
    pub name: String,
    /// Server host.
    pub server: String,
    /// Server port.
    pub port: u16,
    /// Method name.
    pub method: String,
    /// The method is unsafe. It is not used before the user has approved it.
    pub legacy: bool,
    /// The plugin that it needs, at most 40 characters. It does not run before the user has approved it.
    pub plugin: Option<String>,
    /// Keys of the entry that Parasol does nothing with.
    pub unused: Vec<String>,
}

/// An entry that would change a saved profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportChange {
    /// The entry.
    pub entry: ImportEntry,
    /// The saved profile's id.
    pub profile: String,
    /// What would be different.
    pub differs: Vec<Difference>,
}

/// An entry that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportRefused {
    /// Its number among all entries, from 0.
    pub index: u32,
    /// Where it stands.
    pub place: Place,
    /// The reason.
    pub reason: ImportFault,
}

impl ImportPreview {
    /// What these verdicts come to; without an id yet.
    #[must_use]
    pub fn new(import: &Import, verdicts: &[Verdict]) -> ImportPreview {
        let mut preview = ImportPreview::nothing();
        preview.format = import.format;
        for (index, (entry, verdict)) in (0..).zip(import.entries.iter().zip(verdicts)) {
            let place = entry.place.clone();
            match (&entry.found, verdict) {
                (Err(reason), _) => preview.refused.push(ImportRefused { index, place, reason: reason.clone() }),
                (Ok(draft), Verdict::Changed { profile, differs }) => preview.changed.push(ImportChange {
                    entry: ImportEntry::new(index, place, draft),
                    profile: profile.clone(),
                    differs: differs.clone(),
                }),
                (Ok(draft), Verdict::Added) => preview.added.push(ImportEntry::new(index, place, draft)),
                (Ok(draft), Verdict::Repeated) => preview.repeated.push(ImportEntry::new(index, place, draft)),
                (Ok(draft), _) => preview.unchanged.push(ImportEntry::new(index, place, draft)),
            }
        }
        preview
    }

    /// Of nothing, nothing.
    #[must_use]
    pub fn nothing() -> ImportPreview {
        ImportPreview {
            id: 0,
            format: Format::Unknown,
            added: Vec::new(),
            changed: Vec::new(),
            unchanged: Vec::new(),
            repeated: Vec::new(),
            refused: Vec::new(),
        }
    }
}

impl ImportEntry {
    fn new(index: u32, place: Place, Draft { profile, unused }: &Draft) -> ImportEntry {
        /// The most characters of a plugin's name.
        const MAX: usize = 40;
        ImportEntry {
            index,
            place,
            name: profile.title(),
            server: profile.server.clone(),
            port: profile.port,
            method: profile.method.clone(),
            legacy: check::is_legacy(&profile.method),
            plugin: Some(profile.plugin.chars().take(MAX).collect()).filter(|plugin: &String| !plugin.is_empty()),
            unused: unused.clone(),
        }
    }
}
