//! How lists are fetched, and what of subscriptions is not saved.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parasol_proto::ServerConfig;
use tokio::sync::oneshot;

use super::fetching::{Fetching, Purpose};
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

/// What is fetched, offered, and was brought.
#[derive(Default)]
pub(super) struct Subscriptions {
    pub(super) fetching: Fetching<Doing, Came>,
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

impl Purpose for Doing {
    fn is_list(&self, id: &str) -> bool {
        matches!(self, Doing::Refresh(refreshed) if refreshed == id)
    }
}

/// A list that was shown last and is not saved.
pub(super) struct OfferedList {
    pub(super) id: u32,
    pub(super) url: SubscriptionUrl,
    pub(super) came: Result<ReadList, SubscriptionFault>,
}

impl Subscriptions {
    pub(super) fn start(
        &mut self,
        fetcher: &Fetcher,
        (url, known): (SubscriptionUrl, Validators),
        server: Option<ServerConfig>,
        doing: Doing,
    ) {
        let fetcher = fetcher.clone();
        self.fetching.begin(doing, async move { fetch(&fetcher, &url, &known, server).await });
    }
}
