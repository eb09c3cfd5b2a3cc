//! What is spoken on a listening port: the mixed local port, one tunnel, or Shadowsocks.

mod head;
mod mixed;
mod request;
mod shadowsocks;
mod tunnel;

use std::sync::Arc;

use tokio::net::TcpStream;

pub(crate) use head::Head;

use crate::config::InboundKind;
use crate::dial::Dialer;
use crate::flows::Entry;
use crate::routing::Router;
use crate::summary::FlowEnd;

/// Serves the connections of one listening port.
pub(crate) enum Inbound {
    Mixed(mixed::Mixed),
    Tunnel(tunnel::Tunnel),
    Shadowsocks(shadowsocks::Shadowsocks),
}

impl Inbound {
    pub(crate) fn new(kind: InboundKind, dialer: &Arc<Dialer>, router: &Arc<Router>) -> Inbound {
        let dialer = Arc::clone(dialer);
        match kind {
            InboundKind::Mixed { outbound, login } => {
                Inbound::Mixed(mixed::Mixed::new(outbound, login, dialer, Arc::clone(router)))
            }
            InboundKind::Tunnel { target, outbound } => Inbound::Tunnel(tunnel::Tunnel { target, outbound, dialer }),
            InboundKind::Shadowsocks { method, key, egress } => {
                Inbound::Shadowsocks(shadowsocks::Shadowsocks::new(method, key, egress, dialer))
            }
        }
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve(&self, entry: &Entry, near: TcpStream) -> FlowEnd {
        match self {
            Inbound::Mixed(mixed) => mixed.serve(entry, near).await,
            Inbound::Tunnel(tunnel) => tunnel.serve(entry, near).await,
            Inbound::Shadowsocks(server) => server.serve(entry, near).await,
        }
    }
}
