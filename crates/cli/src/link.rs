//! `parasol link`: `ss://` links to JSON and back. What is printed holds the password; that is what it is for.

use std::path::Path;

use parasol_proto::link::{Link, Plugin, clean_name};
use parasol_proto::{Address, Key};
use serde_json::{Map, Value, json};

use crate::args::{EncodeArgs, LinkCommand};
use crate::config_file::ConfigFile;
use crate::export;
use crate::fault::Fault;
use crate::password::{self, Secret, read_text};
use crate::run::print_line;
use crate::settings;

/// Longer than any link or its JSON.
const MAX_INPUT: u64 = 64 * 1024;

/// Runs one of them.
pub(crate) fn link(command: &LinkCommand) -> Result<(), Fault> {
    match command {
        LinkCommand::Decode { uri, allow_legacy } => {
            let link = decode(uri, *allow_legacy)?;
            warn_of(&link);
            print_line(&to_json(&link).to_string())
        }
        LinkCommand::Encode(args) => {
            let link = encode(args)?;
            warn_of(&link);
            print_line(&link.encode())
        }
        LinkCommand::Qr(args) => export::qr(args),
    }
}

fn warn_of(link: &Link) {
    if let Some(warning) = settings::legacy_warning(link.method) {
        tracing::warn!("{warning}");
    }
}

/// The link, or the one on standard input for `-`.
pub(crate) fn decode(uri: &Secret, allow_legacy: bool) -> Result<Link, Fault> {
    match uri.expose() {
        "-" => read_link(&read_stdin()?, allow_legacy),
        text => read_link(text, allow_legacy),
    }
}

/// The link, refused when its password is no key for its method.
pub(crate) fn read_link(text: &str, allow_legacy: bool) -> Result<Link, Fault> {
    let link = settings::link(text, allow_legacy)?;
    check(&link)?;
    Ok(link)
}

fn check(link: &Link) -> Result<(), Fault> {
    let method = link.method;
    match Key::from_password(method, link.password.as_str()) {
        Ok(_) => Ok(()),
        Err(source) => Err(Fault::BadPassword { method: method.name(), source }),
    }
}

fn to_json(link: &Link) -> Value {
    let plugin = link.plugin.as_ref();
    json!({
        "server": link.server.host(),
        "server_port": link.server.port(),
        "method": link.method.name(),
        "password": link.password.as_str(),
        "plugin": plugin.map(|p| &p.name),
        "plugin_opts": plugin.and_then(|p| p.options.as_ref()),
        "name": link.name,
    })
}

fn encode(args: &EncodeArgs) -> Result<Link, Fault> {
    let (file, name) = if args.is_empty() {
        let text = read_stdin()?;
        let origin = Path::new("standard input");
        from_json(serde_json::from_str(&text).map_err(|e| Fault::json(origin, &e))?)?
    } else {
        let mut warnings = Vec::new();
        let given = password::given(&args.credentials, &mut warnings)?;
        warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
        let file = ConfigFile {
            server: args.server.clone(),
            server_port: args.server_port,
            password: given.or(password::from_environment()?),
            method: args.credentials.method.clone(),
            plugin: args.plugin.clone(),
            plugin_opts: args.plugin_opts.clone(),
            ..ConfigFile::default()
        };
        (file, args.name.clone())
    };
    from_fields(file, name.as_deref(), args.allow_legacy)
}

/// The keys that `decode` prints; others are warned of, as in a configuration file.
fn from_json(json: Value) -> Result<(ConfigFile, Option<String>), Fault> {
    const ORIGIN: &str = "standard input";
    let mut map: Map<String, Value> = match json {
        Value::Object(map) => map,
        _ => return Err(Fault::NoObject { path: ORIGIN.into() }),
    };
    let name = match map.remove("name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(Fault::ConfigValue { origin: ORIGIN.to_owned(), key: "name", wanted: "a string" }),
    };
    let file = ConfigFile::from_map(map, ORIGIN)?;
    for key in &file.unknown {
        tracing::warn!("{key:?} does not stand in a link and is left out");
    }
    Ok((file, name))
}

fn from_fields(file: ConfigFile, name: Option<&str>, allow_legacy: bool) -> Result<Link, Fault> {
    let host = file.server.ok_or(Fault::NoServer)?;
    let port = file.server_port.filter(|p| *p > 0).ok_or(Fault::NoServerPort)?;
    let server = Address::from_host(&host, port).map_err(|source| Fault::bad_server(&host, source))?;
    let method = settings::method(file.method.as_deref(), allow_legacy)?;
    let password = password::of(method, file.password.as_ref())?;
    let link = Link {
        server,
        method,
        password: password.expose().into(),
        plugin: file.plugin.map(|name| Plugin { name, options: file.plugin_opts }),
        name: name.and_then(clean_name),
    };
    check(&link)?;
    Ok(link)
}

fn read_stdin() -> Result<String, Fault> {
    let fault = |source| Fault::ConfigFile { path: "standard input".into(), source };
    read_text(Path::new("-"), MAX_INPUT).map(|read| read.text).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_a_link_makes_the_link_again() {
        for uri in [
            "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Example1",
            "ss://rc4-md5:pass@192.168.100.1:8888",
            "ss://YWVzLTEyOC1nY206dGVzdA@[2001:db8::1]:8888/?plugin=obfs-local%3Bobfs%3Dhttp#a%20b",
            "ss://2022-blake3-aes-256-gcm:YctPZ6U7xPPcU%2Bgp3u%2B0tx%2FtRizJN9K8y%2BuKlW2qjlI%3D@example.org:8888",
        ] {
            let json = to_json(&decode(&Secret::from(uri.to_owned()), true).unwrap());
            let (file, name) = from_json(json).unwrap();
            let again = from_fields(file, name.as_deref(), true).unwrap().encode();
            assert_eq!(Link::decode_legacy(&again), Link::decode_legacy(uri), "{uri}");
        }
    }

    #[test]
    fn absent_parts_are_null() {
        let json = to_json(
            &decode(&Secret::from("ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888".to_owned()), false).unwrap(),
        );
        let expected = json!({"server": "192.168.100.1", "server_port": 8888, "method": "aes-128-gcm",
            "password": "test", "plugin": null, "plugin_opts": null, "name": null});
        assert_eq!(json, expected);
    }

    #[test]
    fn a_password_that_is_no_key_is_refused_both_ways() {
        let uri = "ss://2022-blake3-aes-128-gcm:hunter2@example.org:8888";
        assert!(matches!(read_link(uri, false), Err(Fault::BadPassword { .. })));
        let json = json!({"server": "h", "server_port": 1, "method": "2022-blake3-aes-128-gcm", "password": "hunter2"});
        let (file, name) = from_json(json).unwrap();
        assert!(matches!(from_fields(file, name.as_deref(), false), Err(Fault::BadPassword { .. })));
    }

    #[test]
    fn a_legacy_method_is_refused_both_ways_unless_allowed() {
        let uri = "ss://rc4-md5:pass@example.org:8888";
        let json = json!({"server": "h", "server_port": 1, "method": "rc4-md5", "password": "pass"});
        for allowed in [false, true] {
            let (file, name) = from_json(json.clone()).unwrap();
            for refused in [read_link(uri, allowed).err(), from_fields(file, name.as_deref(), allowed).err()] {
                assert_eq!(matches!(refused, Some(Fault::LegacyMethod { .. })), !allowed, "{refused:?}");
            }
        }
    }
}
