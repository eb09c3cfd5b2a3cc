//! The DNS port, out of options or of an entry of the file's `locals`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use parasol_app::port::NAME_SERVER;
use parasol_app::relay::RelaySpec;
use parasol_proto::address::without_brackets;
use parasol_proto::dns::PORT;
use parasol_proto::{Address, ServerConfig};

use super::{listen_ip, open_to_all};
use crate::args::DnsArgs;
use crate::config_file::{DnsEntry, LocalEntry};
use crate::fault::Fault;

/// What whoever reaches the port can do.
const ASK: &str = "ask for names";

/// The port that options ask for.
pub(super) fn of(
    args: &DnsArgs,
    server: &ServerConfig,
    warnings: &mut Vec<String>,
) -> Result<Option<RelaySpec>, Fault> {
    let Some(text) = &args.dns else { return Ok(None) };
    let listen = match text.parse() {
        Ok(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        Err(_) => text.parse().map_err(|_| Fault::bad_dns("--dns", text))?,
    };
    let remote = match &args.remote_dns {
        Some(text) => remote(text).ok_or_else(|| Fault::bad_dns("--remote-dns", text))?,
        None => remote(NAME_SERVER).expect("it is an IP"),
    };
    let local = args.local_dns.iter().map(|text| local(text).ok_or_else(|| Fault::bad_dns("--local-dns", text)));
    let local = local.collect::<Result<_, Fault>>()?;
    warnings.extend(open_to_all(listen.ip(), ASK));
    Ok(Some(RelaySpec::dns(listen, remote, local, server.clone())))
}

/// The port of an entry. It is open to others only if the entry itself says so, and not because the file does for its
/// other ports.
pub(super) fn of_entry(
    entry: &LocalEntry,
    dns: &DnsEntry,
    server: &ServerConfig,
    warnings: &mut Vec<String>,
) -> Result<RelaySpec, Fault> {
    let listen = SocketAddr::new(listen_ip(entry.address.as_ref(), Ipv4Addr::LOCALHOST)?, entry.port.unwrap_or(PORT));
    let text = dns.remote.as_ref().map_or(NAME_SERVER, |(host, _)| host);
    let port = dns.remote.as_ref().map_or(PORT, |(_, port)| *port);
    let remote = Address::from_host(text, port).map_err(|_| Fault::bad_dns("\"remote_dns_address\"", text))?;
    warnings.extend(open_to_all(listen.ip(), ASK));
    Ok(RelaySpec::dns(listen, remote, dns.local.into_iter().collect(), server.clone()))
}

/// A host with or without a port.
fn remote(text: &str) -> Option<Address> {
    let bare = text.parse::<IpAddr>().is_ok();
    let with_port = if bare { None } else { text.parse().ok() };
    with_port.or_else(|| Address::from_host(text, PORT).ok())
}

/// An IP with or without a port.
fn local(text: &str) -> Option<SocketAddr> {
    text.parse().ok().or_else(|| Some(SocketAddr::new(without_brackets(text).parse().ok()?, PORT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_may_be_given_with_and_without_a_port() {
        for (text, expected) in [
            ("8.8.8.8", Some("8.8.8.8:53")),
            ("8.8.8.8:5353", Some("8.8.8.8:5353")),
            ("::1", Some("[::1]:53")),
            ("[::1]", Some("[::1]:53")),
            ("[::1]:5353", Some("[::1]:5353")),
            ("dns.example", Some("dns.example:53")),
            ("dns.example:5353", Some("dns.example:5353")),
            ("dns.example:0", None),
            ("", None),
        ] {
            assert_eq!(remote(text).map(|address| address.to_string()).as_deref(), expected, "{text}");
            let ip = expected.filter(|_| !text.contains("example"));
            assert_eq!(local(text).map(|address| address.to_string()).as_deref(), ip, "{text}");
        }
    }
}
