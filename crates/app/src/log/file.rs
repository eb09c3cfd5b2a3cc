//! `LogFile`: the lines on the disk: `parasol.log`, and `parasol.log.1` with those before. Both together never hold more than
//! twice [`MAX`]; others than their owner cannot read them.
//!
//! Not tracing-appender: it begins a new file by the time of day, however large one grows meanwhile, and makes files that
//! others can read.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use parasol_platform::private_file;

use super::layer::names_target;
use super::{LogLevel, LogLine};

/// The most bytes of one file.
pub const MAX: u64 = 2 << 20;

/// What the file is called.
pub(crate) const NAME: &str = "parasol.log";
const BEFORE: &str = "parasol.log.1";

/// The file, open as soon as something is written.
#[derive(Debug)]
pub struct LogFile {
    dir: PathBuf,
    open: Option<File>,
    /// How long it is.
    length: u64,
}

impl LogFile {
    /// Nothing is made or opened yet.
    #[must_use]
    pub fn in_dir(dir: &Path) -> LogFile {
        LogFile { dir: dir.to_owned(), open: None, length: 0 }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(NAME)
    }

    fn before(&self) -> PathBuf {
        self.dir.join(BEFORE)
    }

    /// Adds these texts, each of which is whole lines. Where one would make the file too long, another file begins. Gives how
    /// many of them are there, and why not all are, which the system says.
    pub fn append(&mut self, texts: &[String]) -> (usize, io::Result<()>) {
        let mut there = 0;
        let done = self.append_counted(texts, &mut there);
        (there, done)
    }

    fn append_counted(&mut self, texts: &[String], there: &mut usize) -> io::Result<()> {
        // A file that somebody has removed is made anew, and not written to where nobody finds it.
        if self.open.is_some() && !self.path().try_exists()? {
            self.open = None;
        }
        let mut together = String::new();
        for (before, text) in texts.iter().enumerate() {
            let pending = together.len() as u64;
            self.opened()?;
            if self.length + pending > 0 && self.length + pending + text.len() as u64 > MAX {
                self.write(&mut together)?;
                *there = before;
                self.rotate()?;
            }
            together.push_str(text);
        }
        self.write(&mut together)?;
        *there = texts.len();
        Ok(())
    }

    /// Removes what is there.
    ///
    /// # Errors
    /// The system's.
    pub fn clear(&mut self) -> io::Result<()> {
        self.open = None;
        // Each of them, whatever becomes of the other.
        let both = [self.path(), self.before()].map(|path| private_file::remove(&path));
        both.into_iter().collect()
    }

    fn write(&mut self, together: &mut String) -> io::Result<()> {
        if together.is_empty() {
            return Ok(());
        }
        let mut file = self.opened()?;
        if let Err(error) = file.write_all(together.as_bytes()) {
            // How much of it is there is found out by whoever opens it next.
            self.open = None;
            return Err(error);
        }
        self.length += together.len() as u64;
        together.clear();
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.open = None;
        fs::rename(self.path(), self.before())
    }

    fn opened(&mut self) -> io::Result<&File> {
        if self.open.is_none() {
            private_file::create_dir(&self.dir)?;
            let mut file = private_file::open_to_append(&self.path())?;
            self.length = file.metadata()?.len();
            // A program that was killed may have left half a line, which must not take the next one with it.
            if self.length > 0 && last_byte(&mut file)? != b'\n' {
                file.write_all(b"\n")?;
                self.length += 1;
            }
            self.open = Some(file);
        }
        Ok(self.open.as_ref().expect("it was just opened"))
    }
}

fn last_byte(file: &mut File) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// Writes a line as the file has it: without what names a target.
pub(super) fn written(text: &mut String, line: &LogLine) {
    let LogLine { at_ms, level, part, message, fields, .. } = line;
    let level = match level {
        LogLevel::Error => "ERROR",
        LogLevel::Warn => "WARN",
        LogLevel::Info => "INFO",
        LogLevel::Debug => "DEBUG",
    };
    let time = i64::try_from(*at_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    // Writing into a string does not fail.
    let _ = write!(text, "{time:.3} {level} {part} {message}");
    for field in fields.iter().filter(|field| !names_target(&field.name)) {
        let bare = !field.value.is_empty() && !field.value.contains([' ', '"', '=']);
        let _ = match bare {
            true => write!(text, " {}={}", field.name, field.value),
            false => write!(text, " {}=\"{}\"", field.name, field.value.replace('"', "\\\"")),
        };
    }
    text.push('\n');
}

#[cfg(test)]
mod tests;
