//! The encrypted stream: a server's and a client's reading of what comes in pieces.
//!
//! ```text
//!  method u8 │ scene u8 │ cuts │ what the scene needs
//! ```

mod forged;
mod reader;
mod wire;

use parasol_proto::legacy::StreamMethod;
use parasol_proto::stream::StreamError;
use parasol_proto::{Family, Method};

use crate::input::Input;
use reader::{Client, Seen, Server};

/// AEAD-2017 (SIP004).
pub fn stream_2017(data: &[u8]) {
    stream(data, &of(Family::Aead2017));
}

/// AEAD-2022 (SIP022), with and without users (SIP023).
pub fn stream_2022(data: &[u8]) {
    stream(data, &of(Family::Aead2022));
}

/// Legacy stream ciphers, with and without one-time authentication.
pub fn stream_legacy(data: &[u8]) {
    stream(data, &StreamMethod::all().map(Method::Stream).collect::<Vec<_>>());
}

fn of(family: Family) -> Vec<Method> {
    Method::ALL.into_iter().filter(|method| method.family() == family).collect()
}

fn stream(data: &[u8], methods: &[Method]) {
    let mut input = Input::new(data);
    let method = input.pick(methods);
    let scene = input.byte() % 6;
    let cuts = input.cuts();
    match scene {
        0 => noise(method, &cuts, input.rest()),
        1 => whole_request(method, &cuts, &mut input),
        2 => changed_request(method, &cuts, &mut input),
        3 => whole_response(method, &cuts, &mut input),
        4 => changed_response(method, &cuts, &mut input),
        _ => forged::forged(method, &cuts, &mut input),
    }
}

/// A stranger is never served by a server that has a key to check, and never delivered by a client.
fn noise(method: Method, cuts: &[usize], bytes: &[u8]) {
    let server = Server::new(method, 7);
    let seen = server.alike(bytes, cuts);
    if !method.is_legacy() {
        assert!(seen.target.is_none() && seen.payload.is_empty(), "{method}: {seen:?}");
        assert_eq!(seen.asked, 0, "{method}: only what is authentic is remembered");
    }
    let salt = vec![1; method.salt_len()];
    let seen = Client::new(method, 7, &salt).alike(bytes, cuts);
    if !method.is_legacy() {
        assert!(seen.payload.is_empty(), "{method}: {seen:?}");
    }
}

/// A request arrives whole, whatever the pieces, and once.
fn whole_request(method: Method, cuts: &[usize], input: &mut Input<'_>) {
    let sent = wire::Request::new(method, input);
    let known = sent.is_known();
    let server = sent.server();
    let seen = server.alike(&sent.wire, cuts);
    if known {
        assert_eq!((seen.target.as_ref(), seen.error), (Some(&sent.target), None), "{method}");
        assert!(seen.payload == sent.payload && seen.left == 0 && !seen.within_chunk, "{method}: {seen:?}");
        let replayed = Server { fresh: false, ..server }.alike(&sent.wire, cuts);
        if method.salt_len() > 0 {
            assert_eq!((replayed.target, replayed.error), (None, Some(StreamError::Replay)), "{method}");
        }
    } else {
        assert_eq!(seen.target, None, "{method}: not one of the users");
    }
}

/// Of a request that was changed on its way, only what comes before the change is understood. (A legacy method tells
/// nothing; a tag of one-time authentication tells.)
fn changed_request(method: Method, cuts: &[usize], input: &mut Input<'_>) {
    let sent = wire::Request::new(method, input);
    let changed = wire::changed(&sent.wire, input);
    let seen = sent.server().alike(&changed, cuts);
    if method.is_legacy() && !sent.ota {
        return;
    }
    let tagged_whole = !method.is_legacy();
    let begun = sent.payload.starts_with(&seen.payload);
    if tagged_whole && sent.is_known() {
        assert!(begun, "{method}: a changed payload was delivered");
        assert!(seen.target.is_none() || seen.target.as_ref() == Some(&sent.target), "{method}: {:?}", seen.target);
        if seen.error.is_none() && seen.payload.len() == sent.payload.len() && seen.target.is_some() {
            assert!(changed.starts_with(&sent.wire), "{method}: a change was not seen");
        }
    }
}

/// A response arrives whole, whatever the pieces.
fn whole_response(method: Method, cuts: &[usize], input: &mut Input<'_>) {
    let asked = vec![1; method.salt_len()];
    let (wire, payload) = wire::response(method, &asked, input);
    let seen = Client::new(method, 7, &asked).alike(&wire, cuts);
    assert_eq!((seen.error, seen.left), (None, 0), "{method}");
    assert!(seen.payload == payload && !seen.within_chunk, "{method}: {seen:?}");
    if !method.is_legacy() {
        let foreign = Client::new(method, 8, &asked).alike(&wire, cuts);
        assert!(foreign.payload.is_empty(), "{method}: under another key");
    }
    if method.family() == Family::Aead2022 {
        let other = vec![3; method.salt_len()];
        let other = Client::new(method, 7, &other).alike(&wire, cuts);
        assert_eq!(other.error, Some(StreamError::ForeignResponse), "{method}");
    }
}

fn changed_response(method: Method, cuts: &[usize], input: &mut Input<'_>) {
    let asked = vec![1; method.salt_len()];
    let (wire, payload) = wire::response(method, &asked, input);
    let changed = wire::changed(&wire, input);
    let seen = Client::new(method, 7, &asked).alike(&changed, cuts);
    if !method.is_legacy() {
        assert!(payload.starts_with(&seen.payload), "{method}: a changed payload was delivered");
        let whole = seen.error.is_none() && seen.payload.len() == payload.len() && seen.left == 0;
        assert!(!whole || payload.is_empty() || changed == wire, "{method}: a change was not seen");
    }
}

/// What both readings must have in common, whatever comes.
fn is_bounded(seen: &Seen, wire: &[u8]) {
    assert!(seen.payload.len() <= wire.len(), "{} bytes out of {}", seen.payload.len(), wire.len());
    assert!(seen.asked <= 1, "the memory of salts was asked {} times", seen.asked);
    assert!(seen.most_kept <= 0xFFFF + 2_048 + 8_000, "{} bytes were kept for later", seen.most_kept);
}
