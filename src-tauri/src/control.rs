//! What other processes of the user ask for: a terminal, a second start, an entry of the desktop's menu.

use std::process::ExitCode;

use parasol_app::control::{self, ControlSocket, ForWindow};
use parasol_app::controller::Handle;
use parasol_app::paths::Paths;
use parasol_app::start::{self, Start, Turn};
use tauri::AppHandle;
use tokio::sync::mpsc;

use crate::{links, quit, window};

/// Whether this is the first Parasol; else another one has been told, and how this one ends.
pub(crate) fn take_turn(start: &Start) -> Result<Option<ControlSocket>, ExitCode> {
    let Some(at) = Paths::control() else {
        tracing::warn!("the system does not tell whose desktop this is: a second start will not find this Parasol");
        return Ok(None);
    };
    match tauri::async_runtime::block_on(start::take_turn(&at, start)) {
        Turn::First(socket) => Ok(socket),
        Turn::Second(Ok(())) => Err(ExitCode::SUCCESS),
        Turn::Second(Err(error)) => {
            eprintln!("Parasol did not start: {error}");
            Err(ExitCode::FAILURE)
        }
    }
}

/// Answers until the end.
pub(crate) async fn run(app: AppHandle, socket: ControlSocket, parasol: Handle) {
    /// A few: who asks waits until there is room.
    const MOST: usize = 4;
    let (to_window, mut for_window) = mpsc::channel(MOST);
    let serving = control::serve(socket, parasol, to_window);
    let showing = async {
        while let Some(to_window) = for_window.recv().await {
            match to_window {
                ForWindow::Open => window::show(&app),
                ForWindow::Quit => quit::begin(&app),
                ForWindow::Links(links) => {
                    if links::keep(&app, links) {
                        window::show(&app);
                    }
                }
            }
        }
    };
    tokio::join!(serving, showing);
}
