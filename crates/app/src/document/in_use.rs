//! Which profile is in use, as profiles come and go.

use super::Document;
use crate::profile::Profile;

impl Document {
    /// Adds a profile at the end; the first one of all is the one that is used.
    pub(crate) fn add(&mut self, profile: Profile) {
        if self.active_profile().is_none() {
            self.active = Some(profile.id.clone());
        }
        self.profiles.push(profile);
    }

    /// The profile in use was taken away from this place: another one is in use. False where that is none that the user
    /// chose, because no group goes on without it; then none is in use any more.
    pub(crate) fn pass_on_use(&mut self, at: usize) -> bool {
        let group = self.group_in_use();
        let next = group.and_then(|group| group.among(&self.profiles).find(|profile| profile.through().is_ok()));
        let goes_on = next.is_some();
        let heir = next.or(self.profiles.get(at)).or(self.profiles.last());
        self.active = heir.map(|profile| profile.id.clone());
        if !goes_on {
            self.group = None;
        }
        goes_on
    }
}
