//! A line as a fault is one, for what is over at once.

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// A line as a fault is one: `parasol: warning: …`.
pub(crate) struct Said;

impl<S, N> FormatEvent<S, N> for Said
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, ctx: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            _ => "note",
        };
        write!(writer, "parasol: {level}: ")?;
        ctx.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use parasol_app::log::fields::fields;
    use tracing::Dispatch;

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whatever_is_logged_is_one_line() {
        for at_once in [false, true] {
            let said = Buffer::default();
            let writer = said.clone();
            let log =
                tracing_subscriber::fmt().fmt_fields(fields()).with_writer(move || writer.clone()).with_ansi(false);
            let log =
                if at_once { Dispatch::new(log.event_format(Said).finish()) } else { Dispatch::new(log.finish()) };
            let forged = "x\r\nWARN forged \u{1b}[2J\u{202e}";
            tracing::dispatcher::with_default(&log, || {
                tracing::warn!(name = forged, error = %io::Error::other(forged), "a \"name\" of {forged}");
            });
            let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
            let line = said.strip_suffix('\n').expect("it ends");
            assert!(!line.chars().any(|char| char.is_control() || char == '\u{202e}'), "{line:?}");
            let shown = r"x\r\nWARN forged \u{1b}[2J\u{202e}";
            let told = format!("a \"name\" of {shown} name=\"{shown}\" error={shown}");
            assert!(line.ends_with(&told), "{line}");
            assert_eq!(line == format!("parasol: warning: {told}"), at_once, "{line}");
        }
    }
}
