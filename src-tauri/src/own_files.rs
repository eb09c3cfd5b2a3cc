//! Parasol's own files: where they are, and shown in the desktop's file manager. The window names no path.

use parasol_app::own_files::{self, FileShown, OwnFile, OwnFilesView};
use tauri_plugin_opener::reveal_item_in_dir;

/// Where they are.
#[tauri::command]
pub(crate) async fn own_files() -> Result<OwnFilesView, ()> {
    Ok(OwnFilesView::of_this_user())
}

/// Shows one in the file manager.
#[tauri::command]
pub(crate) async fn show_own_file(file: OwnFile) -> Result<FileShown, ()> {
    Ok(own_files::show(file, |path| reveal_item_in_dir(path).map_err(|error| error.to_string())).await)
}
