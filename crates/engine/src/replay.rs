//! `SaltPool`: the salts that a server port has seen, against replayed requests, and has sent, against its own bytes coming
//! back as a request.
//!
//! A 2022 request is only taken within 30 s of its time, so a salt needs to be known for 60 s (SIP022 §3.1.5). Two sets,
//! each for a minute of the monotonic clock, hold every salt exactly, for one to two minutes, whatever the wall clock does.
//! Its responses say that they are none, so our own salts need not be kept.
//!
//! An AEAD-2017 request has no time, so the last so many salts are known, however old. Two sets of hashes under a secret
//! key of this process; the older one is forgotten when the younger is full. That is bounded memory, and who may be taken
//! for a replay by mistake is one in 2⁴⁸.
//!
//! Only requests sealed with the key get in, so that nobody else can fill it. Legacy requests go the way of AEAD-2017 with
//! their IV, if they have one; nothing proves that those are sealed with the key, so there it is only an obstacle.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use parasol_proto::Family;

/// How long the salt of a 2022 request is kept at the least.
const KEPT: Duration = Duration::from_secs(60);
/// How many salts of AEAD-2017 are known at the least. A request takes two: its own and that of the answer. Seven eighths of
/// a power of two are what fits a hash table of that size.
const KNOWN: usize = 7 << 12;

pub(crate) enum SaltPool {
    /// For AEAD-2022.
    Timed(Mutex<Timed>),
    /// For the methods without a time.
    Counted(Mutex<Counted>),
}

#[derive(Default)]
pub(crate) struct Timed {
    young: HashSet<Box<[u8]>>,
    old: HashSet<Box<[u8]>>,
    /// When `young` was begun.
    begun: Option<Instant>,
}

pub(crate) struct Counted {
    // Both of their full size from the first salt on: a table that grew would hold its old and its new self at once.
    young: HashSet<u64>,
    old: HashSet<u64>,
    hasher: RandomState,
}

impl SaltPool {
    pub(crate) fn new(family: Family) -> SaltPool {
        match family {
            Family::Aead2022 => SaltPool::Timed(Mutex::default()),
            Family::Aead2017 | Family::Stream => SaltPool::Counted(Mutex::new(Counted::new())),
        }
    }

    /// Remembers the salt of a request; false when it was known. One step: of two that bring the same salt at once, one
    /// wins.
    pub(crate) fn insert(&self, salt: &[u8], now: Instant) -> bool {
        match self {
            SaltPool::Timed(pool) => lock(pool).insert(salt, now),
            SaltPool::Counted(pool) => lock(pool).insert(salt),
        }
    }

    /// Remembers the salt of an answer of ours.
    pub(crate) fn sent(&self, salt: &[u8]) {
        match self {
            SaltPool::Timed(_) => {}
            SaltPool::Counted(pool) => {
                lock(pool).insert(salt);
            }
        }
    }
}

impl Timed {
    fn insert(&mut self, salt: &[u8], now: Instant) -> bool {
        let age = now.saturating_duration_since(*self.begun.get_or_insert(now));
        if age > KEPT {
            let young = std::mem::take(&mut self.young);
            self.old = if age > 2 * KEPT { HashSet::new() } else { young };
            self.begun = Some(now);
        }
        !self.old.contains(salt) && self.young.insert(salt.into())
    }
}

impl Counted {
    fn new() -> Counted {
        let set = || HashSet::with_capacity(KNOWN);
        Counted { young: set(), old: set(), hasher: RandomState::new() }
    }

    fn insert(&mut self, salt: &[u8]) -> bool {
        let hash = self.hasher.hash_one(salt);
        if self.old.contains(&hash) || !self.young.insert(hash) {
            return false;
        }
        if self.young.len() >= KNOWN {
            // The allocation of the set that is forgotten is used again.
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        true
    }
}

fn lock<T>(pool: &Mutex<T>) -> MutexGuard<'_, T> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salt_of_2022_is_taken_once_in_a_minute_and_forgotten_after_two() {
        let pool = SaltPool::new(Family::Aead2022);
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

    #[test]
    fn the_last_salts_of_2017_are_known_however_old_and_no_more_than_twice_as_many() {
        let pool = SaltPool::new(Family::Aead2017);
        let now = Instant::now();
        let salt = |n: usize| n.to_le_bytes();
        assert!(pool.insert(&salt(0), now));
        for n in 1..KNOWN {
            assert!(pool.insert(&salt(n), now), "{n}");
        }
        let later = now + Duration::from_secs(1 << 20);
        for n in 0..KNOWN {
            assert!(!pool.insert(&salt(n), later), "{n}");
        }
        for n in KNOWN..3 * KNOWN {
            assert!(pool.insert(&salt(n), now), "{n}");
        }
        assert!(pool.insert(&salt(0), now), "it was long ago");
        let SaltPool::Counted(pool) = pool else { panic!("2017 has no time") };
        let pool = lock(&pool);
        assert!(pool.young.len() + pool.old.len() <= 2 * KNOWN);
        assert!(pool.young.capacity() == KNOWN && pool.old.capacity() == KNOWN, "neither has grown");
    }

    #[test]
    fn our_own_salts_do_not_come_back_as_requests() {
        let pool = SaltPool::new(Family::Aead2017);
        pool.sent(b"ours");
        assert!(!pool.insert(b"ours", Instant::now()));
    }
}
