//! The thread that copies lines into the file. Nobody who says something waits for a disk: what the disk is too slow for is left
//! out, and counted there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::file::{LogFile, written};
use super::{Log, LogLine};

/// So long it is not tried again after a disk was full, or the like.
const AGAIN: Duration = Duration::from_secs(10);
/// So many lines are written at once.
const BATCH: usize = 500;

#[derive(Debug, Default)]
pub(super) struct Writing {
    path: Option<PathBuf>,
    fault: Option<String>,
    thread: Option<JoinHandle<()>>,
    ending: bool,
}

impl Writing {
    pub(super) fn shown(&self) -> Option<String> {
        self.path.as_ref().map(|path| path.display().to_string())
    }

    pub(super) fn fault(&self) -> Option<String> {
        self.fault.clone()
    }
}

pub(super) fn begin(log: &Log, dir: &Path) {
    let file = LogFile::in_dir(dir);
    let mut kept = log.kept();
    if kept.writing.path.is_some() {
        return;
    }
    kept.writing.path = Some(file.path());
    let (of_thread, cleared) = (log.clone(), kept.cleared);
    match thread::Builder::new().name("log".to_owned()).spawn(move || write(&of_thread, file, cleared)) {
        Ok(thread) => kept.writing.thread = Some(thread),
        Err(error) => kept.writing.fault = Some(error.to_string()),
    }
}

pub(super) fn end(log: &Log, patience: Duration) {
    let deadline = Instant::now() + patience;
    log.kept().writing.ending = true;
    log.0.wake.notify_all();
    let mut kept = log.kept();
    // A disk that hangs must not keep the program from ending.
    while kept.writing.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        let step = left.min(Duration::from_millis(20));
        kept = log.0.wake.wait_timeout(kept, step).expect("nothing panics while it is held").0;
    }
}

/// What is to be done next.
struct Task {
    clear: Option<u32>,
    lines: Vec<Arc<LogLine>>,
    /// The number of the last line that there is.
    newest: u64,
    ending: bool,
}

fn write(log: &Log, mut file: LogFile, mut cleared: u32) {
    let mut last = 0;
    let mut not_before = None;
    loop {
        let task = next(log, last, cleared, not_before);
        let done = match task.clear {
            // Those before the first that is there now are gone on purpose.
            Some(now) => file.clear().inspect(|()| {
                cleared = now;
                last = task.lines.first().map_or(task.newest, |line| line.id - 1);
            }),
            None => Ok(()),
        };
        let end = task.lines.last().map(|line| line.id);
        let done = done.and_then(|()| {
            let (there, done) = file.append(&texts(last, &task.lines));
            // What is there already is not written again.
            last = there.checked_sub(1).map_or(last, |at| task.lines[at].id);
            done
        });
        not_before = done.is_err().then(|| Instant::now() + AGAIN);
        tell(log, done.err().map(|error| error.to_string()));
        if task.ending && (end.is_none() || not_before.is_some()) {
            return;
        }
    }
}

/// Waits for something to do.
fn next(log: &Log, last: u64, cleared: u32, not_before: Option<Instant>) -> Task {
    let mut kept = log.kept();
    loop {
        let ending = kept.writing.ending;
        let clear = (kept.cleared != cleared).then_some(kept.cleared);
        let wait = not_before.map(|at: Instant| at.saturating_duration_since(Instant::now()));
        let may = ending || wait.is_none_or(|wait| wait.is_zero());
        let lines = if may { kept.ring.since(last, BATCH) } else { Vec::new() };
        if ending || (may && (clear.is_some() || !lines.is_empty())) {
            return Task { clear, lines, newest: kept.ring.last(), ending };
        }
        kept = match wait.filter(|wait| !wait.is_zero()) {
            Some(wait) => log.0.wake.wait_timeout(kept, wait).expect("nothing panics while it is held").0,
            None => log.0.wake.wait(kept).expect("nothing panics while it is held"),
        };
    }
}

fn tell(log: &Log, fault: Option<String>) {
    let mut kept = log.kept();
    if kept.writing.fault != fault {
        kept.writing.fault = fault;
        drop(kept);
        log.0.stirred.send_modify(|stirred| *stirred = stirred.wrapping_add(1));
    }
}

/// The lines as the file has them, and how many between them are gone.
fn texts(mut last: u64, lines: &[Arc<LogLine>]) -> Vec<String> {
    let text = |line: &Arc<LogLine>| {
        let mut text = String::new();
        let missing = line.id.saturating_sub(last + 1);
        if missing > 0 {
            let _ = writeln!(text, "… {missing} lines are left out here");
        }
        last = line.id;
        written(&mut text, line);
        text
    };
    lines.iter().map(text).collect()
}
