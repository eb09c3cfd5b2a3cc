//! Where the engine gets random bytes and the wall clock from; `proto` takes both as arguments.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parasol_proto::Method;
use parasol_proto::stream::MAX_PADDING;
use zeroize::Zeroize;

/// How many bytes the system is asked for at once.
const STOCK: usize = 1024;

thread_local! {
    /// Bytes of the system's generator that nobody has had yet: the last so many of them. A datagram needs 32, and asking
    /// for these alone costs as much as sealing it.
    static FRESH: RefCell<([u8; STOCK], usize)> = const { RefCell::new(([0; STOCK], 0)) };
}

/// Fills `bytes` from the system's cryptographic generator. What is given out is wiped here.
///
/// Not from the generator of the library that seals: it measures for a tenth of a second how the processor jitters before
/// it gives the first byte, and keeps what it needs for that in each thread.
pub(crate) fn fill(bytes: &mut [u8]) {
    // The generator of the system is there from its start; without it there is no safe way to go on.
    let ask = |bytes: &mut [u8]| getrandom::fill(bytes).expect("the system has a source of random bytes");
    if bytes.len() > STOCK {
        return ask(bytes);
    }
    FRESH.with_borrow_mut(|(stock, left)| {
        if *left < bytes.len() {
            ask(stock);
            *left = STOCK;
        }
        let given = &mut stock[STOCK - *left..][..bytes.len()];
        bytes.copy_from_slice(given);
        given.zeroize();
        *left -= bytes.len();
    });
}

/// The id of a DNS question that nobody shall guess.
pub(crate) fn id() -> u16 {
    let mut id = [0; 2];
    fill(&mut id);
    u16::from_ne_bytes(id)
}

/// A fresh salt of the method's length.
pub(crate) fn salt(method: Method) -> Salt {
    let mut bytes = [0; 32];
    fill(&mut bytes);
    Salt { bytes, len: method.salt_len() }
}

/// What a sealed packet of the method begins with.
pub(crate) fn packet_salt(method: Method) -> Salt {
    let mut salt = Salt { bytes: [0; 32], len: method.packet_salt_len() };
    if salt.len > 0 {
        fill(&mut salt.bytes[..salt.len]);
    }
    salt
}

/// A salt, without an allocation.
pub(crate) struct Salt {
    bytes: [u8; 32],
    len: usize,
}

impl Salt {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Between 1 and [`MAX_PADDING`] random bytes.
pub(crate) fn padding() -> Vec<u8> {
    let mut len = [0; 2];
    fill(&mut len);
    // The bias of a remainder by 900 over 65,536 values is under 2 %, and nothing rests on it.
    let mut padding = vec![0; 1 + usize::from(u16::from_le_bytes(len)) % MAX_PADDING];
    fill(&mut padding);
    padding
}

/// Some duration from nothing up to `most`.
pub(crate) fn below(most: Duration) -> Duration {
    let mut share = [0; 2];
    fill(&mut share);
    most * u32::from(u16::from_le_bytes(share)) / u32::from(u16::MAX)
}

/// Unix time in seconds; 0 before 1970.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// A length that were always the same, or always short, would be the mark of every request without payload.
    #[test]
    fn padding_is_of_any_length_from_1_to_900() {
        let paddings: Vec<Vec<u8>> = (0..3_000).map(|_| padding()).collect();
        let lengths: HashSet<usize> = paddings.iter().map(Vec::len).collect();
        assert!(lengths.iter().all(|len| (1..=MAX_PADDING).contains(len)));
        // That fewer come up, or none in a tenth of the range, has a chance of less than one in 10^100.
        assert!(lengths.len() > 600, "{} lengths", lengths.len());
        for tenth in 0..10 {
            assert!(lengths.iter().any(|len| (len - 1) / 90 == tenth), "none from {} on", tenth * 90 + 1);
        }
        let long: HashSet<&Vec<u8>> = paddings.iter().filter(|padding| padding.len() > 16).collect();
        assert!(long.len() > 2_000, "the bytes are random, too");
    }

    #[test]
    fn bytes_are_given_out_once_and_wiped() {
        let mut seen = HashSet::new();
        for len in [8, 16, 24, 32, 1_000, 1_024, 1_025, 5_000].repeat(50) {
            let mut bytes = vec![0; len];
            fill(&mut bytes);
            for piece in bytes.chunks_exact(8) {
                assert!(seen.insert(piece.to_vec()), "the same eight bytes twice");
            }
            FRESH.with_borrow(|(stock, left)| assert!(stock[..STOCK - left].iter().all(|byte| *byte == 0)));
        }
    }

    #[test]
    fn no_duration_below_a_bound_is_over_it() {
        let bound = Duration::from_millis(500);
        let durations: HashSet<Duration> = (0..1_000).map(|_| below(bound)).collect();
        assert!(durations.len() > 100 && durations.iter().all(|duration| *duration <= bound));
        assert_eq!(below(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn no_salt_comes_twice_and_each_is_as_long_as_the_key() {
        for method in Method::ALL {
            let salts: HashSet<Vec<u8>> = (0..100).map(|_| salt(method).as_slice().to_vec()).collect();
            assert!(salts.len() == 100 && salts.iter().all(|salt| salt.len() == method.key_len()), "{method}");
        }
    }
}
