//! `Way`: how traffic gets to its server: directly, through a plugin, or to the server in this program.

use std::sync::Arc;

use parasol_platform::network::Change;
use parasol_proto::{Address, ServerConfig};
use tokio_util::sync::CancellationToken;

use crate::builtin::Builtin;
use crate::plugin::{Patience, Plugin, PluginMode, without_secrets};
use crate::problem::Problem;
use crate::profile::Through;
use crate::relay::{Egress, NameServers, Relay, RelaySpec, SharedServer};

/// What runs for it ends with [`Way::stop`], or with the last flow on it after [`Way::leave`].
#[derive(Debug)]
pub(crate) struct Way {
    reached: Reached,
    /// Nothing has its server any more.
    gone: CancellationToken,
    builtin: Option<Builtin>,
    plugin: Option<Plugin>,
}

/// The server as it is reached. A way that was left ends only when no clone is left.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pub(crate) server: SharedServer,
    /// The plugin's program as the profile names it, and what it carries.
    plugin: Option<(String, PluginMode)>,
}

impl Way {
    /// Starts what is needed for it. Of the server in this program `egress` says what it may dial.
    pub(crate) async fn open(through: &Through, patience: Patience, egress: Egress) -> Result<Way, Problem> {
        match through {
            Through::Server(server) => Ok(Way::to(server.clone(), None)),
            Through::Plugged { server, plugin: spec } => {
                let plugin = Plugin::local(spec.clone(), server.address(), patience).await?;
                let server = server.at(Address::from(plugin.address()));
                let way = Way::to(server, Some((spec.program().to_owned(), spec.mode())));
                Ok(Way { plugin: Some(plugin), ..way })
            }
            Through::Builtin => {
                // Blocks for some milliseconds.
                let start = move || Builtin::start(egress, NameServers::System, Arc::new(()));
                let builtin = tokio::task::spawn_blocking(start).await.map_err(|_| Problem::Crashed)??;
                let way = Way::to(builtin.config().clone(), None);
                Ok(Way { builtin: Some(builtin), ..way })
            }
        }
    }

    fn to(server: ServerConfig, plugin: Option<(String, PluginMode)>) -> Way {
        let (server, gone) = SharedServer::watched(server);
        Way { reached: Reached { server, plugin }, gone, builtin: None, plugin: None }
    }

    pub(crate) fn reached(&self) -> &Reached {
        &self.reached
    }

    /// Returns when its plugin has crashed too often; never without one.
    pub(crate) async fn gave_up(&mut self) -> Problem {
        gave_up(&mut self.plugin).await
    }

    /// The network has changed, or the machine has slept: what runs for it hears of that. `relay` leads here.
    pub(crate) fn network_changed(&self, change: &Change, relay: &Relay) {
        if let Some(builtin) = &self.builtin {
            builtin.network_changed(change);
        }
        if let Some(plugin) = &self.plugin {
            plugin.renewal().network_changed(change, relay);
        }
    }

    /// The last lines that its plugin has written, without what its options have for secrets.
    pub(crate) fn plugin_said(&self, options: &str) -> Vec<String> {
        let lines = self.plugin.as_ref().map(Plugin::last_lines).unwrap_or_default();
        lines.iter().map(|line| without_secrets(line, options)).collect()
    }

    /// Where its plugin listens, if it has one.
    pub(crate) fn plugged_at(&self) -> Option<Address> {
        self.plugin.as_ref().map(|plugin| Address::from(plugin.address()))
    }

    pub(crate) async fn stop(self) {
        stop(self.builtin, self.plugin).await;
    }

    /// Nothing new takes it: stops it when the last flow on it has ended, when its plugin is given up, or at `end`.
    pub(crate) async fn leave(self, end: CancellationToken) {
        let Way { reached, gone, builtin, mut plugin } = self;
        drop(reached);
        tokio::select! {
            () = gone.cancelled() => {}
            () = end.cancelled() => {}
            _ = gave_up(&mut plugin) => {}
        }
        stop(builtin, plugin).await;
    }
}

async fn gave_up(plugin: &mut Option<Plugin>) -> Problem {
    match plugin {
        Some(plugin) => plugin.gave_up().await,
        None => std::future::pending().await,
    }
}

async fn stop(builtin: Option<Builtin>, plugin: Option<Plugin>) {
    if let Some(builtin) = builtin {
        builtin.stop().await;
    }
    if let Some(plugin) = plugin {
        plugin.stop().await;
    }
}

impl Reached {
    /// What does not go through the plugin is not served, because it would go bare.
    ///
    /// # Errors
    /// When that is all of it.
    pub(crate) fn plugged(&self, spec: RelaySpec) -> Result<RelaySpec, Problem> {
        match &self.plugin {
            Some((name, mode)) if !spec.goes_through(*mode) => Err(Problem::PluginNotForPort { name: name.clone() }),
            Some((_, mode)) => Ok(spec.plugged(*mode)),
            None => Ok(spec),
        }
    }
}
