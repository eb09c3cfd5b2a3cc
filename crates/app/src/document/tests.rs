use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::relay::Deadlines;
use crate::state::{ProxyMode, RoutingMode};
use crate::timeouts::TimeoutsDraft;

fn parsed(text: &str) -> Document {
    match Document::parse(text.as_bytes()) {
        Parsed::Document(document) => document,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn what_is_not_said_has_its_usual_value() {
    let document = parsed(r#"{"version":1,"settings":{"timeout_s":{"idle":7}}}"#);
    assert_eq!(document.settings.local_port, 1080);
    let deadlines = document.settings.timeout_s.deadlines();
    assert_eq!(deadlines, Deadlines { idle: Duration::from_secs(7), ..Deadlines::default() });
}

#[test]
fn a_timeout_of_nothing_is_a_second_and_one_of_years_a_week() {
    let document = parsed(r#"{"version":1,"settings":{"timeout_s":{"connect":0,"idle":4000000000}}}"#);
    let deadlines = document.settings.timeout_s.deadlines();
    assert_eq!((deadlines.connect, deadlines.idle), (Duration::from_secs(1), Duration::from_secs(604_800)));
    let shown = document.settings.timeout_s.in_force();
    assert_eq!((shown.connect, shown.idle), (1, 604_800));
}

#[test]
fn timeouts_that_are_set_keep_what_stands_beside_them() {
    let mut document = parsed(r#"{"version":1,"settings":{"timeout_s":{"idle":7,"f":"g"}}}"#);
    let set = TimeoutsDraft { idle: 9, ..Timeouts::default().in_force() };
    document.settings.timeout_s.written = set;
    assert_eq!(document.settings.timeout_s.in_force(), set);
    let written = &written(&document)["settings"]["timeout_s"];
    assert_eq!((&written["idle"], &written["f"]), (&serde_json::json!(9), &serde_json::json!("g")));
}

#[test]
fn unknown_fields_are_written_back_at_every_level() {
    let text = r#"{"version":1,"a":[1,{"b":null}],"profiles":[{"id":"x","c":{"d":2}}],
        "settings":{"e":true,"timeout_s":{"f":"g"}}}"#;
    let written: Value = serde_json::from_slice(&parsed(text).to_bytes()).unwrap();
    assert_eq!(written["a"][1], serde_json::json!({"b": null}));
    assert_eq!(written["profiles"][0]["c"]["d"], 2);
    assert_eq!(written["settings"]["e"], true);
    assert_eq!(written["settings"]["timeout_s"]["f"], "g");
}

fn written(document: &Document) -> Value {
    serde_json::from_slice(&document.to_bytes()).unwrap()
}

#[test]
fn a_setting_that_makes_no_sense_costs_only_itself_and_stays_in_the_file() {
    for (settings, name) in [
        (r#"{"on_close":"keep","system_proxy":"leave"}"#, "on_close"),
        (r#"{"system_proxy":{"only":"here"}}"#, "system_proxy"),
        (r#"{"language":"tlh"}"#, "language"),
        (r#"{"theme":"plaid"}"#, "theme"),
        (r#"{"local_port":70000}"#, "local_port"),
        (r#"{"local_port":null}"#, "local_port"),
        (r#"{"timeout_s":{"idle":-1,"connect":3}}"#, "timeout_s"),
        (r#"{"timeout_s":[5]}"#, "timeout_s"),
        (r#""none""#, ""),
    ] {
        let text = format!(r#"{{"version":1,"profiles":[{{"id":"a"}}],"settings":{settings}}}"#);
        let (document, said): (_, Value) = (parsed(&text), serde_json::from_str(settings).unwrap());
        assert_eq!((document.profiles.len(), document.settings.on_close), (1, OnClose::Ask), "{settings}");
        let written = &written(&document)["settings"];
        match &said[name] {
            Value::Object(fields) => fields.iter().for_each(|field| assert_eq!(&written[name][field.0], field.1)),
            Value::Null if name.is_empty() => assert_eq!(written, &said),
            value => assert_eq!(&written[name], value, "{settings}"),
        }
        assert_eq!(parsed(&String::from_utf8_lossy(&document.to_bytes())), document, "{settings}");
    }
}

#[test]
fn a_setting_that_the_user_sets_replaces_what_made_no_sense() {
    let mut document = parsed(r#"{"version":1,"settings":{"on_close":"keep","system_proxy":"leave"}}"#);
    document.settings.on_close = OnClose::Quit;
    document.settings.system_proxy = ProxyMode::Set;
    let settings = &written(&document)["settings"];
    assert_eq!((&settings["on_close"], &settings["system_proxy"]), (&"quit".into(), &"set".into()));
}

#[test]
fn a_profile_that_makes_no_sense_costs_only_itself_and_stays_in_its_place() {
    let text = r#"{"version":1,"profiles":[{"id":"a"},{"id":"b","port":65536,"password":"hunter2"},7,{"id":"c"}]}"#;
    let mut document = parsed(text);
    assert_eq!(document.profiles.iter().map(|profile| &*profile.id).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(document.left_out(), 2);
    assert!(!format!("{document:?}").contains("hunter2"));
    let said: Value = serde_json::from_str(text).unwrap();
    let entries = |document: &Document| written(document)["profiles"].clone();
    for at in 1..3 {
        assert_eq!(entries(&document)[at], said["profiles"][at]);
    }
    assert_eq!(entries(&document)[3]["id"], "c");
    document.profiles.clear();
    assert_eq!(entries(&document).as_array().unwrap()[..], said["profiles"].as_array().unwrap()[1..3]);
}

#[test]
fn ids_are_made_unique_and_the_active_profile_exists() {
    let document = parsed(r#"{"version":1,"active":"gone","profiles":[{"id":"a"},{"id":"a"},{}]}"#);
    let ids: HashSet<_> = document.profiles.iter().map(|profile| profile.id.as_str()).collect();
    assert_eq!((ids.len(), ids.contains(""), document.active.as_deref()), (3, false, Some("a")));
}

#[test]
fn no_port_beside_the_first_one_has_what_that_is_known_by() {
    let document = parsed(r#"{"version":1,"ports":[{"id":"Local"},{"id":"a"},{"id":"a"},{}]}"#);
    let ids: HashSet<_> = document.ports.iter().map(|port| port.id.as_str()).collect();
    assert_eq!((ids.len(), ids.contains("Local"), ids.contains("a")), (4, false, true));
}

#[test]
fn a_newer_file_is_shown_as_far_as_it_is_understood() {
    let Parsed::Newer(Some(document)) = Document::parse(br#"{"version":2,"profiles":[{"id":"a"}]}"#) else {
        panic!("it has our shape");
    };
    assert_eq!(document.profiles.len(), 1);
    assert_eq!(Document::parse(br#"{"version":2,"profiles":{}}"#), Parsed::Newer(None));
}

#[test]
fn the_bytes_of_a_file_never_move_while_they_are_written() {
    let long = |n| "🦀".repeat(n);
    let profile =
        |_| Profile { name: long(200), password: long(1024).into(), notes: "\n\"".repeat(2000), ..Profile::default() };
    let bytes = Document { profiles: (0..40).map(profile).collect(), ..Document::default() }.to_bytes();
    // Whatever has grown has room to spare, but for the rarest chance.
    assert_eq!(bytes.capacity(), bytes.len());
}

#[test]
fn debug_shows_no_password() {
    let document = parsed(r#"{"version":1,"profiles":[{"id":"a","password":"hunter2"}]}"#);
    assert!(!format!("{document:?}").contains("hunter2"));
}

fn profiles() -> impl Strategy<Value = Profile> {
    let texts =
        (".*", ".*", any::<u16>(), ".*", ".*", any::<bool>(), ".*", (".*", ".*", any::<bool>()), any::<(bool, bool)>());
    texts.prop_map(|(name, server, port, method, password, builtin, notes, plugin, legacy)| Profile {
        id: Profile::new_id(),
        name,
        server,
        port,
        method,
        password: password.into(),
        sealed: None,
        builtin,
        plugin: plugin.0,
        plugin_opts: plugin.1.into(),
        opts_sealed: None,
        plugin_approved: plugin.2,
        legacy_approved: legacy.0,
        one_time_auth: legacy.1,
        notes,
        from_list: None,
        extra: Unknown::default(),
    })
}

proptest! {
    #[test]
    fn parse_is_the_inverse_of_to_bytes(
        profiles in proptest::collection::vec(profiles(), 0..8),
        active in any::<proptest::sample::Index>(),
        port in any::<u16>(),
        idle in any::<u32>(),
        rules in ".*",
        mode in prop_oneof![Just(RoutingMode::Rules), Just(RoutingMode::Global), Just(RoutingMode::Direct)],
    ) {
        let mut document = Document { profiles, ..Document::default() };
        document.active = (!document.profiles.is_empty())
            .then(|| active.get(&document.profiles).id.clone());
        document.settings.local_port = port;
        document.settings.timeout_s.written.idle = idle;
        document.settings.rules = rules;
        document.settings.mode = mode;
        prop_assert_eq!(Document::parse(&document.to_bytes()), Parsed::Document(document));
    }

    #[test]
    fn a_file_cut_anywhere_is_unreadable_and_never_half_a_document(cut in any::<proptest::sample::Index>()) {
        let document = Document { profiles: vec![Profile::builtin()], ..Document::default() }.settled();
        let bytes = document.to_bytes();
        // Without the last newline it is still whole.
        let cut = cut.index(bytes.len() - 1);
        prop_assert_eq!(Document::parse(&bytes[..cut]), Parsed::Unreadable);
    }

    #[test]
    fn parse_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(&bytes);
    }
}

#[test]
fn ports_are_read_each_by_itself_and_written_back() {
    let text = r#"{"version":1,"ports":[{"id":"a","port":1081,"kind":"dns","x":1},{"port":"?"},{"id":"a","port":1082},
        {"id":"b","kind":"of tomorrow"}]}"#;
    let document = parsed(text);
    let ports: Vec<u16> = document.ports.iter().map(|port| port.port).collect();
    assert_eq!(ports, [1081, 1082]);
    assert_ne!(document.ports[0].id, document.ports[1].id);
    let of_file = &written(&document)["ports"];
    assert_eq!((&of_file[0]["x"], &of_file[1]["port"]), (&1.into(), &"?".into()));
    assert_eq!(of_file[3]["kind"], "of tomorrow");
    let later = parsed(r#"{"version":1,"ports":{"later":true}}"#);
    assert_eq!(written(&later)["ports"]["later"], true);
}
