use std::collections::HashSet;

use parasol_proto::Password;

use super::*;
use crate::document::Document;
use crate::profile::Profile;
use crate::secrets::Key;

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";

fn saved(text: &str) -> Vec<Profile> {
    let import = read(text.as_bytes());
    apply(&import, &plan(&import, &[]), &HashSet::new(), &[]).added
}

fn object(change: &str) -> String {
    format!(
        r#"[{{"id": "7842c068-c667-41f2-8f7d-04feece3cb67", "server": "a.example", "server_port": 1, "method": "aes-256-gcm",
        "password": "one", "remarks": "A", "plugin": "obfs-local", "plugin_opts": "obfs=http" {change}}}]"#
    )
}

#[test]
fn an_entry_that_is_saved_already_is_unchanged_under_any_name() {
    let profiles = saved(&format!("{LINK}#Tokyo"));
    for text in [format!("{LINK}#Tokyo"), format!("{LINK}#Osaka"), LINK.to_owned()] {
        assert_eq!(plan(&read(text.as_bytes()), &profiles), [Verdict::Unchanged], "{text}");
    }
    let twice = read(format!("{LINK}\n{LINK}#b\nhello://").as_bytes());
    assert_eq!(plan(&twice, &[]), [Verdict::Added, Verdict::Repeated, Verdict::Refused]);
}

