//! What to run, out of the command line, the configuration file and the environment. Earlier ones win:
//! options, then the ss:// link, then the environment, then the file.

mod carried;
mod dns;
mod legacy;
mod login;
mod manager;
mod plugin;
mod routing;
mod server_port;
mod sockets;
mod unused;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use parasol_app::plugin::PluginMode;
use parasol_app::profile::Through;
use parasol_app::relay::{Egress, NameServers, RelaySpec};
use parasol_proto::address::without_brackets;
use parasol_proto::link::{Link, is_link};
use parasol_proto::{Address, ServerConfig};

use self::server_port::ServerPort;
use crate::args::{CarriedArgs, LocalArgs, RoutingArgs, Running, ServerArgs, SocketArgs, TunnelArgs, Upstream};
use crate::config_file::{ConfigFile, LocalEntry};
use crate::fault::Fault;
use crate::link::read_link;
use crate::password::{self, Secret};

pub(crate) use legacy::{link, method, warning as legacy_warning};
pub(crate) use login::VARIABLE as LOCAL_VARIABLE;
pub(crate) use manager::Managed;
pub(crate) use plugin::{Plugged, PluginAt};
pub(crate) use routing::explain;

/// The listening port of a local when nobody says one.
pub(crate) const DEFAULT_LOCAL_PORT: u16 = 1080;

/// What whoever reaches a local port can do.
const USE: &str = "use this proxy";

/// What to run, and what the user should hear about it first.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) spec: RelaySpec,
    pub(crate) plugin: Option<Plugged>,
    pub(crate) warnings: Vec<String>,
    /// How many descriptors the program may have.
    pub(crate) nofile: Option<u64>,
    /// Who opens and closes ports while it runs.
    pub(crate) managed: Option<Managed>,
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
    let file = &around.file;
    let mut warnings = warnings_of(file, &args.running)?;
    let (server, plugin) = upstream(&args.upstream, &around, &mut warnings)?;
    let login = login::of(&args.login, &mut warnings)?;
    let one = LocalEntry::default();
    let asked = args.upstream.local_port.is_some() || args.upstream.local_address.is_some();
    let locals = match &file.locals[..] {
        // A port in their place would be one that nobody asked for.
        [] if !asked && file.no_local => return Err(Fault::NoLocal),
        [] => std::slice::from_ref(&one),
        // The options say where it listens; what is spoken there, and who may, stays as it is.
        all if !asked || matches!(all, [LocalEntry { dns: None, .. }]) => all,
        _ => return Err(Fault::WhichLocal),
    };
    if !asked {
        warnings.extend(unused::beside_locals(file));
    }
    warnings.extend(unused::of_tunnels(file));
    let acl = routing::list_of(locals, file.acl.as_deref(), &mut warnings);
    let routing = routing::of(&args.routing, acl, &mut warnings)?;
    let mut spec: Option<RelaySpec> = None;
    for local in locals {
        if let Some(dns) = &local.dns {
            let next = dns::of_entry(local, dns, &server, &mut warnings)?;
            spec = Some(spec.map_or(next.clone(), |spec| spec.and(next)));
            continue;
        }
        let login = match (&login, &local.login_file) {
            (None, Some(path)) => Some(login::from_file(path, &mut warnings)?),
            (login, _) => login.clone(),
        };
        let listen = listen_at(&args.upstream, local, file)?;
        let next = match &local.forward {
            Some((host, port)) => RelaySpec::tunnel(listen, target(host, *port)?, server.clone()),
            None => RelaySpec::local(listen, server.clone()),
        };
        if login.is_none() || local.forward.is_some() {
            warnings.extend(open_to_all(listen.ip(), USE));
        }
        let mode = carried::mode_of(&args.carried, local.mode.as_deref(), file)?;
        let next = login.iter().fold(next, RelaySpec::login).mode(mode);
        spec = Some(spec.map_or(next.clone(), |spec| spec.and(next)));
    }
    let spec = spec.expect("there is at least one local").routing(routing);
    let spec = dns::of(&args.dns, &server, &mut warnings)?.into_iter().fold(spec, RelaySpec::and);
    finished(spec, plugin, (&args.running, &args.carried, &args.sockets), file, warnings)
}

