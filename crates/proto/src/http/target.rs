//! The request target: authority-form for CONNECT, absolute-form for all else (RFC 9112 §3.2).

use crate::address::{Address, parse_port};

use super::request::HeadError;

/// The port of an `http://` address that names none.
const DEFAULT_PORT: u16 = 80;

/// `host:port`, both needed.
pub(super) fn of_connect(text: &str) -> Result<Address, HeadError> {
    if text.starts_with('/') {
        return Err(HeadError::NotForAProxy);
    }
    match authority(text) {
        Some((host, Some(port))) => Ok(Address::from_host(host, parse_port(port)?)?),
        _ => Err(HeadError::NotHostPort),
    }
}

/// `http://host[:port]path`: the target, and the origin-form of the path for it.
pub(super) fn of_absolute(method: &str, text: &str) -> Result<(Address, String), HeadError> {
    if text.starts_with('/') || text == "*" {
        return Err(HeadError::NotForAProxy);
    }
    let (scheme, rest) = text.split_once("://").ok_or(HeadError::BadTarget)?;
    if !scheme.eq_ignore_ascii_case("http") {
        return Err(HeadError::UnsupportedScheme);
    }
    if rest.contains('#') {
        return Err(HeadError::BadTarget);
    }
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (host, port) = authority(host).ok_or(HeadError::BadTarget)?;
    let port = port.map_or(Ok(DEFAULT_PORT), parse_port)?;
    let target = Address::from_host(host, port)?;
    let path = match path {
        // RFC 9112 §3.2.4: the server as a whole is meant, not its root.
        "" if method == "OPTIONS" => "*".to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        query => format!("/{query}"),
    };
    Ok((target, path))
}

/// The host, with the brackets of an IPv6 literal, and the text of the port if there is a colon for one; `None` for
/// what is neither. A login is refused (RFC 9110 §4.2.4 takes it for an attempt to deceive).
fn authority(text: &str) -> Option<(&str, Option<&str>)> {
    if text.contains(['@', '/', '?', '#']) {
        return None;
    }
    let end = match text.strip_prefix('[') {
        Some(literal) => literal.find(']')? + 2,
        None => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(end);
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((host, None)),
        Some(port) => Some((host, Some(port))),
        None => None,
    }
}

/// `Host` as the target is told its own name.
pub(super) fn host_field(target: &Address) -> String {
    match target {
        Address::Ip(ip) if ip.port() == DEFAULT_PORT && ip.is_ipv6() => format!("[{}]", ip.ip()),
        target if target.port() == DEFAULT_PORT => target.host(),
        target => target.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::AddressError;

    #[test]
    fn connect_takes_host_and_port_only() {
        for (text, expected) in [
            ("example.org:443", Ok("example.org:443")),
            ("[::1]:443", Ok("[::1]:443")),
            ("127.0.0.1:1", Ok("127.0.0.1:1")),
            ("example.org", Err(HeadError::NotHostPort)),
            ("[::1]", Err(HeadError::NotHostPort)),
            ("[::1]443", Err(HeadError::NotHostPort)),
            ("[::1", Err(HeadError::NotHostPort)),
            ("a@example.org:443", Err(HeadError::NotHostPort)),
            ("http://example.org:443", Err(HeadError::NotHostPort)),
            ("example.org:443/", Err(HeadError::NotHostPort)),
            ("*", Err(HeadError::NotHostPort)),
            ("/", Err(HeadError::NotForAProxy)),
            ("::1:443", Err(HeadError::BadAddress(AddressError::BadPort))),
            ("example.org:", Err(HeadError::BadAddress(AddressError::BadPort))),
            ("example.org:0", Err(HeadError::BadAddress(AddressError::BadPort))),
            ("example.org:+443", Err(HeadError::BadAddress(AddressError::BadPort))),
            ("example.org:65536", Err(HeadError::BadAddress(AddressError::BadPort))),
            (":443", Err(HeadError::BadAddress(AddressError::EmptyDomain))),
            ("a%00b:443", Err(HeadError::BadAddress(AddressError::BadDomain))),
            ("[example.org]:443", Err(HeadError::BadAddress(AddressError::BadDomain))),
        ] {
            assert_eq!(of_connect(text).map(|t| t.to_string()).as_deref(), expected.as_ref().map(|t| *t), "{text}");
        }
    }

    #[test]
    fn an_absolute_form_gives_target_and_path() {
        for (text, target, path, host) in [
            ("http://example.org/a?b", "example.org:80", "/a?b", "example.org"),
            ("HTTP://Example.ORG", "example.org:80", "/", "example.org"),
            ("http://example.org?q=http://x/", "example.org:80", "/?q=http://x/", "example.org"),
            ("http://example.org:8080/", "example.org:8080", "/", "example.org:8080"),
            ("http://example.org:80/", "example.org:80", "/", "example.org"),
            ("http://[::1]/", "[::1]:80", "/", "[::1]"),
            ("http://[::1]:81/", "[::1]:81", "/", "[::1]:81"),
            ("http://127.0.0.1/@b:c", "127.0.0.1:80", "/@b:c", "127.0.0.1"),
        ] {
            let (address, origin) = of_absolute("GET", text).expect(text);
            assert_eq!(
                (address.to_string().as_str(), origin.as_str(), host_field(&address).as_str()),
                (target, path, host)
            );
        }
        assert_eq!(of_absolute("OPTIONS", "http://example.org:81").expect("a target").1, "*");
        assert_eq!(of_absolute("OPTIONS", "http://example.org:81/").expect("a target").1, "/");
    }

    #[test]
    fn what_cannot_be_forwarded_is_refused() {
        for (text, error) in [
            ("/", HeadError::NotForAProxy),
            ("/go?to=http://example.org/", HeadError::NotForAProxy),
            ("*", HeadError::NotForAProxy),
            ("https://example.org/", HeadError::UnsupportedScheme),
            ("ftp://example.org/", HeadError::UnsupportedScheme),
            ("ws://example.org/", HeadError::UnsupportedScheme),
            ("unix:///var/run/docker.sock", HeadError::UnsupportedScheme),
            ("example.org:80", HeadError::BadTarget),
            ("http:/example.org", HeadError::BadTarget),
            ("http://user:pass@example.org/", HeadError::BadTarget),
            ("http://example.org/#part", HeadError::BadTarget),
            ("http://[::1", HeadError::BadTarget),
            ("http://[::1]x/", HeadError::BadTarget),
            ("http:///path", HeadError::BadAddress(AddressError::EmptyDomain)),
            ("http://:80/", HeadError::BadAddress(AddressError::EmptyDomain)),
            ("http://unix:/var/run/docker.sock", HeadError::BadAddress(AddressError::BadPort)),
            ("http://%2Fvar%2Frun%2Fdocker.sock/", HeadError::BadAddress(AddressError::BadDomain)),
            ("http://example.org:70000/", HeadError::BadAddress(AddressError::BadPort)),
        ] {
            assert_eq!(of_absolute("GET", text), Err(error), "{text}");
        }
    }
}
