//! `Pasted`: a text that the user pasted: links, or rules.

use std::fmt;

use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Any text; links in it hold passwords, rules tell of habits. Wiped when dropped; `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Pasted(String);

impl Pasted {
    /// The text: for reading the links or rules in it, and for nothing else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Pasted {
    fn from(text: String) -> Self {
        Pasted(text)
    }
}

impl From<&str> for Pasted {
    fn from(text: &str) -> Self {
        Pasted(text.to_owned())
    }
}

impl From<Pasted> for Zeroizing<Vec<u8>> {
    fn from(mut pasted: Pasted) -> Self {
        Zeroizing::new(std::mem::take(&mut pasted.0).into_bytes())
    }
}

impl fmt::Debug for Pasted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pasted(…)")
    }
}
