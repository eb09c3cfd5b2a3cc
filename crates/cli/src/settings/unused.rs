//! Keys that are known, and yet do nothing for the role that runs, or where they stand: each is named.

use crate::config_file::ConfigFile;

/// The keys of a file that are for the server role alone.
pub(super) fn of_servers(file: &ConfigFile) -> impl Iterator<Item = String> {
    let keys = [
        ("users", file.users.is_some()),
        ("port_password", !file.port_password.is_empty()),
        ("manager_address", file.manager_address.is_some()),
        ("allow_private_targets", file.allow_private_targets),
    ];
    named(keys, "is for the server role and is ignored")
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
