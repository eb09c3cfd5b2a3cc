//! `Counters`: what of the bytes of each port a manager has not been told yet.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Of ports that are open: how much of their total was told.
    told: BTreeMap<u16, u64>,
    /// Of ports that were closed: what was not.
    owed: BTreeMap<u16, u64>,
}

impl Counters {
    /// A port was closed, which had carried so much; one of the same number begins at 0.
    pub(super) fn closed(&mut self, port: u16, total: u64) {
        let told = self.told.remove(&port).unwrap_or(0);
        let left = total.saturating_sub(told);
        if left > 0 {
            *self.owed.entry(port).or_default() += left;
        }
    }

    /// What each port has carried since this was asked last, without those that carried nothing.
    pub(super) fn news(&mut self, totals: &[(u16, u64)]) -> Vec<(u16, u64)> {
        let mut news = std::mem::take(&mut self.owed);
        for (port, total) in totals {
            let told = self.told.insert(*port, *total).unwrap_or(0);
            if *total > told {
                *news.entry(*port).or_default() += total - told;
            }
        }
        news.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_told_once_whatever_becomes_of_its_port() {
        let mut counters = Counters::default();
        assert_eq!(counters.news(&[(1, 0), (2, 5)]), [(2, 5)]);
        assert_eq!(counters.news(&[(1, 3), (2, 5)]), [(1, 3)]);
        assert_eq!(counters.news(&[(1, 3), (2, 5)]), []);
        counters.closed(1, 10);
        counters.closed(2, 5);
        // A port of the same number is open again.
        assert_eq!(counters.news(&[(1, 4)]), [(1, 11)]);
        assert_eq!(counters.news(&[(1, 4)]), []);
    }
}
