//! `Command`: what a manager wants.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::link::Password;

/// No command is longer, in bytes.
pub const MAX_COMMAND: usize = 64 * 1024;

/// What a manager wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open a port, in place of one that has the number.
    Add(NewPort),
    /// Close the port of this number, which is not 0.
    Remove(u16),
    /// Say which ports there are.
    List,
    /// Say that you are there.
    Ping,
    /// Say how much each port has carried.
    Stat,
    /// A server tells what its ports have carried. That is for a manager that starts its servers as programs of their
    /// own.
    Report,
}

/// A port that is to be opened, as it was asked for: names are not judged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPort {
    /// Its number, not 0.
    pub port: u16,
    /// Its password, not empty.
    pub password: Password,
    /// The method; `None` is the server's own.
    pub method: Option<String>,
    /// `tcp_only`, `tcp_and_udp`, `udp_only`; `None` is the server's own.
    pub mode: Option<String>,
    /// Names and passwords of its users (SIP023); `None` are the server's own, if it has any. An empty list is not the
    /// same: it would be a port for nobody.
    pub users: Option<Vec<(String, Password)>>,
    /// Whoever comes without one-time authentication is not to be served.
    pub one_time_auth: bool,
}

/// Why there is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CommandError {
    /// Longer than [`MAX_COMMAND`].
    #[error("it is too long")]
    TooLong,
    /// There is no command of this name. It has no answer.
    #[error("there is no such command")]
    Unknown,
    /// No JSON object follows the name of a command that needs one.
    #[error("no JSON object follows the command")]
    NoObject,
    /// This key is missing, or its value has the wrong kind.
    #[error("{0:?} is missing or wrong")]
    Value(&'static str),
    /// This key asks for what a port that was added cannot have, and would be less safe without.
    #[error("{0:?} is not possible here")]
    Impossible(&'static str),
}

impl Command {
    /// Reads a datagram.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub fn parse(datagram: &[u8]) -> Result<Command, CommandError> {
        if datagram.len() > MAX_COMMAND {
            return Err(CommandError::TooLong);
        }
        let (name, rest) = match datagram.iter().position(|byte| *byte == b':') {
            Some(colon) => (&datagram[..colon], Some(&datagram[colon + 1..])),
            None => (datagram, None),
        };
        let object = || match serde_json::from_slice(rest.unwrap_or_default()) {
            Ok(Value::Object(map)) => Ok(map),
            _ => Err(CommandError::NoObject),
        };
        match name.trim_ascii() {
            b"add" => add(object()?).map(Command::Add),
            b"remove" => port(&object()?).map(Command::Remove),
            b"list" => Ok(Command::List),
            b"ping" => Ok(Command::Ping),
            b"stat" if rest.is_some() => Ok(Command::Report),
            b"stat" => Ok(Command::Stat),
            _ => Err(CommandError::Unknown),
        }
    }
}

fn add(map: Map<String, Value>) -> Result<NewPort, CommandError> {
    let port = port(&map)?;
    // A port that had it silently left out would be open where it was meant to be shut.
    if asks(map.get("plugin")) {
        return Err(CommandError::Impossible("plugin"));
    }
    let (method, mode, users) = (text(&map, "method")?, text(&map, "mode")?, users(map.get("users"))?);
    let password = text(&map, "password")?.ok_or(CommandError::Value("password"))?;
    let one_time_auth = flag(&map, "one_time_auth")?;
    Ok(NewPort { port, password: password.into(), method, mode, users, one_time_auth })
}

fn port(map: &Map<String, Value>) -> Result<u16, CommandError> {
    let number = match map.get("server_port") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    };
    let port = number.and_then(|number| u16::try_from(number).ok()).filter(|port| *port != 0);
    port.ok_or(CommandError::Value("server_port"))
}

/// A text that is not empty; `null` and `""` are none.
fn text(map: &Map<String, Value>, key: &'static str) -> Result<Option<String>, CommandError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(CommandError::Value(key)),
    }
}

fn flag(map: &Map<String, Value>, key: &'static str) -> Result<bool, CommandError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(false),
        Some(value) => value.as_bool().ok_or(CommandError::Value(key)),
    }
}

fn users(value: Option<&Value>) -> Result<Option<Vec<(String, Password)>>, CommandError> {
    let wrong = CommandError::Value("users");
    let users = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(users)) => users,
        Some(_) => return Err(wrong),
    };
    let user = |user: &Value| {
        let of = |key| Some(user.get(key)?.as_str()?.to_owned());
        Some((of("name")?, of("password")?.into()))
    };
    users.iter().map(|value| user(value).ok_or(wrong)).collect::<Result<_, _>>().map(Some)
}

