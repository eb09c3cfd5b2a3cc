//! Glass: the desktop shell round `parasol-app`. Commands go in, whole states come out, and nothing is decided here.
//!
//! - [`clipboard`]: the system's; looked at for an import, as [`screen`] is
//! - [`commands`]: what the window asks for
//! - [`control`]: what other processes ask for
//! - [`copy`]: into the clipboard, and out of it again
//! - [`diagnosis`]: streamed to the window
//! - [`dropped`]: files on the window
//! - [`events`]: the states, to the window
//! - [`files`]: those that the user chooses in the system's dialogs
//! - `frugal`: the web view on Linux, with what it costs
//! - `session_bus`: the same bus for all in this process, where the desktop names none
//! - [`links`]: those that the system hands over
//! - [`log`]: what is going on
//! - [`login_start`]: whether the system starts us when its user logs in
//! - [`notify`]: what the desktop is told while nobody looks at the window
//! - [`own_files`]: Parasol's own, shown in the desktop's file manager
//! - [`tray`]: the icon and its menu
//! - [`window`]: made on demand, destroyed on close
//! - [`words`]: what tray and notifications say, in the user's language
//! - [`quit`]: the end
//!
//! What is deliberately not here: rules, defaults, files, sockets, the words of the window.

mod clipboard;
mod commands;
mod control;
mod copy;
mod diagnosis;
mod dropped;
mod events;
mod files;
#[cfg(target_os = "linux")]
mod frugal;
mod links;
mod log;
mod login_start;
mod notify;
mod own_files;
mod quit;
mod screen;
#[cfg(target_os = "linux")]
mod session_bus;
mod tray;
mod window;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use parasol_app::Command;
use parasol_app::control::ControlSocket;
use parasol_app::controller::{Controller, Deps, Handle};
use parasol_app::errand::Errand;
use parasol_app::handed;
use parasol_app::log::Log;
use parasol_app::paths::{NoHome, Paths};
use parasol_app::start::{Start, Switch};
use tauri::menu::MenuId;
use tauri::{App, AppHandle, Manager, RunEvent};
use tokio::sync::mpsc;

/// Runs the desktop program until the user quits; or, where it runs already, tells that one what this one was started for.
/// [`Start`] says what the arguments mean.
///
/// On success it ends the process itself, with code 0; it returns only when it could not start.
#[must_use]
pub fn run() -> ExitCode {
    run_on(Deps::of_this_machine)
}

/// The same where the controller works on something else than this machine.
#[must_use]
pub fn run_on(deps: fn() -> Result<Deps, NoHome>) -> ExitCode {
    let log = log::begin();
    #[cfg(target_os = "linux")]
    frugal::begin();
    if let Some(errand) = Errand::of(std::env::args_os().skip(1)) {
        return run_errand(&errand);
    }
    // Not `args`, which ends the program over one that is no UTF-8.
    let args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    let start = Start::of(args);
    // Links hold passwords, and everybody may list processes.
    parasol_app::hide_arguments(handed::is_link);
    // It may take seconds, in which this one would hold its turn and answer nobody.
    #[cfg(target_os = "linux")]
    session_bus::begin();
    // First of all else: a second Parasol must end before it touches any file, and needs no display for that.
    let control = match control::take_turn(&start) {
        Ok(control) => control,
        Err(told) => return told,
    };
    if start.is_needless() {
        eprintln!("No Parasol runs, so it is off.");
        return ExitCode::SUCCESS;
    }
    if !has_display() {
        eprintln!(
            "There is no display here, or it cannot be reached. In a terminal, `parasol demo` and `parasol local` do the same without one."
        );
        return ExitCode::FAILURE;
    }
    match Paths::log_of_this_user() {
        Some(dir) => log.write_to(&dir),
        None => tracing::warn!("there is no home directory to keep the log in"),
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "Parasol begins");
    if let Err(error) = parasol_app::raise_descriptor_limit() {
        tracing::warn!("the limit of open connections stays as it was: {error}");
    }
    let (clicked, clicks) = mpsc::unbounded_channel();
    let built = notify::with_notifications(clipboard::with_clipboard(tauri::Builder::default()))
        .plugin(tauri_plugin_dialog::init())
        .manage(links::Links::default())
        .manage(dropped::Files::default())
        .manage(files::Chosen::default())
        .manage(copy::Last::default())
        .manage(quit::Wanted::default())
        .manage(window::Heard::default())
        .manage(log)
        .manage(log::WatchingLog::default())
        .invoke_handler(tauri::generate_handler![
            commands::state,
            commands::send,
            commands::check,
            commands::methods,
            commands::password,
            commands::check_port,
            commands::preview_import,
            commands::preview_import_file,
            commands::preview_candidate,
            commands::look_at_screen,
            commands::look_at_clipboard,
            commands::pasted_text,
            commands::export_profiles,
            commands::qr,
            commands::terminal_commands,
            commands::preview_subscription,
            commands::rules,
            commands::preview_rules,
            commands::pac_rules,
            commands::preview_pac_rules,
            commands::check_rule_list,
            commands::rule_hits,
            commands::explain,
            commands::tested,
            commands::test_draft,
            commands::check_probe,
            commands::earlier_states,
            commands::look_at_earlier,
            files::save_export,
            files::save_text,
            files::back_up,
            files::choose_backup,
            files::look_at_backup,
            copy::copy,
            diagnosis::diagnose,
            diagnosis::end_diagnosis,
            diagnosis::diagnosis_report,
            diagnosis::open_clock_settings,
            own_files::own_files,
            own_files::show_own_file,
            dropped::dropped_file,
            links::handed_links,
            links::link_opener,
            links::set_link_opener,
            login_start::login_start,
            login_start::set_login_start,
            commands::watch,
            commands::unwatch,
            commands::traffic,
            commands::profile_uses,
            commands::watch_connections,
            commands::unwatch_connections,
            log::watch_log,
            log::unwatch_log,
            log::log_between,
            log::clear_log,
            commands::hears_close,
            commands::close_window,
            commands::quit,
            commands::start_again,
        ])
        .on_menu_event(move |_, event| {
            // nobody listens any more when the program is ending
            let _ = clicked.send(event.id().clone());
        })
        .on_window_event(window::event)
        .setup(move |app| set_up(app, deps()?, clicks, control, start))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(happened),
        Err(error) => eprintln!("Parasol could not start: {error}"),
    }
    ExitCode::FAILURE
}

