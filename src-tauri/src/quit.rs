//! The end: the relay stopped and the system proxy given back first, whoever asked.

use parasol_app::StopSignal;
use parasol_app::controller::Handle;
use tauri::{AppHandle, Manager, Runtime};

/// Starts ending the program. Asking twice does no harm.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let parasol = app.state::<Handle>().inner().clone();
        parasol.shutdown().await;
        app.exit(0);
    });
}

/// Waits for the session's or a terminal's wish to end, and begins.
pub(crate) async fn on_signal<R: Runtime>(app: AppHandle<R>) -> std::io::Result<()> {
    StopSignal::watch()?.wait().await?;
    begin(&app);
    Ok(())
}
