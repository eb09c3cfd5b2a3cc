//! Times as they cross the glass: whole milliseconds.

use std::time::{Duration, SystemTime};

/// Milliseconds since 1970; 0 before.
#[must_use]
pub fn millis(time: SystemTime) -> u64 {
    whole_ms(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

/// A duration in whole milliseconds.
#[must_use]
pub fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
