//! How long things took: a histogram, so that an hour of them takes no more room than a second.

use std::time::Duration;

/// Buckets as wide as 1/128 of where they stand: nothing is off by more than half a percent.
const BITS: u32 = 7;
const BUCKETS: usize = (65 - BITS as usize) << BITS;

#[derive(Clone)]
pub(crate) struct Latency {
    buckets: Vec<u64>,
    count: u64,
    total: Duration,
}

impl Latency {
    pub(crate) fn new() -> Latency {
        Latency { buckets: vec![0; BUCKETS], count: 0, total: Duration::ZERO }
    }

    pub(crate) fn record(&mut self, took: Duration) {
        self.buckets[bucket(took.as_nanos() as u64)] += 1;
        self.count += 1;
        self.total += took;
    }

    pub(crate) fn merge(&mut self, other: &Latency) {
        for (into, from) in self.buckets.iter_mut().zip(&other.buckets) {
            *into += from;
        }
        self.count += other.count;
        self.total += other.total;
    }

    pub(crate) fn mean_us(&self) -> f64 {
        self.total.as_secs_f64() * 1e6 / self.count.max(1) as f64
    }

    /// How long the fastest `share` of them took at most, in microseconds; 0 when there were none.
    pub(crate) fn percentile_us(&self, share: f64) -> f64 {
        let rank = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (bucket, n) in self.buckets.iter().enumerate() {
            seen += n;
            if *n > 0 && seen >= rank {
                return middle(bucket) / 1000.0;
            }
        }
        0.0
    }
}

fn bucket(nanos: u64) -> usize {
    let magnitude = (64 - nanos.leading_zeros()).saturating_sub(BITS + 1);
    ((magnitude as usize) << BITS) + (nanos >> magnitude) as usize
}

/// The value in the middle of a bucket.
fn middle(bucket: usize) -> f64 {
    let magnitude = (bucket >> BITS).saturating_sub(1);
    let mantissa = bucket - (magnitude << BITS);
    (mantissa as f64 + 0.5) * (1_u64 << magnitude) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_off_by_more_than_half_a_percent() {
        for nanos in [0, 1, 127, 128, 255, 256, 1_000, 123_456, 10_000_000_000, u64::MAX] {
            let off = (middle(bucket(nanos)) - nanos as f64).abs();
            assert!(off <= 0.5 + nanos as f64 * 0.005, "{nanos}: {off}");
        }
    }

    #[test]
    fn percentiles_are_ranks() {
        let mut latency = Latency::new();
        for micros in 1..=100 {
            latency.record(Duration::from_micros(micros));
        }
        for (share, expected) in [(0.01, 1.0), (0.5, 50.0), (0.99, 99.0), (1.0, 100.0)] {
            let found = latency.percentile_us(share);
            assert!((found - expected).abs() <= expected * 0.005, "{share}: {found}");
        }
        assert_eq!(Latency::new().percentile_us(0.5), 0.0);
    }
}
