//! `Ledger`: where the relay threads write down what the window will want to know.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parasol_engine::{FlowSummary, StatCallback, Step, Verdict};
use parasol_proto::Address;
use tokio::sync::Notify;

use crate::connections::{ClosedLog, ConnectionsSeen, Programs, Seen};
use crate::given_up::GivenUpLog;
use crate::path::PathLog;
use crate::sample::{GivenUp, Path};

/// Written by the relay threads a few times for each flow, never for bytes (the relay counts those itself); read once
/// a second while somebody watches. The lock is held for some hundred comparisons at most, and no other lock is taken
/// while it is held.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Mutex<Entries>,
    /// A flow of the path has failed that may speak against its server.
    accused: Notify,
}

#[derive(Debug, Default)]
struct Entries {
    path: PathLog,
    /// The port that the path begins at, once it is known; until then only that one listens.
    path_of: Option<u16>,
    /// The server that it leads through, once that is known. Flows that still go through the one before tell nothing.
    server: Option<Address>,
    given_up: GivenUpLog,
    /// How many relays have begun, which is the number of the one that runs.
    run: u32,
    closed: ClosedLog,
    testimony: Testimony,
}

/// What the flows of the path have told of its server since they were last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Testimony {
    /// Something came back through it, before whatever failed.
    pub worked: bool,
    /// So many failed at the server itself, since something came back.
    pub failed: u32,
    /// So many failed at it or behind it, since something came back.
    pub doubtful: u32,
}

/// What is in a ledger at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The hops.
    pub path: Path,
    /// The groups, newest first.
    pub given_up: Vec<GivenUp>,
    /// How many were given up since midnight.
    pub given_up_today: u32,
}

impl Ledger {
    /// A relay begins: its path is not known yet. What was given up before stays, with its reasons.
    pub fn begin_relay(&self) {
        let mut entries = self.entries();
        entries.run += 1;
        entries.path.begin();
        entries.path_of = None;
        entries.server = None;
        entries.testimony = Testimony::default();
    }

    /// The path leads through this server from now on.
    pub fn leads_through(&self, server: &Address) {
        let mut entries = self.entries();
        if entries.server.as_ref() != Some(server) {
            if entries.server.is_some() {
                entries.path.begin();
            }
            entries.testimony = Testimony::default();
            entries.server = Some(server.clone());
        }
    }

    /// What its flows have told of the server since this was asked before.
    pub fn testimony(&self) -> Testimony {
        std::mem::take(&mut self.entries().testimony)
    }

    /// Returns when a flow has failed that may speak against the server. May be given up and called anew.
    pub async fn accused(&self) {
        self.accused.notified().await;
    }

    /// The path that is shown is that of the flows of this port. Others may lead to other servers.
    pub fn path_of(&self, port: u16) {
        self.entries().path_of = Some(port);
    }

    /// What is in it. The day began at `midnight_ms`, in milliseconds since 1970.
    #[must_use]
    pub fn read(&self, midnight_ms: u64) -> Reading {
        let entries = self.entries();
        Reading {
            path: entries.path.view(),
            given_up: entries.given_up.groups(),
            given_up_today: entries.given_up.since(midnight_ms),
        }
    }

    /// The number of the relay that runs, or ran last.
    #[must_use]
    pub fn run(&self) -> u32 {
        self.entries().run
    }

    /// What is new to who has seen this, when these flows are open.
    pub fn news(&self, seen: &mut Seen, at_ms: u64, open: &[FlowSummary], programs: &Programs) -> ConnectionsSeen {
        let entries = self.entries();
        seen.news(at_ms, entries.run, open, &entries.closed, programs)
    }

    /// A relay thread that panicked while it held the lock has left nothing half done that matters for a display.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn is_of_path(&self, port: u16, server: Option<&Address>) -> bool {
        let other = server.is_some_and(|server| self.server.as_ref().is_some_and(|of| of != server));
        self.path_of.is_none_or(|of| of == port) && !other
    }
}

