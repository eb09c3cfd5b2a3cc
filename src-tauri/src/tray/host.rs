//! `Host`: whether the desktop has a place for tray icons at the moment. It may come and go while we run: a panel
//! that starts after us or crashes, an extension that is switched off.

use futures_util::{StreamExt, stream};
use tokio::sync::watch;
use zbus::fdo::DBusProxy;
use zbus::proxy::{self, CacheProperties};
use zbus::{Connection, Proxy};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";

/// Tells whether there is a host, now and at every change, until the receivers are gone. Where there is no session
/// bus there is none and never will be.
pub(super) async fn follow(present: watch::Sender<Option<bool>>) {
    if let Err(error) = follow_bus(&present).await {
        tracing::info!("no tray: {error}");
        present.send_replace(Some(false));
    }
}

async fn follow_bus(present: &watch::Sender<Option<bool>>) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let owners = DBusProxy::new(&bus).await?.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
    let watcher: Proxy<'_> = proxy::Builder::new(&bus)
        .destination(WATCHER)?
        .path(WATCHER_PATH)?
        .interface(WATCHER)?
        // asked anew each time: a cache would keep the answer of a watcher that has gone
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let hosts = watcher.receive_signal("StatusNotifierHostRegistered").await?;
    // Both streams stand before the first question, so that no change falls between.
    let mut changes = stream::select(owners.map(drop), hosts.map(drop));
    loop {
        // an error means that nobody holds the watcher's name
        let is_there = watcher.get_property("IsStatusNotifierHostRegistered").await.unwrap_or(false);
        present.send_replace(Some(is_there));
        tokio::select! {
            change = changes.next() => if change.is_none() { return Ok(()) },
            () = present.closed() => return Ok(()),
        }
    }
}
