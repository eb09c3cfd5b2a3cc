//! `Sample`: what a watcher gets once a second, if something moves, while the window looks: traffic of each port, what was given up, and
//! the path from here to the internet.

use parasol_engine::{Stage, Verdict};
use serde::Serialize;
use ts_rs::TS;

use crate::port::PortKind;

/// One second of the relay's life.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// One row for each listening port, in configuration order. Empty while off.
    pub ports: Vec<PortSample>,
    /// The path from the programs on this machine to the internet.
    pub path: Path,
    /// What was given up since the relay was switched on, newest first; at most 100 groups.
    pub given_up: Vec<GivenUp>,
    /// How many flows were given up since midnight, local time.
    pub given_up_today: u32,
}

impl Sample {
    /// Nothing is different but the time.
    pub(crate) fn says_the_same_as(&self, other: &Sample) -> bool {
        let Sample { at_ms: _, ports, path, given_up, given_up_today } = self;
        (ports, path, given_up, given_up_today) == (&other.ports, &other.path, &other.given_up, &other.given_up_today)
    }
}

/// One listening port.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortSample {
    /// Port number.
    pub port: u16,
    /// What the user calls it.
    pub name: String,
    /// What is spoken there.
    pub protocols: Vec<Protocol>,
    /// The profile that its traffic goes through.
    pub profile: String,
    /// Bytes a second from the programs to the internet, over the last second.
    #[ts(type = "number")]
    pub up_rate: u64,
    /// Bytes a second from the internet to the programs, over the last second.
    #[ts(type = "number")]
    pub down_rate: u64,
    /// Bytes up since switched on.
    #[ts(type = "number")]
    pub up_total: u64,
    /// Bytes down since switched on.
    #[ts(type = "number")]
    pub down_total: u64,
    /// Flows open now.
    pub flows: u32,
}

/// What programs can speak to a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    /// SOCKS5.
    Socks5,
    /// SOCKS4 and SOCKS4a.
    Socks4,
    /// An HTTP proxy: CONNECT and plain requests.
    Http,
    /// Anything: all of it goes to one target.
    Tunnel,
    /// DNS questions.
    Dns,
}

impl Protocol {
    /// What is spoken on a port of this kind.
    #[must_use]
    pub fn of(kind: PortKind) -> Vec<Protocol> {
        match kind {
            PortKind::Mixed => Protocol::MIXED.to_vec(),
            PortKind::Tunnel => vec![Protocol::Tunnel],
            PortKind::Dns => vec![Protocol::Dns],
        }
    }

    /// What the mixed inbound tells apart, the one to prefer first.
    pub const MIXED: [Protocol; 3] = [Protocol::Socks5, Protocol::Socks4, Protocol::Http];
}

/// One point of the chart: all ports together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Bytes a second up.
    #[ts(type = "number")]
    pub up_rate: u64,
    /// Bytes a second down.
    #[ts(type = "number")]
    pub down_rate: u64,
}

/// What goes over the watching channel: first the last two minutes, then a sample each second. Where nothing has moved for
/// as long and all is as the last one said, they come every ten seconds; between them nothing moved.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Watched {
    /// The chart's past, oldest first; at most 120 points.
    History {
        /// The points.
        points: Vec<Point>,
    },
    /// Now.
    Sample {
        /// The sample.
        sample: Sample,
    },
}

/// The hops from the programs to the internet. Latencies come from real flows, not from probes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Path {
    /// From a program's first byte to its whole request.
    pub local: Hop,
    /// From dialling the server to its TCP answer.
    pub server: Hop,
    /// From the request's leaving to the first byte back through the server.
    pub internet: Hop,
}

/// One hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// What the last flow over it met.
    pub state: HopState,
    /// Its latency in microseconds, a median of the last few flows.
    pub micros: Option<u32>,
    /// Why it failed, when it did.
    pub verdict: Option<VerdictCode>,
}

/// What is known of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HopState {
    /// Nothing has gone over it yet.
    Unknown,
    /// The last flow got across.
    Good,
    /// The last flow did not.
    Failed,
}

