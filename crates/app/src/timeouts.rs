//! Timeouts: how long the relay waits for each thing, as the window shows and sets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::Timeouts;

/// The most seconds of one: a week.
pub const MAX: u32 = 604_800;

/// The relay's [`Deadlines`](crate::relay::Deadlines) that a user may set, in whole seconds from 1 to [`MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimeoutsDraft {
    /// From accept to a whole request.
    pub handshake: u32,
    /// For the name of what is dialled.
    pub resolve: u32,
    /// For the answer of what is dialled, over all of its addresses.
    pub connect: u32,
    /// From the first byte sent through a server until the first byte back; no longer than `idle`.
    pub first_byte: u32,
    /// Without a byte in either direction.
    pub idle: u32,
    /// After one side has finished sending and nothing moves in the other direction; no longer than `idle`.
    pub half_closed: u32,
}

/// How long the relay waits for each thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimeoutsView {
    /// As it is set.
    pub set: TimeoutsDraft,
    /// As it is until somebody sets it.
    pub usual: TimeoutsDraft,
    /// The most seconds of each.
    pub most: u32,
}

impl TimeoutsDraft {
    /// Whether each is in bounds; [`SetTimeouts`](crate::command::Command::SetTimeouts) is ignored otherwise.
    #[must_use]
    pub fn fits(&self) -> bool {
        let TimeoutsDraft { handshake, resolve, connect, first_byte, idle, half_closed } = *self;
        [handshake, resolve, connect, first_byte, idle, half_closed].iter().all(|seconds| (1..=MAX).contains(seconds))
    }
}

impl TimeoutsView {
    pub(crate) fn of(timeouts: &Timeouts) -> TimeoutsView {
        TimeoutsView { set: timeouts.in_force(), usual: Timeouts::default().in_force(), most: MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_from_a_second_to_a_week() {
        let usual = Timeouts::default().in_force();
        type Field = fn(&mut TimeoutsDraft) -> &mut u32;
        let fields: [Field; 6] = [
            |draft| &mut draft.handshake,
            |draft| &mut draft.resolve,
            |draft| &mut draft.connect,
            |draft| &mut draft.first_byte,
            |draft| &mut draft.idle,
            |draft| &mut draft.half_closed,
        ];
        for field in fields {
            for (seconds, fits) in [(0, false), (1, true), (MAX, true), (MAX + 1, false), (u32::MAX, false)] {
                let mut draft = usual;
                *field(&mut draft) = seconds;
                assert_eq!(draft.fits(), fits, "{draft:?}");
            }
        }
    }
}
