//! The end: the relay stopped and the system proxy given back first, and what was copied taken out of
//! the clipboard, whoever asked.

use std::time::Duration;

use crate::copy;
use parasol_app::StopSignal;
use parasol_app::controller::Handle;
use parasol_app::log::Log;
use tauri::{AppHandle, Manager};

/// A disk that hangs must not keep the program from ending.
const LOG_PATIENCE: Duration = Duration::from_secs(1);

/// Starts ending the program. Asking twice does no harm.
pub(crate) fn begin(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        copy::clear(&app).await;
        let parasol = app.state::<Handle>().inner().clone();
        parasol.shutdown().await;
        app.exit(0);
    });
}

/// What must not be left behind when the program ends without having been asked to; nothing, when it was. Blocks for a
/// moment: the process ends with the return. A guard does what is not done by then.
pub(crate) fn at_last(app: &AppHandle) {
    // There is none when it could not start.
    if let Some(parasol) = app.try_state::<Handle>() {
        tauri::async_runtime::block_on(parasol.shutdown());
    }
    app.state::<Log>().end(LOG_PATIENCE);
}

/// Waits for the session's or a terminal's wish to end, and begins.
pub(crate) async fn on_signal(app: AppHandle) -> std::io::Result<()> {
    StopSignal::watch()?.wait().await?;
    begin(&app);
    Ok(())
}
