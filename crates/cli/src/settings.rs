//! What to run, out of the command line, the configuration file and the environment. Earlier ones win:
//! options, then the ss:// link, then the environment, then the file.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use parasol_app::plugin::{PluginMode, PluginSpec, is_bare_name};
use parasol_app::relay::{Egress, RelaySpec};
use parasol_proto::address::without_brackets;
use parasol_proto::link::{Link, Plugin, is_link};
use parasol_proto::{Address, Key, Method, ServerConfig};

use crate::args::{LocalArgs, PluginArgs, Running, ServerArgs};
use crate::config_file::ConfigFile;
use crate::fault::Fault;
use crate::link::read_link;
use crate::password::{self, Secret};

/// The method when nobody says one, as in ss-local.
const DEFAULT_METHOD: Method = Method::ChaCha20Poly1305;

/// The listening port of a local when nobody says one.
pub(crate) const DEFAULT_LOCAL_PORT: u16 = 1080;

/// What to run, and what the user should hear about it first.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) spec: RelaySpec,
    pub(crate) plugin: Option<Plugged>,
    pub(crate) warnings: Vec<String>,
}

/// A plugin, and which end of it is given.
#[derive(Debug)]
pub(crate) struct Plugged {
    pub(crate) plugin: PluginSpec,
    pub(crate) at: PluginAt,
}

/// The end of a plugin that is not ours.
#[derive(Debug)]
pub(crate) enum PluginAt {
    /// It dials this server.
    Server(Address),
    /// It listens here, in place of our server.
    Listen(SocketAddr),
}

/// What lies outside the command line: the file that it names, and the environment's password.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) file: ConfigFile,
    pub(crate) password: Option<Secret>,
}

impl Surroundings {
    /// Reads both.
    pub(crate) fn read(running: &Running) -> Result<Surroundings, Fault> {
        let file = running.config.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        Ok(Surroundings { file, password: password::from_environment()? })
    }
}

/// The local role.
pub(crate) fn local(args: &LocalArgs, around: Surroundings) -> Result<Settings, Fault> {
    let file = around.file;
    let mut warnings = warnings_of(&file, &args.running)?;
    let (server, plugin) = match args.server.as_ref().map(Secret::expose) {
        Some(text) if is_link(text) => {
            let link = read_link(text)?;
            refuse_second_answers(args, &link)?;
            warnings.push(
                "other users of this machine can see the password in a link given with --server; a -c file hides it"
                    .to_owned(),
            );
            let plugin = match &link.plugin {
                Some(plugin) => link_plugin(plugin, &mut warnings)?,
                None => plugin(&args.plugin, &ConfigFile::default())?,
            };
            (from_link(&link)?, plugin)
        }
        host => {
            let plugin = plugin(&args.plugin, &file)?;
            let host = host.map(str::to_owned).or(file.server).ok_or(Fault::NoServer)?;
            let port = args.server_port.or(file.server_port.filter(|p| *p > 0)).ok_or(Fault::NoServerPort)?;
            let method = method(args.credentials.method.as_deref().or(file.method.as_deref()))?;
            let secret = password::given(&args.credentials, &mut warnings)?.or(around.password).or(file.password);
            let secret = secret.ok_or(Fault::NoPassword)?;
            let address = Address::from_host(&host, port).map_err(|source| Fault::bad_server(&host, source))?;
            let server = ServerConfig::new(address, method, secret.expose())
                .map_err(|source| Fault::BadPassword { method: method.name(), source })?;
            (server, plugin)
        }
    };
    let plugin = plugin.map(|plugin| Plugged { plugin, at: PluginAt::Server(server.address().clone()) });
    let ip = listen_ip(args.local_address.as_ref().or(file.local_address.as_ref()), Ipv4Addr::LOCALHOST)?;
    if !ip.is_loopback() {
        warnings.push(format!("{ip} is reachable from other machines, and whoever reaches it can use this proxy"));
    }
    let port = args.local_port.or(file.local_port).unwrap_or(DEFAULT_LOCAL_PORT);
    let spec = patient(RelaySpec::local(SocketAddr::new(ip, port), server), &args.running, file.timeout);
    Ok(Settings { spec, plugin, warnings })
}

