//! Events: each new state, whole, to whoever looks.

use parasol_app::controller::Handle;
use tauri::{AppHandle, Emitter, Runtime};

/// Publishes every state until the program ends. States that follow each other faster than they are published are
/// skipped, the last one never.
pub(crate) async fn publish<R: Runtime>(app: AppHandle<R>, parasol: Handle) {
    let mut states = parasol.state();
    while states.changed().await.is_ok() {
        let state = states.borrow_and_update().clone();
        if let Err(error) = app.emit("state-changed", state.as_ref()) {
            tracing::warn!("the state could not be published: {error}");
        }
    }
}
