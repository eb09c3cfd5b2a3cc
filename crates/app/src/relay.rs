//! `Relay`: a running engine as the app and the terminal see it. Its failures are [`Problem`]s, which say what would
//! help; the engine's say only what happened.
//!
//! The types of the engine that pass through here are re-exported by name, so that the terminal program needs no
//! second dependency.

mod instead;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parasol_engine::{Engine, EngineConfig, InboundConfig, InboundKind, NetworkChange, Outbound, StartError};
use parasol_platform::descriptor_limit;
use parasol_platform::network::Change;
use parasol_proto::{Access, Address, Credentials};

use crate::plugin::PluginMode;
use crate::problem::Problem;

pub(crate) use self::instead::{Instead, probe, refused, taken};

pub use parasol_engine::Mode as PortMode;
pub use parasol_engine::{
    Bound, Cause, Deadlines, Direction, Egress, Families, FlowEnd, FlowId, FlowSummary, NameServers, PortStats,
    ProbePatience, RefusedCause, Routed, Routing, Script, SharedServer, Side, SocketOptions, Stage, StatCallback, Step,
    Verdict,
};
pub use parasol_proto::acl::{Below, Mode, Route, RuleSet, Warnings, pac};

/// What to run: listening ports in one of the roles, and how patient to be.
#[derive(Debug, Clone)]
pub struct RelaySpec {
    config: EngineConfig,
    /// Nothing else in the process needs many descriptors.
    alone: bool,
    /// Ports that are none to offer in place of a taken one.
    others: Vec<u16>,
}

impl RelaySpec {
    /// The local role: SOCKS5, SOCKS4a and HTTP on `listen` (port 0 takes any free one), out through `server`, whatever
    /// the target; [`RelaySpec::routing`] chooses among targets.
    #[must_use]
    pub fn local(listen: SocketAddr, server: impl Into<SharedServer>) -> RelaySpec {
        let outbound = Outbound::Shadowsocks(server.into());
        RelaySpec::of("local", listen, InboundKind::Mixed { outbound, login: None })
    }

    /// The tunnel role: what comes to `listen` goes to `target` through `server`, and nowhere else.
    #[must_use]
    pub fn tunnel(listen: SocketAddr, target: Address, server: impl Into<SharedServer>) -> RelaySpec {
        let outbound = Outbound::Shadowsocks(server.into());
        RelaySpec::of("tunnel", listen, InboundKind::Tunnel { target, outbound })
    }

    /// A DNS port: what the rules send through `server` is asked of the name server `remote` from there, the rest of
    /// those of `local`, or without any of [`RelaySpec::name_servers`]. Always over UDP and TCP.
    #[must_use]
    pub fn dns(
        listen: SocketAddr,
        remote: Address,
        local: Vec<SocketAddr>,
        server: impl Into<SharedServer>,
    ) -> RelaySpec {
        let outbound = Outbound::Shadowsocks(server.into());
        RelaySpec::of("dns", listen, InboundKind::Dns { outbound, remote, local })
    }

    /// The server role: Shadowsocks on `listen` (port 0 takes any free one), out directly to what `egress` allows.
    #[must_use]
    pub fn server(listen: SocketAddr, access: Access, egress: Egress) -> RelaySpec {
        RelaySpec::of("server", listen, InboundKind::Shadowsocks { access, egress })
    }

    /// Every server of it is reached at `address` instead of its own: through a plugin that listens there and takes
    /// what `mode` says.
    #[must_use]
    pub fn through(mut self, address: SocketAddr, mode: PluginMode) -> RelaySpec {
        for inbound in &mut self.config.inbounds {
            if let InboundKind::Mixed { outbound: Outbound::Shadowsocks(server), .. }
            | InboundKind::Tunnel { outbound: Outbound::Shadowsocks(server), .. }
            | InboundKind::Dns { outbound: Outbound::Shadowsocks(server), .. } = &mut inbound.kind
            {
                *server = server.at(Address::from(address)).into();
            }
        }
        self.plugged(mode)
    }

