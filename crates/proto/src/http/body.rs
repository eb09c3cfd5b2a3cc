//! Where the body of a forwarded request ends (RFC 9112 §6 and §7.1).
//!
//! ```text
//!  5;name=value␍␊      size in hexadecimal, extensions are passed over
//!  hello␍␊             so many bytes
//!  0␍␊                 the last chunk
//!  Trailer: x␍␊        any number of field lines
//!  ␍␊                  here
//! ```
//! A proxy that did not know would pass the client's next request, which may be for another site, to this one.

use thiserror::Error;

/// Follows a body as its bytes come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(State);

/// The chunks of a body are not as they should be: two parsers could see different ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the chunks of the body are malformed")]
pub struct BodyError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// So many bytes are to come.
    Counted(u64),
    /// In a chunk's size, with what it comes to so far.
    Size {
        size: u64,
        digits: u8,
    },
    /// Behind it, in an extension.
    Extension(u64),
    /// After the CR of that line.
    SizeLf(u64),
    /// So many bytes of a chunk are to come.
    Data(u64),
    DataCr,
    DataLf,
    /// At the start of a trailer's line or of the last, empty one.
    Line,
    Trailer,
    TrailerLf,
    EndLf,
}

/// `0␍␊␍␊`
const LEAST_LAST_CHUNK: u64 = 5;
/// Sixteen digits are all that 64 bits can hold.
const MAX_DIGITS: u8 = 16;

impl Body {
    /// No body, or one of a known length.
    #[must_use]
    pub fn counted(length: u64) -> Body {
        Body(State::Counted(length))
    }

    /// A body in chunks.
    #[must_use]
    pub fn chunked() -> Body {
        Body(State::Size { size: 0, digits: 0 })
    }

    /// How many more bytes certainly belong to it; 0 when it is whole. Whoever reads no more than this at once never
    /// reads past the end.
    #[must_use]
    pub fn certain(&self) -> u64 {
        let after_size = |size: u64| match size {
            0 => 2,
            n => n.saturating_add(2 + LEAST_LAST_CHUNK),
        };
        match self.0 {
            State::Counted(left) => left,
            State::Size { digits: 0, .. } => LEAST_LAST_CHUNK,
            State::Size { size, .. } | State::Extension(size) => after_size(size).saturating_add(2),
            State::SizeLf(size) => after_size(size).saturating_add(1),
            State::Data(left) => left.saturating_add(2 + LEAST_LAST_CHUNK),
            State::DataCr => 2 + LEAST_LAST_CHUNK,
            State::DataLf => 1 + LEAST_LAST_CHUNK,
            State::Line => 2,
            State::Trailer => 4,
            State::TrailerLf => 3,
            State::EndLf => 1,
        }
    }

    /// Follows `bytes` and returns how many of them belong to the body: all of them, or fewer when it ended within.
    ///
    /// # Errors
    /// When a chunk is malformed. The body is of no more use then.
    pub fn follow(&mut self, bytes: &[u8]) -> Result<usize, BodyError> {
        let mut at = 0;
        while at < bytes.len() && self.certain() > 0 {
            at += match &mut self.0 {
                State::Counted(left) => skip(left, bytes.len() - at),
                State::Data(left) => {
                    let skipped = skip(left, bytes.len() - at);
                    if *left == 0 {
                        self.0 = State::DataCr;
                    }
                    skipped
                }
                _ => {
                    self.0 = self.0.after(bytes[at])?;
                    1
                }
            };
        }
        Ok(at)
    }
}

/// Counts down by what there is of `there`, and says how much that was.
fn skip(left: &mut u64, there: usize) -> usize {
    let skipped = usize::try_from(*left).unwrap_or(usize::MAX).min(there);
    *left -= skipped as u64;
    skipped
}

