//! Every format from a file in `tests/data/import/`, and what is to come of it in the file of the same name and `.expected`
//! beside it: the format, then a line for each entry. To write these anew after a change, and read them:
//!
//! ```text
//! PARASOL_WRITE_EXPECTED=1 cargo test -p parasol-app --test import
//! ```

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use parasol_app::import::{self, Entry, Import, Place, Verdict};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/import");
    let entries = fs::read_dir(folder).expect("the folder of the files").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_none_or(|end| end != "expected")).collect();
    files.sort();
    files
}

#[test]
fn each_file_is_read_as_it_says_beside_it() {
    let files = files();
    assert!(files.len() > 20, "{} files", files.len());
    for path in files {
        let import = import::read(&fs::read(&path).expect("a file"));
        let found = told(&import);
        let beside = path.with_file_name(format!("{}.expected", path.file_name().expect("a name").display()));
        if std::env::var_os("PARASOL_WRITE_EXPECTED").is_some() {
            fs::write(&beside, &found).expect("it can be written");
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(found, expected, "{}", path.display());
    }
}

/// What was found, a line for each entry. Here passwords are shown: they are made up.
fn told(import: &Import) -> String {
    let mut told = format!("{}\n", serde_json::to_value(import.format).expect("a name").as_str().expect("a name"));
    for entry in &import.entries {
        line(&mut told, entry);
    }
    told
}

fn line(told: &mut String, Entry { place, found }: &Entry) {
    let draft = match found {
        Ok(draft) => draft,
        Err(fault) => {
            let name = match place {
                Place::Item { name, .. } if !name.is_empty() => format!(" {name:?}"),
                _ => String::new(),
            };
            let fault = serde_json::to_value(fault).expect("plain data");
            writeln!(told, "{place}{name}: refused {fault}").expect("memory");
            return;
        }
    };
    let profile = &draft.profile;
    assert!(!profile.plugin_approved && !profile.legacy_approved && !profile.builtin, "{profile:?}");
    let address = profile.address().expect("a server has an address");
    write!(told, "{place}: {} {:?} @ {address}", profile.method, profile.password.as_str()).expect("memory");
    for (what, text) in [
        ("id", profile.id.as_str()),
        ("name", &profile.name),
        ("plugin", &profile.plugin),
        ("options", profile.plugin_opts.as_str()),
        ("notes", &profile.notes),
    ] {
        if !text.is_empty() {
            write!(told, " {what} {text:?}").expect("memory");
        }
    }
    if profile.one_time_auth {
        told.push_str(" one-time-auth");
    }
    if !draft.unused.is_empty() {
        write!(told, " unused {:?}", draft.unused).expect("memory");
    }
    told.push('\n');
}

#[test]
fn what_was_imported_is_known_from_then_on() {
    for path in files() {
        let import = import::read(&fs::read(&path).expect("a file"));
        let verdicts = import::plan(&import, &[]);
        let applied = import::apply(&import, &verdicts, &HashSet::new(), &[]);
        assert_eq!(applied.changed, []);
        let again = import::plan(&import, &applied.added);
        let nothing = |verdict: &&Verdict| matches!(verdict, Verdict::Unchanged | Verdict::Repeated | Verdict::Refused);
        let new: Vec<_> = again.iter().filter(|verdict| !nothing(verdict)).collect();
        assert_eq!(new, Vec::<&Verdict>::new(), "{}", path.display());
    }
}

#[test]
fn no_cut_of_a_file_is_a_panic_or_tells_a_secret() {
    for path in files() {
        let bytes = fs::read(&path).expect("a file");
        let step = (bytes.len() / 200).max(1);
        for end in (0..bytes.len()).step_by(step) {
            let import = import::read(&bytes[..end]);
            assert!(!import.entries.is_empty(), "{} of {end} bytes", path.display());
            let shown = format!("{import:?}");
            for secret in ["hunter2", "aHVudGVyMg", "token"] {
                assert!(!shown.contains(secret), "{} of {end} bytes", path.display());
            }
        }
    }
}
