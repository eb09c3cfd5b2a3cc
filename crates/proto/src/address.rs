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
        let at = out.len();
        out.resize(at + self.encoded_len(), 0);
        self.write(&mut out[at..]);
    }

    /// Writes the encoding so that it ends right before `buffer[at]`, where a payload begins; returns where it starts.
    ///
    /// # Panics
    /// When there are fewer than [`Address::encoded_len`] bytes before `at`.
    pub fn encode_before(&self, buffer: &mut [u8], at: usize) -> usize {
        let start = at.checked_sub(self.encoded_len()).expect("there is head room for the address");
        self.write(&mut buffer[start..at]);
        start
    }

    /// Writes the encoding over all of `out`, which is as long as it.
    fn write(&self, out: &mut [u8]) {
        let (host, port) = out.split_at_mut(out.len() - 2);
        port.copy_from_slice(&self.port().to_be_bytes());
        match self {
            Address::Ip(SocketAddr::V4(v4)) => {
                host[0] = 1;
                host[1..].copy_from_slice(&v4.ip().octets());
            }
            Address::Ip(SocketAddr::V6(v6)) => {
                host[0] = 4;
                host[1..].copy_from_slice(&v6.ip().octets());
            }
            Address::Domain(name, _) => {
                host[0] = 3;
                host[1] = u8::try_from(name.0.len()).expect("a Domain has at most 253 bytes");
                host[2..].copy_from_slice(name.0.as_bytes());
            }
        }
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
mod tests;
