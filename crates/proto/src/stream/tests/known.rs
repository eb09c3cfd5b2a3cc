//! Streams made by another implementation (Python's `cryptography`, and BLAKE3 and HChaCha20 from their papers).

use super::*;

pub(super) fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

/// The password `test`, a salt of bytes 01, and `hi` to example.org:443.
const XCHACHA: &str = "0101010101010101010101010101010101010101010101010101010101010101c91cb3206025712af1202788\
     2253d8a2b8e6958bc3245ff85defc67d8d30467daaa2d1d13b03f3ceabd1f9296c674d3daef35b";

#[test]
fn an_xchacha_request_is_as_others_make_it() {
    let method = Method::XChaCha20Poly1305;
    let config = ServerConfig::new("server.example:8388".parse().unwrap(), method, "test").unwrap();
    let target: Address = "example.org:443".parse().unwrap();
    let mut wire = Vec::new();
    seal_request(&config, &target, b"hi", &salt(method, 1), &[], NOW, &mut wire);
    assert_eq!(wire, bytes(XCHACHA));
    let mut opener = RequestOpener::new(method, config.key().clone());
    let Ok(Ok(request)) = opener.open(&mut wire, NOW, &mut |_| true) else { panic!("it is good") };
    assert_eq!((request.target, request.payload), (target, b"hi".to_vec()));
}
