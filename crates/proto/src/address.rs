//! `Address`: where a client wants to go, or where a server stands. An IP or a domain, and a port.
//!
//! On the wire (SOCKS5, RFC 1928 §5, and every Shadowsocks header):
//! ```text
//! ┌──────┬─────────────────────┬────────┐
//! │ ATYP │ address             │ port   │   ATYP 1: IPv4, 4 bytes
//! │ u8   │ 4 / 1 + n / 16      │ u16be  │   ATYP 3: length n u8, then n bytes of name
//! └──────┴─────────────────────┴────────┘   ATYP 4: IPv6, 16 bytes
//! ```

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use thiserror::Error;

/// The longest encoding of an address: ATYP, length, 255 bytes of name, port.
pub const MAX_ENCODED: usize = 1 + 1 + 255 + 2;

/// An IP or a checked domain name, and a port that is not zero.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// An IP address and port.
    Ip(SocketAddr),
    /// A domain name and port.
    Domain(Domain, u16),
}

/// A domain name of 1 to 253 visible ASCII characters, in lower case, without a trailing dot.
///
/// Anything that could mean something else to a resolver, a log or an HTTP head (control characters, spaces, NUL,
/// bytes outside ASCII) is refused when the value is made, so nobody downstream has to ask again.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Domain(Box<str>);

/// Why bytes or text are no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The ATYP byte is none of 1, 3, 4.
    #[error("unknown address type {0}")]
    UnknownType(u8),
    /// A name of no bytes.
    #[error("the host is empty")]
    EmptyDomain,
    /// A name over 253 bytes (RFC 1035 §2.3.4, less the length and root bytes), or a label over 63.
    #[error("the host name is too long")]
    DomainTooLong,
    /// A byte that stands in no host name: control characters, space, or not ASCII, or an empty label.
    #[error("the host name has a character or an empty part that no host name has")]
    BadDomain,
    /// Port 0 cannot be connected to.
    #[error("the port must be 1 to 65535")]
    BadPort,
}

impl Address {
    /// Reads an address at the head of `bytes`: `Ok(None)` when more bytes are needed, else the address and the
    /// number of bytes it took.
    ///
    /// # Errors
    /// As soon as the bytes seen can no longer become an address.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Address, usize)>, AddressError> {
        let Some((&kind, rest)) = bytes.split_first() else { return Ok(None) };
        let port = |at: usize| rest.get(at..at + 2).map(|b| u16::from_be_bytes([b[0], b[1]]));
        let (address, used) = match kind {
            1 => {
                let Some(port) = port(4) else { return Ok(None) };
                let octets: [u8; 4] = rest[..4].try_into().expect("four bytes were sliced");
                (Address::from(SocketAddr::new(IpAddr::V4(Ipv4Addr::from(octets)), port)), 7)
            }
            4 => {
                let Some(port) = port(16) else { return Ok(None) };
                let octets: [u8; 16] = rest[..16].try_into().expect("sixteen bytes were sliced");
                (Address::from(SocketAddr::new(IpAddr::V6(Ipv6Addr::from(octets)), port)), 19)
            }
            3 => {
                let Some(&len) = rest.first() else { return Ok(None) };
                let len = usize::from(len);
                if len == 0 {
                    return Err(AddressError::EmptyDomain);
                }
                let Some(port) = port(1 + len) else { return Ok(None) };
                let name = std::str::from_utf8(&rest[1..=len]).map_err(|_| AddressError::BadDomain)?;
                (Address::from_host(name, port)?, 1 + 1 + len + 2)
            }
            other => return Err(AddressError::UnknownType(other)),
        };
        if address.port() == 0 {
            return Err(AddressError::BadPort);
        }
        Ok(Some((address, used)))
    }

    /// Appends the encoding to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Address::Ip(SocketAddr::V4(v4)) => {
                out.push(1);
                out.extend_from_slice(&v4.ip().octets());
            }
            Address::Ip(SocketAddr::V6(v6)) => {
                out.push(4);
                out.extend_from_slice(&v6.ip().octets());
            }
            Address::Domain(name, _) => {
                out.push(3);
                out.push(u8::try_from(name.0.len()).expect("a Domain has at most 253 bytes"));
                out.extend_from_slice(name.0.as_bytes());
            }
        }
        out.extend_from_slice(&self.port().to_be_bytes());
    }

    /// The number of bytes [`Address::encode`] appends.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        match self {
            Address::Ip(SocketAddr::V4(_)) => 7,
            Address::Ip(SocketAddr::V6(_)) => 19,
            Address::Domain(name, _) => 4 + name.0.len(),
        }
    }

    /// From a host as people write it (an IP literal, with or without brackets, or a name) and a port.
    ///
    /// Names outside ASCII are turned into their A-label form (IDNA, UTS 46).
    ///
    /// # Errors
    /// An empty, too long or malformed host, or port 0.
    pub fn from_host(host: &str, port: u16) -> Result<Address, AddressError> {
        if port == 0 {
            return Err(AddressError::BadPort);
        }
        let bare = without_brackets(host);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Ok(Address::from(SocketAddr::new(ip, port)));
        }
        if bare.len() != host.len() {
            return Err(AddressError::BadDomain);
        }
        let name = Domain::new(host)?;
        // Folding can turn a name into an IP: a final dot goes, and full-width digits become plain ones.
        Ok(match name.as_str().parse::<Ipv4Addr>() {
            Ok(ip) => Address::from(SocketAddr::from((ip, port))),
            Err(_) => Address::Domain(name, port),
        })
    }

    /// The port, never 0.
    #[must_use]
    pub fn port(&self) -> u16 {
        match self {
            Address::Ip(ip) => ip.port(),
            Address::Domain(_, port) => *port,
        }
    }

    /// The host without the port and without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match self {
            Address::Ip(ip) => ip.ip().to_string(),
            Address::Domain(name, _) => name.to_string(),
        }
    }
}

