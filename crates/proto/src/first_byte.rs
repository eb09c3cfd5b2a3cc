//! What a client of the mixed port speaks, told by the first byte it sends.
//!
//! ```text
//!   05        SOCKS5: the version field of the greeting (RFC 1928 §3)
//!   04        SOCKS4 and 4a: the version field of the request
//!   'A'–'Z'   HTTP: the method; every registered one is in upper case (RFC 9110 §16.1.1)
//!   16        a TLS hello: somebody took the port for a web server; no answer of ours would be understood
//! ```

/// A protocol that the mixed port serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// [`crate::socks5`]
    Socks5,
    /// [`crate::socks4`], with the 4a extension
    Socks4,
    /// [`crate::http`]
    Http,
}

impl Protocol {
    /// The protocol that starts with `byte`; `None` for one that is not served, which is answered by closing.
    #[must_use]
    pub const fn from_first_byte(byte: u8) -> Option<Protocol> {
        match byte {
            5 => Some(Protocol::Socks5),
            4 => Some(Protocol::Socks4),
            b'A'..=b'Z' => Some(Protocol::Http),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_tells_the_protocol() {
        for byte in 0..=u8::MAX {
            let expected = match byte {
                5 => Some(Protocol::Socks5),
                4 => Some(Protocol::Socks4),
                _ if byte.is_ascii_uppercase() => Some(Protocol::Http),
                _ => None,
            };
            assert_eq!(Protocol::from_first_byte(byte), expected, "{byte:#04x}");
        }
        assert_eq!(Protocol::from_first_byte(0x16), None, "a TLS hello");
    }
}
