//! `Status`: the state in the few words that a terminal or a script asks for. No secret stands in it, and no address of a
//! server unless it is all that a profile is called by.

use serde::{Deserialize, Serialize};

use super::TrafficStatus;
use crate::port::PortKind;
use crate::problem::Problem;
use crate::state::{Actual, AppState, PortActual, PortView, ProxyActual, ProxyMode, RoutingMode, SystemProxyView};
use crate::traffic::Figures;

/// How things are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// A Parasol runs, and this is of it.
    pub running: bool,
    /// Its version.
    pub version: String,
    /// What was asked for: on or off.
    pub wanted: bool,
    /// What is.
    pub state: StateCode,
    /// When it was switched on, in milliseconds since 1970; nothing unless it is on.
    pub since_ms: Option<u64>,
    /// Why it is not on, when it has failed.
    pub problem: Option<Problem>,
    /// How the profile in use is called.
    pub profile: Option<String>,
    /// How the group in use is called.
    pub group: Option<String>,
    /// Where it listens on 127.0.0.1, or will.
    pub local_port: u16,
    /// The ports beside that one.
    pub ports: Vec<PortStatus>,
    /// What stands above the rules.
    pub mode: RoutingMode,
    /// The system's proxy setting.
    pub system_proxy: ProxyStatus,
    /// How much has moved, and moves; nothing of an older Parasol.
    #[serde(default)]
    pub traffic: Option<TrafficStatus>,
}

/// What the relay does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "these are the words of Actual")]
pub enum StateCode {
    Off,
    Starting,
    On,
    Stopping,
    Failed,
}

/// A port beside the first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortStatus {
    /// What the user calls it; may be empty.
    pub name: String,
    /// Where it listens.
    pub port: u16,
    /// What is spoken there.
    pub kind: PortKind,
    /// Other machines reach it too.
    pub lan: bool,
    /// What is.
    pub state: PortCode,
    /// Why it is not open, when it has failed.
    pub problem: Option<Problem>,
}

/// What a port does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "these are the words of PortActual")]
pub enum PortCode {
    Closed,
    Opening,
    Open,
    Failed,
}

/// The system's proxy setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyStatus {
    /// What was asked for.
    pub wanted: ProxyMode,
    /// It points at Parasol.
    pub set: bool,
    /// Why it does not, when that has failed.
    pub problem: Option<Problem>,
}

impl Status {
    /// Of this state, with these figures.
    #[must_use]
    pub fn of(state: &AppState, figures: Option<&Figures>) -> Status {
        let (code, since_ms, problem) = match &state.actual {
            Actual::Off => (StateCode::Off, None, None),
            Actual::Starting => (StateCode::Starting, None, None),
            Actual::On { since_ms } => (StateCode::On, Some(*since_ms), None),
            Actual::Stopping => (StateCode::Stopping, None, None),
            Actual::Failed { problem } => (StateCode::Failed, None, Some(problem.without_last_words())),
        };
        let profile = state.profiles.iter().find(|profile| Some(&profile.id) == state.active.as_ref());
        let group = state.groups.iter().find(|group| Some(&group.id) == state.group.as_ref());
        Status {
            running: true,
            version: state.version.clone(),
            wanted: state.wanted,
            state: code,
            since_ms,
            problem,
            profile: profile.map(|profile| profile.title.clone()),
            group: group.map(|group| group.name.clone()),
            local_port: state.local_port,
            ports: state.ports.iter().map(PortStatus::of).collect(),
            mode: state.routing.mode,
            system_proxy: ProxyStatus::of(&state.system_proxy),
            traffic: figures.map(TrafficStatus::of),
        }
    }
}

impl PortStatus {
    fn of(port: &PortView) -> PortStatus {
        let (state, problem) = match &port.actual {
            PortActual::Closed => (PortCode::Closed, None),
            PortActual::Opening => (PortCode::Opening, None),
            PortActual::Open => (PortCode::Open, None),
            PortActual::Failed { problem } => (PortCode::Failed, Some(problem.without_last_words())),
        };
        PortStatus { name: port.name.clone(), port: port.port, kind: port.kind, lan: port.lan, state, problem }
    }
}

impl ProxyStatus {
    fn of(proxy: &SystemProxyView) -> ProxyStatus {
        let problem = match &proxy.actual {
            ProxyActual::Failed { problem } => Some(problem.clone()),
            ProxyActual::Unset | ProxyActual::Set => None,
        };
        ProxyStatus { wanted: proxy.wanted, set: proxy.actual == ProxyActual::Set, problem }
    }
}
