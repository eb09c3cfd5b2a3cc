//! `History`: from counters that only grow to rates, totals, and the last two minutes as points of a chart.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use parasol_engine::PortStats;

use crate::sample::Point;

/// The most points: two minutes at one a second.
pub const MAX_POINTS: usize = 120;
const SPAN_MS: u64 = 120_000;

/// The traffic of a session (from switching on to switching off), over every restart of the relay in it.
#[derive(Debug, Default)]
pub struct History {
    points: VecDeque<Point>,
    ports: HashMap<String, Counters>,
    read: Option<Instant>,
}

/// The traffic of one port, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Bytes a second up, over the last interval.
    pub up_rate: u64,
    /// Bytes a second down, over the last interval.
    pub down_rate: u64,
    /// Bytes up in this session.
    pub up_total: u64,
    /// Bytes down in this session.
    pub down_total: u64,
}

#[derive(Debug, Default)]
struct Counters {
    /// What relays that ran earlier in this session have counted.
    earlier: [u64; 2],
    /// What the running relay had counted when it was last read.
    last: [u64; 2],
    rate: [u64; 2],
}

impl History {
    /// A session begins: totals start at nothing. The chart goes on.
    pub fn begin(&mut self, now: Instant) {
        self.ports.clear();
        self.read = Some(now);
    }

    /// The running relay ends and another one, whose counters start at nothing, follows in the same session. `ports`
    /// are its last figures.
    pub fn carry(&mut self, ports: &[PortStats]) {
        for port in ports {
            let counters = self.ports.entry(port.name.clone()).or_default();
            counters.earlier[0] += port.tx;
            counters.earlier[1] += port.rx;
            counters.last = [0; 2];
        }
    }

    /// Whether enough time has passed since the last reading for another one to tell a rate.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        const LEAST: Duration = Duration::from_millis(500);
        self.read.is_none_or(|read| now.saturating_duration_since(read) >= LEAST)
    }

    /// Reads the counters; to be called once a second while somebody watches and the relay runs, and now and then while
    /// nobody does. `at_ms` is the time of day for the chart.
    /// Where that was set back, the points that lie ahead of it are let go: the line goes forwards.
    pub fn read(&mut self, now: Instant, at_ms: u64, ports: &[PortStats]) {
        let micros = self.read.map_or(0, |read| now.saturating_duration_since(read).as_micros());
        self.read = Some(now);
        let mut sum = [0; 2];
        for port in ports {
            let counters = self.ports.entry(port.name.clone()).or_default();
            for (way, count) in [port.tx, port.rx].into_iter().enumerate() {
                // It was closed and opened anew meanwhile: its counters start at nothing.
                if count < counters.last[way] {
                    counters.earlier[way] += std::mem::take(&mut counters.last[way]);
                }
                counters.rate[way] = per_second(count.saturating_sub(counters.last[way]), micros);
                counters.last[way] = count;
                sum[way] += counters.rate[way];
            }
        }
        while self.points.back().is_some_and(|point| point.at_ms >= at_ms) {
            self.points.pop_back();
        }
        self.points.push_back(Point { at_ms, up_rate: sum[0], down_rate: sum[1] });
        while self.points.len() > MAX_POINTS {
            self.points.pop_front();
        }
    }

    /// The traffic of the port of that name.
    #[must_use]
    pub fn traffic(&self, name: &str) -> Traffic {
        self.ports.get(name).map_or_else(Traffic::default, |counters| Traffic {
            up_rate: counters.rate[0],
            down_rate: counters.rate[1],
            up_total: counters.earlier[0] + counters.last[0],
            down_total: counters.earlier[1] + counters.last[1],
        })
    }

    /// Nothing has moved in any of them.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.points.iter().all(|point| point.up_rate == 0 && point.down_rate == 0)
    }

    /// The points of the last two minutes before `now_ms`, oldest first.
    #[must_use]
    pub fn points(&self, now_ms: u64) -> Vec<Point> {
        let shown = |point: &Point| point.at_ms <= now_ms && now_ms - point.at_ms <= SPAN_MS;
        self.points.iter().copied().filter(shown).collect()
    }
}