/// The tunnel role.
pub(crate) fn tunnel(args: &TunnelArgs, around: Surroundings) -> Result<Settings, Fault> {
    let file = &around.file;
    let mut warnings = warnings_of(file, &args.running)?;
    let text = args.tunnel_address.as_deref().or(file.tunnel_address.as_deref()).ok_or(Fault::NoTunnel)?;
    let target = text.parse().map_err(|source| Fault::bad_tunnel(text, source))?;
    warnings.extend(unused::of_locals(file));
    let (server, plugin) = upstream(&args.upstream, &around, &mut warnings)?;
    let listen = listen_at(&args.upstream, &LocalEntry::default(), file)?;
    warnings.extend(open_to_all(listen.ip(), USE));
    let spec = RelaySpec::tunnel(listen, target, server).mode(carried::mode_of(&args.carried, None, file)?);
    finished(spec, plugin, (&args.running, &args.carried, &args.sockets), file, warnings)
}

/// The server that everything goes through, and the plugin on the way there.
fn upstream(
    args: &Upstream,
    around: &Surroundings,
    warnings: &mut Vec<String>,
) -> Result<(ServerConfig, Option<Plugged>), Fault> {
    let file = &around.file;
    warnings.extend(unused::of_servers(file, args.plugin.plugin.is_some()));
    let (server, plugin) = match args.server.as_ref().map(Secret::expose) {
        Some(text) if is_link(text) => {
            let link = read_link(text, args.legacy.allow_legacy)?;
            refuse_second_answers(args, &link)?;
            warnings.push(
                "other users of this machine can see the password in a link given with --server; a -c file hides it"
                    .to_owned(),
            );
            let plugin = match &link.plugin {
                Some(plugin) => plugin::of_link(plugin, warnings)?,
                None => plugin::of(&args.plugin, &ConfigFile::default())?,
            };
            (from_link(&link)?, plugin)
        }
        host => {
            let plugin = plugin::of(&args.plugin, file)?;
            let host = host.or(file.server.as_deref()).ok_or(Fault::NoServer)?;
            let port = args.server_port.or(file.server_port.filter(|p| *p > 0)).ok_or(Fault::NoServerPort)?;
            if args.server.is_none() {
                warnings.extend(left_out(file));
            }
            let name = args.credentials.method.as_deref().or(file.method.as_deref());
            let method = method(name, args.legacy.allow_legacy)?;
            let given = password::given(&args.credentials, warnings)?;
            let secret = given.as_ref().or(around.password.as_ref()).or(file.password.as_ref());
            let secret = password::of(method, secret)?;
            let address = Address::from_host(host, port).map_err(|source| Fault::bad_server(host, source))?;
            let server = ServerConfig::new(address, method, secret.expose())
                .map_err(|source| Fault::BadPassword { method: method.name(), source })?;
            (server, plugin)
        }
    };
    let server = legacy::of_server(server, &args.legacy, file, warnings)?;
    let plugin = plugin.map(|plugin| Plugged { plugin, at: PluginAt::Server(server.address().clone()) });
    Ok((server, plugin))
}

/// That a local does not choose among servers.
fn left_out(file: &ConfigFile) -> Option<String> {
    let count = file.more_servers.len() + file.more_hosts.len();
    (count > 0).then(|| format!("the first server of the file is used; {count} more are left out, nothing is balanced"))
}

