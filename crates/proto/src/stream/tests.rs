//! Both ends of a stream against each other, cut anywhere.

mod known;
mod refused;
mod users;

use std::ops::Range;

use proptest::prelude::*;

use super::*;

const NOW: u64 = 1_800_000_000;

fn config(method: Method) -> ServerConfig {
    let password = Key::password_from_random(&vec![7; method.key_len()]);
    ServerConfig::new("server.example:8388".parse().unwrap(), method, &password).unwrap()
}

fn salt(method: Method, byte: u8) -> Vec<u8> {
    vec![byte; method.key_len()]
}

fn any_method() -> impl Strategy<Value = Method> {
    proptest::sample::select(Method::ALL.to_vec())
}

/// A request and the chunks behind it.
fn sealed_request(method: Method, target: &Address, first: &[u8], rest: &[u8], padding: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut sealer = seal_request(&config(method), target, first, &salt(method, 1), padding, NOW, &mut out);
    seal_in_place(&mut sealer, rest, &mut out);
    out
}

/// Seals as the relay does: payload into the slots of a buffer, then all of it at once.
fn seal_in_place(sealer: &mut ChunkSealer, payload: &[u8], out: &mut Vec<u8>) {
    let mut buffer = vec![0; 200_000];
    let mut left = payload;
    while !left.is_empty() {
        let mut filled = 0;
        for slot in sealer.slots(buffer.len()) {
            let n = slot.len().min(left.len());
            buffer[slot][..n].copy_from_slice(&left[..n]);
            left = &left[n..];
            filled += n;
        }
        let sealed = sealer.seal(&mut buffer, filled);
        out.extend_from_slice(&buffer[..sealed]);
    }
}

/// Feeds `wire` to a server in pieces of the given sizes (cycled); returns what it understood.
fn serve(method: Method, wire: &[u8], cuts: &[usize], now: u64) -> Result<Option<(Address, Vec<u8>)>, StreamError> {
    let config = config(method);
    let mut request = RequestOpener::new(method, config.key().clone());
    let mut open: Option<(Address, Opener)> = None;
    let (mut kept, mut payload) = (Vec::new(), Vec::new());
    for piece in pieces(wire, cuts) {
        kept.extend_from_slice(piece);
        if open.is_none() {
            match request.open(&mut kept, now, &mut |_| true)? {
                Ok(Request { target, payload: first, opener, used }) => {
                    payload.extend(first);
                    kept.drain(..used);
                    open = Some((target, opener));
                }
                Err(used) => drop(kept.drain(..used)),
            }
        }
        if let Some((_, opener)) = &mut open {
            read_all(opener, &mut kept, &mut payload)?;
        }
    }
    Ok(open.map(|(target, _)| (target, payload)))
}

fn read_all(opener: &mut Opener, kept: &mut Vec<u8>, payload: &mut Vec<u8>) -> Result<(), StreamError> {
    let mut plain = Vec::new();
    let used = opener.open(kept, || NOW, &mut plain)?;
    for range in plain {
        payload.extend_from_slice(&kept[range]);
    }
    kept.drain(..used);
    Ok(())
}

fn pieces<'a>(wire: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let (mut at, mut out) = (0, Vec::new());
    for cut in cuts.iter().cycle() {
        if at == wire.len() {
            break;
        }
        let end = (at + cut).min(wire.len());
        out.push(&wire[at..end]);
        at = end;
    }
    out
}

