//! What the fuzz targets have found worth keeping goes through the same functions here.

use std::fs;
use std::path::{Path, PathBuf};

use parasol_checks::{ALL, Check};

const MOST_FILES: usize = 64;
const MOST_BYTES: usize = 200 * 1024;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

#[test]
fn every_kept_input_holds() {
    for (name, check) in ALL {
        let (mut files, mut bytes) = (0, 0);
        for entry in fs::read_dir(fuzz().join("corpus").join(name)).expect("a corpus for each target") {
            let path = entry.expect("an entry").path();
            let input = fs::read(&path).expect("a file");
            holds(check, &input, &path);
            files += 1;
            bytes += input.len();
        }
        assert!((1..=MOST_FILES).contains(&files), "{name} has {files} files");
        assert!(bytes <= MOST_BYTES, "{name} has {bytes} bytes");
    }
}

/// Names the file before the panic's own message is all there is.
fn holds(check: Check, input: &[u8], path: &Path) {
    if std::panic::catch_unwind(|| check(input)).is_err() {
        panic!("{} does not hold", path.display());
    }
}

#[test]
fn no_input_at_all_holds_too() {
    for (_, check) in ALL {
        check(&[]);
    }
}

#[test]
fn every_check_has_its_target() {
    let mut targets: Vec<_> = fs::read_dir(fuzz().join("fuzz_targets"))
        .expect("the targets")
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    targets.sort();
    assert_eq!(targets, ALL.map(|(name, _)| name));
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("the manifest");
    for (name, _) in ALL {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in the manifest");
    }
}