    /// At either end of a plugin: what does not go through it is not served at all, because it would go bare.
    #[must_use]
    pub fn plugged(self, mode: PluginMode) -> RelaySpec {
        match mode {
            PluginMode::TcpOnly => self.mode(PortMode::TcpOnly),
            PluginMode::TcpAndUdp => self,
            PluginMode::UdpOnly => self.mode(PortMode::UdpOnly),
        }
    }

    /// Is there something on each of its ports that goes through a plugin of this mode?
    #[must_use]
    pub fn goes_through(&self, mode: PluginMode) -> bool {
        self.config.inbounds.iter().all(|inbound| match mode {
            PluginMode::TcpOnly => inbound.mode.tcp(),
            PluginMode::TcpAndUdp => true,
            // What is asked through a server is asked over TCP.
            PluginMode::UdpOnly => inbound.mode.udp() && !matches!(inbound.kind, InboundKind::Dns { .. }),
        })
    }

    /// How each of its server ports is spoken to, and by whom.
    pub fn accesses(&self) -> impl Iterator<Item = &Access> {
        self.config.inbounds.iter().filter_map(|inbound| match &inbound.kind {
            InboundKind::Shadowsocks { access, .. } => Some(access),
            _ => None,
        })
    }

    /// Are datagrams relayed on any of its ports?
    #[must_use]
    pub fn relays_udp(&self) -> bool {
        self.config
            .inbounds
            .iter()
            .any(|inbound| inbound.mode.udp() && !matches!(inbound.kind, InboundKind::Dns { .. }))
    }

    /// What each of its ports is served over.
    #[must_use]
    pub fn mode(mut self, mode: PortMode) -> RelaySpec {
        for inbound in &mut self.config.inbounds {
            inbound.mode = mode;
        }
        self
    }

    /// No listening port at all; [`Relay::add`] opens some later.
    #[must_use]
    pub fn nothing() -> RelaySpec {
        RelaySpec { config: EngineConfig::new(Vec::new()), alone: false, others: Vec::new() }
    }

    fn of(name: &str, listen: SocketAddr, kind: InboundKind) -> RelaySpec {
        let config = EngineConfig::new(vec![InboundConfig::new(name, listen, kind)]);
        RelaySpec { config, alone: false, others: Vec::new() }
    }

    /// Beside these ports, none of which is offered where one of its own is taken.
    #[must_use]
    pub fn beside(mut self, others: Vec<u16>) -> RelaySpec {
        self.others = others;
        self
    }

    /// What is to be free of another port than `listen`, if that is one of it.
    pub(crate) fn instead_of(&self, listen: SocketAddr) -> Instead {
        let of_it = self.config.inbounds.iter().find(|inbound| inbound.listen == listen);
        let (tcp, udp) = of_it.map_or((true, false), |inbound| inbound.kind.listens(inbound.mode));
        let own = self.config.inbounds.iter().map(|inbound| inbound.listen.port());
        Instead { tcp, udp, others: self.others.iter().copied().chain(own).collect() }
    }

    /// Another listening port in the same engine: the same counters, threads and end.
    #[must_use]
    pub fn and(mut self, other: RelaySpec) -> RelaySpec {
        self.config.inbounds.extend(other.config.inbounds);
        self
    }

    /// What the user calls the listening ports; shown with their counters.
    #[must_use]
    pub fn named(mut self, name: &str) -> RelaySpec {
        for inbound in &mut self.config.inbounds {
            name.clone_into(&mut inbound.name);
        }
        self
    }

    /// The login that clients of the local ports must give. They can then not use SOCKS4, which has no password.
    #[must_use]
    pub fn login(mut self, credentials: &Credentials) -> RelaySpec {
        for inbound in &mut self.config.inbounds {
            if let InboundKind::Mixed { login, .. } = &mut inbound.kind {
                *login = Some(credentials.clone());
            }
        }
        self
    }

