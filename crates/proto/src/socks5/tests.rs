//! Greetings, requests and replies, cut anywhere.

use proptest::prelude::*;

use super::*;

fn target(text: &str) -> Address {
    text.parse().expect("test addresses are valid")
}

/// Nothing before the last byte, the same with anything behind it.
fn check_cuts<T: PartialEq + std::fmt::Debug, E: PartialEq + std::fmt::Debug>(
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<Option<(T, usize)>, E>,
    expected: T,
) {
    for cut in 0..bytes.len() {
        assert_eq!(decode(&bytes[..cut]), Ok(None), "cut at {cut} of {bytes:?}");
    }
    let more = [bytes, b"payload"].concat();
    assert_eq!(decode(&more), Ok(Some((expected, bytes.len()))), "{bytes:?}");
}

#[test]
fn a_greeting_cut_anywhere_is_read() {
    for offered in [vec![], vec![0], vec![1], vec![2, 0], (0..=254).collect::<Vec<u8>>(), vec![0; 255]] {
        let bytes = [&[5, offered.len() as u8], &offered[..]].concat();
        check_cuts(&bytes, Greeting::decode, Greeting { methods: offered.into_iter().collect() });
    }
    assert_eq!(Greeting::decode(&[4]), Err(NotSocks5(4)));
    assert_eq!(Greeting::decode(b"GET /"), Err(NotSocks5(b'G')));
}

#[test]
fn one_offered_method_is_chosen_or_none() {
    for (offered, wanted, answer) in [
        (&[][..], Login::None, [5, 0xff]),
        (&[1], Login::None, [5, 0xff]),
        (&[2], Login::None, [5, 0xff]),
        (&[0xff], Login::None, [5, 0xff]),
        (&[0x80], Login::None, [5, 0xff]),
        (&[0x40], Login::None, [5, 0xff]),
        (&[1, 2, 0], Login::None, [5, 0]),
        (&[0], Login::Password, [5, 0xff]),
        (&[0, 2], Login::Password, [5, 2]),
    ] {
        let greeting = Greeting { methods: offered.iter().copied().collect() };
        assert_eq!(greeting.choose(wanted).encode(), answer, "{offered:?} {wanted:?}");
        assert_eq!(greeting.methods.is_empty(), offered.is_empty());
    }
}

