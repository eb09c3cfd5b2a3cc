//! What holds for every decoder that looks at the head of what has come so far.

use std::fmt::Debug;

use parasol_proto::Address;

/// Decodes `bytes`, and every shorter head of them: while bytes are missing the decoder says so and nothing else; what it
/// says of the whole does not depend on how much came at once, nor on what lies behind what it took.
pub(crate) fn decodes_alike<T, E>(
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<Option<(T, usize)>, E>,
) -> Result<Option<(T, usize)>, E>
where
    T: Debug + PartialEq,
    E: Debug + PartialEq,
{
    let whole = decode(bytes);
    if let Ok(Some((_, used))) = &whole {
        assert!(0 < *used && *used <= bytes.len(), "took {used} of {}", bytes.len());
        assert_eq!(decode(&bytes[..*used]), whole, "what lies behind changes nothing");
    }
    for cut in cuts(bytes.len()) {
        let early = decode(&bytes[..cut]);
        assert!(early == Ok(None) || early == whole, "{early:?} at {cut}, then {whole:?}");
        if let Ok(Some((_, used))) = &whole {
            assert!(cut >= *used || early == Ok(None), "{used} bytes were read from {cut}");
        }
    }
    whole
}

/// Every length of the short ones, then a few: a run must not take time by the square of its input.
fn cuts(len: usize) -> impl Iterator<Item = usize> {
    const ALL: usize = 600;
    (0..len.min(ALL)).chain((ALL..len).step_by(len / 16 + 1))
}

/// An address that a peer named is one that a log, a resolver and an HTTP head can take, and encodes to what decodes to
/// it.
pub(crate) fn is_sound(address: &Address) {
    assert_ne!(address.port(), 0);
    let host = address.host();
    assert!((1..=253).contains(&host.len()), "{} bytes of host", host.len());
    assert!(host.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()), "{host:?}");
    let mut encoded = Vec::new();
    address.encode(&mut encoded);
    assert_eq!(encoded.len(), address.encoded_len());
    assert_eq!(Address::decode(&encoded), Ok(Some((address.clone(), encoded.len()))));
    assert_eq!(address.to_string().parse(), Ok(address.clone()), "as text");
}
