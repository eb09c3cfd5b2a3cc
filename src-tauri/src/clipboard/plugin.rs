//! By the plugin for it. The page gets no right to it by that.

use parasol_app::pasted::Pasted;
use tauri::async_runtime::spawn_blocking;
use tauri::{AppHandle, Builder, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt;

pub(crate) fn with_clipboard(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(tauri_plugin_clipboard_manager::init())
}

pub(super) async fn write(app: &AppHandle, text: Pasted) -> bool {
    let app = app.clone();
    // Histories of the clipboard are asked to leave it out.
    let written = spawn_blocking(move || app.clipboard().write_secret(text.as_str()).is_ok());
    written.await.unwrap_or(false)
}

pub(super) async fn read(app: &AppHandle) -> Option<Pasted> {
    let app = app.clone();
    spawn_blocking(move || app.clipboard().read_text().ok().map(Pasted::from)).await.ok().flatten()
}

pub(super) async fn clear(app: &AppHandle) {
    let app = app.clone();
    // What cannot be cleared now is no business of whoever waits.
    drop(spawn_blocking(move || app.clipboard().clear()).await);
}
