//! Packets of servers with users.

use super::known::bytes;
use super::*;
use crate::users::Users;

const METHODS: [Method; 2] = [Method::Blake3Aes128Gcm, Method::Blake3Aes256Gcm];

/// Made by another implementation, as in [`super::known`]: identity keys of these bytes and a user's of 07; session
/// [`CLIENT`], id 0, `hello` to example.org:443 with 3 bytes of padding.
const REQUESTS: [(Method, &[u8], &str); 4] = [
    (
        Method::Blake3Aes128Gcm,
        &[5],
        "c4bfaf5835807876ebd39e98efa6ebc65a90d83aa94407bbe5c1a60890941367d91b4974410a6b6725005d19\
         eb99e0d2b4b82bac82f748192e160117a02dd6b9677f7c57834819b1dea78614acf2e159eed8",
    ),
    (
        Method::Blake3Aes128Gcm,
        &[5, 6],
        "c4bfaf5835807876ebd39e98efa6ebc65acecf80648242f7ec6c29af76b98a79b639ff9fd3c366bd4c33ca71\
         7c996c8ed91b4974410a6b6725005d19eb99e0d2b4b82bac82f748192e160117a02dd6b9677f7c57834819b1\
         dea78614acf2e159eed8",
    ),
    (
        Method::Blake3Aes256Gcm,
        &[5],
        "eafc03ffc09b50317e8bce117a4cc5dbaad999475c8f29cdb11d3e00c69d8b5750ab9b60cc39f7f18071d753\
         51972f2e0199d776d1b8ffe2a1d64da1853fdb873b20164070d4ea35587313658968c4ce5f01",
    ),
    (
        Method::Blake3Aes256Gcm,
        &[5, 6],
        "eafc03ffc09b50317e8bce117a4cc5dbf7a25ea73233eaaff0c851e8ec16431e34fa09db53f1334f5fd0e999\
         f03ea26750ab9b60cc39f7f18071d75351972f2e0199d776d1b8ffe2a1d64da1853fdb873b20164070d4ea35\
         587313658968c4ce5f01",
    ),
];

fn password(method: Method, byte: u8) -> String {
    Key::password_from_random(&vec![byte; method.key_len()])
}

/// A client with these identity keys before a key of bytes `user`.
fn client_of(method: Method, identities: &[u8], user: u8) -> ClientSession {
    let chain: Vec<_> = identities.iter().chain([&user]).map(|&byte| password(method, byte)).collect();
    let key = Key::from_password(method, &chain.join(":")).expect("keys");
    ClientSession::new(Arc::new(Keys::new(method, key)), CLIENT)
}

/// A server of key 05 with the users ann (07) and bob (08).
fn server_of_two(method: Method) -> ServerKeys {
    let (ann, bob) = (password(method, 7), password(method, 8));
    let users = Users::new(method, [("ann", &*ann), ("bob", &*bob)]).expect("users");
    ServerKeys::with_users(keys(method, 5), Arc::new(users))
}

#[test]
fn requests_with_identities_are_as_others_make_them() {
    for (method, identities, hex) in REQUESTS {
        let target = "example.org:443".parse().expect("an address");
        let mut client = client_of(method, identities, 7);
        assert_eq!(request(&mut client, method, &target, b"hello", 3), bytes(hex), "{method} {identities:?}");
    }
}

#[test]
fn each_user_is_known_and_answered_under_its_own_key() {
    for method in METHODS {
        let server = server_of_two(method);
        for (user, name) in [(7, "ann"), (8, "bob")] {
            let mut client = client_of(method, &[5], user);
            let mut packet = request(&mut client, method, &address(), b"up", 9);
            let (mut session, opened) = begin(&server, SERVER, &mut packet, NOW).expect("it is good");
            assert_eq!(session.user().map(|user| &**user.name()), Some(name), "{method}");
            assert_eq!((opened.address, &packet[opened.payload]), (address(), &b"up"[..]), "{method}");
            let packet = request(&mut client, method, &address(), b"more", 0);
            assert_eq!(next(&server, &mut session, &packet, NOW), Ok((address(), b"more".to_vec())), "{method}");

            let packet = response(&mut session, method, &address(), b"down", NOW);
            let mut other = client_of(method, &[5], 15 - user);
            assert_eq!(answer(&mut other, &packet, NOW), Err(PacketError::NotAuthentic), "{method}");
            assert_eq!(answer(&mut client, &packet, NOW), Ok((address(), b"down".to_vec())), "{method}");
        }
    }
}

