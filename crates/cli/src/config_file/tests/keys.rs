//! Every key of both dialects: it runs, or is said by name not to.

use super::*;

/// Is this key of the whole file, with a value as the other programs have it, done without a word?
fn runs(key: &str, value: &str) -> bool {
    let file = read(&format!("{{{key:?}:{value}}}")).unwrap_or_else(|fault| panic!("{key}: {fault}"));
    if file.notes.is_empty() {
        assert!(file.unknown.is_empty() || file.unknown == [key], "{key}: {:?}", file.unknown);
        return file.unknown.is_empty();
    }
    assert!(file.notes.iter().any(|note| note.contains(key) || note.contains(value.trim_matches('"'))), "{key}");
    false
}

#[test]
fn the_keys_of_shadowsocks_libev() {
    for (key, value, does) in [
        ("server", r#"["::0","0.0.0.0"]"#, true),
        ("server_port", r#""8388""#, true),
        ("local_address", r#""127.0.0.1""#, true),
        ("local_port", "1080", true),
        ("local_ipv4_address", r#""192.0.2.1""#, false),
        ("local_ipv6_address", r#""2001:db8::1""#, false),
        ("password", r#""x""#, true),
        ("key", r#""AAAA""#, false),
        ("method", r#""aes-256-gcm""#, true),
        ("timeout", r#""60""#, true),
        ("user", r#""nobody""#, false),
        ("plugin", r#""obfs-local""#, true),
        ("plugin_opts", r#""obfs=http""#, true),
        ("fast_open", "true", true),
        ("reuse_port", "true", true),
        ("no_delay", "true", true),
        ("nofile", "1024", true),
        ("nameserver", r#""8.8.8.8,1.1.1.1""#, true),
        ("tunnel_address", r#""8.8.8.8:53""#, true),
        ("mode", r#""tcp_and_udp""#, true),
        ("mtu", "1400", false),
        ("mptcp", "true", true),
        ("ipv6_first", "true", true),
        ("use_syslog", "true", false),
        ("workdir", r#""/tmp""#, false),
        ("acl", r#""a.acl""#, true),
        ("port_password", r#"{"8388":"x"}"#, true),
        ("manager_address", r#""/tmp/manager.sock""#, true),
    ] {
        assert_eq!(runs(key, value), does, "{key}");
    }
}

#[test]
fn the_keys_of_shadowsocks_rust() {
    for (key, value, does) in [
        ("protocol", r#""socks""#, true),
        ("protocol", r#""redir""#, false),
        ("manager_port", "6001", true),
        ("plugin_args", r#"["-v"]"#, false),
        ("plugin_mode", r#""tcp_only""#, true),
        ("udp_timeout", "300", true),
        ("udp_max_associations", "512", true),
        ("udp_mtu", "1400", false),
        ("dns", r#""1.1.1.1""#, true),
        ("dns", r#""google""#, false),
        ("dns_cache_size", "256", false),
        ("keep_alive", "15", true),
        ("ipv6_only", "true", true),
        ("outbound_fwmark", "1", true),
        ("outbound_user_cookie", "1", false),
        ("outbound_bind_addr", r#""192.0.2.1""#, true),
        ("outbound_bind_interface", r#""eth0""#, true),
        ("outbound_udp_allow_fragmentation", "true", false),
        ("security", r#"{"replay_attack":{"policy":"reject"}}"#, false),
        ("balancer", r#"{"max_server_rtt":5}"#, false),
        ("version", "1", true),
        ("remarks", r#""x""#, true),
        ("online_config", r#"{"config_url":"https://example.org"}"#, false),
        ("log", r#"{"level":1}"#, false),
        ("runtime", r#"{"mode":"single_thread"}"#, false),
    ] {
        assert_eq!(runs(key, value), does, "{key}");
    }
}

#[test]
fn a_proxy_on_the_way_out_is_not_left_out_in_silence() {
    assert_eq!(read(r#"{"outbound_proxy":""}"#).unwrap().unknown, ["outbound_proxy"]);
    for value in [r#""socks5://127.0.0.1:1""#, r#"["socks5://127.0.0.1:1"]"#] {
        let read = read(&format!(r#"{{"outbound_proxy":{value}}}"#));
        assert!(matches!(read, Err(Fault::OutboundProxy { .. })), "{value}");
    }
}

#[test]
fn the_keys_of_the_python_original() {
    for (key, value, does) in [
        ("server", r#"["a.example","b.example"]"#, true),
        ("prefer_ipv6", "true", true),
        ("dns_server", r#"["8.8.8.8","8.8.4.4"]"#, true),
        ("workers", "2", false),
        ("forbidden_ip", r#""127.0.0.0/8""#, false),
        ("tunnel_remote", r#""8.8.8.8""#, false),
        ("pid-file", r#""/run/x.pid""#, false),
        ("one_time_auth", "true", true),
        ("libopenssl", r#""/usr/lib/x.so""#, false),
    ] {
        assert_eq!(runs(key, value), does, "{key}");
    }
}

#[test]
fn the_keys_of_one_server_and_of_one_local() {
    for (key, value, does) in [
        ("address", r#""h""#, true),
        ("port", "1", true),
        ("disabled", "false", true),
        ("id", r#""x""#, true),
        ("name", r#""x""#, true),
        ("timeout", "60", true),
        ("mode", r#""udp_only""#, true),
        ("acl", r#""a.acl""#, true),
        ("tcp_weight", "0.5", false),
        ("udp_weight", "0.5", false),
        ("users", r#"[{"name":"ann","password":"x"}]"#, true),
    ] {
        let file = read(&format!(r#"{{"servers":[{{{key:?}:{value}}},{{{key:?}:{value}}}]}}"#)).unwrap();
        let named = ["servers[0]", "servers[1]"].map(|server| format!("{server}.{key}"));
        assert_eq!(file.unknown, if does { &[][..] } else { &named }, "{key}");
    }
    for (key, value, does) in [
        ("local_address", r#""127.0.0.1""#, true),
        ("local_port", "1080", true),
        ("mode", r#""udp_only""#, true),
        ("acl", r#""a.acl""#, true),
        ("socks5_auth_config_path", r#""users.json""#, true),
        ("http_auth_config_path", r#""users.json""#, true),
        ("local_udp_port", "1081", false),
        ("tcp_redir", r#""tproxy""#, false),
        ("launchd_tcp_socket_name", r#""x""#, false),
        ("tun_interface_name", r#""tun0""#, false),
    ] {
        let file = read(&format!(r#"{{"locals":[{{{key:?}:{value}}}]}}"#)).unwrap();
        assert_eq!(file.unknown.is_empty(), does, "{key}");
        assert!(does || file.unknown == [format!("locals[0].{key}")], "{key}");
    }
}

/// A key that means nothing for a local of this protocol is named as one that means nothing at all.
#[test]
fn the_keys_of_another_kind_of_local_are_named() {
    for (local, named) in [
        (r#"{"protocol":"dns","mode":"tcp_only"}"#, Some("mode")),
        (r#"{"protocol":"dns","mode":"tcp_and_udp"}"#, None),
        (r#"{"protocol":"dns","socks5_auth_config_path":"f"}"#, Some("socks5_auth_config_path")),
        (r#"{"protocol":"dns","forward_address":"h"}"#, Some("forward_address")),
        (r#"{"protocol":"socks","forward_address":"h"}"#, Some("forward_address")),
        (r#"{"protocol":"http","remote_dns_address":"h"}"#, Some("remote_dns_address")),
        (r#"{"local_dns_address":"::1"}"#, Some("local_dns_address")),
        (
            r#"{"protocol":"tunnel","forward_address":"h","forward_port":1,"http_auth_config_path":"f"}"#,
            Some("http_auth_config_path"),
        ),
        (r#"{"protocol":"tunnel","forward_address":"h","forward_port":1,"mode":"udp_only"}"#, None),
    ] {
        let file = read(&format!(r#"{{"locals":[{local}]}}"#)).unwrap();
        assert_eq!(file.unknown, Vec::from_iter(named.map(|key| format!("locals[0].{key}"))), "{local}");
    }
}
