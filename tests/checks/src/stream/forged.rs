//! Streams by somebody who has the key and writes what no program would: pieces of any content and length, sealed as
//! they should be.

use parasol_proto::{Family, Method};
use shadowsocks_crypto::{CipherKind, v1, v2};

use super::reader::{Client, Server};
use crate::input::Input;
use crate::keys::{NOW, key_bytes};

/// A head as the input has it, then its fields, each sealed as a piece of the stream.
pub(super) fn forged(method: Method, cuts: &[usize], input: &mut Input<'_>) {
    let Some(kind) = kind(method) else {
        return unframed(method, cuts, input);
    };
    let choice = input.byte();
    let salt = vec![2; method.salt_len()];
    let mut sealer = Sealer::new(method, kind, &salt);
    let mut wire = salt.clone();
    let asked = vec![1; method.salt_len()];
    let request = choice & 1 == 0;
    let mut expected_fault = false;
    if method.family() == Family::Aead2022 {
        let variable = input.field();
        let skew = i64::from(input.byte() as i8);
        let typ = if choice & 2 == 0 { u8::from(!request) } else { input.byte() };
        let len = if choice & 4 == 0 { variable.len() } else { input.number() };
        expected_fault = typ != u8::from(!request) || skew.abs() > 30;
        let mut fixed = vec![typ];
        fixed.extend((NOW.wrapping_add_signed(skew)).to_be_bytes());
        if !request {
            fixed.extend(&asked);
        }
        fixed.extend(u16::try_from(len).expect("a field's length has two bytes").to_be_bytes());
        sealer.append(&fixed, &mut wire);
        sealer.append(variable, &mut wire);
    }
    while !input.is_empty() {
        // Lengths that are right are a rare find; so this writes one, with something added to it.
        let (add, piece) = (input.byte(), input.field());
        if add < 0x80 {
            let len = u16::try_from(piece.len()).expect("a field's length has two bytes");
            sealer.append(&len.wrapping_add(u16::from(add % 4)).to_be_bytes(), &mut wire);
        }
        sealer.append(piece, &mut wire);
    }
    let seen = if request {
        Server::new(method, 7).alike(&wire, cuts)
    } else {
        Client::new(method, 7, &asked).alike(&wire, cuts)
    };
    if expected_fault {
        assert!(seen.error.is_some() && seen.target.is_none() && seen.payload.is_empty(), "{method}: {seen:?}");
        assert_eq!(seen.asked, 0, "{method}: a salt of a wrong time or type is not remembered");
    }
    if request && seen.target.is_some() {
        assert_eq!(seen.asked, 1, "{method}: served without asking the memory of salts");
    }
}

/// Of a legacy method without encryption, the bytes are the request; with it, they stand behind an IV.
fn unframed(method: Method, cuts: &[usize], input: &mut Input<'_>) {
    use parasol_proto::legacy::Ota;
    let ota = input.pick(&[Ota::Off, Ota::Allowed, Ota::Required]);
    let mut rest = Vec::new();
    while !input.is_empty() {
        rest.extend_from_slice(input.field());
    }
    let seen = Server { ota, ..Server::new(method, 7) }.alike(&rest, cuts);
    if ota == Ota::Required && method.salt_len() == 0 {
        assert_eq!(seen.target, None, "{method}: served without one-time authentication");
    }
}

fn kind(method: Method) -> Option<CipherKind> {
    Some(match method {
        Method::Blake3Aes128Gcm => CipherKind::AEAD2022_BLAKE3_AES_128_GCM,
        Method::Blake3Aes256Gcm => CipherKind::AEAD2022_BLAKE3_AES_256_GCM,
        Method::Blake3ChaCha20Poly1305 => CipherKind::AEAD2022_BLAKE3_CHACHA20_POLY1305,
        Method::Aes256Gcm => CipherKind::AES_256_GCM,
        Method::Aes128Gcm => CipherKind::AES_128_GCM,
        Method::ChaCha20Poly1305 => CipherKind::CHACHA20_POLY1305,
        // The library has them not; the framing is that of the others.
        Method::Aes192Gcm | Method::XChaCha20Poly1305 | Method::Stream(_) => return None,
    })
}

enum Sealer {
    V1(Box<v1::Cipher>),
    V2(v2::tcp::TcpCipher),
}

impl Sealer {
    fn new(method: Method, kind: CipherKind, salt: &[u8]) -> Sealer {
        let key = key_bytes(method, 7);
        match method.family() {
            Family::Aead2022 => Sealer::V2(v2::tcp::TcpCipher::new(kind, &key, salt)),
            Family::Aead2017 | Family::Stream => Sealer::V1(Box::new(v1::Cipher::new(kind, &key, salt))),
        }
    }

    /// One piece and its tag.
    fn append(&mut self, plain: &[u8], out: &mut Vec<u8>) {
        let at = out.len();
        out.extend_from_slice(plain);
        out.resize(out.len() + 16, 0);
        match self {
            Sealer::V1(cipher) => cipher.encrypt_packet(&mut out[at..]),
            Sealer::V2(cipher) => cipher.encrypt_packet(&mut out[at..]),
        }
    }
}
