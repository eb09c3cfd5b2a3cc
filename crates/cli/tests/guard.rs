//! A Parasol that dies while it holds the system proxy, on GNOME's real settings: the guard gives it back, and where the
//! guard dies too, the login entry does. Each test has a session of its own.
#![cfg(target_os = "linux")]

mod session;

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use parasol_platform::system_proxy::{Lease, Rescue, desktop};
use session::{
    INSIDE, PROXY, Place, children, gsettings, in_session, is_running, kill, parasol, settings, this_program, until,
    wanted,
};

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
fn who_is_removed_by_force_gives_back_first() {
    in_session("who_is_removed_by_force_gives_back_first", |place| {
        let before = settings();
        let holder = Holder::start(place);
        // Without a guard, so that it is our doing.
        kill("KILL", &holder.guard.to_string());
        let released = parasol(place, &["proxy", "release", "--force"]);
        assert!(released.status.success(), "{released:?}");
        assert_eq!(settings(), before);
        assert!(!place.journal().exists() && !place.login_entry().exists());
        until("it has ended", || !is_running(holder.process.id()));
        let again = parasol(place, &["proxy", "release", "--force"]);
        assert!(again.status.success(), "{again:?}");
    });
}

/// What the guard is to be: small, since it is there for as long as Parasol is on.
#[test]
fn a_guard_has_less_than_five_megabytes_to_itself() {
    in_session("a_guard_has_less_than_five_megabytes_to_itself", |place| {
        let holder = Holder::start(place);
        // What it gives back it gives back after it has said that it is there.
        until("it is small", || {
            let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", holder.guard)).unwrap();
            let kilobytes = |name: &str| -> Option<u64> {
                rollup.lines().find_map(|line| line.strip_prefix(name)?.strip_suffix(" kB")?.trim().parse().ok())
            };
            let [clean, dirty] =
                ["Private_Clean:", "Private_Dirty:"].map(|name| kilobytes(name).expect("it is listed"));
            let is_small = clean + dirty < 5 << 10;
            if is_small {
                println!("a guard's own memory: {dirty} kB, and {clean} kB of the program's file");
            }
            is_small
        });
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

#[test]
#[ignore = "started by another test, to hold the proxy"]
fn holds_the_proxy() {
    let place = Place::here().expect("started by another test");
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
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).env(INSIDE, place.path());
        let mut process = command.spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        wait_for("holds", &mut said);
        let guard = *children(process.id()).first().expect("it has a guard");
        Holder { process, said, guard }
    }

    fn release(&mut self) {
        use std::io::Write;
        writeln!(self.process.stdin.as_mut().unwrap()).unwrap();
        wait_for("released", &mut self.said);
    }

    fn is_guarded(&self) -> bool {
        is_running(self.guard)
    }

    fn die_of(&self, signal: &str) {
        kill(signal, &self.process.id().to_string());
        until("it is dead", || !is_running(self.process.id()));
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn acquire(place: &Place, rescue: &Rescue) -> Lease {
    let desktop = desktop().expect("gsettings-desktop-schemas is installed");
    Lease::acquire_with_rescue(desktop, &place.journal(), &wanted(), rescue).unwrap()
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
