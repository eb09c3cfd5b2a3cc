//! `Meter`: from counters that only grow to what has moved since they were read before.

use std::collections::HashMap;

use super::Amount;
use crate::relay::PortStats;

/// What the counters of a relay said when they were read last.
#[derive(Debug, Default)]
pub struct Meter(HashMap<String, Amount>);

impl Meter {
    /// Another relay begins, whose counters start at nothing.
    pub fn begin(&mut self) {
        self.0.clear();
    }

    /// What has moved on each port since the last reading.
    pub fn read<'p>(&mut self, ports: &'p [PortStats]) -> Vec<(&'p PortStats, Amount)> {
        let before = std::mem::take(&mut self.0);
        let mut moved = Vec::with_capacity(ports.len());
        for port in ports {
            let now = Amount { up: port.tx, down: port.rx };
            let last = before.get(&port.name).copied().unwrap_or_default();
            // It was closed and opened anew meanwhile: its counters started at nothing.
            let anew = now.up < last.up || now.down < last.down;
            moved.push((port, if anew { now } else { now.minus(last) }));
            self.0.insert(port.name.clone(), now);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, tx: u64, rx: u64) -> PortStats {
        PortStats { name: name.into(), listen: "127.0.0.1:1080".parse().unwrap(), tx, rx, open: 0, accepted: 0 }
    }

    #[test]
    fn what_moved_is_told_once_also_over_ports_that_come_and_go_and_relays_that_begin_anew() {
        let mut meter = Meter::default();
        let mut read = |ports: &[PortStats]| {
            meter.read(ports).into_iter().map(|(_, moved)| (moved.up, moved.down)).collect::<Vec<_>>()
        };
        assert_eq!(read(&[port("a", 5, 7)]), [(5, 7)]);
        assert_eq!(read(&[port("a", 5, 9), port("b", 1, 0)]), [(0, 2), (1, 0)]);
        assert_eq!(read(&[port("a", 6, 9)]), [(1, 0)]);
        // Closed and opened anew, with and without being missed.
        assert_eq!(read(&[port("a", 6, 9), port("b", 1, 0)]), [(0, 0), (1, 0)]);
        assert_eq!(read(&[port("a", 2, 10), port("b", 0, 0)]), [(2, 10), (0, 0)]);
        assert_eq!(read(&[]), []);
        meter.begin();
        assert_eq!(meter.read(&[port("a", 3, 10)])[0].1, Amount { up: 3, down: 10 });
    }
}
