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
use crate::heavy::{Served, Streaming};
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

    pub(crate) async fn serve(&self, entry: &Entry, near: &TcpStream) -> Served {
        let outbound = self.outlet.outbound();
        let server = outbound.server();
        entry.flow.requested(Duration::ZERO, &self.target, server);
        let route = if server.is_some() { Route::Proxy } else { Route::Direct };
        entry.flow.routed(Routed { route, cause: Cause::Port });
        // Boxed, and gone before anything is relayed: until then a flow needs more room than from then on. And used
        // where it is: every move would keep room for two.
        let mut connected = Box::pin(async {
            tokio::select! {
                biased;
                connected = self.connect(entry, outbound, near) => connected,
                end = entry.flow.ended() => Err(end),
            }
        })
        .await;
        let ended = match &mut connected {
            Ok(streaming) => streaming.run(entry, near, self.dialer.options()).await,
            Err(end) => Err(end.clone()),
        };
        Served::of(ended.unwrap_or_else(|end| Some(broken_off(near, end))), connected)
    }

    /// Goes on with a flow that is heavy.
    pub(crate) async fn go_on(&self, entry: &Entry, near: &TcpStream, mut streaming: Streaming) -> FlowEnd {
        let ended = streaming.run(entry, near, self.dialer.options()).await;
        ended.unwrap_or_else(|end| Some(broken_off(near, end))).unwrap_or(FlowEnd::Cancelled)
    }

    async fn connect(&self, entry: &Entry, outbound: Outbound, near: &TcpStream) -> Result<Streaming, FlowEnd> {
        let fence = Fence::Served(Egress::Any, None);
        let far = outbound.dial(entry, &self.dialer, &self.target, fence).await?;
        let connected = outbound.begin(entry, &self.target, None, &mut Head::new(near), far).await?;
        Ok(Streaming { connected, outbound: Some(outbound) })
    }
}

/// The flow ends like this, and not because its ends have finished: no end of file, which the client would take for an
/// empty answer of the target.
fn broken_off(near: &TcpStream, end: FlowEnd) -> FlowEnd {
    if end != FlowEnd::Done {
        reset_on_close(near);
    }
    end
}
