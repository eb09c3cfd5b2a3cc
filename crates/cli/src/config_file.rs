//! `ConfigFile`: shadowsocks-libev's JSON, the keys that mean something here.
//!
//! ```json
//! { "server": "example.org", "server_port": 8388, "local_address": "127.0.0.1", "local_port": 1080,
//!   "password": "…", "method": "aes-256-gcm", "mode": "tcp_only", "timeout": 300,
//!   "plugin": "", "plugin_opts": "", "plugin_mode": "tcp_only", "allow_private_targets": false }
//! ```
//! Numbers may be written as strings, as libev allows. `null` is the same as an absent key.

use std::path::Path;

use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::password::{Secret, Text, read_text};

/// No configuration is longer.
const MAX_LEN: u64 = 1024 * 1024;

/// What a file says; every key is optional.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfigFile {
    pub(crate) server: Option<String>,
    pub(crate) server_port: Option<u16>,
    pub(crate) local_address: Option<String>,
    pub(crate) local_port: Option<u16>,
    pub(crate) password: Option<Secret>,
    pub(crate) method: Option<String>,
    pub(crate) mode: Option<String>,
    /// Seconds, at least 1.
    pub(crate) timeout: Option<u32>,
    pub(crate) plugin: Option<String>,
    pub(crate) plugin_opts: Option<String>,
    pub(crate) plugin_mode: Option<String>,
    pub(crate) allow_private_targets: bool,
    /// Keys that mean nothing here, sorted.
    pub(crate) unknown: Vec<String>,
    /// Others than its owner can read or change it.
    pub(crate) open_to_others: bool,
}

impl ConfigFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<ConfigFile, Fault> {
        let fault = |source| Fault::ConfigFile { path: path.to_owned(), source };
        let Text { text, open_to_others } = read_text(path, MAX_LEN).map_err(fault)?;
        let json = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| Fault::json(path, &e))?;
        let Value::Object(map) = json else { return Err(Fault::NoObject { path: path.to_owned() }) };
        Ok(ConfigFile { open_to_others, ..ConfigFile::from_map(map, &path.display().to_string())? })
    }

    /// Takes the keys of an object; `origin` is what the errors call it.
    pub(crate) fn from_map(map: Map<String, Value>, origin: &str) -> Result<ConfigFile, Fault> {
        let mut file = ConfigFile::default();
        for (key, value) in map {
            if value.is_null() {
                continue;
            }
            let entry = Entry { origin, value };
            match key.as_str() {
                "server" => file.server = Some(entry.host()?),
                "server_port" => file.server_port = Some(entry.port("server_port")?),
                "local_address" => file.local_address = Some(entry.text("local_address")?),
                "local_port" => file.local_port = Some(entry.port("local_port")?),
                "password" => file.password = Some(entry.text("password")?.into()),
                "method" => file.method = Some(entry.text("method")?),
                "mode" => file.mode = Some(entry.text("mode")?),
                "timeout" => file.timeout = Some(entry.seconds()?),
                "plugin" => file.plugin = some_text(entry.text("plugin")?),
                "plugin_opts" => file.plugin_opts = some_text(entry.text("plugin_opts")?),
                "plugin_mode" => file.plugin_mode = some_text(entry.text("plugin_mode")?),
                "allow_private_targets" => file.allow_private_targets = entry.flag("allow_private_targets")?,
                _ => file.unknown.push(key),
            }
        }
        Ok(file)
    }
}

fn some_text(text: String) -> Option<String> {
    Some(text).filter(|t| !t.is_empty())
}

/// A value and what to call the place it stands in.
struct Entry<'a> {
    origin: &'a str,
    value: Value,
}

