//! `Tested`: how far a test of one server got: a ladder of steps, each with its figure, and what follows from them. The
//! words for it are the window's and the terminal's.

use serde::Serialize;
use ts_rs::TS;

use crate::problem::Problem;

/// A test of one server that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// When it ended, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Every step, in their order.
    pub steps: Vec<StepTested>,
    /// What follows from them.
    pub verdict: TestVerdict,
}

/// A step of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TestStep {
    /// The server's name is looked up.
    Resolve,
    /// The server takes a TCP connection.
    Connect,
    /// The server answers as who has our key.
    Handshake,
    /// What is fetched through it begins to come.
    FirstByte,
    /// A datagram goes through it, and its answer comes back.
    Udp,
}

impl TestStep {
    /// All of them, in their order.
    pub const ALL: [TestStep; 5] =
        [TestStep::Resolve, TestStep::Connect, TestStep::Handshake, TestStep::FirstByte, TestStep::Udp];
}

/// How one step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepTested {
    /// Which.
    pub step: TestStep,
    /// How.
    pub outcome: StepOutcome,
    /// Why, when it was not passed.
    pub reason: Option<StepReason>,
    /// How many microseconds it took, when it was passed.
    pub micros: Option<u32>,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StepOutcome {
    /// It worked.
    Passed,
    /// It did not.
    Failed,
    /// It was not tried.
    Skipped,
}

/// Why a step was not passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StepReason {
    /// Skipped: a step before it failed.
    EarlierFailed,
    /// Skipped: the server has an IP and no name.
    NoName,
    /// Skipped: the plugin does that itself, where nobody can look.
    PluginDoes,
    /// Skipped: the plugin carries none.
    PluginCarriesNone,
    /// Skipped: the profile cannot be used as it is.
    Unusable,
    /// The name does not exist or has no address.
    NameNotFound,
    /// The name servers did not answer.
    NameServerSilent,
    /// The connection, or the datagram, was refused.
    Refused,
    /// Nothing came back in time.
    NoAnswer,
    /// There is no way there.
    Unreachable,
    /// This machine has no descriptors, ports or memory left.
    NoResources,
    /// It was taken, and nothing came back in time.
    Silent,
    /// The connection was closed.
    Closed,
    /// What came back was not sealed with our key.
    BadAnswer,
    /// Its time is too far from ours.
    WrongClock,
    /// The server answers, and what was to be fetched does not come.
    TargetUnreachable,
}

/// What follows from a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TestVerdict {
    /// All that was tried works.
    Works,
    /// TCP works, UDP does not.
    WorksWithoutUdp,
    /// The server's name does not exist or has no address.
    NameNotFound,
    /// The name servers did not answer.
    NameServerSilent,
    /// The server's port refuses connections.
    Refused,
    /// Nothing answers the connection attempt: the server is down, or something on the way drops it.
    NoAnswer,
    /// The network says there is no way there.
    Unreachable,
    /// This machine has no descriptors, ports or memory left.
    NoResources,
    /// The server took the connection and stayed silent: password, method or clock.
    Silent,
    /// The server took the connection and closed it.
    Closed {
        /// After so many bytes of its own.
        #[ts(type = "number")]
        bytes: u64,
    },
    /// What the server says is not sealed with our key: password or method.
    BadAnswer,
    /// This machine's clock is wrong, and the method needs a right one.
    WrongClock {
        /// How far it is ahead, in seconds; behind when less than 0; absent when the server alone knows.
        #[ts(type = "number | null")]
        ahead_s: Option<i64>,
    },
    /// The server works, and what was to be fetched through it does not come.
    TargetUnreachable,
    /// The profile cannot be used as it is, or its plugin does not run.
    Unusable {
        /// Why.
        problem: Problem,
    },
}

impl TestVerdict {
    /// Whether traffic gets through.
    #[must_use]
    pub fn works(&self) -> bool {
        matches!(self, TestVerdict::Works | TestVerdict::WorksWithoutUdp)
    }
}

impl Tested {
    /// Microseconds from the request to the first byte through the server.
    #[must_use]
    pub fn first_byte_micros(&self) -> Option<u32> {
        self.steps.iter().find(|step| step.step == TestStep::FirstByte)?.micros
    }
}
