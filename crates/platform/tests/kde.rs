//! The lease on a real `kioslaverc`, in a session of its own with a bus of its own: what is in the file, and what programs
//! of Plasma that run are told.
#![cfg(target_os = "linux")]

mod desktop;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use desktop::{Place, by_script, snapshot, wanted};
use parasol_platform::system_proxy::{Kde, Lease, ProxyError, Recovered, Released, SystemProxy, recover};

/// As Plasma 6 leaves it.
const MINE: &str = "# by hand\n[$Version]\nupdate_info=kioslaverc.upd:kde2.2/r1\n\n[Proxy Settings]\nNoProxyFor=intranet\nProxy Config Script=http://wpad/x.pac\nProxyType=2\nReversedException=true\nhttpProxy=http://proxy.corp.example 3128\n\n[Browser Settings]\nSendUserAgent=true\n";

const SET: &str = "# by hand\n[$Version]\nupdate_info=kioslaverc.upd:kde2.2/r1\n\n[Proxy Settings]\nNoProxyFor=localhost,127.0.0.0/8\nProxy Config Script=http://wpad/x.pac\nProxyType=1\nReversedException=false\nhttpProxy=http://127.0.0.1 1080\nhttpsProxy=http://127.0.0.1 1080\nsocksProxy=socks://127.0.0.1 1080\n\n[Browser Settings]\nSendUserAgent=true\n";

#[test]
fn the_file_points_at_us_and_is_then_as_it_was_byte_for_byte() {
    in_session("the_file_points_at_us_and_is_then_as_it_was_byte_for_byte", |place| {
        for mine in [MINE, "", "[Other]\na=b\n", "# nothing\n"] {
            fs::write(rc(), mine).unwrap();
            fs::set_permissions(rc(), fs::Permissions::from_mode(0o640)).unwrap();
            let lease = acquire(place).unwrap();
            if mine == MINE {
                assert_eq!(text(), SET);
            }
            assert_eq!(fs::metadata(rc()).unwrap().permissions().mode() & 0o777, 0o640);
            assert_eq!(lease.release().unwrap(), Released::Restored);
            assert_eq!(fs::read_to_string(rc()).unwrap_or_default(), mine);
        }
        fs::remove_file(rc()).unwrap_or_default();
        let lease = acquire(place).unwrap();
        assert!(text().starts_with("[Proxy Settings]\n"));
        lease.release().unwrap();
        assert!(!rc().exists(), "there was none");
    });
}

#[test]
fn a_script_of_ours_takes_the_place_of_the_users_and_goes_again() {
    in_session("a_script_of_ours_takes_the_place_of_the_users_and_goes_again", |place| {
        for mine in [MINE, "", "[Other]\na=b\n"] {
            fs::write(rc(), mine).unwrap();
            let lease = Lease::acquire(Box::new(kde()), &place.journal(), &by_script(1080, "1.pac")).unwrap();
            let now = text();
            assert!(now.contains("Proxy Config Script=http://127.0.0.1:1080/1.pac\n"), "{now}");
            assert!(now.contains("ProxyType=2\n") && !now.contains("127.0.0.1 1080"), "{now}");
            let lease = lease.change(&wanted(1080)).unwrap();
            assert!(text().contains("httpProxy=http://127.0.0.1 1080\n") && !text().contains("1.pac"));
            let lease = lease.change(&by_script(1080, "2.pac")).unwrap();
            assert!(text().contains("/2.pac\n") && !text().contains("127.0.0.1 1080"));
            assert_eq!(lease.release().unwrap(), Released::Restored);
            assert_eq!(fs::read_to_string(rc()).unwrap_or_default(), mine);
        }
    });
}

#[test]
fn programs_that_run_are_told_each_time() {
    in_session("programs_that_run_are_told_each_time", |place| {
        let mut command = Command::new("dbus-monitor");
        command.args(["--session", "type='signal',interface='org.kde.KIO.Scheduler'"]).stdout(Stdio::piped());
        let mut monitor = command.spawn().unwrap();
        let mut lines = BufReader::new(monitor.stdout.take().unwrap()).lines().map(Result::unwrap);
        // With this it has become a monitor.
        lines.find(|line| line.contains("NameLost")).unwrap();
        let lease = acquire(place).unwrap();
        let told =
            |line: &String| line.contains("path=/KIO/Scheduler") && line.contains("member=reparseSlaveConfiguration");
        lines.find(told).unwrap();
        assert_eq!(lines.next().unwrap().trim(), "string \"\"");
        lease.release().unwrap();
        lines.find(told).unwrap();
        monitor.kill().and_then(|()| monitor.wait()).unwrap();
    });
}

#[test]
fn what_dies_is_put_back_from_the_journal_in_any_session() {
    in_session("what_dies_is_put_back_from_the_journal_in_any_session", |place| {
        fs::write(rc(), MINE).unwrap();
        drop(acquire(place).unwrap());
        assert_eq!(text(), SET);
        // The user has logged in to GNOME instead.
        let mut gnome = parasol_platform::system_proxy::Gnome::detect().expect("its schemas are installed");
        assert_eq!(recover(&mut gnome, &place.journal(), &[]).unwrap(), Recovered::Restored);
        assert_eq!(text(), MINE);
    });
}

