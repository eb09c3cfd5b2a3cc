//! What packages are made of, as far as it shows without making one; `npm run test:package` makes and tries them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn json(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(here(path)).unwrap()).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn there_is_an_icon_of_every_size_and_for_every_system() {
    let config = json("tauri.conf.json");
    let icons = texts(&config["bundle"]["icon"]);
    let mut sizes = Vec::new();
    for icon in &icons {
        let bytes = fs::read(here(icon)).unwrap_or_else(|error| panic!("{icon}: {error}"));
        if icon.ends_with(".png") {
            assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{icon}");
            let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            assert_eq!(side(16), side(20), "{icon}");
            sizes.push(side(16));
        }
    }
    // The first is what windows show.
    assert_eq!(sizes[0], 32);
    sizes.sort_unstable();
    assert_eq!(sizes, [16, 22, 24, 32, 48, 64, 96, 128, 256, 512]);
    for kind in [".ico", ".icns"] {
        assert!(icons.iter().any(|icon| icon.ends_with(kind)), "{kind}");
    }
}

#[test]
fn both_packages_give_the_system_proxy_back_and_windows_does_before_its_files_go() {
    let config = json("tauri.conf.json");
    for package in ["deb", "rpm"] {
        assert_eq!(config["bundle"]["linux"][package]["preRemoveScript"], "linux/before-removal.sh");
    }
    let wix = &config["bundle"]["windows"]["wix"];
    let fragment = fs::read_to_string(here(texts(&wix["fragmentPaths"])[0])).unwrap();
    for component in texts(&wix["componentRefs"]) {
        assert!(fragment.contains(&format!("<Component Id=\"{component}\"")), "{component}");
    }
    assert!(fragment.contains("proxy release\"") && fragment.contains("Before=\"InstallValidate\""));
}

#[cfg(unix)]
mod before_removal {
    use std::process::Command;

    use super::*;

    /// What the script says with this argument, where Parasol is one that writes down what it was told, and fails so.
    fn told(argument: Option<&str>, code: u8) -> (bool, String) {
        let folder = tempfile::tempdir().unwrap();
        let (parasol, said) = (folder.path().join("parasol"), folder.path().join("said"));
        fs::write(&parasol, format!("#!/bin/sh\necho \"$@\" >> {}\nexit {code}\n", said.display())).unwrap();
        let script = fs::read_to_string(here("linux/before-removal.sh")).unwrap();
        assert_eq!(script.matches("/usr/bin/parasol ").count(), 1);
        // Started by the shell, so that no other thread of ours can hold it open for writing.
        let script = script.replace("/usr/bin/parasol ", &format!("sh {} ", parasol.display()));
        let status = Command::new("sh").args(["-c", &script, "prerm"]).args(argument).status().unwrap();
        (status.success(), fs::read_to_string(said).unwrap_or_default())
    }

    #[test]
    fn a_removal_has_it_released_for_everybody() {
        // dpkg's two words for it, and rpm's number of versions that stay.
        for argument in ["remove", "deconfigure", "0"] {
            assert_eq!(told(Some(argument), 0), (true, "proxy release --every-user\n".to_owned()), "{argument}");
        }
    }

    #[test]
    fn an_update_leaves_it_as_it_is() {
        for argument in [Some("upgrade"), Some("failed-upgrade"), Some("1"), Some("2"), Some(""), None] {
            assert_eq!(told(argument, 0), (true, String::new()), "{argument:?}");
        }
    }

    #[test]
    fn whatever_fails_it_can_be_removed() {
        assert_eq!(told(Some("remove"), 1), (true, "proxy release --every-user\n".to_owned()));
    }
}

#[test]
fn what_makes_a_release_is_read_and_asks_for_what_there_is() {
    let scripts = json("../package.json")["scripts"].clone();
    let mut asked = 0;
    for file in fs::read_dir(here("../.github/workflows")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let workflow: Value =
            serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(workflow["on"].is_object() && workflow["permissions"].is_object(), "{}", path.display());
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            assert!(job["runs-on"].is_string() && job["timeout-minutes"].is_u64(), "{name}");
            for step in job["steps"].as_array().unwrap() {
                assert!(step["run"].is_string() != step["uses"].is_string(), "{name}: {step}");
            }
        }
        for words in text.split("npm run ").skip(1) {
            let script = words.split_whitespace().next().unwrap();
            assert!(scripts[script].is_string(), "there is no npm run {script}");
            asked += 1;
        }
    }
    assert!(asked >= 2);
}

#[test]
fn one_version_is_everywhere() {
    assert_eq!(json("../package.json")["version"], env!("CARGO_PKG_VERSION"));
}