/// Flows to the same target that were given up for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GivenUp {
    /// `host:port`; absent when it was given up before the target was known.
    pub target: Option<String>,
    /// The server it was to go through as `host:port`; absent for direct flows.
    pub server: Option<String>,
    /// Why.
    pub verdict: VerdictCode,
    /// The stage in which it was given up.
    pub stage: StageCode,
    /// How many times.
    pub count: u32,
    /// The last time, in milliseconds since 1970.
    #[ts(type = "number")]
    pub last_ms: u64,
    /// How long the last one had been idle, in milliseconds.
    #[ts(type = "number")]
    pub idle_ms: u64,
    /// Bytes up in the last one.
    #[ts(type = "number")]
    pub up: u64,
    /// Bytes down in the last one.
    #[ts(type = "number")]
    pub down: u64,
}

/// Why a flow was given up; see `Verdict` of the engine for what each rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum VerdictCode {
    /// The client connected and never sent a whole request.
    SilentClient,
    /// The client sent what is no SOCKS or HTTP request.
    BadRequest,
    /// The port asks for a login, and the client gave none, a wrong one, or too many wrong ones before.
    LoginRefused,
    /// The name of what was dialled does not exist.
    NameNotFound,
    /// The name server did not answer.
    NameTimedOut,
    /// Nothing answered the connection attempt.
    NoAnswer,
    /// The connection attempt was refused.
    Refused,
    /// The network says there is no way there.
    Unreachable,
    /// The server took the connection and the request, and never sent a byte.
    SilentServer,
    /// Datagrams went to the server for a while, and none ever came back.
    UdpUnanswered,
    /// The server took the connection and closed it before the first byte.
    ServerClosed,
    /// The server's answer was not sealed with our key.
    BadAnswer,
    /// The server answered with our key, and by a clock that is more than 30 s from ours.
    WrongClock,
    /// In the server role: a client without our key.
    BadClient,
    /// Nothing was said for the idle time after bytes had gone both ways.
    Idle,
    /// The target is not allowed.
    Blocked,
    /// This machine ran out of descriptors, ports or memory.
    NoResources,
}

/// Where in its life a flow was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StageCode {
    /// Reading the client's request.
    Handshake,
    /// Looking up the name to dial.
    Resolve,
    /// Dialling.
    Connect,
    /// Relaying.
    Stream,
    /// A UDP association.
    Associate,
    /// Ended.
    Closed,
}

impl VerdictCode {
    /// The code of a verdict that means "given up"; other verdicts have none.
    #[must_use]
    pub fn of(verdict: Verdict) -> Option<VerdictCode> {
        Some(match verdict {
            Verdict::Done | Verdict::Cancelled => return None,
            Verdict::SilentClient => VerdictCode::SilentClient,
            Verdict::BadRequest => VerdictCode::BadRequest,
            Verdict::LoginRefused => VerdictCode::LoginRefused,
            Verdict::NameNotFound => VerdictCode::NameNotFound,
            Verdict::NameTimedOut => VerdictCode::NameTimedOut,
            Verdict::NoAnswer => VerdictCode::NoAnswer,
            Verdict::Refused => VerdictCode::Refused,
            Verdict::Unreachable => VerdictCode::Unreachable,
            Verdict::SilentServer => VerdictCode::SilentServer,
            Verdict::UdpUnanswered => VerdictCode::UdpUnanswered,
            Verdict::ServerClosed => VerdictCode::ServerClosed,
            Verdict::BadAnswer => VerdictCode::BadAnswer,
            Verdict::WrongClock => VerdictCode::WrongClock,
            Verdict::BadClient => VerdictCode::BadClient,
            Verdict::Idle => VerdictCode::Idle,
            Verdict::Blocked => VerdictCode::Blocked,
            Verdict::NoResources => VerdictCode::NoResources,
        })
    }
}

impl From<Stage> for StageCode {
    fn from(stage: Stage) -> StageCode {
        match stage {
            Stage::Handshake => StageCode::Handshake,
            Stage::Resolve => StageCode::Resolve,
            Stage::Connect => StageCode::Connect,
            Stage::Stream => StageCode::Stream,
            Stage::Associate => StageCode::Associate,
            Stage::Closed => StageCode::Closed,
        }
    }
}
