//! Both ends of a legacy stream against each other, cut anywhere.

mod ciphers;

use proptest::prelude::*;

use super::*;
use crate::address::Address;
use crate::key::{Key, KeyError};
use crate::link::{Link, LinkError};
use crate::method::Method;
use crate::server_config::ServerConfig;
use crate::stream::{ChunkSealer, Opener, Request, RequestOpener, StreamError, seal_request, seal_response};

const PASSWORD: &str = "foobar";
const NOW: u64 = 1_800_000_000;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn key(method: StreamMethod) -> Key {
    Key::from_password(Method::Stream(method), PASSWORD).unwrap()
}

fn config(method: StreamMethod) -> ServerConfig {
    ServerConfig::new("server.example:8388".parse().unwrap(), Method::Stream(method), PASSWORD).unwrap()
}

/// As the vectors have it; `differs` makes another one.
fn iv(method: StreamMethod, differs: u8) -> Vec<u8> {
    (0xe8..).map(|byte: u8| byte ^ differs).take(method.iv_len()).collect()
}

fn any_method() -> impl Strategy<Value = StreamMethod> {
    proptest::sample::select(StreamMethod::all().collect::<Vec<_>>())
}

fn method(name: &str) -> StreamMethod {
    StreamMethod::parse(name).unwrap()
}

fn cut<'a>(mut data: &'a mut [u8], cuts: &[usize]) -> Vec<&'a mut [u8]> {
    let mut pieces = Vec::new();
    for &cut in cuts {
        let (piece, rest) = data.split_at_mut(cut.min(data.len()));
        pieces.push(piece);
        data = rest;
    }
    pieces.push(data);
    pieces
}

/// Seals as the relay does: payload into the slots of a buffer, then all of it at once.
fn seal_in_place(sealer: &mut ChunkSealer, mut payload: &[u8], out: &mut Vec<u8>) {
    while !payload.is_empty() {
        let mut buffer = vec![0; 100_000];
        let mut filled = 0;
        for slot in sealer.slots(buffer.len()).collect::<Vec<_>>() {
            let n = slot.len().min(payload.len());
            buffer[slot][..n].copy_from_slice(&payload[..n]);
            payload = &payload[n..];
            filled += n;
        }
        let sealed = sealer.seal(&mut buffer, filled);
        out.extend_from_slice(&buffer[..sealed]);
    }
}

fn request(method: StreamMethod, target: &Address, first: &[u8], rest: &[u8], ota: bool) -> Vec<u8> {
    let (config, iv, mut out) = (config(method), iv(method, 0), Vec::new());
    let config = if ota { config.with_one_time_auth().unwrap() } else { config };
    let mut sealer = seal_request(&config, target, first, &iv, &[], NOW, &mut out);
    seal_in_place(&mut sealer, rest, &mut out);
    out
}

