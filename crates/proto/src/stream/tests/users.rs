//! Streams of servers with users.

use std::sync::Arc;

use super::known::bytes;
use super::*;
use crate::users::Users;

const METHODS: [Method; 2] = [Method::Blake3Aes128Gcm, Method::Blake3Aes256Gcm];

/// Made by another implementation, as in [`super::known`]: identity keys of these bytes and a user's of 07, a salt of
/// bytes 01, `hi` to example.org:443.
const REQUESTS: [(Method, &[u8], &str); 4] = [
    (
        Method::Blake3Aes128Gcm,
        &[5],
        "010101010101010101010101010101011e35119650c0cb28024d733af439b24d71b007989f073f94bcc99c8a\
         624eb0c608f9849ac84fa93f6a6b934e027f80693f5c90e1dc04d92ad7fe0c3628579c02207b233d7a5113b4\
         97cbf54d2f7b",
    ),
    (
        Method::Blake3Aes128Gcm,
        &[5, 6],
        "01010101010101010101010101010101bac25ccc8584692a86af7d8f7dcbe0092cce3ac3e0211687b4ceaf12\
         26c2249c71b007989f073f94bcc99c8a624eb0c608f9849ac84fa93f6a6b934e027f80693f5c90e1dc04d92a\
         d7fe0c3628579c02207b233d7a5113b497cbf54d2f7b",
    ),
    (
        Method::Blake3Aes256Gcm,
        &[5],
        "01010101010101010101010101010101010101010101010101010101010101010b9a1a5dacb53a4e8b83f135\
         3037be6448504179003b19851701bc97b97cd093302d8718fb3579e741aa72d1172b720b2de8553ceef546bc\
         5a541b788f3e5d86c2ce030aa9c3978e5344f593dda8",
    ),
    (
        Method::Blake3Aes256Gcm,
        &[5, 6],
        "0101010101010101010101010101010101010101010101010101010101010101fe249ee5207279447ae405a8\
         d112b1f65a45ab961568d4927990a01186e466c148504179003b19851701bc97b97cd093302d8718fb3579e7\
         41aa72d1172b720b2de8553ceef546bc5a541b788f3e5d86c2ce030aa9c3978e5344f593dda8",
    ),
];

fn password(method: Method, byte: u8) -> String {
    Key::password_from_random(&vec![byte; method.key_len()])
}

/// A client with these identity keys before a key of bytes `user`.
fn config_of(method: Method, identities: &[u8], user: u8) -> ServerConfig {
    let chain: Vec<_> = identities.iter().chain([&user]).map(|&byte| password(method, byte)).collect();
    ServerConfig::new("server.example:8388".parse().unwrap(), method, &chain.join(":")).unwrap()
}

fn request(config: &ServerConfig) -> Vec<u8> {
    let (mut wire, method) = (Vec::new(), config.method());
    let target: Address = "example.org:443".parse().unwrap();
    seal_request(config, &target, b"hi", &salt(method, 1), &[], NOW, &mut wire);
    wire
}

/// A server of key 05 with the users ann (07) and bob (08).
fn server_of_two(method: Method) -> RequestOpener {
    let (ann, bob) = (password(method, 7), password(method, 8));
    let users = Users::new(method, [("ann", &*ann), ("bob", &*bob)]).unwrap();
    RequestOpener::with_users(method, config_of(method, &[], 5).key().clone(), Arc::new(users))
}

/// What a server of two makes of a request, all at once.
fn served(method: Method, mut wire: Vec<u8>) -> Result<(RequestOpener, Option<Request>), StreamError> {
    let mut opener = server_of_two(method);
    let request = opener.open(&mut wire, NOW, &mut |_| true)?.ok();
    Ok((opener, request))
}

#[test]
fn requests_with_identities_are_as_others_make_them() {
    for (method, identities, hex) in REQUESTS {
        assert_eq!(request(&config_of(method, identities, 7)), bytes(hex), "{method} {identities:?}");
    }
}

#[test]
fn each_user_is_known_and_answered_under_its_own_key() {
    for method in METHODS {
        for (user, name) in [(7, "ann"), (8, "bob")] {
            let config = config_of(method, &[5], user);
            let Ok((opener, Some(request))) = served(method, request(&config)) else { panic!("{method}: it is good") };
            assert_eq!(opener.user().map(|user| &**user.name()), Some(name), "{method}");
            assert_eq!((request.target.to_string().as_str(), &*request.payload), ("example.org:443", &b"hi"[..]));

            let mut wire = Vec::new();
            let (asked, fresh) = (salt(method, 1), salt(method, 2));
            seal_response(method, opener.key(), &asked, b"down", &fresh, NOW, &mut wire);
            let mut plain = Vec::new();
            let answer = Opener::response(&config, &asked).open(&mut wire.clone(), || NOW, &mut plain);
            assert_eq!((answer, plain.len()), (Ok(wire.len()), 1), "{method}");
            let answer =
                Opener::response(&config_of(method, &[5], 15 - user), &asked).open(&mut wire, || NOW, &mut plain);
            assert_eq!(answer, Err(StreamError::NotAuthentic), "{method}");
        }
    }
}

#[test]
fn who_is_no_user_is_not_served() {
    for method in METHODS {
        for (identities, user) in [(&[5][..], 9), (&[], 5), (&[6], 7), (&[5, 6], 7)] {
            let wire = request(&config_of(method, identities, user));
            assert_eq!(served(method, wire).err(), Some(StreamError::UnknownUser), "{method} {identities:?} {user}");
        }
        // And the other way round: a server without users takes no identity headers.
        let wire = request(&config_of(method, &[7], 7));
        assert_eq!(serve(method, &wire, &[usize::MAX / 2], NOW), Err(StreamError::NotAuthentic), "{method}");
    }
}

#[test]
fn a_request_with_identity_changed_or_cut_anywhere_is_not_served() {
    for method in METHODS {
        let wire = request(&config_of(method, &[5], 7));
        for at in 0..wire.len() {
            let mut bad = wire.clone();
            bad[at] ^= 1 << (at % 8);
            assert!(served(method, bad).is_err(), "{method} {at}");
            let head = method.key_len() + 16 + 27;
            match served(method, wire[..at].to_vec()) {
                Err(error) => assert!(error == StreamError::ShortHead && at < head, "{method} cut at {at}"),
                Ok((_, request)) => assert!(request.is_none() && at >= head, "{method} cut at {at}"),
            }
        }
    }
}

#[test]
fn a_users_salt_seen_before_is_a_replay() {
    for method in METHODS {
        let mut wire = request(&config_of(method, &[5], 7));
        let answer = server_of_two(method).open(&mut wire, NOW, &mut |_| false);
        assert_eq!(answer.err(), Some(StreamError::Replay), "{method}");
    }
}