    /// Which targets of the local ports go where.
    #[must_use]
    pub fn routing(mut self, routing: Routing) -> RelaySpec {
        self.config.routing = routing;
        self
    }

    /// How sockets are set up.
    #[must_use]
    pub fn sockets(mut self, sockets: SocketOptions) -> RelaySpec {
        self.config.sockets = sockets;
        self
    }

    /// How long each stage may take.
    #[must_use]
    pub fn deadlines(mut self, deadlines: Deadlines) -> RelaySpec {
        self.config.deadlines = deadlines;
        self
    }

    /// How long a flow may be silent in both directions; the other deadlines keep their usual length.
    #[must_use]
    pub fn idle_timeout(mut self, idle: Duration) -> RelaySpec {
        self.config.deadlines.idle = idle;
        self
    }

    /// How long a UDP client is remembered that sends and gets nothing.
    #[must_use]
    pub fn udp_timeout(mut self, idle: Duration) -> RelaySpec {
        self.config.deadlines.udp_idle = idle;
        self
    }

    /// How many UDP clients there may be at once; fewer where the system lets this program have few descriptors.
    #[must_use]
    pub fn udp_max_associations(mut self, most: usize) -> RelaySpec {
        self.config.udp_max_associations = most;
        self
    }

    /// Who answers for names; the system's own name servers unless said otherwise.
    #[must_use]
    pub fn name_servers(mut self, name_servers: NameServers) -> RelaySpec {
        self.config.name_servers = name_servers;
        self
    }

    /// It is the only relay of its process, and gets the descriptors that two would share.
    #[must_use]
    pub fn alone(mut self) -> RelaySpec {
        self.alone = true;
        self
    }

    /// How many relay threads; 0, the default, takes one for each core, at most 4.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> RelaySpec {
        self.config.threads = threads;
        self
    }
}

/// A running relay. Dropping it ends it too, but without waiting.
#[derive(Debug)]
pub struct Relay {
    engine: Engine,
}

impl Relay {
    /// Listens on every port of `spec`, all or none, and serves until [`Relay::stop`]. `stats` is told what happens;
    /// `Arc::new(())` wants to know nothing.
    ///
    /// Quick when it succeeds; when a port is taken it looks through the system's tables for who holds it, which may
    /// take tens of milliseconds, so async callers that must stay responsive use a blocking thread.
    ///
    /// # Errors
    /// What was in the way, and what would help. Nothing is left behind.
    pub fn start(mut spec: RelaySpec, stats: Arc<dyn StatCallback>) -> Result<Relay, Problem> {
        spec.config.max_flows = max_flows(descriptor_limit(), if spec.alone { 1 } else { 2 });
        // These come on top of the connections, with up to four descriptors each.
        spec.config.udp_max_associations = spec.config.udp_max_associations.min(spec.config.max_flows.div_ceil(2));
        match Engine::start(spec.config.clone(), stats) {
            Ok(engine) => Ok(Relay { engine }),
            Err(error) => Err(problem(error, |listen| spec.instead_of(listen))),
        }
    }

    /// What is listened on, in the order of the spec; the ports are real even where 0 was asked for.
    #[must_use]
    pub fn bound(&self) -> &[Bound] {
        self.engine.bound()
    }

    /// The counters of each port, in the order of the spec.
    #[must_use]
    pub fn ports(&self) -> Vec<PortStats> {
        self.engine.ports()
    }

