//! A backup, whoever has made it.

use parasol_app::backup;
use parasol_app::difference::Difference;
use parasol_app::document::Document;
use parasol_app::restore::{Origin, restored};
use parasol_proto::Password;

/// So little work that a fuzzer gets on.
const WORK: u8 = 4;

/// The bytes of a file.
pub fn backup(data: &[u8]) {
    let pass = Password::from("pass");
    let opened = [None, Some(&pass)].map(|passphrase| backup::open_within(data, passphrase, WORK));
    for document in opened.into_iter().flatten() {
        let bytes = backup::seal(&document, None).expect("nothing is needed for that");
        let again = backup::open(&bytes, None).expect("what was written is read");
        assert!(Difference::between(&document, &again).is_empty(), "something was lost or made up");
        let restored = restored(&Document::default(), document, Origin::Backup);
        let approved = restored.profiles.iter().any(|profile| profile.plugin_approved || profile.legacy_approved);
        assert!(!approved, "a file has approved something");
        let _ = Difference::between(&Document::default(), &restored);
    }
}