fn happened(app: &AppHandle, event: RunEvent) {
    match event {
        // Without a code it is only the last window that went: the tray stays.
        RunEvent::ExitRequested { api, code: None, .. } => api.prevent_exit(),
        // A session that ends asks nobody on some systems, and leaves seconds.
        RunEvent::Exit => quit::at_last(app),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            let mut links = handed::Handed::default();
            links.keep(urls.into_iter().map(String::from));
            if links::keep(app, links) {
                window::show(app);
            }
        }
        _ => {}
    }
}

/// Before anything of a window: what runs as a guard is to be small, and at login there may be no display yet.
fn run_errand(errand: &Errand) -> ExitCode {
    match errand.run() {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the system proxy could not be given back");
            ExitCode::FAILURE
        }
    }
}

fn set_up(
    app: &mut App,
    deps: Deps,
    clicks: mpsc::UnboundedReceiver<MenuId>,
    control: Option<ControlSocket>,
    start: Start,
) -> Result<(), Box<dyn std::error::Error>> {
    let parasol: Handle = tauri::async_runtime::block_on(Controller::spawn(deps));
    app.manage(parasol.clone());
    app.manage(commands::Watching::default());
    app.manage(commands::WatchingConnections::default());
    app.manage(diagnosis::Diagnosing::default());

    let app = app.handle();
    parasol.started(start.at_login);
    match start.switch {
        // What had not run was off.
        Some(Switch::On | Switch::Toggle) => parasol.send(Command::SetOn { on: true }),
        Some(Switch::Off) => parasol.send(Command::SetOn { on: false }),
        None => {}
    }
    tauri::async_runtime::spawn(app.state::<Log>().inner().clone().follow(parasol.state()));
    tauri::async_runtime::spawn(events::publish(app.clone(), parasol.clone()));
    tauri::async_runtime::spawn(notify::run(app.clone(), parasol.clone()));
    if let Some(control) = control {
        tauri::async_runtime::spawn(control::run(app.clone(), control, parasol.clone()));
    }
    tauri::async_runtime::spawn(tray::run(app.clone(), parasol, clicks, unseen(&start)));
    tauri::async_runtime::spawn(quit::on_signal(app.clone()));
    let shows = start.shows_window();
    links::keep(app, start.links);
    if shows {
        window::show(app);
    }
    Ok(())
}

/// How long a start without a window waits for a place to be seen at before it opens one; nothing for one with a window.
fn unseen(start: &Start) -> Option<Duration> {
    /// At login, panels and their extensions take their time.
    const LOGIN: Duration = Duration::from_secs(20);
    let waits = if start.at_login { LOGIN } else { Duration::ZERO };
    (!start.shows_window()).then_some(waits)
}

/// The event loop would panic where there is none. That one is named is not enough: it may be gone.
fn has_display() -> bool {
    #[cfg(target_os = "linux")]
    let has = gtk::init().is_ok();
    #[cfg(not(target_os = "linux"))]
    let has = true;
    has
}