/// The server role.
pub(crate) fn server(args: &ServerArgs, around: Surroundings) -> Result<Settings, Fault> {
    let file = around.file;
    let mut warnings = warnings_of(&file, &args.running)?;
    let plugin = plugin(&args.plugin, &file)?;
    let ip = listen_ip(args.server.as_ref().or(file.server.as_ref()), Ipv4Addr::UNSPECIFIED)?;
    let port = args.server_port.or(file.server_port).ok_or(Fault::NoServerPort)?;
    let method = method(args.credentials.method.as_deref().or(file.method.as_deref()))?;
    let secret = password::given(&args.credentials, &mut warnings)?
        .or(around.password)
        .or(file.password)
        .ok_or(Fault::NoPassword)?;
    let key = Key::from_password(method, secret.expose())
        .map_err(|source| Fault::BadPassword { method: method.name(), source })?;
    if key.identity_count() > 0 {
        return Err(Fault::ServerIdentities);
    }
    let private = args.allow_private_targets || file.allow_private_targets;
    let egress = if private { Egress::Any } else { Egress::PublicOnly };
    let listen = SocketAddr::new(ip, port);
    let plugin = plugin.map(|plugin| Plugged { plugin, at: PluginAt::Listen(listen) });
    // Behind a plugin, only that is to reach it.
    let own = if plugin.is_some() { SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) } else { listen };
    let spec = RelaySpec::server(own, method, key, egress);
    Ok(Settings { spec: patient(spec, &args.running, file.timeout), plugin, warnings })
}

/// The method of that name, or the default one.
pub(crate) fn method(name: Option<&str>) -> Result<Method, Fault> {
    let Some(name) = name else { return Ok(DEFAULT_METHOD) };
    name.parse().map_err(|_| Fault::UnknownMethod {
        name: name.chars().take(40).collect(),
        known: Method::ALL.map(Method::name).join(", "),
    })
}

fn from_link(link: &Link) -> Result<ServerConfig, Fault> {
    ServerConfig::new(link.server.clone(), link.method, link.password.as_str())
        .map_err(|source| Fault::BadPassword { method: link.method.name(), source })
}

/// A link is a whole answer; a second one on the same line is a mistake that should not be guessed at.
fn refuse_second_answers(args: &LocalArgs, link: &Link) -> Result<(), Fault> {
    let credentials = &args.credentials;
    for (given, what, option) in [
        (args.server_port.is_some(), "port", "-p"),
        (credentials.password.is_some(), "password", "-k"),
        (credentials.password_file.is_some(), "password", "--password-file"),
        (credentials.method.is_some(), "method", "-m"),
        (args.plugin.plugin.is_some() && link.plugin.is_some(), "plugin", "--plugin"),
    ] {
        if given {
            return Err(Fault::TwiceGiven { what, option });
        }
    }
    Ok(())
}

/// The plugin of the options, or else the file's; program and options come from the same of the two.
fn plugin(args: &PluginArgs, file: &ConfigFile) -> Result<Option<PluginSpec>, Fault> {
    let mode = match file.plugin_mode.as_deref() {
        None => PluginMode::default(),
        Some(mode) => mode.parse().map_err(|source| Fault::PluginMode { mode: short(mode), source })?,
    };
    let (program, options) = match (&args.plugin, &file.plugin) {
        (Some(program), _) => (program, &args.plugin_opts),
        (None, Some(program)) => (program, &file.plugin_opts),
        (None, None) => return Ok(None),
    };
    plugin_spec(program, options.as_deref(), mode).map(Some)
}

/// A link is somebody else's: it may name a plugin that is installed here, but not any file.
fn link_plugin(plugin: &Plugin, warnings: &mut Vec<String>) -> Result<Option<PluginSpec>, Fault> {
    if !is_bare_name(&plugin.name) {
        return Err(Fault::PluginPath { name: short(&plugin.name) });
    }
    warnings.push(format!("the link asks for the plugin {:?}, which runs now", short(&plugin.name)));
    plugin_spec(&plugin.name, plugin.options.as_deref(), PluginMode::default()).map(Some)
}

