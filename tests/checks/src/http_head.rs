//! The head of an HTTP request to the proxy, what is passed on of it, and where its body ends.

use parasol_proto::http::{Body, HeadError, MAX_HEAD, Request, Response, proxy_login};

use crate::decoder::{decodes_alike, is_sound};
use crate::input::{Input, pieces};

/// A head and what lies behind it, which arrives in pieces.
pub fn http_head(data: &[u8]) {
    let mut input = Input::new(data);
    let cuts = input.cuts();
    let bytes = input.rest();
    match decodes_alike(bytes, Request::decode) {
        Ok(Some((request, used))) => {
            request.target().into_iter().for_each(is_sound);
            assert!(used <= MAX_HEAD);
            // Whatever stands in a login, looking for it is safe, and it is not looked for behind the head.
            assert_eq!(proxy_login(bytes), proxy_login(&bytes[..used]));
            if let Request::Forward { target, head, body } = request {
                forwarded(&head, &target.to_string());
                end_of(&body, &bytes[used..], &cuts);
            }
        }
        Ok(None) => assert!(bytes.len() < MAX_HEAD, "no head is longer"),
        Err(error) => refused(error),
    }
    // Chunks of any kind, for a head with the right one is a rare find.
    end_of(&Body::chunked(), bytes, &cuts);
}

/// What is sent on is one head that means the same to the next reader: its fields, its target, one `Host`, and nothing
/// that is between the client and us.
fn forwarded(head: &[u8], target: &str) {
    let text = String::from_utf8_lossy(head);
    assert!(text.ends_with("\r\n\r\n") && text.matches("\r\n\r\n").count() == 1, "{text:?}");
    assert_eq!(head.iter().filter(|&&b| b == b'\n').count(), text.matches("\r\n").count(), "no line ends otherwise");
    assert_eq!(head.iter().filter(|&&b| b == b'\r').count(), text.matches("\r\n").count(), "no line ends otherwise");
    let mut lines = text.trim_end().split("\r\n");
    let line = lines.next().expect("a request line");
    assert_eq!(line.split(' ').count(), 3, "{line:?}");
    let path = line.split(' ').nth(1).expect("three words");
    assert!(path.starts_with('/') || path == "*", "{path:?}");
    let names: Vec<String> = lines.map(|line| line.split_once(':').expect("a name").0.to_ascii_lowercase()).collect();
    let count = |name: &str| names.iter().filter(|found| *found == name).count();
    assert_eq!(count("host"), 1);
    assert_eq!(count("connection"), 1);
    assert!(
        count("content-length") <= 1 && (count("transfer-encoding") == 0 || count("content-length") == 0),
        "{names:?}"
    );
    for kept in ["proxy-authorization", "proxy-connection", "proxy-authenticate", "keep-alive", "te", "upgrade"] {
        assert_eq!(count(kept), 0, "{kept}");
    }
    assert!(head.len() <= MAX_HEAD + 2 * target.len() + 64, "{} bytes of head", head.len());
}

/// The end is where it is, however the bytes come, and reading what is certain never goes past it.
fn end_of(body: &Body, bytes: &[u8], cuts: &[usize]) {
    let mut whole = body.clone();
    let end = whole.follow(bytes);
    if let Ok(end) = end {
        assert!(end <= bytes.len());
        assert!(end == bytes.len() || whole.certain() == 0, "all, or the whole body");
    }

    let mut split = body.clone();
    let mut sum = Ok(0);
    for piece in pieces(bytes, cuts) {
        match (split.follow(piece), &mut sum) {
            (Ok(n), Ok(sum)) => *sum += n,
            (Err(error), _) => {
                sum = Err(error);
                break;
            }
            (_, Err(_)) => unreachable!("a body is not followed after an error"),
        }
    }
    assert_eq!(sum, end, "in pieces of {cuts:?}");
    if end.is_ok() {
        assert_eq!(split, whole);
    }

    let (mut certain, mut at) = (body.clone(), 0);
    for cut in cuts.iter().cycle() {
        let there = usize::try_from(certain.certain()).unwrap_or(usize::MAX);
        let n = there.min(*cut).min(bytes.len() - at);
        if n == 0 {
            break;
        }
        match certain.follow(&bytes[at..at + n]) {
            Ok(followed) => assert_eq!(followed, n, "what is certain is the body's"),
            Err(_) => return assert!(end.is_err()),
        }
        at += n;
    }
    assert_eq!(Ok(at), end);
}

fn refused(error: HeadError) {
    let mut out = Vec::new();
    Response::BadRequest(error).encode(&mut out);
    let text = String::from_utf8(out).expect("text");
    assert!(text.starts_with("HTTP/1.1 400 ") && text.len() < 500, "{text}");
}
