//! `SaltPool`: the salts that a server port has seen, against replayed requests of AEAD-2022.
//!
//! A request is only taken within 30 s of its time, so a salt needs to be known for 60 s (SIP022 §3.1.5). Two sets, each
//! for a minute of the monotonic clock, hold every salt for one to two minutes, whatever the wall clock does. Only requests sealed with the key get in, so that
//! nobody else can fill it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a salt is kept at the least.
const KEPT: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct SaltPool(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashSet<Box<[u8]>>,
    old: HashSet<Box<[u8]>>,
    /// When `young` was begun.
    begun: Option<Instant>,
}

impl SaltPool {
    /// Remembers the salt; false when it was known. One step: of two that bring the same salt at once, one wins.
    pub(crate) fn insert(&self, salt: &[u8], now: Instant) -> bool {
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.saturating_duration_since(*pool.begun.get_or_insert(now));
        if age > KEPT {
            let young = std::mem::take(&mut pool.young);
            pool.old = if age > 2 * KEPT { HashSet::new() } else { young };
            pool.begun = Some(now);
        }
        !pool.old.contains(salt) && pool.young.insert(salt.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salt_is_taken_once_in_a_minute_and_forgotten_after_two() {
        let pool = SaltPool::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(pool.insert(b"a", start));
        assert!(!pool.insert(b"a", start));
        assert!(pool.insert(b"b", at(59)));
        for later in [30, 59, 60] {
            assert!(!pool.insert(b"a", at(later)), "{later} s");
        }
        assert!(!pool.insert(b"b", at(61)));
        assert!(!pool.insert(b"b", at(119)));
        assert!(pool.insert(b"b", at(500)));
    }
}
