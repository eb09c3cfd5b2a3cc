//! `Ring`: the last lines, bounded in number and in bytes. Warnings, what happens, and details have a lane each, so that a flood
//! of details takes away no warning.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{LogField, LogLevel, LogLine};

/// The most lines of a lane.
pub(super) const LINES: usize = 2_000;
/// The most bytes of a lane.
pub(super) const BYTES: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Ring {
    lanes: [Lane; 3],
    /// The number of the last line.
    last: u64,
}

#[derive(Debug, Default)]
struct Lane {
    lines: VecDeque<Arc<LogLine>>,
    bytes: usize,
}

impl Ring {
    pub(super) fn push(&mut self, at_ms: u64, level: LogLevel, part: &str, message: String, fields: Vec<LogField>) {
        self.last += 1;
        let line = LogLine { id: self.last, at_ms, level, part: part.to_owned(), message, fields };
        let lane = match level {
            LogLevel::Error | LogLevel::Warn => 0,
            LogLevel::Info => 1,
            LogLevel::Debug => 2,
        };
        self.lanes[lane].push(Arc::new(line));
    }

    /// The number of the last line, be it still here or not.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// The first `most` lines after that one.
    pub(super) fn since(&self, id: u64, most: usize) -> Vec<Arc<LogLine>> {
        let mut lines = self.gathered(|lane| lane.partition_point(|line| line.id <= id), |_| true);
        lines.truncate(most);
        lines
    }

    /// The last `most` lines of a span of time. By the clock on the wall, which may have been set: none is passed over for that.
    pub(super) fn between(&self, from_ms: u64, to_ms: u64, most: usize) -> Vec<Arc<LogLine>> {
        let mut lines = self.gathered(|_| 0, |line| (from_ms..=to_ms).contains(&line.at_ms));
        lines.drain(..lines.len().saturating_sub(most));
        lines
    }

    /// Numbers go on: nobody takes a new line for one that was cleared.
    pub(super) fn clear(&mut self) {
        self.lanes = Default::default();
    }

    fn gathered(
        &self,
        first: impl Fn(&VecDeque<Arc<LogLine>>) -> usize,
        wanted: impl Fn(&LogLine) -> bool,
    ) -> Vec<Arc<LogLine>> {
        let mut lines = Vec::new();
        for lane in &self.lanes {
            lines.extend(lane.lines.range(first(&lane.lines)..).filter(|line| wanted(line)).cloned());
        }
        lines.sort_unstable_by_key(|line| line.id);
        lines
    }
}

impl Lane {
    fn push(&mut self, line: Arc<LogLine>) {
        self.bytes += size(&line);
        self.lines.push_back(line);
        while self.lines.len() > LINES || self.bytes > BYTES {
            let Some(gone) = self.lines.pop_front() else { return };
            self.bytes -= size(&gone);
        }
    }
}

/// What it takes up, about.
fn size(line: &LogLine) -> usize {
    let fields = line.fields.iter().map(|LogField { name, value }| size_of::<LogField>() + name.len() + value.len());
    size_of::<LogLine>() + line.part.len() + line.message.len() + fields.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(ring: &mut Ring, at_ms: u64, level: LogLevel, message: &str) {
        ring.push(at_ms, level, "test", message.to_owned(), Vec::new());
    }

    fn messages(lines: &[Arc<LogLine>]) -> Vec<&str> {
        lines.iter().map(|line| line.message.as_str()).collect()
    }

    #[test]
    fn a_flood_of_one_kind_displaces_that_kind_alone() {
        let mut ring = Ring::default();
        push(&mut ring, 0, LogLevel::Warn, "a warning");
        push(&mut ring, 0, LogLevel::Info, "what happens");
        for _ in 0..10 * LINES {
            push(&mut ring, 0, LogLevel::Debug, "detail");
        }
        let lines = ring.since(0, usize::MAX);
        assert_eq!(lines.len(), LINES + 2);
        assert_eq!(messages(&lines[..2]), ["a warning", "what happens"]);
        assert!(lines.is_sorted_by_key(|line| line.id));
        assert_eq!(lines.last().unwrap().id, ring.last());
    }

    #[test]
    fn long_lines_are_bounded_by_their_bytes() {
        let mut ring = Ring::default();
        for _ in 0..LINES {
            push(&mut ring, 0, LogLevel::Error, &"x".repeat(10_000));
        }
        let lines = ring.since(0, usize::MAX);
        let bytes: usize = lines.iter().map(|line| size(line)).sum();
        assert!(bytes <= BYTES && bytes > BYTES - 20_000, "{bytes}");
    }

    #[test]
    fn lines_are_found_by_number_and_by_time() {
        let mut ring = Ring::default();
        for (at_ms, level) in [(10, LogLevel::Info), (20, LogLevel::Debug), (30, LogLevel::Error), (15, LogLevel::Info)]
        {
            push(&mut ring, at_ms, level, &at_ms.to_string());
        }
        assert_eq!(messages(&ring.since(0, 2)), ["10", "20"]);
        assert_eq!(messages(&ring.since(2, 10)), ["30", "15"]);
        assert_eq!(messages(&ring.since(4, 10)), [""; 0]);
        assert_eq!(messages(&ring.between(15, 20, 10)), ["20", "15"]);
        assert_eq!(messages(&ring.between(0, u64::MAX, 2)), ["30", "15"]);
        assert_eq!(messages(&ring.between(31, 0, 2)), [""; 0]);
        ring.clear();
        assert!(ring.since(0, 10).is_empty());
        push(&mut ring, 40, LogLevel::Info, "40");
        assert_eq!(ring.since(0, 10)[0].id, 5);
    }
}
