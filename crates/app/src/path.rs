//! `PathLog`: what the flows that really went tell about the hops from the programs on this machine to the internet.

use std::collections::VecDeque;
use std::time::Duration;

use parasol_engine::{FlowSummary, Step, Verdict};

use crate::sample::{Hop, HopState, Path, VerdictCode};

/// A hop's latency is the median of so many flows.
const FLOWS: usize = 9;

/// The three hops.
#[derive(Debug, Default)]
pub struct PathLog {
    local: HopLog,
    server: HopLog,
    internet: HopLog,
}

#[derive(Debug, Default)]
struct HopLog {
    took: VecDeque<Duration>,
    /// What the last flow met: nothing yet, good, or the reason.
    met: Option<Result<(), Verdict>>,
}

impl PathLog {
    /// Another relay starts, perhaps through another server: nothing is known any more.
    pub fn begin(&mut self) {
        *self = PathLog::default();
    }

    /// A flow got over a step. Direct flows tell nothing of the way through the server.
    pub fn step(&mut self, step: Step, through_server: bool, took: Duration) {
        let hop = match step {
            Step::Requested => &mut self.local,
            Step::Connected | Step::FirstByte if !through_server => return,
            Step::Connected => &mut self.server,
            Step::FirstByte => &mut self.internet,
        };
        hop.met = Some(Ok(()));
        hop.took.push_back(took);
        if hop.took.len() > FLOWS {
            hop.took.pop_front();
        }
    }

    /// A flow ended. If it failed at a hop, that is where it failed.
    pub fn ended(&mut self, flow: &FlowSummary) {
        let verdict = flow.verdict();
        let hop = match verdict {
            Verdict::BadRequest | Verdict::LoginRefused | Verdict::NoResources => &mut self.local,
            _ if flow.server.is_none() => return,
            Verdict::NameNotFound
            | Verdict::NameTimedOut
            | Verdict::NoAnswer
            | Verdict::Refused
            | Verdict::Unreachable
            | Verdict::BadAnswer
            | Verdict::WrongClock => {
                // What is behind it was seen through it, and is not any more.
                self.internet = HopLog::default();
                &mut self.server
            }
            Verdict::SilentServer | Verdict::ServerClosed => &mut self.internet,
            // Pages may well go where datagrams do not. Browsers open connections ahead and let them lapse; idle and blocked
            // flows got as far as they should; whoever knocks at the built-in server without its key is none of the path.
            Verdict::BadClient
            | Verdict::SilentClient
            | Verdict::Idle
            | Verdict::UdpUnanswered
            | Verdict::Blocked
            | Verdict::Done
            | Verdict::Cancelled => return,
        };
        hop.met = Some(Err(verdict));
    }

    /// As it is shown.
    #[must_use]
    pub fn view(&self) -> Path {
        Path { local: self.local.view(), server: self.server.view(), internet: self.internet.view() }
    }
}

impl HopLog {
    fn view(&self) -> Hop {
        let (state, verdict) = match self.met {
            None => (HopState::Unknown, None),
            Some(Ok(())) => (HopState::Good, None),
            Some(Err(verdict)) => (HopState::Failed, VerdictCode::of(verdict)),
        };
        Hop { state, micros: self.median(), verdict }
    }

