//! Sessions of legacy methods: named by where their packets come from, as those of AEAD-2017.

use super::*;
use crate::legacy::{Ota, StreamMethod};
use crate::server_config::ServerConfig;
use crate::socks5::UdpHeader;

fn up(client: &mut ClientSession, method: Method) -> Vec<u8> {
    request(client, method, &address(), b"up", 0)
}

#[test]
fn both_sides_of_a_legacy_session_understand_each_other() {
    for method in StreamMethod::all().map(Method::Stream) {
        let (mut client, server) = (client(method), server(method));
        let mut packet = up(&mut client, method);
        assert_eq!(server.open_header(&mut packet.clone()).expect("it is good").session(), None, "{method}");
        let (mut session, opened) = begin(&server, SERVER, &mut packet, NOW).expect("it is good");
        assert_eq!((opened.address, &packet[opened.payload]), (address(), &b"up"[..]), "{method}");
        let again = up(&mut client, method);
        assert_eq!(next(&server, &mut session, &again, NOW), Ok((address(), b"up".to_vec())), "{method}");

        let back = response(&mut session, method, &address(), b"down", NOW);
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
        let mut packet = up(&mut client, method);
        let (mut session, _) = begin(&server, SERVER, &mut packet, NOW).expect("it is good");
        let back = response(&mut session, method, &address(), b"hello", NOW);
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
        let plain = up(&mut client(method), method);
        let tagged = up(&mut tagging(method), method);
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

/// A client with one-time authentication and the key of the others.
fn tagging(method: Method) -> ClientSession {
    let password = Key::password_from_random(&vec![7; method.key_len()]);
    let config = ServerConfig::new(address(), method, &password).expect("a key").with_one_time_auth();
    let config = config.expect("it has an IV");
    ClientSession::new(Arc::new(Keys::from(&config)), CLIENT)
}
