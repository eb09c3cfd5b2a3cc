//! `FileManager`: who shows files on a desk, and which were to be shown.

use tokio::sync::watch;
use zbus::{Connection, connection, interface};

/// Holds `org.freedesktop.FileManager1` on a bus until dropped.
pub(crate) struct FileManager {
    _bus: Connection,
    shown: watch::Receiver<Vec<String>>,
}

impl FileManager {
    pub(crate) async fn on(bus: &str) -> FileManager {
        let (show, shown) = watch::channel(Vec::new());
        let bus = connection::Builder::address(bus)
            .and_then(|bus| bus.serve_at("/org/freedesktop/FileManager1", Server { show }))
            .and_then(|bus| bus.name("org.freedesktop.FileManager1"))
            .expect("all three are well formed")
            .build()
            .await
            .expect("the bus takes us");
        FileManager { _bus: bus, shown }
    }

    /// All that were to be shown, as URIs.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.shown.borrow().clone()
    }
}

struct Server {
    show: watch::Sender<Vec<String>>,
}

#[interface(name = "org.freedesktop.FileManager1")]
impl Server {
    async fn show_items(&self, uris: Vec<String>, _startup_id: String) {
        self.show.send_modify(|shown| shown.extend(uris));
    }
}
