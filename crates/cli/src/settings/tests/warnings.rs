//! What is ignored or dangerous is warned of.

use super::*;

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
