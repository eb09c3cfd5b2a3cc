//! Sessions of legacy methods: named by where their packets come from, as those of AEAD-2017.

use super::*;
use crate::legacy::{Ota, StreamMethod};
use crate::socks5::UdpHeader;

/// Seals with `seal(buffer, payload)` in a buffer of the promised room; gives the packet.
fn sealed(payload: &[u8], seal: impl FnOnce(&mut [u8], Range<usize>) -> Range<usize>) -> Vec<u8> {
    let mut buffer = [&[MARK; HEAD_ROOM], payload, &[MARK; TAIL_ROOM]].concat();
    let packet = seal(&mut buffer, HEAD_ROOM..HEAD_ROOM + payload.len());
    assert!(
        buffer[..packet.start].iter().chain(&buffer[packet.end..]).all(|&b| b == MARK),
        "only the packet is written"
    );
    buffer[packet].to_vec()
}

fn request(client: &mut ClientSession, method: Method) -> Vec<u8> {
    sealed(b"up", |buffer, at| client.seal(&address(), buffer, at, 0, &salt(method), NOW))
}

#[test]
fn both_sides_of_a_legacy_session_understand_each_other() {
    for method in StreamMethod::all().map(Method::Stream) {
        let (mut client, server) = (client(method), server(method));
        let mut packet = request(&mut client, method);
        assert_eq!(server.open_header(&mut packet.clone()).expect("it is good").session(), None, "{method}");
        let (mut session, opened) = begin(&server, SERVER, &mut packet, NOW).expect("it is good");
        assert_eq!((opened.address, &packet[opened.payload]), (address(), &b"up"[..]), "{method}");
        let again = request(&mut client, method);
        assert_eq!(next(&server, &mut session, &again, NOW), Ok((address(), b"up".to_vec())), "{method}");

        let back = sealed(b"down", |buffer, at| session.seal(&address(), buffer, at, 0, &salt(method), NOW));
        assert_eq!(answer(&mut client, &back, NOW), Ok((address(), b"down".to_vec())), "{method}");
        for cut in 0..back.len() - b"down".len() {
            assert!(client.open(&mut back[..cut].to_vec(), NOW).is_err(), "{method} cut at {cut}");
        }
    }
}

#[test]
fn a_socks5_header_fits_before_an_answer_with_room_to_receive() {
    for method in StreamMethod::all().map(Method::Stream) {
        let (mut client, server) = (client(method), server(method));
        let mut packet = request(&mut client, method);
        let (mut session, _) = begin(&server, SERVER, &mut packet, NOW).expect("it is good");
        let back = sealed(b"hello", |buffer, at| session.seal(&address(), buffer, at, 0, &salt(method), NOW));
        let mut buffer = [&[MARK; RECEIVE_ROOM], &back[..]].concat();
        let Opened { address, payload } = client.open(&mut buffer[RECEIVE_ROOM..], NOW).expect("it is good");
        let start = UdpHeader { address }.prepend(&mut buffer, RECEIVE_ROOM + payload.start);
        assert_eq!(buffer[start..], *b"\0\0\0\x01\x0a\0\0\x01\0\x35hello", "{method}");
    }
}

#[test]
fn one_time_authentication_is_taken_and_demanded_as_agreed() {
    let with_iv = StreamMethod::all().filter(|method| method.has_ota());
    for method in with_iv.map(Method::Stream) {
        let plain = request(&mut client(method), method);
        let tagged = request(&mut client(method).with_ota(), method);
        let mut changed = tagged.clone();
        *changed.last_mut().expect("a tag") ^= 1;
        let (good, malformed, forged) = (Ok(()), Err(PacketError::BadAddress), Err(PacketError::NotAuthentic));
        for (ota, packet, expected) in [
            (Ota::Off, &plain, good),
            (Ota::Off, &tagged, malformed),
            (Ota::Allowed, &plain, good),
            (Ota::Allowed, &tagged, good),
            (Ota::Allowed, &changed, forged),
            (Ota::Required, &plain, malformed),
            (Ota::Required, &tagged, good),
            (Ota::Required, &changed, forged),
        ] {
            let server = server(method).with_ota(ota);
            assert_eq!(begin(&server, SERVER, &mut packet.clone(), NOW).map(drop), expected, "{method} {ota:?}");
        }
    }
}

#[test]
#[should_panic(expected = "with an IV")]
fn one_time_authentication_without_an_iv_is_a_bug_of_the_caller() {
    let _ = client(Method::Stream(StreamMethod::Rc4)).with_ota();
}
