//! `Format`: the versions of the profile file that are read, and how an older one becomes the newest.
//!
//! A change of the format that a Parasol of before would misread is one more step in [`STEPS`], and nothing else: the version
//! that is written counts them. A step takes the JSON as the version before it wrote it to what the next one writes. It knows
//! no type of the program, since those go on changing; it leaves alone what it does not understand; and once it was released
//! it is never changed.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Document, Parsed};
use crate::json::wipe;

/// From one version to the next.
pub(crate) type Step = fn(&mut Map<String, Value>);

/// The first is that from [`OLDEST`] to the version after it.
const STEPS: &[Step] = &[];
/// The first version that was ever written.
const OLDEST: u64 = 1;

/// Which versions are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// Before its first step.
    pub(crate) oldest: u64,
    pub(crate) steps: &'static [Step],
}

/// Read first: in another version everything else may have another shape.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

impl Format {
    /// What this Parasol reads and writes.
    pub(crate) const OURS: Format = Format { oldest: OLDEST, steps: STEPS };

    /// The version that is written.
    pub(crate) const fn newest(self) -> u64 {
        self.oldest + self.steps.len() as u64
    }

    /// Takes the bytes of a file apart.
    pub(crate) fn parse(self, bytes: &[u8]) -> Parsed {
        match version(bytes) {
            Some(version) if version == self.newest() => serde_json::from_slice(bytes)
                .map_or(Parsed::Unreadable, |document: Document| Parsed::Document(document.settled())),
            Some(version) if version > self.newest() => {
                Parsed::Newer(serde_json::from_slice(bytes).ok().map(Document::settled))
            }
            Some(version) => self.brought_up(bytes, version).map_or(Parsed::Unreadable, |document| {
                tracing::info!(
                    version,
                    newest = self.newest(),
                    "what an older Parasol has saved was brought up to date"
                );
                Parsed::Document(document.settled())
            }),
            None => Parsed::Unreadable,
        }
    }

    /// Whether these bytes are of a version that has to be brought up.
    pub(crate) fn is_older(self, bytes: &[u8]) -> bool {
        version(bytes).is_some_and(|version| (self.oldest..self.newest()).contains(&version))
    }

    /// Takes the steps from this version on, one after the other.
    fn brought_up(self, bytes: &[u8], version: u64) -> Option<Document> {
        let steps = self.steps.get(usize::try_from(version.checked_sub(self.oldest)?).ok()?..)?;
        let mut value: Value = serde_json::from_slice(bytes).ok()?;
        let object = value.as_object_mut()?;
        for (step, next) in steps.iter().zip(version + 1..) {
            step(object);
            object.insert("version".to_owned(), next.into());
        }
        let document = Document::deserialize(&value).ok();
        wipe(&mut value);
        document
    }
}

fn version(bytes: &[u8]) -> Option<u64> {
    serde_json::from_slice(bytes).ok().map(|Version { version }| version)
}
