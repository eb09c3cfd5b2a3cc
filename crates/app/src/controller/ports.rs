//! The ports beside the first one. Each has a task of its own, from its opening to its end, so that one that cannot be
//! had, or whose plugin hangs, keeps nothing else waiting: it says what it is, and the others serve on.

use std::net::SocketAddr;
use std::sync::Arc;

use parasol_platform::network::Change;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::running::{Closed, Running};
use super::{Controller, RelayNow};
use crate::check_port;
use crate::plugin::Patience;
use crate::port::{PortKind, SavedPort};
use crate::problem::Problem;
use crate::profile::{Profile, Through};
use crate::relay::{Egress, Relay, RelaySpec, taken};
use crate::state::{PortActual, PortView};
use crate::way::{Reached, Way};

/// A port beside the first one, as it is to be opened. Two that are equal are the same port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PortSpec {
    /// Without its name and profile.
    saved: SavedPort,
    /// Where its traffic goes, or why it cannot; `None` where that of the first port goes.
    through: Option<Result<Through, Problem>>,
}

/// A port of a relay that runs: one that is wanted, or one that was and is being closed.
#[derive(Debug)]
pub(super) struct OtherPort {
    spec: PortSpec,
    actual: watch::Receiver<PortActual>,
    close: CancellationToken,
    task: JoinHandle<()>,
}

/// What a port's task has.
struct PortTask {
    spec: PortSpec,
    relay: Arc<Relay>,
    /// Where the first port's traffic goes, which can change.
    chosen: watch::Receiver<Reached>,
    /// The last change of the network.
    network: watch::Receiver<Change>,
    patience: Patience,
    /// The other ports.
    others: Vec<u16>,
    close: CancellationToken,
    /// Hears what it carried to its end.
    closed: Closed,
    actual: watch::Sender<PortActual>,
    /// Wakes the controller.
    changed: Arc<Notify>,
}

impl OtherPort {
    /// Says to close it; [`OtherPort::closed`] returns when that is done.
    pub(super) fn close(&self) {
        self.close.cancel();
    }

    pub(super) async fn closed(self) {
        if let Err(error) = self.task.await {
            tracing::error!(panic = error.is_panic(), "the task of a port crashed");
        }
    }

    fn is_closing(&self) -> bool {
        self.close.is_cancelled()
    }

    /// It was to be closed, and nothing of it is left.
    fn is_gone(&self) -> bool {
        self.is_closing() && !matches!(self.actual(), PortActual::Opening | PortActual::Open)
    }

    /// `spec` is open, being opened or has failed already, or what stood in its place is still being closed.
    fn is_or_blocks(&self, spec: &PortSpec) -> bool {
        let same_number = self.spec.saved.port == spec.saved.port;
        self.spec.saved.id == spec.saved.id || (self.is_closing() && same_number)
    }

    fn actual(&self) -> PortActual {
        // Asked first: a task that has ended has said its last word.
        let ended = self.task.is_finished();
        match self.actual.borrow().clone() {
            PortActual::Opening | PortActual::Open if ended => PortActual::Failed { problem: Problem::Crashed },
            actual => actual,
        }
    }
}

impl PortTask {
    async fn run(mut self) {
        let opened = self.close.run_until_cancelled(self.way()).await;
        let end = match opened {
            None => PortActual::Closed,
            Some(Err(problem)) => PortActual::Failed { problem },
            Some(Ok(way)) => self.serve(way).await,
        };
        if let PortActual::Failed { problem } = &end {
            tracing::warn!(problem = ?problem.without_last_words(), "a port is not open");
        }
        self.tell(end);
    }

    /// Its own way, if it does not go that of the profile in use.
    async fn way(&self) -> Result<Option<Way>, Problem> {
        if self.spec.saved.is_locked() {
            // It has a login, and is not opened without it.
            return Err(Problem::PasswordLocked);
        }
        match &self.spec.through {
            None => Ok(None),
            Some(Err(problem)) => Err(problem.clone()),
            Some(Ok(through)) => Way::open(through, self.patience, egress(&self.spec.saved)).await.map(Some),
        }
    }

