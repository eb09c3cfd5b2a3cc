use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::Snapshot;

/// Where programs shall send their traffic, and which hosts they shall reach without us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    address: SocketAddr,
    bypass: Vec<String>,
}

impl Wanted {
    /// Hosts that no desktop should reach through a proxy: this machine. GNOME's own default list.
    pub const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.0/8", "::1"];

    /// Points at one of our listeners, by the address that it is bound to. A listener on every interface (`0.0.0.0`,
    /// `::`) is reached by loopback, since the unspecified address is none to connect to.
    pub fn new(listener: SocketAddr, bypass: Vec<String>) -> Wanted {
        let ip = match listener.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        Wanted { address: SocketAddr::new(ip, listener.port()), bypass }
    }

    /// The address that programs connect to; never unspecified.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hosts, domains and networks, in the desktop's own notation, that are reached directly.
    pub fn bypass(&self) -> &[String] {
        &self.bypass
    }
}

/// Keys that are written together, as one atomic change, and put back together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What the keys are for, which decides when they may be put back.
    pub part: Part,
    /// The keys and the values they get.
    pub values: Snapshot,
}

/// What a [`Step`]'s keys are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Names a proxy (host and port of one protocol).
    Endpoint,
    /// Lists what is reached directly.
    Bypass,
    /// Has programs find a proxy by themselves: a script (PAC), or a search for one. Written before everything that it
    /// would win over.
    Script,
    /// Turns the named proxies on or off. Written last and put back first, so that it is never on without an endpoint;
    /// not put back while another program's endpoint depends on it.
    Switch,
}

/// A proxy that some keys name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address as the desktop has it, not empty.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl Endpoint {
    /// Whether a program that uses this endpoint would reach our listener at `own`.
    pub fn reaches(&self, own: SocketAddr) -> bool {
        if self.port != own.port() {
            return false;
        }
        let host = self.bare_host();
        match host.parse::<IpAddr>() {
            Ok(ip) => ip == own.ip() || is_this_machine(ip) && is_this_machine(own.ip()),
            Err(_) => host.eq_ignore_ascii_case("localhost") && is_this_machine(own.ip()),
        }
    }

    /// Without the brackets that IPv6 addresses are written in.
    fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Whether the host is this machine by loopback.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.bare_host();
        host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_this_machine)
    }
}

fn is_this_machine(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback() || ip.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_reaches_us_by_any_name_of_this_machine_and_our_port() {
        let cases = [
            ("127.0.0.1", 1080, "127.0.0.1:1080", true),
            ("localhost", 1080, "127.0.0.1:1080", true),
            ("LocalHost", 1080, "[::1]:1080", true),
            ("::1", 1080, "127.0.0.1:1080", true),
            ("[::1]", 1080, "[::1]:1080", true),
            ("0.0.0.0", 1080, "127.0.0.1:1080", true),
            ("::ffff:127.0.0.1", 1080, "127.0.0.1:1080", true),
            ("192.0.2.1", 1080, "192.0.2.1:1080", true),
            ("127.0.0.1", 1081, "127.0.0.1:1080", false),
            ("192.0.2.1", 1080, "127.0.0.1:1080", false),
            ("proxy.example", 1080, "127.0.0.1:1080", false),
            ("localhost", 1080, "192.0.2.1:1080", false),
        ];
        for (host, port, own, reached) in cases {
            let endpoint = Endpoint { host: host.into(), port };
            assert_eq!(endpoint.reaches(own.parse().unwrap()), reached, "{host}:{port} and {own}");
        }
    }

    #[test]
    fn a_listener_on_every_interface_is_reached_by_loopback() {
        for (listener, address) in
            [("0.0.0.0:1080", "127.0.0.1:1080"), ("[::]:1080", "[::1]:1080"), ("192.0.2.1:1", "192.0.2.1:1")]
        {
            let wanted = Wanted::new(listener.parse().unwrap(), Vec::new());
            assert_eq!(wanted.address().to_string(), address);
        }
    }
}
