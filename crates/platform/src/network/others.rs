//! Windows and others: everything is looked at every few seconds. What Windows has to tell of changes it tells to
//! callbacks on threads of its own, which need `unsafe` that nobody here can run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::facts::{Clocks, Facts, addresses, wall, ways};
use super::{Senses, Stirred};

const PACE: Duration = Duration::from_secs(4);

/// The monotonic clock goes on while Windows sleeps, so a sleep is a wait that was far longer than it should have been:
/// of each no more than twice its length counts as awake.
pub(super) struct Others {
    started: Instant,
    awake: Mutex<Duration>,
}

impl Default for Others {
    fn default() -> Others {
        Others { started: Instant::now(), awake: Mutex::default() }
    }
}

impl Senses for Others {
    fn look(&self) -> Facts {
        let awake = *self.awake.lock().unwrap_or_else(PoisonError::into_inner);
        let clocks = Clocks { awake, total: self.started.elapsed(), wall: wall() };
        Facts { addresses: addresses(), ways: ways(), clocks, ..Facts::default() }
    }

    fn stirred(&self) -> Stirred<'_> {
        Box::pin(async {
            let begun = Instant::now();
            tokio::time::sleep(PACE).await;
            *self.awake.lock().unwrap_or_else(PoisonError::into_inner) += begun.elapsed().min(2 * PACE);
        })
    }
}
