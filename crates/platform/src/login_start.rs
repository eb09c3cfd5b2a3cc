//! `LoginStart`: whether the system starts this program when its user logs in.
//!
//! | system | by what |
//! |---|---|
//! | Linux | a desktop entry in `~/.config/autostart` (the Desktop Application Autostart Specification) |
//! | Windows | a value of the user's `Run` key; Task Manager's own switch for it is heeded |
//! | macOS | an agent in `~/Library/LaunchAgents` |
//!
//! It is the user's, who may change it elsewhere too; so it is looked up whenever it is shown, and kept nowhere else.

#[cfg(any(target_os = "macos", test))]
mod agent;
#[cfg(target_os = "linux")]
#[path = "login_start/linux.rs"]
mod local;
#[cfg(target_os = "macos")]
#[path = "login_start/macos.rs"]
mod local;
#[cfg(windows)]
#[path = "login_start/windows.rs"]
mod local;
#[cfg(any(windows, test))]
mod run_key;

use std::io;

/// What the program is told when the system starts it at login.
pub const ARGUMENT: &str = "--at-login";

/// Whether it is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginStart {
    /// This very program is.
    On,
    /// It is not, or another one of the name.
    Off,
    /// There is no such thing here.
    NotHere,
}

/// How it is now.
///
/// # Errors
/// The system's.
pub fn now() -> io::Result<LoginStart> {
    #[cfg(any(target_os = "linux", target_os = "macos", windows))]
    return local::Entry::of_this_user().map_or(Ok(LoginStart::NotHere), |entry| {
        entry.is_on().map(|on| if on { LoginStart::On } else { LoginStart::Off })
    });
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    Ok(LoginStart::NotHere)
}

/// Has this program started at login from now on, or no longer. What stops a program that runs is another matter: it runs on.
///
/// # Errors
/// The system's; then it is as it was.
pub fn set(on: bool) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos", windows))]
    return match local::Entry::of_this_user() {
        Some(entry) if on => entry.write(),
        Some(entry) => entry.remove(),
        None => Err(io::ErrorKind::Unsupported.into()),
    };
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    {
        let _ = on;
        Err(io::ErrorKind::Unsupported.into())
    }
}