    /// Opens the first listening port of `spec`; of the rest of it nothing counts. Says where it listens.
    ///
    /// # Errors
    /// As [`Relay::start`], but who holds a taken port is not looked for.
    pub fn add(&self, spec: &RelaySpec) -> Result<SocketAddr, Problem> {
        let nothing = || Problem::EngineFailed { cause: "there is no port in it".to_owned() };
        let inbound = spec.config.inbounds.first().cloned().ok_or_else(nothing)?;
        match self.engine.add(inbound) {
            Ok(bound) => Ok(bound.listen),
            Err(StartError::AddressInUse { address, udp }) => {
                Err(Problem::PortTaken { port: address.port(), process: None, pid: None, udp, next_free: None })
            }
            Err(error) => Err(problem(error, |listen| spec.instead_of(listen))),
        }
    }

    /// Closes the port that listens on this address, ends its flows, and returns when that is done and the address is
    /// free, within about a second. The last counters of what listened there, which the flows moved until they had
    /// ended; nothing if nothing did.
    pub async fn remove(&self, listen: SocketAddr) -> Vec<PortStats> {
        self.engine.remove(listen).await
    }

    /// Routes by this from the next request on; flows that run stay where they are.
    pub fn route_by(&self, routing: Routing) {
        self.engine.route_by(routing);
    }

    /// Leads what comes to this port where the first port of `spec` leads, from the next flow on; flows that run stay on
    /// their way. False, and nothing is done, when the port has to be opened anew for that.
    #[must_use]
    pub fn lead(&self, listen: SocketAddr, spec: &RelaySpec) -> bool {
        let Some(InboundConfig { kind, mode, .. }) = spec.config.inbounds.first() else { return false };
        match kind {
            InboundKind::Mixed { outbound, .. }
            | InboundKind::Tunnel { outbound, .. }
            | InboundKind::Dns { outbound, .. } => self.engine.lead(listen, outbound.clone(), *mode),
            InboundKind::Shadowsocks { .. } => false,
        }
    }

    /// The network has changed, or the machine has slept. What is lost is dropped, what may be is asked, and names are
    /// looked up anew; flows that live go on.
    pub fn network_changed(&self, change: &Change) {
        self.engine.network_changed(NetworkChange { addresses: change.addresses.clone() });
    }

    /// Ends every flow that goes through this server, because what leads there ends.
    pub fn leave(&self, server: &Address) {
        self.engine.leave(server);
    }

    /// Gives these scripts away at the mixed port that listens here, in place of those before. False when there is none.
    #[must_use]
    pub fn give(&self, listen: SocketAddr, scripts: &[Script]) -> bool {
        self.engine.give(listen, scripts)
    }

    /// Where a request to `target` would go now, and what decides it.
    #[must_use]
    pub fn explain(&self, target: &Address) -> Routed {
        self.engine.explain(target)
    }

    /// Every open flow as of now, each as it would be if it were cancelled now.
    #[must_use]
    pub fn flows(&self) -> Vec<FlowSummary> {
        self.engine.flows()
    }

    /// Ends this flow as cancelled, soon; one that is not open has ended.
    pub fn cancel(&self, flow: FlowId) {
        let _ = self.engine.cancel(flow);
    }

    /// Closes the ports, ends every flow, and returns when all of it has ended.
    pub async fn stop(self) {
        self.engine.stop().await;
    }
}

/// How many connections a relay may have open. Each takes two descriptors, as many `relays` may run in one process (the
/// built-in server is one), and the rest of the program, a window among it, must not be without.
fn max_flows(descriptors: Option<u64>, relays: u64) -> usize {
    const REST: u64 = 128;
    const LEAST: u64 = 8;
    /// Far more than one person's programs open, and no more memory than a machine has.
    const MOST: u64 = 65_536;
    let share = descriptors.unwrap_or(u64::MAX).saturating_sub(REST) / (2 * relays);
    usize::try_from(share.clamp(LEAST, MOST)).expect("65,536 fits")
}

