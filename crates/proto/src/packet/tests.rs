//! Both ends of a session against each other.

mod known;
mod legacy;
mod sessions;
mod users;

use proptest::prelude::*;

use super::keys::Framing;
use super::*;
use crate::key::Key;
use crate::method::{Family, Method};
use std::sync::Arc;

const NOW: u64 = 1_800_000_000;
const CLIENT: SessionId = SessionId([0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]);
const SERVER: SessionId = SessionId([1, 2, 3, 4, 5, 6, 7, 8]);

fn keys(method: Method, byte: u8) -> Arc<Keys> {
    let password = Key::password_from_random(&vec![byte; method.key_len()]);
    Arc::new(Keys::new(method, Key::from_password(method, &password).expect("a key")))
}

fn client(method: Method) -> ClientSession {
    ClientSession::new(keys(method, 7), CLIENT)
}

fn server(method: Method) -> ServerKeys {
    ServerKeys::new(keys(method, 7))
}

fn salt(method: Method) -> Vec<u8> {
    (0..method.packet_salt_len()).map(|byte| byte as u8).collect()
}

fn address() -> Address {
    "10.0.0.1:53".parse().expect("a test address")
}

fn is_2022(method: &Method) -> bool {
    method.family() == Family::Aead2022
}

/// What stands free around the payload before it is sealed must be left alone outside the packet.
const MARK: u8 = 0xa5;

/// Seals with `seal(buffer, payload, padding)` in a buffer of just the promised room; gives the packet.
fn sealed(payload: &[u8], padding: usize, seal: impl FnOnce(&mut [u8], Range<usize>) -> Range<usize>) -> Vec<u8> {
    let at = HEAD_ROOM + padding;
    let mut buffer = vec![MARK; at];
    buffer.extend_from_slice(payload);
    buffer.resize(buffer.len() + TAIL_ROOM, MARK);
    let packet = seal(&mut buffer, at..at + payload.len());
    let around = buffer[..packet.start].iter().chain(&buffer[packet.end..]);
    assert!(around.copied().all(|byte| byte == MARK), "only the packet is written");
    buffer[packet].to_vec()
}

fn request(session: &mut ClientSession, method: Method, target: &Address, payload: &[u8], padding: usize) -> Vec<u8> {
    sealed(payload, padding, |buffer, at| {
        let packet = session.seal(target, buffer, at.clone(), padding, &salt(method), NOW);
        let around = (at.start - packet.start, packet.end - at.end);
        assert_eq!(around, (session.head_len(target, padding), session.tail_len()));
        packet
    })
}

fn response(session: &mut ServerSession, method: Method, source: &Address, payload: &[u8], at: u64) -> Vec<u8> {
    sealed(payload, 0, |buffer, range| {
        let packet = session.seal(source, buffer, range.clone(), 0, &salt(method), at);
        let around = (range.start - packet.start, packet.end - range.end);
        assert_eq!(around, (session.head_len(source, 0), session.tail_len()));
        packet
    })
}

/// A server's first look at a packet: its session if the packet is good.
fn begin(
    server: &ServerKeys,
    id: SessionId,
    packet: &mut [u8],
    now: u64,
) -> Result<(ServerSession, Opened), PacketError> {
    let header = server.open_header(packet)?;
    let mut session = server.session(&header, id)?;
    let opened = session.open(header, packet, now)?;
    Ok((session, opened))
}

/// The packet for a session that is known.
fn next(
    server: &ServerKeys,
    session: &mut ServerSession,
    packet: &[u8],
    now: u64,
) -> Result<(Address, Vec<u8>), PacketError> {
    let mut packet = packet.to_vec();
    let header = server.open_header(&mut packet)?;
    session.open(header, &mut packet, now).map(|opened| (opened.address, packet[opened.payload].to_vec()))
}

fn answer(session: &mut ClientSession, packet: &[u8], now: u64) -> Result<(Address, Vec<u8>), PacketError> {
    let mut packet = packet.to_vec();
    session.open(&mut packet, now).map(|opened| (opened.address, packet[opened.payload].to_vec()))
}

