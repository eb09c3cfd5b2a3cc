//! The diagnosis that the user asked for: there is one at a time, beside the task, and it ends when nobody looks any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parasol_proto::acl::Route;
use parasol_proto::{Address, ServerConfig};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Controller, RelayNow};
use crate::diagnosis::{
    About, Diagnosis, KeyStoreSubject, PortNow, PortSubject, ProxySubject, Subject, methods_in_use, report, run,
};
use crate::millis::millis;
use crate::plugin::PluginMode;
use crate::port::own_address;
use crate::problem::Problem;
use crate::profile::{Profile, Through};
use crate::state::{Actual, PortActual, ProxyActual, ProxyMode};
use crate::subscription::SubscriptionUrl;

#[derive(Default)]
pub(super) struct Diagnosing {
    call_off: CancellationToken,
    running: Option<JoinHandle<()>>,
    last: Last,
}

/// The one that was begun last, as far as it has got.
#[derive(Clone, Default)]
struct Last(Arc<Mutex<Option<(Diagnosis, About)>>>);

impl Last {
    fn locked(&self) -> MutexGuard<'_, Option<(Diagnosis, About)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Diagnosing {
    /// The last one, for others.
    pub(super) fn report(&self, with_server: bool) -> Option<String> {
        self.last.locked().as_ref().map(|(diagnosis, about)| report(diagnosis, about, with_server))
    }

    /// None is begun any more.
    pub(super) fn end(&mut self) {
        self.call_off.cancel();
    }
}

impl Controller {
    /// Begins one, once the one before has ended, which is called off. It goes on for as long as somebody has what is
    /// given here.
    pub(super) fn diagnose(&mut self) -> watch::Receiver<Diagnosis> {
        // What others make of the system proxy is to be known here as well as there.
        self.proxy_look.soon();
        let subject = self.subject();
        let begun = Diagnosis::begun(millis((subject.clock)()));
        let (tell, told) = watch::channel(begun.clone());
        let last = self.diagnosing.last.clone();
        let about = self.about();
        self.diagnosing.call_off.cancel();
        let call_off = CancellationToken::new();
        if self.quitting {
            call_off.cancel();
        }
        self.diagnosing.call_off = call_off.clone();
        let before = self.diagnosing.running.take();
        self.diagnosing.running = Some(self.tasks.spawn(async move {
            if let Some(before) = before {
                // One that crashed has ended, too.
                let _ = before.await;
            }
            *last.locked() = Some((begun, about.clone()));
            let tell = Arc::new(tell);
            let hears = Arc::clone(&tell);
            let (calls_off, noted) = (call_off.clone(), last.clone());
            let mut running = tokio::spawn(async move {
                let hear = move |diagnosis: &Diagnosis| {
                    *noted.locked() = Some((diagnosis.clone(), about.clone()));
                    hears.send_replace(diagnosis.clone());
                };
                run(subject, &hear, &calls_off).await;
            });
            let ended = tokio::select! {
                ended = &mut running => ended,
                () = tell.closed() => {
                    call_off.cancel();
                    running.await
                }
            };
            if let Err(error) = ended {
                tracing::error!(panic = error.is_panic(), "a diagnosis crashed");
                if let Some((diagnosis, _)) = &mut *last.locked() {
                    diagnosis.crash();
                    tell.send_replace(diagnosis.clone());
                }
            }
        }));
        told
    }

    fn subject(&self) -> Subject {
        let settings = &self.document.settings;
        let clock = Arc::clone(&self.deps.lists.clock);
        Subject {
            port: self.port_subject(),
            proxy: self.proxy_subject(),
            tray: Some(self.tray_present),
            key_store: Some(self.key_store_subject()),
            through: self.through_in_use(),
            methods: methods_in_use(&self.document),
            mode: settings.mode,
            climber: self.climber(),
            patience: self.deps.patience,
            fetcher: self.deps.lists.fetcher.clone(),
            clock_url: SubscriptionUrl::from(settings.clock_url.clone()),
            clock,
            limit: Subject::LIMIT,
        }
    }

    fn through_in_use(&self) -> Result<Through, Problem> {
        self.document.active_profile().ok_or(Problem::NoProfile).and_then(Profile::through)
    }

    fn port_subject(&self) -> PortSubject {
        let state = self.published.borrow();
        let (address, now) = match (&self.relay, &state.actual) {
            (RelayNow::On(running), Actual::On { .. }) => {
                let to_this_machine = running.relay.explain(&Address::from(running.address)).route == Route::Direct;
                let udp = !matches!(&running.spec.through,
                    Through::Plugged { plugin, .. } if plugin.mode() == PluginMode::TcpOnly);
                (running.address, PortNow::On { to_this_machine, udp })
            }
            (_, actual) => {
                let now = match actual {
                    Actual::Off => PortNow::Off,
                    Actual::On { .. } | Actual::Starting | Actual::Stopping => PortNow::Changing,
                    Actual::Failed { problem } => PortNow::failed(problem),
                };
                (own_address(self.document.settings.local_port), now)
            }
        };
        let others = state.ports.iter().filter_map(|port| match &port.actual {
            PortActual::Failed { problem } => Some(problem.clone()),
            PortActual::Closed | PortActual::Opening | PortActual::Open => None,
        });
        PortSubject { address, now, refused: self.port_refused.clone(), others: others.collect() }
    }

    fn proxy_subject(&self) -> ProxySubject {
        let address = match &self.relay {
            RelayNow::On(running) if !matches!(self.published.borrow().actual, Actual::Stopping) => {
                Some(running.address)
            }
            _ => None,
        };
        let problem = match &self.published.borrow().system_proxy.actual {
            ProxyActual::Failed { problem } => Some(problem.clone()),
            ProxyActual::Unset | ProxyActual::Set => None,
        };
        ProxySubject {
            wanted: self.document.settings.system_proxy != ProxyMode::Leave,
            address,
            problem,
            desktop: Arc::clone(&self.deps.desktop),
            journal: self.deps.paths.proxy_journal(),
        }
    }

    fn key_store_subject(&self) -> KeyStoreSubject {
        let view = self.secrets.view(&self.document);
        KeyStoreSubject { place: view.place, says: view.key_store }
    }

    fn about(&self) -> About {
        let through = self.through_in_use().ok();
        let (server, plugin) = match &through {
            Some(Through::Server(server)) => (Some(server), None),
            Some(Through::Plugged { server, plugin }) => (Some(server), Some(plugin.program().to_owned())),
            Some(Through::Builtin) | None => (None, None),
        };
        let settings = &self.document.settings;
        About {
            on: matches!(self.relay, RelayNow::On(_)),
            port: self.published.borrow().local_port,
            other_ports: self.document.ports.len(),
            mode: settings.mode,
            system_proxy: settings.system_proxy,
            method: server.map(|server: &ServerConfig| server.method().name()),
            plugin,
            server: server.map(|server| server.address().to_string()),
        }
    }
}
