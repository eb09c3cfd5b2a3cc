//! What is sealed with the right key and still no stream of ours, and that a broken stream stays broken.

use super::super::chunk::ChunkOpener;
use super::super::cipher::Cipher;
use super::*;

/// Pieces as they stand on the wire, sealed one after the other as a stream with this salt has them.
fn pieces_sealed(method: Method, salt_byte: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let salt = salt(method, salt_byte);
    let mut cipher = Cipher::new(method, config(method).key(), &salt);
    let mut wire = salt;
    for piece in pieces {
        let mut sealed = [piece, &[0; TAG][..]].concat();
        cipher.seal(&mut sealed);
        wire.extend(sealed);
    }
    wire
}

fn of(family: Family) -> impl Iterator<Item = Method> {
    Method::ALL.into_iter().filter(move |method| method.family() == family)
}

/// Opens `wire` as the answer to the request with salt 1.
fn open_response(method: Method, wire: &[u8]) -> Result<Vec<u8>, StreamError> {
    let mut opener = Opener::response(&config(method), &salt(method, 1));
    let mut payload = Vec::new();
    read_all(&mut opener, &mut wire.to_vec(), &mut payload).map(|()| payload)
}

#[test]
fn a_2022_header_of_the_other_direction_is_refused() {
    for method in of(Family::Aead2022) {
        for (kind, expected) in [
            (0, None),
            (1, Some(StreamError::WrongType)),
            (2, Some(StreamError::WrongType)),
            (255, Some(StreamError::WrongType)),
        ] {
            let target = Address::from_host("example.org", 443).unwrap();
            let mut variable = Vec::new();
            target.encode(&mut variable);
            variable.extend([0, 0, b'x']);
            let len = u16::try_from(variable.len()).unwrap().to_be_bytes();
            let fixed = [&[kind][..], &NOW.to_be_bytes(), &len].concat();
            let wire = pieces_sealed(method, 1, &[&fixed, &variable]);
            assert_eq!(
                serve(method, &wire, &[usize::MAX / 2], NOW).err(),
                expected,
                "{method}, request of type {kind}"
            );
        }
        for (kind, expected) in [
            (1, Ok(b"hi".to_vec())),
            (0, Err(StreamError::WrongType)),
            (2, Err(StreamError::WrongType)),
            (255, Err(StreamError::WrongType)),
        ] {
            let fixed = [&[kind][..], &NOW.to_be_bytes(), &salt(method, 1), &[0, 2]].concat();
            let wire = pieces_sealed(method, 2, &[&fixed, b"hi"]);
            assert_eq!(open_response(method, &wire), expected, "{method}, response of type {kind}");
        }
    }
}

#[test]
fn a_chunk_may_be_as_long_as_its_family_allows_and_no_longer() {
    for method in of(Family::Aead2017) {
        for (len, expected) in [
            (0x3FFF_u16, Ok(0x3FFF)),
            (0x4000, Err(StreamError::ChunkTooLong)),
            (0x7FFF, Err(StreamError::ChunkTooLong)),
            (0xFFFF, Err(StreamError::ChunkTooLong)),
        ] {
            let wire = pieces_sealed(method, 2, &[&len.to_be_bytes(), &vec![7; usize::from(len)]]);
            let opened = open_response(method, &wire).map(|payload| payload.len());
            assert_eq!(opened, expected, "{method}, {len:#x}");
        }
    }
    for method in of(Family::Aead2022) {
        let fixed = [&[1][..], &NOW.to_be_bytes(), &salt(method, 1), &[0, 0]].concat();
        let wire = pieces_sealed(method, 2, &[&fixed, b"", &[0xFF, 0xFF], &[7; 0xFFFF]]);
        assert_eq!(open_response(method, &wire).map(|payload| payload.len()), Ok(0xFFFF), "{method}");
    }
}

