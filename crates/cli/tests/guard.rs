//! A Parasol that dies while it holds the system proxy, on GNOME's real settings: the guard gives it back, and where the
//! guard dies too, the login entry does. Each test has a session bus, a home and a runtime directory of its own.
//!
//! GIO reads its surroundings once per process, so a test starts this program again, inside its surroundings, for
//! itself alone, and again as the Parasol that is to die.
#![cfg(target_os = "linux")]

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use parasol_platform::system_proxy::{
    Endpoint, Lease, ProxyError, Rescue, Snapshot, Step, SystemProxy, Wanted, desktop,
};

const PROXY: &str = "org.gnome.system.proxy";
const HTTP: &str = "org.gnome.system.proxy.http";

#[test]
fn a_parasol_that_is_killed_has_its_proxy_given_back_at_once() {
    in_session("a_parasol_that_is_killed_has_its_proxy_given_back_at_once", |place| {
        let before = settings();
        let holder = Holder::start(place);
        assert_ne!(settings(), before);
        assert!(place.login_entry().exists());
        holder.die_of("KILL");
        let killed = Instant::now();
        until("the settings as they were", || settings() == before);
        let took = killed.elapsed();
        until("the journal is gone", || !place.journal().exists());
        until("nothing runs at login", || !place.login_entry().exists());
        until("the guard has ended", || !holder.is_guarded());
        println!("given back after {took:?}");
    });
}

#[test]
fn what_ends_a_session_does_not_end_the_guard_before_parasol() {
    in_session("what_ends_a_session_does_not_end_the_guard_before_parasol", |place| {
        let before = settings();
        let holder = Holder::start(place);
        for signal in ["INT", "TERM", "HUP"] {
            kill(signal, &holder.guard.to_string());
        }
        // Signals are handled before the next read, in which it would be seen to be gone.
        assert!(holder.is_guarded(), "a signal has ended it");
        // As Ctrl-C in a terminal does, and whoever kills a process group.
        kill("KILL", &format!("-{}", holder.process.id()));
        until("the settings as they were", || settings() == before);
    });
}

#[test]
fn a_guard_that_dies_too_leaves_it_to_the_login_entry() {
    in_session("a_guard_that_dies_too_leaves_it_to_the_login_entry", |place| {
        let before = settings();
        let holder = Holder::start(place);
        kill("KILL", &holder.guard.to_string());
        holder.die_of("KILL");
        assert_ne!(settings(), before, "nobody was there");
        let entry = std::fs::read_to_string(place.login_entry()).unwrap();
        let exec = entry.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
        // The paths of this test need no more quoting than a shell does.
        let output = Command::new("sh").args(["-c", exec]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(settings(), before);
        assert!(!place.journal().exists() && !place.login_entry().exists());
    });
}

#[test]
fn a_proxy_that_is_held_is_neither_released_from_outside_nor_left_guarded_in_the_end() {
    in_session("a_proxy_that_is_held_is_neither_released_from_outside_nor_left_guarded_in_the_end", |place| {
        let before = settings();
        let mut holder = Holder::start(place);
        let set = settings();
        let released = parasol(place, &["proxy", "release"]);
        assert_eq!(released.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&released.stderr).contains("a Parasol that runs"), "{released:?}");
        assert_eq!(settings(), set);
        let status = json(&parasol(place, &["proxy", "status", "--json"]));
        assert_eq!((&status["desktop"], &status["lease"]["is"]), (&"gnome".into(), &"held".into()));
        assert_eq!(status["lease"]["address"], "127.0.0.1:1080");
        assert_eq!(status["settings"]["org.gnome.system.proxy mode"], "'manual'");

        holder.release();
        assert_eq!(settings(), before);
        assert!(!place.login_entry().exists());
        until("the guard has ended", || !holder.is_guarded());
        let status = json(&parasol(place, &["proxy", "status", "--json"]));
        assert_eq!(status["lease"]["is"], "none");
    });
}

