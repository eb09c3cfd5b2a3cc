//! Frames: DNS messages behind their length, as they follow each other in a stream (RFC 1035 §4.2.2).
//!
//! ```text
//! length u16 · message · length u16 · message · …
//! ```

/// A message behind its length, so that both leave together.
pub(super) fn framed(message: &[u8]) -> Vec<u8> {
    let len = u16::try_from(message.len()).expect("questions are short, and answers are cut to fit");
    [&len.to_be_bytes()[..], message].concat()
}

/// Where in the bytes that came so far a reader is. The bytes themselves are kept by whoever receives them.
pub(super) struct Frames {
    /// Longer messages are passed over, without being gathered.
    longest: usize,
    /// Everything before this was taken.
    at: usize,
    /// So many bytes from there on belong to a message that is too long.
    over: usize,
}

impl Frames {
    pub(super) fn new(longest: usize) -> Frames {
        Frames { longest, at: 0, over: 0 }
    }

    /// The next whole message in `bytes`.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        loop {
            let over = self.over.min(bytes.len() - self.at);
            self.at += over;
            self.over -= over;
            let rest = &bytes[self.at..];
            let len = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
            if len > self.longest {
                self.over = 2 + len;
                continue;
            }
            let message = rest.get(2..2 + len)?;
            self.at += 2 + len;
            return Some(message);
        }
    }

    /// Forgets what was taken: once for all the messages of a read, because what is left of `bytes` moves each time.
    pub(super) fn forget(&mut self, bytes: &mut Vec<u8>) {
        bytes.drain(..std::mem::take(&mut self.at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: usize = 4096;

    #[test]
    fn messages_are_found_wherever_the_stream_is_cut() {
        let long = vec![7; LONGEST + 1];
        let sent =
            [framed(b"one"), framed(b""), framed(&long), framed(b"two"), framed(&long), framed(b"three")].concat();
        for step in [1, 2, 3, 1000, sent.len()] {
            let mut frames = Frames::new(LONGEST);
            let (mut bytes, mut found) = (Vec::new(), Vec::new());
            for piece in sent.chunks(step) {
                bytes.extend_from_slice(piece);
                while let Some(message) = frames.next(&bytes) {
                    found.push(message.to_vec());
                }
                frames.forget(&mut bytes);
                assert!(bytes.len() <= LONGEST + step, "what is too long is not gathered");
            }
            assert_eq!(found, [&b"one"[..], b"", b"two", b"three"], "in pieces of {step}");
            assert!(bytes.is_empty());
        }
    }

    #[test]
    fn nothing_moves_until_all_messages_of_a_read_are_taken() {
        let sent = [framed(b"one"), framed(b"two"), framed(b"half")].concat();
        let mut bytes = sent[..sent.len() - 1].to_vec();
        let mut frames = Frames::new(LONGEST);
        assert_eq!([frames.next(&bytes), frames.next(&bytes)], [Some(&b"one"[..]), Some(b"two")]);
        assert_eq!((frames.next(&bytes), bytes.len()), (None, sent.len() - 1));
        frames.forget(&mut bytes);
        assert_eq!(bytes, sent[10..sent.len() - 1]);
        bytes.push(b'f');
        assert_eq!(frames.next(&bytes), Some(&b"half"[..]));
    }
}
