//! `Meter`: from counters that only grow to what has moved since they were read before.

use std::collections::HashMap;

use super::Amount;
use crate::relay::PortStats;

/// What the counters of a relay said when they were read last. A port that is being closed is not read any more and stays
/// here until its last counters have come.
#[derive(Debug, Default)]
pub struct Meter(HashMap<String, Passed>);

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// All in all.
    pub all: Amount,
    /// Of that, through a Shadowsocks server.
    pub proxied: Amount,
}

impl Meter {
    /// Another relay begins, whose counters start at nothing.
    pub fn begin(&mut self) {
        self.0.clear();
    }

    /// What has moved on each port since the last reading.
    pub fn read<'p>(&mut self, ports: &'p [PortStats]) -> Vec<(&'p PortStats, Passed)> {
        let mut moved = Vec::with_capacity(ports.len());
        for port in ports {
            let now = Passed {
                all: Amount { up: port.tx, down: port.rx },
                proxied: Amount { up: port.proxied_tx, down: port.proxied_rx },
            };
            let last = self.0.insert(port.name.clone(), now).unwrap_or_default();
            // It was closed and opened anew meanwhile, and its task crashed: its counters started at nothing.
            let anew = now.all.up < last.all.up || now.all.down < last.all.down;
            let since = Passed { all: now.all.minus(last.all), proxied: now.proxied.minus(last.proxied) };
            moved.push((port, if anew { now } else { since }));
        }
        moved
    }

    /// The same of ports that are closed, whose counters these are to the end: what has their names next starts at nothing.
    pub fn closed<'p>(&mut self, ports: &'p [PortStats]) -> Vec<(&'p PortStats, Passed)> {
        let moved = self.read(ports);
        for port in ports {
            self.0.remove(&port.name);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, tx: u64, rx: u64) -> PortStats {
        PortStats {
            name: name.into(),
            listen: "127.0.0.1:1080".parse().unwrap(),
            tx,
            rx,
            proxied_tx: tx,
            proxied_rx: rx / 2,
            open: 0,
            accepted: 0,
        }
    }

    #[test]
    fn what_moved_is_told_once_also_over_ports_that_come_and_go_and_relays_that_begin_anew() {
        let mut meter = Meter::default();
        let moved = |told: Vec<(&PortStats, Passed)>| {
            told.into_iter().map(|(_, passed)| (passed.all.up, passed.all.down)).collect::<Vec<_>>()
        };
        assert_eq!(moved(meter.read(&[port("a", 5, 7)])), [(5, 7)]);
        assert_eq!(moved(meter.read(&[port("a", 5, 9), port("b", 1, 0)])), [(0, 2), (1, 0)]);
        // Not there while it is being closed, and counted to its end.
        assert_eq!(moved(meter.read(&[port("a", 6, 9)])), [(1, 0)]);
        assert_eq!(moved(meter.closed(&[port("b", 3, 1)])), [(2, 1)]);
        // The next one of that name, which has moved more than that one before anybody looked.
        assert_eq!(moved(meter.read(&[port("a", 6, 9), port("b", 4, 1)])), [(0, 0), (4, 1)]);
        // Closed and opened anew by nobody who tells.
        assert_eq!(moved(meter.read(&[port("a", 2, 10), port("b", 4, 1)])), [(2, 10), (0, 0)]);
        assert_eq!(moved(meter.read(&[])), []);
        meter.begin();
        let begun = Passed { all: Amount { up: 3, down: 10 }, proxied: Amount { up: 3, down: 5 } };
        assert_eq!(meter.read(&[port("a", 3, 10)])[0].1, begun);
        let since = Passed { all: Amount { up: 1, down: 10 }, proxied: Amount { up: 1, down: 5 } };
        assert_eq!(meter.read(&[port("a", 4, 20)])[0].1, since);
    }
}