/// The first piece of a 2022 stream must hold its salt and fixed header.
fn cuts_for(method: Method, cuts: &[usize]) -> Vec<usize> {
    let mut cuts = cuts.to_vec();
    if method.family() == Family::Aead2022 {
        cuts[0] += method.key_len() + 27;
    }
    cuts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_request_cut_anywhere_is_understood(
        method in any_method(),
        first in proptest::collection::vec(any::<u8>(), 1..300),
        rest in proptest::collection::vec(any::<u8>(), 0..40_000),
        cuts in proptest::collection::vec(1usize..9_000, 1..8),
    ) {
        let target: Address = "target.example:443".parse().unwrap();
        let wire = sealed_request(method, &target, &first, &rest, &[]);
        let (seen, payload) = serve(method, &wire, &cuts_for(method, &cuts), NOW).unwrap().unwrap();
        prop_assert_eq!(seen, target);
        prop_assert_eq!(payload, [first, rest].concat());
    }

    #[test]
    fn a_response_cut_anywhere_is_understood(
        method in any_method(),
        first in proptest::collection::vec(any::<u8>(), 0..300),
        rest in proptest::collection::vec(any::<u8>(), 0..200_000),
        cuts in proptest::collection::vec(1usize..70_000, 1..8),
    ) {
        let config = config(method);
        let mut wire = Vec::new();
        let mut sealer = seal_response(method, config.key(), &salt(method, 1), &first, &salt(method, 2), NOW, &mut wire);
        seal_in_place(&mut sealer, &rest, &mut wire);
        let mut opener = Opener::response(&config, &salt(method, 1));
        let (mut kept, mut payload) = (Vec::new(), Vec::new());
        for piece in pieces(&wire, &cuts) {
            kept.extend_from_slice(piece);
            read_all(&mut opener, &mut kept, &mut payload).unwrap();
        }
        prop_assert_eq!(payload, [first, rest].concat());
        prop_assert!(kept.is_empty());
    }

    #[test]
    fn one_flipped_bit_is_never_delivered(
        method in any_method(), bit in 0usize..8, at in any::<prop::sample::Index>(),
    ) {
        let target: Address = "10.0.0.1:80".parse().unwrap();
        let mut wire = sealed_request(method, &target, b"hello", b"world", &[]);
        let at = at.index(wire.len());
        wire[at] ^= 1 << bit;
        // Either nothing at all is understood, or only what came before the flipped piece; never an error-free whole.
        match serve(method, &wire, &[usize::MAX / 2], NOW) {
            Err(_) => {}
            Ok(None) => {}
            Ok(Some((_, payload))) => prop_assert_ne!(payload, b"helloworld".to_vec()),
        }
    }

    #[test]
    fn noise_is_an_error_or_too_little(method in any_method(), noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!matches!(serve(method, &noise, &[usize::MAX / 2], NOW), Ok(Some(_))));
    }
}

#[test]
fn the_first_payload_may_be_longer_than_a_chunk() {
    for method in Method::ALL {
        let target: Address = "[2001:db8::1]:443".parse().unwrap();
        let first = vec![9; 150_000];
        let wire = sealed_request(method, &target, &first, &[], &[]);
        assert_eq!(serve(method, &wire, &[usize::MAX / 2], NOW).unwrap().unwrap(), (target, first), "{method}");
    }
}

#[test]
fn a_2022_head_is_checked_field_by_field() {
    let method = Method::Blake3Aes256Gcm;
    let target: Address = "10.0.0.1:80".parse().unwrap();
    let wire = sealed_request(method, &target, b"hi", &[], &[]);
    for (now, cuts, expected) in [
        (NOW + 27, usize::MAX / 2, None),
        (NOW + 30, usize::MAX / 2, None),
        (NOW - 30, usize::MAX / 2, None),
        (NOW + 31, usize::MAX / 2, Some(StreamError::ClockSkew)),
        (NOW - 31, usize::MAX / 2, Some(StreamError::ClockSkew)),
        (0, usize::MAX / 2, Some(StreamError::ClockSkew)),
        (u64::MAX, usize::MAX / 2, Some(StreamError::ClockSkew)),
        (NOW, 58, Some(StreamError::ShortHead)),
        (NOW, 59, None),
    ] {
        assert_eq!(serve(method, &wire, &[cuts], now).err(), expected, "now {now}, first read {cuts}");
    }
}

