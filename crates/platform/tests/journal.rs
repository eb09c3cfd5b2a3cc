//! The journal file: private, durable in its form, and harmless when it is damaged.

mod desktop;

use std::fs;
use std::net::SocketAddr;

use desktop::{Place, manual, wanted};
use parasol_platform::system_proxy::{Fake, Lease, Recovered, recover};

/// The journal of a user with a proxy of their own, and the desktop that points at us.
fn dead_run(place: &Place) -> (Fake, Vec<u8>) {
    let fake = Fake::new([("http host", "proxy.corp.example"), ("http port", "3128"), ("mode", "manual")]);
    drop(Lease::acquire(Box::new(fake.clone()), &place.journal(), &wanted(1080)).unwrap());
    (fake, fs::read(place.journal()).unwrap())
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_it_and_nothing_lies_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    dead_run(&place);
    assert_eq!(fs::metadata(place.journal()).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(place.files(), ["system-proxy.json"]);
}

#[cfg(unix)]
#[test]
fn a_temporary_file_left_by_a_crash_is_neither_followed_nor_in_the_way() {
    let place = Place::new();
    let outside = place.path().join("outside");
    fs::write(&outside, "untouched").unwrap();
    std::os::unix::fs::symlink(&outside, place.path().join("system-proxy.json.tmp")).unwrap();
    dead_run(&place);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "untouched");
    assert_eq!(place.files(), ["outside", "system-proxy.json"]);
}

#[test]
fn a_journal_cut_anywhere_is_kept_aside_and_the_network_comes_back() {
    let place = Place::new();
    let (_, whole) = dead_run(&place);
    let own: SocketAddr = "127.0.0.1:1080".parse().unwrap();
    for len in 0..whole.len() {
        let fake = Fake::new([]);
        fake.change(&manual("127.0.0.1", 1080));
        fs::write(place.journal(), &whole[..len]).unwrap();
        let recovered = recover(&mut fake.clone(), &place.journal(), &[own]).unwrap();
        let Recovered::UnreadableJournal { kept, reason, cleared } = recovered else {
            panic!("cut at {len}: {recovered:?}")
        };
        assert!(cleared, "cut at {len}");
        assert!(!reason.is_empty());
        assert_eq!(fs::read(kept).unwrap(), &whole[..len]);
        assert_eq!(fake.settings().value("mode"), None, "cut at {len}");
        assert_eq!(fake.settings().value("http host"), None, "cut at {len}");
        assert!(!place.journal().exists());
    }
}

#[test]
fn a_damaged_journal_still_tells_which_listener_was_ours() {
    let place = Place::new();
    let (_, whole) = dead_run(&place);
    let text = String::from_utf8(whole).unwrap();
    let cut = &text[..text.find("before").unwrap()];
    let newer = text.replacen("\"version\": 1", "\"version\": 2", 1);
    assert_ne!(newer, text);
    for (damaged, cleared) in [(cut, true), (newer.as_str(), true), ("", false), (&"\0".repeat(300), false)] {
        let (fake, _) = dead_run(&place);
        fs::write(place.journal(), damaged).unwrap();
        let recovered = recover(&mut fake.clone(), &place.journal(), &[]).unwrap();
        let Recovered::UnreadableJournal { kept, cleared: was_cleared, .. } = recovered else {
            panic!("{recovered:?}")
        };
        assert_eq!(was_cleared, cleared, "{damaged:?}");
        assert_eq!(fake.settings() == manual("127.0.0.1", 1080), !cleared);
        assert_eq!(fs::read_to_string(kept).unwrap(), damaged);
    }
    assert_eq!(place.files().len(), 4, "none was kept over another");
}

#[cfg(unix)]
#[test]
fn a_pipe_where_the_journal_should_be_is_kept_aside_and_nobody_waits_for_it() {
    use std::sync::mpsc;
    let place = Place::new();
    assert!(std::process::Command::new("mkfifo").arg(place.journal()).status().unwrap().success());
    let (tell, recovered) = mpsc::channel();
    let journal = place.journal();
    std::thread::spawn(move || tell.send(recover(&mut Fake::new([]), &journal, &[])));
    let recovered = recovered.recv_timeout(std::time::Duration::from_secs(30)).expect("it waits for a writer").unwrap();
    assert!(matches!(recovered, Recovered::UnreadableJournal { cleared: false, .. }), "{recovered:?}");
    assert!(!place.journal().exists());
}

#[test]
fn settings_that_point_elsewhere_are_left_alone_by_a_damaged_journal() {
    let place = Place::new();
    let fake = Fake::new([("http host", "127.0.0.1"), ("http port", "8888"), ("mode", "manual")]);
    let before = fake.settings();
    fs::write(place.journal(), "{\"version\": 1, \"addresses\": [\"127.0.0.1:1080\"").unwrap();
    let recovered = recover(&mut fake.clone(), &place.journal(), &["127.0.0.1:1080".parse().unwrap()]).unwrap();
    assert!(matches!(recovered, Recovered::UnreadableJournal { cleared: false, .. }), "{recovered:?}");
    assert_eq!(fake.settings(), before);
}

