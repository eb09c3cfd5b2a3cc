//! The session bus of a desktop that names none.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use gtk::{gio, glib};

const ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";
/// How long a bus may take to begin; all else waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks for the bus once, which may start one, and has nobody in this process look again. To be called before there is a
/// web view, for it changes the environment.
///
/// GLib asks `dbus-launch` for a bus and waits until nothing holds the pipe to that program any more. A process of WebKit
/// that begins meanwhile holds it for as long as it lives, and then the window waits too.
pub(crate) fn begin() {
    if std::env::var_os(ADDRESS).is_some() {
        return;
    }
    let (tell, told) = mpsc::channel();
    // GLib cannot be called off; a program that never answers costs this thread and nothing else.
    thread::spawn(move || {
        let _ = tell.send(gio::dbus_address_get_for_bus_sync(gio::BusType::Session, None::<&gio::Cancellable>).ok());
    });
    let found = told.recv_timeout(PATIENCE).ok().flatten();
    // As systemd says it: an address that leads nowhere.
    let address = found.as_deref().unwrap_or("disabled:");
    if let Err(error) = glib::setenv(ADDRESS, address, true) {
        tracing::warn!("the session bus is looked for again: {error}");
    }
}
