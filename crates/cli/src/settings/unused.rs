//! Keys that are known, and yet do nothing for the role that runs, or where they stand: each is named.

use crate::config_file::ConfigFile;

/// The keys of a file that are for the server role alone; `plugged` says that there is a plugin besides the file's.
pub(super) fn of_servers(file: &ConfigFile, plugged: bool) -> impl Iterator<Item = String> {
    let keys = [
        ("users", file.users.is_some()),
        ("port_password", !file.port_password.is_empty()),
        ("manager_address", file.manager_address.is_some()),
        ("manager_port", file.manager_port.is_some()),
        ("manager_from_anywhere", file.manager_from_anywhere),
        ("allow_private_targets", file.allow_private_targets),
    ];
    named(keys, "is for the server role and is ignored").chain(of_plugins(file, plugged))
}

/// What a plugin would be told, if there were one. Its options are told to the one that they stand beside alone.
fn of_plugins(file: &ConfigFile, plugged: bool) -> impl Iterator<Item = String> {
    let none = file.plugin.is_none();
    let keys = [
        ("plugin_opts", none && file.plugin_opts.is_some()),
        ("plugin_mode", none && !plugged && file.plugin_mode.is_some()),
    ];
    named(keys, "is ignored: there is no \"plugin\" beside it")
}

/// The keys of a file that a server has no use for; `managed` and `plugged` say what it has besides the file.
pub(super) fn of_the_local_role(file: &ConfigFile, managed: bool, plugged: bool) -> impl Iterator<Item = String> {
    let local = [
        ("locals", !file.locals.is_empty() || file.no_local),
        ("local_address", file.local_address.is_some()),
        ("local_port", file.local_port.is_some()),
        ("tunnel_address", file.tunnel_address.is_some()),
    ];
    let manager = [
        ("manager_port", !managed && file.manager_port.is_some()),
        ("manager_from_anywhere", !managed && file.manager_from_anywhere),
    ];
    named(local, "is for the local role and is ignored")
        .chain(named(manager, "is ignored: there is no \"manager_address\""))
        .chain(of_plugins(file, plugged))
}

/// Of two ways to name a server's ports, the one that does not count. Files count as in the Python original.
pub(super) fn of_ports(file: &ConfigFile, asked: bool) -> impl Iterator<Item = String> {
    let both = !file.port_password.is_empty();
    named([("port_password", both && asked)], "is ignored: -p names the port").chain(named(
        [("server_port", both && !asked && file.server_port.is_some())],
        "is ignored: \"port_password\" names the ports",
    ))
}

/// The key of a tunnel, for the local role.
pub(super) fn of_tunnels(file: &ConfigFile) -> impl Iterator<Item = String> {
    named([("tunnel_address", file.tunnel_address.is_some())], "is for the tunnel role and is ignored")
}

/// The keys that a tunnel, which has one port and one target, does not know.
pub(super) fn of_locals(file: &ConfigFile) -> impl Iterator<Item = String> {
    named([("locals", !file.locals.is_empty()), ("acl", file.acl.is_some())], "is for the local role and is ignored")
}

/// The port that stands beside `locals`, where each of them has one of its own. Shadowsocks-rust opens it too.
pub(super) fn beside_locals(file: &ConfigFile) -> impl Iterator<Item = String> {
    let all_have_one = !file.locals.is_empty() && file.locals.iter().all(|local| local.port.is_some());
    named([("local_port", file.local_port.is_some() && all_have_one)], "is not opened: \"locals\" name all that is")
}

/// The keys of another one of a server's `servers` that all of them share; they are taken from the first.
pub(super) fn of_another(own: &ConfigFile, first: &ConfigFile) -> impl Iterator<Item = String> {
    fn differs<T: PartialEq>(own: &Option<T>, first: &Option<T>) -> bool {
        own.is_some() && own != first
    }
    let keys = [
        ("timeout", differs(&own.timeout, &first.timeout)),
        ("udp_timeout", differs(&own.udp_timeout, &first.udp_timeout)),
        ("udp_max_associations", differs(&own.udp_max_associations, &first.udp_max_associations)),
        ("nameserver", differs(&own.name_servers, &first.name_servers)),
        ("port_password", !own.port_password.is_empty()),
        ("manager_address", own.manager_address.is_some()),
        ("allow_private_targets", own.allow_private_targets && !first.allow_private_targets),
    ];
    named(keys, "of another one of \"servers\" is ignored: what the first says is for all")
}

fn named<const N: usize>(keys: [(&'static str, bool); N], why: &'static str) -> impl Iterator<Item = String> {
    keys.into_iter().filter(|(_, said)| *said).map(move |(key, _)| format!("the file's {key:?} {why}"))
}