/// The length of a chunk shows on the wire, and that of an address alone tells what it is.
#[test]
fn the_address_of_a_2017_request_shares_its_chunk_with_the_payload() {
    for method in of(Family::Aead2017) {
        let target = Address::from_host("example.org", 443).unwrap();
        for (first, expected) in [
            (1, vec![target.encoded_len() + 1]),
            (300, vec![target.encoded_len() + 300]),
            (0x3FFF, vec![0x3FFF, target.encoded_len()]),
        ] {
            let wire = sealed_request(method, &target, &vec![7; first], &[], &[]);
            let (salt, sealed) = wire.split_at(method.key_len());
            let mut chunks = ChunkOpener::new(Cipher::new(method, config(method).key(), salt), method);
            let mut plain = Vec::new();
            chunks.open(&mut sealed.to_vec(), 0, &mut plain).unwrap();
            let lengths: Vec<usize> = plain.iter().map(Range::len).collect();
            assert_eq!(lengths, expected, "{method}, {first} bytes of payload");
        }
    }
}

/// Whatever comes after an error, and however well it is sealed: the error is all that there is.
#[test]
fn a_broken_stream_gives_the_same_error_from_every_later_call() {
    for method in Method::ALL {
        let config = config(method);
        let response = |request: u8, time| {
            let mut wire = Vec::new();
            seal_response(method, config.key(), &salt(method, request), b"hi", &salt(method, 2), time, &mut wire);
            wire
        };
        let mut cases = vec![
            (StreamError::NotAuthentic, pieces_sealed(method, 3, &[&[0; 64], &[0; 64]])),
            (StreamError::Replay, sealed_request(method, &"10.0.0.1:80".parse().unwrap(), &[7; 64], &[], &[])),
        ];
        cases[0].1[40] ^= 1;
        match method.family() {
            Family::Aead2017 | Family::Stream => {
                cases.push((StreamError::ChunkTooLong, pieces_sealed(method, 2, &[&[0x40, 0]])));
            }
            Family::Aead2022 => {
                cases.push((StreamError::ForeignResponse, response(9, NOW)));
                cases.push((StreamError::ClockSkew, response(1, NOW + 31)));
            }
        }
        for (error, wire) in cases {
            let mut opener = Opener::response(&config, &salt(method, 1));
            assert_eq!(opener.open(&mut wire.clone(), || NOW, &mut Vec::new()), Err(error), "{method}");
            for _ in 0..2 {
                for mut later in [response(1, NOW), wire.clone(), Vec::new()] {
                    let mut plain = Vec::new();
                    assert_eq!(opener.open(&mut later, || NOW, &mut plain), Err(error), "{method}");
                    assert!(plain.is_empty(), "{method}, {error}");
                }
            }
        }
    }
}

/// The good chunks behind a broken one do not come either.
#[test]
fn nothing_of_a_stream_is_opened_behind_a_broken_chunk() {
    for method in Method::ALL {
        let config = config(method);
        let mut wire = Vec::new();
        let mut sealer = seal_response(method, config.key(), &salt(method, 1), b"1", &salt(method, 2), NOW, &mut wire);
        let mut opener = Opener::response(&config, &salt(method, 1));
        let mut payload = Vec::new();
        read_all(&mut opener, &mut wire, &mut payload).unwrap();
        let (mut second, mut third) = (Vec::new(), Vec::new());
        seal_in_place(&mut sealer, b"2", &mut second);
        seal_in_place(&mut sealer, b"3", &mut third);
        let last = second.len() - 1;
        second[last] ^= 1;
        for mut chunk in [second, third] {
            let opened = read_all(&mut opener, &mut chunk, &mut payload);
            assert_eq!(opened, Err(StreamError::NotAuthentic), "{method}");
        }
        assert_eq!(payload, b"1", "{method}");
    }
}

/// An end is clean only between two chunks: everywhere else something was cut off.
#[test]
fn a_stream_that_was_cut_says_so() {
    for method in Method::ALL {
        let config = config(method);
        let mut wire = Vec::new();
        let mut sealer = seal_response(method, config.key(), &salt(method, 1), b"hi", &salt(method, 2), NOW, &mut wire);
        let head = wire.len();
        seal_in_place(&mut sealer, b"there", &mut wire);
        for cut in 0..=wire.len() {
            let mut opener = Opener::response(&config, &salt(method, 1));
            let mut kept = wire[..cut].to_vec();
            read_all(&mut opener, &mut kept, &mut Vec::new()).unwrap();
            let clean = cut == 0 || cut == head || cut == wire.len();
            // A 2017 response without a byte of payload is its salt alone.
            let clean = clean || method.family() == Family::Aead2017 && cut == method.key_len();
            assert_eq!(kept.is_empty() && !opener.is_within_chunk(), clean, "{method} cut at {cut}");
        }
    }
}
