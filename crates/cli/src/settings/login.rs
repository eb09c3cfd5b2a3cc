//! The login of the local ports: the option's user with a password, or a file of shadowsocks-rust.

use std::path::Path;

use parasol_proto::Credentials;
use serde::Deserialize;

use crate::args::LoginArgs;
use crate::fault::Fault;
use crate::password::{self, Text, read_text};

/// The environment variable that may hold the password of `--local-user`.
pub(crate) const VARIABLE: &str = "PARASOL_LOCAL_PASSWORD";

/// What the command line asks of clients.
pub(super) fn of(args: &LoginArgs, warnings: &mut Vec<String>) -> Result<Option<Credentials>, Fault> {
    let Some(user) = &args.local_user else { return Ok(None) };
    let password = match &args.local_password_file {
        Some(path) => password::first_line(path, warnings)?,
        None => password::variable(VARIABLE)?.ok_or(Fault::NoLocalPassword)?,
    };
    Credentials::new(user, password.expose()).map(Some).map_err(|source| Fault::BadLogin { source })
}

/// `{"password":{"users":[{"user_name":"…","password":"…"}]}}` of the SOCKS port, or the same with `basic` of the HTTP
/// port: here one port is both.
#[derive(Deserialize)]
struct File {
    #[serde(alias = "basic")]
    password: Users,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    user_name: String,
    password: String,
}

/// The users of such a file.
pub(super) fn from_file(path: &Path, warnings: &mut Vec<String>) -> Result<Credentials, Fault> {
    const MAX_LEN: u64 = 64 * 1024;
    let Text { text, open_to_others } =
        read_text(path, MAX_LEN).map_err(|source| Fault::LoginFile { path: path.to_owned(), source })?;
    // The parser's own words are left out: they can repeat what stands in the file.
    let file: File = serde_json::from_str(&text).map_err(|_| Fault::LoginFileShape { path: path.to_owned() })?;
    if open_to_others {
        warnings.push(password::others_can_read(path));
    }
    let mut all: Option<Credentials> = None;
    for user in &file.password.users {
        let one = Credentials::new(&user.user_name, &user.password).map_err(|source| Fault::BadLogin { source })?;
        all = Some(match all {
            Some(others) => others.or(one),
            None => one,
        });
    }
    all.ok_or_else(|| Fault::LoginFileShape { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use parasol_proto::Attempt;

    #[test]
    fn the_user_files_of_shadowsocks_rust_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("users.json");
        let ann = r#"{"user_name":"ann","password":"secret"}"#;
        for (text, right) in [
            (format!(r#"{{"password":{{"users":[{ann}]}}}}"#), true),
            (format!(r#"{{"basic":{{"users":[{ann}]}}}}"#), true),
            (format!(r#"{{"password":{{"users":[{{"user_name":"bob","password":"other"}},{ann}]}}}}"#), true),
            (r#"{"password":{"users":[]}}"#.to_owned(), false),
            (r#"{"password":{"users":[{"user_name":"a:b","password":"x"}]}}"#.to_owned(), false),
            ("{".to_owned(), false),
        ] {
            std::fs::write(&path, &text).unwrap();
            let read = from_file(&path, &mut Vec::new());
            assert_eq!(read.is_ok(), right, "{text}");
            match read {
                Ok(credentials) => {
                    let admits =
                        |user: &[u8], password: &[u8]| credentials.admits(&Attempt::new(user, password).unwrap());
                    assert!(admits(b"ann", b"secret") && !admits(b"ann", b"other") && !admits(b"bob", b"secret"));
                    assert_eq!(admits(b"bob", b"other"), text.contains("bob"), "{text}");
                }
                Err(fault) => assert!(!format!("{fault} {fault:?}").contains("secret"), "{fault}"),
            }
        }
    }
}
