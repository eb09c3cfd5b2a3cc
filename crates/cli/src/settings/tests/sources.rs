//! Line, file, environment and link: which one counts.

use super::*;

#[test]
fn a_plugin_and_its_options_come_from_the_same_place() {
    let file = r#"{"plugin":"v2ray-plugin","plugin_opts":"mode=quic"}"#;
    for (line, file, expected) in [
        ("local -s h -p 1", "{}", None),
        ("local -s h -p 1", file, Some(("v2ray-plugin", "mode=quic"))),
        ("local -s h -p 1 --plugin obfs-local", file, Some(("obfs-local", ""))),
        ("local -s h -p 1 --plugin obfs-local --plugin-opts obfs=http", file, Some(("obfs-local", "obfs=http"))),
        (&format!("local -s {LINK}"), file, None),
        (&format!("local -s {PLUGIN_LINK}"), file, Some(("obfs-local", "obfs=http"))),
        ("tunnel -s h -p 1 -L h:1", file, Some(("v2ray-plugin", "mode=quic"))),
        ("server -p 1", file, Some(("v2ray-plugin", "mode=quic"))),
    ] {
        let plugged = settings(line, file, Some("pw")).unwrap().plugin;
        let found = plugged.as_ref().map(|plugged| (plugged.plugin.program(), plugged.plugin.options()));
        assert_eq!(found, expected, "{line} with {file}");
    }
}

#[test]
fn the_environments_password_is_enough_and_wins_over_the_file() {
    let key = "AAAAAAAAAAAAAAAAAAAAAA==";
    let line = "local -s h -p 1 -m 2022-blake3-aes-128-gcm";
    assert!(settings(line, "{}", Some(key)).is_ok());
    assert!(settings(line, r#"{"password":"no key"}"#, Some(key)).is_ok());
    assert!(settings(&format!("{line} -k no-key"), "{}", Some(key)).is_err());
}

#[test]
fn a_files_local_keeps_what_is_its_own_when_the_line_says_where_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    let users = folder.path().join("users.json");
    std::fs::write(&users, r#"{"password":{"users":[{"user_name":"ann","password":"pw"}]}}"#).unwrap();
    let one = format!(r#"{{"local_port":1,"mode":"tcp_only","socks5_auth_config_path":{users:?}}}"#);
    let spec = |line: &str, file: &str| format!("{:?}", settings(line, file, None).unwrap().spec);
    let moved = spec("local -s h -p 1 -k pw -l 7", &format!(r#"{{"locals":[{one}]}}"#));
    let kept = spec("local -s h -p 1 -k pw", &format!(r#"{{"locals":[{one}]}}"#));
    assert!(moved.contains("Credentials(…)") && moved.contains("127.0.0.1:7"), "{moved}");
    assert_eq!(moved.replace("127.0.0.1:7", "127.0.0.1:1"), kept);
    let two = format!(r#"{{"locals":[{one},{{"protocol":"dns","local_port":2}}]}}"#);
    assert_eq!(fault("local -s h -p 1 -k pw -l 7", &two), "WhichLocal");
    assert_eq!(fault("local -s h -p 1 -k pw -b ::1", &two), "WhichLocal");
    assert_eq!(fault("local -s h -p 1 -k pw", &two), "");
    assert_eq!(fault("local -s h -p 1 -k pw -l 7", r#"{"locals":[{"protocol":"dns","local_port":2}]}"#), "WhichLocal");
}

#[test]
fn a_server_stands_with_its_port_in_one_string() {
    let spec = |line: &str, file: &str| format!("{:?}", settings(line, file, None).unwrap().spec);
    for file in [
        r#"{"server":"192.0.2.9:8399","password":"pw"}"#,
        r#"{"server":"192.0.2.9:8399","server_port":1,"password":"pw"}"#,
        r#"{"server":["192.0.2.9:8399","192.0.2.10"],"password":"pw"}"#,
    ] {
        let (local, server) = (spec("local", file), spec("server", file));
        assert!(local.contains("8399") && server.contains("192.0.2.9:8399"), "{file}: {local} {server}");
    }
    let both = spec("server", r#"{"server":["127.0.0.1:1","[::1]:2"],"server_port":3,"password":"pw"}"#);
    assert!(both.contains("127.0.0.1:1") && both.contains("[::1]:2") && !both.contains(":3"), "{both}");
}
