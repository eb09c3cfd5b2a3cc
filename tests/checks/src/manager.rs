//! Commands of a manager, and what it is answered.

use parasol_proto::Password;
use parasol_proto::manager::{Command, CommandError, Listed, MAX_COMMAND, NewPort, list, stat};
use serde_json::{Value, json};

/// A datagram.
pub fn manager(data: &[u8]) {
    let parsed = Command::parse(data);
    assert!(data.len() <= MAX_COMMAND || parsed == Err(CommandError::TooLong));
    match parsed {
        Ok(Command::Add(port)) => added(port),
        Ok(Command::Remove(port)) => assert_ne!(port, 0),
        Ok(_) => {}
        Err(error) => {
            let text = error.to_string();
            assert!(text.len() < 100 && !text.chars().any(char::is_control), "{text:?}");
        }
    }
}

/// What was asked for is read again when it is written anew, and `list` tells it as it is.
fn added(port: NewPort) {
    assert_ne!(port.port, 0);
    let secrets = || port.users.iter().flatten().map(|(_, password)| password).chain([&port.password]);
    assert!(!port.password.as_str().is_empty());
    let shown = format!("{port:?}");
    assert!(shown.matches('…').count() >= secrets().count(), "passwords are masked: {shown}");

    let user = |(name, password): &(String, Password)| json!({"name": name, "password": password.as_str()});
    let users = port.users.as_ref().map(|users| users.iter().map(user).collect::<Vec<_>>());
    let again = json!({
        "server_port": port.port,
        "password": port.password.as_str(),
        "method": port.method,
        "mode": port.mode,
        "users": users,
        "one_time_auth": port.one_time_auth,
    });
    let again = format!("add: {again}");
    if again.len() <= MAX_COMMAND {
        assert_eq!(Command::parse(again.as_bytes()), Ok(Command::Add(port.clone())));
    }

    let method = port.method.as_deref().unwrap_or("aes-256-gcm");
    let listed = Listed { port: port.port, password: port.password.as_str(), method };
    let datagrams = list([listed, listed]);
    assert!((1..=2).contains(&datagrams.len()));
    for datagram in datagrams {
        assert!(datagram.len() <= 60_000);
        let Ok(Value::Array(entries)) = serde_json::from_slice(&datagram) else { panic!("a list is JSON") };
        for entry in entries {
            assert_eq!(entry["server_port"], port.port);
            assert_eq!(entry["password"], port.password.as_str());
        }
    }
    assert_eq!(stat(&[(port.port, 1), (port.port, 2)], 1).len(), 2);
}
