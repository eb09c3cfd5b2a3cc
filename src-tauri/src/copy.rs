//! Into the clipboard, and out of it again: links and passwords do not stay there.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use parasol_app::copied::Copied;
use parasol_app::pasted::Pasted;
use tauri::{AppHandle, Manager};

use crate::clipboard;

/// What was copied last.
pub(crate) struct Last(Mutex<Copied>);

impl Default for Last {
    fn default() -> Self {
        Last(Mutex::new(Copied::of_this_environment()))
    }
}

impl Last {
    fn copied(&self) -> MutexGuard<'_, Copied> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

/// Copies a text, for as long as such a thing may stay.
#[tauri::command]
pub(crate) async fn copy(app: AppHandle, text: Pasted) -> Result<(), &'static str> {
    // Noted first: what is there and not known as ours would stay.
    let stays = app.state::<Last>().copied().note(text.as_str(), Instant::now());
    if !clipboard::write(&app, text).await {
        return Err("the clipboard does not answer");
    }
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(stays).await;
        if app.state::<Last>().copied().is_due(Instant::now()) {
            clear(&app).await;
        }
    });
    Ok(())
}

/// Takes out of the clipboard what is there of ours.
pub(crate) async fn clear(app: &AppHandle) {
    /// Whoever has the clipboard may hang, and we may be about to end.
    const PATIENCE: Duration = Duration::from_secs(1);
    if !app.state::<Last>().copied().is_any() {
        return;
    }
    let cleared = async {
        // Where nothing is to be read, something else than a text has taken its place.
        let Some(there) = clipboard::read(app).await else { return };
        if app.state::<Last>().copied().goes(there.as_str()) {
            clipboard::clear(app).await;
        }
    };
    if tokio::time::timeout(PATIENCE, cleared).await.is_err() {
        tracing::warn!("the clipboard does not answer; what was copied may still be in it");
    }
}
