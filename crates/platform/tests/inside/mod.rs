//! Surroundings of a test's own: a session bus, a home, and a runtime directory. What reads its surroundings once per
//! process, or would find those of whoever runs the tests, is tested by this program started again inside them, for one
//! test alone.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::desktop::Place;

/// Runs the test with a session bus of its own.
pub(crate) fn in_session(name: &str, test: impl FnOnce(&Place)) {
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(env::current_exe().unwrap()).args(arguments(name));
    inside(name, &mut command, test);
}

/// Runs the test if we are inside its surroundings already, or else makes them and starts `command` in them. What the
/// command sets itself stays as it says.
pub(crate) fn inside(name: &str, command: &mut Command, test: impl FnOnce(&Place)) {
    if let Some(place) = here() {
        return test(&place);
    }
    let place = Place::new();
    surround(command, place.path());
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{name} did not run inside: {text}");
}

/// The place that we were started in, if a test has started us.
pub(crate) fn here() -> Option<Place> {
    env::var_os(INSIDE).map(|directory| Place::at(directory.as_ref()))
}

/// This program, for one test.
pub(crate) fn this_program(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(arguments(test));
    command
}

fn arguments(test: &str) -> [&str; 4] {
    ["--exact", test, "--nocapture", "--include-ignored"]
}

fn surround(command: &mut Command, directory: &Path) {
    let set: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
    let open = |name: &&&str| !set.iter().any(|set| set == **name);
    for variable in TAKEN_AWAY.iter().filter(open) {
        command.env_remove(variable);
    }
    for variable in ITS_OWN.iter().filter(open) {
        command.env(variable, directory.join(variable));
        std::fs::create_dir(directory.join(variable)).unwrap();
    }
    command.env(INSIDE, directory).env("LANG", "C.UTF-8");
}

const TAKEN_AWAY: [&str; 6] =
    ["DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL", "SSH_AUTH_SOCK", "DCONF_PROFILE", "GSETTINGS_BACKEND"];
const ITS_OWN: [&str; 5] = ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"];

/// Set to the test's own directory for the program that runs inside it.
const INSIDE: &str = "PARASOL_TEST_INSIDE";
