//! Doing what was planned.

use std::collections::{HashMap, HashSet};

use super::Import;
use super::plan::{Verdict, changed, plan};
use crate::document::Document;
use crate::profile::Profile;

/// What an import comes to, once the user has agreed to it.
#[derive(Debug, Default, PartialEq)]
pub struct Applied {
    /// New profiles, in the import's order.
    pub added: Vec<Profile>,
    /// Saved ones as they are to be from now on.
    pub changed: Vec<Profile>,
}

/// How many profiles an import has added and changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// New ones.
    pub added: u32,
    /// Saved ones that are others now.
    pub changed: u32,
}

impl Document {
    /// Does what the import comes to now, as [`apply`] says: in the window and in a terminal alike.
    pub fn take(&mut self, import: &Import, shown: &[Verdict], left_out: &HashSet<usize>) -> Taken {
        let Applied { added, changed } = apply(import, shown, left_out, &self.profiles);
        let count = |profiles: &[Profile]| u32::try_from(profiles.len()).unwrap_or(u32::MAX);
        let taken = Taken { added: count(&added), changed: count(&changed) };
        for profile in changed {
            if let Some(saved) = self.profiles.iter_mut().find(|saved| saved.id == profile.id) {
                *saved = profile;
            }
        }
        added.into_iter().for_each(|profile| self.add(profile));
        taken
    }
}

/// What the import does to these profiles now: of what was shown, that which is still so, and not `left_out` (indices
/// of entries).
#[must_use]
pub fn apply(import: &Import, shown: &[Verdict], left_out: &HashSet<usize>, saved: &[Profile]) -> Applied {
    let profiles: HashMap<&str, &Profile> = saved.iter().map(|profile| (profile.id.as_str(), profile)).collect();
    let mut ids: HashSet<String> = profiles.keys().map(|id| (*id).to_owned()).collect();
    let mut applied = Applied::default();
    let all = import.entries.iter().zip(shown).zip(plan(import, saved)).enumerate();
    for (at, ((entry, shown), now)) in all {
        let Ok(draft) = &entry.found else { continue };
        // An id is its first entry's, added or not: who had it later would be taken for that one at the next import.
        let own_id = !draft.profile.id.is_empty() && ids.insert(draft.profile.id.clone());
        if left_out.contains(&at) || *shown != now {
            continue;
        }
        match &now {
            Verdict::Added => {
                let mut profile = draft.profile.clone();
                if !own_id {
                    profile.id = Profile::new_id();
                    ids.insert(profile.id.clone());
                }
                applied.added.push(profile);
            }
            Verdict::Changed { profile, differs } => {
                let saved = profiles.get(profile.as_str());
                applied.changed.extend(saved.map(|saved| changed(saved, draft, differs)));
            }
            Verdict::Unchanged | Verdict::Repeated | Verdict::Refused => {}
        }
    }
    applied
}