/// A session of both sides with one request behind it.
fn pair(method: Method) -> (ClientSession, ServerKeys, ServerSession) {
    let (mut client, server) = (client(method), server(method));
    let mut first = request(&mut client, method, &address(), b"first", 0);
    let (session, _) = begin(&server, SERVER, &mut first, NOW).expect("it is good");
    (client, server, session)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_one_side_seals_the_other_opens(
        method in proptest::sample::select(Method::ALL.to_vec()),
        host in prop_oneof!["[a-z]{1,63}\\.[a-z]{2,9}", any::<std::net::IpAddr>().prop_map(|ip| ip.to_string())],
        port in 1u16..,
        payload in proptest::collection::vec(any::<u8>(), 0..2_000),
        padding in 0usize..=MAX_PADDING,
        skew in 0u64..=MAX_SKEW,
    ) {
        let there = Address::from_host(&host, port).expect("the patterns give hosts");
        let (mut client, server) = (client(method), server(method));
        let mut packet = request(&mut client, method, &there, &payload, padding);
        let (mut session, opened) = begin(&server, SERVER, &mut packet, NOW + skew).expect("it is good");
        prop_assert_eq!(&opened.address, &there);
        prop_assert_eq!(&packet[opened.payload], &payload);

        let packet = response(&mut session, method, &there, &payload, NOW + skew);
        prop_assert_eq!(answer(&mut client, &packet, NOW), Ok((there, payload)));
    }

    #[test]
    fn noise_is_never_opened(
        method in proptest::sample::select(Method::ALL.to_vec()),
        mut noise in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        prop_assert!(client(method).open(&mut noise.clone(), NOW).is_err());
        prop_assert!(begin(&server(method), SERVER, &mut noise, NOW).is_err());
    }
}

#[test]
fn the_largest_datagram_fits() {
    let name = format!("{}.example", ["x".repeat(63), "y".repeat(63), "z".repeat(63)].join("."));
    let there = Address::from_host(&name, 443).expect("a name");
    for method in Method::ALL {
        let payload = vec![9; 65_000];
        let mut packet = request(&mut client(method), method, &there, &payload, MAX_PADDING);
        let (_, opened) = begin(&server(method), SERVER, &mut packet, NOW).expect("it is good");
        assert_eq!((opened.address, &packet[opened.payload]), (there.clone(), &payload[..]), "{method}");
    }
}

#[test]
fn a_socks5_header_fits_before_what_was_opened() {
    use crate::socks5::UdpHeader;
    for method in Method::ALL {
        let (mut client, _, mut session) = pair(method);
        let mut packet = response(&mut session, method, &address(), b"hello", NOW);
        let Opened { address, payload } = client.open(&mut packet, NOW).expect("it is good");
        let start = UdpHeader { address }.prepend(&mut packet, payload.start);
        assert_eq!(packet[start..payload.end], *b"\0\0\0\x01\x0a\0\0\x01\0\x35hello", "{method}");
    }
}

#[test]
fn a_name_that_grows_when_it_is_read_is_refused_where_it_would_not_fit() {
    for (method, labels, expected) in [
        (Method::Aes128Gcm, 1, Ok(())),
        (Method::Aes128Gcm, 20, Err(PacketError::BadAddress)),
        (Method::Blake3Aes128Gcm, 1, Ok(())),
        (Method::Blake3Aes128Gcm, 20, Err(PacketError::BadAddress)),
    ] {
        let name = ["é"; 40][..labels].join(".");
        let address = [&[3, name.len() as u8], name.as_bytes(), &[0, 53]].concat();
        let keys = keys(method, 7);
        let mut packet;
        if is_2022(&method) {
            packet =
                [&SERVER.0[..], &[0; 8], &[1], &NOW.to_be_bytes(), &CLIENT.0, &[0, 0], &address, &[0; 16]].concat();
            let (header, body) = packet.split_at_mut(16);
            keys.session(SERVER).seal(&header[4..], body);
            let Framing::Separate(blocks) = &keys.framing else { panic!("it has AES") };
            blocks.own.encrypt(header.first_chunk_mut().expect("a block"));
        } else {
            packet = [&[9; 16], &address[..], &[0; 16]].concat();
            let (aead, nonce) = keys.salted(&[9; 16]);
            aead.seal(nonce, &mut packet[16..]);
        }
        assert_eq!(client(method).open(&mut packet, NOW).map(drop), expected, "{method} {labels}");
    }
}

