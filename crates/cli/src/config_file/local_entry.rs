//! `LocalEntry`: one of shadowsocks-rust's `locals`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use parasol_proto::dns::PORT;
use serde_json::{Map, Value};

use super::entry::{Entry, fault};
use crate::fault::Fault;

/// A listening port of the local side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LocalEntry {
    pub(crate) address: Option<String>,
    pub(crate) port: Option<u16>,
    /// Where a tunnel leads: host and port.
    pub(crate) forward: Option<(String, u16)>,
    /// TCP, UDP or both, as the file names it.
    pub(crate) mode: Option<String>,
    /// A file with rules.
    pub(crate) acl: Option<PathBuf>,
    /// It is for DNS.
    pub(crate) dns: Option<DnsEntry>,
    /// A file with the users of the port.
    pub(crate) login_file: Option<PathBuf>,
}

/// Who is asked for names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DnsEntry {
    /// Through the server: host and port.
    pub(crate) remote: Option<(String, u16)>,
    /// On this side.
    pub(crate) local: Option<SocketAddr>,
}

impl LocalEntry {
    /// `Err` of a text for one that is not served, which says why. Keys that mean nothing here go to `unknown`.
    pub(super) fn from_map(
        map: Map<String, Value>,
        origin: &str,
        unknown: &mut Vec<String>,
    ) -> Result<Result<LocalEntry, String>, Fault> {
        let mut entry = LocalEntry::default();
        let (mut protocol, mut disabled) = ("socks".to_owned(), false);
        let (mut host, mut port, mut login) = (None, None, "");
        let (mut remote, mut local, mut ports) = (None, None, (PORT, PORT));
        for (key, value) in map {
            if value.is_null() {
                continue;
            }
            let value = Entry { origin, value };
            match key.as_str() {
                "protocol" => protocol = value.text("protocol")?,
                "disabled" => disabled = value.flag("disabled")?,
                "mode" => entry.mode = Some(value.text("mode")?),
                "local_address" => entry.address = Some(value.text("local_address")?),
                "local_port" => entry.port = Some(value.port("local_port")?),
                "acl" => entry.acl = value.some_text("acl")?.map(Into::into),
                "forward_address" => host = Some(value.text("forward_address")?),
                "forward_port" => port = Some(value.port("forward_port")?),
                "remote_dns_address" => remote = value.some_text("remote_dns_address")?,
                "remote_dns_port" => ports.0 = value.port("remote_dns_port")?,
                "local_dns_address" => local = value.some_text("local_dns_address")?,
                "local_dns_port" => ports.1 = value.port("local_dns_port")?,
                "socks5_auth_config_path" | "http_auth_config_path" => {
                    login = if key.starts_with("http") { "http_auth_config_path" } else { "socks5_auth_config_path" };
                    entry.login_file = value.some_text(login)?.map(Into::into);
                }
                _ => unknown.push(format!("{origin}.{key}")),
            }
        }
        let (dns, tunnel) = (protocol == "dns", protocol == "tunnel");
        let idle = [
            // It answers over both, as its clients need.
            ("mode", dns && entry.mode.as_ref().is_some_and(|mode| mode != "tcp_and_udp")),
            (login, (dns || tunnel) && entry.login_file.is_some()),
            ("forward_address", !tunnel && host.is_some()),
            ("remote_dns_address", !dns && remote.is_some()),
            ("local_dns_address", !dns && local.is_some()),
        ];
        unknown.extend(idle.iter().filter(|(_, said)| *said).map(|(key, _)| format!("{origin}.{key}")));
        if disabled {
            return Ok(Err(format!("{origin} is disabled and left out")));
        }
        if dns {
            let local = local.map(|text| text.parse().map_err(|_| fault(origin, "local_dns_address", "an IP")));
            let dns = DnsEntry {
                remote: remote.map(|host| (host, ports.0)),
                local: local.transpose()?.map(|ip: IpAddr| SocketAddr::new(ip, ports.1)),
            };
            return Ok(Ok(LocalEntry { dns: Some(dns), ..entry }));
        }
        match (protocol.as_str(), host, port) {
            ("socks" | "http", ..) => Ok(Ok(entry)),
            ("tunnel", Some(host), Some(port)) => Ok(Ok(LocalEntry { forward: Some((host, port)), ..entry })),
            ("tunnel", ..) => Err(fault(origin, "forward_address", "the target of a tunnel, with \"forward_port\"")),
            (other, ..) => {
                let protocol: String = other.chars().take(20).collect();
                Ok(Err(format!("{origin} is left out: the protocol {protocol:?} is not served here")))
            }
        }
    }
}