#[test]
fn a_terminal_tells_and_releases_what_was_left() {
    in_session("a_terminal_tells_and_releases_what_was_left", |place| {
        let before = settings();
        let holder = Holder::start(place);
        kill("KILL", &holder.guard.to_string());
        holder.die_of("KILL");
        gsettings(&["set", PROXY, "ignore-hosts", "['intranet']"]);
        let status = parasol(place, &["proxy", "status"]);
        let told = String::from_utf8_lossy(&status.stdout);
        assert!(
            told.contains("Left by a Parasol that died") && told.contains("since: org.gnome.system.proxy ignore-hosts"),
            "{told}"
        );
        let released = parasol(place, &["proxy", "release"]);
        assert!(released.status.success(), "{released:?}");
        gsettings(&["reset", PROXY, "ignore-hosts"]);
        assert_eq!(settings(), before);
        let again = parasol(place, &["proxy", "release"]);
        assert!(
            again.status.success() && String::from_utf8_lossy(&again.stdout).contains("Nothing was left"),
            "{again:?}"
        );
    });
}

#[test]
fn without_a_program_for_a_guard_the_proxy_is_set_all_the_same() {
    in_session("without_a_program_for_a_guard_the_proxy_is_set_all_the_same", |place| {
        let before = settings();
        for program in ["/nonexistent/parasol", "/bin/false", "/bin/true"] {
            let rescue = Rescue::of_this_user(Path::new(program));
            let lease = acquire(place, &rescue);
            assert_ne!(settings(), before, "{program}");
            lease.release().unwrap();
            assert_eq!(settings(), before, "{program}");
        }
    });
}

/// Plasma's settings and GNOME's at once, each with something of the user's own.
#[test]
fn wherever_a_parasol_dies_the_users_settings_are_back() {
    in_session("wherever_a_parasol_dies_the_users_settings_are_back", |place| {
        let rc = place.path.join("XDG_CONFIG_HOME/kioslaverc");
        let text =
            "# mine\n[Proxy Settings]\nProxyType=2\nhttpProxy=http://proxy.corp.example 3128\nOdd=x\n\n[Z]\na=b\n";
        std::fs::write(&rc, text).unwrap();
        gsettings(&["set", HTTP, "host", "proxy.corp.example"]);
        gsettings(&["set", PROXY, "ignore-hosts", "['intranet']"]);
        let before = settings();
        let both = || (settings(), std::fs::read_to_string(&rc).unwrap());
        for operations in 0.. {
            let mut command = this_program("dies_on_the_way");
            command.env(INSIDE, &place.path).env("XDG_CURRENT_DESKTOP", "KDE").env(DIES_AFTER, operations.to_string());
            let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            until("the settings are as they were", || both() == (before.clone(), text.to_owned()));
            until("no journal is left", || !place.journal().exists());
            until("nothing runs at login", || !place.login_entry().exists());
            if ended.success() {
                println!("died at {operations} points");
                assert!(operations > 60, "it was to die at every read and write: {operations}");
                break;
            }
        }
    });
}

#[test]
#[ignore = "started by another test, to die"]
fn dies_on_the_way() {
    let place = Place { path: env::var_os(INSIDE).expect("started by another test").into() };
    let left = env::var(DIES_AFTER).unwrap().parse().unwrap();
    let desktop = desktop().unwrap();
    assert_eq!(desktop.name(), "kde+gnome");
    let rescue = Rescue::of_this_user(Path::new(env!("CARGO_BIN_EXE_parasol")));
    let mortal = Box::new(Mortal { desktop, left });
    let lease = Lease::acquire_with_rescue(mortal, &place.journal(), &wanted(), &rescue).unwrap();
    lease.release().unwrap();
}

/// A desktop whose user dies after so many reads and writes.
struct Mortal {
    desktop: Box<dyn SystemProxy>,
    left: usize,
}

impl Mortal {
    fn live(&mut self) {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => kill("KILL", &std::process::id().to_string()),
        }
    }
}

impl SystemProxy for Mortal {
    fn name(&self) -> &'static str {
        self.desktop.name()
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        self.live();
        self.desktop.read()
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        self.live();
        self.desktop.write(values)
    }

    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        self.desktop.plan(present, wanted)
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        self.desktop.endpoints(values)
    }

    fn governs(&self, keys: &Snapshot, endpoint: &Snapshot) -> bool {
        self.desktop.governs(keys, endpoint)
    }
}

