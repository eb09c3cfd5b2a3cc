//! `Leaving`: the ways that were in use before the one of now, each as long as a flow goes on over it.

use std::collections::VecDeque;

use parasol_proto::Address;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::relay::Relay;
use crate::way::Way;

/// So many at most: with the next one the plugin of the oldest is ended, and with it what went through it.
const MOST: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Leaving {
    tasks: JoinSet<()>,
    /// Each ends one, the oldest first; some have ended by themselves. With where its plugin listens, if it has one.
    ends: VecDeque<(CancellationToken, Option<Address>)>,
}

impl Leaving {
    /// Nothing new takes this way; it is stopped when the last flow on it has ended.
    pub(super) fn add(&mut self, way: Way) {
        while self.tasks.try_join_next().is_some() {}
        if self.tasks.is_empty() {
            self.ends.clear();
        }
        let (end, plugged_at) = (CancellationToken::new(), way.plugged_at());
        self.tasks.spawn(way.leave(end.clone()));
        self.ends.push_back((end, plugged_at));
        if self.ends.len() > MOST
            && let Some((oldest, _)) = self.ends.pop_front()
        {
            oldest.cancel();
        }
    }

    /// What plugins carry is lost with the network that they went over: nothing is left of it to wait for.
    pub(super) fn end_those_with_plugins(&mut self, relay: &Relay) {
        self.ends.retain(|(end, plugged_at)| {
            if let Some(address) = plugged_at {
                relay.leave(address);
                end.cancel();
            }
            plugged_at.is_none()
        });
    }

    /// Stops all of them.
    pub(super) async fn stop(mut self) {
        self.ends.iter().for_each(|(end, _)| end.cancel());
        while self.tasks.join_next().await.is_some() {}
    }
}
