//! `Secret`: text that must not be shown, and the places a password can come from.

use std::convert::Infallible;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::str::FromStr;

use parasol_proto::link::Password;

use crate::fault::Fault;

/// The environment variable that may hold the password.
pub(crate) const VARIABLE: &str = "PARASOL_PASSWORD";

/// No password is longer; a file that is, is not a password file.
const MAX_LEN: u64 = 64 * 1024;

/// A password, or a link that holds one. Wiped when dropped; `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Secret(Password);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text.into())
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Secret(text.into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The first line of a file, or of standard input for `-`.
pub(crate) fn read_file(path: &Path) -> Result<Secret, Fault> {
    let text = read_text(path, MAX_LEN).map_err(|source| Fault::PasswordFile { path: path.to_owned(), source })?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Fault::PasswordFileEmpty { path: path.to_owned() });
    }
    Ok(Secret(line.into()))
}

/// What the environment says, if anything.
pub(crate) fn from_environment() -> Result<Option<Secret>, Fault> {
    match std::env::var(VARIABLE) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(Secret(text.into()))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Fault::PasswordVariable),
    }
}

/// A whole text file of at most `limit` bytes; `-` is standard input.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().take(limit + 1).read_to_string(&mut text)?
    } else {
        File::open(path)?.take(limit + 1).read_to_string(&mut text)?
    };
    if read as u64 > limit {
        return Err(io::Error::other(format!("it is longer than {limit} bytes")));
    }
    Ok(text)
}