#[test]
#[ignore = "started by another test, to hold the proxy"]
fn holds_the_proxy() {
    let place = Place { path: env::var_os(INSIDE).expect("started by another test").into() };
    let lease = acquire(&place, &Rescue::of_this_user(Path::new(env!("CARGO_BIN_EXE_parasol"))));
    println!("\nholds");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    lease.release().unwrap();
    println!("\nreleased");
    std::io::stdin().read_line(&mut line).unwrap();
}

/// A process that holds the system proxy, in a group of its own.
struct Holder {
    process: Child,
    said: BufReader<std::process::ChildStdout>,
    guard: u32,
}

impl Holder {
    fn start(place: &Place) -> Holder {
        use std::os::unix::process::CommandExt;
        let mut command = this_program("holds_the_proxy");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).env(INSIDE, &place.path);
        let mut process = command.spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        wait_for("holds", &mut said);
        let children = format!("/proc/{0}/task", process.id());
        let guard = std::fs::read_dir(children)
            .unwrap()
            .filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).ok())
            .find_map(|children| children.split_whitespace().next()?.parse().ok());
        Holder { process, said, guard: guard.expect("it has a guard") }
    }

    fn release(&mut self) {
        use std::io::Write;
        writeln!(self.process.stdin.as_mut().unwrap()).unwrap();
        wait_for("released", &mut self.said);
    }

    /// A zombie is gone too.
    fn is_guarded(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.guard));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    fn die_of(&self, signal: &str) {
        kill(signal, &self.process.id().to_string());
        until("it is dead", || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
            !stat.is_ok_and(|stat| !stat.contains(") Z "))
        });
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Place {
    path: PathBuf,
}

impl Place {
    fn journal(&self) -> PathBuf {
        self.path.join("system-proxy.json")
    }

    fn login_entry(&self) -> PathBuf {
        self.path.join("XDG_CONFIG_HOME/autostart/parasol-release-proxy.desktop")
    }
}

fn acquire(place: &Place, rescue: &Rescue) -> Lease {
    let desktop = desktop().expect("gsettings-desktop-schemas is installed");
    Lease::acquire_with_rescue(desktop, &place.journal(), &wanted(), rescue).unwrap()
}

fn wanted() -> Wanted {
    Wanted::new(([127, 0, 0, 1], 1080).into(), vec!["localhost".to_owned()])
}

fn parasol(place: &Place, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parasol")).args(args).env("PARASOL_CONFIG_DIR", &place.path).output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn wait_for(word: &str, said: &mut impl BufRead) {
    let mut line = String::new();
    while line.trim_end() != word {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended before it said {word:?}");
    }
}

/// A bound for what must not hang; far above what it takes.
fn until(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}: still not");
        std::thread::yield_now();
    }
}

fn kill(signal: &str, whom: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -s {signal} -- {whom}")]).status().unwrap();
    assert!(status.success(), "kill -s {signal} {whom}");
}

fn settings() -> String {
    // A session in which nothing was set lists the same as one in which it was reset.
    gsettings(&["list-recursively", PROXY]) + &gsettings(&["list-recursively", HTTP])
}

fn gsettings(arguments: &[&str]) -> String {
    assert!(env::var_os(INSIDE).is_some(), "never on the settings of whoever runs the tests");
    let output = Command::new("gsettings").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn this_program(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--include-ignored"]);
    command
}

/// Runs the test if we are inside its surroundings already, or else makes them and starts this program in them.
fn in_session(name: &str, test: impl FnOnce(&Place)) {
    if let Some(path) = env::var_os(INSIDE) {
        return test(&Place { path: path.into() });
    }
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "DCONF_PROFILE", "GSETTINGS_BACKEND", "APPIMAGE"] {
        command.env_remove(variable);
    }
    for variable in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, directory.path().join(variable));
        std::fs::create_dir(directory.path().join(variable)).unwrap();
    }
    command.env(INSIDE, directory.path()).env("LANG", "C.UTF-8").env("XDG_CURRENT_DESKTOP", "GNOME");
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    print!("{text}");
    assert!(output.status.success() && text.contains("1 passed"), "{name}: {text}");
}

const DIES_AFTER: &str = "PARASOL_TEST_DIES_AFTER";

/// Set to the test's own directory for the programs that run inside it.
const INSIDE: &str = "PARASOL_TEST_INSIDE";
