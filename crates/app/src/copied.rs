//! `Copied`: what was put into the clipboard for the user holds passwords, and any program can read it there. So it goes
//! again after a minute, unless something else has taken its place by then.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// How long it stays.
const STAYS: Duration = Duration::from_secs(60);
/// The environment variable that names another time, in seconds: for tests, and for who wants it shorter or longer.
const STAYS_VARIABLE: &str = "PARASOL_COPIED_SECONDS";

/// What was copied last: enough to know it again, and not the text.
#[derive(Debug)]
pub struct Copied {
    stays: Duration,
    last: Option<(u64, Instant)>,
    // A hash of its own for each start: it says nothing to anybody else.
    hash: RandomState,
}

impl Copied {
    /// Nothing yet; what comes stays for a minute, or for as long as `PARASOL_COPIED_SECONDS` says.
    #[must_use]
    pub fn of_this_environment() -> Copied {
        let asked = std::env::var(STAYS_VARIABLE).ok().and_then(|seconds| seconds.parse().ok());
        Copied::staying(asked.map_or(STAYS, Duration::from_secs))
    }

    fn staying(stays: Duration) -> Copied {
        Copied { stays, last: None, hash: RandomState::new() }
    }

    /// This is in the clipboard from now on. Returns how long it is to stay.
    pub fn note(&mut self, text: &str, now: Instant) -> Duration {
        self.last = Some((self.hash.hash_one(text), now));
        self.stays
    }

    /// Something of ours has been there for its time. What was copied again meanwhile has its time anew.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.last.is_some_and(|(_, since)| now.saturating_duration_since(since) >= self.stays)
    }

    /// Something of ours may be there still.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.last.is_some()
    }

    /// What is in the clipboard is to be taken out: it is what we have put there. However that is, it is forgotten.
    pub fn goes(&mut self, there: &str) -> bool {
        self.last.take().is_some_and(|(ours, _)| ours == self.hash.hash_one(there))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_goes_after_its_time_and_anothers_stays() {
        let start = Instant::now();
        let mut copied = Copied::staying(STAYS);
        assert!(!copied.is_due(start + STAYS) && !copied.is_any(), "nothing was copied");

        assert_eq!(copied.note("ss://secret", start), STAYS);
        assert!(!copied.is_due(start + STAYS - Duration::from_millis(1)));
        assert!(copied.is_due(start + STAYS) && copied.is_any());
        assert!(copied.goes("ss://secret"));
        assert!(!copied.goes("ss://secret"), "once");

        copied.note("ss://secret", start);
        assert!(!copied.goes("what another program has copied"));
        assert!(!copied.is_any(), "ours is gone anyway");
    }

    #[test]
    fn what_is_copied_again_has_its_time_anew() {
        let start = Instant::now();
        let mut copied = Copied::staying(STAYS);
        copied.note("one", start);
        copied.note("two", start + STAYS / 2);
        assert!(!copied.is_due(start + STAYS));
        assert!(copied.is_due(start + STAYS + STAYS / 2));
        assert!(!copied.is_due(start), "nor before, whatever a clock says");
        assert!(copied.goes("two"));
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        let mut copied = Copied::staying(STAYS);
        copied.note("ss://secret", Instant::now());
        assert!(!format!("{copied:?}").contains("secret"));
    }
}
