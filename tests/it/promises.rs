//! The documents say which test shows what. A test that was renamed or taken away takes the promise with it.

use std::path::{Path, PathBuf};

/// All sources, by their path without its ending.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project");
    let mut folders: Vec<PathBuf> = ["crates", "tests", "src-tauri/src"].map(|part| root.join(part)).into();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source is text");
                found.push((path.with_extension("").display().to_string().replace('\\', "/"), text));
            }
        }
    }
    found
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let sources = sources();
    for document in [include_str!("../../SECURITY.md"), include_str!("../../docs/bad-input.md")] {
        // What stands between backticks is every second part.
        let named = document.split('`').skip(1).step_by(2).filter_map(|text| text.split_once("::"));
        let mut count = 0;
        for (file, test) in named {
            let start = format!("fn {test}(");
            let there = sources.iter().any(|(path, text)| path.ends_with(&format!("/{file}")) && text.contains(&start));
            assert!(there, "{file}::{test} is named and not there");
            count += 1;
        }
        assert!(count > 20, "{count} tests are named");
    }
}
