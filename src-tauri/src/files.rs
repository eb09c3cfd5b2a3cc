//! Files that the user chooses in the system's own dialogs. The window names none: it asks, and hears what came of it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use parasol_app::backup::{BackUpAnswer, BackupFault, BackupLook};
use parasol_app::controller::Handle;
use parasol_app::export::{ExportFile, ExportSaved};
use parasol_app::pasted::Pasted;
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::window;

/// The backup that was chosen last, to be looked at.
#[derive(Default)]
pub(crate) struct Chosen(Mutex<Option<PathBuf>>);

impl Chosen {
    fn path(&self) -> MutexGuard<'_, Option<PathBuf>> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

/// Saves profiles, passwords included, where the user says; nothing when they do not.
#[tauri::command]
pub(crate) async fn save_export(
    app: AppHandle,
    parasol: State<'_, Handle>,
    ids: Vec<String>,
    file: ExportFile,
) -> Result<Option<ExportSaved>, ()> {
    let Some(path) = new_file(&app, file.name()).await else { return Ok(None) };
    Ok(Some(parasol.export_to(path, ids, file).await))
}

/// Saves a text that the window shows, such as a list of connections, where the user says; nothing when they do not.
/// `name` is what they are offered.
#[tauri::command]
pub(crate) async fn save_text(
    app: AppHandle,
    parasol: State<'_, Handle>,
    name: String,
    text: String,
) -> Result<Option<ExportSaved>, ()> {
    let Some(path) = new_file(&app, &name).await else { return Ok(None) };
    Ok(Some(parasol.save_text(path, text).await))
}

/// Writes everything into one file where the user says; nothing when they do not.
#[tauri::command]
pub(crate) async fn back_up(
    app: AppHandle,
    parasol: State<'_, Handle>,
    passphrase: Option<Pasted>,
) -> Result<Option<BackUpAnswer>, ()> {
    let name = if passphrase.is_some() { "parasol.age" } else { "parasol-backup.json" };
    let Some(path) = new_file(&app, name).await else { return Ok(None) };
    Ok(Some(parasol.back_up(path, passphrase.map(|text| text.as_str().into())).await))
}

/// Has the user choose a backup. Its name, or nothing when they chose none.
#[tauri::command]
pub(crate) async fn choose_backup(app: AppHandle, chosen: State<'_, Chosen>) -> Result<Option<String>, ()> {
    let Some(path) = asked(|tell| dialog(&app).pick_file(tell)).await else { return Ok(None) };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    *chosen.path() = Some(path);
    Ok(Some(name))
}

/// What going to the backup that was chosen would change.
#[tauri::command]
pub(crate) async fn look_at_backup(
    parasol: State<'_, Handle>,
    chosen: State<'_, Chosen>,
    passphrase: Option<Pasted>,
) -> Result<BackupLook, ()> {
    let path = chosen.path().clone();
    Ok(match path {
        Some(path) => parasol.look_at_backup(path, passphrase.map(|text| text.as_str().into())).await,
        None => BackupLook::Failed { fault: BackupFault::File { cause: "no file was chosen".to_owned() } },
    })
}

async fn new_file<R: Runtime>(app: &AppHandle<R>, name: &str) -> Option<PathBuf> {
    asked(|tell| dialog(app).set_file_name(name).save_file(tell)).await.filter(|path| path != Path::new(""))
}

/// In front of our window, if that is open.
fn dialog<R: Runtime>(app: &AppHandle<R>) -> FileDialogBuilder<R> {
    let dialog = app.dialog().file();
    match window::open(app) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

async fn asked(ask: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>)) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    // Nobody waits any more when the window was closed meanwhile.
    ask(Box::new(move |path| drop(tell.send(path))));
    told.await.ok()??.into_path().ok()
}