impl Entry<'_> {
    /// The server; an array of one is what libev's own examples have.
    fn host(self) -> Result<String, Fault> {
        match self.value {
            Value::String(host) => Ok(host),
            Value::Array(hosts) => match <[Value; 1]>::try_from(hosts) {
                Ok([Value::String(host)]) => Ok(host),
                _ => Err(fault(self.origin, "server", "one host; several are not supported")),
            },
            _ => Err(fault(self.origin, "server", "a string")),
        }
    }

    fn text(self, key: &'static str) -> Result<String, Fault> {
        match self.value {
            Value::String(text) => Ok(text),
            _ => Err(fault(self.origin, key, "a string")),
        }
    }

    fn port(self, key: &'static str) -> Result<u16, Fault> {
        self.number().and_then(|n| u16::try_from(n).ok()).ok_or_else(|| fault(self.origin, key, "a port, 0 to 65535"))
    }

    fn seconds(self) -> Result<u32, Fault> {
        let seconds = self.number().and_then(|n| u32::try_from(n).ok()).filter(|s| *s > 0);
        seconds.ok_or_else(|| fault(self.origin, "timeout", "a whole number of seconds from 1 up"))
    }

    fn flag(self, key: &'static str) -> Result<bool, Fault> {
        self.value.as_bool().ok_or_else(|| fault(self.origin, key, "true or false"))
    }

    fn number(&self) -> Option<u64> {
        match &self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

fn fault(origin: &str, key: &'static str, wanted: &'static str) -> Fault {
    Fault::ConfigValue { origin: origin.to_owned(), key, wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ConfigFile, Fault> {
        let Value::Object(map) = serde_json::from_str(json).unwrap() else { panic!("an object is tested") };
        ConfigFile::from_map(map, "the file")
    }

    #[test]
    fn libevs_keys_are_read() {
        let file = read(
            r#"{"server":["example.org"],"server_port":"8388","local_address":"127.0.0.1","local_port":1080,
                "password":"pw","method":"aes-256-gcm","mode":"tcp_and_udp","timeout":"60","plugin":"","plugin_opts":null,
                "plugin_mode":"tcp_only","allow_private_targets":true,"fast_open":true,"nameserver":"1.1.1.1"}"#,
        );
        let mut file = file.unwrap();
        file.unknown.sort();
        assert_eq!(
            file,
            ConfigFile {
                server: Some("example.org".into()),
                server_port: Some(8388),
                local_address: Some("127.0.0.1".into()),
                local_port: Some(1080),
                password: Some(Secret::from("pw".to_owned())),
                method: Some("aes-256-gcm".into()),
                mode: Some("tcp_and_udp".into()),
                timeout: Some(60),
                plugin: None,
                plugin_opts: None,
                plugin_mode: Some("tcp_only".into()),
                allow_private_targets: true,
                unknown: vec!["fast_open".into(), "nameserver".into()],
                open_to_others: false,
            }
        );
    }

    #[test]
    fn values_of_the_wrong_kind_name_their_key() {
        for (json, key) in [
            (r#"{"server":["a","b"]}"#, "server"),
            (r#"{"server":1}"#, "server"),
            (r#"{"server_port":65536}"#, "server_port"),
            (r#"{"server_port":-1}"#, "server_port"),
            (r#"{"local_port":"abc"}"#, "local_port"),
            (r#"{"local_port":1.5}"#, "local_port"),
            (r#"{"password":1234}"#, "password"),
            (r#"{"method":{}}"#, "method"),
            (r#"{"mode":true}"#, "mode"),
            (r#"{"timeout":0}"#, "timeout"),
            (r#"{"timeout":"soon"}"#, "timeout"),
            (r#"{"plugin":[]}"#, "plugin"),
            (r#"{"plugin_mode":1}"#, "plugin_mode"),
            (r#"{"allow_private_targets":"yes"}"#, "allow_private_targets"),
        ] {
            match read(json) {
                Err(Fault::ConfigValue { key: found, .. }) => assert_eq!(found, key),
                other => panic!("{json} was read as {other:?}"),
            }
        }
    }
}
