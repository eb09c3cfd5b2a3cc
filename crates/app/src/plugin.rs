//! SIP003 plugins: programs of somebody else's that carry the TCP between a local and a server as something else.
//!
//! ```text
//!  local role    Parasol ──► SS_LOCAL (loopback)  plugin ──► SS_REMOTE (the server's own plugin)
//!  server role   SS_REMOTE (public)  plugin ──► SS_LOCAL (loopback)  Parasol
//! ```
//! | file | what it knows |
//! |---|---|
//! | `spec` | which plugin, checked |
//! | `start` | one start: the port, the variables, and when it is ready |
//! | `keeper` | the thread that starts it, starts it again when it crashes, and ends it |
//! | `restarts` | how often and how soon that is |
//! | `tail` | the last of what it writes |
//! | `hidden` | its options as they are shown |
//!
//! While a plugin is down its port refuses connections, so a flow fails; none ever goes to the server without it.
//! UDP does not go through a plugin unless it says so itself (SIP003u, [`PluginMode`]).

mod hidden;
mod keeper;
mod restarts;
mod spec;
mod start;
mod tail;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parasol_platform::network::Change;
use parasol_proto::Address;
use tokio::sync::{Notify, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::problem::Problem;
use crate::relay::Relay;

pub use self::hidden::{HIDDEN, masked, unmasked, without_secrets};
pub use self::spec::{MAX_OPTIONS, MAX_PROGRAM, PluginFault, PluginMode, PluginSpec, UnknownMode, is_bare_name};

use self::keeper::Keeper;
use self::start::Ends;
use self::tail::Said;

/// A plugin that is kept running. Dropping it ends it too, but without waiting.
#[derive(Debug)]
pub struct Plugin {
    address: SocketAddr,
    stop: CancellationToken,
    renew: Arc<Notify>,
    gave_up: watch::Receiver<Option<Problem>>,
    said: Said,
    thread: Option<JoinHandle<()>>,
}

/// How long a plugin is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From its start until its port answers.
    pub ready: Duration,
    /// After it was asked to end, until it is killed. Short, because a program that was told to stop should have ended
    /// within two seconds.
    pub end: Duration,
    /// Before it is started again after a first crash; twice as long after each further one.
    pub pause: Duration,
    /// The longest such pause.
    pub longest_pause: Duration,
    /// One that ran for so long has worked: a crash after that is a first one again.
    pub worked: Duration,
    /// So many crashes on end, none of which came after it had worked, are enough.
    pub crashes: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            ready: Duration::from_secs(10),
            end: Duration::from_secs(1),
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            worked: Duration::from_secs(60),
            crashes: 5,
        }
    }
}

impl Plugin {
    /// Starts the local role's plugin on a free port of 127.0.0.1 ([`Plugin::address`]); it leads to `server`. Returns
    /// when that port answers. Given up while it waits, it ends the plugin.
    ///
    /// # Errors
    /// What is wrong with the plugin. Nothing is left running.
    pub async fn local(spec: PluginSpec, server: &Address, patience: Patience) -> Result<Plugin, Problem> {
        Plugin::start(spec, Ends::Local { server: server.clone() }, patience).await
    }

    /// Starts the server role's plugin on `listen` (port 0 takes any free one); it leads to `relay`, where our own
    /// server listens. Otherwise as [`Plugin::local`].
    ///
    /// # Errors
    /// As [`Plugin::local`], and when `listen` is taken.
    pub async fn server(
        spec: PluginSpec,
        listen: SocketAddr,
        relay: SocketAddr,
        patience: Patience,
    ) -> Result<Plugin, Problem> {
        Plugin::start(spec, Ends::Server { listen, relay }, patience).await
    }

    async fn start(spec: PluginSpec, ends: Ends, patience: Patience) -> Result<Plugin, Problem> {
        let (ready, started) = oneshot::channel();
        let (gives_up, gave_up) = watch::channel(None);
        let stop = CancellationToken::new();
        let renew = Arc::new(Notify::new());
        let said = Said::default();
        let (stops, renews, says) = (stop.clone(), Arc::clone(&renew), said.clone());
        let keeper = Keeper { spec, ends, patience, stop: stops, renew: renews, gives_up, said: says };
        let thread = keeper.run(ready)?;
        // From here on whoever drops this future ends the plugin.
        let nowhere = (Ipv4Addr::UNSPECIFIED, 0).into();
        let mut plugin = Plugin { address: nowhere, stop, renew, gave_up, said, thread: Some(thread) };
        let crashed = || Problem::EngineFailed { cause: "the thread of the plugin has crashed".to_owned() };
        plugin.address = started.await.map_err(|_| crashed())??;
        Ok(plugin)
    }

    /// Where it listens: on loopback for the local role, to the world for the server role.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The last lines that it has written since it was started last, fit to be shown. They may name targets.
    #[must_use]
    pub fn last_lines(&self) -> Vec<String> {
        self.said.last_lines()
    }

    /// Returns when it has crashed so often that it is not started any more; never while there is hope. May be given up
    /// and called anew.
    pub async fn gave_up(&mut self) -> Problem {
        if let Ok(problem) = self.gave_up.wait_for(Option::is_some).await
            && let Some(problem) = &*problem
        {
            return problem.clone();
        }
        std::future::pending().await
    }

    /// What starts it anew, for whoever has no plugin but hears of the network.
    #[must_use]
    pub fn renewal(&self) -> Renewal {
        Renewal { address: self.address, renew: Arc::clone(&self.renew) }
    }

    /// Asks it to end, kills it if it does not, and returns when it has ended.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already, and its child has died with it.
            let _ = tokio::task::spawn_blocking(|| drop(thread.join())).await;
        }
    }
}

/// A way to have a plugin started anew.
#[derive(Debug, Clone)]
pub struct Renewal {
    address: SocketAddr,
    renew: Arc<Notify>,
}

impl Renewal {
    /// Ends what goes through the plugin, and starts it anew where it listens, once there is a network again: its own
    /// connections went over one that is gone, or did not outlive a sleep, and only it could tell. Nothing is waited for;
    /// for the moment that the start takes its port refuses connections.
    pub fn network_changed(&self, change: &Change, relay: &Relay) {
        if change.rerouted || change.slept && change.online {
            relay.leave(&Address::from(self.address));
            // One that is started without a network ends at once, and is given up after a few times.
            if change.online {
                self.renew.notify_one();
            }
        }
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Where to knock to see whether something listens on `address`.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}
