//! Groups, as the snapshot shows them.

use serde::Serialize;
use ts_rs::TS;

use crate::group::Policy;

/// A saved group as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// Never changes and never repeats.
    pub id: String,
    /// What the user calls it; may be empty.
    pub name: String,
    /// How a member is chosen.
    pub policy: Policy,
    /// The members that are there, the one to prefer first. When there is none, the group cannot be used.
    pub members: Vec<MemberView>,
    /// The member for `fixed`.
    pub fixed: Option<String>,
    /// How many seconds a member is used at least before a better one takes its place.
    pub dwell_s: u32,
    /// The last change of the member that is used; of the group in use only.
    pub changed: Option<MemberChange>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    /// The profile.
    pub id: String,
    /// How it is; of the group in use only.
    pub health: MemberHealth,
    /// From the request to the first byte in microseconds, when it was last probed.
    pub latency_micros: Option<u32>,
}

/// How a member of the group in use is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MemberHealth {
    /// Nothing is known.
    Unknown,
    /// It works.
    Good,
    /// It does not.
    Bad,
    /// Its profile cannot be used as it is.
    Unusable,
}

/// Another member is used than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MemberChange {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// The title of the one before, if there was one.
    pub from: Option<String>,
    /// The title of the one that is used.
    pub to: String,
    /// Why.
    pub why: ChangeReason,
}

/// Why another member of a group is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ChangeReason {
    /// The group was chosen or switched on.
    Begun,
    /// The one before is gone or cannot be used.
    Gone,
    /// The user said so.
    Fixed,
    /// The one before does not work.
    Failed,
    /// It works again, and it is preferred.
    Returned,
    /// Its first byte comes sooner.
    Faster {
        /// After so many microseconds.
        micros: u32,
        /// In place of so many.
        before_micros: u32,
    },
}