#[test]
fn a_2022_request_needs_payload_or_padding_within_its_header() {
    let mut target = Vec::new();
    "10.0.0.1:80".parse::<Address>().unwrap().encode(&mut target);
    let header = |padding_len: u16, rest: &[u8]| [&target, &padding_len.to_be_bytes()[..], rest].concat();
    for (header, expected) in [
        (header(0, b"x"), None),
        (header(3, &[0; 3]), None),
        (header(900, &[0; 900]), None),
        (header(0, &[]), Some(StreamError::BadPadding)),
        (header(901, &[0; 901]), Some(StreamError::BadPadding)),
        (header(4, &[0; 3]), Some(StreamError::BadPadding)),
        (target.clone(), Some(StreamError::BadPadding)),
        (target[..5].to_vec(), Some(StreamError::BadAddress)),
        (vec![9, 9, 9], Some(StreamError::BadAddress)),
        (Vec::new(), Some(StreamError::BadAddress)),
    ] {
        assert_eq!(aead2022::read_variable_header(&header).err(), expected, "{} bytes", header.len());
    }
}

#[test]
fn a_response_to_another_request_or_of_another_time_is_refused() {
    for method in Method::ALL.into_iter().filter(|m| m.family() == Family::Aead2022) {
        let config = config(method);
        for (request, time, expected) in [
            (1, NOW, Ok(())),
            (9, NOW, Err(StreamError::ForeignResponse)),
            (1, NOW + 31, Err(StreamError::ClockSkew)),
            // Recorded long ago: that is no clock that is wrong.
            (9, NOW - 3600, Err(StreamError::ForeignResponse)),
        ] {
            let mut wire = Vec::new();
            seal_response(method, config.key(), &salt(method, request), b"hi", &salt(method, 2), time, &mut wire);
            let mut opener = Opener::response(&config, &salt(method, 1));
            assert_eq!(opener.open(&mut wire, || NOW, &mut Vec::new()).map(drop), expected);
        }
        // A request reflected back is not a response.
        let mut wire = sealed_request(method, &"10.0.0.1:80".parse().unwrap(), &[7; 64], &[], &[]);
        let mut opener = Opener::response(&config, &salt(method, 1));
        assert!(opener.open(&mut wire, || NOW, &mut Vec::new()).is_err());
    }
}

#[test]
fn our_own_request_sent_back_is_no_response() {
    for method in Method::ALL {
        let target = Address::from_host("example.org", 443).unwrap();
        let mut wire = sealed_request(method, &target, b"first", b"rest", &[]);
        let salt_sent = wire[..method.key_len()].to_vec();
        let mut opener = Opener::response(&config(method), &salt_sent);
        let mut plain = Vec::new();
        assert_eq!(opener.open(&mut wire, || NOW, &mut plain), Err(StreamError::Replay), "{method}");
        assert!(plain.is_empty(), "{method}");
    }
}

#[test]
fn a_salt_seen_before_is_a_replay() {
    for method in Method::ALL {
        let config = config(method);
        let wire = sealed_request(method, &"10.0.0.1:80".parse().unwrap(), b"hi", &[], &[]);
        let mut asked = 0;
        let mut opener = RequestOpener::new(method, config.key().clone());
        let answer = opener.open(&mut wire.clone(), NOW, &mut |seen| {
            asked += 1;
            assert_eq!(seen, salt(method, 1));
            false
        });
        assert_eq!(answer.err(), Some(StreamError::Replay), "{method}");
        assert_eq!(asked, 1);
    }
}

#[test]
fn slots_never_leave_the_buffer() {
    let method = Method::Aes256Gcm;
    let sealer = seal_response(method, config(method).key(), &[], b"x", &salt(method, 2), NOW, &mut Vec::new());
    for room in [0, 1, 17, 18, 34, 35, 100, 16_383 + 34, 16_383 + 35, 16_383 + 70, 300_000] {
        let mut end = 0;
        for slot in sealer.slots(room) {
            assert!(slot.start >= end && !slot.is_empty() && slot.end + TAG <= room, "{room}: {slot:?}");
            end = slot.end;
        }
    }
}