impl Domain {
    /// Checks and folds a name.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn new(name: &str) -> Result<Domain, AddressError> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() {
            return Err(AddressError::EmptyDomain);
        }
        let ascii: String = if name.is_ascii() {
            name.to_ascii_lowercase()
        } else {
            idna::domain_to_ascii(name).map_err(|_| AddressError::BadDomain)?
        };
        if ascii.len() > 253 {
            return Err(AddressError::DomainTooLong);
        }
        for label in ascii.split('.') {
            match label.len() {
                0 => return Err(AddressError::BadDomain),
                64.. => return Err(AddressError::DomainTooLong),
                _ => {}
            }
        }
        // Underscores and other printable marks appear in real names (SRV, DKIM); what a URL or a log gives meaning
        // to does not.
        if ascii.bytes().any(|b| !b.is_ascii_graphic() || b"/\\?#@:[]<>\"'%".contains(&b)) {
            return Err(AddressError::BadDomain);
        }
        Ok(Domain(ascii.into_boxed_str()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SocketAddr> for Address {
    fn from(ip: SocketAddr) -> Self {
        Address::Ip(ip)
    }
}

/// The host inside the brackets that IPv6 addresses are written in; as it is, if it has none.
#[must_use]
pub fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// A port as people and links write it: digits and nothing else, where the standard library would also take `+80`.
///
/// # Errors
/// Anything but 1 to 65535.
pub fn parse_port(text: &str) -> Result<u16, AddressError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|&port| digits && port != 0).ok_or(AddressError::BadPort)
}

/// Reads `host:port`, `1.2.3.4:80` and `[::1]:80`.
impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').ok_or(AddressError::BadPort)?;
        let port = parse_port(port)?;
        if host.contains(':') && !host.starts_with('[') {
            return Err(AddressError::BadDomain);
        }
        Address::from_host(host, port)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Ip(ip) => ip.fmt(f),
            Address::Domain(name, port) => write!(f, "{name}:{port}"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(address: &Address) -> Vec<u8> {
        let mut out = Vec::new();
        address.encode(&mut out);
        assert_eq!(out.len(), address.encoded_len());
        out
    }

    #[test]
    fn bad_bytes_have_their_own_error() {
        let long = [[3, 254].as_slice(), &[b'a'; 254], &[0, 80]].concat();
        for (bytes, error) in [
            (&[0, 1, 2, 3, 4, 0, 80][..], AddressError::UnknownType(0)),
            (&[2], AddressError::UnknownType(2)),
            (&[255], AddressError::UnknownType(255)),
            (&[3, 0], AddressError::EmptyDomain),
            (&[3, 1, 0, 0, 80], AddressError::BadDomain),
            (&[3, 2, b'\r', b'\n', 0, 80], AddressError::BadDomain),
            (&[3, 2, 0xff, 0xfe, 0, 80], AddressError::BadDomain),
            (&[3, 4, b'.', b'.', b'.', b'.', 0, 80], AddressError::BadDomain),
            (&[3, 1, b'a', 0, 0], AddressError::BadPort),
            (&[1, 127, 0, 0, 1, 0, 0], AddressError::BadPort),
            (&long, AddressError::DomainTooLong),
        ] {
            assert_eq!(Address::decode(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn an_ip_in_the_name_field_is_an_ip() {
        let bytes = [&[3, 9][..], b"127.0.0.1", &[0, 80]].concat();
        assert_eq!(Address::decode(&bytes).unwrap().unwrap().0, Address::Ip("127.0.0.1:80".parse().unwrap()));
    }

    #[test]
    fn text_forms() {
        for (text, shown) in [
            ("Example.ORG:443", Some("example.org:443")),
            ("[::1]:80", Some("[::1]:80")),
            ("10.0.0.1:1", Some("10.0.0.1:1")),
            ("bücher.example:80", Some("xn--bcher-kva.example:80")),
            ("_sip._tcp.example.org.:80", Some("_sip._tcp.example.org:80")),
            ("127.0.0.1.:80", Some("127.0.0.1:80")),
            ("１２７.0.0.1:80", Some("127.0.0.1:80")),
            ("example.org:+80", None),
            ("::1:80", None),
            ("example.org", None),
            ("example.org:0", None),
            ("example.org:65536", None),
            (":80", None),
            ("a b:80", None),
            ("[example.org]:80", None),
        ] {
            assert_eq!(text.parse::<Address>().ok().map(|a| a.to_string()).as_deref(), shown, "{text}");
        }
    }

    proptest! {
        #[test]
        fn decode_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Address::decode(&bytes);
        }

        #[test]
        fn decode_is_the_inverse_of_encode(name in "[a-z0-9_-]{1,63}(\\.[a-z0-9]{1,20}){0,4}", port in 1u16.., tail in any::<[u8; 3]>()) {
            let address = Address::from_host(&name, port).unwrap();
            let mut bytes = encoded(&address);
            let len = bytes.len();
            bytes.extend(tail);
            prop_assert_eq!(Address::decode(&bytes), Ok(Some((address, len))));
            for cut in 0..len {
                prop_assert_eq!(Address::decode(&bytes[..cut]), Ok(None));
            }
        }

        #[test]
        fn ips_round_trip(ip in any::<std::net::IpAddr>(), port in 1u16..) {
            let address = Address::from(SocketAddr::new(ip, port));
            let bytes = encoded(&address);
            prop_assert_eq!(Address::decode(&bytes), Ok(Some((address, bytes.len()))));
        }
    }
}
