//! `Screen`: a table at the bottom of the terminal that stays there while log lines pass above it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// Cheap to clone; all clones are one screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Screen {
    /// Lines of the table that stand on the terminal now.
    table_lines: Arc<Mutex<usize>>,
}

impl Screen {
    /// Puts `table` in the place of the last one.
    pub(crate) fn table(&self, table: &str) -> io::Result<()> {
        let mut lines = self.table_lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = io::stdout().lock();
        erase(&mut out, *lines)?;
        out.write_all(table.as_bytes())?;
        out.flush()?;
        *lines = table.lines().count();
        Ok(())
    }
}

/// Up to the table's first line, and clear from there on.
fn erase(out: &mut impl Write, lines: usize) -> io::Result<()> {
    if lines > 0 { write!(out, "\x1b[{lines}A\x1b[J") } else { Ok(()) }
}

/// Log lines: to standard error, above the table.
impl<'a> MakeWriter<'a> for Screen {
    type Writer = LogLine;

    fn make_writer(&'a self) -> LogLine {
        LogLine { screen: self.clone() }
    }
}

/// Writes one log line.
#[derive(Debug)]
pub(crate) struct LogLine {
    screen: Screen,
}

impl Write for LogLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.screen.table_lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = io::stdout().lock();
        erase(&mut out, std::mem::take(&mut *lines))?;
        out.flush()?;
        io::stderr().write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
