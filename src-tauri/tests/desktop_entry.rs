//! The desktop entry that packages bring: read by the desktop's own library, and by the program that its lines start.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Command;

use gtk::gio::DesktopAppInfo;
use gtk::gio::prelude::AppInfoExt;
use parasol_app::start::{Start, Switch};

/// The template as the bundler fills it in, with a program that every machine has.
fn filled() -> String {
    let template = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("linux/parasol.desktop")).unwrap();
    let mut text = String::new();
    // A line of the template's own language is no line of the entry.
    for line in template.lines().filter(|line| !line.starts_with("{{#") && !line.starts_with("{{/")) {
        text += line;
        text += "\n";
    }
    for (name, value) in [
        ("name", "Parasol"),
        ("comment", "A client"),
        ("exec", "/bin/true"),
        ("icon", "parasol-desktop"),
        ("mime_type", "x-scheme-handler/ss;x-scheme-handler/ssconf"),
    ] {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    assert!(!text.contains('{'), "{text}");
    text
}

#[test]
fn the_packages_have_this_entry() {
    let config: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tauri.conf.json")).unwrap())
            .unwrap();
    for package in ["deb", "rpm"] {
        assert_eq!(config["bundle"]["linux"][package]["desktopTemplate"], "linux/parasol.desktop");
    }
}

#[test]
fn the_desktop_reads_it_with_its_actions() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Parasol.desktop");
    fs::write(&file, filled()).unwrap();
    let entry = DesktopAppInfo::from_filename(&file);
    let entry = entry.expect("it is an entry");
    assert_eq!(entry.name(), "Parasol");
    assert!(entry.supports_uris(), "links are handed over");
    let actions: Vec<String> = entry.list_actions().iter().map(ToString::to_string).collect();
    assert_eq!(actions, ["Open", "TurnOn", "TurnOff", "Toggle", "Quit"]);
    // In the language of whoever runs this.
    let turn_on = entry.action_name("TurnOn");
    assert!(["Turn on", "روشن کردن", "Включить", "开启"].contains(&turn_on.as_str()), "{turn_on}");
    let types = entry.supported_types();
    let types: Vec<&str> = types.iter().map(|mime| mime.as_str()).collect();
    assert_eq!(types, ["x-scheme-handler/ss", "x-scheme-handler/ssconf"]);
}

#[test]
fn it_is_valid_to_the_desktops_own_checker() {
    // A key of the specification's newest edition, which the checkers of older systems do not know.
    let text: String = filled()
        .lines()
        .filter(|line| *line != "SingleMainWindow=true")
        .fold(String::new(), |text, line| text + line + "\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Parasol.desktop");
    fs::write(&file, text).unwrap();
    let said = Command::new("desktop-file-validate").arg(&file).output().expect("desktop-file-utils is installed");
    assert!(said.status.success() && said.stdout.is_empty(), "{said:?}");
}

#[test]
fn it_says_everything_in_every_language() {
    let text = filled();
    let lines: Vec<&str> = text.lines().collect();
    let said =
        lines.iter().enumerate().filter(|(_, line)| line.starts_with("GenericName=") || line.starts_with("Name="));
    // A name needs no other words.
    for (at, line) in said.filter(|(_, line)| **line != "Name=Parasol") {
        let key = line.split('=').next().unwrap();
        for (language, after) in ["fa", "ru", "zh_CN"].iter().zip(1..) {
            assert!(lines[at + after].starts_with(&format!("{key}[{language}]=")), "{line}");
        }
    }
}

#[test]
fn the_program_knows_what_its_actions_tell_it() {
    let text = filled();
    let starts: Vec<Start> = text
        .lines()
        .filter_map(|line| line.strip_prefix("Exec="))
        .map(|exec| Start::of(exec.split(' ').skip(1).map(str::to_owned)))
        .collect();
    let switches: Vec<Option<Switch>> = starts.iter().map(|start| start.switch).collect();
    assert_eq!(switches, [None, None, Some(Switch::On), Some(Switch::Off), Some(Switch::Toggle), None]);
    let seen: Vec<bool> = starts.iter().map(Start::shows_window).collect();
    assert_eq!(seen, [true, true, false, false, false, false]);
    let needless: Vec<bool> = starts.iter().map(Start::is_needless).collect();
    assert_eq!(needless, [false, false, false, true, false, true], "what does not run is off, and has ended");
}
