//! The end: the relay stopped and the system proxy given back first, and what was copied taken out of
//! the clipboard, whoever asked.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::copy;
use parasol_app::StopSignal;
use parasol_app::controller::Handle;
use parasol_app::log::Log;
use tauri::{AppHandle, Manager, Runtime};

/// A disk that hangs must not keep the program from ending.
const LOG_PATIENCE: Duration = Duration::from_secs(1);

/// Whether the end is wanted.
#[derive(Default)]
pub(crate) struct Wanted(AtomicBool);

/// Whether the program ends because somebody wants that.
pub(crate) fn is_wanted<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Wanted>().0.load(Ordering::Relaxed)
}

/// Starts ending the program. Asking twice does no harm.
pub(crate) fn begin(app: &AppHandle) {
    app.state::<Wanted>().0.store(true, Ordering::Relaxed);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        copy::clear(&app).await;
        let parasol = app.state::<Handle>().inner().clone();
        parasol.shutdown().await;
        app.exit(0);
    });
}

/// Has another Parasol take the place of this one, whose controller has ended: its socket is free, and its guard gives the
/// system proxy back with the end of this process.
pub(crate) fn start_again(app: &AppHandle) {
    // As a person starts it: with its window, whatever this one was started for.
    let started = tauri::process::current_binary(&app.env()).and_then(|program| Command::new(program).spawn());
    match started {
        Ok(_) => begin(app),
        Err(error) => tracing::error!(%error, "Parasol could not be started anew"),
    }
}

/// What must not be left behind when the program ends without having been asked to; nothing, when it was. Blocks for a
/// moment: the process ends with the return. A guard does what is not done by then.
pub(crate) fn at_last(app: &AppHandle) {
    // There is none when it could not start.
    if let Some(parasol) = app.try_state::<Handle>() {
        app.state::<Wanted>().0.store(true, Ordering::Relaxed);
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
