//! What a diagnosis tells: each step, what came of it, and why. The words for it are the window's and the terminal's.

use serde::Serialize;
use ts_rs::TS;

use super::action::Action;
use crate::problem::Problem;
use crate::state::KeyStoreView;
use crate::subscription::SubscriptionFault;
use crate::tested::{StepOutcome, StepReason, TestStep, TestVerdict};

/// A diagnosis as far as it has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// When it began, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// The steps that have ended, in their order.
    pub steps: Vec<StepDiagnosed>,
    /// The step that is being tried.
    pub running: Option<DiagnosisStep>,
    /// There is none left to try.
    pub ended: bool,
    /// The last lines that the plugin wrote while the server was tried; plain text, cut. They may name targets.
    pub plugin_said: Vec<String>,
}

/// A step of a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DiagnosisStep {
    /// Our port answers, or could be listened on.
    Port,
    /// The system proxy is ours.
    SystemProxy,
    /// There is a tray icon to come back from.
    Tray,
    /// The key store gives its key.
    KeyStore,
    /// SOCKS5 works on this machine.
    Socks5,
    /// HTTP does.
    Http,
    /// UDP does.
    LocalUdp,
    /// As [`TestStep::Resolve`].
    Resolve,
    /// As [`TestStep::Connect`].
    Connect,
    /// As [`TestStep::Handshake`].
    Handshake,
    /// As [`TestStep::FirstByte`].
    FirstByte,
    /// As [`TestStep::Udp`].
    Udp,
    /// This machine's clock is right.
    Clock,
    /// The plugin runs.
    Plugin,
    /// What goes through the server has its name looked up there, and not here.
    Names,
}

impl DiagnosisStep {
    /// All of them, in their order.
    pub const ALL: [DiagnosisStep; 15] = [
        DiagnosisStep::Port,
        DiagnosisStep::SystemProxy,
        DiagnosisStep::Tray,
        DiagnosisStep::KeyStore,
        DiagnosisStep::Socks5,
        DiagnosisStep::Http,
        DiagnosisStep::LocalUdp,
        DiagnosisStep::Resolve,
        DiagnosisStep::Connect,
        DiagnosisStep::Handshake,
        DiagnosisStep::FirstByte,
        DiagnosisStep::Udp,
        DiagnosisStep::Clock,
        DiagnosisStep::Plugin,
        DiagnosisStep::Names,
    ];
}

impl From<TestStep> for DiagnosisStep {
    fn from(step: TestStep) -> DiagnosisStep {
        match step {
            TestStep::Resolve => DiagnosisStep::Resolve,
            TestStep::Connect => DiagnosisStep::Connect,
            TestStep::Handshake => DiagnosisStep::Handshake,
            TestStep::FirstByte => DiagnosisStep::FirstByte,
            TestStep::Udp => DiagnosisStep::Udp,
        }
    }
}

/// How one step went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepDiagnosed {
    /// Which.
    pub step: DiagnosisStep,
    /// How.
    pub outcome: StepOutcome,
    /// Why, when it was not passed.
    pub reason: Option<DiagnosisReason>,
    /// What helps, where something does.
    pub action: Option<Action>,
    /// How many microseconds it took, when it was tried.
    pub micros: Option<u32>,
}

