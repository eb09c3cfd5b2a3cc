use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

/// `METHOD PASSWORD SERVER PLUGIN OPTIONS NAME`, as far as there is one, for short tables.
fn shown(link: &Link) -> String {
    let plugin = link.plugin.as_ref();
    let parts = [
        Some(link.method.name()),
        Some(link.password.as_str()),
        Some(&link.server.to_string()),
        plugin.map(|plugin| plugin.name.as_str()),
        plugin.and_then(|plugin| plugin.options.as_deref()),
        link.name.as_deref(),
    ];
    parts.iter().map(|part| part.unwrap_or("-")).collect::<Vec<_>>().join("  ")
}

fn decoded(text: &str) -> Result<String, LinkError> {
    Link::decode(text).map(|link| shown(&link))
}

#[test]
fn the_examples_of_sip002_are_read() {
    for (link, expected) in [
        (
            "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Example1",
            Ok("aes-128-gcm  test  192.168.100.1:8888  -  -  Example1"),
        ),
        (
            "ss://cmM0LW1kNTpwYXNzd2Q@192.168.100.1:8888/?plugin=obfs-local%3Bobfs%3Dhttp#Example2",
            Err(LinkError::UnknownMethod("rc4-md5".into())),
        ),
        (
            "ss://2022-blake3-aes-256-gcm:YctPZ6U7xPPcU%2Bgp3u%2B0tx%2FtRizJN9K8y%2BuKlW2qjlI%3D@192.168.100.1:8888\
             /?plugin=v2ray-plugin%3Bserver#Example3",
            Ok("2022-blake3-aes-256-gcm  YctPZ6U7xPPcU+gp3u+0tx/tRizJN9K8y+uKlW2qjlI=  192.168.100.1:8888  \
                v2ray-plugin  server  Example3"),
        ),
        (
            "ss://YmYtY2ZiOnRlc3Q@192.168.100.1:8888/?plugin=url-encoded-plugin-argument-value\
             &unsupported-arguments=should-be-ignored#Dummy+profile+name",
            Err(LinkError::UnknownMethod("bf-cfb".into())),
        ),
        (
            "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888/?plugin=url-encoded-plugin-argument-value\
             &unsupported-arguments=should-be-ignored#Dummy+profile+name",
            Ok("aes-128-gcm  test  192.168.100.1:8888  url-encoded-plugin-argument-value  -  Dummy profile name"),
        ),
    ] {
        assert_eq!(decoded(link).as_deref(), expected.as_ref().map(|shown| *shown), "{link}");
    }
}

#[test]
fn user_info_is_read_in_every_dress() {
    // The two bytes of "?>" and "ÿ" make both alphabets differ.
    let text = "aes-256-gcm:pa?>ss:w@rd#%41ÿ";
    let expected = format!("aes-256-gcm  {}  example.org:8388  -  -  -", "pa?>ss:w@rd#%41ÿ");
    let percent = |text: String| text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    for userinfo in [
        STANDARD.encode(text),
        STANDARD_NO_PAD.encode(text),
        URL_SAFE.encode(text),
        URL_SAFE_NO_PAD.encode(text),
        percent(STANDARD.encode(text)),
        "aes-256-gcm:pa%3F%3Ess%3Aw%40rd%23%2541%C3%BF".into(),
        "AES-256-GCM:pa%3F%3Ess:w@rd%23%2541ÿ".into(),
        "aes-256-gcm%3Apa%3F%3Ess:w%40rd%23%2541%c3%bf".replacen(':', "%3A", 1),
    ] {
        assert_eq!(decoded(&format!("ss://{userinfo}@example.org:8388")), Ok(expected.clone()), "{userinfo}");
    }
    // Too little padding, too much, and spare bits that are not zero.
    for userinfo in ["YWVzLTEyOC1nY206dGVzdA=", "YWVzLTEyOC1nY206dGVzdA===", "YWVzLTEyOC1nY206dGVzdB"] {
        let expected = "aes-128-gcm  test  a:1  -  -  -";
        assert_eq!(decoded(&format!("ss://{userinfo}@a:1")).as_deref(), Ok(expected), "{userinfo}");
    }
    // Not to be written, but seen: base64 with a 2022 method; and keys joined by a colon.
    let text = "2022-blake3-aes-128-gcm:AAAAAAAAAAAAAAAAAAAAAA==:BBBBBBBBBBBBBBBBBBBBBA==";
    let expected = "2022-blake3-aes-128-gcm  AAAAAAAAAAAAAAAAAAAAAA==:BBBBBBBBBBBBBBBBBBBBBA==  [::1]:1  -  -  -";
    for userinfo in [text.to_owned(), URL_SAFE_NO_PAD.encode(text), text.replace('=', "%3D")] {
        assert_eq!(decoded(&format!("ss://{userinfo}@[::1]:1")).as_deref(), Ok(expected), "{userinfo}");
    }
}

