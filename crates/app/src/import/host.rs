//! `Host`: a server in one string.

/// A server as it may be written in one string: a host, with its port or without: `example.org:8388`, `[::1]:8388`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The host, without brackets.
    pub name: String,
    /// The port, if it stands there.
    pub port: Option<u16>,
}

impl From<String> for Host {
    fn from(text: String) -> Host {
        let split = text.rsplit_once(':').and_then(|(host, port)| {
            // Without brackets, several colons are an IPv6 address.
            let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
            let name = bare.or((!host.is_empty() && !host.contains(':')).then_some(host))?;
            Some(Host { name: name.to_owned(), port: Some(port.parse().ok()?) })
        });
        split.unwrap_or(Host { name: text, port: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_may_have_its_port_with_it() {
        for (text, name, port) in [
            ("example.org", "example.org", None),
            ("example.org:8388", "example.org", Some(8388)),
            ("192.0.2.1:1", "192.0.2.1", Some(1)),
            ("::1", "::1", None),
            ("2001:db8::8388", "2001:db8::8388", None),
            ("[::1]:8388", "::1", Some(8388)),
            ("[::1]", "[::1]", None),
            ("example.org:", "example.org:", None),
            ("example.org:x", "example.org:x", None),
            ("example.org:70000", "example.org:70000", None),
            (":8388", ":8388", None),
            ("", "", None),
        ] {
            assert_eq!(Host::from(text.to_owned()), Host { name: name.to_owned(), port }, "{text:?}");
        }
    }
}
