//! Notifications by the system's own means.

use tauri::{AppHandle, Builder, Runtime};
use tauri_plugin_notification::NotificationExt;

/// Makes them known. The page gets no permission by it.
pub(crate) fn with_notifications<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.plugin(tauri_plugin_notification::init())
}

/// The desktop.
pub(super) struct Desktop {
    app: AppHandle,
}

impl Desktop {
    pub(super) fn new(app: &AppHandle) -> Desktop {
        Desktop { app: app.clone() }
    }

    /// Where they are switched off, the tray and the window have to do.
    pub(super) async fn show(&mut self, title: &str, text: &str, _open: &str) {
        if let Err(error) = self.app.notification().builder().title(title).body(text).show() {
            tracing::info!("there is no notification: {error}");
        }
    }
}
