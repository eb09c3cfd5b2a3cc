//! When today began, where this machine is.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::millis::millis;

/// The last midnight before `now` in this machine's time zone, in milliseconds since 1970. Where a day has no
/// midnight (clocks are put forward then), its first moment.
#[must_use]
pub fn midnight_ms(now: SystemTime) -> u64 {
    midnight_in(TimeZone::system(), now).unwrap_or_else(|| millis(now))
}

/// A day where this machine is, by the number of days since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LocalDay {
    /// Its number.
    pub number: u64,
    /// The number of the first day of its month.
    pub month_began: u64,
}

impl LocalDay {
    /// The day of this moment; the first of 1970 before that.
    #[must_use]
    pub fn of(now: SystemTime) -> LocalDay {
        LocalDay::in_zone(TimeZone::system(), now).unwrap_or_default()
    }

    fn in_zone(zone: TimeZone, now: SystemTime) -> Option<LocalDay> {
        let date = Timestamp::try_from(now).ok()?.to_zoned_datetime(zone).date();
        let number = |date: Date| u64::try_from(date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24);
        Some(LocalDay { number: number(date).ok()?, month_began: number(date.first_of_month()).unwrap_or_default() })
    }
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
    fn days_are_numbered_where_one_is_and_know_their_month() {
        // 2024-02-29T23:30:00Z
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_249_400);
        for (zone, number, month_began) in
            [("UTC0", 19_782, 19_754), ("CET-1", 19_783, 19_783), ("<-12>12", 19_782, 19_754)]
        {
            let day = LocalDay::in_zone(TimeZone::posix(zone).unwrap(), now).unwrap();
            assert_eq!(day, LocalDay { number, month_began }, "{zone}");
        }
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(86_400);
        assert_eq!(LocalDay::of(before), LocalDay::default());
    }

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
