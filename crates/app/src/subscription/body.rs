//! `Body`: what comes behind the head of an answer, unpacked as it comes, and bounded before and after.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use zeroize::{Zeroize, Zeroizing};

use super::fault::SubscriptionFault;

/// The most bytes of a list, packed or not.
pub(super) const MAX_BODY: usize = 4 << 20;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
}

impl Packing {
    /// By the field `Content-Encoding`; `None` for what was not asked for.
    pub(super) fn named(field: Option<&str>) -> Option<Packing> {
        match field.map(|field| field.trim().to_ascii_lowercase()).as_deref() {
            None | Some("" | "identity") => Some(Packing::Plain),
            Some("gzip" | "x-gzip") => Some(Packing::Gzip),
            Some(_) => None,
        }
    }
}

/// Why a body is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyError {
    TooLarge,
    Broken,
}

impl BodyError {
    pub(super) fn of(self, host: &str) -> SubscriptionFault {
        match self {
            BodyError::TooLarge => SubscriptionFault::TooLarge,
            BodyError::Broken => SubscriptionFault::BadAnswer { host: host.to_owned() },
        }
    }
}

/// A body that is coming.
pub(super) struct Body {
    came: usize,
    unpacked: Unpacked,
}

enum Unpacked {
    Plain(Bounded),
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

/// Takes no more than [`MAX_BODY`]. Wiped when dropped: there are passwords in a list.
struct Bounded(Zeroizing<Vec<u8>>);

impl Body {
    pub(super) fn new(packing: Packing) -> Body {
        let bounded = Bounded(Zeroizing::default());
        let unpacked = match packing {
            Packing::Plain => Unpacked::Plain(bounded),
            Packing::Gzip => Unpacked::Gzip(Box::new(MultiGzDecoder::new(bounded))),
        };
        Body { came: 0, unpacked }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), BodyError> {
        self.came += bytes.len();
        if self.came > MAX_BODY {
            return Err(BodyError::TooLarge);
        }
        match &mut self.unpacked {
            Unpacked::Plain(bounded) => bounded.write_all(bytes),
            Unpacked::Gzip(decoder) => decoder.write_all(bytes),
        }
        .map_err(|error| error_of(&error))
    }

    /// All of it. A packed one that was cut is none.
    pub(super) fn end(self) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        match self.unpacked {
            Unpacked::Plain(bounded) => Ok(bounded.0),
            Unpacked::Gzip(decoder) => decoder.finish().map(|bounded| bounded.0).map_err(|error| error_of(&error)),
        }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_BODY {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let full = self.0.len() + bytes.len();
        if full > self.0.capacity() {
            // Not left to the vector, which would leave copies behind that nobody wipes.
            let mut larger = Vec::with_capacity((full * 2).min(MAX_BODY));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            *self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn error_of(error: &io::Error) -> BodyError {
    if error.kind() == io::ErrorKind::FileTooLarge { BodyError::TooLarge } else { BodyError::Broken }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packing: Packing, bytes: &[u8], piece: usize) -> Result<Vec<u8>, BodyError> {
        let mut body = Body::new(packing);
        for piece in bytes.chunks(piece) {
            body.push(piece)?;
        }
        body.end().map(|bytes| bytes.to_vec())
    }

    #[test]
    fn a_body_is_bounded_before_and_after_it_is_unpacked() {
        let full = vec![b' '; MAX_BODY];
        assert_eq!(unpack(Packing::Plain, &full, 65_536), Ok(full.clone()));
        assert_eq!(unpack(Packing::Gzip, &gzip(&full), 10), Ok(full.clone()));
        let more = vec![b' '; MAX_BODY + 1];
        assert_eq!(unpack(Packing::Plain, &more, 65_536), Err(BodyError::TooLarge));
        assert_eq!(unpack(Packing::Gzip, &gzip(&more), 65_536), Err(BodyError::TooLarge));
        // One member after the other, none with anything in it: nothing comes out, and it would never end.
        let empty = gzip(b"");
        let members = empty.repeat(MAX_BODY / empty.len() + 1);
        assert_eq!(unpack(Packing::Gzip, &members, 65_536), Err(BodyError::TooLarge));
    }

    #[test]
    fn what_is_packed_badly_is_no_body() {
        let packed = gzip(b"ss://x");
        assert_eq!(unpack(Packing::Gzip, &packed, 1), Ok(b"ss://x".to_vec()));
        for broken in [&packed[..packed.len() - 1], &packed[..5], b"ss://x", b"\x1f\x8bnonsense"] {
            assert_eq!(unpack(Packing::Gzip, broken, 3), Err(BodyError::Broken), "{broken:?}");
        }
        for (field, packing) in [
            (None, Some(Packing::Plain)),
            (Some(""), Some(Packing::Plain)),
            (Some("identity"), Some(Packing::Plain)),
            (Some("GZip "), Some(Packing::Gzip)),
            (Some("br"), None),
            (Some("gzip, gzip"), None),
        ] {
            assert_eq!(Packing::named(field), packing, "{field:?}");
        }
    }
}
