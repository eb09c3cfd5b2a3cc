//! `LogLimit`: at most so many lines in a span of time, so that what strangers send does not fill a disk.

use std::borrow::Cow;
use std::time::{Duration, Instant};

/// Lines let through in one span.
const LINES: u32 = 20;
/// How long a span lasts.
const SPAN: Duration = Duration::from_secs(10);

/// Counts lines in the current span.
#[derive(Debug)]
pub struct LogLimit {
    most: u32,
    span_began: Instant,
    lines: u32,
}

impl LogLimit {
    /// Begins to count.
    #[must_use]
    pub fn new(now: Instant) -> LogLimit {
        LogLimit::of(LINES, now)
    }

    /// Begins to count, and lets through so many in a span.
    #[must_use]
    pub fn of(most: u32, now: Instant) -> LogLimit {
        LogLimit { most, span_began: now, lines: 0 }
    }

    /// Counts one more. `None` while there are too many; else how many were left out before this one.
    pub fn count(&mut self, now: Instant) -> Option<u32> {
        if now.saturating_duration_since(self.span_began) >= SPAN {
            let left_out = self.lines.saturating_sub(self.most);
            *self = LogLimit { most: self.most, span_began: now, lines: 1 };
            return Some(left_out);
        }
        self.lines = self.lines.saturating_add(1);
        (self.lines <= self.most).then_some(0)
    }

    /// What is to be logged of a line: nothing while there are too many, and with the next one after them how many were
    /// left out.
    #[must_use]
    pub fn pass<'a>(&mut self, line: &'a str, now: Instant) -> Option<Cow<'a, str>> {
        Some(match self.count(now)? {
            0 => Cow::Borrowed(line),
            left_out => Cow::Owned(format!("{left_out} lines like these were left out; {line}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_cut_and_counted() {
        let start = Instant::now();
        let mut limit = LogLimit::new(start);
        let printed = (0..100).filter(|_| limit.pass("hm", start).is_some_and(|line| line == "hm")).count();
        assert_eq!(printed, LINES as usize);
        let counted = format!("{} lines like these were left out; ah", 100 - LINES);
        assert_eq!(limit.pass("ah", start + SPAN).as_deref(), Some(&*counted));
        assert_eq!(limit.pass("oh", start + SPAN).as_deref(), Some("oh"));
        assert_eq!(limit.pass("oh", start + SPAN * 2).as_deref(), Some("oh"));
    }
}