fn per_second(bytes: u64, micros: u128) -> u64 {
    // Two reads in the same moment say nothing about a rate.
    let rate = (u128::from(bytes) * 1_000_000).checked_div(micros).unwrap_or(0);
    u64::try_from(rate).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(tx: u64, rx: u64) -> PortStats {
        let listen = "127.0.0.1:1080".parse().unwrap();
        PortStats { name: "Local".into(), listen, tx, rx, proxied_tx: 0, proxied_rx: 0, open: 0, accepted: 0 }
    }

    #[test]
    fn rates_are_over_the_time_that_really_passed() {
        let (mut history, start) = (History::default(), Instant::now());
        history.begin(start);
        history.read(start + Duration::from_millis(2000), 2000, &[port(1000, 5000)]);
        let expected = Traffic { up_rate: 500, down_rate: 2500, up_total: 1000, down_total: 5000 };
        assert_eq!(history.traffic("Local"), expected);
        history.read(start + Duration::from_millis(3000), 3000, &[port(1000, 5600)]);
        let expected = Traffic { up_rate: 0, down_rate: 600, up_total: 1000, down_total: 5600 };
        assert_eq!(history.traffic("Local"), expected);
        assert!(!history.is_flat());
        let points: Vec<_> = history.points(3000).iter().map(|p| (p.at_ms, p.up_rate, p.down_rate)).collect();
        assert_eq!(points, [(2000, 500, 2500), (3000, 0, 600)]);
    }

    #[test]
    fn totals_go_on_over_a_restart_and_start_anew_with_a_session() {
        let (mut history, start) = (History::default(), Instant::now());
        let second = |n| start + Duration::from_secs(n);
        history.begin(start);
        history.read(second(1), 1000, &[port(100, 100)]);
        history.carry(&[port(150, 100)]);
        assert_eq!(history.traffic("Local").up_total, 150);
        history.read(second(2), 2000, &[port(30, 0)]);
        let traffic = history.traffic("Local");
        assert_eq!((traffic.up_rate, traffic.up_total, traffic.down_total), (30, 180, 100));
        history.begin(second(3));
        assert_eq!(history.traffic("Local"), Traffic::default());
        assert_eq!(history.points(3000).len(), 2);
    }

    #[test]
    fn a_port_that_was_closed_and_opened_anew_keeps_its_total() {
        let (mut history, start) = (History::default(), Instant::now());
        history.begin(start);
        history.read(start + Duration::from_secs(1), 1000, &[port(100, 9)]);
        history.read(start + Duration::from_secs(2), 2000, &[port(7, 9)]);
        let traffic = history.traffic("Local");
        assert_eq!((traffic.up_rate, traffic.up_total, traffic.down_total), (7, 107, 9));
    }

    #[test]
    fn the_chart_holds_two_minutes_and_no_more() {
        let (mut history, start) = (History::default(), Instant::now());
        history.begin(start);
        for second in 1..=500 {
            history.read(start + Duration::from_secs(second), second * 1000, &[port(second, 0)]);
        }
        let points = history.points(500_000);
        assert_eq!((points.len(), points[0].at_ms), (120, 381_000));
        // Switched off for a minute and a half: what is older than two minutes is gone.
        assert_eq!(history.points(590_000).first().map(|point| point.at_ms), Some(470_000));
        assert_eq!(history.points(5_000_000), []);
    }

    #[test]
    fn a_clock_that_jumps_bends_neither_the_line_nor_the_rates() {
        let (mut history, start) = (History::default(), Instant::now());
        history.begin(start);
        let hour = 3_600_000;
        for (second, at_ms) in (1_u64..).zip([5, 5 + 1, hour, hour + 1, 10, 11].map(|at| 10 * hour + at * 1000)) {
            history.read(start + Duration::from_secs(second), at_ms, &[port(second * 100, 0)]);
            let points = history.points(at_ms);
            assert!(points.is_sorted_by(|one, next| one.at_ms < next.at_ms), "{points:?}");
            assert_eq!((points.last().unwrap().at_ms, points.last().unwrap().up_rate), (at_ms, 100));
        }
        assert_eq!(history.points(10 * hour + 11_000).len(), 4, "those before it jumped are there again");
        assert_eq!(history.points(0), [], "none is of the future");
    }

    #[test]
    fn reading_twice_in_a_moment_and_an_unknown_port_are_no_trouble() {
        let (mut history, start) = (History::default(), Instant::now());
        history.begin(start);
        history.read(start, 0, &[port(u64::MAX, 1)]);
        assert_eq!(history.traffic("Local").up_rate, 0);
        assert_eq!(history.traffic("other"), Traffic::default());
    }
}