#[test]
fn the_legacy_form_is_read() {
    for (text, expected) in [
        ("aes-128-gcm:test@192.168.100.1:8888", Ok("aes-128-gcm  test  192.168.100.1:8888  -  -  a b")),
        ("AES-128-GCM:p@ss:w/rd@%41?#@Example.org:1", Ok("aes-128-gcm  p@ss:w/rd@%41?#  example.org:1  -  -  a b")),
        ("aes-128-gcm:@example.org:1", Ok("aes-128-gcm    example.org:1  -  -  a b")),
        ("aes-128-gcm:x@[2001:db8::1]:1", Ok("aes-128-gcm  x  [2001:db8::1]:1  -  -  a b")),
        ("aes-128-gcm:x@2001:db8::1:1", Ok("aes-128-gcm  x  [2001:db8::1]:1  -  -  a b")),
        ("aes-128-gcm:x@bücher.example:1\n", Ok("aes-128-gcm  x  xn--bcher-kva.example:1  -  -  a b")),
        ("bf-cfb:test@192.168.100.1:8888", Err(LinkError::UnknownMethod("bf-cfb".into()))),
        ("aes-128-gcm:x@example.org", Err(LinkError::NoPort)),
        ("aes-128-gcm:x@example.org:0", Err(LinkError::BadPort)),
        ("aes-128-gcm:x@:1", Err(LinkError::BadHost(AddressError::EmptyDomain))),
        ("aes-128-gcm:x@", Err(LinkError::NoServer)),
        ("aes-128-gcm:x", Err(LinkError::NoServer)),
        ("aes-128-gcm@example.org:1", Err(LinkError::NoPassword)),
        ("", Err(LinkError::NoServer)),
    ] {
        for body in [
            STANDARD.encode(text),
            STANDARD_NO_PAD.encode(text),
            URL_SAFE.encode(text),
            URL_SAFE_NO_PAD.encode(text),
            STANDARD.encode(text).replace('=', "%3D"),
        ] {
            let found = decoded(&format!("ss://{body}#a%20b"));
            assert_eq!(found.as_deref(), expected.as_ref().map(|shown| *shown), "{text}");
        }
    }
}

#[test]
fn servers_are_read_or_refused() {
    for (server, expected) in [
        ("example.org:8388", Ok("example.org:8388")),
        ("example.org:8388/", Ok("example.org:8388")),
        ("example.org:8388/?", Ok("example.org:8388")),
        ("example.org:8388?outline=1", Ok("example.org:8388")),
        ("[2001:DB8::1]:8388/", Ok("[2001:db8::1]:8388")),
        ("b%C3%BCcher.example:1", Ok("xn--bcher-kva.example:1")),
        ("bücher.example:1", Ok("xn--bcher-kva.example:1")),
        ("example.org", Err(LinkError::NoPort)),
        ("example.org:", Err(LinkError::NoPort)),
        ("example.org:/", Err(LinkError::NoPort)),
        ("[::1]", Err(LinkError::NoPort)),
        ("example.org:0", Err(LinkError::BadPort)),
        ("example.org:65536", Err(LinkError::BadPort)),
        ("example.org:+1", Err(LinkError::BadPort)),
        ("example.org:1x", Err(LinkError::BadPort)),
        ("", Err(LinkError::NoServer)),
        ("/", Err(LinkError::NoServer)),
        (":1", Err(LinkError::BadHost(AddressError::EmptyDomain))),
        ("2001:db8::1", Err(LinkError::BadHost(AddressError::BadDomain))),
        ("2001:db8::1:8388", Err(LinkError::BadHost(AddressError::BadDomain))),
        ("[fe80::1%25eth0]:1", Err(LinkError::BadHost(AddressError::BadDomain))),
        ("a%20b:1", Err(LinkError::BadHost(AddressError::BadDomain))),
        ("a%00b:1", Err(LinkError::BadHost(AddressError::BadDomain))),
        ("%ff:1", Err(LinkError::NotUtf8)),
    ] {
        let found = Link::decode(&format!("ss://aes-128-gcm:x@{server}")).map(|link| link.server.to_string());
        assert_eq!(found.as_deref(), expected.as_ref().map(|shown| *shown), "{server}");
    }
}

