//! Whose keys a port serves.

use super::*;
use parasol_proto::manager;

/// One key for the server and each of two users.
const KEYS: [&str; 3] = ["AAAAAAAAAAAAAAAAAAAAAA==", "AQAAAAAAAAAAAAAAAAAAAA==", "AgAAAAAAAAAAAAAAAAAAAA=="];

/// Who is served by each port: how many users, or nobody in particular.
fn served(settings: &Settings) -> Vec<Option<usize>> {
    settings.spec.accesses().map(|access| access.users().map(|users| users.iter().count())).collect()
}

#[test]
fn several_keys_are_for_the_local_role() {
    let keys = "AAAAAAAAAAAAAAAAAAAAAA==:AQAAAAAAAAAAAAAAAAAAAA==";
    let method = "-m 2022-blake3-aes-128-gcm";
    assert!(settings(&format!("local -s h -p 1 {method}"), "{}", Some(keys)).is_ok());
    let server = settings(&format!("server -p 1 {method}"), "{}", Some(keys));
    assert!(matches!(server, Err(Fault::ServerIdentities)), "{server:?}");
}

#[test]
fn users_of_a_server_have_keys_of_the_method() {
    let key = "AAAAAAAAAAAAAAAAAAAAAA==";
    let line = "server -p 1 -m 2022-blake3-aes-128-gcm";
    for (users, good) in [
        (format!(r#"[{{"name":"ann","password":"{key}"}}]"#), true),
        (r#"[{"name":"ann","password":"hunter2"}]"#.to_owned(), false),
        ("[]".to_owned(), false),
    ] {
        let file = format!(r#"{{"users":{users}}}"#);
        match settings(line, &file, Some(key)) {
            Ok(_) => assert!(good, "{users}"),
            Err(fault) => assert!(!good && matches!(fault, Fault::BadUsers { .. }), "{users}: {fault:?}"),
        }
    }
}

#[test]
fn no_port_serves_more_than_the_users_that_were_named() {
    let [key, ann, ben] = KEYS;
    let user = |name: &str, key: &str| format!(r#"{{"name":"{name}","password":"{key}"}}"#);
    let aes = r#""method":"2022-blake3-aes-128-gcm""#;
    let (ann, both) =
        (format!(r#""users":[{}]"#, user("ann", ann)), format!("{},{}", user("ann", ann), user("ben", ben)));
    let both = format!(r#""users":[{both}]"#);
    let port = |number: u16, more: &str| format!(r#"{{"server_port":{number},"password":"{key}"{more}}}"#);
    for (file, expected, warned) in [
        (format!(r#"{{{aes},{ann},"port_password":{{"1":"{key}","2":"{key}"}}}}"#), Ok(vec![Some(1), Some(1)]), false),
        (
            format!(r#"{{{aes},{ann},"server":["::1","127.0.0.1"],"server_port":1,"password":"{key}"}}"#),
            Ok(vec![Some(1), Some(1)]),
            false,
        ),
        // Beside the list, for all that name none.
        (format!(r#"{{{aes},{ann},"servers":[{},{}]}}"#, port(1, ""), port(2, "")), Ok(vec![Some(1), Some(1)]), false),
        (
            format!(r#"{{{aes},{ann},"servers":[{},{}]}}"#, port(1, ""), port(2, &format!(",{both}"))),
            Ok(vec![Some(1), Some(2)]),
            false,
        ),
        // In its first entry, for that alone; as there, a port whose method knows no users runs beside it.
        (
            format!(r#"{{{aes},"servers":[{},{}]}}"#, port(1, &format!(",{ann}")), port(2, "")),
            Ok(vec![Some(1), None]),
            true,
        ),
        (
            format!(
                r#"{{{aes},"servers":[{},{}]}}"#,
                port(1, &format!(",{ann}")),
                port(2, r#","method":"aes-128-gcm""#)
            ),
            Ok(vec![Some(1), None]),
            true,
        ),
        (
            format!(r#"{{{aes},{ann},"servers":[{},{}]}}"#, port(1, ""), port(2, r#","method":"aes-128-gcm""#)),
            Err("BadUsers"),
            false,
        ),
        (
            format!(r#"{{{aes},{ann},"servers":[{},{}]}}"#, port(1, ""), port(2, r#","users":[]"#)),
            Err("BadUsers"),
            false,
        ),
    ] {
        match expected {
            Ok(expected) => {
                let settings = settings("server", &file, None).expect(&file);
                assert_eq!(served(&settings), expected, "{file}");
                let said = settings.warnings.iter().any(|warning| warning.contains("port 2"));
                assert_eq!(said, warned, "{file}: {:?}", settings.warnings);
            }
            Err(expected) => assert_eq!(fault("server", &file), expected, "{file}"),
        }
    }
}

#[test]
fn a_port_that_a_manager_adds_serves_no_more_than_the_users_that_were_named() {
    let [key, ann, ben] = KEYS;
    let method = r#""method":"2022-blake3-aes-128-gcm""#;
    let with = format!(r#"{{{method},"users":[{{"name":"ann","password":"{ann}"}}]}}"#);
    let without = format!("{{{method}}}");
    let own = format!(r#","users":[{{"name":"ann","password":"{ann}"}},{{"name":"ben","password":"{ben}"}}]"#);
    for (file, password, more, expected) in [
        (&with, key, "", Some(Some(1))),
        // Another password is another key of the port, and no other users.
        (&with, ben, "", Some(Some(1))),
        (&with, key, r#","users":null"#, Some(Some(1))),
        (&with, key, &own, Some(Some(2))),
        (&with, key, r#","users":[]"#, None),
        (&with, key, r#","method":"aes-128-gcm""#, None),
        (&without, key, "", Some(None)),
        (&without, key, &own, Some(Some(2))),
        (&without, key, r#","users":[]"#, None),
        (&without, key, r#","method":"aes-128-gcm""#, Some(None)),
    ] {
        let make =
            settings("server --manager-address /x", file, None).unwrap().managed.expect("commands are taken").make;
        let command = format!(r#"add: {{"server_port":1,"password":"{password}"{more}}}"#);
        let Ok(manager::Command::Add(new)) = manager::Command::parse(command.as_bytes()) else { panic!("{command}") };
        let made = make(&new).ok().map(|port| {
            let access = port.spec.accesses().next().expect("it is a server's").clone();
            access.users().map(|users| users.iter().count())
        });
        assert_eq!(made, expected, "{command} at {file}");
    }
}

#[test]
fn a_manager_may_demand_one_time_authentication_where_there_is_one() {
    let settings = settings("server --manager-address /x --allow-legacy", "{}", None).unwrap();
    let make = settings.managed.expect("commands are taken").make;
    for (method, good) in [("aes-256-cfb", true), ("rc4", false), ("aes-256-gcm", false)] {
        let command = format!(r#"add: {{"server_port":1,"password":"x","method":{method:?},"one_time_auth":true}}"#);
        let Ok(manager::Command::Add(new)) = manager::Command::parse(command.as_bytes()) else { panic!("{command}") };
        assert_eq!(make(&new).is_ok(), good, "{method}");
    }
}
