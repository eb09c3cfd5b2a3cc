//! The lease on the fake desktop: what a user had is what a user gets back, wherever we die, and what others set stays.

mod desktop;

use std::fs;
use std::path::Path;

use desktop::{Place, by_script, manual, snapshot, wanted};
use parasol_platform::system_proxy::{Fake, Fault, Lease, ProxyError, Recovered, Released, SystemProxy, recover};

fn acquire(fake: &Fake, journal: &Path, port: u16) -> Result<Lease, ProxyError> {
    Lease::acquire(Box::new(fake.clone()), journal, &wanted(port))
}

fn recover_after(fake: &Fake, journal: &Path) -> Recovered {
    recover(&mut fake.clone(), journal, &[]).unwrap()
}

/// A desktop of somebody who has a proxy of their own.
fn corporate() -> Fake {
    Fake::new([("http host", "proxy.corp.example"), ("http port", "3128"), ("bypass", "intranet"), ("mode", "manual")])
}

#[test]
fn every_program_is_pointed_at_us_and_back() {
    let place = Place::new();
    let fake = corporate();
    let before = fake.settings();
    let lease = acquire(&fake, &place.journal(), 1080).unwrap();
    assert_eq!(fake.settings(), manual("127.0.0.1", 1080));
    assert_eq!(lease.address(), "127.0.0.1:1080".parse().unwrap());
    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(fake.settings(), before);
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn the_switch_is_written_last_and_put_back_first() {
    let place = Place::new();
    let fake = Fake::new([]);
    for stop in 0.. {
        fake.inject(stop, Fault::Stops);
        let acquired = acquire(&fake, &place.journal(), 1080);
        assert_never_on_without_all_endpoints(&fake);
        fake.mend();
        let Ok(lease) = acquired else {
            recover_after(&fake, &place.journal());
            continue;
        };
        // Whoever holds it dies.
        drop(lease);
        for stop in 0.. {
            fake.inject(stop, Fault::Stops);
            let recovered = recover(&mut fake.clone(), &place.journal(), &[]);
            assert_never_on_without_all_endpoints(&fake);
            if recovered.is_ok() {
                break;
            }
        }
        break;
    }
}

fn assert_never_on_without_all_endpoints(fake: &Fake) {
    let now = fake.settings();
    if now.value("mode") == Some("manual") {
        assert_eq!(now, manual("127.0.0.1", 1080));
    }
}

#[test]
fn a_dropped_lease_leaves_the_journal_for_the_next_start() {
    let place = Place::new();
    let fake = corporate();
    let before = fake.settings();
    drop(acquire(&fake, &place.journal(), 1080).unwrap());
    assert_eq!(fake.settings(), manual("127.0.0.1", 1080));
    assert_eq!(recover_after(&fake, &place.journal()), Recovered::Restored);
    assert_eq!(fake.settings(), before);
    assert_eq!(recover_after(&fake, &place.journal()), Recovered::Nothing);
}

#[test]
fn another_port_keeps_the_settings_first_found() {
    let place = Place::new();
    let fake = corporate();
    let before = fake.settings();
    let lease = acquire(&fake, &place.journal(), 1080).unwrap();
    let lease = lease.change(&wanted(1081)).unwrap();
    assert_eq!(fake.settings(), manual("127.0.0.1", 1081));
    assert_eq!(lease.address().port(), 1081);
    lease.release().unwrap();
    assert_eq!(fake.settings(), before);
}

#[test]
fn acquiring_over_a_journal_of_a_run_that_died_keeps_the_settings_first_found() {
    let place = Place::new();
    let fake = corporate();
    let before = fake.settings();
    for port in [1080, 1080, 1081] {
        drop(acquire(&fake, &place.journal(), port).unwrap());
    }
    acquire(&fake, &place.journal(), 1082).unwrap().release().unwrap();
    assert_eq!(fake.settings(), before);
}

#[test]
fn our_own_address_is_never_taken_for_the_users() {
    let place = Place::new();
    for host in ["127.0.0.1", "localhost", "::1"] {
        let fake = Fake::new([]);
        fake.change(&manual(host, 1080));
        acquire(&fake, &place.journal(), 1080).unwrap().release().unwrap();
        assert_eq!(fake.settings(), Fake::new([]).settings(), "{host}");
    }
}

#[test]
fn the_users_other_proxy_survives_one_that_points_at_us() {
    let place = Place::new();
    let fake = corporate();
    fake.change(&snapshot([("socks host", Some("127.0.0.1")), ("socks port", Some("1080"))]));
    acquire(&fake, &place.journal(), 1080).unwrap().release().unwrap();
    assert_eq!(fake.settings(), corporate().settings());
}

#[test]
fn a_proxy_of_another_program_is_left_switched_on() {
    let place = Place::new();
    let fake = Fake::new([]);
    let lease = acquire(&fake, &place.journal(), 1080).unwrap();
    // The host is the same as ours: only the pair tells that it is not.
    fake.change(&snapshot([("http port", Some("8888"))]));
    let Released::ChangedByAnother { keys } = lease.release().unwrap() else { panic!("it was changed") };
    assert_eq!(keys, ["http port"]);
    let expected = Fake::new([("http host", "127.0.0.1"), ("http port", "8888"), ("mode", "manual")]);
    assert_eq!(fake.settings(), expected.settings());
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn a_user_who_switched_off_or_edited_the_bypass_list_is_not_overruled() {
    let place = Place::new();
    for (key, value) in [("mode", Some("none")), ("mode", Some("auto")), ("bypass", Some("printer.local"))] {
        let fake = corporate();
        let mut expected = fake.settings();
        let lease = acquire(&fake, &place.journal(), 1080).unwrap();
        fake.change(&snapshot([(key, value)]));
        let keys = vec![key.to_owned()];
        assert_eq!(lease.release().unwrap(), Released::ChangedByAnother { keys });
        expected.overlay(&snapshot([(key, value)]));
        assert_eq!(fake.settings(), expected);
    }
}

#[test]
fn a_write_that_does_nothing_is_an_error_and_leaves_no_journal() {
    let place = Place::new();
    let fake = corporate();
    fake.inject(0, Fault::Ignores);
    let error = acquire(&fake, &place.journal(), 1080).unwrap_err();
    assert!(matches!(error, ProxyError::NotWritten { .. }), "{error}");
    assert_eq!(place.files(), [""; 0]);
    assert_eq!(fake.settings(), corporate().settings());
}

#[test]
fn one_failure_anywhere_in_acquire_puts_everything_back() {
    let place = Place::new();
    for failing in 0.. {
        let fake = corporate();
        fake.inject(failing, Fault::Fails);
        if acquire(&fake, &place.journal(), 1080).is_ok() {
            assert!(failing > 10, "the failure must have reached every step");
            break;
        }
        assert_eq!(fake.settings(), corporate().settings(), "operation {failing}");
        assert_eq!(place.files(), [""; 0], "operation {failing}");
    }
}

#[test]
fn a_failure_in_release_can_be_tried_again() {
    let place = Place::new();
    let fake = corporate();
    let lease = acquire(&fake, &place.journal(), 1080).unwrap();
    fake.inject(1, Fault::Stops);
    lease.release().unwrap_err();
    fake.mend();
    assert_eq!(recover_after(&fake, &place.journal()), Recovered::Restored);
    assert_eq!(fake.settings(), corporate().settings());
}

#[test]
fn without_a_place_for_the_journal_nothing_is_changed() {
    let place = Place::new();
    let fake = corporate();
    let error = acquire(&fake, &place.path().join("missing/journal.json"), 1080).unwrap_err();
    assert!(matches!(error, ProxyError::Journal { .. }), "{error}");
    assert_eq!(fake.settings(), corporate().settings());
}

#[test]
fn a_journal_that_outlived_the_release_does_no_harm() {
    let place = Place::new();
    let fake = corporate();
    let lease = acquire(&fake, &place.journal(), 1080).unwrap();
    let journal = fs::read(place.journal()).unwrap();
    lease.release().unwrap();
    fs::write(place.journal(), journal).unwrap();
    assert_eq!(recover_after(&fake, &place.journal()), Recovered::Restored);
    assert_eq!(fake.settings(), corporate().settings());
}

#[test]
fn port_0_is_no_address_to_point_at() {
    let place = Place::new();
    let fake = corporate();
    assert!(matches!(acquire(&fake, &place.journal(), 0), Err(ProxyError::NoPort)));
    assert_eq!(fake.operations(), 0);
}

#[test]
fn a_journal_of_another_desktop_is_left_for_that_desktop() {
    let place = Place::new();
    let fake = corporate();
    drop(acquire(&fake, &place.journal(), 1080).unwrap());
    let text = fs::read_to_string(place.journal()).unwrap().replace("\"fake\"", "\"other\"");
    fs::write(place.journal(), &text).unwrap();
    let error = recover(&mut fake.clone(), &place.journal(), &[]).unwrap_err();
    assert!(matches!(error, ProxyError::OtherDesktop { .. }), "{error}");
    acquire(&fake, &place.journal(), 1080).unwrap_err();
    assert_eq!(fs::read_to_string(place.journal()).unwrap(), text);
    assert_eq!(fake.clone().read().unwrap(), manual("127.0.0.1", 1080));
}

#[test]
fn a_script_of_ours_is_set_and_each_new_one_and_none_is_left() {
    let place = Place::new();
    let fake = corporate();
    fake.change(&snapshot([("script", Some("http://wpad.example/x.pac"))]));
    let before = fake.settings();
    let acquired = Lease::acquire(Box::new(fake.clone()), &place.journal(), &by_script(1080, "1.pac")).unwrap();
    let mut lease = acquired;
    for name in ["1.pac", "2.pac"] {
        lease = lease.change(&by_script(1080, name)).unwrap();
        let mut expected = before.clone();
        let url = format!("http://127.0.0.1:1080/{name}");
        expected.overlay(&snapshot([("script", Some(&*url)), ("mode", Some("auto"))]));
        assert_eq!(fake.settings(), expected, "the named proxies are the user's");
    }
    // The other way and back: each takes away what the other had set.
    let lease = lease.change(&wanted(1080)).unwrap();
    let mut expected = manual("127.0.0.1", 1080);
    expected.overlay(&snapshot([("script", Some("http://wpad.example/x.pac"))]));
    assert_eq!(fake.settings(), expected);
    let lease = lease.change(&by_script(1081, "3.pac")).unwrap();
    assert_eq!(fake.settings().value("http host"), Some("proxy.corp.example"));
    assert_eq!(lease.release().unwrap(), Released::Restored);
    assert_eq!(fake.settings(), before);
}

#[test]
fn a_script_of_ours_is_never_taken_for_the_users() {
    let place = Place::new();
    for (mode, remains) in [("auto", None), ("manual", Some("manual"))] {
        for to in [wanted(1080), by_script(1080, "new.pac")] {
            let fake = corporate();
            fake.change(&snapshot([("script", Some("http://localhost:1080/old.pac")), ("mode", Some(mode))]));
            Lease::acquire(Box::new(fake.clone()), &place.journal(), &to).unwrap().release().unwrap();
            let mut expected = corporate().settings();
            // By name, its key is none that we write; without the switch it says nothing.
            let script = to.script().is_none().then_some("http://localhost:1080/old.pac");
            expected.overlay(&snapshot([("mode", remains), ("script", script)]));
            assert_eq!(fake.settings(), expected, "{mode} {to:?}");
        }
    }
}

#[test]
fn a_script_of_another_program_is_left_switched_on() {
    let place = Place::new();
    for url in ["http://127.0.0.1:8888/other.pac", "file:///home/other.pac"] {
        let fake = Fake::new([]);
        let lease = Lease::acquire(Box::new(fake.clone()), &place.journal(), &by_script(1080, "1.pac")).unwrap();
        fake.change(&snapshot([("script", Some(url))]));
        let keys = vec!["script".to_owned()];
        assert_eq!(lease.release().unwrap(), Released::ChangedByAnother { keys });
        assert_eq!(fake.settings(), Fake::new([("script", url), ("mode", "auto")]).settings());
    }
}

#[test]
fn a_look_tells_what_another_has_changed_and_changes_nothing() {
    let place = Place::new();
    let fake = corporate();
    let mut lease = acquire(&fake, &place.journal(), 1080).unwrap();
    let set = fake.settings();
    let look = lease.look().unwrap();
    assert_eq!((look.changed.is_empty(), look.is_whole, fake.settings()), (true, true, set));
    fake.change(&snapshot([("http port", Some("8888")), ("mode", Some("none"))]));
    let changed = fake.settings();
    assert_eq!(lease.look().unwrap().changed, ["http port", "mode"]);
    assert_eq!(fake.settings(), changed);
}

#[test]
fn what_a_damaged_journal_left_of_a_script_is_cleared() {
    let place = Place::new();
    let script = ("script", "http://127.0.0.1:1080/1.pac");
    for (set, left) in [
        (vec![script, ("mode", "auto"), ("http host", "corp.example")], vec![("http host", "corp.example")]),
        (vec![script, ("mode", "manual"), ("socks host", "127.0.0.1"), ("socks port", "1080")], vec![]),
    ] {
        let fake = Fake::new(set);
        fs::write(place.journal(), "{").unwrap();
        let own = ["127.0.0.1:1080".parse().unwrap()];
        let recovered = recover(&mut fake.clone(), &place.journal(), &own).unwrap();
        assert!(matches!(recovered, Recovered::UnreadableJournal { cleared: true, .. }), "{recovered:?}");
        assert_eq!(fake.settings(), Fake::new(left).settings());
    }
}