#[test]
fn a_journal_that_does_not_say_what_was_before_resets_nothing() {
    let place = Place::new();
    let (fake, whole) = dead_run(&place);
    let mut json: serde_json::Value = serde_json::from_slice(&whole).unwrap();
    json["before"].as_object_mut().unwrap().remove("bypass").unwrap();
    json["addresses"] = serde_json::json!([]);
    fs::write(place.journal(), json.to_string()).unwrap();
    let recovered = recover(&mut fake.clone(), &place.journal(), &[]).unwrap();
    assert!(matches!(recovered, Recovered::UnreadableJournal { cleared: false, .. }), "{recovered:?}");
    assert_eq!(fake.settings(), manual("127.0.0.1", 1080));
}

#[test]
fn acquiring_over_a_damaged_journal_keeps_it_and_believes_no_address_of_ours() {
    let place = Place::new();
    let (fake, whole) = dead_run(&place);
    let text = String::from_utf8(whole).unwrap();
    let cut = &text[..text.find("before").unwrap()];
    fs::write(place.journal(), cut).unwrap();
    // Another port than the one that died: only the damaged journal knows that 1080 was ours.
    Lease::acquire(Box::new(fake.clone()), &place.journal(), &wanted(1081)).unwrap().release().unwrap();
    assert_eq!(fake.settings(), Fake::new([]).settings());
    assert_eq!(place.files(), ["system-proxy.json.unreadable-1"]);
}

#[cfg(unix)]
#[test]
fn a_journal_of_another_user_is_kept_aside_and_nothing_of_it_is_believed() {
    let place = Place::new();
    let (fake, whole) = dead_run(&place);
    let mut json: serde_json::Value = serde_json::from_slice(&whole).unwrap();
    json["user"] = (json["user"].as_u64().expect("it says whose it is") + 1).into();
    fs::write(place.journal(), json.to_string()).unwrap();
    let recovered = recover(&mut fake.clone(), &place.journal(), &[]).unwrap();
    let Recovered::UnreadableJournal { reason, cleared, .. } = recovered else { panic!("{recovered:?}") };
    assert_eq!((reason.as_str(), cleared), ("another user wrote it", true));
    assert_eq!(fake.settings().value("http host"), None, "what that user had is not this one's");
}

#[test]
fn only_a_login_entry_of_ours_is_removed_with_a_journal() {
    let place = Place::new();
    let (fake, whole) = dead_run(&place);
    let [entry, other] = ["parasol-release-proxy.desktop", "photo.jpg"].map(|name| place.path().join(name));
    for (named, left) in [(&other, true), (&entry, false)] {
        fs::write(named, "x").unwrap();
        let mut json: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        json["login_entry"] = named.to_str().unwrap().into();
        fs::write(place.journal(), json.to_string()).unwrap();
        recover(&mut fake.clone(), &place.journal(), &[]).unwrap();
        assert_eq!(named.exists(), left, "{}", named.display());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_room_for_the_journal_the_proxy_is_not_taken_and_without_leave_to_write_it_is_still_given_back() {
    use parasol_platform::system_proxy::ProxyError;
    if !may_mount() {
        eprintln!("SKIPPED: this takes root, and the right to mount (CAP_SYS_ADMIN)");
        return;
    }
    let place = Place::new();
    let disk = place.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |options: &str| {
        let mut mount = std::process::Command::new("mount");
        let output = mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&disk).output().expect("there is mount");
        assert!(output.status.success(), "mount -o {options}: {}", String::from_utf8_lossy(&output.stderr));
    };
    mount("size=16k");
    let journal = disk.join("system-proxy.json");
    let fake = Fake::new([("mode", "none")]);
    let before = fake.settings();
    let filled = fs::write(disk.join("filler"), vec![1; 64 << 10]);
    assert!(filled.is_err(), "the disk is full");
    let refused = Lease::acquire(Box::new(fake.clone()), &journal, &wanted(1080)).map(drop);
    let settings = fake.settings();
    fs::remove_file(disk.join("filler")).unwrap();
    drop(Lease::acquire(Box::new(fake.clone()), &journal, &wanted(1080)).unwrap());
    mount("remount,ro");
    let given_back = recover(&mut fake.clone(), &journal, &[]);
    let done = std::process::Command::new("umount").arg("-l").arg(&disk).status();
    assert!(done.is_ok_and(|status| status.success()), "it stays mounted");

    assert!(matches!(refused, Err(ProxyError::Journal { .. })), "{refused:?}");
    assert_eq!(settings, before);
    assert!(matches!(given_back, Err(ProxyError::Journal { .. })), "the journal could not be removed: {given_back:?}");
    assert_eq!(fake.settings(), before);
}

/// Whether this process has CAP_SYS_ADMIN, which the kernel tells it.
#[cfg(target_os = "linux")]
fn may_mount() -> bool {
    const SYS_ADMIN: u32 = 21;
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let held = status.lines().find_map(|line| line.strip_prefix("CapEff:")).expect("a line of rights");
    u64::from_str_radix(held.trim(), 16).expect("a number") & 1 << SYS_ADMIN != 0
}
