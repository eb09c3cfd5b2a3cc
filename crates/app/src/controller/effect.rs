//! What each effect does to this machine, and what its end means. Everything that can block runs beside the task.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parasol_platform::system_proxy::{self, Lease, Look, ProxyError, Recovered, Released};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use super::plan::{Aim, Effect, SessionSpec};
use super::proxy_look::ProxyLook;
use super::running::Running;
use super::{Controller, ProxyNow, RelayNow};
use crate::port::own_address;
use crate::problem::Problem;
use crate::relay::Egress;
use crate::state::Event;
use crate::way::Way;

/// An effect that runs.
pub(super) struct Doing {
    pub(super) effect: Effect,
    pub(super) task: JoinHandle<Outcome>,
    /// Tells a start that its relay is not wanted any more.
    call_off: CancellationToken,
}

/// What became of an effect.
#[expect(clippy::large_enum_variant, reason = "there is one of it, for a moment")]
pub(super) enum Outcome {
    Recovered(Result<Recovered, ProxyError>),
    Released(Result<Released, ProxyError>),
    Stopped,
    Started(Result<Running, Problem>),
    /// The way that it is to be led is open.
    WayOpened(Result<Way, Problem>),
    /// The relay was not wanted any more before it had started, or the way before it was open.
    CalledOff,
    ProxySet(Result<Lease, NotSet>),
    Looked(Lease, Result<Look, ProxyError>),
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

impl Controller {
    /// Whether an effect need not wait for one that runs.
    pub(super) fn may_begin(&self, effect: &Effect) -> bool {
        self.on_proxy.is_none() && (self.on_relay.is_none() || effect.gives_back())
    }

    /// A relay that is being started and is not `wanted` need not wait for its plugin any more.
    pub(super) fn call_off_all_starts_but(&self, wanted: Option<&SessionSpec>) {
        if let Some(Doing { effect: Effect::StartRelay(spec) | Effect::ChangeWay(spec), call_off, .. }) = &self.on_relay
            && wanted != Some(spec)
        {
            call_off.cancel();
        }
    }

