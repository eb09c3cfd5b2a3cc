//! By the plugin for it. The page gets no right to it by that.

use parasol_app::import::Given;
use parasol_app::look::LookFault;
use parasol_app::pasted::Pasted;
use parasol_app::screens::Picture;
use tauri::async_runtime::spawn_blocking;
use tauri::{AppHandle, Builder, Runtime, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt;

pub(crate) fn with_clipboard(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(tauri_plugin_clipboard_manager::init())
}

pub(crate) async fn write(app: &AppHandle, text: Pasted) -> bool {
    let app = app.clone();
    // Histories of the clipboard are asked to leave it out.
    let written = spawn_blocking(move || app.clipboard().write_secret(text.as_str()).is_ok());
    written.await.unwrap_or(false)
}

pub(crate) async fn read(app: &AppHandle) -> Option<Pasted> {
    let app = app.clone();
    spawn_blocking(move || app.clipboard().read_text().ok().map(Pasted::from)).await.ok().flatten()
}

pub(crate) async fn clear(app: &AppHandle) {
    let app = app.clone();
    // What cannot be cleared now is no business of whoever waits.
    drop(spawn_blocking(move || app.clipboard().clear()).await);
}

/// The text that it holds, or else the picture.
pub(crate) async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
    let app = app.clone();
    let failed = |error: tauri::Error| LookFault::Failed { cause: error.to_string() };
    spawn_blocking(move || text_or_picture(&app)).await.map_err(failed)?
}

fn text_or_picture<R: Runtime>(app: &AppHandle<R>) -> Result<Given, LookFault> {
    if let Ok(text) = app.clipboard().read_text()
        && !text.trim_start().is_empty()
    {
        return Ok(Given::Bytes(text.into_bytes().into()));
    }
    // What it says of a clipboard without a picture is no more than that there is none.
    let picture = app.clipboard().read_image().map_err(|_| LookFault::Empty)?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Picture::of_rgba(width, height, picture.rgba()).map(Given::Picture).ok_or(LookFault::Empty)
}
