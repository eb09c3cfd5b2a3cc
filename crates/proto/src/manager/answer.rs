//! What a manager is answered.

use std::fmt::Write as _;

use serde_json::json;

/// It was done.
pub const OK: &[u8] = b"ok";
/// It was not understood, or cannot be done.
pub const ERR: &[u8] = b"err";
/// The answer to `ping` of the Python original.
pub const PONG: &[u8] = b"pong";
/// The port cannot be listened on.
pub const UNAVAILABLE: &[u8] = b"port is not available";

/// No answer is longer: what one UDP datagram holds with room to spare.
const MAX_ANSWER: usize = 60_000;

/// A port in the answer to `list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Its number.
    pub port: u16,
    /// Its password; empty for those who are not to have it.
    pub password: &'a str,
    /// Its method.
    pub method: &'a str,
}

/// `stat: {"8001":11370,…}` with the bytes of each port; several datagrams when there are more than `most` ports, each
/// whole for itself, and one when there is none.
#[must_use]
pub fn stat(ports: &[(u16, u64)], most: usize) -> Vec<Vec<u8>> {
    let datagram = |ports: &[(u16, u64)]| {
        let mut text = "stat: {".to_owned();
        for (index, (port, bytes)) in ports.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(text, "{comma}\"{port}\":{bytes}").expect("a text takes what is written");
        }
        text.push('}');
        text.into_bytes()
    };
    match ports {
        [] => vec![datagram(ports)],
        ports => ports.chunks(most.max(1)).map(datagram).collect(),
    }
}

/// The ports, as JSON; several arrays when they are too long for one datagram, and one when there is none. What alone is
/// too long for one is left out.
#[must_use]
pub fn list<'a>(ports: impl IntoIterator<Item = Listed<'a>>) -> Vec<Vec<u8>> {
    let (mut datagrams, mut text) = (Vec::new(), "[".to_owned());
    for Listed { port, password, method } in ports {
        let entry = json!({ "server_port": port, "password": password, "method": method }).to_string();
        if text.len() + entry.len() + 2 > MAX_ANSWER {
            if entry.len() + 2 > MAX_ANSWER {
                continue;
            }
            datagrams.push(std::mem::replace(&mut text, "[".to_owned()));
        }
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&entry);
    }
    datagrams.push(text);
    datagrams.into_iter().map(|text| (text + "]").into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn counters_are_written_as_other_managers_write_them() {
        assert_eq!(stat(&[], 50), [b"stat: {}"]);
        assert_eq!(stat(&[(8001, 11370)], 50), [br#"stat: {"8001":11370}"#]);
        assert_eq!(stat(&[(1, 2), (3, u64::MAX)], 50), [br#"stat: {"1":2,"3":18446744073709551615}"#]);
        assert_eq!(stat(&[(1, 2), (3, 4), (5, 6)], 2), [&br#"stat: {"1":2,"3":4}"#[..], br#"stat: {"5":6}"#]);
    }

    #[test]
    fn every_list_is_whole_and_fits_a_datagram() {
        assert_eq!(list([]), [b"[]"]);
        let password = "p\"\\".repeat(3000);
        let listed = |port| Listed { port, password: &password, method: "aes-256-gcm" };
        let too_long = "x".repeat(MAX_ANSWER);
        let ports = (1..=20).map(listed).chain([Listed { password: &too_long, ..listed(21) }]).chain([listed(22)]);
        let datagrams = list(ports);
        assert!(datagrams.len() > 1 && datagrams.iter().all(|datagram| datagram.len() <= MAX_ANSWER));
        let mut found = Vec::new();
        for datagram in &datagrams {
            let Value::Array(entries) = serde_json::from_slice(datagram).unwrap() else { panic!("a list") };
            for entry in entries {
                assert_eq!(entry["password"], password.as_str());
                found.push(entry["server_port"].as_u64().unwrap());
            }
        }
        assert_eq!(found, (1..=20).chain([22]).collect::<Vec<u64>>());
    }
}
