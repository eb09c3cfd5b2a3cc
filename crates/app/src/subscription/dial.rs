//! How a host is reached: directly, within what may be reached, or through the server of the profile in use.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::{Address, ServerConfig};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::fault::SubscriptionFault;
use crate::relay::{Egress, Relay, RelaySpec};

/// Who answers for names.
#[derive(Debug, Clone)]
pub enum Names {
    /// The system.
    System,
    /// Nobody: these are all the names that there are.
    These(HashMap<String, Vec<IpAddr>>),
}

/// What may be reached: the internet, and what a test says besides.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach(pub(super) Vec<IpAddr>);

/// What takes us to a host.
pub(super) enum Carrier<'a> {
    /// From this machine. Each address is judged before it is dialled.
    Direct { names: &'a Names, reach: &'a Reach },
    /// Through a Shadowsocks server, which looks the name up. What it reaches in its own network is for it to judge.
    Server(Box<Tunnels>),
}

/// A relay of its own with a tunnel to each host. Neither what the user routes nor what is counted has to do with it, and
/// the relay that serves the user may stop at any moment.
pub(super) struct Tunnels {
    relay: Relay,
    server: ServerConfig,
}

impl Carrier<'_> {
    pub(super) async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, SubscriptionFault> {
        match self {
            Carrier::Direct { names, reach } => direct(names, reach, host, port).await,
            Carrier::Server(tunnels) => tunnels.connect(host, port).await,
        }
    }

    /// Returns when nothing of it is left.
    pub(super) async fn close(self) {
        if let Carrier::Server(tunnels) = self {
            tunnels.relay.stop().await;
        }
    }
}

impl Tunnels {
    pub(super) async fn open(server: ServerConfig) -> Option<Tunnels> {
        // Blocks for some milliseconds.
        let start = || Relay::start(RelaySpec::nothing().threads(1), Arc::new(()));
        let started = tokio::task::spawn_blocking(start).await.ok()?;
        let relay = started.inspect_err(|problem| tracing::warn!(?problem, "no tunnel for a subscription")).ok()?;
        Some(Tunnels { relay, server })
    }

    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, SubscriptionFault> {
        let no_connection = || SubscriptionFault::NoConnection { host: host.to_owned() };
        let target = Address::from_host(host, port).map_err(|_| no_connection())?;
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listen = self.relay.add(&RelaySpec::tunnel(anywhere, target, self.server.clone()));
        TcpStream::connect(listen.map_err(|_| no_connection())?).await.map_err(|_| no_connection())
    }
}

impl Reach {
    fn allows(&self, ip: IpAddr) -> bool {
        Egress::PublicOnly.allows(ip) || self.0.contains(&ip)
    }

    /// A public address of this very machine leads past its firewall.
    fn allows_connection(&self, stream: &TcpStream) -> bool {
        let ends = || -> io::Result<_> { Ok((stream.local_addr()?.ip(), stream.peer_addr()?.ip())) };
        ends().is_ok_and(|(local, peer)| local != peer || self.0.contains(&peer))
    }

    /// Whether a host of this name may be reached, as far as the name tells.
    pub(super) fn allows_host(&self, host: &str) -> bool {
        /// Names that are nobody's on the internet (RFC 6761, 6762, 8375, and ICANN's "internal").
        const PRIVATE: [&str; 6] = ["localhost", "local", "internal", "localdomain", "lan", "home.arpa"];
        if let Ok(ip) = host.parse() {
            return self.allows(ip);
        }
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let is_in = |private: &str| {
            let before = name.strip_suffix(private);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        name.contains('.') && !PRIVATE.into_iter().any(is_in)
    }
}

async fn direct(names: &Names, reach: &Reach, host: &str, port: u16) -> Result<TcpStream, SubscriptionFault> {
    /// As many are tried, and each so long.
    const MOST: usize = 8;
    const PATIENCE: Duration = Duration::from_secs(5);
    let host_text = || host.to_owned();
    let found = names.lookup(host).await;
    if found.is_empty() {
        return Err(SubscriptionFault::NoSuchHost { host: host_text() });
    }
    let allowed: Vec<IpAddr> = found.into_iter().filter(|ip| reach.allows(*ip)).take(MOST).collect();
    if allowed.is_empty() {
        return Err(SubscriptionFault::PrivateHost { host: host_text() });
    }
    for ip in allowed {
        let Ok(Ok(stream)) = timeout(PATIENCE, TcpStream::connect((ip, port))).await else { continue };
        if !reach.allows_connection(&stream) {
            return Err(SubscriptionFault::PrivateHost { host: host_text() });
        }
        return Ok(stream);
    }
    Err(SubscriptionFault::NoConnection { host: host_text() })
}

impl Names {
    async fn lookup(&self, host: &str) -> Vec<IpAddr> {
        if let Ok(ip) = host.parse() {
            return vec![ip];
        }
        match self {
            Names::System => match tokio::net::lookup_host((host, 0)).await {
                Ok(found) => found.map(|address| address.ip()).collect(),
                Err(error) => {
                    tracing::debug!(host, %error, "no address");
                    Vec::new()
                }
            },
            Names::These(names) => names.get(host).cloned().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_this_machine_and_its_network_are_known_by_their_looks() {
        for (host, public) in [
            ("sub.example.com", true),
            ("xn--bcher-kva.example", true),
            ("notlocal", false),
            ("a.notlocal", true),
            ("router", false),
            ("localhost", false),
            ("LocalHost.", false),
            ("x.localhost", false),
            ("printer.local", false),
            ("metadata.google.internal", false),
            ("nas.home.arpa", false),
            ("1.1.1.1", true),
            ("127.0.0.1", false),
            ("10.0.0.1", false),
            ("169.254.169.254", false),
            ("192.168.1.1", false),
            ("0.0.0.0", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("2606:4700::1111", true),
        ] {
            assert_eq!(Reach::default().allows_host(host), public, "{host}");
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_the_addresses_that_it_has() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let names = Names::These(HashMap::from([(
            "inside.example".to_owned(),
            vec![ip("10.0.0.1"), ip("::1"), ip("169.254.169.254")],
        )]));
        let found = direct(&names, &Reach::default(), "inside.example", 443).await.unwrap_err();
        assert_eq!(found, SubscriptionFault::PrivateHost { host: "inside.example".to_owned() });
        let found = direct(&names, &Reach::default(), "nobody.example", 443).await.unwrap_err();
        assert_eq!(found, SubscriptionFault::NoSuchHost { host: "nobody.example".to_owned() });
    }
}
