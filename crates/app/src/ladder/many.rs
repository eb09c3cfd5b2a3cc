//! Many servers tested, some at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Climber;
use crate::problem::Problem;
use crate::profile::Through;
use crate::tested::Tested;

/// So many are tested at once: enough to be done soon, and too few to be taken for an attack.
pub const AT_ONCE: usize = 8;

/// What a test of one of many comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It begins.
    Began,
    /// It has ended.
    Ended(Tested),
}

/// Tests every server, in their order, at most [`AT_ONCE`] at a time, and tells of each by its place as it begins and
/// as it ends. Called off, it begins no further one; returns when none runs.
pub async fn climb_all(
    climber: Arc<Climber>,
    servers: Vec<Result<Through, Problem>>,
    call_off: CancellationToken,
    tell: impl Fn(usize, Progress) + Clone + Send + 'static,
) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut tests = JoinSet::new();
    for (place, through) in servers.into_iter().enumerate() {
        let (climber, call_off, tell) = (Arc::clone(&climber), call_off.clone(), tell.clone());
        let turns = Arc::clone(&turns);
        tests.spawn(async move {
            // They are given in the order in which they are asked for.
            let Some(Ok(_turn)) = call_off.run_until_cancelled(turns.acquire()).await else { return };
            tell(place, Progress::Began);
            if let Some(tested) = climber.climb(&through, &call_off).await {
                tell(place, Progress::Ended(tested));
            }
        });
    }
    while tests.join_next().await.is_some() {}
}
