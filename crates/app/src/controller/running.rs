//! `Running`: a relay that runs, with what it was started from and what runs for it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use parasol_platform::network::Change;
use tokio::sync::watch;

use super::leaving::Leaving;
use super::plan::SessionSpec;
use super::ports::OtherPort;
use crate::ledger::Ledger;
use crate::millis::millis;
use crate::port::{FIRST_PORT, own_address};
use crate::problem::Problem;
use crate::relay::{PortStats, Relay, RelaySpec, Routing};
use crate::way::{Reached, Way};

/// Counters of a relay, each of which is told as closed once and not as open after that.
pub(super) struct Counters {
    /// Those of ports that are closed, to their end.
    pub(super) closed: Vec<PortStats>,
    /// As they are now.
    pub(super) open: Vec<PortStats>,
}

/// What the tasks of ports tell as they close one. It is locked while the open ones are read: so none that is told here is
/// among those, and the next one with its name is not before.
#[derive(Debug, Clone, Default)]
pub(super) struct Closed(Arc<Mutex<Vec<PortStats>>>);

impl Closed {
    pub(super) fn tell(&self, last: Vec<PortStats>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(last);
    }
}

#[derive(Debug)]
pub(super) struct Running {
    /// Shared with the tasks of the ports beside the first one.
    pub(super) relay: Arc<Relay>,
    pub(super) way: Way,
    /// The same for the ports that share it.
    pub(super) chosen: watch::Sender<Reached>,
    /// The last change of the network, for the ports that have ways of their own.
    pub(super) network: watch::Sender<Change>,
    /// Those before it.
    leaving: Leaving,
    /// The last counters of ports that were closed, until somebody counts them.
    pub(super) closed: Closed,
    /// Those beside the first one.
    pub(super) ports: Vec<OtherPort>,
    pub(super) spec: SessionSpec,
    /// Where it really listens.
    pub(super) address: SocketAddr,
    pub(super) since_ms: u64,
}

impl Running {
    /// Starts it, once the way is open: a relay whose plugin does not run has nothing to offer. The numbers are those of
    /// ports that are to be opened beside its own.
    pub(super) async fn start(
        spec: SessionSpec,
        way: Way,
        (routing, others): (Routing, Vec<u16>),
        ledger: Arc<Ledger>,
    ) -> Result<Running, Problem> {
        let started = match first_port(&spec, &way)
            .map(|local| local.deadlines(spec.deadlines).routing(routing).beside(others))
        {
            // Blocks for some milliseconds.
            Ok(local) => match tokio::task::spawn_blocking(move || Relay::start(local, ledger)).await {
                Ok(started) => started,
                Err(_) => Err(Problem::Crashed),
            },
            Err(problem) => Err(problem),
        };
        let relay = match started {
            Ok(relay) => Arc::new(relay),
            Err(problem) => {
                way.stop().await;
                return Err(problem);
            }
        };
        let address = relay.bound().first().expect("a relay that started listens on each of its ports").listen;
        Ok(Running {
            relay,
            chosen: watch::Sender::new(way.reached().clone()),
            way,
            network: watch::Sender::default(),
            leaving: Leaving::default(),
            closed: Closed::default(),
            ports: Vec::new(),
            spec,
            address,
            since_ms: millis(SystemTime::now()),
        })
    }

    /// Goes this way from the next flow on. What runs stays on the way before, which lasts as long. Gives the way back where
    /// it cannot.
    pub(super) fn lead(&mut self, spec: SessionSpec, way: Way) -> Result<(), Box<(Way, Problem)>> {
        match first_port(&spec, &way) {
            Ok(local) if self.relay.lead(self.address, &local) => {}
            Ok(_) => return Err(Box::new((way, Problem::Crashed))),
            Err(problem) => return Err(Box::new((way, problem))),
        }
        self.chosen.send_replace(way.reached().clone());
        self.leaving.add(std::mem::replace(&mut self.way, way));
        self.spec = spec;
        Ok(())
    }

    pub(super) async fn stop(self) {
        self.ports.iter().for_each(OtherPort::close);
        for port in self.ports {
            port.closed().await;
        }
        // Nobody else has it any more, unless the task of a port crashed: then it ends without being waited for.
        if let Some(relay) = Arc::into_inner(self.relay) {
            relay.stop().await;
        }
        drop(self.chosen);
        self.leaving.stop().await;
        self.way.stop().await;
    }

    /// The network has changed, or the machine has slept.
    pub(super) fn network_changed(&mut self, change: &Change) {
        self.relay.network_changed(change);
        self.way.network_changed(change, &self.relay);
        if change.rerouted || change.slept && change.online {
            self.leaving.end_those_with_plugins(&self.relay);
        }
        self.network.send_replace(change.clone());
    }

    /// Returns when its plugin has crashed too often; never without one.
    pub(super) async fn plugin_gave_up(&mut self) -> Problem {
        self.way.gave_up().await
    }

    /// Routes by this from the next connection on.
    pub(super) fn route_by(&self, routing: Routing) {
        self.relay.route_by(routing);
    }

    /// The counters of each port.
    pub(super) fn stats(&self) -> Vec<PortStats> {
        self.relay.ports()
    }

    /// The same, with those of ports that were closed since this was asked last.
    pub(super) fn counters(&self) -> Counters {
        let mut closed = self.closed.0.lock().unwrap_or_else(PoisonError::into_inner);
        Counters { open: self.stats(), closed: std::mem::take(&mut closed) }
    }
}

/// The first port, as it leads this way.
fn first_port(spec: &SessionSpec, way: &Way) -> Result<RelaySpec, Problem> {
    let local = RelaySpec::local(own_address(spec.port), way.reached().server.clone());
    way.reached().plugged(local.named(FIRST_PORT))
}
