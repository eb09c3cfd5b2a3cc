//! `Resolver`: names to addresses, by hickory-resolver: the system's name servers and hosts file, a cache, A and AAAA.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::proto::rr::Name;
use hickory_resolver::system_conf::read_system_conf;
use parasol_proto::Domain;
use parasol_proto::dns::PORT;

use crate::config::NameServers;
use crate::resolver_sockets::ResolverSockets;
use crate::socket_options::{Families, SocketOptions};
use crate::summary::ResolveFailure;

/// Answers kept. A desktop talks to few servers; direct flows bring the rest.
const CACHE: u64 = 1024;
/// For one question to one server; a stage deadline bounds the whole.
const QUESTION: Duration = Duration::from_secs(3);

type Asking = hickory_resolver::Resolver<ResolverSockets>;

/// Looks names up; shared by all flows of an engine.
pub(crate) struct Resolver {
    servers: NameServers,
    sockets: Arc<SocketOptions>,
    /// Made at the first name, so that an engine whose servers are IPs needs no name server to start, and anew at the
    /// first one after the network has changed.
    asked: Mutex<Option<Option<Arc<Asked>>>>,
}

/// The name servers as they are asked.
struct Asked {
    /// All of them, two at once.
    together: Asking,
    /// Each by itself, in their order. A server that fails may be faster than one that knows, and the first word counts
    /// when they are asked together.
    alone: Vec<Asking>,
}

impl Resolver {
    pub(crate) fn new(servers: NameServers, sockets: Arc<SocketOptions>) -> Resolver {
        Resolver { servers, sockets, asked: Mutex::default() }
    }

    /// The name servers themselves, for who has a whole question to ask. Those of the system are read again each time:
    /// they change with the network.
    pub(crate) async fn servers(&self) -> Vec<SocketAddr> {
        match &self.servers {
            NameServers::These(servers) => servers.clone(),
            NameServers::System => {
                // Reads a file, which a relay thread must not wait for.
                let read = tokio::task::spawn_blocking(read_system_conf).await;
                let Ok(Ok((config, _))) = read else {
                    tracing::warn!("the system's name servers cannot be read");
                    return Vec::new();
                };
                config.name_servers.iter().map(|server| SocketAddr::new(server.ip, PORT)).collect()
            }
        }
    }

    /// Forgets all answers, and who is asked: the name servers of the system are read again for the next name.
    pub(crate) fn renew(&self) {
        let before = self.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever asks still has it; not dropped under the lock.
        drop(before);
    }

    fn asked(&self) -> Option<Arc<Asked>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get_or_insert_with(|| build(&self.servers, &self.sockets).map(Arc::new)).clone()
    }

    /// The addresses of `name`, in the order in which they are to be tried.
    pub(crate) async fn lookup(&self, name: &Domain) -> Result<Vec<IpAddr>, ResolveFailure> {
        let asked = self.asked().ok_or(ResolveFailure::NoAnswer)?;
        let Asked { together, alone } = &*asked;
        // Fully qualified: the search list of the system is for names that people type, not for those in a profile.
        let mut name = Name::from_utf8(name.as_str()).map_err(|_| ResolveFailure::NotFound)?;
        name.set_fqdn(true);
        for asking in std::iter::once(together).chain(alone) {
            match self.ask(asking, name.clone()).await {
                Err(ResolveFailure::NoAnswer) => {}
                answered => return answered,
            }
        }
        Err(ResolveFailure::NoAnswer)
    }

    async fn ask(&self, asking: &Asking, name: Name) -> Result<Vec<IpAddr>, ResolveFailure> {
        match asking.lookup_ip(name).await {
            Ok(found) => {
                let addresses = in_order(found.iter(), self.sockets.families);
                if addresses.is_empty() { Err(ResolveFailure::NotFound) } else { Ok(addresses) }
            }
            Err(error) if error.is_nx_domain() || error.is_no_records_found() => Err(ResolveFailure::NotFound),
            Err(error) => {
                // Some of these errors repeat the name that was asked for; a log that names no targets leaves out `answer`.
                tracing::debug!(answer = %error, "name servers failed");
                Err(ResolveFailure::NoAnswer)
            }
        }
    }
}

