//! A session of a test's own: a home, a runtime directory and a bus, so that nobody's settings are touched.
//!
//! GIO reads its surroundings once per process, so a test starts this program again, inside its surroundings, for
//! itself alone, and again as the Parasol that is to die.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod settled;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use parasol_platform::system_proxy::Wanted;

pub(crate) const PROXY: &str = "org.gnome.system.proxy";

/// Set to the test's own directory for the programs that run inside it.
pub(crate) const INSIDE: &str = "PARASOL_TEST_INSIDE";

/// Where a test keeps everything.
pub(crate) struct Place {
    path: PathBuf,
    _owned: Option<tempfile::TempDir>,
}

impl Place {
    pub(crate) fn new() -> Place {
        let directory = tempfile::tempdir().unwrap();
        for (_, name) in DIRECTORIES {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        Place { path: directory.path().to_owned(), _owned: Some(directory) }
    }

    /// The place that we were started in, if a test has started us.
    pub(crate) fn here() -> Option<Place> {
        Some(Place { path: env::var_os(INSIDE)?.into(), _owned: None })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.path.join("system-proxy.json")
    }

    pub(crate) fn login_entry(&self) -> PathBuf {
        self.path.join("home/.config/autostart/parasol-release-proxy.desktop")
    }

    pub(crate) fn kioslaverc(&self) -> PathBuf {
        self.path.join("home/.config/kioslaverc")
    }

    /// Puts a program into these surroundings. It has no bus of whoever runs the tests.
    pub(crate) fn surround(&self, command: &mut Command, desktop: &str) {
        for variable in TAKEN_AWAY {
            command.env_remove(variable);
        }
        for (variable, name) in DIRECTORIES {
            command.env(variable, self.path.join(name));
        }
        command.env(INSIDE, &self.path).env("PARASOL_CONFIG_DIR", &self.path);
        command.env("LANG", "C.UTF-8").env("XDG_CURRENT_DESKTOP", desktop).stdin(Stdio::null());
    }
}

/// Where Chromium looks for Plasma's settings, whatever the variable says, they are, too.
const DIRECTORIES: [(&str, &str); 4] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_CACHE_HOME", "home/.cache"),
    ("XDG_RUNTIME_DIR", "run"),
];
const TAKEN_AWAY: [&str; 10] = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_DATA_HOME",
    "DCONF_PROFILE",
    "GSETTINGS_BACKEND",
    "APPIMAGE",
    "DBUS_SESSION_BUS_ADDRESS",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];

/// A session bus that can be killed. What it has started ends with it.
pub(crate) struct Bus {
    process: Child,
    pub(crate) address: String,
}

impl Bus {
    pub(crate) fn start(place: &Place) -> Bus {
        let mut command = Command::new("dbus-daemon");
        place.surround(&mut command, "GNOME");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(!address.trim().is_empty(), "dbus-daemon ended");
        Bus { process, address: address.trim().to_owned() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the test if we are inside its surroundings already, or else makes them, with a bus, and starts this program in
/// them.
pub(crate) fn in_session(name: &str, test: impl FnOnce(&Place)) {
    if let Some(place) = Place::here() {
        return test(&place);
    }
    let place = Place::new();
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    place.surround(&mut command, "GNOME");
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    print!("{text}");
    assert!(output.status.success() && text.contains("1 passed"), "{name}: {text}");
}

/// This program, for one test.
pub(crate) fn this_program(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--include-ignored"]);
    command
}

/// `parasol`, in our surroundings.
pub(crate) fn parasol(place: &Place, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parasol")).args(args).env("PARASOL_CONFIG_DIR", place.path()).output().unwrap()
}

pub(crate) fn wanted() -> Wanted {
    Wanted::new(([127, 0, 0, 1], 1080).into(), vec!["localhost".to_owned()])
}

/// All of GNOME's proxy settings, in our surroundings. What was never set is listed as what is set to the default.
pub(crate) fn settings() -> String {
    assert!(env::var_os(INSIDE).is_some(), "never on the settings of whoever runs the tests");
    let list = |schema: &str| gsettings(&["list-recursively", schema]);
    ["", ".http", ".https", ".socks"].map(|part| list(&format!("{PROXY}{part}"))).concat()
}

pub(crate) fn gsettings(arguments: &[&str]) -> String {
    assert!(env::var_os(INSIDE).is_some(), "never on the settings of whoever runs the tests");
    text_of(Command::new("gsettings").args(arguments))
}

/// What a program prints that ends well.
pub(crate) fn text_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A bound for what must not hang; far above what it takes.
pub(crate) fn until(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}: still not");
        std::thread::yield_now();
    }
}

pub(crate) fn kill(signal: &str, whom: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -s {signal} -- {whom}")]).status().unwrap();
    assert!(status.success(), "kill -s {signal} {whom}");
}

/// The processes that one has started and that have not ended.
pub(crate) fn children(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let listed = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let all: Vec<u32> = listed
        .flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|pid| pid.parse().ok())
        .collect();
    all.into_iter().filter(|pid| is_running(*pid)).collect()
}

/// A zombie has ended.
pub(crate) fn is_running(process: u32) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}
