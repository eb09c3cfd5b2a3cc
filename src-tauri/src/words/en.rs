use parasol_app::problem::Problem;

use super::{Words, one_line};

pub(super) const WORDS: Words = Words {
    turn_on: "Turn on",
    turn_off: "Turn off",
    profile: "Profile",
    no_profile: "No profile yet",
    mode: "Mode",
    rules: "Rules",
    global: "Global",
    direct: "Direct",
    system_proxy: "System proxy",
    leave: "Leave alone",
    pac: "PAC",
    open: "Open Parasol",
    quit: "Quit",
    all: |profiles| format!("All {profiles} profiles…"),
    is_off: "Parasol is off",
    is_starting: "Parasol is starting",
    is_stopping: "Parasol is stopping",
    is_on: "Parasol is on",
    is_on_through: |profile| format!("Parasol is on: {profile}"),
    could_not_start: |reason| format!("Parasol could not start: {reason}"),
    reason,
    full_stop: '.',
    is_not_on: "Parasol is not on",
    no_member: "No server works",
    no_member_of: |group| format!("No server of {group} works"),
    tries_on: "Programs get no connection until one does. Parasol goes on trying.",
    proxy_not_set: "The system proxy is not set",
    past_us: "Programs that follow it do not go through Parasol.",
    has_ended: |list| format!("{list} has ended"),
    may_stop: "The servers of this subscription may stop working.",
};

fn reason(problem: &Problem) -> String {
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
