//! Lists that are being fetched beside the task, and those that wait for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parasol_proto::ServerConfig;
use tokio::sync::oneshot;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::subscription::{
    Came, Fetcher, Merged, ReadList, SubscriptionFault, SubscriptionPreview, SubscriptionUrl, Validators, fetch,
};

/// How lists are fetched, and when.
#[derive(Clone)]
pub struct Lists {
    /// Over which ways, believing whom.
    pub fetcher: Fetcher,
    /// The clock on the wall.
    pub clock: Clock,
    /// How often to look for a list that is due, of which one is fetched then.
    pub look_each: Duration,
}

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

impl Lists {
    /// As this machine reaches and trusts hosts.
    #[must_use]
    pub fn of_this_machine() -> Lists {
        /// No list is due more often than once an hour.
        const LOOK_EACH: Duration = Duration::from_secs(30);
        Lists { fetcher: Fetcher::of_this_machine(), clock: Arc::new(SystemTime::now), look_each: LOOK_EACH }
    }
}

/// What is fetched now, and what is to be.
#[derive(Default)]
pub(super) struct Subscriptions {
    jobs: JoinSet<Result<Came, SubscriptionFault>>,
    pub(super) doing: HashMap<Id, Doing>,
    /// Those that are to be fetched, by their ids, the next one first.
    pub(super) waiting: VecDeque<String>,
    /// When to look for one that is due.
    pub(super) look: Option<Instant>,
    pub(super) offered: Option<OfferedList>,
    pub(super) last_offer: u32,
    pub(super) merged: HashMap<String, Merged>,
}

/// What a list is fetched for.
pub(super) enum Doing {
    /// Of the subscription with this id.
    Refresh(String),
    Preview(SubscriptionUrl, oneshot::Sender<SubscriptionPreview>),
}

/// A list that was shown last and is not saved.
pub(super) struct OfferedList {
    pub(super) id: u32,
    pub(super) url: SubscriptionUrl,
    pub(super) came: Result<ReadList, SubscriptionFault>,
}

/// What wakes the controller for its subscriptions.
pub(super) enum Stirred {
    /// It is time to look for one that is due.
    Look,
    /// One was fetched.
    Came(Id, Result<Came, SubscriptionFault>),
}

impl Subscriptions {
    /// The next thing to see to. Being dropped before then loses nothing.
    pub(super) async fn stirred(&mut self) -> Stirred {
        let look = async {
            match self.look {
                Some(look) => sleep_until(look).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = look => {
                self.look = None;
                Stirred::Look
            }
            Some(ended) = self.jobs.join_next_with_id() => match ended {
                Ok((id, came)) => Stirred::Came(id, came),
                Err(error) => Stirred::Came(error.id(), Err(crashed(&error))),
            }
        }
    }

    /// Ends what is being fetched.
    pub(super) async fn stop(&mut self) {
        self.jobs.shutdown().await;
    }

    pub(super) fn is_busy_with(&self, id: &str) -> bool {
        let is = |doing: &Doing| matches!(doing, Doing::Refresh(refreshed) if refreshed == id);
        self.waiting.iter().any(|waiting| waiting == id) || self.doing.values().any(is)
    }

    pub(super) fn ask_for(&mut self, id: &str) {
        if !self.is_busy_with(id) {
            self.waiting.push_back(id.to_owned());
        }
    }

    pub(super) fn start(
        &mut self,
        fetcher: &Fetcher,
        (url, known): (SubscriptionUrl, Validators),
        server: Option<ServerConfig>,
        doing: Doing,
    ) {
        let fetcher = fetcher.clone();
        let job = self.jobs.spawn(async move { fetch(&fetcher, &url, &known, server).await });
        self.doing.insert(job.id(), doing);
    }
}

fn crashed(error: &JoinError) -> SubscriptionFault {
    tracing::error!(panic = error.is_panic(), "fetching a subscription ended");
    SubscriptionFault::Crashed
}
