//! A value of the `Run` key of the user's registry.

use std::io;

use windows_registry::{CURRENT_USER, Key};

use super::run_key::{command_line, is_switched_off};

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// Where Task Manager and the settings record which of these the user has switched off.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
const NAME: &str = "Parasol";

#[derive(Debug)]
pub(super) struct Entry {
    line: String,
}

impl Entry {
    /// `None` for a program that cannot be found by its path, or whose path is no text or too long.
    pub(super) fn of_this_user() -> Option<Entry> {
        let program = std::env::current_exe().ok()?;
        Some(Entry { line: command_line(program.to_str()?)? })
    }

    pub(super) fn is_on(&self) -> io::Result<bool> {
        let Some(line) = found(CURRENT_USER.open(RUN).and_then(|run| run.get_string(NAME)))? else { return Ok(false) };
        let approved = found(CURRENT_USER.open(APPROVED).and_then(|approved| approved.get_value(NAME)))?;
        Ok(line == self.line && !approved.is_some_and(|value| is_switched_off(&value)))
    }

    pub(super) fn write(&self) -> io::Result<()> {
        CURRENT_USER.create(RUN)?.set_string(NAME, &self.line)?;
        remove(CURRENT_USER.create(APPROVED))
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        remove(CURRENT_USER.create(RUN))?;
        remove(CURRENT_USER.create(APPROVED))
    }
}

fn remove(key: windows_registry::Result<Key>) -> io::Result<()> {
    found(key.and_then(|key| key.remove_value(NAME))).map(drop)
}

/// `None` for what is not there.
fn found<T>(looked: windows_registry::Result<T>) -> io::Result<Option<T>> {
    /// `HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)`
    const NOT_FOUND: i32 = 0x8007_0002_u32 as i32;
    match looked {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().0 == NOT_FOUND => Ok(None),
        Err(error) => Err(error.into()),
    }
}
