//! `table`: the substitution that a password stands for.

use shadowsocks_crypto::v1::openssl_bytes_to_key;

/// Each byte's substitute.
///
/// The 256 bytes are sorted 1023 times, stably, by `a mod (byte + round)`, where `a` is the first half of the
/// password's MD5 as a little-endian number. That takes milliseconds, so the key is the outcome and not the password.
pub(crate) fn table_from_password(password: &str) -> Vec<u8> {
    // The first 16 bytes that OpenSSL makes of a password are its MD5.
    let mut digest = [0; 16];
    openssl_bytes_to_key(password.as_bytes(), &mut digest);
    let a = u64::from_le_bytes(digest[..8].try_into().expect("eight bytes were sliced"));
    let mut table: Vec<u8> = (0..=u8::MAX).collect();
    for round in 1..1024 {
        table.sort_by_cached_key(|&byte| a % (u64::from(byte) + round));
    }
    table
}

/// The table that undoes `table`.
pub(super) fn inverse(table: &[u8]) -> Box<[u8; 256]> {
    let mut inverse = Box::new([0; 256]);
    for (byte, &substitute) in (0..=u8::MAX).zip(table) {
        inverse[usize::from(substitute)] = byte;
    }
    inverse
}
