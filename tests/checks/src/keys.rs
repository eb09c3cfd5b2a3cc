//! Keys that both sides of a check have.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use parasol_proto::{Key, Method, ServerConfig};
use shadowsocks_crypto::v1::openssl_bytes_to_key;

/// What all clocks show.
pub(crate) const NOW: u64 = 1_800_000_000;

/// A password for `method` that is made of this byte.
pub(crate) fn password(method: Method, byte: u8) -> String {
    Key::password_from_random(&vec![byte; if method.is_legacy() { 16 } else { method.key_len() }])
}

/// A server whose key is made of this byte.
pub(crate) fn config(method: Method, byte: u8) -> ServerConfig {
    chain(method, &[byte])
}

/// A server whose password is a chain of keys: identity keys first, the user's last.
pub(crate) fn chain(method: Method, bytes: &[u8]) -> ServerConfig {
    // Some passwords take long to become a key, which is not what is looked at here.
    type Made = HashMap<(Method, Vec<u8>), ServerConfig>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().expect("nothing panics while it is held");
    let config = made.entry((method, bytes.to_vec())).or_insert_with(|| {
        let parts: Vec<_> = bytes.iter().map(|&byte| password(method, byte)).collect();
        let address = "server.example:8388".parse().expect("an address");
        ServerConfig::new(address, method, &parts.join(":")).expect("a key of the right length")
    });
    config.clone()
}

/// The bytes of the key of `config(method, byte)`, for methods that are not legacy.
pub(crate) fn key_bytes(method: Method, byte: u8) -> Vec<u8> {
    let mut key = vec![byte; method.key_len()];
    if method.family() == parasol_proto::Family::Aead2017 {
        openssl_bytes_to_key(password(method, byte).as_bytes(), &mut key);
    }
    key
}
