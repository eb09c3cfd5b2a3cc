//! The field lines of a head: checked for two readings, and rewritten for the next hop.

use httparse::Header;

use crate::address::Address;

use super::body::Body;
use super::request::HeadError;
use super::target::host_field;

/// Fields that concern the connection to us and not the target (RFC 9110 §7.6.1), and `Host`, which is rebuilt.
const NOT_FORWARDED: [&str; 9] = [
    "connection",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
];

/// With [`CONTENT_LENGTH`] it says where the body ends. Hop-by-hop or not, and even when `Connection` names them, these
/// two go where the body goes, because the body is passed through as it is: a chunked body without its
/// `Transfer-Encoding` would be read by the target as further requests.
const TRANSFER_ENCODING: &str = "transfer-encoding";
/// Written anew, once.
const CONTENT_LENGTH: &str = "content-length";

/// Field lines that have one reading only.
pub(super) struct Fields<'a> {
    lines: &'a [Header<'a>],
    length: Option<u64>,
    chunked: bool,
}

impl<'a> Fields<'a> {
    /// Refuses fields that two parsers could understand differently.
    ///
    /// A missing `Host` is let pass, and the value of one is never looked at: the target says it all, and the field
    /// is rebuilt from it (RFC 9112 §3.2.2).
    pub(super) fn check(lines: &'a [Header<'a>], version: u8) -> Result<Fields<'a>, HeadError> {
        if named(lines, "host").count() > 1 {
            return Err(HeadError::ManyHosts);
        }
        let codings = named(lines, TRANSFER_ENCODING).flat_map(list);
        let mut lengths = named(lines, CONTENT_LENGTH).flat_map(list);
        // A field that is there but names nothing is as bad as a wrong one.
        let has = |name| named(lines, name).next().is_some();
        let (encoded, counted) = (has(TRANSFER_ENCODING), has(CONTENT_LENGTH));
        match (encoded, counted) {
            (true, true) => Err(HeadError::TwoLengths),
            (true, false) => {
                let chunked: Vec<bool> = codings.map(|c| c.eq_ignore_ascii_case(b"chunked")).collect();
                let once_and_last = chunked.last() == Some(&true) && chunked.iter().filter(|&&c| c).count() == 1;
                // HTTP/1.0 has no such field: RFC 9112 §6.1 calls its framing faulty.
                if version == 0 || !once_and_last {
                    return Err(HeadError::BadTransferEncoding);
                }
                Ok(Fields { lines, length: None, chunked: true })
            }
            (false, true) => {
                // The same number several times is one number (RFC 9110 §8.6).
                let first = lengths.next().and_then(number).ok_or(HeadError::BadLength)?;
                if lengths.any(|other| number(other) != Some(first)) {
                    return Err(HeadError::BadLength);
                }
                Ok(Fields { lines, length: Some(first), chunked: false })
            }
            (false, false) => Ok(Fields { lines, length: None, chunked: false }),
        }
    }

    /// What the client calls us, if it does.
    pub(super) fn host(&self) -> Option<&'a [u8]> {
        named(self.lines, "host").next()
    }

    /// The body that follows. Without a length there is none (RFC 9112 §6.3).
    pub(super) fn body(&self) -> Body {
        if self.chunked { Body::chunked() } else { Body::counted(self.length.unwrap_or(0)) }
    }

    /// The head for the target. The version stays the client's, as does the framing: a response goes back as it
    /// comes, so the target must answer in terms that the client understands.
    pub(super) fn rewrite(&self, method: &str, path: &str, version: u8, target: &Address) -> Vec<u8> {
        let named_by_connection: Vec<&[u8]> = named(self.lines, "connection").flat_map(list).collect();
        let mut head = format!("{method} {path} HTTP/1.{version}\r\nHost: {}\r\n", host_field(target)).into_bytes();
        let mut line = |name: &str, value: &[u8]| {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        };
        for field in self.lines {
            let is = |name: &str| field.name.eq_ignore_ascii_case(name);
            let dropped = || named_by_connection.iter().any(|name| field.name.as_bytes().eq_ignore_ascii_case(name));
            if is(TRANSFER_ENCODING) || !(is(CONTENT_LENGTH) || NOT_FORWARDED.into_iter().any(is) || dropped()) {
                line(field.name, field.value);
            }
        }
        if let Some(length) = self.length {
            line("Content-Length", length.to_string().as_bytes());
        }
        line("Connection", b"close");
        head.extend_from_slice(b"\r\n");
        head
    }
}

/// The values of all fields of a name.
fn named<'a>(lines: &'a [Header<'a>], name: &'static str) -> impl Iterator<Item = &'a [u8]> {
    lines.iter().filter(move |line| line.name.eq_ignore_ascii_case(name)).map(|line| line.value)
}

/// The members of a comma-separated value; empty ones do not count (RFC 9110 §5.6.1).
fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&b| b == b',').map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
}

/// Digits and nothing else.
fn number(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}
