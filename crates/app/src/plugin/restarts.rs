//! `Restarts`: whether and when a plugin that has ended is started again. Pure: times come in and go out.

use std::time::Duration;

use super::Patience;

/// The crashes of one plugin.
#[derive(Debug)]
pub(super) struct Restarts {
    patience: Patience,
    /// On end, none after it had worked.
    crashes: u32,
}

impl Restarts {
    pub(super) fn new(patience: Patience) -> Restarts {
        Restarts { patience, crashes: 0 }
    }

    /// It has ended after it `ran` for so long: how long to wait before the next start, or `None` when that is enough.
    pub(super) fn after(&mut self, ran: Duration) -> Option<Duration> {
        let Patience { pause, longest_pause, worked, crashes, .. } = self.patience;
        if ran >= worked {
            self.crashes = 0;
        }
        self.crashes = self.crashes.saturating_add(1);
        if self.crashes >= crashes {
            return None;
        }
        let twice_each = 1u32.checked_shl(self.crashes - 1).unwrap_or(u32::MAX);
        Some(pause.saturating_mul(twice_each).min(longest_pause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Duration = Duration::from_secs(1);

    fn seconds(restarts: &mut Restarts, ran: Duration) -> Option<u64> {
        restarts.after(ran).map(|pause| pause.as_secs())
    }

    #[test]
    fn pauses_grow_and_end() {
        let patience = Patience { crashes: 8, ..Patience::default() };
        let mut restarts = Restarts::new(patience);
        let pauses: Vec<_> = (0..9).map(|_| seconds(&mut restarts, QUICK)).collect();
        assert_eq!(pauses, [Some(1), Some(2), Some(4), Some(8), Some(16), Some(30), Some(30), None, None]);
    }

    #[test]
    fn one_that_has_worked_starts_anew() {
        let mut restarts = Restarts::new(Patience::default());
        for _ in 0..100 {
            assert_eq!(seconds(&mut restarts, Patience::default().worked), Some(1));
            assert_eq!(seconds(&mut restarts, QUICK), Some(2));
        }
    }

    #[test]
    fn the_longest_row_of_crashes_overflows_nothing() {
        let mut restarts = Restarts::new(Patience { crashes: u32::MAX, ..Patience::default() });
        assert!((0..100).all(|_| restarts.after(QUICK) <= Some(Patience::default().longest_pause)));
    }
}