#[test]
fn a_request_cut_anywhere_is_read() {
    let v6 = [&[5, 1, 0, 4][..], &std::net::Ipv6Addr::LOCALHOST.octets(), &[1, 187]].concat();
    for (bytes, expected) in [
        (&b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"[..], Request::Connect(target("127.0.0.1:80"))),
        (b"\x05\x01\xaa\x03\x0bExample.org\x01\xbb", Request::Connect(target("example.org:443"))),
        (b"\x05\x01\x00\x03\x09127.0.0.1\x00\x50", Request::Connect(target("127.0.0.1:80"))),
        (&v6, Request::Connect(target("[::1]:443"))),
        (b"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50", Request::Bind),
        (b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00", Request::Bind),
        (b"\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00", Request::UdpAssociate(None)),
        (b"\x05\x03\x00\x03\x01a\x00\x00", Request::UdpAssociate(None)),
        (b"\x05\x03\x00\x01\x7f\x00\x00\x01\x10\x00", Request::UdpAssociate(Some(target("127.0.0.1:4096")))),
        (b"\x05\x03\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Request::UdpAssociate(None)),
    ] {
        check_cuts(bytes, Request::decode, expected);
    }
}

#[test]
fn every_refusal_has_its_reply() {
    let long = [&[5, 1, 0, 3, 255][..], &[b'a'; 255], &[0, 80]].concat();
    for (bytes, error, reply) in [
        (&[4][..], RequestError::Version(4), Reply::GeneralFailure),
        (b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", RequestError::Command(0), Reply::CommandNotSupported),
        (b"\x05\x04\x00\x01\x7f\x00\x00\x01\x00\x50", RequestError::Command(4), Reply::CommandNotSupported),
        (b"\x05\xff\x00\x03\x01a\x00\x50", RequestError::Command(255), Reply::CommandNotSupported),
        (b"\x05\xff\x00\xff", RequestError::Command(255), Reply::CommandNotSupported),
        (b"\x05\x01\x00\x00", AddressError::UnknownType(0).into(), Reply::AddressTypeNotSupported),
        (b"\x05\x01\x00\x02", AddressError::UnknownType(2).into(), Reply::AddressTypeNotSupported),
        (b"\x05\x03\x00\xff", AddressError::UnknownType(255).into(), Reply::AddressTypeNotSupported),
        (b"\x05\x01\x00\x03\x00", AddressError::EmptyDomain.into(), Reply::HostUnreachable),
        (b"\x05\x01\x00\x03\x02a\x00\x00\x50", AddressError::BadDomain.into(), Reply::HostUnreachable),
        (b"\x05\x01\x00\x03\x02\r\n\x00\x50", AddressError::BadDomain.into(), Reply::HostUnreachable),
        (b"\x05\x01\x00\x03\x02\xff\xfe\x00\x50", AddressError::BadDomain.into(), Reply::HostUnreachable),
        (b"\x05\x01\x00\x03\x04....\x00\x50", AddressError::BadDomain.into(), Reply::HostUnreachable),
        (&long, AddressError::DomainTooLong.into(), Reply::HostUnreachable),
        (b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x00", AddressError::BadPort.into(), Reply::GeneralFailure),
    ] {
        for cut in 0..bytes.len() {
            assert_eq!(Request::decode(&bytes[..cut]), Ok(None), "cut at {cut} of {bytes:?}");
        }
        assert_eq!(Request::decode(bytes), Err(error), "{bytes:?}");
        assert_eq!(error.reply(), reply, "{bytes:?}");
    }
}

#[test]
fn replies_are_whole() {
    for (bound, bytes) in [
        ("0.0.0.0:0", &b"\x05\x07\x00\x01\0\0\0\0\0\0"[..]),
        ("127.0.0.1:1080", b"\x05\x07\x00\x01\x7f\0\0\x01\x04\x38"),
        ("[::ffff:127.0.0.1]:1080", b"\x05\x07\x00\x01\x7f\0\0\x01\x04\x38"),
        ("[::1]:1080", b"\x05\x07\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x04\x38"),
    ] {
        let mut out = Vec::new();
        Reply::CommandNotSupported.encode(bound.parse().expect("a test address"), &mut out);
        assert_eq!(out, bytes, "{bound}");
    }
}

proptest! {
    #[test]
    fn decode_never_panics_and_never_changes_its_mind(
        head in prop_oneof![Just(vec![]), Just(vec![5u8, 1, 0]), Just(vec![5, 3, 0]), Just(vec![5, 9, 7])],
        tail in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [head, tail].concat();
        let (greeting, request) = (Greeting::decode(&bytes), Request::decode(&bytes));
        for cut in 0..bytes.len() {
            let early = Greeting::decode(&bytes[..cut]);
            prop_assert!(early == Ok(None) || early == greeting);
            let early = Request::decode(&bytes[..cut]);
            prop_assert!(early == Ok(None) || early == request);
        }
    }

    #[test]
    fn any_target_is_read(name in "[a-z0-9-]{1,63}(\\.[a-z]{1,20}){0,3}", port in 1u16..) {
        let target = Address::from_host(&name, port).expect("the pattern gives names");
        let mut bytes = vec![5, 1, 0];
        target.encode(&mut bytes);
        check_cuts(&bytes, Request::decode, Request::Connect(target));
    }
}

#[test]
fn a_password_is_asked_for_only_when_there_is_one() {
    let credentials = Credentials::new("ann", "secret").expect("a login");
    for (offered, credentials, answer) in [
        (&[0, 2][..], None, [5, 0]),
        (&[2], None, [5, 0xff]),
        (&[0, 2], Some(&credentials), [5, 2]),
        (&[0], Some(&credentials), [5, 0xff]),
        (&[], Some(&credentials), [5, 0xff]),
    ] {
        let greeting = Greeting { methods: offered.iter().copied().collect() };
        assert_eq!(greeting.choose(Login::for_credentials(credentials)).encode(), answer, "{offered:?}");
    }
}
