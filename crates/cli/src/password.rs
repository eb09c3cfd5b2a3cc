//! `Secret`: text that must not be shown, and the places a password can come from.

use std::convert::Infallible;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::str::FromStr;

use parasol_app::private_file;
use parasol_proto::Method;
use parasol_proto::legacy::StreamMethod;
use parasol_proto::link::Password;

use crate::args::Credentials;
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

impl From<Password> for Secret {
    fn from(password: Password) -> Self {
        Secret(password)
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

/// The password for a method; nothing does for the one without encryption.
pub(crate) fn of(method: Method, secret: Option<&Secret>) -> Result<Secret, Fault> {
    match secret {
        Some(secret) => Ok(secret.clone()),
        None if method == Method::Stream(StreamMethod::None) => Ok(Secret::default()),
        None => Err(Fault::NoPassword),
    }
}

/// The password on the command line, or the one in the file that it names. `warnings` get what is unsafe about it.
pub(crate) fn given(credentials: &Credentials, warnings: &mut Vec<String>) -> Result<Option<Secret>, Fault> {
    match (&credentials.password, &credentials.password_file) {
        (Some(password), _) => {
            warnings
                .push("other users of this machine can see a password given with -k; --password-file hides it".into());
            Ok(Some(password.clone()))
        }
        (None, Some(path)) => first_line(path, warnings).map(Some),
        (None, None) => Ok(None),
    }
}

/// The first line of a file, or of standard input for `-`.
pub(crate) fn first_line(path: &Path, warnings: &mut Vec<String>) -> Result<Secret, Fault> {
    let fault = |source| Fault::PasswordFile { path: path.to_owned(), source };
    let Text { text, open_to_others } = read_text(path, MAX_LEN).map_err(fault)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Fault::PasswordFileEmpty { path: path.to_owned() });
    }
    if open_to_others {
        warnings.push(others_can_read(path));
    }
    Ok(Secret(line.into()))
}

/// The warning of a file with a password that is not the user's alone.
pub(crate) fn others_can_read(path: &Path) -> String {
    let path = path.display();
    format!("other users of this machine can read {path}, which holds a password; `chmod 600` shuts them out")
}

/// What the environment says, if anything.
pub(crate) fn from_environment() -> Result<Option<Secret>, Fault> {
    variable(VARIABLE)
}

/// What this variable of the environment says, if anything.
pub(crate) fn variable(name: &'static str) -> Result<Option<Secret>, Fault> {
    match std::env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(Secret(text.into()))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Fault::PasswordVariable { name }),
    }
}

/// What stands in a file.
pub(crate) struct Text {
    pub(crate) text: String,
    /// Others than its owner can read or change it.
    pub(crate) open_to_others: bool,
}

/// A whole text file of at most `limit` bytes; `-` is standard input.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<Text> {
    let mut text = String::new();
    let (read, open_to_others) = if path == Path::new("-") {
        (io::stdin().take(limit + 1).read_to_string(&mut text)?, false)
    } else {
        let file = File::open(path)?;
        let open_to_others = private_file::is_open_to_others(&file)?;
        (file.take(limit + 1).read_to_string(&mut text)?, open_to_others)
    };
    if read as u64 > limit {
        return Err(io::Error::other(format!("it is longer than {limit} bytes")));
    }
    Ok(Text { text, open_to_others })
}