fn plugin_spec(program: &str, options: Option<&str>, mode: PluginMode) -> Result<PluginSpec, Fault> {
    let bad = |source| Fault::BadPlugin { name: short(program), source };
    PluginSpec::new(program, options.unwrap_or_default(), mode).map_err(bad)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn warnings_of(file: &ConfigFile, running: &Running) -> Result<Vec<String>, Fault> {
    let path = running.config.as_deref().unwrap_or_else(|| "the file".as_ref());
    let ignored = |key| format!("{key:?} in {} means nothing here and is ignored", path.display());
    let mut warnings: Vec<String> = file.unknown.iter().map(ignored).collect();
    if file.open_to_others && file.password.is_some() {
        warnings.push(password::others_can_read(path));
    }
    match file.mode.as_deref() {
        None | Some("tcp_only") => {}
        Some("tcp_and_udp") => warnings.push("mode \"tcp_and_udp\": UDP is not relayed yet, only TCP is".to_owned()),
        Some("udp_only") => return Err(Fault::UdpOnly),
        Some(mode) => return Err(Fault::UnknownMode { mode: short(mode) }),
    }
    Ok(warnings)
}

fn listen_ip(text: Option<&String>, default: Ipv4Addr) -> Result<IpAddr, Fault> {
    let Some(text) = text else { return Ok(default.into()) };
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    without_brackets(text).parse().map_err(|_| Fault::bad_listen(text))
}

fn patient(spec: RelaySpec, running: &Running, file_timeout: Option<u32>) -> RelaySpec {
    match running.timeout.or(file_timeout) {
        Some(seconds) => spec.idle_timeout(Duration::from_secs(seconds.into())),
        None => spec,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Command, CommandLine};
    use clap::Parser;

    const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";
    const PLUGIN_LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888/?plugin=obfs-local%3Bobfs%3Dhttp";

    fn settings(line: &str, file: &str, password: Option<&str>) -> Result<Settings, Fault> {
        let file = ConfigFile::from_map(serde_json::from_str(file).unwrap(), "the file").unwrap();
        let around = Surroundings { file, password: password.map(|p| p.to_owned().into()) };
        match CommandLine::try_parse_from(format!("parasol {line}").split(' ')).unwrap().command {
            Command::Local(args) => local(&args, around),
            Command::Server(args) => server(&args, around),
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
            ("local -s h -p 1 -k pw -m rc4-md5", "{}", "UnknownMethod"),
            ("local -s h -p 1 -k pw -m 2022-blake3-aes-128-gcm", "{}", "BadPassword"),
            ("local -s a\tb -p 1 -k pw", "{}", "BadServer"),
            ("local -s h -p 1 -k pw -b example.org", "{}", "BadListen"),
            ("local -s h -p 1 -k pw", r#"{"plugin":"obfs-local","plugin_mode":"tcp_and_udp"}"#, ""),
            ("local -s h -p 1 -k pw", r#"{"plugin":"./obfs-local"}"#, "BadPlugin"),
            ("local -s h -p 1 -k pw", r#"{"plugin":"obfs-local","plugin_mode":"udp_only"}"#, "PluginMode"),
            ("local -s h -p 1 -k pw --plugin bin/x", "{}", "BadPlugin"),
            ("local -s h -p 1 -k pw", r#"{"mode":"udp_only"}"#, "UdpOnly"),
            ("local -s h -p 1 -k pw", r#"{"mode":"both"}"#, "UnknownMode"),
            ("server -p 0 -k pw", "{}", ""),
            ("server", r#"{"server":["localhost"],"server_port":"1","password":"pw"}"#, ""),
            ("server -k pw", "{}", "NoServerPort"),
            ("server -p 1", "{}", "NoPassword"),
            ("server -s example.org -p 1 -k pw", "{}", "BadListen"),
            ("server -p 1 -k pw", r#"{"plugin":"obfs-server"}"#, ""),
            ("server -p 1 -k pw", r#"{"plugin":"a/b"}"#, "BadPlugin"),
        ] {
            assert_eq!(fault(line, file), expected, "{line} with {file}");
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
    fn warnings_are_for_what_is_ignored_or_dangerous() {
        for (line, file, count) in [
            ("local -s h -p 1", "{}", 0),
            ("local -s h -p 1", r#"{"fast_open":true,"nameserver":"x","mode":"tcp_and_udp"}"#, 3),
            ("local -s h -p 1 -b ::1", "{}", 0),
            ("local -s h -p 1 -b 0.0.0.0", "{}", 1),
            ("local -s h -p 1 -k pw", "{}", 1),
            (&format!("local -s {LINK}"), "{}", 1),
            (&format!("local -s {PLUGIN_LINK}"), "{}", 2),
            ("server -p 1", r#"{"mode":"tcp_only"}"#, 0),
            ("server -p 1 -k pw", r#"{"mode":"tcp_only"}"#, 1),
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
        ] {
            let fault = settings(line, file, None).unwrap_err();
            assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{fault}");
        }
    }
}