impl State {
    /// The state after one byte of a chunk's framing.
    fn after(self, byte: u8) -> Result<State, BodyError> {
        Ok(match (self, byte) {
            (State::Size { digits, size }, b'\r') if digits > 0 => State::SizeLf(size),
            (State::Size { digits, size }, b';' | b' ' | b'\t') if digits > 0 => State::Extension(size),
            (State::Size { digits, size }, digit) if digits < MAX_DIGITS => {
                let value = char::from(digit).to_digit(16).ok_or(BodyError)?;
                State::Size { size: size << 4 | u64::from(value), digits: digits + 1 }
            }
            (State::Extension(size), b'\r') => State::SizeLf(size),
            (State::SizeLf(0), b'\n') => State::Line,
            (State::SizeLf(size), b'\n') => State::Data(size),
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size { size: 0, digits: 0 },
            (State::Line, b'\r') => State::EndLf,
            (State::EndLf, b'\n') => State::Counted(0),
            (State::Trailer, b'\r') => State::TrailerLf,
            (State::TrailerLf, b'\n') => State::Line,
            (State::Extension(_) | State::Line | State::Trailer, b'\n' | 0) => return Err(BodyError),
            (same @ State::Extension(_), _) => same,
            (State::Line | State::Trailer, _) => State::Trailer,
            _ => return Err(BodyError),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_body_ends_where_its_framing_says() {
        for (body, text, whole) in [
            (Body::counted(0), "", true),
            (Body::counted(5), "hello", true),
            (Body::counted(6), "hello", false),
            (Body::chunked(), "0\r\n\r\n", true),
            (Body::chunked(), "5\r\nhello\r\n0\r\n\r\n", true),
            (Body::chunked(), "5;a=\"b\"\r\nhello\r\n00\r\nA: b\r\nC: d\r\n\r\n", true),
            (Body::chunked(), "1 \r\nx\r\nA\r\n0123456789\r\n0\r\n\r\n", true),
            (Body::chunked(), "5\r\nhello\r\n0\r\n", false),
            (Body::chunked(), "0\r\nA: b\r\n", false),
        ] {
            let mut followed = body.clone();
            let next = "GET http://other/ HTTP/1.1\r\n";
            let bytes = format!("{text}{}", if whole { next } else { "" });
            assert_eq!(followed.follow(bytes.as_bytes()), Ok(text.len()), "{text:?}");
            assert_eq!(followed.certain() == 0, whole, "{text:?}");
        }
    }

    #[test]
    fn chunks_that_can_be_read_in_two_ways_are_refused() {
        for text in [
            "\r\n",
            ";a\r\n",
            "g\r\n",
            "-1\r\n",
            "+1\r\n",
            "0x5\r\n",
            "5\n",
            "5\rhello",
            "5;a\nhello",
            "1\r\nhello\r\n",
            "00000000000000000\r\n",
            "0\r\nA: b\n\r\n",
            "0\r\n\n",
            "0\r\n\rx",
            "1\r\nx\n0\r\n\r\n",
        ] {
            assert_eq!(Body::chunked().follow(text.as_bytes()), Err(BodyError), "{text:?}");
        }
        let mut longest = Body::chunked();
        assert_eq!(longest.follow(b"ffffffffffffffff\r\nxx"), Ok(20));
        assert!(longest.certain() > 1 << 60);
    }

    proptest! {
        /// Reading no more than is certain, in pieces of any size, arrives exactly at the end and not a byte later.
        #[test]
        fn reading_what_is_certain_never_goes_past_the_end(
            chunks in prop::collection::vec(1..600_usize, 0..5),
            extension in prop::bool::ANY,
            trailers in 0..3_usize,
            pieces in prop::collection::vec(1..700_usize, 1..40),
        ) {
            let mut text = Vec::new();
            for len in chunks {
                text.extend_from_slice(format!("{len:x}{}\r\n", if extension { ";a=b" } else { "" }).as_bytes());
                text.extend(std::iter::repeat_n(b'\n', len));
                text.extend_from_slice(b"\r\n");
            }
            text.extend_from_slice(b"0\r\n");
            text.extend(b"Name: value\r\n".repeat(trailers));
            text.extend_from_slice(b"\r\n");
            let mut body = Body::chunked();
            let mut at = 0;
            for piece in pieces.iter().cycle() {
                let certain = usize::try_from(body.certain()).unwrap();
                if certain == 0 {
                    break;
                }
                let n = certain.min(*piece);
                prop_assert!(at + n <= text.len());
                prop_assert_eq!(body.follow(&text[at..at + n]), Ok(n));
                at += n;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
