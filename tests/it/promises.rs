//! The documents say which test shows what. A test that was renamed or taken away takes the promise with it.

use std::path::{Path, PathBuf};

/// All sources, by their path without its ending.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project");
    let mut folders: Vec<PathBuf> =
        ["crates", "tests", "src-tauri/src", "src-tauri/tests"].map(|part| root.join(part)).into();
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

/// The names of tests in a text, `file::test`; what stands between backticks is every second part.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|text| text.split_once("::"))
}

/// Whether a source has a test of this name: a function of it that has the attribute of one.
fn has_test(source: &str, test: &str) -> bool {
    let start = format!("fn {test}(");
    source.match_indices(&start).any(|(at, _)| {
        let before = source[..at].rsplit('\n').skip(1);
        let mut attributes = before.map(str::trim).take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

/// The points of a list, each with all of its lines.
fn points(document: &str) -> Vec<String> {
    let mut points = Vec::<String>::new();
    let mut within = false;
    for line in document.lines() {
        let begins = line.starts_with("- ");
        within = begins || within && line.starts_with("  ");
        match points.last_mut() {
            Some(last) if within && !begins => *last += line,
            _ if begins => points.push(line.to_owned()),
            _ => {}
        }
    }
    points
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let sources = sources();
    for (document, least) in [
        (include_str!("../../SECURITY.md"), 20),
        (include_str!("../../docs/bad-input.md"), 20),
        (include_str!("../../docs/faults.md"), 15),
    ] {
        let mut count = 0;
        for (file, test) in named(document) {
            let there = sources.iter().any(|(path, text)| path.ends_with(&format!("/{file}")) && has_test(text, test));
            assert!(there, "{file}::{test} is named and is no test");
            count += 1;
        }
        assert!(count > least, "{count} tests are named");
    }
}

#[test]
fn every_defence_names_what_shows_it() {
    let points = points(include_str!("../../SECURITY.md"));
    assert!(points.len() > 30, "{} points", points.len());
    for point in points {
        let (_, tests) = point.split_once("*Test:*").unwrap_or_else(|| panic!("no test of: {point}"));
        let all = tests.split('`').skip(1).step_by(2).count();
        assert!(all > 0 && all == named(tests).count(), "tests are named as file::test: {point}");
    }
}
