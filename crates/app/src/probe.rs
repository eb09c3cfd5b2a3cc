//! `Probe`: what is fetched through a server to see whether it works, and which name server is asked through it.

use parasol_proto::address::MAX_ENCODED;
use parasol_proto::{Address, dns};
use serde::Serialize;
use ts_rs::TS;

use crate::port::NAME_SERVER;

/// What is fetched until the user says otherwise: an answer without a body, from many places of the world.
pub const URL: &str = "http://www.gstatic.com/generate_204";
/// The most characters of a path.
const MAX_PATH: usize = 1024;

/// What a server is tested with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    target: Address,
    request: Vec<u8>,
    name_server: Address,
}

/// Why texts are no probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ProbeFault {
    /// It is not `http://host/path`.
    #[error("what is fetched must be http://host/path")]
    Url,
    /// It is not a host, an IP, or either with a port.
    #[error("the name server must be a host or an IP, with or without a port")]
    NameServer,
}

impl Probe {
    /// Fetches `url`, which is plain HTTP: nothing of it is secret, and nothing else shall fail. Asks `name_server`, port
    /// 53 unless it says another.
    ///
    /// # Errors
    /// See [`ProbeFault`].
    pub fn new(url: &str, name_server: &str) -> Result<Probe, ProbeFault> {
        let url = url.trim();
        let rest = match url.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("http://") => &url[7..],
            _ if url.contains("://") => return Err(ProbeFault::Url),
            _ => url,
        };
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if host.len() > 2 * MAX_ENCODED || host.contains('@') || path.len() > MAX_PATH || !visible(path) {
            return Err(ProbeFault::Url);
        }
        let target = Address::from_host(host, 80).or_else(|_| host.parse()).map_err(|_| ProbeFault::Url)?;
        let written = match &target {
            target if target.port() != 80 => target.to_string(),
            Address::Ip(ip) if ip.is_ipv6() => format!("[{}]", ip.ip()),
            target => target.host(),
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: {written}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
        let name_server = name_server.trim();
        let asked = Address::from_host(name_server, dns::PORT).or_else(|_| name_server.parse());
        Ok(Probe { target, request: request.into_bytes(), name_server: asked.map_err(|_| ProbeFault::NameServer)? })
    }

    /// Where it is fetched from.
    #[must_use]
    pub fn target(&self) -> &Address {
        &self.target
    }

    /// What is said there.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Who is asked for a name.
    #[must_use]
    pub fn name_server(&self) -> &Address {
        &self.name_server
    }
}

impl Default for Probe {
    fn default() -> Probe {
        Probe::new(URL, NAME_SERVER).expect("they are a URL and an IP")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_becomes_a_request() {
        for (url, target, host, path) in [
            ("http://www.gstatic.com/generate_204", "www.gstatic.com:80", "www.gstatic.com", "/generate_204"),
            (" HTTP://Example.org ", "example.org:80", "example.org", "/"),
            ("example.org/a?b=c", "example.org:80", "example.org", "/a?b=c"),
            ("127.0.0.1:8080/x", "127.0.0.1:8080", "127.0.0.1:8080", "/x"),
            ("http://[::1]/", "[::1]:80", "[::1]", "/"),
            ("http://[::1]:81/", "[::1]:81", "[::1]:81", "/"),
        ] {
            let probe = Probe::new(url, "9.9.9.9").unwrap();
            assert_eq!(probe.target().to_string(), target, "{url}");
            let request = std::str::from_utf8(probe.request()).unwrap();
            assert!(request.starts_with(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n")), "{request}");
            assert!(request.ends_with("\r\n\r\n"), "{request}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused() {
        let long = format!("http://example.org/{}", "a".repeat(MAX_PATH));
        for url in [
            "",
            "http://",
            "https://example.org/",
            "ftp://example.org/",
            "http://user:pass@example.org/",
            "http://example.org:0/",
            "http://example.org/a b",
            "http://example.org/\r\nHost: evil",
            "http://exa mple.org/",
            "http://example.org/\u{202e}",
            &long,
        ] {
            assert_eq!(Probe::new(url, "9.9.9.9"), Err(ProbeFault::Url), "{url:?}");
        }
        for name_server in ["", "a b", "9.9.9.9:0", "http://9.9.9.9"] {
            assert_eq!(Probe::new(URL, name_server), Err(ProbeFault::NameServer), "{name_server:?}");
        }
    }

    #[test]
    fn a_name_server_may_have_a_port() {
        let at = |text: &str| Probe::new(URL, text).unwrap().name_server().to_string();
        assert_eq!(at("9.9.9.9"), "9.9.9.9:53");
        assert_eq!(at("dns.example:5353"), "dns.example:5353");
        assert_eq!(at("2620:fe::fe"), "[2620:fe::fe]:53");
        assert_eq!(Probe::default().name_server().to_string(), "8.8.8.8:53");
    }
}
