use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::Snapshot;

/// Where programs shall send their traffic, and how they are told: by the address and the hosts that they shall reach
/// without us, or by a script of ours (PAC) that says it for each host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    address: SocketAddr,
    by: By,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Name { bypass: Vec<String> },
    Script { url: String },
}

impl Wanted {
    /// Hosts that no desktop should reach through a proxy: this machine. GNOME's own default list.
    pub const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.0/8", "::1"];

    /// Points at one of our listeners, by the address that it is bound to. A listener on every interface (`0.0.0.0`,
    /// `::`) is reached by loopback, since the unspecified address is none to connect to.
    pub fn new(listener: SocketAddr, bypass: Vec<String>) -> Wanted {
        Wanted { address: reached(listener), by: By::Name { bypass } }
    }

    /// Has programs ask the script that this listener gives out at `path`, such as `/proxy.pac`. Programs keep a script that
    /// they have: a new one needs a new path. `None` for a path that is none of a URL.
    pub fn by_script(listener: SocketAddr, path: &str) -> Option<Wanted> {
        let address = reached(listener);
        let is_path =
            path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'\\".contains(&byte));
        is_path.then(|| Wanted { address, by: By::Script { url: format!("http://{address}{path}") } })
    }

    /// The same listener, told in the other way. What an earlier run has left may be of either.
    pub(super) fn the_other_way(&self) -> Wanted {
        let by = match self.by {
            By::Name { .. } => By::Script { url: format!("http://{}/", self.address) },
            By::Script { .. } => By::Name { bypass: Wanted::LOOPBACK.map(str::to_owned).to_vec() },
        };
        Wanted { address: self.address, by }
    }

    /// The address that programs connect to; never unspecified.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hosts, domains and networks, in the desktop's own notation, that are reached directly. None for a script, which says
    /// it itself.
    pub fn bypass(&self) -> &[String] {
        match &self.by {
            By::Name { bypass } => bypass,
            By::Script { .. } => &[],
        }
    }

    /// Where the script is, if programs are to ask one.
    pub fn script(&self) -> Option<&str> {
        match &self.by {
            By::Name { .. } => None,
            By::Script { url } => Some(url),
        }
    }

    /// Where on the listener that is: what [`Wanted::by_script`] was given.
    pub fn script_path(&self) -> Option<&str> {
        self.script()?.strip_prefix(&format!("http://{}", self.address))
    }
}

fn reached(listener: SocketAddr) -> SocketAddr {
    let ip = match listener.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listener.port())
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
    /// Names a proxy (host and port of one protocol), or the script of ours that does.
    Endpoint,
    /// Lists what is reached directly.
    Bypass,
    /// Has programs find a proxy by themselves, by a script of the user's or a search for one: switched off before what it
    /// would win over is written.
    Script,
    /// Turns the named proxies on or off. Written last and put back first, so that it is never on without an endpoint;
    /// not put back while another program's endpoint depends on it.
    Switch,
}

/// A proxy that some keys name, or where a script that they name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address as the desktop has it, not empty.
    pub host: String,
    /// Port; 0 of a script that is in no web.
    pub port: u16,
}

impl Endpoint {
    /// Where a script is. One that is a file, or in words that we do not understand, is nowhere near us; it is one all the
    /// same.
    pub(super) fn of_script(url: &str) -> Option<Endpoint> {
        let url = url.trim();
        let elsewhere = || Endpoint { host: url.to_owned(), port: 0 };
        (!url.is_empty()).then(|| Endpoint::of_web(url).unwrap_or_else(elsewhere))
    }

    fn of_web(url: &str) -> Option<Endpoint> {
        let (scheme, rest) = url.split_once("://")?;
        let usual = match scheme.to_ascii_lowercase().as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, "")) => (host, usual),
            // The last colon of an IPv6 address is before no port.
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, usual),
        };
        (!host.is_empty()).then(|| Endpoint { host: host.to_owned(), port })
    }

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
    #[test]
    fn a_script_is_where_its_url_says() {
        let read = |url: &str| Endpoint::of_script(url).map(|Endpoint { host, port }| (host, port));
        for (url, host, port) in [
            ("http://127.0.0.1:1080/x.pac", "127.0.0.1", 1080),
            ("HTTP://wpad.example/x.pac", "wpad.example", 80),
            ("https://wpad.example?x=a:1", "wpad.example", 443),
            (" http://user:pass@h:81#x ", "h", 81),
            ("http://[::1]:1080/x", "[::1]", 1080),
            ("http://[::1]", "[::1]", 80),
            ("http://h:/x", "h", 80),
        ] {
            assert_eq!(read(url), Some((host.to_owned(), port)), "{url}");
        }
        for url in ["file:///etc/x.pac", "/etc/x.pac", "http://", "http://h:70000/", "data:,x", "x"] {
            assert_eq!(read(url), Some((url.to_owned(), 0)), "{url}");
        }
        assert_eq!(read(" "), None);
    }

    #[test]
    fn a_script_of_ours_is_at_a_path_and_reaches_us() {
        for (listener, url) in [
            ("127.0.0.1:1080", "http://127.0.0.1:1080/a.pac"),
            ("0.0.0.0:1080", "http://127.0.0.1:1080/a.pac"),
            ("[::1]:1080", "http://[::1]:1080/a.pac"),
        ] {
            let wanted = Wanted::by_script(listener.parse().unwrap(), "/a.pac").unwrap();
            assert_eq!(wanted.script_path(), Some("/a.pac"));
            assert_eq!(wanted.script(), Some(url));
            assert!(Endpoint::of_script(url).unwrap().reaches(wanted.address()));
        }
        for path in ["", "a.pac", "/a b", "/a\nProxyType=0", "/\"", "/'", "/\\", "/ü", "/\0"] {
            assert_eq!(Wanted::by_script("127.0.0.1:1".parse().unwrap(), path), None, "{path:?}");
        }
    }
}
