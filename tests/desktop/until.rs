//! Waiting for what another program will show sooner or later.

use std::time::Duration;

use harness::deadline::within;

const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Looks until there is something to see, and fails with `what` when there never is.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    within(what, async {
        let mut looks = tokio::time::interval(BETWEEN_LOOKS);
        loop {
            looks.tick().await;
            if let Some(seen) = look().await {
                return seen;
            }
        }
    })
    .await
}