#[test]
fn who_is_no_user_is_not_served() {
    for method in METHODS {
        let server = server_of_two(method);
        for (identities, user, error) in [
            (&[5][..], 9, PacketError::UnknownUser),
            (&[], 5, PacketError::UnknownUser),
            (&[6], 7, PacketError::UnknownUser),
            (&[5, 6], 7, PacketError::UnknownUser),
        ] {
            let mut packet = request(&mut client_of(method, identities, user), method, &address(), &[1; 64], 0);
            let opened = begin(&server, SERVER, &mut packet, NOW).map(drop);
            assert_eq!(opened, Err(error), "{method} {identities:?} {user}");
        }
        // And the other way round: a server without users takes no identity headers.
        let mut packet = request(&mut client_of(method, &[7], 7), method, &address(), b"up", 0);
        assert!(begin(&super::server(method), SERVER, &mut packet, NOW).is_err(), "{method}");
    }
}

#[test]
fn nobody_sends_in_the_session_of_another_user() {
    for method in METHODS {
        let server = server_of_two(method);
        let mut ann = client_of(method, &[5], 7);
        let mut packet = request(&mut ann, method, &address(), b"up", 0);
        let (mut session, _) = begin(&server, SERVER, &mut packet, NOW).expect("it is good");
        let mut bob = client_of(method, &[5], 8);
        request(&mut bob, method, &address(), b"id 0", 0);
        let packet = request(&mut bob, method, &address(), b"id 1", 0);
        assert_eq!(next(&server, &mut session, &packet, NOW), Err(PacketError::UnknownUser), "{method}");
        let packet = request(&mut ann, method, &address(), b"id 1", 0);
        assert!(next(&server, &mut session, &packet, NOW).is_ok(), "{method}");
    }
}

#[test]
fn a_packet_with_identity_changed_or_cut_anywhere_is_dropped() {
    for method in METHODS {
        let server = server_of_two(method);
        let mut client = client_of(method, &[5], 7);
        let mut first = request(&mut client, method, &address(), b"first", 0);
        let (mut session, _) = begin(&server, SERVER, &mut first, NOW).expect("it is good");
        let packet = request(&mut client, method, &address(), b"up", 5);
        for at in 0..packet.len() {
            let mut bad = packet.clone();
            bad[at] ^= 1 << (at % 8);
            assert!(next(&server, &mut session, &bad, NOW).is_err(), "{method} {at}");
            assert!(begin(&server, SERVER, &mut bad, NOW).is_err(), "{method} {at}");
            assert!(begin(&server, SERVER, &mut packet[..at].to_vec(), NOW).is_err(), "{method} cut at {at}");
        }
        assert!(next(&server, &mut session, &packet, NOW).is_ok(), "{method}");
    }
}

#[test]
fn the_most_identities_fit_into_the_head_room() {
    for method in METHODS {
        let identities: Vec<u8> = (20..20 + crate::key::MAX_IDENTITIES as u8).collect();
        let name = format!("{}.example", ["x".repeat(63), "y".repeat(63), "z".repeat(63), "w".repeat(52)].join("."));
        let there = Address::from_host(&name, 443).expect("a name");
        let packet = request(&mut client_of(method, &identities, 7), method, &there, b"up", MAX_PADDING);
        assert!(packet.len() > 253 + MAX_PADDING + 16 * identities.len(), "{method}");
    }
}