/// Why a step was not passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DiagnosisReason {
    /// Something that is wanted could not be done.
    Problem {
        /// What.
        problem: Problem,
    },
    /// The test of the server failed at this step.
    Server {
        /// What follows from it.
        verdict: TestVerdict,
    },
    /// The test of the server did not come to this step.
    Untested {
        /// Why.
        reason: StepReason,
    },
    /// Our port takes connections and does not answer as ours does.
    PortSilent,
    /// The relay is on, and the system proxy does not point at it.
    ProxyNotSet,
    /// The system proxy points at a Parasol that died.
    ProxyLeft,
    /// This desktop shows no tray icons.
    NoTray,
    /// The key store does not give the key that passwords are sealed with.
    KeyStore {
        /// What it says.
        says: KeyStoreView,
    },
    /// What was said through a server of our own on loopback did not come back.
    SelfTest {
        /// Where.
        place: SelfTestPlace,
    },
    /// This machine's clock is wrong by more than the methods forgive.
    WrongClock {
        /// How many seconds it is ahead; behind when less than 0.
        #[ts(type = "number")]
        ahead_s: i64,
    },
    /// A name that goes through a server was asked for here.
    NamesAskedHere,
    /// It took longer than a step may.
    TooLong,
    /// Skipped: the relay is off.
    Off,
    /// Skipped: the relay is just starting or stopping.
    Changing,
    /// Skipped: the user wants the system proxy left alone.
    ProxyLeftAlone,
    /// Skipped: a terminal has no tray.
    NoWindow,
    /// Skipped: nothing is sealed; passwords are kept in a file for the user alone.
    SecretsInFile,
    /// Skipped: a link was given, for which no saved password is needed.
    LinkGiven,
    /// Skipped: no time was told.
    NoTime {
        /// Why.
        fault: SubscriptionFault,
    },
    /// Skipped: a host answered, and what it said is no time.
    BadTime,
    /// Skipped: the server is reached without a plugin.
    NoPlugin,
    /// Skipped: by the mode everything goes directly, and is looked up here.
    AllDirect,
    /// Skipped: the server of our own was never asked for the name.
    NamesNotAsked,
}

/// Where a self-test failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SelfTestPlace {
    /// At the port that programs use.
    Port {
        /// Which.
        port: u16,
    },
    /// At a local of our own before a server with this method.
    Method {
        /// Its name.
        name: String,
    },
}

impl DiagnosisReason {
    /// One word for it, the same in every language: that of the problem or verdict where there is one.
    #[must_use]
    pub fn code(&self) -> String {
        let word = |value: serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        match self {
            DiagnosisReason::Problem { problem } => word(serde_json::json!(problem), "code"),
            DiagnosisReason::Server { verdict } => word(serde_json::json!(verdict), "kind"),
            DiagnosisReason::Untested { reason } => word(serde_json::json!({ "code": reason }), "code"),
            other => word(serde_json::json!(other), "code"),
        }
    }

    /// As it may be given to others: without a plugin's last words, which may name targets or what it was told.
    #[must_use]
    pub fn without_last_words(&self) -> DiagnosisReason {
        match self {
            DiagnosisReason::Problem { problem } => DiagnosisReason::Problem { problem: problem.without_last_words() },
            DiagnosisReason::Server { verdict: TestVerdict::Unusable { problem } } => {
                DiagnosisReason::Server { verdict: TestVerdict::Unusable { problem: problem.without_last_words() } }
            }
            other => other.clone(),
        }
    }
}

impl Diagnosis {
    /// One that has just begun.
    #[must_use]
    pub(crate) fn begun(at_ms: u64) -> Diagnosis {
        Diagnosis { at_ms, steps: Vec::new(), running: None, ended: false, plugin_said: Vec::new() }
    }

    /// It crashed in the first step that has not ended, and those after it are not tried any more.
    pub(crate) fn crash(&mut self) {
        let missing = DiagnosisStep::ALL.into_iter().filter(|step| self.step(*step).is_none());
        let outcomes = std::iter::once(StepOutcome::Failed).chain(std::iter::repeat(StepOutcome::Skipped));
        let crashed = missing.zip(outcomes).map(|(step, outcome)| StepDiagnosed {
            step,
            outcome,
            reason: Some(DiagnosisReason::Problem { problem: Problem::Crashed }),
            action: (outcome == StepOutcome::Failed).then(|| Action::of(&Problem::Crashed)).flatten(),
            micros: None,
        });
        let crashed: Vec<StepDiagnosed> = crashed.collect();
        self.steps.extend(crashed);
        self.running = None;
        self.ended = true;
    }

    /// How many steps failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.steps.iter().filter(|step| step.outcome == StepOutcome::Failed).count()
    }

    /// What came of a step, if it has ended.
    #[must_use]
    pub fn step(&self, step: DiagnosisStep) -> Option<&StepDiagnosed> {
        self.steps.iter().find(|ended| ended.step == step)
    }
}
