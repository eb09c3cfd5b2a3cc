//! The state, from all that the controller knows; and what `plan` compares.

use std::sync::Arc;
use std::time::SystemTime;

use parasol_platform::screens::Screens;

use super::effect::Doing;
use super::plan::{self, Effect, SessionSpec, Wanted, World};
use super::secrets::Secrets;
use super::{Controller, ProxyNow, RelayNow};
use crate::document::Document;
use crate::log::LogView;
use crate::millis::millis;
use crate::port::{NAME_SERVER, PortKind};
use crate::problem::Problem;
use crate::profile::Profile;
use crate::routing;
use crate::rule_list;
use crate::sample::{PortSample, Protocol, Sample};
use crate::state::{Actual, AppState, OnClose, ProxyActual, RoutingView, SystemProxyView, TestsView};
use crate::timeouts::TimeoutsView;
use crate::today::midnight_ms;

/// The state of a Parasol that has read nothing yet.
pub(crate) fn empty() -> AppState {
    let settings = Document::default().settings;
    AppState {
        wanted: false,
        actual: Actual::Off,
        profiles: Vec::new(),
        active: None,
        groups: Vec::new(),
        group: None,
        tests: TestsView {
            waiting: Vec::new(),
            asked: 0,
            ended: Vec::new(),
            url: settings.test_url,
            name_server: settings.test_name_server,
        },
        timeouts: TimeoutsView::of(&settings.timeout_s),
        local_port: settings.local_port,
        port_refused: None,
        ports: Vec::new(),
        system_proxy: SystemProxyView { wanted: settings.system_proxy, actual: ProxyActual::Unset },
        routing: RoutingView {
            mode: settings.mode,
            local_direct: settings.local_direct,
            rules: 0,
            max_bytes: routing::MAX_BYTES,
            pac_rules: 0,
            lists: Vec::new(),
            max_lists: rule_list::MAX,
            reading: false,
        },
        subscriptions: Vec::new(),
        name_server: NAME_SERVER.to_owned(),
        secrets: Secrets::new(None, false).view(&Document::default()),
        undo: None,
        notices: Vec::new(),
        on_close: OnClose::Ask,
        on_at_start: settings.on_at_start,
        notify: settings.notify,
        log: LogView::default(),
        language: settings.language,
        theme: settings.theme,
        sees_screen: Screens::CAN_BE_SEEN,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

impl Controller {
    /// Shows the state, if it is another one than before.
    pub(super) fn publish(&self) {
        let state = self.state();
        self.published.send_if_modified(|published| {
            let changed = **published != state;
            if changed {
                *published = Arc::new(state);
            }
            changed
        });
    }

    fn state(&self) -> AppState {
        let settings = &self.document.settings;
        let local_port = match &self.relay {
            RelayNow::On(running) if settings.local_port == 0 => running.address.port(),
            _ => settings.local_port,
        };
        AppState {
            wanted: self.wanted_on,
            actual: self.actual(),
            profiles: self.document.profiles.iter().map(Profile::view).collect(),
            active: self.document.active_profile().map(|profile| profile.id.clone()),
            groups: self.group_views(),
            group: self.document.group.clone(),
            tests: self.tests_view(),
            timeouts: TimeoutsView::of(&settings.timeout_s),
            local_port,
            port_refused: self.port_refused.clone(),
            ports: self.port_views(),
            system_proxy: SystemProxyView { wanted: settings.system_proxy, actual: self.proxy_actual() },
            routing: RoutingView {
                mode: settings.mode,
                local_direct: settings.local_direct,
                rules: self.rules.in_force(),
                max_bytes: routing::MAX_BYTES,
                pac_rules: self.rules.own_pac_in_force(),
                lists: self.rule_list_views(),
                max_lists: rule_list::MAX,
                reading: self.rules.is_reading(),
            },
            subscriptions: self.subscription_views(),
            name_server: NAME_SERVER.to_owned(),
            secrets: self.secrets.view(&self.document),
            undo: self.deleted.as_ref().map(|deleted| deleted.profile.title()),
            notices: self.notices.all(),
            on_close: if self.tray_present { OnClose::Close } else { settings.on_close },
            on_at_start: settings.on_at_start,
            notify: settings.notify,
            log: settings.log(),
            language: settings.language,
            theme: settings.theme,
            sees_screen: Screens::CAN_BE_SEEN,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn actual(&self) -> Actual {
        let session = self.session();
        let coming = matches!(session, Ok(Some(_)));
        let changing = if coming { Actual::Starting } else { Actual::Stopping };
        match &self.relay {
            RelayNow::On(running) if matches!(&session, Ok(Some(spec)) if *spec == running.spec) => {
                Actual::On { since_ms: running.since_ms }
            }
            RelayNow::On(_) | RelayNow::Changing => changing,
            // The proxy is still being given back, or what an earlier run left of it.
            RelayNow::Off | RelayNow::Failed { .. } if !coming && self.releasing() => Actual::Stopping,
            RelayNow::Off | RelayNow::Failed { .. } => match (session, &self.relay) {
                // The key is on its way, with which it will start.
                (Err(Problem::PasswordLocked), _) if self.secrets.are_coming() => Actual::Starting,
                (Err(problem), _) => Actual::Failed { problem },
                (Ok(None), _) => Actual::Off,
                (Ok(Some(spec)), RelayNow::Failed { spec: failed, problem }) if spec == *failed => {
                    Actual::Failed { problem: problem.clone() }
                }
                (Ok(Some(_)), _) => Actual::Starting,
            },
        }
    }

    fn releasing(&self) -> bool {
        matches!(self.on_proxy, Some(Doing { effect: Effect::ReleaseProxy, .. }))
    }

    fn proxy_actual(&self) -> ProxyActual {
        match &self.proxy {
            ProxyNow::Unset | ProxyNow::Changing { was_set: false } => ProxyActual::Unset,
            ProxyNow::Set(_) | ProxyNow::Changing { was_set: true } if self.proxy_look.is_taken() => {
                ProxyActual::Failed { problem: Problem::ProxyTaken }
            }
            ProxyNow::Set(_) | ProxyNow::Changing { was_set: true } => ProxyActual::Set,
            ProxyNow::Failed { problem, .. } => ProxyActual::Failed { problem: problem.clone() },
        }
    }

    /// What is to run: nothing when off, or why it cannot.
    fn session(&self) -> Result<Option<SessionSpec>, Problem> {
        if !self.wanted_on || self.quitting {
            return Ok(None);
        }
        let through = self.document.active_profile().ok_or(Problem::NoProfile)?.through()?;
        let settings = &self.document.settings;
        Ok(Some(SessionSpec { through, port: settings.local_port, deadlines: settings.timeout_s.deadlines() }))
    }

    pub(super) fn wanted(&self) -> Wanted {
        Wanted { relay: self.session().unwrap_or(None), proxy: self.document.settings.system_proxy }
    }

    /// What is; what an effect works on counts as not there.
    pub(super) fn world(&self) -> World {
        let relay = match &self.relay {
            RelayNow::Off | RelayNow::Changing => plan::Relay::Off,
            RelayNow::On(running) => plan::Relay::On { spec: running.spec.clone(), address: running.address },
            RelayNow::Failed { spec, .. } => plan::Relay::Failed { spec: spec.clone() },
        };
        let proxy = match &self.proxy {
            ProxyNow::Unset | ProxyNow::Changing { .. } => plan::Proxy::Unset,
            ProxyNow::Set(lease) => plan::Proxy::Set(self.proxy_look.points_at(lease)),
            ProxyNow::Failed { .. } => plan::Proxy::Failed,
        };
        World { recovered: self.recovered, relay, proxy, script: self.script_path() }
    }

    /// What a watcher sees now. The rates are those of the last full second.
    pub(super) fn sample_now(&self) -> Sample {
        let now = SystemTime::now();
        let reading = self.ledger.read(midnight_ms(now));
        let profile = self.document.active_profile().map(Profile::title).unwrap_or_default();
        let ports = match &self.relay {
            RelayNow::On(running) => running.stats(),
            RelayNow::Off | RelayNow::Changing | RelayNow::Failed { .. } => Vec::new(),
        };
        let row = |port: crate::relay::PortStats| {
            let traffic = self.history.traffic(&port.name);
            // The engine knows those beside the first one by their ids.
            let saved = self.document.port(&port.name);
            let own = saved.and_then(|saved| self.document.profile(saved.profile.as_deref()?));
            PortSample {
                port: port.listen.port(),
                protocols: Protocol::of(saved.map_or(PortKind::Mixed, |saved| saved.kind)),
                profile: own.map_or_else(|| profile.clone(), Profile::title),
                name: saved.map_or(port.name, |saved| saved.name.clone()),
                up_rate: traffic.up_rate,
                down_rate: traffic.down_rate,
                up_total: traffic.up_total,
                down_total: traffic.down_total,
                flows: port.open,
            }
        };
        Sample {
            at_ms: millis(now),
            ports: ports.into_iter().map(row).collect(),
            path: reading.path,
            given_up: reading.given_up,
            given_up_today: reading.given_up_today,
        }
    }
}
