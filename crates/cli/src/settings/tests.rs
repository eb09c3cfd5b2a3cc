use super::*;
use crate::args::{Command, CommandLine};
use clap::Parser;
use parasol_proto::manager;

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";
const PLUGIN_LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888/?plugin=obfs-local%3Bobfs%3Dhttp";

fn settings(line: &str, file: &str, password: Option<&str>) -> Result<Settings, Fault> {
    let file = ConfigFile::from_map(serde_json::from_str(file).unwrap(), "the file").unwrap();
    let around = Surroundings { file, password: password.map(|p| p.to_owned().into()) };
    match CommandLine::try_parse_from(format!("parasol {line}").split(' ')).unwrap().command {
        Command::Local(args) => local(&args, around),
        Command::Server(args) => server(&args, around),
        Command::Tunnel(args) => tunnel(&args, around),
        other => panic!("{other:?} has no settings"),
    }
}

fn fault(line: &str, file: &str) -> String {
    match settings(line, file, None) {
        Ok(_) => String::new(),
        Err(fault) => format!("{fault:?}").split([' ', '(']).next().unwrap_or_default().to_owned(),
    }
}

#[test]
fn what_is_missing_or_wrong_has_its_own_fault() {
    let link = |rest: &str| format!("local -s {LINK}{rest}");
    for (line, file, expected) in [
        ("local -s h -p 1 -k pw", "{}", ""),
        ("local", r#"{"server":"h","server_port":1,"password":"pw"}"#, ""),
        ("local -s h", r#"{"server_port":1,"password":"pw","method":"AES-256-GCM"}"#, ""),
        (&link(""), "{}", ""),
        (&link(""), r#"{"server":"h","plugin":"obfs-local"}"#, ""),
        (&link(" -p 1"), "{}", "TwiceGiven"),
        (&link(" -k pw"), "{}", "TwiceGiven"),
        (&link(" -m aes-128-gcm"), "{}", "TwiceGiven"),
        (&link(" --password-file f"), "{}", "TwiceGiven"),
        (&link(" --plugin obfs-local"), "{}", ""),
        (&format!("local -s {PLUGIN_LINK}"), "{}", ""),
        (&format!("local -s {PLUGIN_LINK} --plugin x"), "{}", "TwiceGiven"),
        (&format!("local -s {LINK}/?plugin=%2Ftmp%2Fevil"), "{}", "PluginPath"),
        (&format!("local -s {LINK}/?plugin=..%5Cevil"), "{}", "PluginPath"),
        ("local -s ss://nothing", "{}", "BadLink"),
        ("local -p 1 -k pw", "{}", "NoServer"),
        ("local -s h -k pw", "{}", "NoServerPort"),
        ("local -s h -k pw", r#"{"server_port":0}"#, "NoServerPort"),
        ("local -s h -p 1", "{}", "NoPassword"),
        ("local -s h -p 1 -k pw -m bf-cfb --allow-legacy", "{}", "UnknownMethod"),
        ("local -s h -p 1 -k pw -m rc4-md5", "{}", "LegacyMethod"),
        ("local -s h -p 1 -k pw -m rc4-md5 --allow-legacy", "{}", ""),
        ("local -s h -p 1 -k pw", r#"{"method":"aes-256-cfb"}"#, "LegacyMethod"),
        ("local -s h -p 1 -k pw --allow-legacy", r#"{"method":"aes-256-cfb"}"#, ""),
        ("tunnel -s h -p 1 -k pw -L h:1 -m plain", "{}", "LegacyMethod"),
        ("server -p 1 -k pw -m table", "{}", "LegacyMethod"),
        ("server -p 1 -k pw -m table --allow-legacy", "{}", ""),
        ("local -s ss://rc4-md5:pass@h:1", "{}", "LegacyMethod"),
        ("local -s ss://rc4-md5:pass@h:1 --allow-legacy", "{}", ""),
        ("local -s ss://bf-cfb:pass@h:1 --allow-legacy", "{}", "BadLink"),
        ("local -s h -p 1 -k pw -A", "{}", "OneTimeAuth"),
        ("local -s h -p 1 -k pw -m rc4 --allow-legacy -A", "{}", "OneTimeAuth"),
        ("local -s h -p 1 -k pw -m rc4-md5 --allow-legacy -A", "{}", ""),
        ("server -p 1 -k pw", r#"{"one_time_auth":true}"#, "OneTimeAuth"),
        ("server -p 1 -k pw", r#"{"one_time_auth":false}"#, ""),
        ("server -p 1 -k pw --allow-legacy", r#"{"one_time_auth":true,"method":"aes-256-cfb"}"#, ""),
        ("server -p 1 -k pw", r#"{"users":[{"name":"ann","password":"pw"}]}"#, "BadUsers"),
        ("local -s h -p 1 -k pw", r#"{"users":[{"name":"ann","password":"pw"}]}"#, ""),
        ("local -s h -p 1 -k pw -m 2022-blake3-aes-128-gcm", "{}", "BadPassword"),
        ("local -s a\tb -p 1 -k pw", "{}", "BadServer"),
        ("local -s h -p 1 -k pw -b example.org", "{}", "BadListen"),
        ("local -s h -p 1 -k pw", r#"{"plugin":"obfs-local","plugin_mode":"tcp_and_udp"}"#, ""),
        ("local -s h -p 1 -k pw", r#"{"plugin":"./obfs-local"}"#, "BadPlugin"),
        ("local -s h -p 1 -k pw", r#"{"plugin":"obfs-local","plugin_mode":"udp_only"}"#, ""),
        ("local -s h -p 1 -k pw --tcp-only", r#"{"plugin":"x","plugin_mode":"udp_only"}"#, "NothingThroughPlugin"),
        ("local -s h -p 1 -k pw", r#"{"plugin":"obfs-local","plugin_mode":"both"}"#, "PluginMode"),
        ("local -s h -p 1 -k pw --plugin bin/x", "{}", "BadPlugin"),
        ("tunnel -s h -p 1 -k pw -L h:1 --plugin bin/x", "{}", "BadPlugin"),
        ("local -s h -p 1 -k pw", r#"{"mode":"udp_only"}"#, ""),
        ("local -s h -p 1 -k pw -U", r#"{"plugin":"obfs-local"}"#, "NothingThroughPlugin"),
        ("local -s h -p 1 -k pw -U", r#"{"plugin":"obfs-local","plugin_mode":"tcp_and_udp"}"#, ""),
        ("local -s h -p 1 -k pw", r#"{"locals":[{"mode":"none"}]}"#, "UnknownMode"),
        (
            "local -s h -p 1 -k pw",
            r#"{"local_address":"0.0.0.0","locals":[{"local_port":9,"disabled":true}]}"#,
            "NoLocal",
        ),
        ("local -s h -p 1 -k pw", r#"{"locals":[{"protocol":"redir"},{"disabled":true}]}"#, "NoLocal"),
        ("local -s h -p 1 -k pw --dns 5353", r#"{"locals":[{"disabled":true}]}"#, "NoLocal"),
        ("local -s h -p 1 -k pw -l 0", r#"{"locals":[{"disabled":true}]}"#, ""),
        ("local -s h -p 1 -k pw", r#"{"locals":[{"disabled":true},{}]}"#, ""),
        ("local -s h -p 1 -k pw", r#"{"locals":[]}"#, ""),
        ("tunnel -s h -p 1 -k pw -L h:1", r#"{"locals":[{"disabled":true}]}"#, ""),
        ("local -s h -p 1 -k pw --dns 5353 --remote-dns ::1 --local-dns 127.0.0.1,[::1]:54", "{}", ""),
        ("local -s h -p 1 -k pw --dns localhost", "{}", "BadDns"),
        ("local -s h -p 1 -k pw --dns 5353 --remote-dns a/b", "{}", "BadDns"),
        ("local -s h -p 1 -k pw --dns 5353 --local-dns dns.example", "{}", "BadDns"),
        ("local -s h -p 1 -k pw", r#"{"locals":[{"protocol":"dns","remote_dns_address":"a/b"}]}"#, "BadDns"),
        ("local -s h -p 1 -k pw", r#"{"mode":"both"}"#, "UnknownMode"),
        ("local -s h -p 1 -k pw --acl /nonexistent/acl", "{}", "AclFile"),
        ("local -s h -p 1 -k pw", r#"{"acl":"/nonexistent/acl"}"#, "AclFile"),
        ("local -s h -p 1 -k pw --local-user ann", "{}", "NoLocalPassword"),
        ("local -s h -p 1 -k pw", r#"{"locals":[{"socks5_auth_config_path":"/nonexistent/f"}]}"#, "LoginFile"),
        (
            "local -s h -p 1 -k pw",
            r#"{"locals":[{"protocol":"tunnel","forward_address":"","forward_port":1}]}"#,
            "BadTunnel",
        ),
        ("tunnel -s h -p 1 -k pw -L example.org:22", "{}", ""),
        ("tunnel -s h -p 1 -k pw", r#"{"tunnel_address":"[::1]:22"}"#, ""),
        ("tunnel -s h -p 1 -k pw", "{}", "NoTunnel"),
        ("tunnel -s h -p 1 -k pw -L example.org", "{}", "BadTunnel"),
        ("tunnel -s h -p 1 -k pw -L example.org:0", "{}", "BadTunnel"),
        ("server -p 0 -k pw", "{}", ""),
        ("server", r#"{"server":["localhost"],"server_port":"1","password":"pw"}"#, ""),
        ("server -k pw", "{}", "NoServerPort"),
        ("server -p 1", "{}", "NoPassword"),
        ("server -s example.org -p 1 -k pw", "{}", "BadListen"),
        ("server -p 1 -k pw", r#"{"plugin":"obfs-server"}"#, ""),
        ("server -p 1 -k pw", r#"{"plugin":"a/b"}"#, "BadPlugin"),
        ("server", r#"{"port_password":{"1":"pw","2":"pw"}}"#, ""),
        ("server", r#"{"port_password":{"1":"pw","2":""}}"#, "BadPassword"),
        ("server", r#"{"port_password":{"1":"pw"},"plugin":"obfs-server"}"#, ""),
        ("server", r#"{"port_password":{"1":"pw","2":"pw"},"plugin":"obfs-server"}"#, "NoServerPort"),
        ("server", r#"{"port_password":{"1":"pw"},"method":"2022-blake3-aes-128-gcm"}"#, "BadPassword"),
        ("server", r#"{"servers":[{"server_port":1,"password":"a"},{"port":2,"password":"b"}]}"#, ""),
        ("server", r#"{"servers":[{"server_port":1,"password":"a"},{"port":2}]}"#, "NoPassword"),
        ("server", r#"{"servers":[{"server_port":1,"password":"a"},{"password":"b"}]}"#, "NoServerPort"),
        (
            "server",
            r#"{"servers":[{"server_port":1,"password":"a"},{"port":2,"password":"b","plugin":"x"}]}"#,
            "SecondPlugin",
        ),
        (
            "server",
            r#"{"servers":[{"server_port":1,"password":"a"},{"port":2,"password":"b","acl":"x"}]}"#,
            "SecondAcl",
        ),
        ("server", r#"{"server":["::1","127.0.0.1"],"server_port":1,"password":"a"}"#, ""),
        ("server", r#"{"server":["::1","example.org"],"server_port":1,"password":"a"}"#, "BadListen"),
        ("server --manager-address /x", "{}", ""),
        ("server", r#"{"manager_address":"127.0.0.1","manager_port":6001}"#, ""),
        ("server --manager-address /x", r#"{"plugin":"obfs-server"}"#, "ManagedPlugin"),
        ("server --manager-address 192.0.2.1:1", "{}", "ManagerOpen"),
        ("server --manager-address 192.0.2.1:1", r#"{"manager_from_anywhere":true}"#, ""),
        ("server --manager-address /x -p 1", "{}", "NoPassword"),
    ] {
        assert_eq!(fault(line, file), expected, "{line} with {file}");
    }
}

#[test]
fn keys_that_do_nothing_for_the_role_are_named() {
    let second = |key: &str| {
        format!(
            r#"{{"server_port":1,"password":"a","timeout":9,"servers":[{{"server_port":2,"password":"b",{key}}}]}}"#
        )
    };
    for (line, file, named) in [
        ("local -s h -p 1 -k pw", r#"{"users":[],"port_password":{"1":"x"}}"#, &["users", "port_password"][..]),
        ("local -s h -p 1 -k pw", r#"{"manager_address":"/x"}"#, &["manager_address"]),
        ("local -s h -p 1 -k pw", r#"{"local_port":1,"locals":[{"local_port":2}]}"#, &["local_port"]),
        ("local -s h -p 1 -k pw", r#"{"local_port":1,"locals":[{"local_port":2},{}]}"#, &[]),
        ("local -s h -p 1 -k pw -l 3", r#"{"local_port":1,"locals":[{"local_port":2}]}"#, &[]),
        ("local -s h -p 1 -k pw", r#"{"local_port":1}"#, &[]),
        ("tunnel -s h -p 1 -k pw -L h:1", r#"{"allow_private_targets":true}"#, &["allow_private_targets"]),
        ("tunnel -s h -p 1 -k pw -L h:1", r#"{"acl":"x","locals":[{}]}"#, &["locals", "acl"]),
        ("server", r#"{"port_password":{"1":"x"},"allow_private_targets":true}"#, &[]),
        ("server", &second(r#""timeout":5"#), &["timeout"]),
        ("server", &second(r#""timeout":9"#), &[]),
        ("server", &second(r#""udp_timeout":5,"nameserver":"::1""#), &["udp_timeout", "nameserver"]),
        ("server", &second(r#""allow_private_targets":true,"method":"aes-128-gcm""#), &["allow_private_targets"]),
    ] {
        let warnings: Vec<_> = settings(line, file, None).unwrap().warnings;
        let warnings: Vec<_> = warnings.iter().filter(|said| said.starts_with("the file's")).collect();
        assert_eq!(warnings.len(), named.len(), "{file}: {warnings:?}");
        for (said, key) in warnings.iter().zip(named) {
            assert!(said.starts_with(&format!("the file's {key:?}")), "{said}");
        }
    }
}

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
fn several_keys_are_for_the_local_role() {
    let keys = "AAAAAAAAAAAAAAAAAAAAAA==:AQAAAAAAAAAAAAAAAAAAAA==";
    let method = "-m 2022-blake3-aes-128-gcm";
    assert!(settings(&format!("local -s h -p 1 {method}"), "{}", Some(keys)).is_ok());
    let server = settings(&format!("server -p 1 {method}"), "{}", Some(keys));
    assert!(matches!(server, Err(Fault::ServerIdentities)), "{server:?}");
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

/// One key for the server and each of two users.
const KEYS: [&str; 3] = ["AAAAAAAAAAAAAAAAAAAAAA==", "AQAAAAAAAAAAAAAAAAAAAA==", "AgAAAAAAAAAAAAAAAAAAAA=="];

/// Who is served by each port: how many users, or nobody in particular.
fn served(settings: &Settings) -> Vec<Option<usize>> {
    settings.spec.accesses().map(|access| access.users().map(|users| users.iter().count())).collect()
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
fn warnings_are_for_what_is_ignored_or_dangerous() {
    for (line, file, count) in [
        ("local -s h -p 1", "{}", 0),
        ("local -s h -p 1", r#"{"workers":2,"nameserver":"x","mode":"tcp_and_udp","fast_open":true}"#, 2),
        ("local -s h -p 1 -b ::1", "{}", 0),
        ("local -s h -p 1 -b 0.0.0.0", "{}", 1),
        ("tunnel -s h -p 1 -L h:1 -b 0.0.0.0", "{}", 1),
        ("local -s h -p 1 --dns 5353", "{}", 0),
        ("local -s h -p 1 --dns 0.0.0.0:5353", "{}", 1),
        ("local -s h -p 1", r#"{"locals":[{"protocol":"dns"}],"local_address":"0.0.0.0"}"#, 0),
        ("local -s h -p 1", r#"{"locals":[{"protocol":"dns","local_address":"0.0.0.0"}]}"#, 1),
        ("local -s h -p 1", r#"{"locals":[{"local_address":"::"},{"local_address":"0.0.0.0"}]}"#, 2),
        ("local", r#"{"server":["a","b"],"server_port":1}"#, 1),
        ("local", r#"{"servers":[{"server":"a","server_port":1},{"server":"b","server_port":2}]}"#, 1),
        ("local -s h -p 1", r#"{"servers":[{"server":"a","server_port":1},{"server":"b","server_port":2}]}"#, 0),
        ("server", r#"{"server":["::1","127.0.0.1"],"server_port":1,"mode":"tcp_only"}"#, 0),
        ("server --manager-address /x", r#"{"server":["::1","127.0.0.1"],"server_port":1}"#, 1),
        ("local -s h -p 1 -l 0", r#"{"locals":[{"local_address":"::"}],"ipv6_only":true}"#, 1),
        ("local -s h -p 1 -k pw", "{}", 1),
        (&format!("local -s {LINK}"), "{}", 1),
        ("local -s h -p 1 -m rc4-md5 --allow-legacy", "{}", 1),
        ("tunnel -s h -p 1 -m rc4-md5 --allow-legacy -L h:1", "{}", 1),
        ("server -p 1 -m none --allow-legacy", "{}", 1),
        ("local -s h -p 1 --allow-legacy", "{}", 0),
        ("local -s h -p 1", r#"{"users":[]}"#, 1),
        // that the password shows, what runs, and that UDP is refused
        (&format!("local -s {PLUGIN_LINK}"), "{}", 3),
        ("server -p 1", r#"{"mode":"tcp_only"}"#, 0),
        ("server -p 1 -k pw", r#"{"mode":"tcp_only"}"#, 1),
        ("server --manager-address 127.0.0.1:1", "{}", 1),
        ("server --manager-address 127.0.0.1:1 --allow-private-targets", "{}", 2),
        ("server --manager-address /x --allow-private-targets", "{}", 0),
    ] {
        assert_eq!(settings(line, file, Some("pw")).unwrap().warnings.len(), count, "{line} with {file}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_a_password_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (config, password) = (dir.path().join("config"), dir.path().join("password"));
    std::fs::write(&config, r#"{"password":"pw"}"#).unwrap();
    std::fs::write(&password, "pw\n").unwrap();
    let (config, password) = (config.display(), password.display());
    for (option, file, mode, count) in [
        ("-c", &config, 0o644, 1),
        ("-c", &config, 0o620, 1),
        ("-c", &config, 0o600, 0),
        ("--password-file", &password, 0o604, 1),
        ("--password-file", &password, 0o600, 0),
        ("--password-file", &password, 0o400, 0),
    ] {
        std::fs::set_permissions(file.to_string(), PermissionsExt::from_mode(mode)).unwrap();
        let line = format!("parasol local -s h -p 1 {option} {file}");
        let Command::Local(args) = CommandLine::try_parse_from(line.split(' ')).unwrap().command else {
            panic!("local was asked for");
        };
        let settings = local(&args, Surroundings::read(&args.running).unwrap()).unwrap();
        assert_eq!(settings.warnings.len(), count, "{line} with {mode:o}");
    }
}

#[test]
fn no_fault_shows_a_secret() {
    for (line, file) in [
        ("server -s ss://hunter2@h:1 -p 1 -k pw", "{}"),
        ("local -s h -p 1 -k hunter2 -m 2022-blake3-aes-128-gcm", "{}"),
        ("local -s ss://hunter2", "{}"),
        ("local -s ss://aes-128-gcm:hunter2@h", "{}"),
        ("local -s x-ss://hunter2@h:1 -p 1 -k pw", "{}"),
        ("local -s h -p 1 -k pw", r#"{"mode":"both","password":"hunter2"}"#),
        (
            "server -p 1 -k AAAAAAAAAAAAAAAAAAAAAA== -m 2022-blake3-aes-128-gcm",
            r#"{"users":[{"name":"ann","password":"hunter2"}]}"#,
        ),
    ] {
        let fault = settings(line, file, None).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{fault}");
    }
}

/// Each key that is known and does nothing where it stands is named, for each role; and nothing else is.
#[test]
fn what_does_nothing_for_a_role_is_named() {
    const SERVER: &str = r#""server":"127.0.0.1","server_port":1,"password":"pw""#;
    let upstream = "local -s h -p 1 -k pw";
    let tunnel = "tunnel -s h -p 1 -k pw -L h:1";
    for (line, file, named) in [
        (upstream, r#"{"users":[]}"#.to_owned(), &["users"][..]),
        (upstream, r#"{"port_password":{"1":"a"}}"#.to_owned(), &["port_password"]),
        (
            upstream,
            r#"{"manager_address":"/x","manager_port":1,"manager_from_anywhere":true}"#.to_owned(),
            &["manager_address", "manager_port", "manager_from_anywhere"],
        ),
        (upstream, r#"{"allow_private_targets":true}"#.to_owned(), &["allow_private_targets"]),
        (upstream, r#"{"tunnel_address":"h:1"}"#.to_owned(), &["tunnel_address"]),
        (upstream, r#"{"plugin_opts":"a","plugin_mode":"tcp_only"}"#.to_owned(), &["plugin_opts", "plugin_mode"]),
        (tunnel, r#"{"locals":[{"local_port":1}],"acl":"f"}"#.to_owned(), &["locals", "acl"]),
        (tunnel, r#"{"plugin_opts":"a"}"#.to_owned(), &["plugin_opts"]),
        (tunnel, r#"{"tunnel_address":"h:1","mode":"tcp_only"}"#.to_owned(), &[]),
        ("server", format!("{{{SERVER}}}"), &[]),
        (
            "server",
            format!(r#"{{{SERVER},"local_address":"127.0.0.1","local_port":2,"tunnel_address":"h:1"}}"#),
            &["local_address", "local_port", "tunnel_address"],
        ),
        ("server", format!(r#"{{{SERVER},"locals":[{{"local_port":1}}]}}"#), &["locals"]),
        (
            "server",
            format!(r#"{{{SERVER},"manager_port":1,"manager_from_anywhere":true}}"#),
            &["manager_port", "manager_from_anywhere"],
        ),
        (
            "server",
            format!(r#"{{{SERVER},"plugin_opts":"a","plugin_mode":"tcp_only"}}"#),
            &["plugin_opts", "plugin_mode"],
        ),
        ("server", format!(r#"{{{SERVER},"port_password":{{"2":"a"}}}}"#), &["server_port"]),
        ("server -p 3 -k pw", r#"{"port_password":{"2":"a"}}"#.to_owned(), &["port_password"]),
    ] {
        let warnings = settings(line, &file, None).unwrap_or_else(|fault| panic!("{line} {file}: {fault}")).warnings;
        let ignored = |warning: &&String| warning.contains("ignored");
        let found: Vec<_> = warnings.iter().filter(ignored).collect();
        assert_eq!(found.len(), named.len(), "{line} {file}: {found:?}");
        for key in named {
            assert!(
                found.iter().any(|warning| warning.contains(&format!("{key:?}"))),
                "{line} {file}: {key} in {found:?}"
            );
        }
    }
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

#[test]
fn no_password_is_needed_where_nothing_is_encrypted() {
    let file = r#"{"server":"127.0.0.1","server_port":1,"method":"none"}"#;
    for role in ["local", "server"] {
        assert_eq!(fault(&format!("{role} --allow-legacy"), file), "");
        assert_eq!(fault(role, &file.replace("none", "aes-256-gcm")), "NoPassword");
    }
}

#[test]
fn that_a_plugin_keeps_udp_out_is_said() {
    let said = |line: &str, file: &str| {
        settings(line, file, None).unwrap().warnings.iter().any(|w| w.starts_with("UDP is refused"))
    };
    let plugin = |rest: &str| format!(r#"{{"plugin":"obfs-local"{rest}}}"#);
    assert!(said("local -s h -p 1 -k pw", &plugin("")));
    assert!(said("local -s h -p 1 -k pw -u", &plugin("")));
    assert!(said("server -p 1 -k pw", &plugin(r#","mode":"tcp_and_udp""#)));
    assert!(!said("local -s h -p 1 -k pw --tcp-only", &plugin("")));
    assert!(!said("local -s h -p 1 -k pw", &plugin(r#","plugin_mode":"tcp_and_udp""#)));
    assert!(!said("local -s h -p 1 -k pw", "{}"));
}

#[test]
fn what_a_line_leaves_out_of_a_file_with_several_servers_is_said() {
    let file =
        r#"{"server":["127.0.0.1","::1"],"server_port":1,"password":"pw","servers":[{"port":2,"password":"a"}]}"#;
    let said =
        |line: &str| settings(line, file, None).unwrap().warnings.iter().any(|w| w.contains("more are left out"));
    assert!(said("server -p 9") && said("server -s 127.0.0.1") && !said("server"));
}
