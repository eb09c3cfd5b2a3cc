//! What each effect does to this machine, and what its end means. Everything that can block runs beside the task.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parasol_platform::system_proxy::{self, Lease, ProxyError, Recovered, Released};
use parasol_proto::{Address, ServerConfig};
use tokio::task::JoinError;

use super::plan::{Effect, SessionSpec};
use super::{Controller, ProxyNow, RelayNow};
use crate::builtin::Builtin;
use crate::ledger::Ledger;
use crate::millis::millis;
use crate::plugin::{Patience, Plugin};
use crate::problem::Problem;
use crate::profile::Through;
use crate::relay::{NameServers, PortStats, Relay, RelaySpec};
use crate::state::Event;

/// A relay that runs, with what it was started from.
#[derive(Debug)]
pub(super) struct Running {
    relay: Relay,
    /// It goes out through the server in this program.
    builtin: Option<Builtin>,
    /// It goes out through this plugin.
    plugin: Option<Plugin>,
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
    async fn start(spec: SessionSpec, ledger: Arc<Ledger>) -> Result<Running, Problem> {
        let (plugin, server) = match &spec.through {
            Through::Builtin => (None, None),
            Through::Server(server) => (None, Some(server.clone())),
            Through::Plugged { server, plugin } => {
                let plugin = Plugin::local(plugin.clone(), server.address(), Patience::default()).await?;
                let server = server.at(Address::from(plugin.address()));
                (Some(plugin), Some(server))
            }
        };
        // Blocks for some milliseconds.
        let started = tokio::task::spawn_blocking(move || Running::start_relay(spec, plugin, server, ledger)).await;
        started.map_err(|_| Problem::Crashed)?
    }

    /// Without a server, to the one in this program.
    fn start_relay(
        spec: SessionSpec,
        plugin: Option<Plugin>,
        server: Option<ServerConfig>,
        ledger: Arc<Ledger>,
    ) -> Result<Running, Problem> {
        let (builtin, config) = match server {
            Some(server) => (None, server),
            None => {
                let builtin = Builtin::start(NameServers::System, Arc::new(()))?;
                let config = builtin.config().clone();
                (Some(builtin), config)
            }
        };
        let mut local = RelaySpec::local(own_address(spec.port), config).named("Local").deadlines(spec.deadlines);
        if let Through::Plugged { plugin, .. } = &spec.through {
            local = local.plugged(plugin.mode());
        }
        let relay = Relay::start(local, ledger)?;
        let address = relay.bound().first().expect("a relay that started listens on each of its ports").listen;
        Ok(Running { relay, builtin, plugin, spec, address, since_ms: millis(SystemTime::now()) })
    }

    async fn stop(self) {
        self.relay.stop().await;
        if let Some(builtin) = self.builtin {
            builtin.stop().await;
        }
        if let Some(plugin) = self.plugin {
            plugin.stop().await;
        }
    }

    /// Returns when its plugin has crashed too often; never for a relay without one.
    pub(super) async fn plugin_gave_up(&mut self) -> Problem {
        match &mut self.plugin {
            Some(plugin) => plugin.gave_up().await,
            None => std::future::pending().await,
        }
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
                let (spec, ledger) = (spec.clone(), Arc::clone(&self.ledger));
                self.tasks.spawn(async move { Outcome::Started(Running::start(spec, ledger).await) })
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
                self.relay = RelayNow::On(running);
            }
            Ok(Outcome::Started(Err(problem))) => self.start_failed(effect, problem),
            Ok(Outcome::Stopped) => self.relay_stopped(),
            Err(error) => self.effect_crashed(effect, &error),
        }
    }

    fn effect_crashed(&mut self, effect: Effect, error: &JoinError) {
        tracing::error!(effect = effect.name(), panic = error.is_panic(), "crashed");
        match effect {
            Effect::StartRelay(_) => self.start_failed(effect, Problem::Crashed),
            Effect::StopRelay => self.relay_stopped(),
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

    /// The relay runs, but its plugin does not and will not: it is stopped, and that is a failure.
    pub(super) fn plugin_gave_up(&mut self, problem: Problem) {
        tracing::warn!(problem = ?told(&problem), "the plugin is not started any more");
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
