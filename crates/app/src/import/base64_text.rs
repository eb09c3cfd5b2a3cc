//! Text behind base64 of either alphabet, with or without padding and line breaks.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::{Zeroize, Zeroizing};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The text, if it is that.
pub(super) fn base64_text(text: &str) -> Option<String> {
    let plain = |byte: u8| match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    };
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(plain);
    // Padding is no more than the end of it.
    let mut bytes = Zeroizing::new(bytes.collect::<Vec<u8>>());
    while bytes.last() == Some(&b'=') {
        bytes.pop();
    }
    if bytes.is_empty() {
        return None;
    }
    String::from_utf8(LENIENT.decode(&*bytes).ok()?).map_err(|error| error.into_bytes().zeroize()).ok()
}