/// Where a local listens: what the line says, then its own entry, then the whole file.
fn listen_at(args: &Upstream, local: &LocalEntry, file: &ConfigFile) -> Result<SocketAddr, Fault> {
    let address = args.local_address.as_ref().or(local.address.as_ref()).or(file.local_address.as_ref());
    let port = args.local_port.or(local.port).or(file.local_port).unwrap_or(DEFAULT_LOCAL_PORT);
    Ok(SocketAddr::new(listen_ip(address, Ipv4Addr::LOCALHOST)?, port))
}

fn target(host: &str, port: u16) -> Result<Address, Fault> {
    Address::from_host(host, port).map_err(|source| Fault::bad_tunnel(host, source))
}

/// The warning of a port without a login that the whole network can use, and for what.
fn open_to_all(ip: IpAddr, what: &str) -> Option<String> {
    (!ip.is_loopback()).then(|| format!("{ip} is reachable from other machines, and whoever reaches it can {what}"))
}

/// The server role.
pub(crate) fn server(args: &ServerArgs, mut around: Surroundings) -> Result<Settings, Fault> {
    // Of both families, each has a port of its own.
    around.file.sockets.ipv6_only |= !around.file.more_hosts.is_empty();
    let file = &around.file;
    let mut warnings = warnings_of(file, &args.running)?;
    let plugin = plugin::of(&args.plugin, file)?;
    let ip = listen_ip(args.server.as_ref().or(file.server.as_ref()), Ipv4Addr::UNSPECIFIED)?;
    let manager = manager::address(&args.manager, file, &mut warnings)?;
    if manager.is_some() && plugin.is_some() {
        return Err(Fault::ManagedPlugin);
    }
    let given = password::given(&args.credentials, &mut warnings)?;
    let method = method(args.credentials.method.as_deref().or(file.method.as_deref()), args.legacy.allow_legacy)?;
    let secret = given.as_ref().or(around.password.as_ref()).or(file.password.as_ref());
    let ports = match (args.server_port, &file.port_password[..], file.server_port) {
        (Some(port), ..) | (None, [], Some(port)) => vec![(port, password::of(method, secret)?)],
        (None, [], None) if manager.is_none() => return Err(Fault::NoServerPort),
        (None, ports, _) => ports.to_vec(),
    };
    warnings.extend(unused::of_ports(file, args.server_port.is_some()));
    warnings.extend(unused::of_the_local_role(file, manager.is_some(), args.plugin.plugin.is_some()));
    let private = args.allow_private_targets || file.allow_private_targets;
    warnings.extend(manager.as_ref().filter(|_| private).and_then(manager::open_to_clients));
    let kind = ServerPort {
        ip,
        method,
        one_time_auth: args.legacy.one_time_auth || file.one_time_auth,
        allow_legacy: args.legacy.allow_legacy,
        mode: carried::mode_of(&args.carried, None, file)?,
        egress: if private { Egress::Any } else { Egress::PublicOnly },
        users: file.users.clone(),
    };
    warnings.extend(legacy::warning(kind.method));
    let mut spec = RelaySpec::nothing();
    let plugin = match (plugin, &ports[..]) {
        // Behind a plugin, only that is to reach it.
        (Some(plugin), [(port, secret)]) => {
            let own = ServerPort { ip: Ipv4Addr::LOCALHOST.into(), ..kind.clone() };
            spec = spec.and(own.spec(0, secret)?);
            Some(Plugged { plugin, at: PluginAt::Listen(SocketAddr::new(ip, *port)) })
        }
        (Some(_), _) => return Err(Fault::NoServerPort),
        (None, ports) => {
            for (port, secret) in ports {
                spec = spec.and(kind.spec(*port, secret)?);
            }
            None
        }
    };
    let acl = args.acl.as_deref().or(file.acl.as_deref());
    spec = spec.routing(routing::of(&RoutingArgs::default(), acl, &mut warnings)?);
    let alone = plugin.is_some() || manager.is_some();
    if alone && (!file.more_servers.is_empty() || !file.more_hosts.is_empty()) {
        warnings.push("with a plugin or a manager the first server of the file is the only one".to_owned());
    }
    let named = args.server.is_some() || args.server_port.is_some();
    if !alone && named {
        warnings.extend(left_out(file));
    }
    if !alone && !named {
        for host in &file.more_hosts {
            let kind = ServerPort { ip: listen_ip(Some(&host.name), Ipv4Addr::UNSPECIFIED)?, ..kind.clone() };
            for (port, secret) in &ports {
                spec = spec.and(kind.spec(host.port.unwrap_or(*port), secret)?);
            }
        }
        for own in &file.more_servers {
            // Without its list, more would be reached through it than shall be.
            if args.acl.is_none() && own.acl.is_some() && own.acl != file.acl {
                return Err(Fault::SecondAcl);
            }
            warnings.extend(unused::of_another(own, file));
            spec = spec.and(kind.beside(own, &mut warnings)?);
        }
    }
    let managed = manager.map(|address| Managed {
        address,
        telling: manager::telling(&args.manager),
        first: ports.iter().map(|(_, secret)| (secret.expose().into(), kind.method.name())).collect(),
        make: kind.maker(),
    });
    let settings = finished(spec, plugin, (&args.running, &args.carried, &args.sockets), file, warnings)?;
    Ok(Settings { managed, ..settings })
}

