//! The tunnel role: whatever comes goes to one target.

use std::sync::Arc;
use std::time::Duration;

use parasol_proto::Address;
use parasol_proto::acl::Route;
use tokio::net::TcpStream;

use super::Head;
use crate::config::{Egress, Mode, Outbound};
use crate::dial::{Dialer, Fence};
use crate::flows::Entry;
use crate::relay::{Connected, relay};
use crate::routing::{Cause, Routed};
use crate::server::Outlet;
use crate::socket::reset_on_close;
use crate::summary::FlowEnd;
use crate::udp;

pub(crate) struct Tunnel {
    target: Address,
    pub(super) outlet: Arc<Outlet>,
    dialer: Arc<Dialer>,
    /// Its datagrams.
    pub(crate) packets: udp::Tunnel,
}

impl Tunnel {
    pub(crate) fn new(target: Address, outbound: Outbound, mode: Mode, dialer: Arc<Dialer>) -> Tunnel {
        let outlet = Arc::new(Outlet::new(outbound, mode));
        let packets = udp::Tunnel { target: target.clone(), outlet: Arc::clone(&outlet), dialer: Arc::clone(&dialer) };
        Tunnel { target, outlet, dialer, packets }
    }

    pub(crate) async fn serve(&self, entry: &Entry, near: &TcpStream) -> FlowEnd {
        let outbound = self.outlet.outbound();
        let server = outbound.server();
        entry.flow.requested(Duration::ZERO, &self.target, server);
        let route = if server.is_some() { Route::Proxy } else { Route::Direct };
        entry.flow.routed(Routed { route, cause: Cause::Port });
        let serving = async {
            // Boxed, and gone before anything is relayed: until then a flow needs more room than from then on.
            let mut connected = Box::pin(self.connect(entry, &outbound, near)).await?;
            let stopped = relay(&entry.flow, near, &mut connected).await;
            Ok(outbound.ended(entry, stopped))
        };
        let served = tokio::select! {
            biased;
            served = serving => served,
            end = entry.flow.ended() => Err(end),
        };
        served.unwrap_or_else(|end| {
            // Not an end of file, which the client would take for an empty answer of the target.
            if end != FlowEnd::Done {
                reset_on_close(near);
            }
            end
        })
    }

    async fn connect(&self, entry: &Entry, outbound: &Outbound, near: &TcpStream) -> Result<Connected, FlowEnd> {
        let fence = Fence::Served(Egress::Any, None);
        let far = outbound.dial(entry, &self.dialer, &self.target, fence).await?;
        outbound.begin(entry, &self.target, None, &mut Head::new(near), far).await
    }
}
