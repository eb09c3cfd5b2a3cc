//! Has what runs hear of changes of this machine's network, and of its sleeps.

use parasol_app::NetworkWatch;
use parasol_app::network::Change;

/// Watches from now on, where the system lets us.
pub(crate) fn watch() -> Option<NetworkWatch> {
    let watch = NetworkWatch::of_this_system();
    watch.inspect_err(|error| tracing::warn!("changes of the network will not be noticed: {error}")).ok()
}

/// Tells `hear` of each change, for as long as it is polled; never ends.
pub(crate) async fn follow(watch: Option<NetworkWatch>, hear: impl Fn(&Change)) {
    let Some(mut watch) = watch else { return std::future::pending().await };
    loop {
        let change = watch.changed().await;
        let Change { slept, jumped, rerouted, online, .. } = change;
        tracing::info!(slept, jumped, rerouted, online, "the network has changed");
        hear(&change);
    }
}
