//! The diagnosis, streamed to the window, and what it leads to in the system.

use parasol_app::clock_settings;
use parasol_app::controller::Handle;
use parasol_app::diagnosis::Diagnosis;
use tauri::State;
use tauri::ipc::Channel;

use crate::commands::Watching;

/// The one that the window looks at, if it does.
#[derive(Default)]
pub(crate) struct Diagnosing(pub(crate) Watching);

/// Begins one and streams it into the channel as it grows, in place of any before.
#[tauri::command]
pub(crate) async fn diagnose(
    parasol: State<'_, Handle>,
    diagnosing: State<'_, Diagnosing>,
    channel: Channel<Diagnosis>,
) -> Result<(), ()> {
    let Some(mut told) = parasol.diagnose().await else { return Ok(()) };
    diagnosing.0.start(tauri::async_runtime::spawn(async move {
        loop {
            let seen = told.borrow_and_update().clone();
            if channel.send(seen).is_err() || told.changed().await.is_err() {
                return;
            }
        }
    }));
    Ok(())
}

/// Calls it off.
#[tauri::command]
pub(crate) fn end_diagnosis(diagnosing: State<'_, Diagnosing>) {
    diagnosing.0.stop();
}

/// The last one as a text for others.
#[tauri::command]
pub(crate) async fn diagnosis_report(parasol: State<'_, Handle>, with_server: bool) -> Result<Option<String>, ()> {
    Ok(parasol.diagnosis_report(with_server).await)
}

/// Opens the system's settings of date and time; false when that cannot be done here.
#[tauri::command]
pub(crate) async fn open_clock_settings() -> Result<bool, ()> {
    Ok(clock_settings::open().await)
}
