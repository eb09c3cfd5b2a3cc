//! `Connection`: a flow as the window lists it, while it lives and after. Numbers and codes, no words.
//!
//! A watcher gets all of them once, and then each second what is new: facts only when they have changed, counters only where
//! bytes have moved. A thousand idle connections cost it nothing.

mod closed;
mod programs;
mod seen;

use serde::Serialize;
use ts_rs::TS;

use crate::millis::{millis, whole_ms};
use crate::relay::{FlowEnd, FlowSummary, Side, Stage, Verdict};
use crate::routing::route_code;
use crate::rules::RouteCode;
use crate::sample::{StageCode, VerdictCode};

pub use self::closed::{ClosedLog, MAX_CLOSED};
pub use self::programs::{ClientProgram, Programs};
pub use self::seen::Seen;

/// One relayed connection, UDP association or UDP session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Its number, which no other has while Parasol runs.
    #[ts(type = "number")]
    pub id: u64,
    /// The listening port that it came in on.
    pub port: u16,
    /// Who connected, as `ip:port`.
    pub client: String,
    /// The program of this machine that did; absent where that cannot be known, or not yet.
    pub program: Option<ClientProgram>,
    /// Where it wants to go, as `host:port`; absent until that is known.
    pub target: Option<String>,
    /// Where that was routed; absent until that is known.
    pub route: Option<RouteCode>,
    /// The rule that chose the route, as it is written; absent when none did.
    pub rule: Option<String>,
    /// The server it goes through as `host:port`; absent for direct ones.
    pub server: Option<String>,
    /// When it was accepted, in milliseconds since 1970.
    #[ts(type = "number")]
    pub started_ms: u64,
    /// Where it is; of one that has ended, where it was.
    pub stage: StageCode,
    /// When it got where.
    pub reached: Reached,
    /// Bytes from the client.
    #[ts(type = "number")]
    pub up: u64,
    /// Bytes to the client.
    #[ts(type = "number")]
    pub down: u64,
    /// How it ended; absent while it lives.
    pub end: Option<ConnectionEnd>,
}

/// When a connection got where, in milliseconds after it was accepted; absent for what it has not reached, or passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// A name was looked up from then on.
    #[ts(type = "number | null")]
    pub resolve: Option<u64>,
    /// It was dialled from then on.
    #[ts(type = "number | null")]
    pub connect: Option<u64>,
    /// Both ends were there.
    #[ts(type = "number | null")]
    pub stream: Option<u64>,
    /// It became a UDP association.
    #[ts(type = "number | null")]
    pub associate: Option<u64>,
    /// The first byte came from the client, behind its request.
    #[ts(type = "number | null")]
    pub first_up: Option<u64>,
    /// The first byte came back.
    #[ts(type = "number | null")]
    pub first_down: Option<u64>,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionEnd {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// How long before that the last byte had moved, in milliseconds.
    #[ts(type = "number")]
    pub idle_ms: u64,
    /// How.
    pub how: EndedHow,
}

/// How a connection ended, or was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EndedHow {
    /// The client finished first, and the other end after it; or it just left.
    ClientDone,
    /// The other end finished first: the server for what goes through one, else the target.
    FarDone,
    /// The other end was lost after bytes had come back.
    FarLost,
    /// Closed by hand, or because Parasol was switched off.
    Closed,
    /// Closed because the network that it went over is gone, or the other end was, after a change of network or a sleep.
    Stranded,
    /// Given up.
    GivenUp {
        /// Why.
        verdict: VerdictCode,
    },
}

/// Counters of a connection that have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    /// The connection.
    #[ts(type = "number")]
    pub id: u64,
    /// Bytes from the client, all in all.
    #[ts(type = "number")]
    pub up: u64,
    /// Bytes to the client, all in all.
    #[ts(type = "number")]
    pub down: u64,
}

/// What goes over the watching channel of connections: first all of them, then what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionsSeen {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Forget those that were seen before: these are all.
    pub anew: bool,
    /// Those that are new, or of which more is known, with those that have ended.
    pub changed: Vec<Connection>,
    /// Bytes that have moved in the others.
    pub counted: Vec<Counted>,
    /// Those that are gone, and too long ago to be kept.
    #[ts(type = "number[]")]
    pub forgotten: Vec<u64>,
}

impl Connection {
    /// A flow of the `run`th relay: flows are counted anew in each. `open`: as it is while it lives.
    #[must_use]
    pub fn of(run: u32, flow: &FlowSummary, open: bool, programs: &Programs) -> Connection {
        let reached = |stage| flow.entered.get(stage).map(whole_ms);
        let id = id(run, flow);
        Connection {
            id,
            port: flow.port,
            client: flow.client.to_string(),
            program: programs.of(id).cloned(),
            target: flow.target.as_ref().map(ToString::to_string),
            route: flow.route.map(route_code),
            rule: flow.rule.as_deref().map(str::to_owned),
            server: flow.server.as_ref().map(ToString::to_string),
            started_ms: millis(flow.started),
            stage: flow.stage.into(),
            reached: Reached {
                resolve: reached(Stage::Resolve),
                connect: reached(Stage::Connect),
                stream: reached(Stage::Stream),
                associate: reached(Stage::Associate),
                first_up: flow.first_sent.map(whole_ms),
                first_down: flow.first_byte.map(whole_ms),
            },
            up: flow.tx,
            down: flow.rx,
            end: (!open).then(|| ConnectionEnd {
                at_ms: millis(flow.started) + whole_ms(flow.lived),
                idle_ms: whole_ms(flow.idle),
                how: how(flow),
            }),
        }
    }
}

/// Numbers of flows start anew with each relay. Both fit into what a window can count to: 2^53.
pub(crate) fn id(run: u32, flow: &FlowSummary) -> u64 {
    u64::from(run % (1 << 20)) << 32 | flow.id.0 & 0xFFFF_FFFF
}

/// Of such an id, which relay's and which flow.
#[must_use]
pub fn parts(id: u64) -> (u32, u64) {
    ((id >> 32) as u32, id & 0xFFFF_FFFF)
}

fn how(flow: &FlowSummary) -> EndedHow {
    let verdict = flow.verdict();
    if let Some(verdict) = VerdictCode::of(verdict) {
        return EndedHow::GivenUp { verdict };
    }
    match (&flow.end, flow.finished_first) {
        (FlowEnd::Stranded, _) => EndedHow::Stranded,
        _ if verdict == Verdict::Cancelled => EndedHow::Closed,
        (FlowEnd::BadPeer(_), _) => EndedHow::FarLost,
        (_, Some(Side::Far)) => EndedHow::FarDone,
        _ => EndedHow::ClientDone,
    }
}

#[cfg(test)]
pub(crate) mod tests;
