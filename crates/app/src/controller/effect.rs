//! What each effect does to this machine, and what its end means. Everything that can block runs beside the task.

use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use parasol_platform::system_proxy::{self, Lease, ProxyError, Recovered, Released};
use tokio::task::JoinError;

use super::plan::{Effect, SessionSpec};
use super::ports::{self, OpenPort};
use super::way::Way;
use super::{Controller, ProxyNow, RelayNow};
use crate::ledger::Ledger;
use crate::millis::millis;
use crate::plugin::Patience;
use crate::problem::Problem;
use crate::relay::{PortStats, Relay, RelaySpec, Routing};
use crate::state::Event;

/// A relay that runs, with what it was started from.
#[derive(Debug)]
pub(super) struct Running {
    /// Shared with the effect that changes its ports, while that runs.
    relay: Arc<Relay>,
    way: Way,
    /// Those beside the first one; with the effect that changes them, while that runs.
    pub(super) ports: Vec<OpenPort>,
    pub(super) spec: SessionSpec,
    /// Where it really listens.
    pub(super) address: SocketAddr,
    pub(super) since_ms: u64,
}

/// What became of an effect.
#[expect(clippy::large_enum_variant, reason = "there is one of it, for a moment")]
pub(super) enum Outcome {
    Recovered(Result<Recovered, ProxyError>),
    Released(Result<Released, ProxyError>),
    Stopped,
    Started(Result<Running, Problem>),
    ProxySet(Result<Lease, NotSet>),
    PortsChanged(Vec<OpenPort>),
}

/// Why the system proxy could not be set.
pub(super) enum NotSet {
    /// There is none here.
    Unsupported,
    /// Another Parasol has it.
    HeldByAnother,
    /// It did not take it.
    Failed(ProxyError),
}

