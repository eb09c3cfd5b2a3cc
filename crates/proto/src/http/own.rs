//! What a port of ours gives away by itself: a proxy auto-config script, to whoever knows where it is.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

/// A request for something of our own.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnRequest {
    is_get: bool,
    path: Box<[u8]>,
    host: Option<Box<[u8]>>,
}

impl OwnRequest {
    pub(super) fn new(method: &str, path: &str, host: Option<&[u8]>) -> OwnRequest {
        OwnRequest { is_get: method == "GET", path: path.as_bytes().into(), host: host.map(Into::into) }
    }

    /// Whether it asks for what lies at `path`, whose name is a secret.
    #[must_use]
    pub fn is_for(&self, path: &str) -> bool {
        self.is_get && verify_slices_are_equal(&self.path, path.as_bytes()).is_ok()
    }

    /// Whether it takes us for a port of its own machine. A page of somebody's calls us by their name, however that was
    /// made to lead here.
    #[must_use]
    pub fn names_loopback(&self, port: u16) -> bool {
        let Some(host) = &self.host else { return false };
        let named = |name: &str| {
            let with_port = format!("{name}:{port}");
            host.eq_ignore_ascii_case(with_port.as_bytes())
                || (port == 80 && host.eq_ignore_ascii_case(name.as_bytes()))
        };
        ["127.0.0.1", "localhost", "[::1]"].into_iter().any(named)
    }
}

/// Its path is a secret.
impl fmt::Debug for OwnRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnRequest")
    }
}

/// The whole answer that gives away a script. Nobody keeps it, and no page takes it for a script of its own.
#[must_use]
pub fn script_response(script: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{script}",
        script.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(method: &str, host: Option<&str>) -> OwnRequest {
        OwnRequest::new(method, "/a.pac", host.map(str::as_bytes))
    }

    #[test]
    fn only_the_path_itself_is_asked_for_and_only_to_be_read() {
        let get = asks("GET", None);
        assert!(get.is_for("/a.pac"));
        for path in ["", "/", "/a.pa", "/a.pac?", "/a.pac/", "/A.pac", "/b.pac"] {
            assert!(!get.is_for(path), "{path}");
        }
        for method in ["HEAD", "POST", "get", "OPTIONS"] {
            assert!(!asks(method, None).is_for("/a.pac"), "{method}");
        }
    }

    #[test]
    fn only_loopback_with_the_port_is_a_name_of_ours() {
        for (host, port, ours) in [
            (Some("127.0.0.1:1080"), 1080, true),
            (Some("LocalHost:1080"), 1080, true),
            (Some("[::1]:1080"), 1080, true),
            (Some("127.0.0.1"), 80, true),
            (Some("127.0.0.1:80"), 80, true),
            (Some("127.0.0.1"), 1080, false),
            (Some("127.0.0.1:1081"), 1080, false),
            (Some("127.0.0.1:01080"), 1080, false),
            (Some("127.0.0.1.evil.example:1080"), 1080, false),
            (Some("evil.example:1080"), 1080, false),
            (Some("localhost.evil.example:1080"), 1080, false),
            (Some("127.0.0.2:1080"), 1080, false),
            (Some("user@127.0.0.1:1080"), 1080, false),
            (Some(" 127.0.0.1:1080"), 1080, false),
            (Some(""), 1080, false),
            (None, 1080, false),
        ] {
            assert_eq!(asks("GET", host).names_loopback(port), ours, "{host:?} at {port}");
        }
    }

    #[test]
    fn the_answer_is_whole_and_says_what_it_is() {
        let answer = String::from_utf8(script_response("function é() {}")).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && body == "function é() {}");
        for field in [
            "Content-Type: application/x-ns-proxy-autoconfig",
            "Content-Length: 16",
            "Connection: close",
            "X-Content-Type-Options: nosniff",
        ] {
            assert!(head.split("\r\n").any(|line| line == field), "{field} in {head}");
        }
    }

    #[test]
    fn its_path_is_not_shown() {
        assert_eq!(format!("{:?}", asks("GET", None)), "OwnRequest");
    }
}
