//! The self-test: a Shadowsocks server of our own on loopback for each method in use, a local before each, and an echo
//! behind them. What is said through them is real traffic over real sockets that leaves no machine; what does not come
//! back was kept by this one. The port that programs use is tried with the same echo, where targets on this machine are
//! led there directly.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use parasol_proto::{Access, Address, Method, ServerConfig};

use super::course::Found;
use super::exchange::{By, Echo, came_back};
use super::subject::{PortNow, PortSubject};
use super::told::{DiagnosisReason, SelfTestPlace};
use crate::builtin::{self, random_password};
use crate::problem::Problem;
use crate::relay::{Egress, NameServers, Relay, RelaySpec};

/// Running, until dropped.
pub(super) struct SelfTest {
    echo: Echo,
    locals: Vec<Local>,
    relay: Relay,
}

/// What is tried.
struct Local {
    place: SelfTestPlace,
    address: SocketAddr,
    udp: bool,
}

/// Nobody uses more, unless a hand at the file wants to see what happens.
const MOST: usize = 8;

impl SelfTest {
    /// With a server for each of these methods, or for the built-in server's if there is none.
    pub(super) async fn start(methods: &[Method], port: &PortSubject) -> Result<SelfTest, Problem> {
        let echo = Echo::start().await.map_err(|error| bind_failed(&error))?;
        // Nobody's name is looked up.
        let spec = RelaySpec::nothing().threads(1).name_servers(NameServers::These(Vec::new()));
        // Blocks for some milliseconds.
        let start = tokio::task::spawn_blocking(move || Relay::start(spec, Arc::new(())));
        let relay = start.await.map_err(|_| Problem::Crashed)??;
        let mut locals = Vec::new();
        if let PortNow::On { to_this_machine: true, udp } = port.now {
            let place = SelfTestPlace::Port { port: port.address.port() };
            locals.push(Local { place, address: port.address, udp });
        }
        let usual = [builtin::METHOD];
        let methods = if methods.is_empty() { &usual[..] } else { methods };
        for method in methods.iter().take(MOST) {
            let place = SelfTestPlace::Method { name: method.name().to_owned() };
            locals.push(Local { place, address: before_a_server(&relay, *method)?, udp: true });
        }
        Ok(SelfTest { echo, locals, relay })
    }

    /// Through all of them.
    pub(super) async fn try_by(&self, by: By) -> Found {
        for Local { place, address, udp } in &self.locals {
            if (*udp || by != By::Udp) && !came_back(*address, by, &self.echo).await {
                return Found::failed(DiagnosisReason::SelfTest { place: place.clone() }, None);
            }
        }
        Found::passed()
    }

    /// Returns when nothing of it is left.
    pub(super) async fn stop(self) {
        self.relay.stop().await;
    }
}

/// A local before a server of this method, with a key that nobody else has.
fn before_a_server(relay: &Relay, method: Method) -> Result<SocketAddr, Problem> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let password = random_password(method)?;
    let unusable = |error: &dyn std::fmt::Display| Problem::EngineFailed { cause: error.to_string() };
    let access = Access::new(method, &password).map_err(|error| unusable(&error))?;
    let server = relay.add(&RelaySpec::server(anywhere, access, Egress::Any))?;
    let config = ServerConfig::new(Address::from(server), method, &password).map_err(|error| unusable(&error))?;
    relay.add(&RelaySpec::local(anywhere, config))
}

fn bind_failed(error: &std::io::Error) -> Problem {
    Problem::BindFailed { address: Ipv4Addr::LOCALHOST.to_string(), cause: error.to_string() }
}
