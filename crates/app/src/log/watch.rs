//! `LogWatch`: one who looks at the log. It is told in batches, so that a flood is a few messages in a second.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use super::{Log, LogSeen};

/// The most lines of a batch; the rest follows with the next one.
const BATCH: usize = 2_000;
/// How long lines are collected.
const COLLECT: Duration = Duration::from_millis(200);

/// One who looks, with what it has been told.
#[derive(Debug)]
pub struct LogWatch {
    log: Log,
    stirred: Receiver<u64>,
    /// Absent before anything was told.
    told: Option<Told>,
}

#[derive(Debug)]
struct Told {
    last: u64,
    cleared: u32,
    fault: Option<String>,
}

impl LogWatch {
    pub(super) fn new(log: &Log) -> LogWatch {
        LogWatch { log: log.clone(), stirred: log.0.stirred.subscribe(), told: None }
    }

    /// What there is, and from the second time on what is new, once there is something. Being dropped before then loses nothing.
    pub async fn next(&mut self) -> LogSeen {
        loop {
            self.stirred.mark_unchanged();
            if self.has_news() {
                break;
            }
            // It ends with the log, and that is ours.
            let _ = self.stirred.changed().await;
        }
        if self.told.is_some() {
            tokio::time::sleep(COLLECT).await;
        }
        self.look()
    }

    fn has_news(&self) -> bool {
        let kept = self.log.kept();
        self.told.as_ref().is_none_or(|Told { last, cleared, fault }| {
            *last < kept.ring.last() || *cleared != kept.cleared || *fault != kept.writing.fault()
        })
    }

    fn look(&mut self) -> LogSeen {
        let kept = self.log.kept();
        let (file, fault, cleared) = (kept.writing.shown(), kept.writing.fault(), kept.cleared);
        let told = self.told.as_ref().filter(|told| told.cleared == cleared);
        let (since, most) = told.map_or((0, usize::MAX), |told| (told.last, BATCH));
        let lines = kept.ring.since(since, most);
        // Some may be gone already.
        let last = lines.last().filter(|_| lines.len() == most).map_or(kept.ring.last(), |line| line.id);
        let anew = told.is_none();
        drop(kept);
        self.told = Some(Told { last, cleared, fault: fault.clone() });
        LogSeen { anew, lines: lines.into_iter().map(Arc::unwrap_or_clone).collect(), file, fault }
    }
}
