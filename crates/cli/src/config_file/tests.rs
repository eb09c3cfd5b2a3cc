use super::*;

fn read(json: &str) -> Result<ConfigFile, Fault> {
    let Value::Object(map) = serde_json::from_str(json).unwrap() else { panic!("an object is tested") };
    ConfigFile::from_map(map, "the file")
}

#[test]
fn libevs_keys_are_read() {
    let file = read(
        r#"{"server":["example.org"],"server_port":"8388","local_address":"127.0.0.1","local_port":1080,
            "password":"pw","method":"aes-256-gcm","mode":"tcp_and_udp","timeout":"60","plugin":"","plugin_opts":null,
            "plugin_mode":"tcp_only",            "allow_private_targets":true,"fast_open":true,"nameserver":"1.1.1.1,[::1]","acl":"a.acl","workers":2,
                "one_time_auth":true,
                "users":[{"name":"ann","password":"key"}],"no_delay":false,"keep_alive":15,"nofile":"4096","ipv6_first":true,"tunnel_address":"h:53","remarks":"x"}"#,
    );
    let mut file = file.unwrap();
    file.unknown.sort();
    assert_eq!(
        file,
        ConfigFile {
            server: Some("example.org".into()),
            server_port: Some(8388),
            local_address: Some("127.0.0.1".into()),
            local_port: Some(1080),
            password: Some(Secret::from("pw".to_owned())),
            method: Some("aes-256-gcm".into()),
            one_time_auth: true,
            users: Some(vec![UserEntry { name: "ann".into(), password: Secret::from("key".to_owned()) }].into()),
            mode: Some("tcp_and_udp".into()),
            timeout: Some(60),
            plugin: None,
            plugin_opts: None,
            plugin_mode: Some("tcp_only".into()),
            allow_private_targets: true,
            acl: Some("a.acl".into()),
            name_servers: Some(["1.1.1.1:53", "[::1]:53"].map(|server| server.parse().unwrap()).to_vec()),
            tunnel_address: Some("h:53".into()),
            sockets: SocketKeys {
                no_delay: Some(false),
                keep_alive: Some(15),
                fast_open: true,
                ipv6_first: true,
                nofile: Some(4096),
                ..SocketKeys::default()
            },
            unknown: vec!["workers".into()],
            ..ConfigFile::default()
        }
    );
}

mod keys;