#[test]
fn plugins_are_read_as_they_are() {
    let plugin = |name: &str, options: Option<&str>| {
        Ok(Some(Plugin { name: name.to_owned(), options: options.map(str::to_owned) }))
    };
    for (query, expected) in [
        ("", Ok(None)),
        ("plugin=", Ok(None)),
        ("uot=1&tfo=1&prefix=%16%03&v2ray-plugin=e30&Remark=x", Ok(None)),
        ("Plugin=x", Ok(None)),
        (
            "plugin=obfs-local%3Bobfs%3Dhttp%3Bobfs-host%3Dexample.org",
            plugin("obfs-local", Some("obfs=http;obfs-host=example.org")),
        ),
        ("plugin=obfs-local;obfs=http&x=y", plugin("obfs-local", Some("obfs=http"))),
        ("x=y&plugin=simple-obfs%3Bobfs%3Dtls", plugin("obfs-local", Some("obfs=tls"))),
        ("plugin=v2ray-plugin%3B", plugin("v2ray-plugin", None)),
        ("plugin=a%3Bk%3Dv%5C%3Bw%5C%3D%5C%5C%3Bb+c", plugin("a", Some(r"k=v\;w\=\\;b+c"))),
        ("plugin=%2Fusr%2Fbin%2Fsh%3B-c", plugin("/usr/bin/sh", Some("-c"))),
        ("plugin=%5C%5Chost%5Cx", plugin(r"\\host\x", None)),
        ("plugin=%3Bobfs%3Dhttp", Err(LinkError::NoPluginName)),
        ("plugin=%ff", Err(LinkError::NotUtf8)),
    ] {
        let found = Link::decode(&format!("ss://aes-128-gcm:x@a:1/?{query}#n")).map(|link| link.plugin);
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn names_are_read() {
    for (tag, name) in [
        ("", None),
        ("#", None),
        ("#Dummy+profile+name", Some("Dummy profile name")),
        ("#a%20b%2Bc", Some("a b+c")),
        ("#%E6%9D%B1%E4%BA%AC", Some("東京")),
        ("#東京", Some("東京")),
        ("#a#b?c@d/e:f", Some("a#b?c@d/e:f")),
        ("#%ff+%41", Some("%ff+%41")),
        ("#100%", Some("100%")),
        ("#a%0D%0Ab%E2%80%AEc", Some("abc")),
        ("#%0a", None),
    ] {
        let link = Link::decode(&format!("ss://aes-128-gcm:x@a:1{tag}")).expect("a link");
        assert_eq!(link.name.as_deref(), name, "{tag}");
    }
    let long = Link::decode(&format!("ss://aes-128-gcm:x@a:1#{}", "n".repeat(10_000))).expect("a link");
    assert_eq!(long.name.map(|name| name.len()), Some(256));
}

#[test]
fn what_is_no_link_says_why() {
    let over = format!("ss://aes-128-gcm:x@a:1#{}", "n".repeat(MAX_LINK));
    let unknown = format!("ss://{}:x@a:1", "m".repeat(100));
    for (text, error) in [
        ("", LinkError::NotALink),
        ("ss:", LinkError::NotALink),
        ("sß://x", LinkError::NotALink),
        ("http://example.org/", LinkError::NotALink),
        ("ssconf://example.org/", LinkError::NotALink),
        ("ss://", LinkError::NoServer),
        ("ss://#name", LinkError::NoServer),
        ("ss://@", LinkError::NoPassword),
        ("ss://@a:1", LinkError::NoPassword),
        ("ss://!!!!@a:1", LinkError::BadBase64),
        ("ss://A@a:1", LinkError::BadBase64),
        ("ss://YWVz@a:1", LinkError::NoPassword),
        ("ss://_____w@a:1", LinkError::NotUtf8),
        ("ss://%ff%fe@a:1", LinkError::NotUtf8),
        ("ss://:x@a:1", LinkError::UnknownMethod(String::new())),
        ("ss://none:x@a:1", LinkError::UnknownMethod("none".into())),
        ("ss://a%0Ab%E2%80%AE:x@a:1", LinkError::UnknownMethod(String::new())),
        (&unknown, LinkError::UnknownMethod(String::new())),
        (&over, LinkError::TooLong),
    ] {
        assert_eq!(Link::decode(text), Err(error), "{}", &text[..text.len().min(60)]);
    }
    assert!(Link::decode(" \tSS://aes-128-gcm:x@a:1\r\n").is_ok(), "space and case do not matter");
}

#[test]
fn links_are_written_as_sip002_has_it() {
    let link =
        |method: Method, password: &str, server: &str, plugin: Option<(&str, Option<&str>)>, name: Option<&str>| Link {
            server: server.parse().expect("a test address"),
            method,
            password: password.into(),
            plugin: plugin.map(|(name, options)| Plugin { name: name.into(), options: options.map(str::to_owned) }),
            name: name.map(str::to_owned),
        };
    for (link, text) in [
        (
            link(Method::Aes128Gcm, "test", "192.168.100.1:8888", None, Some("Example1")),
            "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Example1",
        ),
        (
            link(
                Method::Blake3Aes256Gcm,
                "YctPZ6U7xPPcU+gp3u+0tx/tRizJN9K8y+uKlW2qjlI=",
                "192.168.100.1:8888",
                Some(("v2ray-plugin", Some("server"))),
                Some("Example3"),
            ),
            "ss://2022-blake3-aes-256-gcm:YctPZ6U7xPPcU%2Bgp3u%2B0tx%2FtRizJN9K8y%2BuKlW2qjlI%3D@192.168.100.1:8888\
             /?plugin=v2ray-plugin%3Bserver#Example3",
        ),
        (
            link(Method::Aes256Gcm, "ÿ?>", "[::1]:1", Some(("p", None)), Some("a b+c 東")),
            "ss://YWVzLTI1Ni1nY206w78_Pg@[::1]:1/?plugin=p#a%20b%2Bc%20%E6%9D%B1",
        ),
        (
            link(Method::Aes256Gcm, "x", "bücher.example:443", None, None),
            "ss://YWVzLTI1Ni1nY206eA@xn--bcher-kva.example:443",
        ),
    ] {
        assert_eq!(link.encode(), text);
        assert_eq!(Link::decode(text), Ok(link));
    }
}

#[test]
fn debug_and_errors_show_no_password() {
    let link = Link::decode("ss://aes-128-gcm:hunter2@a:1/?plugin=p;o#n").expect("a link");
    let debug = format!("{link:?}");
    assert!(!debug.contains("hunter2") && debug.contains("a:1"), "{debug}");
    for text in [
        "ss://rc4:hunter2@a:1",
        "ss://aes-128-gcm:hunter2@a:0",
        "ss://aes-128-gcm:hunter2@a b:1",
        "ss://aes-128-gcm:hunter2%ff@a:1",
    ] {
        let error = Link::decode(text).expect_err("not a link");
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
    }
}

fn any_method() -> impl Strategy<Value = Method> {
    prop::sample::select(Method::ALL.as_slice())
}

fn any_server() -> impl Strategy<Value = Address> {
    let host = prop_oneof![
        "[a-z0-9_-]{1,20}(\\.[a-z]{1,10}){0,3}",
        "[!$&'()*+,;=^`{|}~a-z]{1,20}",
        any::<std::net::IpAddr>().prop_map(|ip| ip.to_string()),
        Just("bücher.example".to_owned()),
        Just("例え.テスト".to_owned()),
    ];
    (host, 1u16..)
        .prop_filter_map("not every mark may stand in a name", |(host, port)| Address::from_host(&host, port).ok())
}

fn any_link() -> impl Strategy<Value = Link> {
    let plugin = ("[^;]{1,20}", proptest::option::of(".{1,60}")).prop_map(|(name, options)| Plugin { name, options });
    let text = prop_oneof![any::<String>(), "[ -~]{0,30}"];
    (any_server(), any_method(), text.clone(), proptest::option::of(plugin), proptest::option::of(text)).prop_map(
        |(server, method, password, plugin, name)| Link {
            server,
            method,
            password: password.into(),
            plugin,
            name: name.as_deref().and_then(clean_name),
        },
    )
}

proptest! {
    #[test]
    fn decode_is_the_inverse_of_encode(link in any_link()) {
        let text = link.encode();
        prop_assert!(text.is_ascii() && !text.contains([' ', '+']), "{text}");
        prop_assert_eq!(Link::decode(&text), Ok(link.clone()));
        // A link survives being one of many words.
        let found: Vec<_> = find_links(&format!("x\n{text} {text}")).skip(1).collect();
        prop_assert_eq!(found, vec![(2, Ok(link.clone())), (2, Ok(link))]);
    }

    #[test]
    fn the_legacy_form_holds_any_password(link in any_link(), engine in 0usize..4) {
        let plain = format!("{}:{}@{}", link.method, link.password.as_str(), link.server);
        let body = match engine {
            0 => STANDARD.encode(plain),
            1 => STANDARD_NO_PAD.encode(plain),
            2 => URL_SAFE.encode(plain),
            _ => URL_SAFE_NO_PAD.encode(plain),
        };
        prop_assert_eq!(Link::decode(&format!("ss://{body}")), Ok(Link { plugin: None, name: None, ..link }));
    }

    #[test]
    fn decode_never_panics(text in "(ss://)?(\\PC|[@:/?#%+=&;\\[\\]A-Za-z0-9\r\n\u{ff}]){0,80}") {
        let _ = Link::decode(&text);
        let _ = find_links(&text).count();
    }
}
