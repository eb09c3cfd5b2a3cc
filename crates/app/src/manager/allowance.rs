//! `Allowance`: how much is said to senders beyond this machine. Over UDP a sender may not be whom it names, and a `ping`
//! of four bytes has an answer of thousands: without a bound, whoever sends it under another's address would have us
//! flood that other.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// So many bytes in a span: room for all that a manager asks of a server with as many ports as there may be, and as much
/// as nothing to a line that is to be flooded.
const BYTES: usize = 128 * 1024;
/// How long a span lasts, as often as managers ask.
const SPAN: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Allowance {
    span_began: Instant,
    left: usize,
}

impl Allowance {
    pub(super) fn new(now: Instant) -> Allowance {
        Allowance { span_began: now, left: BYTES }
    }

    /// Whether answers of so many bytes may be sent to a command of `asked` bytes. What is no longer than it floods
    /// nobody.
    pub(super) fn takes(&mut self, to: Option<SocketAddr>, asked: usize, answers: usize, now: Instant) -> bool {
        if answers <= asked || to.is_none_or(|to| to.ip().to_canonical().is_loopback()) {
            return true;
        }
        if now.saturating_duration_since(self.span_began) >= SPAN {
            *self = Allowance::new(now);
        }
        let left = self.left.checked_sub(answers);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_other_machines_are_bounded_and_what_is_shorter_than_its_command_is_not() {
        let start = Instant::now();
        let address = |text: &str| text.parse::<SocketAddr>().ok();
        let (far, half) = (address("192.0.2.1:1"), BYTES / 2);
        let mut allowance = Allowance::new(start);
        for (to, asked, answers, later, expected) in [
            (far, 4, half, 0, true),
            (address("[2001:db8::1]:1"), 4, half + 1, 0, false),
            (address("198.51.100.1:1"), 4, half, 0, true),
            (far, 4, 5, 0, false),
            (far, 4, 4, 0, true),
            (address("127.0.0.1:1"), 4, BYTES * 2, 0, true),
            (address("[::ffff:127.0.0.1]:1"), 4, BYTES * 2, 0, true),
            (address("[::1]:1"), 4, BYTES * 2, 0, true),
            (None, 4, BYTES * 2, 0, true),
            (far, 4, 5, 9, false),
            (far, 4, BYTES, 10, true),
            (far, 4, 5, 10, false),
        ] {
            let now = start + Duration::from_secs(later);
            assert_eq!(allowance.takes(to, asked, answers, now), expected, "{answers} bytes to {to:?} after {later} s");
        }
    }
}
