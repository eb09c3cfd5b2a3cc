//! `Resolver`: names to addresses, by hickory-resolver: the system's name servers and hosts file, a cache, A and AAAA.

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::Name;
use parasol_proto::Domain;

use crate::config::NameServers;
use crate::summary::ResolveFailure;

/// Answers kept. A desktop talks to few servers; direct flows bring the rest.
const CACHE: u64 = 1024;
/// For one question to one server; a stage deadline bounds the whole.
const QUESTION: Duration = Duration::from_secs(3);

/// Looks names up; shared by all flows of an engine.
pub(crate) struct Resolver {
    servers: NameServers,
    /// Made at the first name, so that an engine whose servers are IPs needs no name server to start.
    resolver: OnceLock<Option<TokioResolver>>,
}

impl Resolver {
    pub(crate) fn new(servers: NameServers) -> Resolver {
        Resolver { servers, resolver: OnceLock::new() }
    }

    /// The addresses of `name`, in an order in which they are worth trying: IPv6 and IPv4 in turns (RFC 8305 §4).
    pub(crate) async fn lookup(&self, name: &Domain) -> Result<Vec<IpAddr>, ResolveFailure> {
        let resolver = self.resolver.get_or_init(|| build(&self.servers)).as_ref().ok_or(ResolveFailure::NoAnswer)?;
        // Fully qualified: the search list of the system is for names that people type, not for those in a profile.
        let mut name = Name::from_utf8(name.as_str()).map_err(|_| ResolveFailure::NotFound)?;
        name.set_fqdn(true);
        match resolver.lookup_ip(name).await {
            Ok(found) => {
                let addresses = in_turns(found.iter());
                if addresses.is_empty() { Err(ResolveFailure::NotFound) } else { Ok(addresses) }
            }
            Err(error) if error.is_nx_domain() || error.is_no_records_found() => Err(ResolveFailure::NotFound),
            Err(error) => {
                tracing::debug!(%error, "name servers failed");
                Err(ResolveFailure::NoAnswer)
            }
        }
    }
}

fn build(servers: &NameServers) -> Option<TokioResolver> {
    let builder = match servers {
        NameServers::System => match TokioResolver::builder_tokio() {
            Ok(builder) => builder,
            Err(error) => {
                tracing::warn!(%error, "the system's name servers cannot be read");
                return None;
            }
        },
        NameServers::These(servers) => {
            let mut config = ResolverConfig::default();
            config.name_servers = servers.iter().map(name_server).collect();
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = |options: &mut ResolverOpts| {
        options.timeout = QUESTION;
        options.attempts = 2;
        options.cache_size = CACHE;
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    };
    let mut builder = builder;
    options(builder.options_mut());
    builder.build().inspect_err(|error| tracing::warn!(%error, "the resolver cannot be made")).ok()
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut config.connections {
        connection.port = address.port();
    }
    config
}

/// IPv6 first, then IPv4, then IPv6 again, each family in the order in which it came.
fn in_turns(found: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let (v6, v4): (Vec<_>, Vec<_>) = found.partition(IpAddr::is_ipv6);
    let mut turns = Vec::with_capacity(v6.len() + v4.len());
    let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
    loop {
        match (v6.next(), v4.next()) {
            (None, None) => return turns,
            (a, b) => turns.extend(a.into_iter().chain(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let found = ["10.0.0.1", "10.0.0.2", "::1", "10.0.0.3"].map(ip);
        assert_eq!(in_turns(found.into_iter()), ["::1", "10.0.0.1", "10.0.0.2", "10.0.0.3"].map(ip));
        assert_eq!(in_turns(std::iter::empty()), Vec::<IpAddr>::new());
    }
}
