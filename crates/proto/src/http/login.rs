//! The login of a proxy's client: `Proxy-Authorization: Basic` (RFC 9110 §11.7.2, RFC 7617).
//!
//! ```text
//!  Proxy-Authorization: Basic YW5uOnNlY3JldA==␍␊      base64 of user ":" password, UTF-8
//! ```

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::credentials::{Attempt, MAX_FIELD};

use super::request::{MAX_FIELDS, MAX_HEAD};

/// Clients in use leave padding away.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// The base64 of the longest login that can be right.
const MAX_TOKEN: usize = (MAX_FIELD + 1 + MAX_FIELD).div_ceil(3) * 4;

/// The login in a head that [`super::Request::decode`] has read; `None` when there is none to compare: no such field,
/// more than one, another scheme, or something that is not base64 of `user:password`. All are answered by
/// [`super::Response::LoginRequired`].
#[must_use]
pub fn proxy_login(head: &[u8]) -> Option<Attempt> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut request = httparse::Request::new(&mut slots);
    request.parse(&head[..head.len().min(MAX_HEAD)]).ok().filter(httparse::Status::is_complete)?;
    let mut values = request.headers.iter().filter(|line| line.name.eq_ignore_ascii_case("proxy-authorization"));
    let value = std::str::from_utf8(values.next()?.value).ok()?;
    // Of two fields a checker behind us could read the other one.
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.trim_ascii().split_once(' ')?;
    let token = token.trim_ascii();
    if !scheme.eq_ignore_ascii_case("basic") || token.len() > MAX_TOKEN {
        return None;
    }
    let login = Zeroizing::new(LENIENT.decode(token).ok()?);
    let colon = login.iter().position(|&b| b == b':')?;
    Attempt::new(&login[..colon], &login[colon + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Credentials;
    use crate::http::Request;

    fn head(fields: &str) -> Vec<u8> {
        format!("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n{fields}\r\n").into_bytes()
    }

    #[test]
    fn only_the_right_login_is_admitted() {
        let credentials = Credentials::new("ann", "se:cret").expect("a login");
        let basic = |login: &str| LENIENT.encode(login);
        let right = basic("ann:se:cret");
        for (fields, admitted) in [
            (format!("Proxy-Authorization: Basic {right}\r\n"), true),
            (format!("proxy-authorization:basic  {right} \r\nA: b\r\n"), true),
            (format!("Proxy-Authorization: BASIC {}\r\n", right.trim_end_matches('=')), true),
            (String::new(), false),
            (format!("Authorization: Basic {right}\r\n"), false),
            (format!("Proxy-Authorization: Basic {right}\r\nProxy-Authorization: Basic {right}\r\n"), false),
            (format!("Proxy-Authorization: Bearer {right}\r\n"), false),
            (format!("Proxy-Authorization: {right}\r\n"), false),
            ("Proxy-Authorization: Basic\r\n".into(), false),
            ("Proxy-Authorization: Basic ann:se:cret\r\n".into(), false),
            (format!("Proxy-Authorization: Basic {}\r\n", basic("ann")), false),
            (format!("Proxy-Authorization: Basic {}\r\n", basic(":se:cret")), false),
            (format!("Proxy-Authorization: Basic {}\r\n", basic("ann:se:cre")), false),
            (format!("Proxy-Authorization: Basic {}\r\n", basic("ann:se:cret ")), false),
            (format!("Proxy-Authorization: Basic {}\r\n", basic(&"a:".repeat(3_000))), false),
        ] {
            let head = head(&fields);
            assert!(Request::decode(&head).expect("a head").is_some());
            let attempt = proxy_login(&head);
            assert_eq!(attempt.is_some_and(|attempt| credentials.admits(&attempt)), admitted, "{fields}");
        }
    }

    #[test]
    fn the_longest_login_fits() {
        let long = "x".repeat(MAX_FIELD);
        let credentials = Credentials::new(&long, &long).expect("a login");
        let head = head(&format!("Proxy-Authorization: Basic {}\r\n", LENIENT.encode(format!("{long}:{long}"))));
        assert!(credentials.admits(&proxy_login(&head).expect("a login")));
    }

    #[test]
    fn the_login_does_not_reach_the_target() {
        let head = b"GET http://example.org/ HTTP/1.1\r\nProxy-Authorization: Basic YW5uOnNlY3JldA==\r\n\r\n";
        let Some((Request::Forward { head, .. }, _)) = Request::decode(head).expect("a head") else {
            panic!("it is forwarded")
        };
        assert!(!String::from_utf8(head).expect("text").contains("YW5u"));
    }
}
