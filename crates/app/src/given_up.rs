//! `GivenUpLog`: the flows that were given up, grouped by target, server and verdict, and how many there were today.
//!
//! Flows that did what they should, flows that were ended by hand or with the relay, and flows that a rule blocks are not
//! given up; a client that stayed silent or said what is no request is.

use parasol_engine::FlowSummary;
use std::collections::{BTreeMap, VecDeque};

use crate::millis::{millis, whole_ms};
use crate::relay::Route;
use crate::sample::{GivenUp, VerdictCode};

/// The most groups that are kept; the one that has been quiet for longest goes first.
pub const MAX_GROUPS: usize = 100;

/// What was given up.
#[derive(Debug, Default)]
pub struct GivenUpLog {
    /// The one that grew last stands first.
    groups: VecDeque<GivenUp>,
    /// How many in each quarter of an hour since 1970. Midnight is at the start of one in every time zone, so this is
    /// all that is needed to count a day, wherever it starts.
    quarters: BTreeMap<u64, u32>,
}

impl GivenUpLog {
    /// Takes note of a flow that ended, if it was given up.
    pub fn note(&mut self, flow: &FlowSummary) {
        let Some(verdict) = VerdictCode::of(flow.verdict()) else { return };
        // Who blocks advertising does not want to read of each.
        if verdict == VerdictCode::Blocked && flow.route == Some(Route::Block) {
            return;
        }
        let last_ms = millis(flow.started) + whole_ms(flow.lived);
        self.count(last_ms);

        let target = flow.target.as_ref().map(ToString::to_string);
        let server = flow.server.as_ref().map(ToString::to_string);
        let same = |group: &GivenUp| group.verdict == verdict && group.target == target && group.server == server;
        let earlier = self.groups.iter().position(same).and_then(|at| self.groups.remove(at));
        self.groups.push_front(GivenUp {
            count: earlier.map_or(0, |group| group.count).saturating_add(1),
            target,
            server,
            verdict,
            stage: flow.stage.into(),
            last_ms,
            idle_ms: whole_ms(flow.idle),
            up: flow.tx,
            down: flow.rx,
        });
        self.groups.truncate(MAX_GROUPS);
    }

    /// The groups, newest first.
    #[must_use]
    pub fn groups(&self) -> Vec<GivenUp> {
        self.groups.iter().cloned().collect()
    }

    /// How many flows were given up since `midnight_ms`, in milliseconds since 1970; at most about a day ago.
    #[must_use]
    pub fn since(&self, midnight_ms: u64) -> u32 {
        // None of another day: one that a clock that ran ahead has left.
        let day = midnight_ms / QUARTER_MS..midnight_ms / QUARTER_MS + MAX_QUARTERS as u64;
        self.quarters.range(day).fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    fn count(&mut self, at_ms: u64) {
        let now = at_ms / QUARTER_MS;
        let count = self.quarters.entry(now).or_default();
        *count = count.saturating_add(1);
        while self.quarters.len() > MAX_QUARTERS {
            // The farthest from now, which may be what a clock that ran ahead has left.
            let far = |entry: Option<(&u64, &u32)>| entry.map_or(0, |(quarter, _)| quarter.abs_diff(now));
            if far(self.quarters.first_key_value()) >= far(self.quarters.last_key_value()) {
                self.quarters.pop_first();
            } else {
                self.quarters.pop_last();
            }
        }
    }
}

const QUARTER_MS: u64 = 15 * 60 * 1000;
/// The longest day has 25 hours.
const MAX_QUARTERS: usize = 4 * 25 + 1;

#[cfg(test)]
pub(crate) mod tests {
    use std::time::{Duration, SystemTime};

    use parasol_engine::Stage;
    use parasol_engine::summary::{DialFailure, FlowEnd, FlowId, PeerFault, StageTimes};

    use super::*;
    use crate::sample::StageCode;

    /// A flow to `target` through `example.net:8388` that ended at `at_s` seconds since 1970.
    pub(crate) fn flow(target: &str, at_s: u64, stage: Stage, end: FlowEnd) -> FlowSummary {
        FlowSummary {
            id: FlowId(1),
            port: 1080,
            client: "127.0.0.1:50000".parse().unwrap(),
            target: (!target.is_empty()).then(|| target.parse().unwrap()),
            server: Some("example.net:8388".parse().unwrap()),
            route: None,
            rule: None,
            user: None,
            started: SystemTime::UNIX_EPOCH + Duration::from_secs(at_s - 5),
            entered: StageTimes::default(),
            first_sent: None,
            first_byte: None,
            lived: Duration::from_secs(5),
            idle: Duration::from_secs(4),
            tx: 517,
            rx: 0,
            finished_first: None,
            stage,
            end,
        }
    }

