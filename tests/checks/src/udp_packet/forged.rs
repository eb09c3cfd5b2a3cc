//! Packets by somebody who has the key and writes what no program would.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use parasol_proto::{Family, Method};
use shadowsocks_crypto::{CipherKind, v1, v2};

use crate::input::Input;
use crate::keys::{NOW, key_bytes};

/// A packet sealed as it should be with a content out of the input, and whether a server and a client must both drop it.
pub(super) fn packet(method: Method, input: &mut Input<'_>) -> (Vec<u8>, bool) {
    match method.family() {
        Family::Aead2017 => salted(method, input.field()),
        Family::Aead2022 => in_session(method, input),
        // There is nothing to seal with; the bytes are the content, of one method without any change.
        Family::Stream => (input.field().to_vec(), false),
    }
}

fn salted(method: Method, content: &[u8]) -> (Vec<u8>, bool) {
    let kind = match method {
        Method::Aes256Gcm => CipherKind::AES_256_GCM,
        Method::Aes128Gcm => CipherKind::AES_128_GCM,
        Method::ChaCha20Poly1305 => CipherKind::CHACHA20_POLY1305,
        _ => return (content.to_vec(), true),
    };
    let mut packet = vec![5; method.salt_len()];
    let mut cipher = v1::Cipher::new(kind, &key_bytes(method, 7), &packet);
    let at = packet.len();
    packet.extend_from_slice(content);
    packet.resize(packet.len() + 16, 0);
    cipher.encrypt_packet(&mut packet[at..]);
    (packet, false)
}

/// Type and time are mostly right, so that what lies behind them is reached.
fn in_session(method: Method, input: &mut Input<'_>) -> (Vec<u8>, bool) {
    let choice = input.byte();
    let skew = i64::from(input.byte() as i8);
    let typ = if choice & 4 == 0 { choice & 1 } else { input.byte() };
    let mut body = vec![typ];
    body.extend(NOW.wrapping_add_signed(skew).to_be_bytes());
    if typ == 1 && choice & 8 == 0 {
        body.extend(super::CLIENT.0);
    }
    body.extend_from_slice(input.field());
    if choice & 16 == 16 {
        body.truncate(input.number());
    }
    body.resize(body.len() + 16, 0);

    let session = if choice & 2 == 0 { super::CLIENT.0 } else { [input.byte(); 8] };
    let mut header = [0; 16];
    header[..8].copy_from_slice(&session);
    header[8..].copy_from_slice(&u64::MAX.wrapping_sub(input.number() as u64).to_be_bytes());
    let fault = typ > 1 || skew.abs() > 30;
    (seal(method, header, body), fault)
}

fn seal(method: Method, mut header: [u8; 16], mut body: Vec<u8>) -> Vec<u8> {
    let key = key_bytes(method, 7);
    let session = u64::from_be_bytes(header[..8].try_into().expect("eight bytes"));
    let kind = match method {
        Method::Blake3Aes128Gcm => CipherKind::AEAD2022_BLAKE3_AES_128_GCM,
        Method::Blake3Aes256Gcm => CipherKind::AEAD2022_BLAKE3_AES_256_GCM,
        _ => {
            let nonce = [6; 24];
            let cipher = v2::udp::UdpCipher::new(CipherKind::AEAD2022_BLAKE3_CHACHA20_POLY1305, &key, session);
            let mut sealed = [&header[..], &body].concat();
            cipher.encrypt_packet(&nonce, &mut sealed);
            return [&nonce[..], &sealed].concat();
        }
    };
    v2::udp::UdpCipher::new(kind, &key, session).encrypt_packet(&header[4..], &mut body);
    let block = (&mut header).into();
    match method {
        Method::Blake3Aes128Gcm => aes::Aes128::new_from_slice(&key).expect("16 bytes").encrypt_block(block),
        _ => aes::Aes256::new_from_slice(&key).expect("32 bytes").encrypt_block(block),
    }
    [&header[..], &body].concat()
}
