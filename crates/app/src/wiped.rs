//! Bytes that secrets may stand in, read without leaving copies of them behind.

use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

/// All that comes, or the first `most` bytes of it. As much as is `expected` is read in one piece; for more than that the
/// bytes move to a larger one, and the one before is wiped, which a vector that grows by itself would not do.
///
/// # Errors
/// The reader's.
pub fn read(source: impl Read, expected: usize, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut source = source.take(most as u64);
    // There is always room for one more, so that nothing read means the end.
    let mut bytes = Zeroizing::new(vec![0; expected.min(most).saturating_add(1)]);
    let mut len = 0;
    loop {
        match source.read(&mut bytes[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if len == bytes.len() {
            const LEAST: usize = 4096;
            let mut larger = Zeroizing::new(vec![0; (len * 2).max(LEAST).min(most).saturating_add(1)]);
            larger[..len].copy_from_slice(&bytes);
            bytes = larger;
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, and is interrupted in between.
    struct Stutters<'a>(&'a [u8], bool);

    impl Read for Stutters<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            let len = bytes.len().min(7);
            self.0.read(&mut bytes[..len])
        }
    }

    #[test]
    fn all_comes_however_much_was_expected_and_no_more_than_is_wanted() {
        let all: Vec<u8> = (0..20_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        for expected in [0, 1, 4096, 19_999, 20_000, 20_001, usize::MAX - 1] {
            for most in [0, 1, 7, 4096, 4097, 19_999, 20_000, 20_001, 1 << 20] {
                let read = read(Stutters(&all, false), expected, most).unwrap();
                assert!(*read == all[..most.min(all.len())], "{expected} {most}");
            }
        }
    }

    #[test]
    fn what_was_expected_is_read_in_one_piece() {
        let all = [7; 10_000];
        assert_eq!(read(&all[..], all.len(), 1 << 20).unwrap().capacity(), all.len() + 1);
    }

    #[test]
    fn an_error_is_the_readers() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::PermissionDenied.into())
            }
        }
        assert_eq!(read(Fails, 0, 10).unwrap_err().kind(), ErrorKind::PermissionDenied);
    }
}
