//! `Deps`: what the controller works on.

use std::sync::Arc;
use std::time::Duration;

use parasol_platform::key_store::{self, KeyStore};
use parasol_platform::system_proxy::{self, Rescue, SystemProxy};

use super::lists::Lists;
use super::networks::{self, Network};
use crate::paths::{NoHome, Paths};
use crate::plugin::Patience;

/// Gives the desktop's proxy settings each time they are needed, or `None` where there are none.
pub type Desktop = Arc<dyn Fn() -> Option<Box<dyn SystemProxy>> + Send + Sync>;

/// What the controller works on.
#[derive(Clone)]
pub struct Deps {
    /// Where things are kept.
    pub paths: Paths,
    /// The system proxy.
    pub desktop: Desktop,
    /// Who gives it back should this program not be there to do it.
    pub rescue: Option<Rescue>,
    /// The network.
    pub network: Network,
    /// The system's key store, if there is one that Parasol knows.
    pub key_store: Option<Arc<dyn KeyStore>>,
    /// How long plugins are waited for.
    pub patience: Patience,
    /// How subscriptions are fetched.
    pub lists: Lists,
    /// How old what is known of a group's member may be before it is probed.
    pub probe_every: Duration,
}

impl Deps {
    /// This user's files and this machine's settings.
    ///
    /// # Errors
    /// When there is no place for the files.
    pub fn of_this_machine() -> Result<Deps, NoHome> {
        Ok(Deps {
            paths: Paths::of_this_user()?,
            desktop: Arc::new(system_proxy::desktop),
            rescue: rescue(),
            network: Arc::new(networks::of_this_system),
            key_store: key_store::of_this_system().map(Arc::from),
            patience: Patience::default(),
            lists: Lists::of_this_machine(),
            probe_every: PROBE_EVERY,
        })
    }
}

fn rescue() -> Option<Rescue> {
    let unknown = |error: &std::io::Error| tracing::warn!(%error, "there is no guard of the system proxy");
    Rescue::program().inspect_err(unknown).ok().map(|program| Rescue::of_this_user(&program))
}

/// Seldom enough to be nothing beside any traffic, often enough to find the way back within minutes.
const PROBE_EVERY: Duration = Duration::from_secs(120);
