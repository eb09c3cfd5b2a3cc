//! `LogLimit`: at most so many lines in a span of time, so that a scan of the port does not fill a disk.

use std::time::{Duration, Instant};

/// Lines let through in one span.
const LINES: u32 = 20;
/// How long a span lasts.
const SPAN: Duration = Duration::from_secs(10);

/// Counts lines in the current span.
#[derive(Debug)]
pub(crate) struct LogLimit {
    span_began: Instant,
    lines: u32,
}

/// What to do with a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Print it.
    Print,
    /// Print it, and say first that so many were left out before it.
    PrintAfterLeavingOut(u32),
    /// Leave it out.
    LeaveOut,
}

impl LogLimit {
    pub(crate) fn new(now: Instant) -> LogLimit {
        LogLimit { span_began: now, lines: 0 }
    }

    /// Asks for one line.
    pub(crate) fn line(&mut self, now: Instant) -> Line {
        if now.saturating_duration_since(self.span_began) >= SPAN {
            let left_out = self.lines.saturating_sub(LINES);
            *self = LogLimit { span_began: now, lines: 1 };
            return if left_out > 0 { Line::PrintAfterLeavingOut(left_out) } else { Line::Print };
        }
        self.lines = self.lines.saturating_add(1);
        if self.lines > LINES { Line::LeaveOut } else { Line::Print }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_cut_and_counted() {
        let start = Instant::now();
        let mut limit = LogLimit::new(start);
        let printed = (0..100).filter(|_| limit.line(start) == Line::Print).count();
        assert_eq!(printed, LINES as usize);
        assert_eq!(limit.line(start + SPAN), Line::PrintAfterLeavingOut(100 - LINES));
        assert_eq!(limit.line(start + SPAN), Line::Print);
        assert_eq!(limit.line(start + SPAN * 2), Line::Print);
    }
}
