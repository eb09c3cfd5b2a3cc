//! The ports beside the first one. They open and close while the relay runs, each by itself: one that cannot be had
//! says why, and the others serve on.

use std::net::SocketAddr;
use std::sync::Arc;

use super::effect::Running;
use super::plan::PortSpec;
use super::way::{Reached, Way};
use super::{Controller, RelayNow};
use crate::check_port;
use crate::plugin::Patience;
use crate::port::{PortKind, SavedPort};
use crate::problem::Problem;
use crate::profile::Profile;
use crate::relay::{Relay, taken};
use crate::state::{PortActual, PortView};

/// A port that was opened, or that could not be.
#[derive(Debug)]
pub(super) struct OpenPort {
    pub(super) spec: PortSpec,
    actual: Result<Open, Problem>,
    /// Why it is to be closed, though it is wanted.
    pub(super) gave_up: Option<Problem>,
}

#[derive(Debug)]
struct Open {
    listen: SocketAddr,
    /// Its own way, if it does not go the way of the profile in use.
    way: Option<Way>,
}

impl OpenPort {
    async fn open(spec: PortSpec, relay: &Arc<Relay>, chosen: &Reached) -> OpenPort {
        let actual = Open::new(&spec, relay, chosen).await;
        OpenPort { spec, actual, gave_up: None }
    }

    async fn close(self, relay: &Relay) {
        if let Ok(Open { listen, way }) = self.actual {
            relay.remove(listen).await;
            if let Some(way) = way {
                way.stop().await;
            }
        }
    }

    /// As [`OpenPort::close`], when the relay has ended already.
    pub(super) async fn stop(self) {
        if let Ok(Open { way: Some(way), .. }) = self.actual {
            way.stop().await;
        }
    }

    /// Returns when its plugin has crashed too often; never without one of its own.
    pub(super) async fn plugin_gave_up(&mut self) -> Problem {
        match &mut self.actual {
            Ok(Open { way: Some(way), .. }) => way.gave_up().await,
            Ok(_) | Err(_) => std::future::pending().await,
        }
    }

    fn view(&self) -> PortActual {
        match &self.actual {
            Ok(_) => PortActual::Open,
            Err(problem) => PortActual::Failed { problem: problem.clone() },
        }
    }
}

impl Open {
    async fn new(spec: &PortSpec, relay: &Arc<Relay>, chosen: &Reached) -> Result<Open, Problem> {
        let way = match &spec.through {
            None => None,
            Some(through) => Some(Way::open(through.as_ref().map_err(Problem::clone)?, Patience::default()).await?),
        };
        let reached = way.as_ref().map_or(chosen, Way::reached).clone();
        let (relay, saved) = (Arc::clone(relay), spec.saved.clone());
        // Blocks for some milliseconds.
        let added = tokio::task::spawn_blocking(move || add(&relay, &saved, &reached)).await;
        match added.unwrap_or(Err(Problem::Crashed)) {
            Ok(listen) => Ok(Open { listen, way }),
            Err(problem) => {
                if let Some(way) = way {
                    way.stop().await;
                }
                Err(problem)
            }
        }
    }
}

fn add(relay: &Relay, saved: &SavedPort, reached: &Reached) -> Result<SocketAddr, Problem> {
    let spec = check_port::relay_spec(saved, reached.server.clone());
    let spec = spec.map_err(|problem| Problem::BadPort { field: problem.field, fault: problem.fault })?;
    // Questions go to the server over TCP, and every plugin that a profile names takes that.
    let spec = if saved.kind == PortKind::Dns { spec } else { reached.plugged(spec)? };
    relay.add(spec).map_err(|problem| match problem {
        Problem::PortTaken { .. } => taken(check_port::listen(saved)),
        other => other,
    })
}

/// Closes what is not wanted any more, then opens what is not open yet. One that could not be opened is left alone.
pub(super) async fn change(
    relay: Arc<Relay>,
    chosen: Reached,
    ports: Vec<OpenPort>,
    wanted: Vec<PortSpec>,
) -> Vec<OpenPort> {
    let mut kept = Vec::new();
    for mut port in ports {
        let gave_up = port.gave_up.take();
        if gave_up.is_none() && wanted.contains(&port.spec) {
            kept.push(port);
            continue;
        }
        let spec = port.spec.clone();
        port.close(&relay).await;
        if let Some(problem) = gave_up {
            kept.push(OpenPort { spec, actual: Err(problem), gave_up: None });
        }
    }
    let mut now = Vec::new();
    for spec in wanted {
        match kept.iter().position(|port| port.spec == spec) {
            Some(at) => now.push(kept.swap_remove(at)),
            None => now.push(OpenPort::open(spec, &relay, &chosen).await),
        }
    }
    now
}

impl Controller {
    /// The ports that are to be open beside the first one while the relay runs.
    pub(super) fn wanted_ports(&self) -> Vec<PortSpec> {
        let active = self.document.active.as_deref();
        let spec = |port: &SavedPort| {
            let own = port.profile.as_deref().filter(|id| Some(*id) != active);
            let through = own.map(|id| self.document.profile(id).ok_or(Problem::NoProfile).and_then(Profile::through));
            // A name changes nothing of it.
            PortSpec { saved: SavedPort { name: String::new(), profile: None, ..port.clone() }, through }
        };
        self.document.ports.iter().map(spec).collect()
    }

    pub(super) fn port_views(&self) -> Vec<PortView> {
        self.document.ports.iter().map(|port| port.view(self.port_actual(&port.id))).collect()
    }

    fn port_actual(&self, id: &str) -> PortActual {
        match &self.relay {
            RelayNow::On(Running { ports, .. }) => {
                ports.iter().find(|port| port.spec.saved.id == id).map_or(PortActual::Opening, OpenPort::view)
            }
            RelayNow::Off | RelayNow::Changing | RelayNow::Failed { .. } => PortActual::Closed,
        }
    }

    /// Those that could not be opened are to be tried again.
    pub(super) fn try_the_ports_again(&mut self) {
        if let RelayNow::On(running) = &mut self.relay {
            running.ports.retain(|port| port.actual.is_ok());
        }
    }
}
