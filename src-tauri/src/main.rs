//! `parasol-desktop`: the tray icon and the window.
// On Windows a release build opens no console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    parasol_desktop::run()
}
