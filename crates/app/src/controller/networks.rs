//! Changes of this machine's network, and its sleeps: whatever runs over the network hears of them
//! ([ADR 14](../../../../docs/adr/0014-what-a-change-of-network-does-to-flows.md)).

use std::sync::Arc;

use parasol_platform::NetworkWatch;
use parasol_platform::network::Change;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::choosing::is_of_the_server;
use super::{Controller, RelayNow};

/// Gives what watches the network when it is asked for, or `None` where that is not possible.
pub type Network = Arc<dyn Fn() -> Option<NetworkWatch> + Send + Sync>;

/// This system's.
pub(super) fn of_this_system() -> Option<NetworkWatch> {
    let watch = NetworkWatch::of_this_system();
    watch.inspect_err(|error| tracing::warn!(%error, "changes of the network will not be noticed")).ok()
}

/// What is told of the network.
pub(super) struct Networks {
    told: mpsc::UnboundedReceiver<Change>,
    end: CancellationToken,
}

impl Networks {
    /// Watches beside the controller, because a change that is being waited for must not be dropped.
    pub(super) fn watch(network: &Network, tasks: &TaskTracker) -> Networks {
        let (tell, told) = mpsc::unbounded_channel();
        let end = CancellationToken::new();
        if let Some(mut watch) = network() {
            let ended = end.clone();
            tasks.spawn(async move {
                while let Some(change) = ended.run_until_cancelled(watch.changed()).await {
                    if tell.send(change).is_err() {
                        return;
                    }
                }
            });
        }
        Networks { told, end }
    }

    /// The next change; never where nobody watches.
    pub(super) async fn changed(&mut self) -> Change {
        match self.told.recv().await {
            Some(change) => change,
            None => std::future::pending().await,
        }
    }

    pub(super) fn end(&self) {
        self.end.cancel();
    }
}

impl Controller {
    pub(super) fn network_changed(&mut self, change: &Change) {
        let Change { slept, jumped, rerouted, online, .. } = *change;
        tracing::info!(slept, jumped, rerouted, online, "the network has changed");
        if let RelayNow::On(running) = &mut self.relay {
            running.network_changed(change);
        }
        // Some systems keep a setting for each network, and what others have made of it is told and not fought.
        self.proxy_look.soon();
        if online && (slept || rerouted) {
            self.choosing.network_changed();
            // What could not be reached over the network before may be reached over this one.
            if matches!(&self.relay, RelayNow::Failed { problem, .. } if is_of_the_server(problem)) {
                self.relay = RelayNow::Off;
            }
            self.try_the_ports_again();
        }
    }
}
