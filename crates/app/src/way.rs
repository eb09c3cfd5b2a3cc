//! `Way`: how traffic gets to its server: directly, through a plugin, or to the server in this program.

use std::sync::Arc;

use parasol_proto::{Address, ServerConfig};

use crate::builtin::Builtin;
use crate::plugin::{Patience, Plugin, PluginMode};
use crate::problem::Problem;
use crate::profile::Through;
use crate::relay::{Egress, NameServers, RelaySpec};

/// What runs for it ends with [`Way::stop`].
#[derive(Debug)]
pub(crate) struct Way {
    reached: Reached,
    builtin: Option<Builtin>,
    plugin: Option<Plugin>,
}

/// The server as it is reached.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pub(crate) server: ServerConfig,
    /// The plugin's program as the profile names it, and what it carries.
    plugin: Option<(String, PluginMode)>,
}

impl Way {
    /// Starts what is needed for it. Of the server in this program `egress` says what it may dial.
    pub(crate) async fn open(through: &Through, patience: Patience, egress: Egress) -> Result<Way, Problem> {
        match through {
            Through::Server(server) => {
                Ok(Way { reached: Reached { server: server.clone(), plugin: None }, builtin: None, plugin: None })
            }
            Through::Plugged { server, plugin: spec } => {
                let plugin = Plugin::local(spec.clone(), server.address(), patience).await?;
                let server = server.at(Address::from(plugin.address()));
                let reached = Reached { server, plugin: Some((spec.program().to_owned(), spec.mode())) };
                Ok(Way { reached, builtin: None, plugin: Some(plugin) })
            }
            Through::Builtin => {
                // Blocks for some milliseconds.
                let start = move || Builtin::start(egress, NameServers::System, Arc::new(()));
                let builtin = tokio::task::spawn_blocking(start).await.map_err(|_| Problem::Crashed)??;
                let reached = Reached { server: builtin.config().clone(), plugin: None };
                Ok(Way { reached, builtin: Some(builtin), plugin: None })
            }
        }
    }

    pub(crate) fn reached(&self) -> &Reached {
        &self.reached
    }

    /// Returns when its plugin has crashed too often; never without one.
    pub(crate) async fn gave_up(&mut self) -> Problem {
        match &mut self.plugin {
            Some(plugin) => plugin.gave_up().await,
            None => std::future::pending().await,
        }
    }

    pub(crate) async fn stop(self) {
        if let Some(builtin) = self.builtin {
            builtin.stop().await;
        }
        if let Some(plugin) = self.plugin {
            plugin.stop().await;
        }
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
