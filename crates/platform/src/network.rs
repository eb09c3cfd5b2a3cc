//! What becomes of this machine's network, and whether it has slept.
//!
//! A system says that something may have changed, often many times for one change, and for much that changes nothing
//! here. [`NetworkWatch`] waits until it is quiet again, looks at what is so now, and tells only what differs from before.
//! Nothing wakes it meanwhile where the system can say so itself.
//!
//! | file | what it knows |
//! |---|---|
//! | `facts` | what is looked at, and what counts as a change: pure |
//! | `heard` | a descriptor by which a system tells that it has |
//! | `linux` | rtnetlink, and a timer that the kernel cancels when the clock is set or the machine wakes up |
//! | `macos` | the routing socket, and a look at the clocks every few seconds |
//! | `others` | all of it every few seconds |
//! | `fake` | what a test says |

mod facts;
mod fake;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod heard;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
mod others;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout};

pub use self::facts::{Change, Clocks, Facts};
pub use self::fake::FakeNetwork;

/// One system's senses for its network and its clocks.
pub trait Senses: Send + Sync {
    /// What is so now. Takes some microseconds, or milliseconds where the system is slow to tell.
    fn look(&self) -> Facts;

    /// Returns when something may have changed since it was asked last. Being dropped before then loses nothing.
    fn stirred(&self) -> Stirred<'_>;
}

/// See [`Senses::stirred`].
pub type Stirred<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// How long it must be quiet before it is looked: one change comes as dozens of messages within a moment.
const QUIET: Duration = Duration::from_millis(400);
/// So often that is waited for at most: a system that is never quiet is looked at all the same.
const TIMES: u32 = 5;
/// When it is looked again after a change, whoever stirs or not: name servers are written down by another program, a
/// moment after the addresses have come.
const AGAIN: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];

/// Tells of changes. See the module.
pub struct NetworkWatch {
    senses: Arc<dyn Senses>,
    before: Facts,
    again: VecDeque<Instant>,
}

impl NetworkWatch {
    /// Watches this system's, from now on. Needs a running tokio.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn of_this_system() -> io::Result<NetworkWatch> {
        #[cfg(target_os = "linux")]
        let senses = linux::Linux::new()?;
        #[cfg(target_os = "macos")]
        let senses = macos::MacOs::new()?;
        #[cfg(not(any(target_os = "linux", target_os = "macos")))]
        let senses = others::Others::default();
        Ok(NetworkWatch::new(Arc::new(senses)))
    }

    /// Watches by these senses.
    #[must_use]
    pub fn new(senses: Arc<dyn Senses>) -> NetworkWatch {
        let before = senses.look();
        NetworkWatch { senses, before, again: VecDeque::new() }
    }

    /// The next change; never while nothing changes. Whoever stops waiting for it may lose one, unless they wait no more.
    pub async fn changed(&mut self) -> Change {
        loop {
            if self.stirs().await {
                self.is_quiet().await;
            }
            if let Some(change) = self.look().await {
                let now = Instant::now();
                self.again = AGAIN.map(|after| now + after).into();
                return change;
            }
        }
    }

    /// Waits until it is time to look; false when nobody has stirred.
    async fn stirs(&mut self) -> bool {
        let Some(again) = self.again.front().copied() else {
            self.senses.stirred().await;
            return true;
        };
        tokio::select! {
            () = self.senses.stirred() => true,
            () = sleep_until(again) => {
                self.again.pop_front();
                false
            }
        }
    }

    async fn is_quiet(&self) {
        for _ in 0..TIMES {
            sleep(QUIET).await;
            // Asked once, not waited for.
            if timeout(Duration::ZERO, self.senses.stirred()).await.is_err() {
                return;
            }
        }
    }

    async fn look(&mut self) -> Option<Change> {
        let senses = Arc::clone(&self.senses);
        // A look that crashed has seen nothing.
        let after = tokio::task::spawn_blocking(move || senses.look()).await.ok()?;
        let change = Change::between(&self.before, &after);
        self.before = after;
        change
    }
}

impl std::fmt::Debug for NetworkWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkWatch").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

    fn moves(facts: &mut Facts) {
        let [v4, _] = &mut facts.ways;
        *v4 = if v4.is_none() { Some(ADDRESS) } else { None };
    }

    /// Paused time runs to the next timer when everybody waits, and a blocking thread is waited for.
    async fn next(watch: &mut NetworkWatch, within: Duration) -> Option<Change> {
        timeout(within, watch.changed()).await.ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_one_change_and_what_changes_nothing_is_none() {
        let fake = FakeNetwork::default();
        let mut watch = NetworkWatch::new(Arc::new(fake.clone()));
        fake.change(moves);
        (0..50).for_each(|_| fake.stir());
        let begun = Instant::now();
        let change = next(&mut watch, Duration::from_secs(3600)).await.expect("it has changed");
        assert!(change.rerouted && !change.slept);
        assert!(begun.elapsed() <= QUIET * TIMES, "{:?}", begun.elapsed());
        (0..50).for_each(|_| fake.stir());
        assert_eq!(next(&mut watch, Duration::from_secs(3600)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_never_quiet_is_looked_at_all_the_same() {
        let fake = FakeNetwork::default();
        let mut watch = NetworkWatch::new(Arc::new(fake.clone()));
        fake.change(moves);
        let storm = async {
            loop {
                fake.stir();
                sleep(QUIET / 4).await;
            }
        };
        let begun = Instant::now();
        tokio::select! {
            change = watch.changed() => assert!(change.rerouted),
            () = storm => {}
        }
        assert!(begun.elapsed() <= QUIET * (TIMES + 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_late_is_seen_without_a_word_and_then_nobody_wakes() {
        let fake = FakeNetwork::default();
        let mut watch = NetworkWatch::new(Arc::new(fake.clone()));
        fake.change(moves);
        fake.stir();
        assert!(next(&mut watch, Duration::from_secs(60)).await.is_some());
        fake.change(|facts| facts.names = Some(b"nameserver 10.0.0.1".to_vec()));
        let late = next(&mut watch, AGAIN[2] * 2).await.expect("name servers came after the addresses");
        assert!(!late.rerouted && !late.slept);
        assert_eq!(next(&mut watch, AGAIN[2] * 2).await, None);
        let looks = fake.looks();
        assert_eq!(next(&mut watch, Duration::from_secs(86_400)).await, None);
        assert_eq!(fake.looks(), looks, "an idle machine is left alone");
    }
}