impl Running {
    /// Starts it, the plugin first: a relay whose plugin does not run has nothing to offer.
    async fn start(
        spec: SessionSpec,
        routing: Routing,
        patience: Patience,
        ledger: Arc<Ledger>,
    ) -> Result<Running, Problem> {
        let way = Way::open(&spec.through, patience).await?;
        let local = RelaySpec::local(own_address(spec.port), way.reached().server.clone());
        let started = match way.reached().plugged(local.named("Local").deadlines(spec.deadlines).routing(routing)) {
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
        Ok(Running { relay, way, ports: Vec::new(), spec, address, since_ms: millis(SystemTime::now()) })
    }

    async fn stop(self) {
        // Nobody else has it between effects; if one crashed with it, it ends with the last that does.
        if let Some(relay) = Arc::into_inner(self.relay) {
            relay.stop().await;
        }
        for port in self.ports {
            port.stop().await;
        }
        self.way.stop().await;
    }

    /// Returns when a plugin has crashed too often; never without any. The id is that of the port that has it for
    /// itself.
    pub(super) async fn plugin_gave_up(&mut self) -> (Option<String>, Problem) {
        let Running { way, ports, .. } = self;
        let first = async { (None, way.gave_up().await) };
        let mut all: Vec<Pin<Box<dyn Future<Output = _> + Send + '_>>> = vec![Box::pin(first)];
        for port in ports {
            let id = port.spec.saved.id.clone();
            all.push(Box::pin(async { (Some(id), port.plugin_gave_up().await) }));
        }
        poll_fn(|context| {
            let ended = all.iter_mut().find_map(|one| match one.as_mut().poll(context) {
                Poll::Ready(ended) => Some(ended),
                Poll::Pending => None,
            });
            ended.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Routes by this from the next connection on.
    pub(super) fn route_by(&self, routing: Routing) {
        self.relay.route_by(routing);
    }

    pub(super) fn ports(&self) -> Vec<PortStats> {
        self.relay.ports()
    }
}

impl Controller {
    /// Starts an effect. What it works on goes with it and comes back with its outcome.
    pub(super) fn begin(&mut self, effect: Effect) {
        tracing::debug!(effect = effect.name(), "begins");
        let (desktop, journal) = (Arc::clone(&self.deps.desktop), self.deps.paths.proxy_journal());
        let task = match &effect {
            Effect::Recover => {
                let own = own_address(self.document.settings.local_port);
                self.tasks.spawn_blocking(move || {
                    let recovered = match desktop() {
                        Some(mut proxy) => system_proxy::recover(&mut *proxy, &journal, &[own]),
                        None => Ok(Recovered::Nothing),
                    };
                    Outcome::Recovered(recovered)
                })
            }
            Effect::ReleaseProxy => {
                let lease = self.take_lease().expect("a proxy that is set is released");
                self.tasks.spawn_blocking(move || Outcome::Released(lease.release()))
            }
            Effect::SetProxy(address) => {
                let wanted = wanted_proxy(*address);
                let lease = self.take_lease();
                let held_by_another = self.held_by_another;
                self.tasks.spawn_blocking(move || {
                    let set = match (lease, desktop()) {
                        (Some(lease), _) => lease.change(&wanted).map_err(NotSet::Failed),
                        (None, Some(_)) if held_by_another => Err(NotSet::HeldByAnother),
                        (None, Some(proxy)) => Lease::acquire(proxy, &journal, &wanted).map_err(NotSet::Failed),
                        (None, None) => Err(NotSet::Unsupported),
                    };
                    Outcome::ProxySet(set)
                })
            }
            Effect::StartRelay(spec) => {
                self.relay = RelayNow::Changing;
                self.begin_counting();
                let (spec, routing, patience) = (spec.clone(), self.routing(), self.deps.patience);
                let ledger = Arc::clone(&self.ledger);
                self.tasks.spawn(async move { Outcome::Started(Running::start(spec, routing, patience, ledger).await) })
            }
            Effect::StopRelay => {
                let RelayNow::On(running) = std::mem::replace(&mut self.relay, RelayNow::Off) else {
                    unreachable!("only a relay that runs is stopped");
                };
                self.relay = RelayNow::Changing;
                self.history.carry(&running.ports());
                self.tasks.spawn(async move {
                    if tokio::time::timeout(STOP_PATIENCE, running.stop()).await.is_err() {
                        tracing::warn!("the relay did not end in time and was left to itself");
                    }
                    Outcome::Stopped
                })
            }
            Effect::ChangePorts(wanted) => {
                let RelayNow::On(running) = &mut self.relay else {
                    unreachable!("only a relay that runs changes its ports");
                };
                let (relay, reached) = (Arc::clone(&running.relay), running.way.reached().clone());
                let (ports, wanted) = (std::mem::take(&mut running.ports), wanted.clone());
                self.tasks
                    .spawn(async move { Outcome::PortsChanged(ports::change(relay, reached, ports, wanted).await) })
            }
        };
        self.doing = Some((effect, task));
    }

    /// An effect has ended, well or badly.
    pub(super) fn effect_ended(&mut self, outcome: Result<Outcome, JoinError>) {
        let Some((effect, _)) = self.doing.take() else { return };
        match outcome {
            Ok(Outcome::Recovered(recovered)) => self.recovered(recovered),
            Ok(Outcome::Released(Ok(released))) => {
                self.proxy = ProxyNow::Unset;
                if let Released::ChangedByAnother { .. } = released {
                    self.notices.tell(Event::ProxyChangedByAnother);
                }
            }
            Ok(Outcome::Released(Err(error))) => self.proxy_failed(problem(&error), true),
            Ok(Outcome::ProxySet(Ok(lease))) => self.proxy = ProxyNow::Set(lease),
            Ok(Outcome::ProxySet(Err(NotSet::Unsupported))) => self.proxy_failed(Problem::ProxyUnsupported, false),
            Ok(Outcome::ProxySet(Err(NotSet::HeldByAnother))) => self.proxy_failed(Problem::HeldByAnother, false),
            Ok(Outcome::ProxySet(Err(NotSet::Failed(error)))) => {
                // Moving a proxy that was set can fail before anything is put back.
                let was_set = matches!(self.proxy, ProxyNow::Changing { was_set: true });
                self.proxy_failed(problem(&error), was_set || matches!(error, ProxyError::PutBack { .. }));
            }
            Ok(Outcome::Started(Ok(running))) => {
                self.good_port = Some(running.spec.port);
                self.ledger.path_of(running.address.port());
                self.relay = RelayNow::On(running);
                // It may have been changed while the relay started.
                self.route();
            }
            Ok(Outcome::Started(Err(problem))) => self.start_failed(effect, problem),
            Ok(Outcome::PortsChanged(ports)) => {
                if let RelayNow::On(running) = &mut self.relay {
                    running.ports = ports;
                }
            }
            Ok(Outcome::Stopped) => self.relay_stopped(),
            Err(error) => self.effect_crashed(effect, &error),
        }
    }

    fn effect_crashed(&mut self, effect: Effect, error: &JoinError) {
        tracing::error!(effect = effect.name(), panic = error.is_panic(), "crashed");
        match effect {
            Effect::StartRelay(_) => self.start_failed(effect, Problem::Crashed),
            Effect::StopRelay => self.relay_stopped(),
            // Nobody knows which of them are open: all of it ends.
            Effect::ChangePorts(_) => self.fail_relay(Problem::Crashed),
            Effect::Recover => {
                self.recovered = true;
                self.proxy_failed(Problem::Crashed, true);
            }
            Effect::ReleaseProxy | Effect::SetProxy(_) => self.proxy_failed(Problem::Crashed, true),
        }
    }

    fn start_failed(&mut self, effect: Effect, problem: Problem) {
        let Effect::StartRelay(spec) = effect else { return };
        tracing::warn!(problem = ?told(&problem), "the relay did not start");
        if self.back_to_the_good_port(spec.port, &problem) {
            self.relay = RelayNow::Off;
            return;
        }
        self.relay = RelayNow::Failed { spec, problem };
        self.put_back_what_is_left();
    }

    /// A plugin does not run and will not. If it is that of the profile in use, the relay is stopped, and that is a
    /// failure; one that a port has for itself takes only that port along.
    pub(super) fn plugin_gave_up(&mut self, (id, problem): (Option<String>, Problem)) {
        tracing::warn!(problem = ?told(&problem), "the plugin is not started any more");
        let Some(id) = id else { return self.fail_relay(problem) };
        if let RelayNow::On(running) = &mut self.relay
            && let Some(port) = running.ports.iter_mut().find(|port| port.spec.saved.id == id)
        {
            port.gave_up = Some(problem);
            let ports = running.ports.iter().map(|port| port.spec.clone()).collect();
            self.begin(Effect::ChangePorts(ports));
        }
    }

    fn fail_relay(&mut self, problem: Problem) {
        if let RelayNow::On(running) = &self.relay {
            self.stops_with = Some((running.spec.clone(), problem));
            self.begin(Effect::StopRelay);
        }
    }

    fn relay_stopped(&mut self) {
        self.relay = match self.stops_with.take() {
            Some((spec, problem)) => RelayNow::Failed { spec, problem },
            None => RelayNow::Off,
        };
        // That it could not be set says nothing once there is nothing to set it to.
        if let ProxyNow::Failed { left_behind: false, .. } = self.proxy {
            self.proxy = ProxyNow::Unset;
        }
    }

    fn recovered(&mut self, recovered: Result<Recovered, ProxyError>) {
        self.recovered = true;
        let earlier_run = !matches!(self.proxy, ProxyNow::Failed { .. });
        self.proxy = ProxyNow::Unset;
        match recovered {
            Ok(Recovered::Nothing | Recovered::UnreadableJournal { cleared: false, .. }) => {}
            Ok(Recovered::Restored | Recovered::UnreadableJournal { cleared: true, .. }) => {
                if earlier_run {
                    self.notices.tell(Event::ProxyRecovered);
                }
            }
            Ok(Recovered::ChangedByAnother { .. }) => self.notices.tell(Event::ProxyChangedByAnother),
            Err(error) => self.proxy_failed(problem(&error), true),
        }
    }

    fn proxy_failed(&mut self, problem: Problem, left_behind: bool) {
        tracing::warn!(?problem, left_behind, "the system proxy");
        self.proxy = ProxyNow::Failed { problem, left_behind };
    }

    /// If the system proxy may still point at us although we no longer hold it, tries again to put it back.
    pub(super) fn put_back_what_is_left(&mut self) {
        if let ProxyNow::Failed { left_behind: true, .. } = self.proxy {
            self.recovered = false;
        }
    }

    fn take_lease(&mut self) -> Option<Lease> {
        match std::mem::replace(&mut self.proxy, ProxyNow::Changing { was_set: false }) {
            ProxyNow::Set(lease) => {
                self.proxy = ProxyNow::Changing { was_set: true };
                Some(lease)
            }
            ProxyNow::Unset | ProxyNow::Changing { .. } | ProxyNow::Failed { .. } => None,
        }
    }

    fn begin_counting(&mut self) {
        if std::mem::take(&mut self.session_begins) {
            self.history.begin(Instant::now());
        }
        self.ledger.begin_relay();
    }
}

impl Effect {
    fn name(&self) -> &'static str {
        match self {
            Effect::Recover => "recover the system proxy",
            Effect::ReleaseProxy => "release the system proxy",
            Effect::StopRelay => "stop the relay",
            Effect::StartRelay(_) => "start the relay",
            Effect::SetProxy(_) => "set the system proxy",
            Effect::ChangePorts(_) => "open and close ports",
        }
    }
}

/// Where the programs of this machine find a port.
pub(super) fn own_address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn wanted_proxy(address: SocketAddr) -> system_proxy::Wanted {
    system_proxy::Wanted::new(address, system_proxy::Wanted::LOOPBACK.map(str::to_owned).to_vec())
}

/// As it may be logged: without a plugin's last words, which may name targets or what it was told.
fn told(problem: &Problem) -> Problem {
    match problem.clone() {
        Problem::PluginFailed { name, exit, .. } => Problem::PluginFailed { name, exit, line: None },
        other => other,
    }
}

fn problem(error: &ProxyError) -> Problem {
    Problem::ProxyFailed { cause: error.to_string() }
}

/// Longer than any relay takes; a bound all the same, so that a relay that hangs can be switched on again.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
