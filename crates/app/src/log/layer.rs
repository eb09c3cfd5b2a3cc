//! `Noting`: makes lines of what `tracing` tells.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Mutex;
use std::time::{Instant, SystemTime};

use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::words::words;
use super::{Log, LogField, LogLevel};
use crate::log_limit::LogLimit;
use crate::millis::millis;

/// So many lines of one place in the program are let through in ten seconds, and so many where each connection says one.
const LINES: u32 = 50;
const DETAILS: u32 = 2_000;

/// The most values of a line.
const FIELDS: usize = 16;

/// What names a target, or may: where a flow goes, and what a name server has answered.
const NAMES_TARGETS: [&str; 2] = ["target", "answer"];

pub(super) struct Noting {
    log: Log,
    /// As many as there are places in the program that say something.
    limits: Mutex<HashMap<Identifier, LogLimit>>,
}

impl Noting {
    pub(super) fn new(log: Log) -> Noting {
        Noting { log, limits: Mutex::default() }
    }

    /// How many lines of that place were left out before this one; `None` when it is too many itself.
    fn left_out(&self, place: Identifier, level: Level) -> Option<u32> {
        let now = Instant::now();
        let most = if level >= Level::DEBUG { DETAILS } else { LINES };
        let mut limits = self.limits.lock().expect("nothing panics while it is held");
        limits.entry(place).or_insert_with(|| LogLimit::of(most, now)).count(now)
    }
}

impl<S: Subscriber> Layer<S> for Noting {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        let Some(left_out) = self.left_out(about.callsite(), *about.level()) else { return };
        let mut said = Said { message: String::new(), fields: Vec::new(), targets: self.log.0.levels.name_targets() };
        // With nothing held: what is written out may say something itself.
        event.record(&mut said);
        if left_out > 0 {
            said.add("left_out", left_out.to_string());
        }
        let Said { message, fields, .. } = said;
        self.log.note(millis(SystemTime::now()), LogLevel::of(*about.level()), about.target(), message, fields);
    }
}

struct Said {
    message: String,
    fields: Vec<LogField>,
    targets: bool,
}

impl Said {
    fn add(&mut self, name: &str, value: String) {
        if self.fields.len() < FIELDS {
            self.fields.push(LogField { name: name.to_owned(), value });
        }
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = words(value),
            name if NAMES_TARGETS.contains(&name) && !self.targets => {}
            name => self.add(name, words(value)),
        }
    }

    /// Without the quotes that `Debug` adds.
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

/// Whether a field of this name is left out of the file.
pub(super) fn names_target(name: &str) -> bool {
    NAMES_TARGETS.contains(&name)
}
