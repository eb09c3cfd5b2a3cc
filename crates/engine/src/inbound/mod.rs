//! What is spoken on a listening port: the mixed local port, one tunnel, DNS, or Shadowsocks.

mod head;
mod mixed;
mod request;
mod shadowsocks;
mod tunnel;

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

use crate::config::{InboundKind, Mode};
use crate::dial::Dialer;
use crate::dns::Dns;
use crate::flows::{Entry, Flows};
use crate::heavy::{Served, Streaming};
use crate::port::Port;
use crate::routing::Router;
use crate::script::Script;
use crate::server::{Leads, Outlet};
use crate::summary::FlowEnd;
use crate::udp;

pub(crate) use head::Head;
pub(crate) use mixed::egress_of;

/// Serves the connections of one listening port.
pub(crate) enum Inbound {
    Mixed(mixed::Mixed),
    Tunnel(tunnel::Tunnel),
    Dns(Arc<Dns>),
    Shadowsocks(shadowsocks::Shadowsocks),
}

impl InboundKind {
    /// Whether it listens over TCP, and over UDP.
    #[must_use]
    pub fn listens(&self, mode: Mode) -> (bool, bool) {
        match self {
            // Its associations have sockets of their own.
            InboundKind::Mixed { .. } => (true, false),
            // Clients need both (RFC 7766 §5), and what leaves through the server is TCP in every mode.
            InboundKind::Dns { .. } => (true, true),
            InboundKind::Shadowsocks { .. } | InboundKind::Tunnel { .. } => (mode.tcp(), mode.udp()),
        }
    }
}

impl Inbound {
    pub(crate) fn new(kind: InboundKind, mode: Mode, dialer: &Arc<Dialer>, router: &Arc<Router>) -> Inbound {
        let dialer = Arc::clone(dialer);
        match kind {
            InboundKind::Mixed { outbound, login } => {
                Inbound::Mixed(mixed::Mixed::new(outbound, mode, login, dialer, Arc::clone(router)))
            }
            InboundKind::Tunnel { target, outbound } => {
                Inbound::Tunnel(tunnel::Tunnel::new(target, outbound, mode, dialer))
            }
            InboundKind::Dns { outbound, remote, local } => {
                Inbound::Dns(Arc::new(Dns::new(Outlet::new(outbound, mode), remote, local, dialer, Arc::clone(router))))
            }
            InboundKind::Shadowsocks { access, egress } => {
                Inbound::Shadowsocks(shadowsocks::Shadowsocks::new(access, egress, dialer).guarded_by(router))
            }
        }
    }

    /// Leads what comes elsewhere from the next flow on; those that run stay where they are. False when that is another
    /// port: one that listens for something else, or that leads nowhere else than directly.
    pub(crate) fn lead(&self, leads: Leads) -> bool {
        match self {
            Inbound::Mixed(mixed) => mixed.outlet.set(leads),
            Inbound::Tunnel(tunnel) if tunnel.outlet.mode() == leads.mode => tunnel.outlet.set(leads),
            Inbound::Dns(dns) => dns.lead(leads),
            Inbound::Tunnel(_) | Inbound::Shadowsocks(_) => return false,
        }
        true
    }

    /// The network has changed: what was found out over the one before is forgotten.
    pub(crate) fn renew(&self) {
        match self {
            Inbound::Dns(dns) => dns.renew(),
            // Their flows hear of it, and know nothing beyond.
            Inbound::Mixed(_) | Inbound::Tunnel(_) | Inbound::Shadowsocks(_) => {}
        }
    }

    /// Gives these scripts away from now on, in place of those before. False when nothing is given away here.
    pub(crate) fn give(&self, scripts: Vec<Script>) -> bool {
        match self {
            Inbound::Mixed(mixed) => mixed.scripts.set(scripts),
            Inbound::Tunnel(_) | Inbound::Dns(_) | Inbound::Shadowsocks(_) => return false,
        }
        true
    }

    /// Serves one connection to its end, or until it is heavy.
    pub(crate) async fn serve(&self, entry: &Entry, near: &TcpStream) -> Served {
        match self {
            Inbound::Mixed(mixed) => mixed.serve(entry, near).await,
            Inbound::Tunnel(tunnel) => tunnel.serve(entry, near).await,
            Inbound::Dns(dns) => Served::Ended(Box::pin(dns.serve(entry, near)).await),
            Inbound::Shadowsocks(server) => server.serve(entry, near).await,
        }
    }

    /// Goes on with one that is heavy, to its end.
    pub(crate) async fn go_on(&self, entry: &Entry, near: &TcpStream, streaming: Streaming) -> FlowEnd {
        match self {
            Inbound::Mixed(mixed) => mixed.go_on(entry, near, streaming).await,
            Inbound::Tunnel(tunnel) => tunnel.go_on(entry, near, streaming).await,
            // Questions and answers are not streamed.
            Inbound::Dns(_) => FlowEnd::Done,
            Inbound::Shadowsocks(server) => server.go_on(entry, near, streaming).await,
        }
    }

    /// Relays the datagrams of the port for as long as it is polled.
    pub(crate) async fn relay(&self, socket: udp::Socket, port: &Arc<Port>, flows: &Arc<Flows>, served: &TaskTracker) {
        match self {
            Inbound::Mixed(_) => {}
            Inbound::Dns(dns) => dns.serve_packets(socket, port, flows, served).await,
            Inbound::Shadowsocks(server) => server.packets.serve(socket, port, flows, served).await,
            Inbound::Tunnel(tunnel) => tunnel.packets.serve(socket, port, flows, served).await,
        }
    }
}