#[test]
fn values_of_the_wrong_kind_name_their_key() {
    for (json, key) in [
        (r#"{"server":["a",1]}"#, "server"),
        (r#"{"server":[]}"#, "server"),
        (r#"{"server":1}"#, "server"),
        (r#"{"server_port":65536}"#, "server_port"),
        (r#"{"server_port":-1}"#, "server_port"),
        (r#"{"local_port":"abc"}"#, "local_port"),
        (r#"{"local_port":1.5}"#, "local_port"),
        (r#"{"password":1234}"#, "password"),
        (r#"{"method":{}}"#, "method"),
        (r#"{"mode":true}"#, "mode"),
        (r#"{"timeout":0}"#, "timeout"),
        (r#"{"timeout":"soon"}"#, "timeout"),
        (r#"{"plugin":[]}"#, "plugin"),
        (r#"{"plugin_mode":1}"#, "plugin_mode"),
        (r#"{"fast_open":"on"}"#, "fast_open"),
        (r#"{"nofile":-1}"#, "nofile"),
        (r#"{"outbound_bind_addr":"eth0"}"#, "outbound_bind_addr"),
        (r#"{"one_time_auth":1}"#, "one_time_auth"),
        (r#"{"users":{"ann":"key"}}"#, "users"),
        (r#"{"users":[{"name":"ann"}]}"#, "password"),
        (r#"{"users":[{"password":"key"}]}"#, "name"),
        (r#"{"users":[{"name":1,"password":"key"}]}"#, "name"),
        (r#"{"servers":{}}"#, "servers"),
        (r#"{"servers":[1]}"#, "servers"),
        (r#"{"servers":[{"server_port":"x"}]}"#, "server_port"),
        (r#"{"locals":"127.0.0.1"}"#, "locals"),
        (r#"{"locals":[{"local_port":70000}]}"#, "local_port"),
        (r#"{"locals":[{"protocol":"tunnel"}]}"#, "forward_address"),
        (r#"{"locals":[{"protocol":"dns","local_dns_address":"/run/dns.sock"}]}"#, "local_dns_address"),
        (r#"{"allow_private_targets":"yes"}"#, "allow_private_targets"),
        (r#"{"udp_timeout":0}"#, "udp_timeout"),
        (r#"{"udp_max_associations":"few"}"#, "udp_max_associations"),
        (r#"{"port_password":[]}"#, "port_password"),
        (r#"{"port_password":{"x":"pw"}}"#, "port_password"),
        (r#"{"port_password":{"1":1}}"#, "port_password"),
        (r#"{"manager_address":1}"#, "manager_address"),
    ] {
        match read(json) {
            Err(Fault::ConfigValue { key: found, .. }) => assert_eq!(found, key),
            other => panic!("{json} was read as {other:?}"),
        }
    }
}

#[test]
fn the_servers_and_locals_of_shadowsocks_rust_are_read() {
    let file = read(
        r#"{"servers":[{"disabled":true,"server":"off","server_port":1},
                       {"address":"h","port":2,"password":"pw","method":"aes-128-gcm","name":"n","tcp_weight":1.0},
                       {"server":"other","server_port":3}],
            "locals":[{"local_address":"127.0.0.1","local_port":1080,"mode":"tcp_and_udp"},
                      {"protocol":"http","local_port":8080,"http_auth_config_path":"users.json","launchd_x":1},
                      {"protocol":"tunnel","local_port":5353,"forward_address":"h","forward_port":53},
                      {"protocol":"redir","local_port":1},
                      {"protocol":"tunnel","disabled":true},
                      {"protocol":"dns","local_port":5353,"remote_dns_address":"1.1.1.1","local_dns_address":"::1",
                       "local_dns_port":54},
                      {"protocol":"dns"}],
            "dns":"google","log":{"level":1}}"#,
    )
    .unwrap();
    assert_eq!((file.server.as_deref(), file.server_port), (Some("h"), Some(2)));
    let asking = DnsEntry { remote: Some(("1.1.1.1".into(), 53)), local: "[::1]:54".parse().ok() };
    assert_eq!(file.method.as_deref(), Some("aes-128-gcm"));
    assert_eq!(
        file.locals,
        [
            LocalEntry {
                address: Some("127.0.0.1".into()),
                port: Some(1080),
                mode: Some("tcp_and_udp".into()),
                ..LocalEntry::default()
            },
            LocalEntry { port: Some(8080), login_file: Some("users.json".into()), ..LocalEntry::default() },
            LocalEntry { port: Some(5353), forward: Some(("h".into(), 53)), ..LocalEntry::default() },
            LocalEntry { port: Some(5353), dns: Some(asking), ..LocalEntry::default() },
            LocalEntry { dns: Some(DnsEntry::default()), ..LocalEntry::default() },
        ]
    );
    assert_eq!(file.unknown, ["log", "servers[1].tcp_weight", "locals[1].launchd_x"]);
    assert_eq!(file.more_servers.iter().map(|server| server.server.as_deref()).collect::<Vec<_>>(), [Some("other")]);
    // Name servers by a company's name, a protocol, one that is disabled.
    assert_eq!(file.notes.len(), 3, "{:?}", file.notes);
}

#[test]
fn the_ports_of_a_server_are_read_in_order() {
    let file = read(r#"{"port_password":{"8389":"two","8388":"one","443":"three"},"udp_timeout":"60"}"#).unwrap();
    let ports: Vec<_> = file.port_password.iter().map(|(port, secret)| (*port, secret.expose())).collect();
    assert_eq!((&ports[..], file.udp_timeout), (&[(443, "three"), (8388, "one"), (8389, "two")][..], Some(60)));
}

#[test]
fn a_server_beside_the_list_is_the_one() {
    let file = read(r#"{"server":"h","server_port":1,"servers":[{"server":"other","server_port":2}]}"#).unwrap();
    assert_eq!((file.server.as_deref(), file.server_port, file.more_servers.len()), (Some("h"), Some(1), 1));
}

#[test]
fn name_servers_are_ips_with_or_without_ports() {
    for (text, count) in [
        ("1.1.1.1", Some(1)),
        ("1.1.1.1:5353, 8.8.8.8", Some(2)),
        ("udp://[::1]:53,::1,[::1]", Some(3)),
        ("google", None),
        ("1.1.1.1,google", None),
        ("tcp://1.1.1.1", None),
        ("", None),
    ] {
        let entry = Entry { origin: "", value: text.into() };
        assert_eq!(entry.name_servers().map(|servers| servers.len()), count, "{text}");
    }
}

#[test]
fn a_password_may_stand_in_the_environment() {
    let path = std::env::var("PATH").unwrap();
    assert_eq!(from_variable("${PATH}".into()), path);
    for text in ["${PARASOL_NO_SUCH_VARIABLE}", "$PATH", "a${PATH}", "${PATH"] {
        assert_eq!(from_variable(text.into()), text);
    }
}

#[test]
fn a_password_is_found_wherever_it_stands() {
    for (text, holds) in [
        (r#"{"server_port":1,"method":"aes-256-gcm"}"#, false),
        (r#"{"password":"x"}"#, true),
        (r#"{"port_password":{"1":"x"}}"#, true),
        (r#"{"users":[{"name":"ann","password":"x"}]}"#, true),
        (r#"{"servers":[{"server_port":1},{"server_port":2,"password":"x"}]}"#, true),
    ] {
        let file = ConfigFile::parse(text, Path::new("file")).unwrap();
        assert_eq!(file.holds_passwords(), holds, "{text}");
    }
}