    /// Until it is to close or cannot go on. Nothing of it is left then.
    async fn serve(&mut self, mut way: Option<Way>) -> PortActual {
        let end = loop {
            let reached = match &way {
                Some(way) => way.reached().clone(),
                None => self.chosen.borrow_and_update().clone(),
            };
            let listen = match self.add(reached).await {
                Ok(listen) => listen,
                Err(problem) => break PortActual::Failed { problem },
            };
            self.tell(PortActual::Open);
            let end = self.stay(listen, &mut way).await;
            self.closed.tell(self.relay.remove(listen).await);
            match end {
                Some(end) => break end,
                None => self.tell(PortActual::Opening),
            }
        };
        if let Some(way) = way {
            way.stop().await;
        }
        end
    }

    /// Serves on, also where the first port goes another way, until it is to close, cannot go on, or, with nothing, has to
    /// be opened anew for that way.
    async fn stay(&mut self, listen: SocketAddr, way: &mut Option<Way>) -> Option<PortActual> {
        loop {
            tokio::select! {
                () = self.close.cancelled() => return Some(PortActual::Closed),
                problem = gave_up(way) => return Some(PortActual::Failed { problem }),
                Ok(()) = self.network.changed() => {
                    let change = self.network.borrow_and_update().clone();
                    if let Some(way) = way {
                        way.network_changed(&change, &self.relay);
                    }
                }
                Ok(()) = self.chosen.changed(), if self.spec.through.is_none() => {
                    let reached = self.chosen.borrow_and_update().clone();
                    let leads = relay_spec(&self.spec.saved, &reached).is_ok_and(|spec| self.relay.lead(listen, &spec));
                    if !leads {
                        return None;
                    }
                }
            }
        }
    }

    async fn add(&self, reached: Reached) -> Result<SocketAddr, Problem> {
        let (relay, saved, others) = (Arc::clone(&self.relay), self.spec.saved.clone(), self.others.clone());
        // Blocks for some milliseconds.
        tokio::task::spawn_blocking(move || add(&relay, &saved, &reached, others))
            .await
            .unwrap_or(Err(Problem::Crashed))
    }

    fn tell(&self, actual: PortActual) {
        self.actual.send_replace(actual);
        self.changed.notify_one();
    }
}

/// Returns when the plugin of this way has crashed too often; never without one.
async fn gave_up(way: &mut Option<Way>) -> Problem {
    match way {
        Some(way) => way.gave_up().await,
        None => std::future::pending().await,
    }
}

/// A port as it leads this way.
fn relay_spec(saved: &SavedPort, reached: &Reached) -> Result<RelaySpec, Problem> {
    let spec = check_port::relay_spec(saved, reached.server.clone());
    let spec = spec.map_err(|problem| Problem::BadPort { field: problem.field, fault: problem.fault })?;
    // Questions go to the server over TCP, and every plugin that a profile names takes that.
    if saved.kind == PortKind::Dns { Ok(spec) } else { reached.plugged(spec) }
}

fn add(relay: &Relay, saved: &SavedPort, reached: &Reached, others: Vec<u16>) -> Result<SocketAddr, Problem> {
    let spec = relay_spec(saved, reached)?.beside(others);
    relay.add(&spec).map_err(|problem| match problem {
        Problem::PortTaken { udp, .. } => {
            let listen = check_port::listen(saved);
            taken(listen, udp, &spec.instead_of(listen))
        }
        other => other,
    })
}

impl Running {
    fn open(
        &mut self,
        (spec, others): (PortSpec, Vec<u16>),
        patience: Patience,
        changed: &Arc<Notify>,
        tasks: &TaskTracker,
    ) {
        let (tell, actual) = watch::channel(PortActual::Opening);
        let close = CancellationToken::new();
        let task = PortTask {
            spec: spec.clone(),
            relay: Arc::clone(&self.relay),
            chosen: self.chosen.subscribe(),
            network: self.network.subscribe(),
            patience,
            others,
            close: close.clone(),
            closed: self.closed.clone(),
            actual: tell,
            changed: Arc::clone(changed),
        };
        self.ports.push(OtherPort { spec, actual, close, task: tasks.spawn(task.run()) });
    }
}