impl Testimony {
    /// True when the flow speaks against its server, or may.
    fn hear(&mut self, flow: &FlowSummary) -> bool {
        if flow.server.is_none() {
            return false;
        }
        let count = match flow.verdict() {
            Verdict::NameNotFound
            | Verdict::NameTimedOut
            | Verdict::NoAnswer
            | Verdict::Refused
            | Verdict::Unreachable
            | Verdict::BadAnswer
            | Verdict::WrongClock => &mut self.failed,
            Verdict::SilentServer | Verdict::ServerClosed => &mut self.doubtful,
            _ => return false,
        };
        *count = count.saturating_add(1);
        true
    }
}

impl StatCallback for Ledger {
    fn step(&self, port: u16, step: Step, server: Option<&Address>, took: Duration) {
        let through_server = server.is_some();
        let mut entries = self.entries();
        if entries.is_of_path(port, server) {
            entries.path.step(step, through_server, took);
            if step == Step::FirstByte && through_server {
                entries.testimony = Testimony { worked: true, ..Testimony::default() };
            }
        }
    }

    fn ended(&self, flow: &FlowSummary) {
        let mut entries = self.entries();
        if entries.is_of_path(flow.port, flow.server.as_ref()) {
            entries.path.ended(flow);
            if entries.testimony.hear(flow) {
                self.accused.notify_one();
            }
        }
        entries.given_up.note(flow);
        let run = entries.run;
        entries.closed.note(run, flow);
    }
}

#[cfg(test)]
mod tests {
    use parasol_engine::Stage;
    use parasol_engine::summary::{DialFailure, FlowEnd};

    use super::*;
    use crate::given_up::tests::flow;
    use crate::sample::HopState;

    fn server() -> Address {
        "a.server.example:8388".parse().unwrap()
    }

    #[test]
    fn what_flows_through_the_server_before_meet_says_nothing_of_the_one_of_now() {
        let ledger = Ledger::default();
        let (before, now) = (server(), "b.server.example:8388".parse::<Address>().unwrap());
        ledger.begin_relay();
        ledger.leads_through(&before);
        let refused = |server: &Address| {
            let end = FlowEnd::DialFailed(DialFailure::Refused);
            let flow = flow("a.example:443", 100, Stage::Connect, end);
            ledger.ended(&FlowSummary { server: Some(server.clone()), ..flow });
        };
        refused(&before);
        ledger.leads_through(&now);
        assert_eq!(ledger.testimony(), Testimony::default());
        ledger.step(1080, Step::FirstByte, Some(&before), Duration::from_millis(5));
        refused(&before);
        assert_eq!(ledger.testimony(), Testimony::default());
        assert_eq!(ledger.read(0).path.server.state, HopState::Unknown);
        refused(&now);
        assert_eq!(ledger.testimony(), Testimony { failed: 1, ..Testimony::default() });
        ledger.step(1080, Step::FirstByte, Some(&now), Duration::from_millis(5));
        assert_eq!(ledger.testimony(), Testimony { worked: true, ..Testimony::default() });
    }

    #[test]
    fn what_speaks_against_the_server_counts_from_the_last_byte_on() {
        let ledger = Ledger::default();
        let failed = |end: FlowEnd, stage| ledger.ended(&flow("a.example:443", 100, stage, end));
        let refused = || failed(FlowEnd::DialFailed(DialFailure::Refused), Stage::Connect);
        refused();
        ledger.step(1080, Step::FirstByte, Some(&server()), Duration::from_millis(5));
        refused();
        refused();
        failed(FlowEnd::TimedOut, Stage::Stream);
        failed(FlowEnd::Cancelled, Stage::Stream);
        failed(FlowEnd::TimedOut, Stage::Handshake);
        assert_eq!(ledger.testimony(), Testimony { worked: true, failed: 2, doubtful: 1 });
        assert_eq!(ledger.testimony(), Testimony::default());
        refused();
        ledger.begin_relay();
        assert_eq!(ledger.testimony(), Testimony::default());
    }

    #[test]
    fn the_path_is_that_of_one_port() {
        let ledger = Ledger::default();
        ledger.begin_relay();
        ledger.path_of(1080);
        ledger.step(1081, Step::Connected, Some(&server()), Duration::from_millis(5));
        assert_eq!(ledger.read(0).path.server.state, HopState::Unknown);
        ledger.step(1080, Step::Connected, Some(&server()), Duration::from_millis(5));
        assert_eq!(ledger.read(0).path.server.state, HopState::Good);
    }
}
