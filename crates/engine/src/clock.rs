//! The coarse clock.
use std::time::Duration;
/// The engine's coarse clock moves in steps of this.
pub const TICK: Duration = Duration::from_millis(250);