/// Where a port leads that does not share the way of the profile in use.
fn own_way(
    port: &SavedPort,
    active: Option<&str>,
    through: impl Fn(&str) -> Result<Through, Problem>,
) -> Option<Result<Through, Problem>> {
    // One to itself, even where it is the profile in use: that changes, and a port of its own does not.
    if let Some(own) = port.profile.as_deref() {
        return Some(through(own));
    }
    // The server in this program leads to this machine, too: whoever comes from another gets one that does not.
    let guarded = active.filter(|_| check_port::is_for_others(port)).map(through);
    guarded.filter(|through| matches!(through, Ok(Through::Builtin)))
}

/// What the server in this program may dial for the clients of a port that has one to itself.
fn egress(port: &SavedPort) -> Egress {
    if check_port::is_for_others(port) { Egress::NotThisMachine } else { Egress::Any }
}

impl Controller {
    /// Closes what is not wanted any more and opens what is not there yet. One that could not be opened is left alone.
    pub(super) fn change_ports(&mut self) {
        let wanted = self.wanted_ports();
        let RelayNow::On(running) = &mut self.relay else { return };
        for port in &running.ports {
            if !wanted.contains(&port.spec) {
                port.close();
            }
        }
        running.ports.retain(|port| !port.is_gone());
        for spec in wanted {
            if !running.ports.iter().any(|port| port.is_or_blocks(&spec)) {
                let others = self.document.ports.iter().map(|other| other.port);
                let others = others.filter(|port| *port != spec.saved.port).chain([self.document.settings.local_port]);
                let others = others.collect();
                running.open((spec, others), self.deps.patience, &self.port_changed, &self.tasks);
            }
        }
    }

    /// The ports that are to be open beside the first one while the relay runs.
    fn wanted_ports(&self) -> Vec<PortSpec> {
        let active = self.document.active.as_deref();
        let through = |id: &str| self.document.profile(id).ok_or(Problem::ProfileGone).and_then(Profile::through);
        let spec = |port: &SavedPort| {
            let through = own_way(port, active, through);
            // A name changes nothing of it.
            PortSpec { saved: SavedPort { name: String::new(), profile: None, ..port.clone() }, through }
        };
        self.document.ports.iter().map(spec).collect()
    }

    pub(super) fn port_views(&self) -> Vec<PortView> {
        self.document.ports.iter().map(|port| port.view(self.port_actual(&port.id))).collect()
    }

    fn port_actual(&self, id: &str) -> PortActual {
        let RelayNow::On(running) = &self.relay else { return PortActual::Closed };
        let port = running.ports.iter().find(|port| port.spec.saved.id == id && !port.is_closing());
        port.map_or(PortActual::Opening, OtherPort::actual)
    }

    /// Those that could not be opened are to be tried again.
    pub(super) fn try_the_ports_again(&mut self) {
        if let RelayNow::On(running) = &self.relay {
            let failed = running.ports.iter().filter(|port| matches!(port.actual(), PortActual::Failed { .. }));
            failed.for_each(OtherPort::close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_for_others_shares_no_server_that_leads_to_this_machine() {
        let through = |id: &str| match id {
            "builtin" => Ok(Through::Builtin),
            _ => Err(Problem::NoProfile),
        };
        let port = |profile: Option<&str>, kind, lan| SavedPort {
            profile: profile.map(str::to_owned),
            kind,
            lan,
            ..SavedPort::default()
        };
        let (mixed, tunnel) = (PortKind::Mixed, PortKind::Tunnel);
        for (port, active, own, allowed) in [
            (port(None, mixed, false), "builtin", false, Egress::Any),
            (port(None, mixed, true), "builtin", true, Egress::NotThisMachine),
            (port(Some("builtin"), mixed, true), "builtin", true, Egress::NotThisMachine),
            (port(Some("builtin"), mixed, true), "other", true, Egress::NotThisMachine),
            (port(Some("builtin"), mixed, false), "other", true, Egress::Any),
            (port(None, mixed, true), "other", false, Egress::NotThisMachine),
            // Nobody else reaches it, whatever the file says.
            (port(None, tunnel, true), "builtin", false, Egress::Any),
        ] {
            let way = own_way(&port, Some(active), through);
            assert_eq!((way.is_some(), egress(&port)), (own, allowed), "{port:?} beside {active}");
        }
    }
}
