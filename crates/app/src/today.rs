//! When today began, where this machine is.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::millis::millis;

/// The last midnight before `now` in this machine's time zone, in milliseconds since 1970. Where a day has no
/// midnight (clocks are put forward then), its first moment.
#[must_use]
pub fn midnight_ms(now: SystemTime) -> u64 {
    midnight_in(TimeZone::system(), now).unwrap_or_else(|| millis(now))
}

fn midnight_in(zone: TimeZone, now: SystemTime) -> Option<u64> {
    let midnight = Timestamp::try_from(now).ok()?.to_zoned_datetime(zone).start_of_day().ok()?;
    u64::try_from(midnight.timestamp().as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_day_begins_at_its_own_midnight() {
        // 2024-03-10T12:00:00Z
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_710_072_000);
        for (zone, hours_before) in [("UTC0", 12), ("<+0545>-5:45", 0), ("EST5EDT,M3.2.0,M11.1.0", 7), ("CST-8", 20)] {
            let zone_of = TimeZone::posix(zone).unwrap();
            let midnight = midnight_in(zone_of, now).unwrap();
            let minutes = if hours_before == 0 { 17 * 60 + 45 } else { hours_before * 60 };
            assert_eq!((millis(now) - midnight) / 60_000, minutes, "{zone}");
        }
    }
}
