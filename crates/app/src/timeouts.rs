//! `TimeoutsView`: how long the relay waits for each thing, as the window shows and sets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::Timeouts;

/// The most seconds of a wait that can be set: a day.
pub const MAX: u32 = 86_400;

/// The relay's [`Deadlines`](crate::relay::Deadlines) that a user may set, in whole seconds from 1 to [`MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of Deadlines")]
pub struct TimeoutsView {
    pub handshake: u32,
    pub resolve: u32,
    pub connect: u32,
    pub first_byte: u32,
    pub idle: u32,
    pub half_closed: u32,
}

/// How patient the relay is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PatienceView {
    /// As it is set.
    pub set: TimeoutsView,
    /// As it is until somebody sets it.
    pub usual: TimeoutsView,
    /// The most seconds of each.
    pub most: u32,
}

impl TimeoutsView {
    /// Whether each is in bounds; [`SetTimeouts`](crate::command::Command::SetTimeouts) is ignored otherwise.
    #[must_use]
    pub fn fits(&self) -> bool {
        let TimeoutsView { handshake, resolve, connect, first_byte, idle, half_closed } = *self;
        [handshake, resolve, connect, first_byte, idle, half_closed].iter().all(|seconds| (1..=MAX).contains(seconds))
    }
}

impl PatienceView {
    pub(crate) fn of(timeouts: &Timeouts) -> PatienceView {
        PatienceView { set: timeouts.view(), usual: Timeouts::default().view(), most: MAX }
    }
}
