//! What a file says and the role does nothing with is named.

use super::*;

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
fn what_a_line_leaves_out_of_a_file_with_several_servers_is_said() {
    let file =
        r#"{"server":["127.0.0.1","::1"],"server_port":1,"password":"pw","servers":[{"port":2,"password":"a"}]}"#;
    let said =
        |line: &str| settings(line, file, None).unwrap().warnings.iter().any(|w| w.contains("more are left out"));
    assert!(said("server -p 9") && said("server -s 127.0.0.1") && !said("server"));
}
