//! `Log`: what Parasol says of what is going on, line by line. What it holds is bounded in memory ([`ring`]) and on the disk
//! ([`file`]), and what floods displaces only its own kind.
//!
//! | module | what it does |
//! |---|---|
//! | [`levels`] | which lines are heard at all; the user chooses |
//! | [`layer`] | makes lines of what `tracing` tells |
//! | [`words`] | what a line says: one line, nothing hidden in it, no link, so long and no longer |
//! | [`fields`] | the same for a terminal |
//! | [`ring`] | the last lines |
//! | [`file`], [`writer`] | a copy of them in a file that its owner alone can read |
//! | [`watch`] | those who look, told a few times in a second |
//!
//! Targets are in no line unless the user asks for them, and in the file never: the fields that name them are called `target`
//! and `answer`. Passwords and links are nowhere: nobody logs them, and what looks like one is cut all the same.

pub mod fields;
pub mod file;
mod layer;
mod levels;
mod ring;
mod watch;
mod words;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch as channel;
use tracing::Subscriber;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;
use ts_rs::TS;

use self::layer::Noting;
use self::levels::Levels;
use self::ring::Ring;
pub use self::watch::LogWatch;
use crate::state::AppState;

/// The most lines that [`Log::between`] gives.
pub const MAX_BETWEEN: usize = 2_000;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LogLevel {
    /// Something is broken.
    Error,
    /// Something did not work, and Parasol goes on.
    Warn,
    /// What happens.
    Info,
    /// What happens in it.
    Debug,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Its number; later ones have greater ones.
    #[ts(type = "number")]
    pub id: u64,
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// How much it matters.
    pub level: LogLevel,
    /// Which part of the program says so.
    pub part: String,
    /// What.
    pub message: String,
    /// About what.
    pub fields: Vec<LogField>,
}

/// A value that a line speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LogField {
    /// What it is.
    pub name: String,
    /// What it is like.
    pub value: String,
}

/// What goes over the watching channel of the log: first all that is there, then what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogSeen {
    /// Forget the lines that were seen before: these are all.
    pub anew: bool,
    /// In the order in which they were said.
    pub lines: Vec<LogLine>,
    /// The file that holds them too.
    pub file: Option<String>,
    /// Why it does not.
    pub fault: Option<String>,
}

/// What is noted, as the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogView {
    /// Lines of this level, and those that matter more.
    pub level: LogLevel,
    /// A line for each connection too, with where it went.
    pub targets: bool,
}

impl Default for LogView {
    fn default() -> Self {
        LogView { level: LogLevel::Info, targets: false }
    }
}

/// The log. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    levels: Levels,
    kept: Mutex<Kept>,
    /// Wakes the writer.
    wake: Condvar,
    /// Wakes those who watch: it counts what has changed.
    stirred: channel::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    ring: Ring,
    /// How often it was cleared.
    cleared: u32,
    writing: writer::Writing,
}

impl Log {
    /// What `tracing` is to tell everything to.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a> + 'static>(&self) -> impl Layer<S> + use<S> {
        <Noting as Layer<S>>::with_filter(Noting::new(self.clone()), self.0.levels.clone())
    }

    /// Notes so much from now on. What was noted stays.
    pub fn set(&self, view: LogView) {
        self.0.levels.set(view);
    }

    /// Notes what the user chose, until Parasol ends.
    pub async fn follow(self, mut states: channel::Receiver<Arc<AppState>>) {
        loop {
            let view = states.borrow_and_update().log;
            self.set(view);
            if states.changed().await.is_err() {
                return;
            }
        }
    }

    /// Writes every line into a file in this directory too, those before as well; in a thread of its own.
    pub fn write_to(&self, dir: &Path) {
        writer::begin(self, dir);
    }

    /// Has the file hold what was said until now, and writes no more. Waits for that so long.
    pub fn end(&self, patience: Duration) {
        writer::end(self, patience);
    }

    /// All lines, and then what is new.
    #[must_use]
    pub fn watch(&self) -> LogWatch {
        LogWatch::new(self)
    }

    /// What was said in a span of time, in milliseconds since 1970, both ends included: the last [`MAX_BETWEEN`] lines of it.
    #[must_use]
    pub fn between(&self, from_ms: u64, to_ms: u64) -> Vec<LogLine> {
        let lines = self.kept().ring.between(from_ms, to_ms, MAX_BETWEEN);
        lines.into_iter().map(Arc::unwrap_or_clone).collect()
    }

    /// Forgets every line, here and on the disk.
    pub fn clear(&self) {
        let mut kept = self.kept();
        kept.ring.clear();
        kept.cleared = kept.cleared.wrapping_add(1);
        drop(kept);
        self.stir();
    }

    fn note(&self, at_ms: u64, level: LogLevel, part: &str, message: String, fields: Vec<LogField>) {
        self.kept().ring.push(at_ms, level, part, message, fields);
        self.stir();
    }

    fn stir(&self) {
        self.0.wake.notify_all();
        self.0.stirred.send_modify(|stirred| *stirred = stirred.wrapping_add(1));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().expect("nothing panics while it is held")
    }
}
