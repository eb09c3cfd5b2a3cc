//! Glass: the desktop shell round `parasol-app`. Commands go in, whole states come out, and nothing is decided here.
//!
//! - [`commands`]: what the window asks for
//! - [`events`]: the states, to the window
//! - [`tray`]: the icon and its menu
//! - [`window`]: made on demand, destroyed on close
//! - [`quit`]: the end
//!
//! What is deliberately not here: rules, defaults, files, sockets, the words of the window.

mod commands;
mod events;
mod quit;
mod tray;
mod window;

use std::process::ExitCode;

use parasol_app::controller::{Controller, Deps, Handle};
use tauri::menu::MenuId;
use tauri::{App, Manager, RunEvent};
use tokio::sync::mpsc;

/// Runs the desktop program until the user quits. With `--hidden` among the arguments it starts without a window.
///
/// On success it ends the process itself, with code 0; it returns only when it could not start.
#[must_use]
pub fn run() -> ExitCode {
    log_to_stderr();
    if !has_display() {
        eprintln!(
            "There is no display here. In a terminal, `parasol demo` and `parasol local` do the same without one."
        );
        return ExitCode::FAILURE;
    }
    if let Err(error) = parasol_app::raise_descriptor_limit() {
        tracing::warn!("the limit of open connections stays as it was: {error}");
    }
    let (clicked, clicks) = mpsc::unbounded_channel();
    let built = tauri::Builder::default()
        // first of all: a second Parasol must end before it touches any file
        .plugin(tauri_plugin_single_instance::init(|app, args, _| {
            if !is_hidden(args) {
                window::show(app);
            }
        }))
        .invoke_handler(tauri::generate_handler![
            commands::state,
            commands::send,
            commands::check,
            commands::methods,
            commands::password,
            commands::preview_links,
            commands::watch,
            commands::unwatch,
            commands::close_window,
            commands::quit,
        ])
        .on_menu_event(move |_, event| {
            // nobody listens any more when the program is ending
            let _ = clicked.send(event.id().clone());
        })
        .on_window_event(window::event)
        .setup(|app| set_up(app, clicks))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(|_, event| {
            // Without a code it is only the last window that went: the tray stays.
            if let RunEvent::ExitRequested { api, code: None, .. } = event {
                api.prevent_exit();
            }
        }),
        Err(error) => eprintln!("Parasol could not start: {error}"),
    }
    ExitCode::FAILURE
}

fn set_up(app: &mut App, clicks: mpsc::UnboundedReceiver<MenuId>) -> Result<(), Box<dyn std::error::Error>> {
    let parasol: Handle = tauri::async_runtime::block_on(Controller::spawn(Deps::of_this_machine()?));
    app.manage(parasol.clone());
    app.manage(commands::Watching::default());

    let hidden = is_hidden(std::env::args());
    let app = app.handle();
    tauri::async_runtime::spawn(events::publish(app.clone(), parasol.clone()));
    tauri::async_runtime::spawn(tray::run(app.clone(), parasol, clicks, hidden));
    tauri::async_runtime::spawn(quit::on_signal(app.clone()));
    if !hidden {
        window::show(app);
    }
    Ok(())
}

fn is_hidden(args: impl IntoIterator<Item = String>) -> bool {
    args.into_iter().any(|arg| arg == "--hidden")
}

/// GTK ends the process with a panic where there is none.
fn has_display() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some())
}

fn log_to_stderr() {
    let level = std::env::var("PARASOL_LOG").or_else(|_| std::env::var("RUST_LOG")).unwrap_or_default();
    let filter = tracing_subscriber::EnvFilter::try_new(if level.is_empty() { "info" } else { &level })
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
