//! `Series`: the rings of one thing that is counted.

use super::ring::{Ring, Slot};
use super::{Amount, Interval, TrafficRange, TrafficStep};
use crate::today::LocalDay;

/// The traffic of all, of one port, or of one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Series {
    /// By seconds; not saved.
    recent: Ring,
    pub(super) hour: Ring,
    pub(super) day: Ring,
    pub(super) month: Ring,
    /// By local days, which are numbered since 1970.
    pub(super) days: Ring,
}

const SECOND_MS: u64 = 1000;
const HOUR_MS: u64 = 3_600_000;
/// A little more than is shown: a clock that is wrong for a moment needs room of its own.
const SPARE: u64 = 8;
/// Two whole months.
pub(super) const DAYS: usize = 62;

impl Default for Series {
    fn default() -> Series {
        let ring = |range| {
            let (step_ms, steps) = Series::steps(range);
            Ring::new(step_ms, usize::try_from(steps + SPARE).expect("some hundreds"))
        };
        Series {
            recent: ring(TrafficRange::Minutes),
            hour: ring(TrafficRange::Hour),
            day: ring(TrafficRange::Day),
            month: ring(TrafficRange::Month),
            days: Ring::new(24 * HOUR_MS, DAYS),
        }
    }
}

impl Series {
    /// How long a step is, and how many of them are shown.
    pub(super) fn steps(range: TrafficRange) -> (u64, u64) {
        match range {
            TrafficRange::Minutes => (SECOND_MS, 120),
            TrafficRange::Hour => (10 * SECOND_MS, 360),
            TrafficRange::Day => (300 * SECOND_MS, 288),
            TrafficRange::Month => (2 * HOUR_MS, 360),
        }
    }

    pub(super) fn add(&mut self, when: Interval, amount: Amount) {
        for ring in [&mut self.recent, &mut self.hour, &mut self.day, &mut self.month] {
            ring.add(when.from_ms, when.to_ms, amount);
        }
        self.days.put(when.day.number, amount, when.day.number);
    }

    pub(super) fn shown(&self, range: TrafficRange, now_ms: u64) -> Vec<TrafficStep> {
        let ring = match range {
            TrafficRange::Minutes => &self.recent,
            TrafficRange::Hour => &self.hour,
            TrafficRange::Day => &self.day,
            TrafficRange::Month => &self.month,
        };
        let step = |(at_ms, moved): Slot| {
            let Amount { up, down } = moved.bounded();
            TrafficStep { at_ms, up, down }
        };
        ring.shown(now_ms, Series::steps(range).1).map(step).collect()
    }

    pub(super) fn today(&self, day: LocalDay) -> Amount {
        self.days.sum(day.number, day.number)
    }

    pub(super) fn month(&self, day: LocalDay) -> Amount {
        self.days.sum(day.month_began, day.number)
    }

    /// How many days ago anything was counted, or in how many it will have been, by a clock that is wrong.
    pub(super) fn unused_for(&self, day: LocalDay) -> u64 {
        self.days.nearest(day.number)
    }
}
