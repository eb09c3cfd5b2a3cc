//! `Notifier`: who shows notifications on a desk, and what was to be shown.

use std::collections::HashMap;

use tokio::sync::watch;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection, interface};

const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// Holds `org.freedesktop.Notifications` on a bus until dropped.
pub(crate) struct Notifier {
    bus: Connection,
    shown: watch::Receiver<Vec<(String, String)>>,
}

impl Notifier {
    pub(crate) async fn on(bus: &str) -> Notifier {
        let (show, shown) = watch::channel(Vec::new());
        let bus = connection::Builder::address(bus)
            .and_then(|bus| bus.serve_at(PATH, Server { show }))
            .and_then(|bus| bus.name(NAME))
            .expect("all three are well formed")
            .build()
            .await
            .expect("the bus takes us");
        Notifier { bus, shown }
    }

    /// Title and text of each, in order; the first one's number is 1.
    pub(crate) fn shown(&self) -> Vec<(String, String)> {
        self.shown.borrow().clone()
    }

    /// Somebody clicks on the one with this number.
    pub(crate) async fn click(&self, number: u32) {
        let said = self.bus.emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &(number, "default")).await;
        said.expect("the bus takes it");
    }
}

struct Server {
    show: watch::Sender<Vec<(String, String)>>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    async fn get_capabilities(&self) -> Vec<String> {
        ["body", "body-markup", "actions"].map(str::to_owned).to_vec()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has that many")]
    async fn notify(
        &self,
        _program: String,
        _replaces: u32,
        _icon: String,
        title: String,
        text: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.show.send_modify(|shown| shown.push((title, text)));
        u32::try_from(self.show.borrow().len()).expect("a few")
    }
}
