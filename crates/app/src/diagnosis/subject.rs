//! `Subject`: what a diagnosis looks at, gathered at once by whoever asks for it: the window's controller, or a terminal.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parasol_platform::system_proxy;
use parasol_proto::Method;

use crate::controller::{Clock, Desktop};
use crate::document::Document;
use crate::ladder::Climber;
use crate::paths::{NoHome, Paths};
use crate::plugin::Patience;
use crate::problem::Problem;
use crate::profile::Through;
use crate::state::{KeyStoreView, RoutingMode, SecretsPlace};
use crate::subscription::{Fetcher, SubscriptionUrl};

/// What is looked at.
pub struct Subject {
    /// Our ports.
    pub port: PortSubject,
    /// The system proxy.
    pub proxy: ProxySubject,
    /// Whether there is a tray icon; nothing where no window could have one.
    pub tray: Option<bool>,
    /// What is known of the key store; nothing where it is not needed.
    pub key_store: Option<KeyStoreSubject>,
    /// How the server in use is reached, or why it cannot be.
    pub through: Result<Through, Problem>,
    /// Every method in use.
    pub methods: Vec<Method>,
    /// What stands above the rules.
    pub mode: RoutingMode,
    /// Tests the server.
    pub climber: Climber,
    /// How long the server's plugin is waited for.
    pub patience: Patience,
    /// Asks for the time.
    pub fetcher: Fetcher,
    /// Of whom.
    pub clock_url: SubscriptionUrl,
    /// The clock on the wall.
    pub clock: Clock,
    /// How long a step on this machine may take.
    pub limit: Duration,
}

impl PortNow {
    /// The relay is wanted and does not run: for the port's sake, or for that of what it leads to, which is told where that
    /// is looked at.
    #[must_use]
    pub fn failed(problem: &Problem) -> PortNow {
        match problem {
            Problem::PortTaken { .. }
            | Problem::PortReserved { .. }
            | Problem::BindFailed { .. }
            | Problem::PluginNotForPort { .. }
            | Problem::EngineFailed { .. }
            | Problem::Crashed => PortNow::Failed(problem.clone()),
            _ => PortNow::Off,
        }
    }
}

impl ProxySubject {
    /// That of this machine, for a Parasol of this user.
    ///
    /// # Errors
    /// When there is no place for its journal.
    pub fn of_this_user(
        wanted: bool,
        address: Option<SocketAddr>,
        problem: Option<Problem>,
    ) -> Result<ProxySubject, NoHome> {
        let journal = Paths::of_this_user()?.proxy_journal();
        Ok(ProxySubject { wanted, address, problem, desktop: Arc::new(system_proxy::desktop), journal })
    }
}

/// The methods of the profile in use and of those that ports have for themselves, each once.
#[must_use]
pub fn methods_in_use(document: &Document) -> Vec<Method> {
    let own = document.ports.iter().filter_map(|port| document.profile(port.profile.as_deref()?));
    let mut methods = Vec::new();
    for profile in document.active_profile().into_iter().chain(own) {
        if let Ok(method) = Method::parse_legacy(&profile.method)
            && !methods.contains(&method)
        {
            methods.push(method);
        }
    }
    methods
}

impl Subject {
    /// Far more than any of them takes.
    pub const LIMIT: Duration = Duration::from_secs(5);
}

/// Our ports.
#[derive(Debug, Clone)]
pub struct PortSubject {
    /// Where the first one is found.
    pub address: SocketAddr,
    /// What it does.
    pub now: PortNow,
    /// Why another one that was asked for since is not listened on.
    pub refused: Option<Problem>,
    /// Why others beside it are not open.
    pub others: Vec<Problem>,
}

/// What the first port does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortNow {
    /// Nothing.
    Off,
    /// It is being opened or closed.
    Changing,
    /// It is served.
    On {
        /// Targets on this machine are led there directly, so that it can be tried with them.
        to_this_machine: bool,
        /// It grants UDP.
        udp: bool,
    },
    /// It is wanted, and could not be had.
    Failed(Problem),
}

/// The system proxy.
#[derive(Clone)]
pub struct ProxySubject {
    /// It is to be set while the relay is on.
    pub wanted: bool,
    /// Where it is to point; nothing while the relay is not on.
    pub address: Option<SocketAddr>,
    /// Why it could not be set.
    pub problem: Option<Problem>,
    /// The desktop's settings.
    pub desktop: Desktop,
    /// Where it is noted what was there before.
    pub journal: PathBuf,
}

/// What is known of the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStoreSubject {
    /// Where secrets are kept.
    pub place: SecretsPlace,
    /// What it said last.
    pub says: KeyStoreView,
}
