//! Whether this machine's clock is wrong: the 2022 methods need one that is right to half a minute, and a server that
//! dislikes it does not say so.
//!
//! Asked only when such a server was silent: then whoever is fetched from through servers is asked directly what time it
//! is (the `Date` of HTTP), which shows it that this machine asks, and no more than any program without a proxy would.

use std::time::SystemTime;

use jiff::fmt::rfc2822::DateTimeParser;
use parasol_engine::Prober;
use parasol_proto::packet::MAX_SKEW;

use crate::millis::millis;
use crate::probe::Probe;

/// How many seconds the clock is ahead, if that is more than the methods forgive.
pub(super) async fn is_wrong_by(prober: &Prober, probe: &Probe) -> Option<i64> {
    let head = prober.ask_directly(probe.target(), probe.request()).await?;
    let now = i64::try_from(millis(SystemTime::now()) / 1000).ok()?;
    let ahead = now.checked_sub(date(&head)?)?;
    (ahead.unsigned_abs() > MAX_SKEW).then_some(ahead)
}

/// The time in the head of a response, in seconds since 1970.
fn date(head: &[u8]) -> Option<i64> {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.next().filter(|status| status.starts_with(b"HTTP/"))?;
    let mut fields = lines.take_while(|line| !line.is_empty());
    let date = fields.find_map(|line| {
        let (name, value) = line.split_at_checked(5)?;
        name.eq_ignore_ascii_case(b"date:").then_some(value.trim_ascii())
    })?;
    Some(DateTimeParser::new().parse_timestamp(date).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_read_from_a_head_and_from_nothing_else() {
        for (head, expected) in [
            ("HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n", Some(784_111_777)),
            ("HTTP/1.0 200 OK\r\nA: b\r\ndate:Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nbody", Some(784_111_777)),
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", None),
            ("HTTP/1.1 200 OK\r\nDate: yesterday\r\n\r\n", None),
            ("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49", None),
            ("HTTP/1.1 200 OK\r\nDate:", None),
            ("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n", None),
            ("", None),
        ] {
            assert_eq!(date(head.as_bytes()), expected, "{head}");
        }
        assert_eq!(date(&[0xff; 100]), None);
    }
}
