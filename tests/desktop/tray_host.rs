//! `TrayHost`: the desktop's place for tray icons, as a panel offers it on the session bus.

use tokio::sync::watch;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, connection, interface};

/// Holds `org.kde.StatusNotifierWatcher` on a bus until dropped.
pub(crate) struct TrayHost {
    bus: Connection,
    items: watch::Receiver<Vec<String>>,
}

impl TrayHost {
    pub(crate) async fn on(bus: &str) -> TrayHost {
        let (registered, items) = watch::channel(Vec::new());
        let bus = connection::Builder::address(bus)
            .and_then(|bus| bus.serve_at("/StatusNotifierWatcher", Watcher { registered }))
            .and_then(|bus| bus.name("org.kde.StatusNotifierWatcher"))
            .expect("all three are well formed")
            .build()
            .await
            .expect("the bus takes us");
        TrayHost { bus, items }
    }

    /// The bus this host is on.
    pub(crate) fn bus(&self) -> &Connection {
        &self.bus
    }

    /// The names of the icons' owners, in order of arrival; those that have gone as well.
    pub(crate) fn items(&self) -> Vec<String> {
        self.items.borrow().clone()
    }
}

struct Watcher {
    registered: watch::Sender<Vec<String>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        // an item gives its bus name, or a path on the name that it calls from
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let name = if service.starts_with('/') { sender } else { service.to_owned() };
        self.registered.send_modify(|names| names.push(name.clone()));
        let _ = Self::status_notifier_item_registered(&emitter, &name).await;
    }

    async fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    async fn registered_status_notifier_items(&self) -> Vec<String> {
        self.registered.borrow().clone()
    }

    #[zbus(property)]
    async fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    async fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(emitter: &SignalEmitter<'_>, service: &str) -> zbus::Result<()>;
}