#[test]
fn a_packet_changed_or_cut_anywhere_is_dropped_and_the_session_lives_on() {
    for method in Method::ALL {
        let (mut client, server, mut session) = pair(method);
        let upstream = request(&mut client, method, &address(), b"up", 5);
        let downstream = response(&mut session, method, &address(), b"down", NOW);
        for at in 0..upstream.len() {
            for bit in 0..8 {
                let mut bad = upstream.clone();
                bad[at] ^= 1 << bit;
                assert!(next(&server, &mut session, &bad, NOW).is_err(), "{method} {at}.{bit}");
                assert!(begin(&server, SERVER, &mut bad, NOW).is_err(), "{method} {at}.{bit}");
            }
            assert!(next(&server, &mut session, &upstream[..at], NOW).is_err(), "{method} cut at {at}");
        }
        for at in 0..downstream.len() {
            for bit in 0..8 {
                let mut bad = downstream.clone();
                bad[at] ^= 1 << bit;
                assert!(answer(&mut client, &bad, NOW).is_err(), "{method} {at}.{bit}");
            }
            assert!(answer(&mut client, &downstream[..at], NOW).is_err(), "{method} cut at {at}");
        }
        assert_eq!(next(&server, &mut session, &upstream, NOW), Ok((address(), b"up".to_vec())), "{method}");
        assert_eq!(answer(&mut client, &downstream, NOW), Ok((address(), b"down".to_vec())), "{method}");
    }
}

#[test]
fn another_key_or_method_opens_nothing() {
    for method in Method::ALL {
        let packet = request(&mut client(method), method, &address(), b"hello, this is long enough for any", 0);
        for other in Method::ALL {
            for byte in [7, 8] {
                let server = ServerKeys::new(keys(other, byte));
                let opened = begin(&server, SERVER, &mut packet.clone(), NOW);
                // The 2017 methods of the same length share key and subkey, so only the cipher tells them apart.
                assert_eq!(opened.is_ok(), (other, byte) == (method, 7), "{method} under {other}, {byte}");
            }
        }
    }
}

#[test]
fn a_2022_packet_is_accepted_once_in_any_order() {
    for method in Method::ALL.into_iter().filter(is_2022) {
        let (mut client, server, mut session) = pair(method);
        let up: Vec<_> = (0..2_100u32).map(|n| request(&mut client, method, &address(), &n.to_be_bytes(), 0)).collect();
        let down: Vec<_> =
            (0..2_100u32).map(|n| response(&mut session, method, &address(), &n.to_be_bytes(), NOW)).collect();
        // The pair's first request had id 0, so up[n] has id n + 1.
        for (n, accepted) in [(5, true), (3, true), (5, false), (4, true), (2_099, true), (0, false), (200, true)] {
            let payload = u32::try_from(n).expect("small").to_be_bytes().to_vec();
            let expected = if accepted { Ok((address(), payload)) } else { Err(PacketError::Replay) };
            assert_eq!(next(&server, &mut session, &up[n], NOW), expected, "{method} {n}");
            assert_eq!(answer(&mut client, &down[n], NOW), expected, "{method} {n}");
        }
    }
}

#[test]
fn a_bad_body_leaves_the_window_alone() {
    for method in Method::ALL.into_iter().filter(is_2022) {
        let (mut client, server, mut session) = pair(method);
        let packet = request(&mut client, method, &address(), b"up", 0);
        let back = response(&mut session, method, &address(), b"down", NOW);
        for now in [NOW + 31, NOW - 31, NOW - 3_600, NOW + 31_536_000, 0, 1 << 63, u64::MAX] {
            assert_eq!(next(&server, &mut session, &packet, now), Err(PacketError::ClockSkew), "{method} {now}");
            assert_eq!(answer(&mut client, &back, now), Err(PacketError::ClockSkew), "{method} {now}");
        }
        for now in [NOW + 30, NOW - 30] {
            let (mut client, server, mut session) = pair(method);
            let packet = request(&mut client, method, &address(), b"up", 0);
            assert!(next(&server, &mut session, &packet, now).is_ok(), "{method} {now}");
        }
        assert!(next(&server, &mut session, &packet, NOW).is_ok(), "{method}");
        assert!(answer(&mut client, &back, NOW).is_ok(), "{method}");
    }
}

#[test]
#[should_panic(expected = "head room")]
fn a_buffer_without_head_room_is_a_bug_of_the_caller() {
    let method = Method::Blake3Aes128Gcm;
    client(method).seal(&address(), &mut [0; 64], 10..20, 0, &[], NOW);
}
