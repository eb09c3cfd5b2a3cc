//! The head of a request to the proxy.

use std::fmt;

use thiserror::Error;

use crate::address::{Address, AddressError};

use super::body::Body;
use super::own::OwnRequest;
use super::{fields, target};

/// The most bytes a head may have, with the empty line that ends it.
pub const MAX_HEAD: usize = 64 * 1024;
/// The most field lines a head may have.
pub const MAX_FIELDS: usize = 100;

/// What a client wants.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// A tunnel. Every byte after the head belongs to it, whatever `Content-Length` says (RFC 9110 §9.3.6).
    Connect(Address),
    /// One exchange over plain HTTP.
    Forward {
        /// Where to.
        target: Address,
        /// What the target is sent in place of the head received.
        head: Vec<u8>,
        /// How much of what follows is sent after it, unchanged. What lies behind that is not this target's.
        body: Body,
    },
    /// Something of our own, as if the port were a web site.
    Own(OwnRequest),
}

/// Why a head is refused: always with status 400, see [`super::Response::BadRequest`]. The text is for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeadError {
    /// Over [`MAX_HEAD`] bytes or [`MAX_FIELDS`] field lines.
    #[error("the request head is too large")]
    TooLarge,
    /// Not HTTP/1: a bad request line, a folded or malformed field line, a control character, a bare CR or LF.
    #[error("this is not a well-formed HTTP/1 request")]
    Malformed,
    /// Neither a target nor something of ours: the port is no web site.
    #[error("this is the port of a proxy, not a web site: enter it as the proxy of your browser or system")]
    NotForAProxy,
    /// The target of CONNECT is not `host:port`.
    #[error("CONNECT needs host:port")]
    NotHostPort,
    /// An absolute URI of another scheme than `http`.
    #[error("only http:// is forwarded: use CONNECT for everything else")]
    UnsupportedScheme,
    /// An absolute URI with a login, a fragment, or an authority that is not `host` or `host:port`.
    #[error("the target is not a plain http:// address")]
    BadTarget,
    /// The host or port of the target is none.
    #[error(transparent)]
    BadAddress(#[from] AddressError),
    /// More than one `Host`.
    #[error("the request has more than one Host")]
    ManyHosts,
    /// `Content-Length` is not one number.
    #[error("the Content-Length is not one number")]
    BadLength,
    /// `Transfer-Encoding` does not end in one `chunked`, or comes from HTTP/1.0.
    #[error("the Transfer-Encoding does not tell where the body ends")]
    BadTransferEncoding,
    /// Both `Transfer-Encoding` and `Content-Length`: two ends of the body, one of them a lie.
    #[error("the request has both Transfer-Encoding and Content-Length")]
    TwoLengths,
}

impl Request {
    /// Reads a head at the front of `bytes`: `Ok(None)` when more bytes are needed, else the request and the number
    /// of bytes its head took. The bytes after those are payload: of the tunnel, or the body.
    ///
    /// # Errors
    /// See [`HeadError`].
    pub fn decode(bytes: &[u8]) -> Result<Option<(Request, usize)>, HeadError> {
        // A window, so that a head is judged the same however much of it has come.
        let window = &bytes[..bytes.len().min(MAX_HEAD)];
        let mut slots = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut head = httparse::Request::new(&mut slots);
        let used = match head.parse(window) {
            Ok(httparse::Status::Complete(used)) => used,
            Ok(httparse::Status::Partial) if bytes.len() >= MAX_HEAD => return Err(HeadError::TooLarge),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooLarge),
            Err(_) => return Err(HeadError::Malformed),
        };
        if has_bare_lf(&window[..used]) {
            return Err(HeadError::Malformed);
        }
        let (Some(method), Some(path), Some(version)) = (head.method, head.path, head.version) else {
            return Err(HeadError::Malformed);
        };
        let fields = fields::Fields::check(head.headers, version)?;
        if method == "CONNECT" {
            return Ok(Some((Request::Connect(target::of_connect(path)?), used)));
        }
        if path.starts_with('/') {
            return Ok(Some((Request::Own(OwnRequest::new(method, path, fields.host())), used)));
        }
        let (target, path) = target::of_absolute(method, path)?;
        let head = fields.rewrite(method, &path, version, &target);
        Ok(Some((Request::Forward { target, head, body: fields.body() }, used)))
    }

    /// Where the client wants to go, if that is elsewhere.
    #[must_use]
    pub fn target(&self) -> Option<&Address> {
        match self {
            Request::Connect(target) | Request::Forward { target, .. } => Some(target),
            Request::Own(_) => None,
        }
    }
}

/// The parser takes a lone LF as the end of a line, as RFC 9112 §2.2 allows. A server behind us may not, and then the
/// two would see different fields; no client in use sends it.
fn has_bare_lf(head: &[u8]) -> bool {
    head.iter().enumerate().any(|(at, &b)| b == b'\n' && (at == 0 || head[at - 1] != b'\r'))
}

/// A head carries cookies and logins, so its bytes are never shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Request::Connect(target) => write!(f, "Connect({target})"),
            Request::Forward { target, head, .. } => write!(f, "Forward({target}, {} bytes)", head.len()),
            Request::Own(_) => f.write_str("Own"),
        }
    }
}

#[cfg(test)]
mod tests;
