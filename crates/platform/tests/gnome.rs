//! The lease on GNOME's real settings, each test with a session bus, a home and a runtime directory of its own, so that
//! nobody's settings are touched. What was stored is checked with the `gsettings` program.
//!
//! GIO reads its surroundings once per process, so a test starts this program again, inside its surroundings, for
//! itself alone.
#![cfg(target_os = "linux")]

mod desktop;
mod inside;

use std::process::Command;

use desktop::{Place, by_script, snapshot, wanted};
use inside::{here, in_session, inside, this_program};
use parasol_platform::system_proxy::{Gnome, Lease, ProxyError, Recovered, Released, Snapshot, SystemProxy, recover};

const PROXY: &str = "org.gnome.system.proxy";
const HTTP: &str = "org.gnome.system.proxy.http";
const HTTPS: &str = "org.gnome.system.proxy.https";
const SOCKS: &str = "org.gnome.system.proxy.socks";

#[test]
fn gsettings_shows_our_port_and_then_what_was_there() {
    in_session("gsettings_shows_our_port_and_then_what_was_there", |place| {
        set_corporate();
        let before = read();
        let lease = acquire(place, 1080).unwrap();
        assert_points_at(1080);
        assert_eq!(get(PROXY, "ignore-hosts"), "['localhost', '127.0.0.0/8']");
        assert_eq!(get(HTTP, "use-authentication"), "false", "the user's password is not for us");
        let lease = lease.change(&wanted(1081)).unwrap();
        assert_points_at(1081);
        assert_eq!(lease.release().unwrap(), Released::Restored);
        assert_corporate();
        assert_eq!(read(), before);
        assert!(!place.journal().exists());
    });
}

#[test]
fn a_script_of_ours_is_where_programs_look_and_the_users_own_comes_back() {
    in_session("a_script_of_ours_is_where_programs_look_and_the_users_own_comes_back", |place| {
        set_corporate();
        gsettings(&["set", PROXY, "autoconfig-url", "http://wpad.example/x.pac"]);
        let before = read();
        let lease = Lease::acquire(Box::new(gnome()), &place.journal(), &by_script(1080, "1.pac")).unwrap();
        assert_eq!(get(PROXY, "autoconfig-url"), "'http://127.0.0.1:1080/1.pac'");
        assert_eq!(get(PROXY, "mode"), "'auto'");
        assert_eq!(get(HTTP, "host"), "'proxy.corp.example'");
        let lease = lease.change(&by_script(1080, "2.pac")).unwrap();
        assert_eq!(get(PROXY, "autoconfig-url"), "'http://127.0.0.1:1080/2.pac'");
        let lease = lease.change(&wanted(1080)).unwrap();
        assert_points_at(1080);
        assert_eq!(get(PROXY, "autoconfig-url"), "'http://wpad.example/x.pac'");
        let lease = lease.change(&by_script(1081, "3.pac")).unwrap();
        assert_eq!(get(SOCKS, "host"), "''");
        assert_eq!(lease.release().unwrap(), Released::Restored);
        assert_corporate();
        assert_eq!(read(), before);
    });
}

#[test]
fn keys_that_were_never_set_are_never_set_again() {
    in_session("keys_that_were_never_set_are_never_set_again", |place| {
        // Set to what is the default anyway: that is not the same as unset.
        gsettings(&["set", HTTPS, "port", "0"]);
        let before = read();
        assert_eq!(before.iter().filter(|(_, value)| value.is_some()).count(), 1, "{before:?}");
        let lease = acquire(place, 1080).unwrap();
        let is_set =
            |(key, value): (&str, Option<&str>)| value.is_some() || key == "org.gnome.system.proxy autoconfig-url";
        assert!(read().iter().all(is_set));
        lease.release().unwrap();
        assert_eq!(read(), before);
    });
}

#[test]
fn after_a_death_the_next_start_puts_back() {
    in_session("after_a_death_the_next_start_puts_back", |place| {
        set_corporate();
        let before = read();
        let died = this_program("dies_with_a_lease").status().unwrap();
        assert!(!died.success());
        assert_points_at(1080);
        assert_eq!(recover(&mut gnome(), &place.journal(), &[]).unwrap(), Recovered::Restored);
        assert_corporate();
        assert_eq!(read(), before);
        assert_eq!(recover(&mut gnome(), &place.journal(), &[]).unwrap(), Recovered::Nothing);
    });
}

#[test]
#[ignore = "started by another test, to die"]
fn dies_with_a_lease() {
    let place = here().expect("started by another test");
    let _lease = acquire(&place, 1080).unwrap();
    std::process::abort();
}

#[test]
fn what_the_user_changes_in_the_settings_meanwhile_stays() {
    in_session("what_the_user_changes_in_the_settings_meanwhile_stays", |place| {
        set_corporate();
        let lease = acquire(place, 1080).unwrap();
        gsettings(&["set", HTTP, "port", "8888"]);
        let Released::ChangedByAnother { keys } = lease.release().unwrap() else { panic!("it was changed") };
        assert_eq!(keys, ["org.gnome.system.proxy.http port"]);
        assert_eq!(get(HTTP, "host"), "'127.0.0.1'");
        assert_eq!(get(HTTP, "port"), "8888");
        assert_eq!(get(PROXY, "mode"), "'manual'");
        assert_eq!(get(SOCKS, "host"), "''");
        assert_eq!(get(PROXY, "ignore-hosts"), "['intranet', \"it's\"]");
    });
}

