//! Packets made by another implementation (Python's `cryptography`, and BLAKE3 and HChaCha20 from their papers).

use super::*;

/// The password `test`, the salt 00 01 02 …, `hello` to or from 10.0.0.1:53: the same in both directions.
const AEAD_2017: [(Method, &str); 5] = [
    (Method::Aes128Gcm, "000102030405060708090a0b0c0d0e0fc5568006c2271d9091ed872c19559242509e13cc6b4be79423fd61cb"),
    (
        Method::Aes192Gcm,
        "000102030405060708090a0b0c0d0e0f1011121314151617bbdd67966dd7c5a4b3d0b21089674edcde145273\
         f94cfd55cc9499a7",
    ),
    (
        Method::Aes256Gcm,
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f51b68f9c837f562961744981\
         d64a4bf9a2275748e635286d5039ebf2",
    ),
    (
        Method::ChaCha20Poly1305,
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f95a99694d647a3fa57804c95\
         e514ac5e61b5936e756f2f2d0a0d65c0",
    ),
    (
        Method::XChaCha20Poly1305,
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f11c38d205fb3735c565f58d7\
         55c52a0824d32f9333d7b9b41da04e2b",
    ),
];

/// A key of bytes 07 and the sessions [`CLIENT`] and [`SERVER`]. A request of id 0, `hello` to example.org:443 with 3
/// bytes of padding; and a response of id 1, `hello` from 10.0.0.1:53.
const AEAD_2022: [(Method, &str, &str); 3] = [
    (
        Method::Blake3Aes128Gcm,
        "e1e626c0b04a9e3f5780902543a432b5d91b4974410a6b6725005d19eb99e0d2b4b82bac82f748192e160117\
         a02dd6b9677f7c57834819b1dea78614acf2e159eed8",
        "fca0d75e02c4d956ffa679ee0ab2ede94629b5f8d08aafbaafb79102c87c5cc016ee9644bf44c6057d4c3bb9\
         031bb17c51cf37bee533e0a2826176f9422db9",
    ),
    (
        Method::Blake3Aes256Gcm,
        "2ecb12b7a81aa54aa5ee4b8bb4ee372850ab9b60cc39f7f18071d75351972f2e0199d776d1b8ffe2a1d64da1\
         853fdb873b20164070d4ea35587313658968c4ce5f01",
        "8ab2a579512d970c094dde09a703baac6d6e3f5a1201e1e2b1c3b9cd477a0b14c1940790eb640709afc5bde2\
         1b1681a32dd9977859bd13f52a8d1e79437cf2",
    ),
    (
        Method::Blake3ChaCha20Poly1305,
        "000102030405060708090a0b0c0d0e0f1011121314151617b905b891ef0a4cbd25c78147e6e2afac5fd63817\
         149c7ea3f31db4819acc979c6646ee0185f83bde7993537c8cc49590921867dd47a2c53ade9b50319e4fdaa4\
         70eb",
        "000102030405060708090a0b0c0d0e0f1011121314151617a915a881ff1a5cad25c78147e6e2afad5ed63817\
         149c7ea3f30ca5928ed982801b3e8f6dff945ef116d45c185bc09f6531e78bfaec2612c6616dee34e83afe",
    ),
];

pub(super) fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

#[test]
fn aead_2017_packets_are_as_others_make_them() {
    for (method, hex) in AEAD_2017 {
        let keys = Arc::new(Keys::new(method, Key::from_password(method, "test").expect("a key")));
        let mut client = ClientSession::new(Arc::clone(&keys), CLIENT);
        assert_eq!(request(&mut client, method, &address(), b"hello", 0), bytes(hex), "{method}");
        assert_eq!(answer(&mut client, &bytes(hex), NOW), Ok((address(), b"hello".to_vec())), "{method}");
        let (mut session, _) = begin(&ServerKeys::new(keys), SERVER, &mut bytes(hex), NOW).expect("it is good");
        assert_eq!(response(&mut session, method, &address(), b"hello", NOW), bytes(hex), "{method}");
    }
}

#[test]
fn aead_2022_packets_are_as_others_make_them() {
    for (method, sent, received) in AEAD_2022 {
        let target = "example.org:443".parse().expect("an address");
        let mut client = client(method);
        assert_eq!(request(&mut client, method, &target, b"hello", 3), bytes(sent), "{method}");
        assert_eq!(answer(&mut client, &bytes(received), NOW), Ok((address(), b"hello".to_vec())), "{method}");
        let (mut session, opened) = begin(&server(method), SERVER, &mut bytes(sent), NOW).expect("it is good");
        assert_eq!(opened.address, target, "{method}");
        response(&mut session, method, &address(), b"the packet of id 0", NOW);
        assert_eq!(response(&mut session, method, &address(), b"hello", NOW), bytes(received), "{method}");
    }
}