fn asks(value: Option<&Value>) -> bool {
    !matches!(value, None | Some(Value::Null | Value::Bool(false))) && value != Some(&Value::from(""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new(port: u16, password: &str) -> NewPort {
        NewPort { port, password: password.into(), method: None, mode: None, users: None, one_time_auth: false }
    }

    #[test]
    fn commands_are_read_as_other_managers_read_them() {
        for (datagram, expected) in [
            ("ping", Ok(Command::Ping)),
            (" ping \n", Ok(Command::Ping)),
            ("ping\n", Ok(Command::Ping)),
            ("list", Ok(Command::List)),
            ("list: {}", Ok(Command::List)),
            ("stat", Ok(Command::Stat)),
            (r#"stat: {"8001":1}"#, Ok(Command::Report)),
            (r#"add: {"server_port":8001,"password":"x"}"#, Ok(Command::Add(new(8001, "x")))),
            (r#"add:{"server_port":"8001","password":"x","fast_open":true}"#, Ok(Command::Add(new(8001, "x")))),
            (r#"add: {"server_port":8001,"password":"x","plugin":"","mode":null}"#, Ok(Command::Add(new(8001, "x")))),
            (r#"remove: {"server_port":8001}"#, Ok(Command::Remove(8001))),
            ("remove : {\"server_port\":\"8001\"}\n", Ok(Command::Remove(8001))),
            ("", Err(CommandError::Unknown)),
            ("PING", Err(CommandError::Unknown)),
            ("pingping", Err(CommandError::Unknown)),
            (":", Err(CommandError::Unknown)),
            ("add", Err(CommandError::NoObject)),
            ("add: ", Err(CommandError::NoObject)),
            ("add: {", Err(CommandError::NoObject)),
            ("add: []", Err(CommandError::NoObject)),
            (r#"add: {"server_port":8001}"#, Err(CommandError::Value("password"))),
            (r#"add: {"server_port":8001,"password":""}"#, Err(CommandError::Value("password"))),
            (r#"add: {"server_port":8001,"password":1}"#, Err(CommandError::Value("password"))),
            (r#"add: {"password":"x"}"#, Err(CommandError::Value("server_port"))),
            (r#"add: {"server_port":0,"password":"x"}"#, Err(CommandError::Value("server_port"))),
            (r#"add: {"server_port":65536,"password":"x"}"#, Err(CommandError::Value("server_port"))),
            (r#"add: {"server_port":1.5,"password":"x"}"#, Err(CommandError::Value("server_port"))),
            (r#"add: {"server_port":"+1","password":"x"}"#, Err(CommandError::Value("server_port"))),
            (r#"add: {"server_port":1,"password":"x","method":1}"#, Err(CommandError::Value("method"))),
            (r#"add: {"server_port":1,"password":"x","users":[{"name":"a"}]}"#, Err(CommandError::Value("users"))),
            (r#"add: {"server_port":1,"password":"x","plugin":"p"}"#, Err(CommandError::Impossible("plugin"))),
            (
                r#"add: {"server_port":1,"password":"x","one_time_auth":true}"#,
                Ok(Command::Add(NewPort { one_time_auth: true, ..new(1, "x") })),
            ),
            (
                r#"add: {"server_port":1,"password":"x","one_time_auth":"yes"}"#,
                Err(CommandError::Value("one_time_auth")),
            ),
            ("remove", Err(CommandError::NoObject)),
            (r#"remove: {"server_port":[1]}"#, Err(CommandError::Value("server_port"))),
        ] {
            assert_eq!(Command::parse(datagram.as_bytes()), expected, "{datagram}");
        }
    }

    #[test]
    fn a_new_port_may_say_its_method_mode_and_users() {
        let datagram = r#"add: {"server_port":1,"password":"k","method":"m","mode":"udp_only",
            "users":[{"name":"ann","password":"a"}]}"#;
        let users = Some(vec![("ann".to_owned(), "a".into())]);
        let expected = NewPort { method: Some("m".into()), mode: Some("udp_only".into()), users, ..new(1, "k") };
        assert_eq!(Command::parse(datagram.as_bytes()), Ok(Command::Add(expected)));
        for (value, users) in [("null", None), ("[]", Some(vec![]))] {
            let datagram = format!(r#"add: {{"server_port":1,"password":"k","users":{value}}}"#);
            let expected = Command::Add(NewPort { users, ..new(1, "k") });
            assert_eq!(Command::parse(datagram.as_bytes()), Ok(expected), "{value}");
        }
    }

    #[test]
    fn a_command_has_a_limit_and_shows_no_password() {
        let mut long = b"ping".to_vec();
        long.resize(MAX_COMMAND, b' ');
        assert_eq!(Command::parse(&long), Ok(Command::Ping));
        long.push(b' ');
        assert_eq!(Command::parse(&long), Err(CommandError::TooLong));
        let deep = format!("add: {}", "[".repeat(60_000));
        assert_eq!(Command::parse(deep.as_bytes()), Err(CommandError::NoObject));
        let shown = format!("{:?}", Command::parse(br#"add: {"server_port":1,"password":"hunter2"}"#));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_datagram_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for start in ["", "add:", "remove:", "add: {\"server_port\":"] {
                let _ = Command::parse(&[start.as_bytes(), &bytes].concat());
            }
        }
    }
}
