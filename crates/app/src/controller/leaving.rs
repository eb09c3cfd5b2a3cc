//! `Leaving`: the ways that were in use before the one of now, each as long as a flow goes on over it.

use std::collections::VecDeque;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::way::Way;

/// So many at most: with the next one the plugin of the oldest is ended, and with it what went through it.
const MOST: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Leaving {
    tasks: JoinSet<()>,
    /// Each ends one, the oldest first; some have ended by themselves.
    ends: VecDeque<CancellationToken>,
}

impl Leaving {
    /// Nothing new takes this way; it is stopped when the last flow on it has ended.
    pub(super) fn add(&mut self, way: Way) {
        while self.tasks.try_join_next().is_some() {}
        if self.tasks.is_empty() {
            self.ends.clear();
        }
        let end = CancellationToken::new();
        self.tasks.spawn(way.leave(end.clone()));
        self.ends.push_back(end);
        if self.ends.len() > MOST
            && let Some(oldest) = self.ends.pop_front()
        {
            oldest.cancel();
        }
    }

    /// Stops all of them.
    pub(super) async fn stop(mut self) {
        self.ends.iter().for_each(CancellationToken::cancel);
        while self.tasks.join_next().await.is_some() {}
    }
}
