//! Parasol's own files: where they are, and shown in the desktop's file manager. The window names no path.

use std::time::Duration;

use parasol_app::own_files::{OwnFile, OwnFilesView, there};
use tokio::time::timeout;

/// More than a file manager takes to start. One that hangs is asked for nothing else.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where they are.
#[tauri::command]
pub(crate) async fn own_files() -> Result<OwnFilesView, ()> {
    Ok(OwnFilesView::of_this_user())
}

/// Shows one in the file manager, or its directory where it is not there yet; false when that cannot be done here.
#[tauri::command]
pub(crate) async fn show_own_file(file: OwnFile) -> Result<bool, ()> {
    let Some(path) = file.path() else { return Ok(false) };
    let shown = tauri::async_runtime::spawn_blocking(move || {
        tauri_plugin_opener::reveal_item_in_dir(there(&path).unwrap_or(&path)).map_err(|error| error.to_string())
    });
    let why = match timeout(PATIENCE, shown).await {
        Ok(Ok(Ok(()))) => return Ok(true),
        Ok(Ok(Err(error))) => error,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer".to_owned(),
    };
    tracing::info!("the file manager could not be asked: {why}");
    Ok(false)
}
