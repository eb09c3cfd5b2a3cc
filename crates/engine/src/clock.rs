//! The engine's coarse monotonic clock. Touching a flow is one relaxed store of its value, so no flow ever asks the
//! system for the time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The clock moves in steps of this while any flow is open.
pub const TICK: Duration = Duration::from_millis(500);

/// A moment: how many [`TICK`]s after the engine's start.
pub type Tick = u64;

/// Counts ticks. It stands still while no flow is open, which nobody is there to notice.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    now: AtomicU64,
}

impl Clock {
    pub(crate) fn new() -> Clock {
        Clock { start: Instant::now(), now: AtomicU64::new(0) }
    }

    /// The tick as of the last [`Clock::advance`].
    pub(crate) fn now(&self) -> Tick {
        self.now.load(Relaxed)
    }

    /// Catches up with the monotonic clock, however late the call comes.
    pub(crate) fn advance(&self) -> Tick {
        let now = Tick::try_from(self.start.elapsed().as_millis() / TICK.as_millis()).unwrap_or(Tick::MAX);
        self.now.store(now, Relaxed);
        now
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