#[test]
fn what_the_user_changes_meanwhile_stays_and_the_rest_comes_back() {
    in_session("what_the_user_changes_meanwhile_stays_and_the_rest_comes_back", |place| {
        fs::write(rc(), MINE).unwrap();
        let lease = acquire(place).unwrap();
        fs::write(rc(), SET.replace("httpProxy=http://127.0.0.1 1080", "httpProxy=http://other 1")).unwrap();
        let Released::ChangedByAnother { keys } = lease.release().unwrap() else { panic!("it was changed") };
        assert_eq!(keys, ["kioslaverc httpProxy"]);
        let expected =
            MINE.replace("http://proxy.corp.example 3128", "http://other 1").replace("ProxyType=2", "ProxyType=1");
        assert_eq!(text(), expected, "who has set it needs it switched on");
    });
}

#[test]
fn a_link_stays_a_link_and_what_is_locked_or_odd_is_said_and_left() {
    in_session("a_link_stays_a_link_and_what_is_locked_or_odd_is_said_and_left", |place| {
        let elsewhere = place.path().join("dotfiles");
        fs::write(&elsewhere, MINE).unwrap();
        symlink(&elsewhere, rc()).unwrap();
        let lease = acquire(place).unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), SET);
        lease.release().unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), MINE);
        assert!(fs::symlink_metadata(rc()).unwrap().is_symlink());
        fs::remove_file(rc()).unwrap();

        let huge = vec![b'#'; 2 << 20];
        for (bytes, words) in [
            (&b"[Proxy Settings][$i]\nProxyType=0\n"[..], "locked"),
            (b"[Proxy Settings]\nhttpProxy[$i]=\n", "locked"),
            (b"[Proxy Settings]\n# \xff\n", "UTF-8"),
            (&huge, "too large"),
        ] {
            fs::write(rc(), bytes).unwrap();
            let error = acquire(place).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!(fs::read(rc()).unwrap(), bytes);
            assert!(!place.journal().exists());
        }
        fs::remove_file(rc()).unwrap();
        fs::create_dir(rc()).unwrap();
        assert!(matches!(acquire(place).unwrap_err(), ProxyError::Desktop(_)));
    });
}

#[test]
fn a_value_cannot_smuggle_in_another_line() {
    in_session("a_value_cannot_smuggle_in_another_line", |_| {
        for (key, value) in [
            ("kioslaverc httpProxy", "x\n[Other]\nExec=evil"),
            ("kioslaverc httpProxy", "x\r"),
            ("kioslaverc Other", "x"),
            ("org.gnome.system.proxy mode", "'none'"),
        ] {
            let error = kde().write(&snapshot([(key, Some(value))])).unwrap_err();
            assert!(matches!(error, ProxyError::Desktop(_)), "{key}: {error}");
            assert!(!rc().exists());
        }
    });
}

#[test]
fn without_a_session_bus_the_file_is_written_all_the_same() {
    in_session("without_a_session_bus_the_file_is_written_all_the_same", |place| {
        let mut command = this_program("writes_the_file");
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus").env(INSIDE, place.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(text().contains("ProxyType=1"));
    });
}

#[test]
#[ignore = "started by another test, without a bus"]
fn writes_the_file() {
    kde().write(&snapshot([("kioslaverc ProxyType", Some("1"))])).unwrap();
}

fn kde() -> Kde {
    Kde::detect().expect("this is Plasma")
}

fn acquire(place: &Place) -> Result<Lease, ProxyError> {
    Lease::acquire(Box::new(kde()), &place.journal(), &wanted(1080))
}

fn rc() -> PathBuf {
    assert!(env::var_os(INSIDE).is_some(), "never the settings of whoever runs the tests");
    PathBuf::from(env::var_os("XDG_CONFIG_HOME").expect("it is set inside")).join("kioslaverc")
}

fn text() -> String {
    fs::read_to_string(rc()).unwrap()
}

fn this_program(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--include-ignored"]);
    command
}

/// Runs the test if we are inside its surroundings already, or else makes them and starts this program in them.
fn in_session(name: &str, test: impl FnOnce(&Place)) {
    if let Some(directory) = env::var_os(INSIDE) {
        return test(&Place::at(directory.as_ref()));
    }
    let place = Place::new();
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "DCONF_PROFILE", "GSETTINGS_BACKEND"] {
        command.env_remove(variable);
    }
    for variable in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, place.path().join(variable));
        fs::create_dir(place.path().join(variable)).unwrap();
    }
    command.env(INSIDE, place.path()).env("LANG", "C.UTF-8").env("XDG_CURRENT_DESKTOP", "KDE");
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{name}: {text}");
}

/// Set to the test's own directory for the programs that run inside it.
const INSIDE: &str = "PARASOL_TEST_INSIDE";
