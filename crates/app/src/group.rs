//! `Group`: profiles that are used in place of one, and how one of them is chosen. What is decided when stands in
//! [`chooser`], as pure data; who asks it is the controller.

pub mod chooser;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::check::{MAX_NAME, longer};
use crate::document::Unknown;
use crate::profile::Profile;

/// How long a member is used at least before a better one takes its place, until the user says otherwise.
pub const DWELL_S: u32 = 60;
/// The longest such time: a day.
pub const MAX_DWELL_S: u32 = 86_400;
/// The most members.
pub const MAX_MEMBERS: usize = 1000;

/// A saved group. Fields of a file that this program does not know are kept in `extra` and written back.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Never changes and never repeats.
    #[serde(default)]
    pub id: String,
    /// What the user calls it; may be empty.
    #[serde(default)]
    pub name: String,
    /// How a member is chosen.
    #[serde(default)]
    pub policy: Policy,
    /// The ids of the profiles, the one to prefer first. One that does not exist is passed over, and may come back.
    #[serde(default)]
    pub members: Vec<String>,
    /// The member that is used by [`Policy::Fixed`]; the first one if it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// How many seconds a member is used at least before a better one takes its place.
    #[serde(default = "dwell_s")]
    pub dwell_s: u32,
    /// What else the file says about it.
    #[serde(flatten)]
    pub extra: Unknown,
}

/// How one member of a group is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Policy {
    /// The one that the user says, whatever becomes of it.
    Fixed,
    /// The first one that works; back to an earlier one when that works again.
    #[default]
    Fallback,
    /// The one whose first byte comes soonest, unless it is hardly sooner.
    Fastest,
    /// Any one that works, another one each time.
    Random,
}

/// A group as it stands in the editor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupDraft {
    /// The group that is changed; absent for a new one.
    pub id: Option<String>,
    /// Name; may be empty.
    pub name: String,
    /// How a member is chosen.
    pub policy: Policy,
    /// The ids of the profiles, the one to prefer first.
    pub members: Vec<String>,
    /// The member for [`Policy::Fixed`].
    pub fixed: Option<String>,
    /// Seconds; at most a day.
    pub dwell_s: u32,
}

impl Group {
    /// A new id.
    #[must_use]
    pub fn new_id() -> String {
        Uuid::new_v4().to_string()
    }

    /// The group that the draft becomes, if it makes sense: it has a member, each of these `profiles` and once.
    #[must_use]
    pub fn of(draft: &GroupDraft, saved: Option<&Group>, profiles: &[Profile]) -> Option<Group> {
        let mut members: Vec<String> = Vec::new();
        for id in &draft.members {
            if !members.contains(id) && profiles.iter().any(|profile| profile.id == *id) {
                members.push(id.clone());
            }
        }
        if longer(&draft.name, MAX_NAME) || members.is_empty() || members.len() > MAX_MEMBERS {
            return None;
        }
        Some(Group {
            id: saved.map_or_else(Group::new_id, |saved| saved.id.clone()),
            name: draft.name.trim().to_owned(),
            policy: draft.policy,
            fixed: draft.fixed.clone().filter(|id| members.contains(id)),
            members,
            dwell_s: draft.dwell_s.min(MAX_DWELL_S),
            extra: saved.map(|saved| saved.extra.clone()).unwrap_or_default(),
        })
    }

    /// Whether the profile with this id is a member.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.members.iter().any(|member| member == id)
    }

    /// Its members that are there, in its order.
    pub fn among<'a>(&'a self, profiles: &'a [Profile]) -> impl Iterator<Item = &'a Profile> {
        self.members.iter().filter_map(|id| profiles.iter().find(|profile| profile.id == *id))
    }

    /// How long a member is used at least.
    #[must_use]
    pub fn dwell(&self) -> Duration {
        Duration::from_secs(self.dwell_s.min(MAX_DWELL_S).into())
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.members.len();
        f.debug_struct("Group").field("id", &self.id).field("policy", &self.policy).field("members", &members).finish()
    }
}

fn dwell_s() -> u32 {
    DWELL_S
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(members: &[&str]) -> GroupDraft {
        let members = members.iter().copied().map(str::to_owned).collect();
        GroupDraft { id: None, name: " Home ".into(), policy: Policy::Fixed, members, fixed: None, dwell_s: u32::MAX }
    }

    #[test]
    fn a_group_has_members_that_are_there_each_once() {
        let profiles = ["a", "b"].map(|id| Profile { id: id.into(), ..Profile::default() });
        let group = Group::of(&draft(&["b", "gone", "a", "b"]), None, &profiles).unwrap();
        assert_eq!(group.members, ["b", "a"]);
        assert_eq!((group.name.as_str(), group.dwell_s), ("Home", MAX_DWELL_S));
        let fixed = |id: &str| GroupDraft { fixed: Some(id.into()), ..draft(&["a"]) };
        assert_eq!(Group::of(&fixed("a"), None, &profiles).unwrap().fixed.as_deref(), Some("a"));
        assert_eq!(Group::of(&fixed("b"), None, &profiles).unwrap().fixed, None);
        for bad in [draft(&[]), draft(&["gone"]), GroupDraft { name: "n".repeat(201), ..draft(&["a"]) }] {
            assert_eq!(Group::of(&bad, None, &profiles), None, "{bad:?}");
        }
    }
}