fn build(servers: &NameServers, sockets: &Arc<SocketOptions>) -> Option<Asked> {
    let (config, mut options) = match servers {
        NameServers::System => match read_system_conf() {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(%error, "the system's name servers cannot be read");
                return None;
            }
        },
        NameServers::These(servers) => {
            let mut config = ResolverConfig::default();
            config.name_servers = servers.iter().map(name_server).collect();
            (config, ResolverOpts::default())
        }
    };
    options.timeout = QUESTION;
    options.attempts = 2;
    options.cache_size = CACHE;
    options.ip_strategy = match sockets.families {
        Families::InTurns | Families::V6First => LookupIpStrategy::Ipv4AndIpv6,
        Families::V6Only => LookupIpStrategy::Ipv6Only,
    };
    let alone = match &config.name_servers[..] {
        [] | [_] => Vec::new(),
        several => several.iter().map(|server| only(&config, server)).collect(),
    };
    let asking = |config: ResolverConfig| {
        let provider = ResolverSockets::new(Arc::clone(sockets));
        let built = Asking::builder_with_config(config, provider).with_options(options.clone()).build();
        built.inspect_err(|error| tracing::warn!(%error, "the resolver cannot be made")).ok()
    };
    Some(Asked { together: asking(config)?, alone: alone.into_iter().filter_map(asking).collect() })
}

fn only(all: &ResolverConfig, server: &NameServerConfig) -> ResolverConfig {
    let mut config = all.clone();
    config.name_servers = vec![server.clone()];
    config
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut config.connections {
        connection.port = address.port();
    }
    config
}

/// Each family in the order in which it came.
fn in_order(found: impl Iterator<Item = IpAddr>, families: Families) -> Vec<IpAddr> {
    let (mut v6, v4): (Vec<_>, Vec<_>) = found.partition(IpAddr::is_ipv6);
    match families {
        Families::V6Only => {}
        Families::V6First => v6.extend(v4),
        Families::InTurns => {
            let mut turns = Vec::with_capacity(v6.len() + v4.len());
            let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
            loop {
                match (v6.next(), v4.next()) {
                    (None, None) => return turns,
                    (a, b) => turns.extend(a.into_iter().chain(b)),
                }
            }
        }
    }
    v6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_answered_is_forgotten_when_it_is_renewed() {
        let resolver = Resolver::new(NameServers::These(vec!["192.0.2.1:53".parse().unwrap()]), Arc::default());
        let first = Arc::as_ptr(&resolver.asked().unwrap());
        assert_eq!(Arc::as_ptr(&resolver.asked().unwrap()), first, "one cache for all");
        let held = resolver.asked();
        resolver.renew();
        assert_ne!(Arc::as_ptr(&resolver.asked().unwrap()), first);
        drop(held);
    }

    #[test]
    fn families_are_tried_in_the_order_asked_for() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let found = ["10.0.0.1", "10.0.0.2", "::1", "10.0.0.3", "::2"].map(ip);
        for (families, expected) in [
            (Families::InTurns, &["::1", "10.0.0.1", "::2", "10.0.0.2", "10.0.0.3"][..]),
            (Families::V6First, &["::1", "::2", "10.0.0.1", "10.0.0.2", "10.0.0.3"]),
            (Families::V6Only, &["::1", "::2"]),
        ] {
            let expected: Vec<IpAddr> = expected.iter().copied().map(ip).collect();
            assert_eq!(in_order(found.into_iter(), families), expected, "{families:?}");
            assert_eq!(in_order(std::iter::empty(), families), Vec::<IpAddr>::new());
        }
    }
}
