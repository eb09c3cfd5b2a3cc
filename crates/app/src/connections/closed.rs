//! `ClosedLog`: the connections that have ended, in bounded memory.

use std::collections::VecDeque;

use super::{Connection, Programs};
use crate::relay::FlowSummary;

/// How many are kept; the one that ended first goes first.
pub const MAX_CLOSED: usize = 1000;

/// The last connections that ended.
#[derive(Debug, Default)]
pub struct ClosedLog {
    /// In the order in which they ended, each with the number of its relay.
    closed: VecDeque<(u32, FlowSummary)>,
    /// How many have ended before the first of them.
    before: u64,
}

impl ClosedLog {
    /// Takes note of a flow of the `run`th relay that ended.
    pub fn note(&mut self, run: u32, flow: &FlowSummary) {
        if self.closed.len() == MAX_CLOSED {
            self.closed.pop_front();
            self.before += 1;
        }
        self.closed.push_back((run, flow.clone()));
    }

    /// How many have ended so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.before + self.closed.len() as u64
    }

    /// Those that ended after the first `seen` had, as far as they are kept, the oldest first.
    pub fn since<'a>(&'a self, seen: u64, programs: &'a Programs) -> impl Iterator<Item = Connection> + 'a {
        let from = usize::try_from(seen.saturating_sub(self.before)).unwrap_or(usize::MAX);
        self.closed.iter().skip(from).map(|(run, flow)| Connection::of(*run, flow, false, programs))
    }
}
