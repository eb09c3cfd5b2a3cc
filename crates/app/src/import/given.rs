//! `Given`: what servers are looked for in.

use parasol_platform::screens::Picture;
use zeroize::Zeroizing;

/// Bytes of anywhere, or what is to be seen. Holds passwords: wiped when dropped, and `Debug` shows none.
pub enum Given {
    /// A text, a file, a file of a picture.
    Bytes(Zeroizing<Vec<u8>>),
    /// A picture.
    Picture(Picture),
    /// What is to be seen on all screens.
    Screens(Vec<Picture>),
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Given::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Given::Picture(picture) => write!(f, "{picture:?}"),
            Given::Screens(pictures) => write!(f, "Screens({pictures:?})"),
        }
    }
}
