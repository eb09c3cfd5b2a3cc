//! The profile file, whatever a disk, an editor or another program has made of it.

use parasol_app::difference::Difference;
use parasol_app::document::{Document, Parsed};

/// The bytes of a file.
pub fn profile_file(data: &[u8]) {
    let (Parsed::Document(document) | Parsed::Newer(Some(document))) = Document::parse(data) else { return };
    let bytes = document.to_bytes();
    let again = match Document::parse(&bytes) {
        Parsed::Document(again) | Parsed::Newer(Some(again)) => again,
        other => panic!("what was written is {other:?}"),
    };
    assert_eq!(again, document, "something was lost or made up");
    assert_eq!(*again.to_bytes(), *bytes, "written anew, it is another file");
    assert!(Difference::between(&document, &again).is_empty(), "it differs from itself");
    let _ = Difference::between(&document, &Document::default());
    let mut ids: Vec<_> = document.profiles.iter().map(|profile| profile.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), document.profiles.len(), "an id stands there twice");
    assert!(document.active.is_none() || document.active_profile().is_some(), "the profile in use is none");
}
