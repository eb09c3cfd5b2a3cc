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
    span_began: Instant,
    lines: u32,
}

impl LogLimit {
    /// Begins to count.
    #[must_use]
    pub fn new(now: Instant) -> LogLimit {
        LogLimit { span_began: now, lines: 0 }
    }

    /// What is to be logged of a line: nothing while there are too many, and with the next one after them how many were
    /// left out.
    #[must_use]
    pub fn pass<'a>(&mut self, line: &'a str, now: Instant) -> Option<Cow<'a, str>> {
        if now.saturating_duration_since(self.span_began) >= SPAN {
            let left_out = self.lines.saturating_sub(LINES);
            *self = LogLimit { span_began: now, lines: 1 };
            return Some(match left_out {
                0 => Cow::Borrowed(line),
                _ => Cow::Owned(format!("{left_out} lines like these were left out; {line}")),
            });
        }
        self.lines = self.lines.saturating_add(1);
        (self.lines <= LINES).then_some(Cow::Borrowed(line))
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