fn problem(error: StartError, instead_of: impl Fn(SocketAddr) -> Instead) -> Problem {
    match error {
        StartError::AddressInUse { address, udp } => taken(address, udp, &instead_of(address)),
        StartError::Bind { address, source } => refused(address, &source, &instead_of(address)),
        other => Problem::EngineFailed { cause: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, UdpSocket};

    use parasol_proto::{Method, ServerConfig};

    use super::*;

    fn server(listen: SocketAddr) -> Result<Relay, Problem> {
        let access = Access::new(Method::Aes128Gcm, "test").unwrap();
        Relay::start(RelaySpec::server(listen, access, Egress::PublicOnly), Arc::new(()))
    }

    #[tokio::test]
    async fn ports_are_listened_on_all_or_none() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let config = ServerConfig::new("example.net:8388".parse().unwrap(), Method::Aes128Gcm, "test").unwrap();
        let two = RelaySpec::local(loopback, config.clone()).and(RelaySpec::local(loopback, config.clone()));
        let relay = Relay::start(two.named("both"), Arc::new(())).unwrap();
        let bound: Vec<SocketAddr> = relay.bound().iter().map(|bound| bound.listen).collect();
        assert_eq!(relay.ports().iter().map(|port| port.listen).collect::<Vec<_>>(), bound);
        assert!(bound[0] != bound[1] && bound.iter().all(|listen| listen.port() != 0));
        relay.stop().await;

        let spec = RelaySpec::local(bound[0], config.clone());
        let blocked = spec.and(RelaySpec::local(taken.local_addr().unwrap(), config));
        let problem = Relay::start(blocked, Arc::new(())).err();
        assert!(matches!(problem, Some(Problem::PortTaken { .. })), "{problem:?}");
        server(bound[0]).expect("the first port was given back").stop().await;
    }

    #[tokio::test]
    async fn a_taken_port_names_its_holder_and_a_free_one_above_it() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap();
        match server(listen) {
            Err(Problem::PortTaken { port, pid, next_free, .. }) => {
                assert_eq!(port, listen.port());
                if cfg!(target_os = "linux") {
                    assert_eq!(pid, Some(std::process::id()));
                }
                assert!(next_free.is_none_or(|free| free > port));
            }
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_address_that_is_not_this_machines_cannot_be_listened_on() {
        // TEST-NET-1, which no machine has (RFC 5737)
        let problem = server("192.0.2.1:0".parse().unwrap()).err();
        assert!(
            matches!(&problem, Some(Problem::BindFailed { address, .. }) if address == "192.0.2.1:0"),
            "{problem:?}"
        );
    }

    #[test]
    fn connections_leave_descriptors_for_the_rest_of_the_program() {
        for (descriptors, alone, of_two) in [
            (None, 65_536, 65_536),
            (Some(u64::MAX), 65_536, 65_536),
            (Some(1 << 19), 65_536, 65_536),
            (Some(20_000), 9_936, 4_968),
            (Some(4096), 1984, 992),
            (Some(1024), 448, 224),
            (Some(48), 8, 8),
            (Some(0), 8, 8),
        ] {
            assert_eq!((max_flows(descriptors, 1), max_flows(descriptors, 2)), (alone, of_two), "{descriptors:?}");
        }
    }

    #[tokio::test]
    async fn a_port_that_is_taken_over_udp_alone_is_not_listened_on_over_tcp_either() {
        // Over TCP the port may be that of a connection which another program has at this moment.
        let is_free = |holder: &UdpSocket| TcpListener::bind(holder.local_addr().unwrap()).is_ok();
        let holder = std::iter::repeat_with(|| UdpSocket::bind("127.0.0.1:0").unwrap()).find(is_free).unwrap();
        let listen = holder.local_addr().unwrap();
        match server(listen) {
            Err(Problem::PortTaken { port, pid, udp: true, next_free, .. }) => {
                assert_eq!(port, listen.port());
                if cfg!(target_os = "linux") {
                    assert_eq!(pid, Some(std::process::id()));
                }
                assert!(next_free.is_none_or(|free| free > port));
            }
            other => panic!("{other:?}"),
        }
        TcpListener::bind(listen).expect("nothing of it is left");
    }
}
