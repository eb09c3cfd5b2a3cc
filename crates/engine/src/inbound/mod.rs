//! What is spoken on a listening port: the mixed local port, or Shadowsocks.

mod head;
mod mixed;
mod request;
mod shadowsocks;

use std::sync::Arc;

use tokio::net::TcpStream;

use crate::config::InboundKind;
use crate::flows::Entry;
use crate::resolve::Resolver;
use crate::summary::FlowEnd;

/// Serves the connections of one listening port.
pub(crate) enum Inbound {
    Mixed(mixed::Mixed),
    Shadowsocks(shadowsocks::Shadowsocks),
}

impl Inbound {
    pub(crate) fn new(kind: InboundKind, resolver: Arc<Resolver>) -> Inbound {
        match kind {
            InboundKind::Mixed { outbound } => Inbound::Mixed(mixed::Mixed { outbound, resolver }),
            InboundKind::Shadowsocks { method, key, egress } => {
                Inbound::Shadowsocks(shadowsocks::Shadowsocks::new(method, key, egress, resolver))
            }
        }
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve(&self, entry: &Entry, near: TcpStream) -> FlowEnd {
        match self {
            Inbound::Mixed(mixed) => mixed.serve(entry, near).await,
            Inbound::Shadowsocks(server) => server.serve(entry, near).await,
        }
    }
}
