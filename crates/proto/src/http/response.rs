//! The answers that the proxy gives itself.

use super::request::HeadError;

/// A whole small response. Texts are fixed: no version, no name of a target, nothing from the request comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// 200 to CONNECT: what follows is the tunnel (so neither length nor `Connection`, RFC 9110 §9.3.6).
    Established,
    /// 400: the head is refused, and why.
    BadRequest(HeadError),
    /// 403: a rule forbids the target.
    Forbidden,
    /// 403: something of ours was asked for that is not there, or not for whoever asks.
    NotAWebSite,
    /// 407: the port asks for a login, and the request has none or a wrong one (RFC 9110 §15.5.8).
    LoginRequired,
    /// 502: no connection to the target, or it broke.
    BadGateway,
    /// 504: no connection to the target in time.
    GatewayTimeout,
}

impl Response {
    /// Appends the response to `out`. All but [`Response::Established`] say that the connection closes after them.
    pub fn encode(self, out: &mut Vec<u8>) {
        let challenge = match self {
            Response::LoginRequired => "Proxy-Authenticate: Basic realm=\"proxy\", charset=\"UTF-8\"\r\n",
            _ => "",
        };
        let (status, text) = match self {
            Response::Established => {
                out.extend_from_slice(b"HTTP/1.1 200 Connection established\r\n\r\n");
                return;
            }
            Response::BadRequest(error) => ("400 Bad Request", error.to_string()),
            Response::Forbidden => ("403 Forbidden", "a rule of the proxy forbids this target".to_owned()),
            Response::NotAWebSite => ("403 Forbidden", HeadError::NotForAProxy.to_string()),
            Response::LoginRequired => {
                ("407 Proxy Authentication Required", "the proxy asks for a user and password".to_owned())
            }
            Response::BadGateway => ("502 Bad Gateway", "the proxy could not reach the target".to_owned()),
            Response::GatewayTimeout => {
                ("504 Gateway Timeout", "the proxy could not reach the target in time".to_owned())
            }
        };
        out.extend_from_slice(
            format!(
                "HTTP/1.1 {status}\r\n{challenge}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{text}\n",
                text.len() + 1
            )
            .as_bytes(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_whole() {
        for (response, status) in [
            (Response::BadRequest(HeadError::NotForAProxy), 400),
            (Response::BadRequest(HeadError::BadAddress(crate::AddressError::EmptyDomain)), 400),
            (Response::Forbidden, 403),
            (Response::NotAWebSite, 403),
            (Response::LoginRequired, 407),
            (Response::BadGateway, 502),
            (Response::GatewayTimeout, 504),
        ] {
            let mut out = Vec::new();
            response.encode(&mut out);
            let mut slots = [httparse::EMPTY_HEADER; 8];
            let mut parsed = httparse::Response::new(&mut slots);
            let used = parsed.parse(&out).expect("well formed").unwrap();
            assert_eq!(parsed.code, Some(status));
            let field = |name: &str| {
                let line = parsed.headers.iter().find(|line| line.name == name).expect("the field is there");
                std::str::from_utf8(line.value).expect("ASCII")
            };
            if status == 407 {
                assert_eq!(field("Proxy-Authenticate"), "Basic realm=\"proxy\", charset=\"UTF-8\"");
            }
            assert_eq!(field("Content-Length"), (out.len() - used).to_string(), "{response:?}");
            assert_eq!(field("Connection"), "close");
            assert!(field("Content-Type").starts_with("text/plain"));
            assert!(out.len() - used > 10, "says something");
        }
    }

    #[test]
    fn a_tunnel_answer_has_no_length() {
        let mut out = Vec::new();
        Response::Established.encode(&mut out);
        assert_eq!(out, b"HTTP/1.1 200 Connection established\r\n\r\n");
    }
}