/// Feeds `wire` to a server in pieces; returns what it understood.
fn serve(
    method: StreamMethod,
    wire: &[u8],
    cuts: &[usize],
    ota: Ota,
) -> Result<Option<(Address, Vec<u8>)>, StreamError> {
    let mut request = RequestOpener::new(Method::Stream(method), key(method)).with_ota(ota);
    let mut open: Option<(Address, Opener)> = None;
    let (mut kept, mut payload) = (Vec::new(), Vec::new());
    for piece in cut(&mut wire.to_vec(), cuts) {
        kept.extend_from_slice(piece);
        if open.is_none() {
            match request.open(&mut kept, NOW, &mut |_| true)? {
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

fn targets() -> [Address; 3] {
    ["192.0.2.1:53", "[2001:db8::1]:443", "example.com:80"].map(|text| text.parse().unwrap())
}

#[test]
fn a_stream_cut_behind_the_head_of_an_authenticated_chunk_is_known_to_be_cut() {
    let method = method("aes-128-ctr");
    let target: Address = "10.0.0.1:80".parse().unwrap();
    let wire = request(method, &target, b"hello", b"", true);
    // IV, address and tag, and then the chunk: its length, its tag, and its data.
    let chunk = 16 + 7 + 10;
    for (len, within) in
        [(chunk, false), (chunk + 11, false), (chunk + 12, true), (chunk + 16, true), (chunk + 17, false)]
    {
        let mut head = wire[..len].to_vec();
        let mut opener = RequestOpener::new(Method::Stream(method), key(method)).with_ota(Ota::Required);
        let Ok(Ok(Request { mut opener, used, .. })) = opener.open(&mut head, NOW, &mut |_| true) else {
            panic!("the address is whole");
        };
        opener.open(&mut head[used..], || NOW, &mut Vec::new()).unwrap();
        assert_eq!(opener.is_within_chunk(), within, "cut at {len} of {}", wire.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_request_cut_anywhere_is_understood(
        method in any_method(),
        target in proptest::sample::select(targets().to_vec()),
        first in proptest::collection::vec(any::<u8>(), 0..300),
        rest in proptest::collection::vec(any::<u8>(), 0..70_000),
        cuts in proptest::collection::vec(0usize..300, 0..8),
        ota in any::<bool>(),
    ) {
        let ota = ota && method.has_ota();
        let wire = request(method, &target, &first, &rest, ota);
        for policy in [Ota::Allowed, if ota { Ota::Required } else { Ota::Off }] {
            let (seen, payload) = serve(method, &wire, &cuts, policy).unwrap().unwrap();
            prop_assert_eq!(&seen, &target);
            prop_assert_eq!(payload, [&first[..], &rest].concat());
        }
        let refused = serve(method, &wire, &cuts, if ota { Ota::Off } else { Ota::Required });
        prop_assert_eq!(refused, Err(StreamError::BadAddress));
    }

    #[test]
    fn a_response_cut_anywhere_is_understood(
        method in any_method(),
        first in proptest::collection::vec(any::<u8>(), 0..300),
        rest in proptest::collection::vec(any::<u8>(), 0..120_000),
        cuts in proptest::collection::vec(0usize..300, 0..8),
    ) {
        let config = config(method);
        let mut wire = Vec::new();
        let mut sealer =
            seal_response(Method::Stream(method), config.key(), &iv(method, 0), &first, &iv(method, 1), NOW, &mut wire);
        seal_in_place(&mut sealer, &rest, &mut wire);
        let mut opener = Opener::response(&config, &iv(method, 0));
        let (mut kept, mut payload) = (Vec::new(), Vec::new());
        for piece in cut(&mut wire, &cuts) {
            kept.extend_from_slice(piece);
            read_all(&mut opener, &mut kept, &mut payload).unwrap();
        }
        prop_assert_eq!(payload, [first, rest].concat());
        prop_assert!(kept.is_empty());
    }

    #[test]
    fn one_flipped_bit_is_never_delivered_with_one_time_authentication(
        method in any_method().prop_filter("has an IV", |method| method.has_ota()),
        bit in 0usize..8, at in any::<prop::sample::Index>(),
    ) {
        let target: Address = "example.com:80".parse().unwrap();
        let mut wire = request(method, &target, b"hello", b"world", true);
        let at = at.index(wire.len());
        wire[at] ^= 1 << bit;
        if let Ok(Some((seen, payload))) = serve(method, &wire, &[], Ota::Required) {
            prop_assert_eq!(seen, target);
            prop_assert!(b"hello".starts_with(&payload), "a later chunk's length may be wrong, its data never is");
        }
    }

    #[test]
    fn noise_is_never_a_panic(method in any_method(), noise in proptest::collection::vec(any::<u8>(), 0..600), cuts in proptest::collection::vec(0usize..50, 0..8)) {
        for policy in [Ota::Off, Ota::Allowed, Ota::Required] {
            let _ = serve(method, &noise, &cuts, policy);
            let _ = open_packet(method, &key(method), policy, &mut noise.clone());
        }
    }

    #[test]
    fn packets_open_as_they_were_sealed(
        method in any_method(),
        target in proptest::sample::select(targets().to_vec()),
        payload in proptest::collection::vec(any::<u8>(), 0..2_000),
        ota in any::<bool>(), room in 300usize..400, bit in 0usize..8, at in any::<prop::sample::Index>(),
    ) {
        let ota = ota && method.has_ota();
        let key = key(method);
        let mut buffer = vec![0; room + payload.len() + 10];
        buffer[room..room + payload.len()].copy_from_slice(&payload);
        let at_payload = room..room + payload.len();
        let packet = seal_packet(method, &key, &target, &iv(method, 0), ota, &mut buffer, at_payload);
        let packet = buffer[packet].to_vec();
        prop_assert_eq!(packet.len(), method.iv_len() + target.encoded_len() + payload.len() + if ota { 10 } else { 0 });

        let mut opened = packet.clone();
        let Packet { address, payload: range } = open_packet(method, &key, Ota::Allowed, &mut opened).unwrap();
        prop_assert_eq!(address, target);
        prop_assert_eq!(&opened[range], &payload[..]);

        let other = if ota { Ota::Off } else { Ota::Required };
        prop_assert_eq!(open_packet(method, &key, other, &mut packet.clone()), Err(PacketError::WrongOta));
        if ota {
            let mut flipped = packet.clone();
            let at = at.index(flipped.len());
            flipped[at] ^= 1 << bit;
            prop_assert!(open_packet(method, &key, Ota::Required, &mut flipped).is_err());
            for cut in 0..packet.len().min(40) {
                prop_assert!(open_packet(method, &key, Ota::Required, &mut packet[..cut].to_vec()).is_err());
            }
        }
    }
}

/// Made with Python shadowsocks 3.0.1: `aes-128-cfb`, password `foobar`, the IV above.
const OTA_STREAM: &str = "e8e9eaebecedeeeff0f1f2f3f4f5f6f7081d4042b8a770fe2a313d124ac6af2040bb0c4241a43484ec0b9f7faf3bd905f038f5bce7a3513e3bbb8b027db7eec62d13a41d16b30de37d4b70d7fb1554c7d75265cbecbe53";
const OTA_PACKET: &str = "e8e9eaebecedeeeff0f1f2f3f4f5f6f70ad62538d8ca35e33a7a2c04d5cd71274c1c2c01e3b3";

#[test]
fn one_time_authentication_is_that_of_the_python_original() {
    let method = method("aes-128-cfb");
    let (get, more) = (&b"GET / HTTP/1.1\r\n\r\n"[..], &b"more"[..]);
    let wire = request(method, &"example.com:443".parse().unwrap(), get, more, true);
    assert_eq!(wire, unhex(OTA_STREAM));
    let (target, payload) = serve(method, &wire, &[1, 15, 1, 1, 30], Ota::Required).unwrap().unwrap();
    assert_eq!((target.to_string().as_str(), payload), ("example.com:443", [get, more].concat()));

    let mut buffer = [0; 64];
    buffer[30..35].copy_from_slice(b"query");
    let target: Address = "192.0.2.1:53".parse().unwrap();
    let packet = seal_packet(method, &key(method), &target, &iv(method, 0), true, &mut buffer, 30..35);
    assert_eq!(buffer[packet.clone()], unhex(OTA_PACKET));
    let opened = open_packet(method, &key(method), Ota::Required, &mut buffer[packet]).unwrap();
    assert_eq!(opened.address, target);
}

#[test]
fn chunks_must_come_in_order_and_once() {
    let method = method("chacha20-ietf");
    let (key, iv) = (key(method), iv(method, 0));
    let mut tags = ota::ChunkTags::new(&iv);
    let mut chunk = |data: &[u8]| {
        let tag = tags.next(data);
        [&u16::try_from(data.len()).unwrap().to_be_bytes()[..], &tag, data].concat()
    };
    let (one, empty, two) = (chunk(b"one"), chunk(b""), chunk(b"two"));
    let mut head = Vec::new();
    "192.0.2.1:80".parse::<Address>().unwrap().encode(&mut head);
    head[0] |= ota::FLAG;
    head.extend(ota::head_tag(&iv, &key, &head));
    for (chunks, expected) in [
        (vec![&one, &empty, &two], Ok(b"onetwo".to_vec())),
        (vec![&one], Ok(b"one".to_vec())),
        (vec![], Ok(vec![])),
        (vec![&one, &two], Err(StreamError::NotAuthentic)),
        (vec![&empty], Err(StreamError::NotAuthentic)),
        (vec![&one, &one], Err(StreamError::NotAuthentic)),
    ] {
        let mut wire = head.clone();
        chunks.iter().for_each(|chunk| wire.extend_from_slice(chunk));
        StreamCipher::new(method, &key, &iv).seal(&mut wire);
        let wire = [&iv[..], &wire].concat();
        assert_eq!(serve(method, &wire, &[], Ota::Allowed).map(|seen| seen.unwrap().1), expected, "{chunks:?}");
    }
}

#[test]
fn bad_heads_have_their_own_error() {
    let method = method("none");
    for (head, expected) in [
        (&[0][..], Err(StreamError::BadAddress)),
        (&[2], Err(StreamError::BadAddress)),
        (&[0x11], Err(StreamError::BadAddress)),
        (&[0x21], Err(StreamError::BadAddress)),
        (&[3, 0, 0, 80], Err(StreamError::BadAddress)),
        (&[3, 2, b'\r', b'\n', 0, 80], Err(StreamError::BadAddress)),
        (&[1, 192, 0, 2, 1, 0, 0], Err(StreamError::BadAddress)),
        (&[1, 192, 0, 2, 1, 0], Ok(None)),
        (&[3], Ok(None)),
        (&[], Ok(None)),
    ] {
        assert_eq!(serve(method, head, &[], Ota::Allowed), expected, "{head:?}");
    }
}

#[test]
fn our_own_stream_sent_back_is_no_response() {
    for method in StreamMethod::all().filter(|method| method.iv_len() > 0) {
        let mut wire = request(method, &targets()[0], b"first", b"", false);
        let mut opener = Opener::response(&config(method), &iv(method, 0));
        assert_eq!(opener.open(&mut wire, || NOW, &mut Vec::new()), Err(StreamError::Replay), "{method}");
    }
}

#[test]
fn an_iv_seen_before_is_a_replay_and_no_iv_is_not_asked_about() {
    for method in StreamMethod::all() {
        let mut wire = request(method, &targets()[0], b"hi", b"", false);
        let mut opener = RequestOpener::new(Method::Stream(method), key(method));
        let answer = opener.open(&mut wire, NOW, &mut |seen| {
            assert_eq!(seen, iv(method, 0));
            false
        });
        assert_eq!(answer.err(), (method.iv_len() > 0).then_some(StreamError::Replay), "{method}");
    }
}

#[test]
fn only_the_method_without_a_key_takes_an_empty_password() {
    for method in StreamMethod::all() {
        let empty = Key::from_password(Method::Stream(method), "");
        assert_eq!(empty.err(), (method != StreamMethod::None).then_some(KeyError::Empty), "{method}");
        assert_eq!(key(method).bytes().len(), method.key_len(), "{method}");
    }
}

#[test]
fn a_link_of_a_legacy_method_is_read_only_on_request() {
    let text = "ss://YmYtY2ZiOnRlc3Q@192.168.100.1:8888/#a";
    assert_eq!(Link::decode_legacy(text), Err(LinkError::UnknownMethod("bf-cfb".into())));
    let text = "ss://cmM0LW1kNTpwYXNzd2Q@192.168.100.1:8888/?plugin=obfs-local%3Bobfs%3Dhttp#Example2";
    assert_eq!(Link::decode(text), Err(LinkError::UnknownMethod("rc4-md5".into())));
    let link = Link::decode_legacy(text).unwrap();
    assert_eq!(link.method, Method::Stream(StreamMethod::Rc4Md5));
    assert_eq!(Link::decode_legacy(&link.encode()), Ok(link));
}
