//! When a subscription is fetched next. The time and the dice are arguments.

use std::time::Duration;

/// How often a list is fetched when neither the user nor the list says.
pub const USUAL_H: u32 = 24;
/// Not more often than that, whoever says so.
pub const LEAST_H: u32 = 1;
/// Not more seldom than that: a month.
pub const MOST_H: u32 = 31 * 24;

/// The first wait after a failure; each further one doubles it, up to the interval.
const AFTER_A_FAILURE: Duration = Duration::from_secs(15 * 60);

/// How often a list is fetched, in hours: as the user says, else as the list says, else each day.
#[must_use]
pub(super) fn interval_h(own: Option<u32>, listed: Option<u32>) -> u32 {
    own.or(listed).unwrap_or(USUAL_H).clamp(LEAST_H, MOST_H)
}

/// How long to wait after the last of so many failures in a row; none is a success. `dice` spreads it by a tenth either
/// way, so that the users of a list do not all come at once.
#[must_use]
pub(super) fn wait(interval_h: u32, failures: u32, dice: u32) -> Duration {
    let interval = hours(interval_h);
    let whole = match failures {
        0 => interval,
        n => AFTER_A_FAILURE.saturating_mul(1 << (n - 1).min(16)).min(interval),
    };
    let spread = whole / 5;
    whole - spread / 2 + spread.mul_f64(f64::from(dice) / f64::from(u32::MAX))
}

/// When a list is due that was to be fetched at `next_ms`. A clock that was set back must not keep it waiting for longer
/// than it could have had to.
#[must_use]
pub(super) fn due_ms(next_ms: u64, interval_h: u32, now_ms: u64) -> u64 {
    let longest = wait(interval_h, 0, u32::MAX);
    if next_ms > now_ms.saturating_add(millis(longest)) { now_ms } else { next_ms }
}

fn hours(hours: u32) -> Duration {
    Duration::from_secs(u64::from(hours) * 3600)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;

    #[test]
    fn nobody_is_asked_more_than_once_an_hour() {
        for (own, listed, expected) in [
            (None, None, 24),
            (None, Some(12), 12),
            (Some(6), Some(12), 6),
            (Some(0), None, 1),
            (None, Some(0), 1),
            (None, Some(u32::MAX), MOST_H),
        ] {
            assert_eq!(interval_h(own, listed), expected, "{own:?} {listed:?}");
        }
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_the_interval() {
        let middle = u32::MAX / 2;
        for (interval, failures, expected) in [
            (24, 0, 24 * HOUR),
            (24, 1, HOUR / 4),
            (24, 2, HOUR / 2),
            (24, 3, HOUR),
            (24, 7, 16 * HOUR),
            (24, 8, 24 * HOUR),
            (24, u32::MAX, 24 * HOUR),
            (1, 1, HOUR / 4),
            (1, 4, HOUR),
        ] {
            assert_eq!(
                wait(interval, failures, middle).as_secs_f64().round() as u64,
                expected,
                "{interval} {failures}"
            );
        }
    }

    #[test]
    fn the_dice_spread_a_wait_by_a_tenth_either_way() {
        let bounds = [0, u32::MAX].map(|dice| wait(10, 0, dice).as_secs());
        assert_eq!(bounds, [9 * HOUR, 11 * HOUR]);
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_waiting() {
        let (now, day) = (1_000_000_000, 24 * HOUR * 1000);
        for (next, due) in [
            (0, 0),
            (now, now),
            (now + day, now + day),
            (now + day + day / 10, now + day + day / 10),
            (now + 2 * day, now),
            (u64::MAX, now),
        ] {
            assert_eq!(due_ms(next, 24, now), due, "{next}");
        }
    }
}
