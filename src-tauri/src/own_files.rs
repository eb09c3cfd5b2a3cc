//! Parasol's own files: where they are, and shown in the desktop's file manager. The window names no path.

use parasol_app::own_files::{OwnFile, OwnFilesView, there};

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
        // Waits for the file manager, which may have to start.
        tauri_plugin_opener::reveal_item_in_dir(there(&path).unwrap_or(&path))
    });
    match shown.await {
        Ok(Ok(())) => Ok(true),
        Ok(Err(error)) => {
            tracing::info!("the file manager could not be asked: {error}");
            Ok(false)
        }
        Err(_) => Ok(false),
    }
}
