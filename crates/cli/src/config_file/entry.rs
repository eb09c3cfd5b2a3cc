//! `Entry`: a value of the file, and what it is when it has the right kind.

use std::net::{IpAddr, SocketAddr};

use parasol_app::import::Host;
use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::password::Secret;

/// A value, and what to call the place it stands in.
pub(super) struct Entry<'a> {
    pub(super) origin: &'a str,
    pub(super) value: Value,
}

impl Entry<'_> {
    /// The server, or several: addresses that a server listens on, or among which a client of the Python original
    /// chooses.
    pub(super) fn hosts(self) -> Result<Vec<Host>, Fault> {
        let wrong = || fault(self.origin, "server", "a string, or an array of them");
        let host = |value| match value {
            Value::String(host) => Ok(Host::from(host)),
            _ => Err(wrong()),
        };
        match self.value {
            Value::Array(hosts) if !hosts.is_empty() => hosts.into_iter().map(host).collect(),
            value => host(value).map(|host| vec![host]),
        }
    }

    pub(super) fn text(self, key: &'static str) -> Result<String, Fault> {
        match self.value {
            Value::String(text) => Ok(text),
            _ => Err(fault(self.origin, key, "a string")),
        }
    }

    /// The text, unless it is empty, which means nothing.
    pub(super) fn some_text(self, key: &'static str) -> Result<Option<String>, Fault> {
        Ok(Some(self.text(key)?).filter(|text| !text.is_empty()))
    }

    pub(super) fn ip(self, key: &'static str) -> Result<IpAddr, Fault> {
        let origin = self.origin;
        self.text(key)?.parse().map_err(|_| fault(origin, key, "an IP"))
    }

    pub(super) fn port(self, key: &'static str) -> Result<u16, Fault> {
        self.number().and_then(|n| u16::try_from(n).ok()).ok_or_else(|| fault(self.origin, key, "a port, 0 to 65535"))
    }

    /// At least 1.
    pub(super) fn seconds(self, key: &'static str) -> Result<u32, Fault> {
        let seconds = self.number().and_then(|n| u32::try_from(n).ok()).filter(|s| *s > 0);
        seconds.ok_or_else(|| fault(self.origin, key, "a whole number of seconds from 1 up"))
    }

    pub(super) fn count(self, key: &'static str) -> Result<u64, Fault> {
        self.number().ok_or_else(|| fault(self.origin, key, "a whole number"))
    }

    pub(super) fn number_u32(self, key: &'static str) -> Result<u32, Fault> {
        let number = self.number().and_then(|n| u32::try_from(n).ok());
        number.ok_or_else(|| fault(self.origin, key, "a whole number below 2^32"))
    }

    pub(super) fn flag(self, key: &'static str) -> Result<bool, Fault> {
        self.value.as_bool().ok_or_else(|| fault(self.origin, key, "true or false"))
    }

    /// `{"8388": "password"}`, in the order of the ports.
    pub(super) fn port_passwords(self, key: &'static str) -> Result<Vec<(u16, Secret)>, Fault> {
        let wrong = || fault(self.origin, key, "an object of ports and their passwords");
        let Value::Object(map) = self.value else { return Err(wrong()) };
        let port = |(port, password): (String, Value)| match (port.parse(), password) {
            (Ok(port), Value::String(password)) => Ok((port, Secret::from(password))),
            _ => Err(wrong()),
        };
        let mut ports = map.into_iter().map(port).collect::<Result<Vec<_>, Fault>>()?;
        ports.sort_unstable_by_key(|(port, _)| *port);
        Ok(ports)
    }

    /// The objects of an array.
    pub(super) fn objects(self, key: &'static str) -> Result<Vec<Map<String, Value>>, Fault> {
        let wrong = || fault(self.origin, key, "an array of objects");
        let Value::Array(items) = self.value else { return Err(wrong()) };
        let object = |item| match item {
            Value::Object(map) => Ok(map),
            _ => Err(wrong()),
        };
        items.into_iter().map(object).collect()
    }

    /// Name servers by their addresses: `1.1.1.1`, `[2606:4700::1111]:53`, several with commas between, each with or
    /// without the `udp://` and `tcp_and_udp://` of shadowsocks-rust, or an array of them, as the Python original has
    /// it. `None` for its names of companies, for what only one transport is asked for, and for objects.
    pub(super) fn name_servers(&self) -> Option<Vec<SocketAddr>> {
        let server = |text: &str| {
            let text = text.trim();
            let text = text.strip_prefix("tcp_and_udp://").or_else(|| text.strip_prefix("udp://")).unwrap_or(text);
            let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
            text.parse().ok().or_else(|| Some(SocketAddr::new(bare.parse::<IpAddr>().ok()?, 53)))
        };
        match &self.value {
            Value::Array(servers) => servers.iter().map(|text| server(text.as_str()?)).collect(),
            value => value.as_str()?.split(',').map(server).collect(),
        }
    }

    fn number(&self) -> Option<u64> {
        match &self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

pub(super) fn fault(origin: &str, key: &'static str, wanted: &'static str) -> Fault {
    Fault::ConfigValue { origin: origin.to_owned(), key, wanted }
}
