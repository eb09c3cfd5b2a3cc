//! `Fetching`: lists that are fetched beside the task, those that wait for it, and when to look for one that is due.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, pending};
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::subscription::SubscriptionFault;

/// What is fetched now, and what is to be; `T` is what comes.
pub(super) struct Fetching<P, T> {
    jobs: JoinSet<Result<T, SubscriptionFault>>,
    doing: HashMap<Id, P>,
    /// Those that are to be fetched, by their ids, the next one first.
    waiting: VecDeque<String>,
    /// When to look for one that is due.
    look: Option<Instant>,
}

/// What something is fetched for.
pub(super) trait Purpose {
    /// Whether it is the saved list with this id.
    fn is_list(&self, id: &str) -> bool;
}

/// The saved list with this id.
impl Purpose for String {
    fn is_list(&self, id: &str) -> bool {
        self == id
    }
}

/// What wakes the controller for them.
pub(super) enum Stirred<P, T> {
    /// It is time to look for one that is due.
    Look,
    /// This was fetched, or why it was not.
    Came(P, Result<T, SubscriptionFault>),
}

impl<P, T> Default for Fetching<P, T> {
    fn default() -> Self {
        Fetching { jobs: JoinSet::new(), doing: HashMap::new(), waiting: VecDeque::new(), look: None }
    }
}

impl<P: Purpose, T: Send + 'static> Fetching<P, T> {
    /// The next thing to see to. Being dropped before then loses nothing.
    pub(super) async fn stirred(&mut self) -> Stirred<P, T> {
        let look = async {
            match self.look {
                Some(look) => sleep_until(look).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = look => {
                self.look = None;
                Stirred::Look
            }
            Some(ended) = self.jobs.join_next_with_id() => {
                let (job, came) = ended.unwrap_or_else(|error| (error.id(), Err(crashed(&error))));
                Stirred::Came(self.doing.remove(&job).expect("each job is noted when it begins"), came)
            }
        }
    }

    /// Ends what is being fetched.
    pub(super) async fn stop(&mut self) {
        self.jobs.shutdown().await;
    }

    pub(super) fn is_busy_with(&self, id: &str) -> bool {
        self.waiting.iter().any(|waiting| waiting == id) || self.doing.values().any(|purpose| purpose.is_list(id))
    }

    pub(super) fn ask_for(&mut self, id: &str) {
        if !self.is_busy_with(id) {
            self.waiting.push_back(id.to_owned());
        }
    }

    /// Takes the next one that waits, while fewer than so many are being fetched.
    pub(super) fn next(&mut self, at_once: usize) -> Option<String> {
        if self.doing.len() < at_once { self.waiting.pop_front() } else { None }
    }

    pub(super) fn begin(
        &mut self,
        purpose: P,
        fetch: impl Future<Output = Result<T, SubscriptionFault>> + Send + 'static,
    ) {
        let job = self.jobs.spawn(fetch);
        self.doing.insert(job.id(), purpose);
    }

    /// Looks for one that is due after so long, unless that is to be sooner; with `None`, not at all.
    pub(super) fn look_after(&mut self, pause: Option<Duration>) {
        self.look = pause.map(|pause| self.look.unwrap_or_else(|| Instant::now() + pause));
    }
}

fn crashed(error: &JoinError) -> SubscriptionFault {
    tracing::error!(panic = error.is_panic(), "fetching a list ended");
    SubscriptionFault::Crashed
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_waits_once_a_crash_costs_only_itself_and_a_look_is_never_put_off() {
        let mut fetching = Fetching::<String, u8>::default();
        ["a", "b", "a"].iter().for_each(|id| fetching.ask_for(id));
        let crash = || -> Result<u8, SubscriptionFault> { panic!("as a fault of ours would") };
        let first = fetching.next(1).unwrap();
        fetching.begin(first, async move { crash() });
        fetching.ask_for("a");
        assert!(fetching.is_busy_with("a") && fetching.is_busy_with("b") && !fetching.is_busy_with("c"));
        assert_eq!(fetching.next(1), None);
        let Stirred::Came(id, came) = fetching.stirred().await else { panic!("nothing is looked for") };
        assert_eq!((id.as_str(), came), ("a", Err(SubscriptionFault::Crashed)));
        assert!(!fetching.is_busy_with("a"));
        assert_eq!((fetching.next(1).as_deref(), fetching.next(1)), (Some("b"), None));

        let begun = Instant::now();
        [3, 9].iter().for_each(|pause| fetching.look_after(Some(Duration::from_secs(*pause))));
        assert!(timeout(Duration::from_secs(1), fetching.stirred()).await.is_err());
        assert!(matches!(fetching.stirred().await, Stirred::Look));
        assert_eq!(begun.elapsed().as_secs(), 3);
        fetching.look_after(Some(Duration::from_secs(3)));
        fetching.look_after(None);
        assert!(timeout(Duration::from_secs(60), fetching.stirred()).await.is_err());
    }
}