    /// Starts an effect. What it works on goes with it and comes back with its outcome.
    pub(super) fn begin(&mut self, effect: Effect) {
        tracing::debug!(effect = effect.name(), "begins");
        let call_off = CancellationToken::new();
        let (desktop, journal) = (Arc::clone(&self.deps.desktop), self.deps.paths.proxy_journal());
        let task = match &effect {
            Effect::Recover => {
                let own = own_address(self.document.settings.local_port);
                self.tasks.spawn_blocking(move || {
                    let recovered = match desktop().or_else(|| system_proxy::desktop_left(&journal)) {
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
            Effect::LookAtProxy => {
                let mut lease = self.take_lease().expect("a proxy that is set is looked at");
                self.tasks.spawn_blocking(move || {
                    let found = lease.look();
                    Outcome::Looked(lease, found)
                })
            }
            Effect::SetProxy(aim) => {
                let wanted = wanted_proxy(aim);
                let lease = self.take_lease();
                let (held_by_another, rescue) = (self.held_by_another, self.deps.rescue.clone());
                self.tasks.spawn_blocking(move || {
                    let set = match (lease, desktop()) {
                        (Some(lease), _) => lease.change(&wanted).map_err(NotSet::Failed),
                        (None, Some(_)) if held_by_another => Err(NotSet::HeldByAnother),
                        (None, Some(proxy)) => match rescue {
                            Some(rescue) => Lease::acquire_with_rescue(proxy, &journal, &wanted, &rescue),
                            None => Lease::acquire(proxy, &journal, &wanted),
                        }
                        .map_err(NotSet::Failed),
                        (None, None) => Err(NotSet::Unsupported),
                    };
                    Outcome::ProxySet(set)
                })
            }
            Effect::StartRelay(spec) => {
                self.relay = RelayNow::Changing;
                self.begin_counting();
                let (spec, routing, patience) = (spec.clone(), self.routing(), self.deps.patience);
                let (ledger, call_off) = (Arc::clone(&self.ledger), call_off.clone());
                let others = self.document.ports.iter().map(|other| other.port).collect();
                self.tasks.spawn(async move {
                    // Called off only while that can hang: what comes after it is quick, and whole or not at all.
                    match call_off.run_until_cancelled(Way::open(&spec.through, patience, Egress::Any)).await {
                        None => Outcome::CalledOff,
                        Some(Err(problem)) => Outcome::Started(Err(problem)),
                        Some(Ok(way)) => Outcome::Started(Running::start(spec, way, (routing, others), ledger).await),
                    }
                })
            }
            Effect::ChangeWay(spec) => {
                let (through, patience, call_off) = (spec.through.clone(), self.deps.patience, call_off.clone());
                self.tasks.spawn(async move {
                    match call_off.run_until_cancelled(Way::open(&through, patience, Egress::Any)).await {
                        None => Outcome::CalledOff,
                        Some(opened) => Outcome::WayOpened(opened),
                    }
                })
            }
            Effect::StopRelay => {
                let RelayNow::On(running) = std::mem::replace(&mut self.relay, RelayNow::Off) else {
                    unreachable!("only a relay that runs is stopped");
                };
                self.relay = RelayNow::Changing;
                let counters = running.counters();
                self.history.carry(&counters.open);
                self.counting.count(&counters, Instant::now(), SystemTime::now());
                self.counting.ended(Instant::now());
                self.tasks.spawn(async move {
                    if tokio::time::timeout(STOP_PATIENCE, running.stop()).await.is_err() {
                        tracing::warn!("the relay did not end in time and was left to itself");
                    }
                    Outcome::Stopped
                })
            }
        };
        let place = if effect.is_of_the_relay() { &mut self.on_relay } else { &mut self.on_proxy };
        *place = Some(Doing { effect, task, call_off });
    }

    /// An effect has ended, well or badly.
    pub(super) fn effect_ended(&mut self, effect: Effect, outcome: Result<Outcome, JoinError>) {
        match outcome {
            Ok(Outcome::Recovered(recovered)) => self.recovered(recovered),
            Ok(Outcome::Released(Ok(released))) => {
                tracing::info!("the system proxy is given back");
                self.proxy = ProxyNow::Unset;
                self.proxy_look = ProxyLook::new();
                if let Released::ChangedByAnother { .. } = released {
                    self.notices.tell(Event::ProxyChangedByAnother);
                }
            }
            Ok(Outcome::Released(Err(error))) => self.proxy_failed(problem(&error), true),
            Ok(Outcome::ProxySet(Ok(lease))) => {
                tracing::info!("the system proxy is set");
                self.proxy = ProxyNow::Set(lease);
                self.proxy_look = ProxyLook::new();
            }
            Ok(Outcome::Looked(lease, found)) => self.looked_at_proxy(lease, found),
            Ok(Outcome::ProxySet(Err(NotSet::Unsupported))) => self.proxy_failed(Problem::ProxyUnsupported, false),
            Ok(Outcome::ProxySet(Err(NotSet::HeldByAnother))) => self.proxy_failed(Problem::HeldByAnother, false),
            Ok(Outcome::ProxySet(Err(NotSet::Failed(error)))) => {
                // Moving a proxy that was set can fail before anything is put back.
                let was_set = matches!(self.proxy, ProxyNow::Changing { was_set: true });
                self.proxy_failed(problem(&error), was_set || matches!(error, ProxyError::PutBack { .. }));
            }
            Ok(Outcome::Started(Ok(running))) => {
                tracing::info!(port = running.address.port(), "the relay runs");
                self.good_port = Some(running.spec.port);
                self.ledger.path_of(running.address.port());
                self.ledger.leads_through(running.way.reached().server.address());
                self.relay = RelayNow::On(running);
                // Programs may know one already, from before a relay that listens there again.
                self.give_scripts();
                // It may have been changed while the relay started.
                self.route();
            }
            Ok(Outcome::Started(Err(problem))) => self.start_failed(effect, problem),
            Ok(Outcome::WayOpened(opened)) => self.way_opened(effect, opened),
            Ok(Outcome::CalledOff) if matches!(self.relay, RelayNow::On(_)) => {}
            Ok(Outcome::CalledOff) => self.relay = RelayNow::Off,
            Ok(Outcome::Stopped) => self.relay_stopped(),
            Err(error) => self.effect_crashed(effect, &error),
        }
    }

    fn effect_crashed(&mut self, effect: Effect, error: &JoinError) {
        tracing::error!(effect = effect.name(), panic = error.is_panic(), "crashed");
        match effect {
            Effect::StartRelay(_) => self.start_failed(effect, Problem::Crashed),
            Effect::ChangeWay(_) => self.way_opened(effect, Err(Problem::Crashed)),
            Effect::StopRelay => self.relay_stopped(),
            Effect::Recover => {
                self.recovered = true;
                self.proxy_failed(Problem::Crashed, true);
            }
            Effect::ReleaseProxy | Effect::SetProxy(_) | Effect::LookAtProxy => {
                self.proxy_failed(Problem::Crashed, true)
            }
        }
    }

    fn start_failed(&mut self, effect: Effect, problem: Problem) {
        let Effect::StartRelay(spec) = effect else { return };
        tracing::warn!(problem = ?problem.without_last_words(), "the relay did not start");
        if self.back_to_the_good_port(spec.port, &problem) {
            self.relay = RelayNow::Off;
            return;
        }
        self.relay = RelayNow::Failed { spec, problem };
        self.put_back_what_is_left();
    }

    /// The relay is led the way that is open now; or, where it cannot be, stopped: nothing goes on to a server that was
    /// left for good, as if nothing had happened.
    fn way_opened(&mut self, effect: Effect, opened: Result<Way, Problem>) {
        let Effect::ChangeWay(spec) = effect else { return };
        let way = match opened {
            Ok(way) => way,
            Err(problem) => return self.way_failed(spec, problem),
        };
        let wanted = self.wanted().relay.as_ref() == Some(&spec);
        let RelayNow::On(running) = &mut self.relay else { return drop(self.tasks.spawn(way.stop())) };
        if !wanted {
            // Another one is by now.
            return drop(self.tasks.spawn(way.stop()));
        }
        match running.lead(spec.clone(), way) {
            Ok(()) => {
                tracing::info!("the relay goes another way now");
                self.ledger.leads_through(running.way.reached().server.address());
                // One that the way before had nothing for may be had now.
                self.try_the_ports_again();
            }
            Err(refused) => {
                let (way, problem) = *refused;
                self.tasks.spawn(way.stop());
                self.way_failed(spec, problem);
            }
        }
    }

    fn way_failed(&mut self, spec: SessionSpec, problem: Problem) {
        tracing::warn!(problem = ?problem.without_last_words(), "the relay cannot be led another way");
        if let RelayNow::On(_) = self.relay {
            self.stops_with = Some((spec, problem));
            self.begin(Effect::StopRelay);
        }
    }

    /// The plugin of the profile in use does not run and will not: the relay is stopped, and that is a failure.
    pub(super) fn plugin_gave_up(&mut self, problem: Problem) {
        tracing::warn!(problem = ?problem.without_last_words(), "the plugin is not started any more");
        if let RelayNow::On(running) = &self.relay {
            self.stops_with = Some((running.spec.clone(), problem));
            self.begin(Effect::StopRelay);
        }
    }

    fn relay_stopped(&mut self) {
        tracing::info!("the relay has stopped");
        self.relay = match self.stops_with.take() {
            Some((spec, problem)) => RelayNow::Failed { spec, problem },
            None => RelayNow::Off,
        };
        if let RelayNow::Failed { .. } = self.relay {
            self.put_back_what_is_left();
        }
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
        self.proxy_look = ProxyLook::new();
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
        self.counting.begin(Instant::now());
        self.ledger.begin_relay();
    }
}

impl Effect {
    fn name(&self) -> &'static str {
        match self {
            Effect::Recover => "recover the system proxy",
            Effect::ReleaseProxy => "release the system proxy",
            Effect::StopRelay => "stop the relay",
            Effect::ChangeWay(_) => "lead the relay another way",
            Effect::StartRelay(_) => "start the relay",
            Effect::SetProxy(_) => "set the system proxy",
            Effect::LookAtProxy => "look at the system proxy",
        }
    }
}

fn wanted_proxy(aim: &Aim) -> system_proxy::Wanted {
    match &aim.script {
        Some(path) => {
            system_proxy::Wanted::by_script(aim.address, path).expect("the paths that we make are those of a URL")
        }
        None => system_proxy::Wanted::new(aim.address, system_proxy::Wanted::LOOPBACK.map(str::to_owned).to_vec()),
    }
}

fn problem(error: &ProxyError) -> Problem {
    Problem::ProxyFailed { cause: error.to_string() }
}

/// Longer than any relay takes; a bound all the same, so that a relay that hangs can be switched on again.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
