//! `Levels`: which lines are heard at all. The user changes it while everything runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber, callsite};
use tracing_subscriber::layer::{Context, Filter};

use super::{LogLevel, LogView};

/// The part that says a line for each flow.
const FLOWS: &str = "parasol_engine::flows";

/// Shared by all who have a clone.
#[derive(Debug, Clone)]
pub(super) struct Levels(Arc<Chosen>);

#[derive(Debug)]
struct Chosen {
    level: AtomicU8,
    targets: AtomicBool,
}

impl Default for Levels {
    fn default() -> Self {
        let LogView { level, targets } = LogView::default();
        Levels(Arc::new(Chosen { level: AtomicU8::new(level as u8), targets: AtomicBool::new(targets) }))
    }
}

impl Levels {
    pub(super) fn set(&self, LogView { level, targets }: LogView) {
        let before =
            (self.0.level.swap(level as u8, Ordering::Relaxed), self.0.targets.swap(targets, Ordering::Relaxed));
        if before != (level as u8, targets) {
            // Each place that says something has noted whether anybody listens.
            callsite::rebuild_interest_cache();
        }
    }

    /// Whether lines say where connections go.
    pub(super) fn name_targets(&self) -> bool {
        self.0.targets.load(Ordering::Relaxed)
    }

    fn level(&self) -> Level {
        match self.0.level.load(Ordering::Relaxed) {
            0 => Level::ERROR,
            1 => Level::WARN,
            2 => Level::INFO,
            _ => Level::DEBUG,
        }
    }

    /// Ours as they were chosen, and of other libraries what is wrong. The resolver names what is looked up: never.
    fn hear(&self, part: &str, level: Level) -> bool {
        if part == FLOWS && self.name_targets() {
            level <= Level::DEBUG
        } else if part.starts_with("parasol") {
            level <= self.level()
        } else {
            level <= self.level().min(Level::WARN) && !part.starts_with("hickory")
        }
    }
}

impl<S: Subscriber> Filter<S> for Levels {
    fn enabled(&self, about: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.hear(about.target(), *about.level())
    }

    fn callsite_enabled(&self, about: &'static Metadata<'static>) -> Interest {
        if self.hear(about.target(), *about.level()) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let level = if self.name_targets() { Level::DEBUG } else { self.level() };
        Some(LevelFilter::from_level(level))
    }
}

impl LogLevel {
    /// As `tracing` has them; what is finer than [`LogLevel::Debug`] is that.
    pub(super) fn of(level: Level) -> LogLevel {
        match level {
            Level::ERROR => LogLevel::Error,
            Level::WARN => LogLevel::Warn,
            Level::INFO => LogLevel::Info,
            _ => LogLevel::Debug,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_heard() {
        let levels = Levels::default();
        let ours = "parasol_app::store";
        for (level, targets, heard) in [
            (LogLevel::Error, false, [true, false, false, false, true, false, false]),
            (LogLevel::Warn, false, [true, true, false, false, true, true, false]),
            (LogLevel::Info, false, [true, true, true, false, true, true, false]),
            (LogLevel::Debug, false, [true, true, true, true, true, true, true]),
            (LogLevel::Warn, true, [true, true, false, false, true, true, true]),
        ] {
            levels.set(LogView { level, targets });
            let found = [
                (ours, Level::ERROR),
                (ours, Level::WARN),
                (ours, Level::INFO),
                (ours, Level::DEBUG),
                ("zbus", Level::ERROR),
                ("zbus", Level::WARN),
                (FLOWS, Level::DEBUG),
            ]
            .map(|(part, level)| levels.hear(part, level));
            assert_eq!(found, heard, "{level:?} {targets}");
            assert!(!levels.hear("hickory_resolver::caching_client", Level::ERROR));
            assert!(!levels.hear("zbus", Level::INFO) && !levels.hear(ours, Level::TRACE));
        }
    }
}
