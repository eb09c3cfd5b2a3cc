//! The engine's coarse monotonic clock. Touching a flow is one relaxed store of its value, so no flow ever asks the
//! system for the time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The clock moves in steps of this while any flow is open.
pub const TICK: Duration = Duration::from_millis(500);

/// A moment: how many [`TICK`]s after the engine's start.
pub type Tick = u64;

/// When the clock has not been moved for so long although flows are open, this program did not run: it was stopped, or
/// the machine slept and its monotonic clock went on. Far more than any load delays a tick by.
const PAUSE: Duration = Duration::from_secs(10);

/// Counts ticks. It stands still while no flow is open, which nobody is there to notice, and it does not count the time
/// in which this program did not run: no flow was silent then, for nobody could have heard it.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    now: AtomicU64,
    /// When it was moved last, and what it has not counted; milliseconds since the start.
    moved: AtomicU64,
    skipped: AtomicU64,
}

impl Clock {
    pub(crate) fn new() -> Clock {
        let zero = || AtomicU64::new(0);
        Clock { start: Instant::now(), now: zero(), moved: zero(), skipped: zero() }
    }

    /// The tick as of the last [`Clock::advance`].
    pub(crate) fn now(&self) -> Tick {
        self.now.load(Relaxed)
    }

    /// Catches up with the monotonic clock. True when this program has not run for a while.
    pub(crate) fn advance(&self) -> bool {
        self.advance_to(self.start.elapsed())
    }

    fn advance_to(&self, elapsed: Duration) -> bool {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let elapsed = millis(elapsed);
        let gap = elapsed.saturating_sub(self.moved.swap(elapsed, Relaxed));
        let paused = gap >= millis(PAUSE);
        if paused {
            self.skipped.fetch_add(gap - millis(TICK), Relaxed);
        }
        let counted = elapsed.saturating_sub(self.skipped.load(Relaxed));
        self.now.fetch_max(counted / millis(TICK), Relaxed);
        paused
    }

    /// Microseconds since the start, to the point: for what is compared within a tick.
    pub(crate) fn micros(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    #[cfg(test)]
    pub(crate) fn set(&self, now: Tick) {
        self.now.store(now, Relaxed);
    }
}

/// A duration in ticks, so that a deadline is never early: rounded up, and one more because a moment is noted as the tick
/// before it.
pub(crate) fn ticks(duration: Duration) -> Tick {
    Tick::try_from(duration.as_millis().div_ceil(TICK.as_millis())).unwrap_or(Tick::MAX / 2).min(Tick::MAX / 2) + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn time_in_which_the_program_did_not_run_is_not_counted() {
        let clock = Clock::new();
        let second = Duration::from_secs(1);
        assert!(!clock.advance_to(second * 3));
        assert_eq!(clock.now(), 6);
        assert!(clock.advance_to(second * 3600), "it was stopped for an hour");
        assert_eq!(clock.now(), 7);
        assert!(!clock.advance_to(second * 3600 + TICK));
        assert_eq!(clock.now(), 8);
        assert!(!clock.advance_to(second * 3609), "a machine under load");
        assert_eq!(clock.now(), 25);
    }

    proptest! {
        /// However late and unevenly it is moved, it goes forwards, and never faster than time.
        #[test]
        fn it_goes_forwards_and_no_faster_than_time(gaps in prop::collection::vec(0_u64..40_000, 0..200)) {
            let (clock, mut elapsed) = (Clock::new(), 0);
            for gap in gaps {
                elapsed += gap;
                let before = clock.now();
                let paused = clock.advance_to(Duration::from_millis(elapsed));
                let ticked = clock.now() - before;
                prop_assert!(ticked <= if paused { 2 } else { gap / 500 + 1 }, "{gap}: {ticked}");
                prop_assert_eq!(paused, gap >= 10_000);
            }
        }
    }
}