/// Entries that contradict each other in every way that an entry can be known by.
#[test]
fn the_same_import_again_changes_nothing() {
    let entry = |change: &str| object(change)[1..].trim_end_matches(']').to_owned();
    let (no_id, id_b) = (r#", "id": """#, r#", "id": "27b8a625-4f4b-4428-9f0f-8a2317db7c79""#);
    for entries in [
        // twins: with more than the first, under another id, with the first one's id, between others
        vec![entry(""), entry(r#", "id": "", "prefix": "x""#)],
        vec![entry(no_id), entry(r#", "id": "", "remarks": "B""#), entry(&format!(r#"{id_b}, "prefix": "x""#))],
        vec![entry(no_id), entry(""), entry(r#", "server": "b.example""#)],
        vec![entry(""), entry(r#", "password": "two""#), entry(id_b), entry(&format!(r#"{id_b}, "password": "two""#))],
        vec![entry(id_b), entry(no_id), entry(&format!(r#"{id_b}, "prefix": "x""#)), entry("")],
    ] {
        let text = format!("[{}]", entries.join(","));
        let profiles = saved(&text);
        let again = plan(&read(text.as_bytes()), &profiles);
        assert_eq!(again.len(), entries.len());
        let nothing = |verdict: &Verdict| matches!(verdict, Verdict::Unchanged | Verdict::Repeated);
        assert!(again.iter().all(nothing), "{again:?} of {text} after {profiles:?}");
    }
}

#[test]
fn a_server_whose_profile_goes_to_another_entry_is_added() {
    let profiles = saved(&object(""));
    let moved = object(r#", "server": "b.example""#).replace("}]", "},") + &object(r#", "id": """#)[1..];
    let import = read(moved.as_bytes());
    let [Verdict::Changed { .. }, Verdict::Added] = &plan(&import, &profiles)[..] else {
        panic!("{:?}", plan(&import, &profiles))
    };
}

/// As they are read while the key store is locked.
fn locked(profiles: Vec<Profile>) -> Vec<Profile> {
    let key = Key::random().unwrap();
    let sealed = |profile: Profile| Profile {
        sealed: Some(key.seal(&profile.password)),
        password: Password::default(),
        ..profile
    };
    profiles.into_iter().map(sealed).collect()
}

#[test]
fn while_the_key_store_is_locked_an_import_that_was_done_already_changes_nothing() {
    let server =
        |name: &str, password: &str| object(&format!(r#", "id": "", "remarks": "{name}", "password": "{password}""#));
    let both = |one: String, other: String| one.replace("}]", "},") + &other[1..];
    let text = both(server("A", "one"), server("B", "two"));
    let profiles = locked(saved(&text));
    assert!(profiles.len() == 2 && profiles.iter().all(Profile::is_locked), "{profiles:?}");
    for text in [text, both(server("B", "two"), server("A", "one")), both(server("C", "one"), server("B", "two"))] {
        assert_eq!(plan(&read(text.as_bytes()), &profiles), [Verdict::Unchanged, Verdict::Unchanged], "{text}");
    }
    let with_ids = saved(&object(""));
    assert_eq!(plan(&read(object("").as_bytes()), &locked(with_ids)), [Verdict::Unchanged]);
    let links = format!("{LINK}#Tokyo\n{LINK}#Osaka");
    let again = plan(&read(links.as_bytes()), &locked(saved(&links)));
    assert_eq!(again, [Verdict::Unchanged, Verdict::Repeated]);
}

#[test]
fn a_sealed_password_stays_while_the_rest_changes_and_an_open_one_that_fits_goes_first() {
    let profiles = locked(saved(&object("")));
    let import = read(object(r#", "server": "b.example", "password": "two""#).as_bytes());
    let applied = apply(&import, &plan(&import, &profiles), &HashSet::new(), &profiles);
    let [moved] = &applied.changed[..] else { panic!("one is changed") };
    assert_eq!((moved.server.as_str(), &moved.sealed), ("b.example", &profiles[0].sealed));

    let open = Profile { id: "open".to_owned(), ..saved(LINK).remove(0) };
    let both = [locked(saved(&format!("{LINK}#x"))).remove(0), open];
    let import = read(format!("{LINK}#x\nss://YWVzLTEyOC1nY206b3RoZXI@192.168.100.1:8888#x").as_bytes());
    // The first is the open one, so that the second may be the locked one.
    assert_eq!(plan(&import, &both), [Verdict::Unchanged, Verdict::Unchanged]);
}

#[test]
fn a_change_says_what_differs_and_never_a_password() {
    let profiles = saved(&object(""));
    let differs = |text: &str| match &plan(&read(text.as_bytes()), &profiles)[..] {
        [Verdict::Changed { profile, differs }] => {
            assert_eq!(*profile, profiles[0].id);
            differs.iter().map(|d| (d.field, d.before.clone(), d.after.clone())).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let t = |text: &str| text.to_owned();
    assert_eq!(
        differs(&object(r#", "server": "b.example", "server_port": 2, "remarks": "B", "password": "two""#)),
        [
            (Differs::Name, t("A"), t("B")),
            (Differs::Server, t("a.example"), t("b.example")),
            (Differs::Port, t("1"), t("2")),
            (Differs::Password, t(""), t("")),
        ]
    );
    let other_id = r#", "id": "27b8a625-4f4b-4428-9f0f-8a2317db7c79""#;
    assert_eq!(differs(&object(&format!("{other_id}, \"password\": \"two\""))), [(Differs::Password, t(""), t(""))]);
    assert_eq!(differs(&object(", \"prefix\": \"x\"")), [(Differs::Rest, t(""), t(""))]);
    assert_eq!(
        plan(&read(object(&format!("{other_id}, \"password\": \"two\", \"remarks\": \"B\"")).as_bytes()), &profiles),
        [Verdict::Added]
    );
}

#[test]
fn what_changes_is_no_longer_approved_and_the_rest_stays_the_users() {
    let mut profiles = saved(&object(""));
    profiles[0].plugin_approved = true;
    profiles[0].notes = "mine".to_owned();
    let applied = |change: &str| {
        let import = read(object(change).as_bytes());
        apply(&import, &plan(&import, &profiles), &HashSet::new(), &profiles)
    };
    let [same] = &applied(r#", "password": "two""#).changed[..] else { panic!("one is changed") };
    assert!(same.plugin_approved && same.notes == "mine" && same.password.as_str() == "two");
    let [other] = &applied(r#", "plugin_opts": "obfs=tls""#).changed[..] else { panic!("one is changed") };
    assert!(!other.plugin_approved && other.plugin_opts.as_str() == "obfs=tls" && other.id == profiles[0].id);
}

#[test]
fn what_was_left_out_or_is_no_longer_as_it_was_shown_is_not_done() {
    let import = read(format!("{LINK}#a\n{}#b", LINK.replace("8888", "8889")).as_bytes());
    let shown = plan(&import, &[]);
    let added = |left_out: &[usize], saved: &[Profile]| {
        let applied = apply(&import, &shown, &left_out.iter().copied().collect(), saved);
        applied.added.into_iter().map(|profile| profile.name).collect::<Vec<_>>()
    };
    assert_eq!(added(&[], &[]), ["a", "b"]);
    assert_eq!(added(&[0], &[]), ["b"]);
    assert_eq!(added(&[0, 1, 7], &[]), Vec::<String>::new());
    assert_eq!(added(&[], &saved(LINK)), ["b"]);
}

#[test]
fn what_is_taken_is_added_at_the_end_and_changed_in_its_place_and_the_first_of_all_is_used() {
    let mut document = Document::default();
    let mut take = |text: &str, left_out: &[usize]| {
        let import = read(text.as_bytes());
        let shown = plan(&import, &document.profiles);
        let taken = document.take(&import, &shown, &left_out.iter().copied().collect());
        let found: Vec<_> = document.profiles.iter().map(|profile| profile.password.as_str().to_owned()).collect();
        let used = document.active_profile().map(|profile| profile.password.as_str().to_owned());
        ((taken.added, taken.changed), found.join(" "), used.unwrap_or_default())
    };
    let said = |counts, found: &str, used: &str| (counts, found.to_owned(), used.to_owned());
    let list = |servers: &[(&str, u16)]| {
        let server = |(password, port): &(&str, u16)| {
            format!(
                r#"{{"server": "a.example", "server_port": {port}, "method": "aes-256-gcm", "password": "{password}"}}"#
            )
        };
        format!("[{}]", servers.iter().map(server).collect::<Vec<_>>().join(","))
    };
    let all = list(&[("one", 1), ("two", 2), ("three", 3)]);
    assert_eq!(take(&all, &[0, 1, 2]), said((0, 0), "", ""));
    assert_eq!(take(&all, &[0]), said((2, 0), "two three", "two"));
    assert_eq!(take(&all, &[]), said((1, 0), "two three one", "two"));
    let others = list(&[("other", 3), ("another", 2)]);
    assert_eq!(take(&others, &[]), said((0, 2), "another other one", "another"));
    assert_eq!(take(&others, &[]), said((0, 0), "another other one", "another"));
}

#[test]
fn a_strangers_id_is_never_the_built_in_servers_nor_there_twice() {
    let builtin = [Profile::builtin()];
    let import = read(object(r#", "id": "builtin""#).as_bytes());
    assert_eq!(plan(&import, &builtin), [Verdict::Added]);
    let two = object("").replace("}]", "},") + &object(r#", "server": "b.example""#)[1..];
    let profiles = saved(&two);
    assert!(profiles.len() == 2 && profiles[0].id != profiles[1].id, "{profiles:?}");
}

#[test]
fn a_strangers_key_approves_nothing_when_it_is_saved() {
    let profiles = saved(&object(r#", "plugin_approved": true, "builtin": true, "prefix": "x""#));
    let mut document = crate::document::Document::default();
    document.profiles = profiles;
    let crate::document::Parsed::Document(again) = crate::document::Document::parse(&document.to_bytes()) else {
        panic!("what was written is read")
    };
    assert_eq!(again.profiles, document.profiles);
    assert!(!again.profiles[0].plugin_approved && !again.profiles[0].builtin);
    assert!(String::from_utf8_lossy(&document.to_bytes()).contains("\"imported\""));
}

#[test]
fn floods_are_bounded() {
    let many: String = (0..MAX_ENTRIES + 500).map(|n| format!("{LINK}#{n}\n")).collect();
    let import = read(many.as_bytes());
    assert_eq!(import.entries.len(), MAX_ENTRIES + 1);
    assert_eq!(import.entries[MAX_ENTRIES].found, Err(ImportFault::TooMany));
    assert_eq!(import.entries[MAX_ENTRIES].place, Place::Line { line: 10_001 });
    for (text, fault) in [
        ("a".repeat(MAX_TEXT + 1), ImportFault::TooLong),
        (format!("ss://{}", "A".repeat(MAX_TEXT - 5)), ImportFault::TooLong),
    ] {
        let import = read(text.as_bytes());
        assert_eq!(import.entries.iter().map(|entry| entry.found.clone()).collect::<Vec<_>>(), [Err(fault)]);
    }
    let servers = vec![object("")[1..].trim_end_matches(']').to_owned(); 12_000].join(",");
    assert_eq!(read(format!("{{\"version\":1,\"servers\":[{servers}]}}").as_bytes()).entries.len(), MAX_ENTRIES + 1);
    let garbage = "x\n".repeat(MAX_TEXT / 2);
    assert_eq!(read(garbage.as_bytes()).entries, [Entry::refused(Place::Whole, ImportFault::NotALink)]);
    for (line, most) in [("x://\n", usize::MAX), ("ss:// ", usize::MAX), ("ss://", 1), (&format!("{LINK}#x"), 1)] {
        let flood = line.repeat(MAX_TEXT / line.len());
        assert_eq!(read(flood.as_bytes()).entries.len(), most.min(MAX_ENTRIES + 1), "{line}");
    }
    let name = read(format!("{LINK}#{}", "n".repeat(10_000)).as_bytes());
    assert_eq!(name.entries[0].found.as_ref().map(|draft| draft.profile.name.len()), Ok(200));
}

#[test]
fn a_name_of_a_hundred_kilobytes_is_cut_or_refused_and_html_in_it_stays_text() {
    let html = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let name = format!("{html}\u{202e}\r\n\u{1b}[2J{}", "<b>".repeat(33_000));
    let escaped = serde_json::to_string(&name).unwrap();
    let server = |key: &str| {
        object("").replace(r#""remarks": "A""#, &format!(r#""{key}": {escaped}"#)).trim_matches(['[', ']']).to_owned()
    };
    let files = [
        format!(r#"{{"version": 1, "servers": [{}]}}"#, server("remarks")),
        format!(r#"{{"configs": [{}]}}"#, server("remarks")),
        format!("[{}]", server("name")),
        format!(
            r#"{{"proxies": [{{"type": "ss", "name": {escaped}, "server": "a.example", "port": 1, "cipher": "aes-256-gcm", "password": "x"}}]}}"#
        ),
        format!(
            r#"{{"outbounds": [{{"type": "shadowsocks", "tag": {escaped}, "server": "a.example", "server_port": 1, "method": "aes-256-gcm", "password": "x"}}]}}"#
        ),
        format!(
            r#"{{"version": 1, "profiles": [{{"id": "a", "name": {escaped}, "server": "a.example", "port": 1, "method": "aes-256-gcm", "password": "x"}}]}}"#
        ),
    ];
    for file in files {
        let import = read(file.as_bytes());
        let [Entry { place, found: Ok(draft) }] = &import.entries[..] else { panic!("{:?}", import.entries) };
        let cut = &draft.profile.name;
        assert!(cut.starts_with(&format!("{html}[2J<b><b>")) && cut.chars().count() == 200, "{cut}");
        assert!(place.to_string().len() < 100);
        let shown = plan(&import, &[]);
        let preview = serde_json::to_string(&crate::preview::ImportPreview::new(&import, &shown)).unwrap();
        assert!(preview.len() < 2_000 && preview.contains("<script>"), "{} bytes", preview.len());
    }
    let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for link in [format!("{LINK}#{encoded}"), format!("{LINK}#{}", "<b>".repeat(33_000))] {
        let import = read(link.as_bytes());
        assert!(import.entries.iter().all(|entry| entry.found.is_err()), "{:?}", import.entries);
        assert!(format!("{:?}", import.entries).len() < 1_000);
    }
}
