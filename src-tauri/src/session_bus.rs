//! The session bus of a desktop that names none.

use gtk::{gio, glib};

const ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// Looks for the bus once, which may start one, and has nobody in this process look again. To be called before there is a
/// web view, for it changes the environment.
///
/// GLib asks `dbus-launch` for a bus and waits until nothing holds the pipe to that program any more. A process of WebKit
/// that begins meanwhile holds it for as long as it lives, and then the window waits too.
pub(crate) fn begin() {
    if std::env::var_os(ADDRESS).is_some() {
        return;
    }
    let found = gio::dbus_address_get_for_bus_sync(gio::BusType::Session, None::<&gio::Cancellable>);
    // As systemd says it: an address that leads nowhere.
    let address = found.as_deref().unwrap_or("disabled:");
    if let Err(error) = glib::setenv(ADDRESS, address, true) {
        tracing::warn!("the session bus is looked for again: {error}");
    }
}
