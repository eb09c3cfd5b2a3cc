//! Addresses as bytes and as text.

use super::*;
use proptest::prelude::*;

fn encoded(address: &Address) -> Vec<u8> {
    let mut out = Vec::new();
    address.encode(&mut out);
    assert_eq!(out.len(), address.encoded_len());
    let mut buffer = [9; MAX_ENCODED + 3];
    let start = address.encode_before(&mut buffer, MAX_ENCODED + 1);
    assert_eq!(buffer[start..MAX_ENCODED + 1], out);
    assert!(buffer[..start].iter().chain(&buffer[MAX_ENCODED + 1..]).all(|&b| b == 9), "nothing else is written");
    out
}

#[test]
fn bad_bytes_have_their_own_error() {
    let long = [[3, 254].as_slice(), &[b'a'; 254], &[0, 80]].concat();
    for (bytes, error) in [
        (&[0, 1, 2, 3, 4, 0, 80][..], AddressError::UnknownType(0)),
        (&[2], AddressError::UnknownType(2)),
        (&[255], AddressError::UnknownType(255)),
        (&[3, 0], AddressError::EmptyDomain),
        (&[3, 1, 0, 0, 80], AddressError::BadDomain),
        (&[3, 2, b'\r', b'\n', 0, 80], AddressError::BadDomain),
        (&[3, 2, 0xff, 0xfe, 0, 80], AddressError::BadDomain),
        (&[3, 4, b'.', b'.', b'.', b'.', 0, 80], AddressError::BadDomain),
        (&[3, 1, b'a', 0, 0], AddressError::BadPort),
        (&[1, 127, 0, 0, 1, 0, 0], AddressError::BadPort),
        (&long, AddressError::DomainTooLong),
    ] {
        assert_eq!(Address::decode(bytes), Err(error), "{bytes:?}");
    }
}

#[test]
fn an_ip_in_the_name_field_is_an_ip() {
    let bytes = [&[3, 9][..], b"127.0.0.1", &[0, 80]].concat();
    assert_eq!(Address::decode(&bytes).unwrap().unwrap().0, Address::Ip("127.0.0.1:80".parse().unwrap()));
}

#[test]
fn text_forms() {
    for (text, shown) in [
        ("Example.ORG:443", Some("example.org:443")),
        ("[::1]:80", Some("[::1]:80")),
        ("10.0.0.1:1", Some("10.0.0.1:1")),
        ("bücher.example:80", Some("xn--bcher-kva.example:80")),
        ("_sip._tcp.example.org.:80", Some("_sip._tcp.example.org:80")),
        ("127.0.0.1.:80", Some("127.0.0.1:80")),
        ("１２７.0.0.1:80", Some("127.0.0.1:80")),
        ("example.org:+80", None),
        ("::1:80", None),
        ("example.org", None),
        ("example.org:0", None),
        ("example.org:65536", None),
        (":80", None),
        ("a b:80", None),
        ("[example.org]:80", None),
    ] {
        assert_eq!(text.parse::<Address>().ok().map(|a| a.to_string()).as_deref(), shown, "{text}");
    }
}

proptest! {
    #[test]
    fn decode_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Address::decode(&bytes);
    }

    #[test]
    fn decode_is_the_inverse_of_encode(name in "[a-z0-9_-]{1,63}(\\.[a-z0-9]{1,20}){0,4}", port in 1u16.., tail in any::<[u8; 3]>()) {
        let address = Address::from_host(&name, port).unwrap();
        let mut bytes = encoded(&address);
        let len = bytes.len();
        bytes.extend(tail);
        prop_assert_eq!(Address::decode(&bytes), Ok(Some((address, len))));
        for cut in 0..len {
            prop_assert_eq!(Address::decode(&bytes[..cut]), Ok(None));
        }
    }

    #[test]
    fn ips_round_trip(ip in any::<std::net::IpAddr>(), port in 1u16..) {
        let address = Address::from(SocketAddr::new(ip, port));
        let bytes = encoded(&address);
        prop_assert_eq!(Address::decode(&bytes), Ok(Some((address, bytes.len()))));
    }
}
