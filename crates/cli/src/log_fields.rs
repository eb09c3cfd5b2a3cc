//! What a log line says: a message and values. Any of them may repeat what a peer sent, so nothing in them ends the line,
//! moves the cursor or turns what follows, whoever forgot to think of it.

use parasol_app::plain::plain;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::debug_fn;

/// Writes them one after the other: the message as it is, a value behind its name.
pub(crate) fn fields() -> impl for<'w> FormatFields<'w> + 'static {
    let one = debug_fn(|writer, field, value| {
        let value = plain(&format!("{value:?}"));
        match field.name() {
            "message" => write!(writer, "{value}"),
            name => write!(writer, "{name}={value}"),
        }
    });
    one.delimited(" ")
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Said(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Said {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whatever_is_logged_is_one_line() {
        let said = Said::default();
        let writer = said.clone();
        let log = tracing_subscriber::fmt().fmt_fields(fields()).with_writer(move || writer.clone()).with_ansi(false);
        let forged = "x\r\nWARN forged \u{1b}[2J\u{202e}";
        tracing::subscriber::with_default(log.finish(), || {
            tracing::warn!(name = forged, error = %io::Error::other(forged), "a \"name\" of {forged}");
        });
        let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
        let line = said.strip_suffix('\n').expect("it ends");
        assert!(!line.chars().any(|char| char.is_control() || char == '\u{202e}'), "{line:?}");
        let shown = r"x\r\nWARN forged \u{1b}[2J\u{202e}";
        assert!(line.ends_with(&format!("a \"name\" of {shown} name=\"{shown}\" error={shown}")), "{line}");
    }
}
