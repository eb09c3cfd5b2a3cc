//! What is missing or wrong has its own fault, and no fault tells a secret.

use super::*;

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
        (&format!("local -s {LINK}/?plugin=-rf"), "{}", "PluginPath"),
        (&format!("local -s {LINK}/?plugin=%24(reboot)"), "{}", "PluginPath"),
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
        ("local -s h -p 1 -k pw", r#"{"plugin":"obfs-local; reboot"}"#, "BadPlugin"),
        ("local -s h -p 1 -k pw", r#"{"plugin":"--help"}"#, "BadPlugin"),
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
fn no_password_is_needed_where_nothing_is_encrypted() {
    let file = r#"{"server":"127.0.0.1","server_port":1,"method":"none"}"#;
    for role in ["local", "server"] {
        assert_eq!(fault(&format!("{role} --allow-legacy"), file), "");
        assert_eq!(fault(role, &file.replace("none", "aes-256-gcm")), "NoPassword");
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
