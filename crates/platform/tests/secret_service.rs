//! The Secret Service of gnome-keyring on a session bus of its own, in a home of its own: open, locked, gone and back,
//! absent, and one that never answers. A test starts this program again, inside these surroundings, for itself alone.
#![cfg(target_os = "linux")]

mod desktop;
mod inside;

use std::io::Write;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use desktop::Place;
use inside::{here, in_session, inside, this_program};
use parasol_platform::key_store::{Ask, KeyStore, KeyStoreError, SecretService};

#[test]
fn what_is_written_is_there_until_it_is_removed() {
    in_session("what_is_written_is_there_until_it_is_removed", |_| {
        let _daemon = Daemon::unlocked();
        let store = SecretService::default();
        assert_eq!(store.read("a", Ask::Nobody).unwrap(), None);
        store.remove("a", Ask::Nobody).unwrap();
        store.write("a", b"one", Ask::Nobody).unwrap();
        store.write("b", &[0, 255, 0], Ask::Nobody).unwrap();
        store.write("a", b"two", Ask::Nobody).unwrap();
        assert_eq!(store.read("a", Ask::Nobody).unwrap().unwrap().as_slice(), b"two");
        assert_eq!(store.read("b", Ask::Nobody).unwrap().unwrap().as_slice(), [0, 255, 0]);
        // As the user's own program finds it.
        let found =
            Command::new("secret-tool").args(["lookup", "service", "parasol", "username", "a"]).output().unwrap();
        assert_eq!(String::from_utf8(found.stdout).unwrap().trim_end(), "two");
        store.remove("a", Ask::Nobody).unwrap();
        assert_eq!(store.read("a", Ask::Nobody).unwrap(), None);
        assert_eq!(store.read("b", Ask::Nobody).unwrap().unwrap().as_slice(), [0, 255, 0]);
    });
}

#[test]
fn a_locked_one_says_so_and_asks_nobody_by_itself() {
    in_session("a_locked_one_says_so_and_asks_nobody_by_itself", |_| {
        let daemon = Daemon::unlocked();
        let store = SecretService::default();
        store.write("a", b"one", Ask::Nobody).unwrap();
        lock();
        assert_eq!(store.is_ready(), Err(KeyStoreError::Locked));
        assert_eq!(store.read("a", Ask::Nobody), Err(KeyStoreError::Locked));
        assert_eq!(store.read("never written", Ask::Nobody), Err(KeyStoreError::Locked), "it could be in there");
        assert_eq!(store.write("a", b"two", Ask::Nobody), Err(KeyStoreError::Locked));
        assert_eq!(store.remove("a", Ask::Nobody), Err(KeyStoreError::Locked));
        // There is no screen to ask on: that is as good as a no.
        assert_eq!(store.read("a", Ask::User), Err(KeyStoreError::Dismissed));

        drop(daemon);
        let _daemon = Daemon::unlocked();
        assert_eq!(store.read("a", Ask::Nobody).unwrap().unwrap().as_slice(), b"one", "it is back, and whole");
    });
}

#[test]
fn one_that_was_never_set_up_is_locked_and_makes_no_keyring_by_itself() {
    in_session("one_that_was_never_set_up_is_locked_and_makes_no_keyring_by_itself", |place| {
        // The bus starts it when it is asked for.
        let store = SecretService::default();
        assert_eq!(store.is_ready(), Err(KeyStoreError::Locked));
        assert_eq!(store.write("a", b"one", Ask::Nobody), Err(KeyStoreError::Locked));
        assert_eq!(store.read("a", Ask::Nobody), Err(KeyStoreError::Locked));
        assert!(!place.path().join("XDG_DATA_HOME/keyrings/login.keyring").exists());
    });
}

#[test]
fn without_a_bus_there_is_none() {
    let name = "without_a_bus_there_is_none";
    inside(name, this_program(name).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"), |_| {
        let store = SecretService::default();
        assert!(matches!(store.is_ready(), Err(KeyStoreError::Absent(_))));
        assert!(matches!(store.read("a", Ask::Nobody), Err(KeyStoreError::Absent(_))));
        assert!(matches!(store.write("a", b"one", Ask::User), Err(KeyStoreError::Absent(_))));
    });
}

#[test]
fn one_that_never_answers_is_given_up() {
    let name = "one_that_never_answers_is_given_up";
    let place = Place::new();
    let address = place.path().join("bus");
    let _silent = UnixListener::bind(&address).unwrap();
    let address = format!("unix:path={}", address.display());
    inside(name, this_program(name).env("DBUS_SESSION_BUS_ADDRESS", address), |_| {
        let store = SecretService::with_patience(Duration::from_millis(50));
        assert_eq!(store.is_ready(), Err(KeyStoreError::TimedOut));
        assert_eq!(store.read("a", Ask::User), Err(KeyStoreError::TimedOut));
        assert_eq!(store.write("a", b"one", Ask::User), Err(KeyStoreError::TimedOut));
    });
}

/// A gnome-keyring whose only keyring is unlocked, until it is dropped.
struct Daemon(Child);

impl Daemon {
    fn unlocked() -> Daemon {
        assert!(here().is_some(), "never with the keyring of whoever runs the tests");
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets", "--foreground"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed");
        child.stdin.take().unwrap().write_all(b"its password").unwrap();
        let daemon = Daemon(child);
        // The bus must not start another one before this one is there.
        until(|| names_on_the_bus().contains("'org.freedesktop.secrets'"));
        until(|| SecretService::default().is_ready().is_ok());
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        until(|| !names_on_the_bus().contains("'org.freedesktop.secrets'"));
    }
}

fn lock() {
    let path = "/org/freedesktop/secrets";
    let what = "['/org/freedesktop/secrets/collection/login']";
    gdbus(&[
        "--dest",
        "org.freedesktop.secrets",
        "--object-path",
        path,
        "--method",
        "org.freedesktop.Secret.Service.Lock",
        what,
    ]);
}

fn names_on_the_bus() -> String {
    let bus = "org.freedesktop.DBus";
    gdbus(&["--dest", bus, "--object-path", "/org/freedesktop/DBus", "--method", "org.freedesktop.DBus.ListNames"])
}

fn gdbus(arguments: &[&str]) -> String {
    let output = Command::new("gdbus").args(["call", "--session"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Asks again and again; each question takes a while by itself.
fn until(reached: impl Fn() -> bool) {
    let late = Instant::now() + Duration::from_secs(30);
    while !reached() {
        assert!(Instant::now() < late, "it does not come");
    }
}
