//! Notifications by the session bus (the Desktop Notifications Specification). A click opens the window.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Builder, Runtime};
use tokio::sync::Mutex;
use zbus::connection;
use zbus::proxy::{CacheProperties, SignalStream};
use zbus::zvariant::Value;
use zbus::{Connection, Proxy, proxy};

use crate::window;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The action that a click on the notification itself is.
const CLICK: &str = "default";
/// Whoever shows them may hang.
const PATIENCE: Duration = Duration::from_secs(10);

/// Nothing is needed for them.
pub(crate) fn with_notifications<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
}

/// The desktop, reached when there is something to show.
pub(super) struct Desktop {
    app: AppHandle,
    bus: Option<Bus>,
    /// Those that are ours. Held while one is being shown: a click on it may come before its number.
    shown: Arc<Mutex<Vec<u32>>>,
}

/// A connection, and the task that hears of clicks. They end together.
struct Bus {
    connection: Connection,
    clicks: JoinHandle<()>,
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.clicks.abort();
    }
}

impl Desktop {
    pub(super) fn new(app: &AppHandle) -> Desktop {
        Desktop { app: app.clone(), bus: None, shown: Arc::default() }
    }

    /// Where nobody shows notifications, the tray and the window have to do.
    pub(super) async fn show(&mut self, title: &str, text: &str, open: &str) {
        if let Err(error) = self.try_to_show(title, text, open).await {
            tracing::info!("there is no notification: {error}");
            // Perhaps the bus is another one next time.
            self.bus = None;
        }
    }

    async fn try_to_show(&mut self, title: &str, text: &str, open: &str) -> zbus::Result<()> {
        let bus = match &self.bus {
            Some(bus) => bus.connection.clone(),
            None => {
                let connection = connection::Builder::session()?.method_timeout(PATIENCE).build().await?;
                let clicks = server(&connection).await?.receive_signal("ActionInvoked").await?;
                let clicks = tauri::async_runtime::spawn(follow(clicks, self.app.clone(), Arc::clone(&self.shown)));
                self.bus.insert(Bus { connection, clicks }).connection.clone()
            }
        };
        let server = server(&bus).await?;
        let can: Vec<String> = server.call("GetCapabilities", &()).await?;
        let text = if can.iter().any(|can| can == "body-markup") { escaped(text) } else { text.to_owned() };
        let hints: HashMap<&str, Value<'_>> =
            HashMap::from([("desktop-entry", Value::from("Parasol")), ("category", Value::from("network.error"))]);
        // Named by the window's word: some show a button where they know no click.
        let actions = [CLICK, open];
        let body = ("Parasol", 0_u32, "parasol-desktop", title, text.as_str(), &actions[..], hints, -1_i32);
        let mut shown = self.shown.lock().await;
        let id: u32 = server.call("Notify", &body).await?;
        shown.push(id);
        Ok(())
    }
}

async fn server(bus: &Connection) -> zbus::Result<Proxy<'static>> {
    proxy::Builder::new(bus)
        .destination(NAME)?
        .path(PATH)?
        .interface(NAME)?
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

/// Opens the window at a click on one of ours, until the bus is gone.
async fn follow(mut clicks: SignalStream<'static>, app: AppHandle, shown: Arc<Mutex<Vec<u32>>>) {
    while let Some(click) = clicks.next().await {
        let Ok((id, action)) = click.body().deserialize::<(u32, String)>() else { continue };
        if action == CLICK && shown.lock().await.contains(&id) {
            window::show(&app);
        }
    }
}

/// Names that others have given may look like the markup that desktops take here.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
