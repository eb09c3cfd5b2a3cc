//! What is said at the end: one JSON object on one line.

use std::fmt::{Display, Write};

use crate::latency::Latency;

/// A JSON object while it is being written.
#[derive(Default)]
pub(crate) struct Report(String);

impl Report {
    /// A field whose value is JSON as it prints: a number, or another report.
    pub(crate) fn with(mut self, name: &str, value: impl Display) -> Report {
        let comma = if self.0.is_empty() { "" } else { "," };
        write!(self.0, r#"{comma}"{name}":{value}"#).expect("a string takes everything");
        self
    }

    pub(crate) fn with_latency(self, latency: &Latency) -> Report {
        let us = |value: f64| format!("{value:.2}");
        self.with("p50_us", us(latency.percentile_us(0.5)))
            .with("p99_us", us(latency.percentile_us(0.99)))
            .with("max_us", us(latency.percentile_us(1.0)))
            .with("mean_us", us(latency.mean_us()))
    }

    pub(crate) fn print(&self) {
        println!("{self}");
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{{{}}}", self.0)
    }
}
