//! Files and texts with servers in them, of any program; and pictures with QR codes.

use std::collections::HashSet;

use parasol_app::document::{Document, Parsed};
use parasol_app::export::{ExportFormat, export};
use parasol_app::import::{self, Entry, Import, MAX_ENTRIES, Verdict};
use parasol_app::problem::Problem;
use parasol_app::profile::Profile;

/// The bytes of a file, or a pasted text.
pub fn import(data: &[u8]) {
    let import = import::read(data);
    assert!((1..=MAX_ENTRIES + 1).contains(&import.entries.len()), "{} entries", import.entries.len());
    import.entries.iter().for_each(is_sound);
    is_added_once(&import);
}

/// The bytes of a picture.
pub fn picture(data: &[u8]) {
    import(data);
}

fn is_sound(Entry { place, found }: &Entry) {
    is_shown(&place.to_string(), 6_000);
    match found {
        Err(fault) => is_shown(&serde_json::to_string(fault).expect("plain data"), 200),
        Ok(draft) => {
            let profile = &draft.profile;
            assert!(!profile.builtin && !profile.plugin_approved && !profile.legacy_approved, "{profile:?}");
            is_shown(&profile.name, 1_000);
            is_shown(&profile.id, 64);
            draft.unused.iter().for_each(|key| is_shown(key, 300));
            assert!(draft.unused.len() < 200);
            match profile.through() {
                Ok(_) | Err(Problem::PluginUnapproved { .. } | Problem::LegacyUnapproved { .. }) => {}
                Err(problem) => panic!("what was taken cannot be used: {problem:?}"),
            }
        }
    }
}

/// What is shown is short, one line, and reads as it stands there.
fn is_shown(text: &str, most: usize) {
    let turns = |c: char| ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
    assert!(text.len() <= most && !text.chars().any(|c| c.is_control() || turns(c)), "{text:?}");
}

/// What was saved is known, is in the file as it was, and is exported as it was.
fn is_added_once(import: &Import) {
    let shown = import::plan(import, &[]);
    let added = import::apply(import, &shown, &HashSet::new(), &[]).added;
    assert_eq!(added.len(), shown.iter().filter(|verdict| **verdict == Verdict::Added).count());
    let still = import::plan(import, &added);
    let nothing = |verdict: &Verdict| matches!(verdict, Verdict::Unchanged | Verdict::Repeated | Verdict::Refused);
    assert!(still.iter().all(nothing), "{still:?}");

    let mut document = Document::default();
    document.profiles = added;
    let Parsed::Document(again) = Document::parse(&document.to_bytes()) else { panic!("what was written is read") };
    assert_eq!(again.profiles, document.profiles);

    let links = export(&document.profiles, ExportFormat::Links, 1080);
    assert_eq!(links.left_out, Vec::<String>::new());
    let read: Vec<Profile> = import::read(links.text.as_bytes())
        .entries
        .into_iter()
        .filter_map(|entry| Some(entry.found.ok()?.profile))
        .collect();
    // One with a plugin whose options are of several thousand characters makes too long a link.
    if links.text.lines().all(|link| link.len() <= parasol_proto::link::MAX_LINK) {
        let told = |profile: &Profile| {
            (profile.server.clone(), profile.port, profile.password.clone(), profile.plugin_opts.clone())
        };
        assert_eq!(read.iter().map(told).collect::<Vec<_>>(), document.profiles.iter().map(told).collect::<Vec<_>>());
    }
}