    fn median(&self) -> Option<u32> {
        let mut took: Vec<_> = self.took.iter().collect();
        took.sort_unstable();
        let median = took.get(took.len() / 2)?;
        Some(u32::try_from(median.as_micros()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use parasol_engine::summary::{DialFailure, FlowEnd, PeerFault};
    use parasol_engine::{Stage, summary::RefusedCause};

    use super::*;
    use crate::given_up::tests::flow;

    fn states(log: &PathLog) -> [HopState; 3] {
        let Path { local, server, internet } = log.view();
        [local.state, server.state, internet.state]
    }

    #[test]
    fn a_hops_latency_is_the_median_of_the_last_nine() {
        let mut log = PathLog::default();
        assert_eq!(log.view().server, Hop { state: HopState::Unknown, micros: None, verdict: None });
        for ms in [900, 5, 1, 9, 2, 8, 3, 7, 4, 6] {
            log.step(Step::Connected, true, Duration::from_millis(ms));
        }
        // 900 is out; of 1 to 9 the middle is 5
        assert_eq!(log.view().server, Hop { state: HopState::Good, micros: Some(5000), verdict: None });
        log.step(Step::FirstByte, true, Duration::from_secs(10_000));
        assert_eq!(log.view().internet.micros, Some(u32::MAX));
    }

    #[test]
    fn a_flow_fails_at_the_hop_it_could_not_get_over() {
        use HopState::{Failed, Unknown};
        for (stage, end, expected) in [
            (Stage::Handshake, FlowEnd::Refused(RefusedCause::Malformed), [Failed, Unknown, Unknown]),
            (Stage::Connect, FlowEnd::DialFailed(DialFailure::NoResources), [Failed, Unknown, Unknown]),
            (Stage::Resolve, FlowEnd::TimedOut, [Unknown, Failed, Unknown]),
            (Stage::Connect, FlowEnd::DialFailed(DialFailure::Refused), [Unknown, Failed, Unknown]),
            (Stage::Stream, FlowEnd::TimedOut, [Unknown, Unknown, Failed]),
            (Stage::Stream, FlowEnd::BadPeer(PeerFault::NotAuthentic), [Unknown, Failed, Unknown]),
            (Stage::Stream, FlowEnd::BadPeer(PeerFault::Closed), [Unknown, Unknown, Failed]),
            (Stage::Handshake, FlowEnd::TimedOut, [Unknown; 3]),
            (Stage::Stream, FlowEnd::Cancelled, [Unknown; 3]),
        ] {
            let mut log = PathLog::default();
            log.ended(&flow("a.example:443", 100, stage, end.clone()));
            assert_eq!(states(&log), expected, "{stage:?} {end:?}");
        }
    }

    #[test]
    fn a_direct_flow_tells_nothing_of_the_way_through_the_server() {
        let mut log = PathLog::default();
        log.step(Step::Requested, false, Duration::from_micros(90));
        log.step(Step::Connected, false, Duration::from_millis(1));
        log.step(Step::FirstByte, false, Duration::from_millis(1));
        let direct = flow("10.0.0.1:22", 100, Stage::Connect, FlowEnd::DialFailed(DialFailure::Refused));
        log.ended(&FlowSummary { server: None, ..direct });
        assert_eq!(states(&log), [HopState::Good, HopState::Unknown, HopState::Unknown]);
    }

    #[test]
    fn nothing_is_known_of_what_is_behind_a_server_that_fails() {
        let unknown = Hop { state: HopState::Unknown, micros: None, verdict: None };
        let mut log = PathLog::default();
        log.step(Step::Connected, true, Duration::from_millis(3));
        log.step(Step::FirstByte, true, Duration::from_millis(18));
        let refused = flow("a.example:443", 100, Stage::Connect, FlowEnd::DialFailed(DialFailure::Refused));
        log.ended(&refused);
        assert_eq!((log.view().server.state, log.view().internet), (HopState::Failed, unknown));
        log.step(Step::Connected, true, Duration::from_millis(3));
        assert_eq!(log.view().internet, unknown, "a server that is there again may reach nothing");
        log.step(Step::FirstByte, true, Duration::from_millis(20));
        assert_eq!(log.view().internet.micros, Some(20_000), "what was before it failed is of no matter");
        log.ended(&FlowSummary { server: None, ..refused });
        assert_eq!(log.view().internet.state, HopState::Good, "a direct flow tells nothing of it");
    }

    #[test]
    fn a_hop_is_as_the_last_flow_found_it() {
        let mut log = PathLog::default();
        log.step(Step::Connected, true, Duration::from_millis(3));
        log.ended(&flow("a.example:443", 100, Stage::Connect, FlowEnd::DialFailed(DialFailure::Refused)));
        let failed = Hop { state: HopState::Failed, micros: Some(3000), verdict: Some(VerdictCode::Refused) };
        assert_eq!(log.view().server, failed);
        log.step(Step::Connected, true, Duration::from_millis(3));
        assert_eq!(log.view().server.state, HopState::Good);
        log.step(Step::FirstByte, true, Duration::from_millis(20));
        log.begin();
        assert_eq!(states(&log), [HopState::Unknown; 3]);
    }
}
