//! Events: each new state, whole, to whoever looks.

use parasol_app::controller::Handle;
use tauri::{AppHandle, Emitter, Runtime};

use crate::{quit, window};

/// Publishes every state until the program ends. States that follow each other faster than they are published are
/// skipped, the last one never. That the controller has ended though nobody wanted that, is told too.
pub(crate) async fn publish<R: Runtime>(app: AppHandle<R>, parasol: Handle) {
    let mut states = parasol.state();
    while states.changed().await.is_ok() {
        let state = states.borrow_and_update().clone();
        if let Err(error) = app.emit("state-changed", state.as_ref()) {
            tracing::warn!("the state could not be published: {error}");
        }
    }
    if !quit::is_wanted(&app) {
        tracing::error!("the controller has ended by itself");
        // A window that opens only now asks for the state, and learns it by that.
        window::show(&app);
        if let Err(error) = app.emit("ended", ()) {
            tracing::warn!("the page could not be told: {error}");
        }
    }
}
