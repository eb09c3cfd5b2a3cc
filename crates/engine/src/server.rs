//! `SharedServer`: a Shadowsocks server as everything that goes through it holds it, so that it is known when nothing does
//! any more; and `Outlet`: where a port leads, which can be changed while its flows run on.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parasol_proto::ServerConfig;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::config::{Mode, Outbound};

/// A server, shared by ports and flows. Clones are the same one.
#[derive(Clone)]
pub struct SharedServer(Arc<Held>);

struct Held {
    config: ServerConfig,
    /// Tells that the last clone is gone.
    _gone: Option<DropGuard>,
}

impl SharedServer {
    /// A server, and what is cancelled when neither a port nor a flow has it any more.
    #[must_use]
    pub fn watched(config: ServerConfig) -> (SharedServer, CancellationToken) {
        let gone = CancellationToken::new();
        (SharedServer(Arc::new(Held { config, _gone: Some(gone.clone().drop_guard()) })), gone)
    }

    /// Whether it is the very same one, and not one that is like it.
    pub(crate) fn is(&self, other: &SharedServer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl From<ServerConfig> for SharedServer {
    fn from(config: ServerConfig) -> SharedServer {
        SharedServer(Arc::new(Held { config, _gone: None }))
    }
}

impl Deref for SharedServer {
    type Target = ServerConfig;

    fn deref(&self) -> &ServerConfig {
        &self.0.config
    }
}

impl fmt::Debug for SharedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.config.fmt(f)
    }
}

/// Where a port leads now. Each flow asks once, when it begins, and stays with what it was told.
#[derive(Debug)]
pub(crate) struct Outlet(Mutex<Leads>);

/// What an outlet says.
#[derive(Debug, Clone)]
pub(crate) struct Leads {
    pub(crate) outbound: Outbound,
    /// What of it is served.
    pub(crate) mode: Mode,
}

impl Outlet {
    pub(crate) fn new(outbound: Outbound, mode: Mode) -> Outlet {
        Outlet(Mutex::new(Leads { outbound, mode }))
    }

    pub(crate) fn outbound(&self) -> Outbound {
        self.leads().outbound.clone()
    }

    pub(crate) fn mode(&self) -> Mode {
        self.leads().mode
    }

    /// Leads elsewhere from the next flow on.
    pub(crate) fn set(&self, leads: Leads) {
        // With the last clone of a server somebody is told; not under the lock.
        let before = std::mem::replace(&mut *self.leads(), leads);
        drop(before);
    }

    fn leads(&self) -> MutexGuard<'_, Leads> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbound {
    /// Whether both are the same way out: the same server, or none.
    pub(crate) fn is(&self, other: &Outbound) -> bool {
        match (self, other) {
            (Outbound::Direct, Outbound::Direct) => true,
            (Outbound::Shadowsocks(one), Outbound::Shadowsocks(other)) => one.is(other),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use parasol_proto::Method;

    use super::*;

    fn config() -> ServerConfig {
        ServerConfig::new("a.example:8388".parse().unwrap(), Method::Aes128Gcm, "only a test").unwrap()
    }

    #[test]
    fn a_server_is_gone_when_neither_a_port_nor_a_flow_has_it() {
        let (server, gone) = SharedServer::watched(config());
        let outlet = Outlet::new(Outbound::Shadowsocks(server), Mode::TcpAndUdp);
        let flow = outlet.outbound();
        let other = Outbound::Shadowsocks(config().into());
        assert!(!flow.is(&other) && flow.is(&outlet.outbound()));
        outlet.set(Leads { outbound: other.clone(), mode: Mode::TcpOnly });
        assert!(!gone.is_cancelled(), "the flow goes on");
        assert!(outlet.outbound().is(&other) && outlet.mode() == Mode::TcpOnly);
        drop(flow);
        assert!(gone.is_cancelled());
    }

    #[test]
    fn it_shows_no_more_of_itself_than_its_configuration_does() {
        assert_eq!(format!("{:?}", SharedServer::from(config())), format!("{:?}", config()));
    }
}