#[test]
fn a_proxy_set_by_hand_to_our_port_is_not_put_back() {
    in_session("a_proxy_set_by_hand_to_our_port_is_not_put_back", |place| {
        gsettings(&["set", PROXY, "mode", "manual"]);
        gsettings(&["set", HTTP, "host", "localhost"]);
        gsettings(&["set", HTTP, "port", "1080"]);
        acquire(place, 1080).unwrap().release().unwrap();
        assert_eq!(get(PROXY, "mode"), "'none'");
        assert_eq!(get(HTTP, "host"), "''");
    });
}

#[test]
fn a_port_that_was_never_set_counts_as_the_default() {
    in_session("a_port_that_was_never_set_counts_as_the_default", |place| {
        // The HTTP port's default is 8080.
        gsettings(&["set", PROXY, "mode", "manual"]);
        gsettings(&["set", HTTP, "host", "127.0.0.1"]);
        acquire(place, 8080).unwrap().release().unwrap();
        assert_eq!(get(PROXY, "mode"), "'none'");
        assert_eq!(get(HTTP, "host"), "''");
    });
}

#[test]
fn a_value_that_a_key_does_not_take_is_an_error_and_not_the_end() {
    in_session("a_value_that_a_key_does_not_take_is_an_error_and_not_the_end", |_| {
        let cases = [
            ("org.gnome.system.proxy mode", "'sideways'"),
            ("org.gnome.system.proxy mode", "7"),
            ("org.gnome.system.proxy.http port", "70000"),
            ("org.gnome.system.proxy.http port", "not GVariant"),
            ("org.gnome.system.proxy.http nothing", "7"),
            ("org.gnome.desktop.interface gtk-theme", "'x'"),
        ];
        let before = read();
        for (key, value) in cases {
            let error = gnome().write(&snapshot([(key, Some(value))])).unwrap_err();
            assert!(matches!(error, ProxyError::Desktop(_)), "{key} {value}: {error}");
        }
        assert_eq!(read(), before);
    });
}

#[test]
fn without_a_session_bus_nothing_is_said_to_be_set() {
    let name = "without_a_session_bus_nothing_is_said_to_be_set";
    inside(name, this_program(name).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"), |place| {
        let error = acquire(place, 1080).unwrap_err();
        assert!(error.to_string().contains("there is no session bus"), "{error}");
        assert!(!place.journal().exists());
    });
}

#[test]
fn settings_that_only_live_in_memory_are_not_taken() {
    let name = "settings_that_only_live_in_memory_are_not_taken";
    inside(name, this_program(name).env("GSETTINGS_BACKEND", "memory"), |place| {
        let error = acquire(place, 1080).unwrap_err();
        assert!(matches!(error, ProxyError::Desktop(_)), "{error}");
        assert!(!place.journal().exists());
    });
}

#[test]
fn without_the_schema_there_is_no_desktop() {
    let name = "without_the_schema_there_is_no_desktop";
    let surroundings = [("XDG_DATA_DIRS", "/nonexistent"), ("XDG_DATA_HOME", "/nonexistent")];
    inside(name, this_program(name).envs(surroundings), |_| {
        assert!(parasol_platform::system_proxy::desktop().is_none());
    });
}

fn gnome() -> Gnome {
    Gnome::detect().expect("gsettings-desktop-schemas is installed")
}

fn acquire(place: &Place, port: u16) -> Result<Lease, ProxyError> {
    Lease::acquire(Box::new(gnome()), &place.journal(), &wanted(port))
}

fn read() -> Snapshot {
    gnome().read().unwrap()
}

/// Somebody who has a proxy of their own, with a password.
fn set_corporate() {
    gsettings(&["set", HTTP, "host", "proxy.corp.example"]);
    gsettings(&["set", HTTP, "port", "3128"]);
    gsettings(&["set", HTTP, "use-authentication", "true"]);
    gsettings(&["set", PROXY, "ignore-hosts", "['intranet', \"it's\"]"]);
    gsettings(&["set", PROXY, "mode", "manual"]);
}

fn assert_corporate() {
    assert_eq!(get(HTTP, "host"), "'proxy.corp.example'");
    assert_eq!(get(HTTP, "port"), "3128");
    assert_eq!(get(HTTP, "use-authentication"), "true");
    assert_eq!(get(HTTPS, "host"), "''");
    assert_eq!(get(SOCKS, "port"), "0");
    assert_eq!(get(PROXY, "ignore-hosts"), "['intranet', \"it's\"]");
    assert_eq!(get(PROXY, "mode"), "'manual'");
}

fn assert_points_at(port: u16) {
    for schema in [HTTP, HTTPS, SOCKS] {
        assert_eq!(get(schema, "host"), "'127.0.0.1'");
        assert_eq!(get(schema, "port"), port.to_string());
    }
    assert_eq!(get(PROXY, "mode"), "'manual'");
}

fn get(schema: &str, key: &str) -> String {
    gsettings(&["get", schema, key])
}

fn gsettings(arguments: &[&str]) -> String {
    assert!(here().is_some(), "never on the settings of whoever runs the tests");
    let output = Command::new("gsettings").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}
