//! The words of the tray, in one place.

use parasol_app::problem::Problem;
use parasol_app::state::{Actual, AppState};

pub(super) const TURN_ON: &str = "Turn on";
pub(super) const TURN_OFF: &str = "Turn off";
pub(super) const PROFILE: &str = "Profile";
pub(super) const NO_PROFILE: &str = "No profile yet";
pub(super) const MODE: &str = "Mode";
pub(super) const RULES: &str = "Rules";
pub(super) const GLOBAL: &str = "Global";
pub(super) const DIRECT: &str = "Direct";
pub(super) const SYSTEM_PROXY: &str = "System proxy";
pub(super) const LEAVE: &str = "Leave alone";
pub(super) const PAC: &str = "PAC";
pub(crate) const OPEN: &str = "Open Parasol";
pub(super) const QUIT: &str = "Quit";

/// Leads to the window, which has them all.
pub(super) fn all(profiles: usize) -> String {
    format!("All {profiles} profiles…")
}

/// What stands beside the pointer over the icon: what is, and through whom.
pub(super) fn tooltip(state: &AppState) -> String {
    let profile = state.profiles.iter().find(|profile| Some(&profile.id) == state.active.as_ref());
    match (&state.actual, profile) {
        (Actual::Off, _) => "Parasol is off".to_owned(),
        (Actual::Starting, _) => "Parasol is starting".to_owned(),
        (Actual::Stopping, _) => "Parasol is stopping".to_owned(),
        (Actual::On { .. }, Some(profile)) => format!("Parasol is on: {}", one_line(&profile.title)),
        (Actual::On { .. }, None) => "Parasol is on".to_owned(),
        (Actual::Failed { problem }, _) => format!("Parasol could not start: {}", reason(problem)),
    }
}

/// In a few words; the window says it whole, with what would help.
pub(crate) fn reason(problem: &Problem) -> String {
    match problem {
        Problem::PortTaken { port, .. } => format!("port {port} is in use"),
        Problem::PortReserved { port, .. } => format!("the system keeps port {port} from programs"),
        Problem::BindFailed { address, .. } => format!("cannot listen on {address}"),
        Problem::PortUsedTwice { port, .. } => format!("port {port} is used twice"),
        Problem::BadPort { .. } => "a port cannot be opened as it is".to_owned(),
        Problem::PluginNotForPort { name } => format!("the plugin {} does not serve the port", one_line(name)),
        Problem::NoProfile => "there is no profile yet".to_owned(),
        Problem::ProfileGone => "its profile is gone".to_owned(),
        Problem::PasswordLocked => "the password is locked".to_owned(),
        Problem::PluginUnapproved { name } => format!("the plugin {} is not approved", one_line(name)),
        Problem::LegacyUnapproved { method } => format!("the method {method} is unsafe and not approved"),
        Problem::PluginMissing { name } => format!("the plugin {} is not installed", one_line(name)),
        Problem::PluginFailed { name, .. } => format!("the plugin {} does not run", one_line(name)),
        Problem::PluginSilent { name, .. } => format!("the plugin {} does not answer", one_line(name)),
        Problem::BadProfile { .. } => "the profile cannot be used".to_owned(),
        Problem::EngineFailed { cause } => one_line(cause),
        Problem::Crashed => "a part of it crashed".to_owned(),
        Problem::ProxyUnsupported | Problem::HeldByAnother | Problem::ProxyTaken | Problem::ProxyFailed { .. } => {
            "the system proxy could not be set".to_owned()
        }
    }
}

/// A name from a link may hold line breaks and be of any length; a menu has one line and an edge.
pub(crate) fn one_line(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut line: String =
        name.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned();
    if name.chars().count() > LONGEST {
        line.push('…');
    }
    line
}
