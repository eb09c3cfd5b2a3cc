//! A bound for every wait: long enough for a busy machine, short enough to end.

use std::time::Duration;

/// No wait of a test takes longer. Only a failing test ever waits for it.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// What `future` gives.
///
/// # Panics
/// When it takes longer than [`DEADLINE`]; `what` stands in the message.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future)
        .await
        .unwrap_or_else(|_| panic!("{what}: nothing for {} s", DEADLINE.as_secs()))
}