/// Said where UDP would be relayed if it were not for the plugin.
const NO_UDP: &str =
    "UDP is refused: the plugin carries TCP alone; \"plugin_mode\" in a -c file says otherwise, for one that can";

/// What is the same in every role.
fn finished(
    spec: RelaySpec,
    plugin: Option<Plugged>,
    (running, carried, sockets): (&Running, &CarriedArgs, &SocketArgs),
    file: &ConfigFile,
    mut warnings: Vec<String>,
) -> Result<Settings, Fault> {
    let mut spec = patient(spec, running, file.timeout).sockets(sockets::of(sockets, &file.sockets)?);
    spec = carried::limits(spec, carried, file);
    if let Some(threads) = running.worker_threads {
        spec = spec.threads(threads.into());
    }
    if let Some(servers) = &file.name_servers {
        spec = spec.name_servers(NameServers::These(servers.clone()));
    }
    if let Some(mode) = plugin.as_ref().map(|plugged| plugged.plugin.mode()) {
        if !spec.goes_through(mode) {
            return Err(Fault::NothingThroughPlugin);
        }
        if mode == PluginMode::TcpOnly && spec.relays_udp() {
            warnings.push(NO_UDP.to_owned());
        }
    }
    Ok(Settings { spec, plugin, warnings, nofile: sockets.nofile.or(file.sockets.nofile), managed: None })
}

/// How the server of a link is reached. `warnings` get what should be known about it.
pub(crate) fn through(link: &Link, warnings: &mut Vec<String>) -> Result<Through, Fault> {
    let server = from_link(link)?;
    let plugin = link.plugin.as_ref().map(|plugin| plugin::of_link(plugin, warnings)).transpose()?.flatten();
    Ok(match plugin {
        Some(plugin) => Through::Plugged { server, plugin },
        None => Through::Server(server),
    })
}

fn from_link(link: &Link) -> Result<ServerConfig, Fault> {
    ServerConfig::new(link.server.clone(), link.method, link.password.as_str())
        .map_err(|source| Fault::BadPassword { method: link.method.name(), source })
}

/// A link is a whole answer; a second one on the same line is a mistake that should not be guessed at.
fn refuse_second_answers(args: &Upstream, link: &Link) -> Result<(), Fault> {
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

fn warnings_of(file: &ConfigFile, running: &Running) -> Result<Vec<String>, Fault> {
    let path = running.config.as_deref().unwrap_or_else(|| "the file".as_ref());
    let mut warnings = file.warnings(path);
    if file.open_to_others && file.holds_passwords() {
        warnings.push(password::others_can_read(path));
    }
    file.mode.as_deref().map(carried::mode).transpose()?;
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
