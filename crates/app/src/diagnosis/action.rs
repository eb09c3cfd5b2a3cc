//! `Action`: the one thing that helps, as data. The window makes a button of it, a terminal a line.

use serde::Serialize;
use ts_rs::TS;

use crate::problem::Problem;
use crate::tested::TestVerdict;

/// What to do about a step that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Action {
    /// Listen on another port, which is free at this moment.
    UsePort {
        /// Which.
        port: u16,
    },
    /// Change a port in the settings.
    EditPort,
    /// Switch on, once more.
    TryAgain,
    /// Have the system proxy point at Parasol again.
    TakeProxyBack,
    /// Have the system proxy left alone from now on.
    LeaveProxy,
    /// Put the system proxy back to what it was.
    GiveProxyBack,
    /// Ask the key store once more, also if somebody has to type a password.
    UnlockSecrets,
    /// Add a profile.
    AddProfile,
    /// Correct the profile.
    EditProfile,
    /// Let the profile's plugin run.
    ApprovePlugin,
    /// Let the profile's unsafe method be used.
    ApproveLegacy,
    /// Open the system's settings of date and time.
    SetClock,
    /// Change what servers are tested with.
    EditProbe,
}

impl Action {
    /// What helps with a problem.
    #[must_use]
    pub fn of(problem: &Problem) -> Option<Action> {
        Some(match problem {
            Problem::PortTaken { next_free: Some(port), .. } | Problem::PortReserved { next_free: Some(port), .. } => {
                Action::UsePort { port: *port }
            }
            Problem::PortTaken { next_free: None, .. }
            | Problem::PortReserved { next_free: None, .. }
            | Problem::BindFailed { .. }
            | Problem::PortUsedTwice { .. }
            | Problem::BadPort { .. }
            | Problem::PluginNotForPort { .. }
            | Problem::ProfileGone => Action::EditPort,
            Problem::NoProfile => Action::AddProfile,
            Problem::BadProfile { .. }
            | Problem::PluginMissing { .. }
            | Problem::PluginFailed { .. }
            | Problem::PluginSilent { .. } => Action::EditProfile,
            Problem::PluginUnapproved { .. } => Action::ApprovePlugin,
            Problem::LegacyUnapproved { .. } => Action::ApproveLegacy,
            Problem::PasswordLocked => Action::UnlockSecrets,
            Problem::EngineFailed { .. } | Problem::Crashed => Action::TryAgain,
            Problem::ProxyUnsupported | Problem::HeldByAnother => Action::LeaveProxy,
            Problem::ProxyTaken | Problem::ProxyFailed { .. } => Action::TakeProxyBack,
        })
    }

    /// What helps where a test of the server failed. Against the network, or another machine, nothing here does.
    #[must_use]
    pub fn after(verdict: &TestVerdict) -> Option<Action> {
        match verdict {
            TestVerdict::NameNotFound
            | TestVerdict::NameServerSilent
            | TestVerdict::Refused
            | TestVerdict::NoAnswer
            | TestVerdict::Silent
            | TestVerdict::Closed { .. }
            | TestVerdict::BadAnswer => Some(Action::EditProfile),
            TestVerdict::WrongClock { .. } => Some(Action::SetClock),
            TestVerdict::TargetUnreachable => Some(Action::EditProbe),
            TestVerdict::Unusable { problem } => Action::of(problem),
            TestVerdict::Works | TestVerdict::WorksWithoutUdp | TestVerdict::Unreachable | TestVerdict::NoResources => {
                None
            }
        }
    }

    /// One word for it, the same in every language.
    #[must_use]
    pub fn code(&self) -> String {
        serde_json::json!(self)["kind"].as_str().unwrap_or_default().to_owned()
    }
}
