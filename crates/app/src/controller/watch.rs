//! `Watchers`: who looks, and the tick that the counters are read on. Without a relay and without watchers there is no
//! tick, and without watchers a slow one; and where nothing moves, watchers are told so now and then only: each sample has
//! the window drawn anew.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::sample::{Point, Sample, Watched};

const SECOND: Duration = Duration::from_secs(1);
/// As long as a step of the history's finest ring that is saved.
const UNWATCHED: Duration = Duration::from_secs(10);
/// So often the same is told again.
const SAY_AGAIN: Duration = Duration::from_secs(10);

/// Those who watch.
#[derive(Debug, Default)]
pub(super) struct Watchers {
    watchers: Vec<mpsc::Sender<Watched>>,
    /// What all of them know, and since when.
    known: Option<(Sample, Instant)>,
    /// How often to read the counters.
    every: Option<Duration>,
    /// When to read them next.
    next: Option<Instant>,
}

impl Watchers {
    /// One more: it gets the past and the present at once.
    pub(super) fn add(&mut self, watcher: mpsc::Sender<Watched>, points: Vec<Point>, sample: Sample) {
        self.known = None;
        let begun = watcher.try_send(Watched::History { points });
        if begun.and_then(|()| watcher.try_send(Watched::Sample { sample })).is_ok() {
            self.watchers.push(watcher);
        }
    }

    /// Tells everybody. Who has gone is forgotten; who is behind misses this one. While the chart is `flat`, what they know
    /// already is not told each second.
    pub(super) fn tell(&mut self, sample: &Sample, flat: bool) {
        let now = Instant::now();
        if let Some((known, since)) = &self.known
            && flat
            && known.says_the_same_as(sample)
            && now < *since + SAY_AGAIN
        {
            self.watchers.retain(|watcher| !watcher.is_closed());
            return;
        }
        let mut all = true;
        self.watchers.retain(|watcher| {
            let told = watcher.try_send(Watched::Sample { sample: sample.clone() });
            all &= told.is_ok();
            !matches!(told, Err(mpsc::error::TrySendError::Closed(_)))
        });
        self.known = all.then(|| (sample.clone(), now));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.watchers.is_empty()
    }

    /// Ticks from now on: each second while somebody watches, samples or anything else, and now and then while the relay runs,
    /// for the history of the traffic; else not.
    pub(super) fn keep_ticking(&mut self, relay_runs: bool, others_watch: bool) {
        let every = match (others_watch || !self.is_empty(), relay_runs) {
            (true, _) => Some(SECOND),
            (false, true) => Some(UNWATCHED),
            (false, false) => None,
        };
        if every != self.every {
            self.every = every;
            self.next = every.map(|every| Instant::now() + every);
        }
    }

    /// The next tick; never, while there is nothing to tick for. Being dropped before then loses nothing.
    pub(super) async fn tick(&mut self) {
        match (self.next, self.every) {
            (Some(next), Some(every)) => {
                sleep_until(next).await;
                // After a machine has slept, one tick, not one for each second that was missed.
                let now = Instant::now();
                self.next = Some(if next + every > now { next } else { now } + every);
            }
            _ => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;

    fn sample() -> Sample {
        let reading = Ledger::default().read(0);
        Sample { at_ms: 0, ports: vec![], path: reading.path, given_up: vec![], given_up_today: 0 }
    }

    fn watcher(watchers: &mut Watchers) -> mpsc::Receiver<Watched> {
        let (send, receive) = mpsc::channel(8);
        watchers.add(send, vec![], sample());
        receive
    }

    #[tokio::test(start_paused = true)]
    async fn it_ticks_once_a_second_while_somebody_watches_and_then_no_more() {
        let mut watchers = Watchers::default();
        let start = Instant::now();
        let watching = watcher(&mut watchers);
        for second in 1..=3 {
            watchers.keep_ticking(false, false);
            watchers.tick().await;
            assert_eq!(start.elapsed(), SECOND * second);
        }
        drop(watching);
        watchers.tell(&sample(), false);
        watchers.keep_ticking(false, false);
        assert!(tokio::time::timeout(SECOND * 1000, watchers.tick()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn it_ticks_seldom_while_the_relay_runs_and_nobody_watches() {
        let mut watchers = Watchers::default();
        let start = Instant::now();
        for tick in 1..=3 {
            watchers.keep_ticking(true, false);
            watchers.tick().await;
            assert_eq!(start.elapsed(), UNWATCHED * tick);
        }
        // Who comes waits no longer than a second.
        for others in [false, true] {
            let watching = (!others).then(|| watcher(&mut watchers));
            let came = Instant::now();
            watchers.keep_ticking(true, others);
            watchers.tick().await;
            assert_eq!(came.elapsed(), SECOND);
            drop(watching);
            watchers.tell(&sample(), false);
            watchers.keep_ticking(true, false);
            watchers.tick().await;
            assert_eq!(came.elapsed(), SECOND + UNWATCHED);
        }
        watchers.keep_ticking(false, false);
        assert!(tokio::time::timeout(SECOND * 1000, watchers.tick()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_long_sleep_there_is_one_tick() {
        let mut watchers = Watchers::default();
        watchers.keep_ticking(false, true);
        tokio::time::advance(SECOND * 3600).await;
        watchers.tick().await;
        assert!(tokio::time::timeout(SECOND / 2, watchers.tick()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_is_told_again_only_now_and_then_while_the_chart_is_flat() {
        let at = |seconds: u64, today| Sample { at_ms: seconds * 1000, given_up_today: today, ..sample() };
        let mut watchers = Watchers::default();
        let mut watching = watcher(&mut watchers);
        let mut news = || std::iter::from_fn(|| watching.try_recv().ok()).count();
        assert_eq!(news(), 2, "the past and the present");
        for second in 0..25 {
            watchers.tell(&at(second, 0), true);
            assert_eq!(news(), usize::from(second % 10 == 0), "{second}");
            tokio::time::advance(SECOND).await;
        }
        watchers.tell(&at(25, 1), true);
        assert_eq!(news(), 1, "it is something else");
        watchers.tell(&at(26, 1), true);
        assert_eq!(news(), 0);
        watchers.tell(&at(27, 1), false);
        assert_eq!(news(), 1, "the chart moves on");
        let mut later = watcher(&mut watchers);
        watchers.tell(&at(28, 1), true);
        assert_eq!(std::iter::from_fn(|| later.try_recv().ok()).count(), 3, "who comes later knows no less");
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_gone_is_forgotten_though_nothing_is_told() {
        let mut watchers = Watchers::default();
        let watching = watcher(&mut watchers);
        watchers.tell(&sample(), true);
        drop(watching);
        watchers.tell(&sample(), true);
        assert!(watchers.is_empty());
    }

    #[test]
    fn a_slow_watcher_misses_samples_and_stays() {
        let mut watchers = Watchers::default();
        let mut slow = watcher(&mut watchers);
        for _ in 0..100 {
            watchers.tell(&sample(), false);
        }
        assert!(!watchers.is_empty());
        let mut seen = 0;
        while slow.try_recv().is_ok() {
            seen += 1;
        }
        assert_eq!(seen, 8);
    }
}