    fn refused(target: &str, at_s: u64) -> FlowSummary {
        flow(target, at_s, Stage::Connect, FlowEnd::DialFailed(DialFailure::Refused))
    }

    #[test]
    fn flows_of_the_same_kind_are_one_group_and_the_last_one_is_shown() {
        let mut log = GivenUpLog::default();
        log.note(&refused("a.example:443", 100));
        log.note(&flow("a.example:443", 200, Stage::Stream, FlowEnd::TimedOut));
        log.note(&FlowSummary { tx: 9, ..refused("a.example:443", 300) });
        let groups: Vec<_> =
            log.groups().iter().map(|g| (g.verdict, g.stage, g.count, g.last_ms, g.idle_ms, g.up)).collect();
        assert_eq!(
            groups,
            [
                (VerdictCode::Refused, StageCode::Connect, 2, 300_000, 4000, 9),
                (VerdictCode::SilentServer, StageCode::Stream, 1, 200_000, 4000, 517),
            ]
        );
    }

    #[test]
    fn what_was_not_given_up_is_not_counted() {
        let mut log = GivenUpLog::default();
        for end in [FlowEnd::Cancelled, FlowEnd::BadPeer(PeerFault::Lost)] {
            log.note(&flow("a.example:443", 100, Stage::Stream, end));
        }
        log.note(&FlowSummary { rx: 1, ..flow("a.example:443", 100, Stage::Stream, FlowEnd::Done) });
        let blocked = flow("ads.example:443", 100, Stage::Handshake, FlowEnd::Blocked);
        log.note(&FlowSummary { route: Some(Route::Block), ..blocked.clone() });
        assert_eq!((log.groups(), log.since(0)), (vec![], 0));
        log.note(&flow("", 100, Stage::Handshake, FlowEnd::TimedOut));
        assert_eq!((log.groups()[0].target.as_deref(), log.since(0)), (None, 1));
        log.note(&FlowSummary { route: Some(Route::Direct), ..blocked });
        assert_eq!(log.groups()[0].verdict, VerdictCode::Blocked, "no rule has done that");
    }

    #[test]
    fn the_group_that_was_quiet_for_longest_goes_first() {
        let mut log = GivenUpLog::default();
        for n in 1..=150 {
            log.note(&refused(&format!("host{n}.example:443"), 1000 + n));
        }
        log.note(&refused("host60.example:443", 2000));
        log.note(&refused("new.example:443", 2001));
        let groups = log.groups();
        let target = |at: usize| groups[at].target.as_deref().unwrap();
        assert_eq!(groups.len(), 100);
        assert_eq!((target(0), target(1), target(99)), ("new.example:443", "host60.example:443", "host52.example:443"));
        assert_eq!(groups[1].count, 2);
    }

    #[test]
    fn a_day_is_counted_from_its_midnight_over_sessions() {
        const QUARTER: u64 = QUARTER_MS / 1000;
        let mut log = GivenUpLog::default();
        // One in the last second before midnight, one in the first after.
        let midnight = 1000 * QUARTER;
        log.note(&refused("a.example:443", midnight - 1));
        log.note(&refused("a.example:443", midnight));
        log.note(&refused("a.example:443", midnight + 20 * 3600));
        assert_eq!(log.since(midnight * 1000), 2);
        assert_eq!(log.groups()[0].count, 3);
        assert_eq!(log.since((midnight + 86_400) * 1000), 0);
    }

    #[test]
    fn a_clock_that_ran_ahead_and_was_set_back_leaves_nothing_in_the_days_count() {
        let mut log = GivenUpLog::default();
        let (today, ahead) = (1_000_000_000, 1_500_000_000);
        log.note(&refused("a.example:443", today));
        for quarter in 0..500 {
            log.note(&refused("a.example:443", ahead + quarter * 900));
        }
        log.note(&refused("a.example:443", today + 900));
        assert!((1..=2).contains(&log.since(today * 1000)), "{}", log.since(today * 1000));
        for quarter in 2..90 {
            log.note(&refused("a.example:443", today + quarter * 900));
        }
        assert!(log.since((today + 900) * 1000) >= 89, "{}", log.since(today * 1000));
        assert!(log.quarters.len() <= MAX_QUARTERS);
    }

    #[test]
    fn the_days_count_does_not_grow_without_end() {
        let mut log = GivenUpLog::default();
        for quarter in 1..1000 {
            log.note(&refused("a.example:443", quarter * 900));
        }
        assert!(log.quarters.len() <= MAX_QUARTERS);
    }
}
