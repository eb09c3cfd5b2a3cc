//! The mixed port of the local role: SOCKS5, SOCKS4a and HTTP, told apart by the first byte.

use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::acl::Route;
use parasol_proto::http::script_response;
use parasol_proto::{Address, Credentials};
use tokio::net::TcpStream;

use super::Head;
use super::request::{Asked, Door, Request};
use crate::config::{Egress, Mode, Outbound};
use crate::dial::{Dialer, Fence};
use crate::flows::Entry;
use crate::heavy::{Served, Streaming};
use crate::login_guard::LoginGuard;
use crate::relay::Connected;
use crate::routing::{Cause, Routed, Router, Routing};
use crate::script::Scripts;
use crate::server::Outlet;
use crate::socket::write_all;
use crate::summary::FlowEnd;
use crate::udp;

/// How long a refused client is given to read its answer and close.
const FAREWELL: Duration = Duration::from_secs(2);

pub(crate) struct Mixed {
    pub(super) outlet: Outlet,
    /// What it gives away itself.
    pub(super) scripts: Scripts,
    login: Option<LoginGuard>,
    dialer: Arc<Dialer>,
    router: Arc<Router>,
}

impl Mixed {
    pub(crate) fn new(
        outbound: Outbound,
        mode: Mode,
        login: Option<Credentials>,
        dialer: Arc<Dialer>,
        router: Arc<Router>,
    ) -> Mixed {
        let (outlet, login) = (Outlet::new(outbound, mode), login.map(LoginGuard::new));
        Mixed { outlet, scripts: Scripts::default(), login, dialer, router }
    }

    pub(crate) async fn serve(&self, entry: &Entry, near: &TcpStream) -> Served {
        // Boxed, and gone before anything is relayed: until then a flow needs more room than from then on. And used
        // where it is: every move would keep room for two.
        let mut connected = Box::pin(self.connect(entry, near)).await;
        let ended = match &mut connected {
            Ok(streaming) => streaming.run(entry, near, self.dialer.options()).await.unwrap_or_else(Some),
            Err(end) => Some(end.clone()),
        };
        Served::of(ended, connected)
    }

    /// Goes on with a flow that is heavy.
    pub(crate) async fn go_on(&self, entry: &Entry, near: &TcpStream, mut streaming: Streaming) -> FlowEnd {
        let ended = streaming.run(entry, near, self.dialer.options()).await.unwrap_or_else(Some);
        ended.unwrap_or(FlowEnd::Cancelled)
    }

    /// From the first byte until both ends are connected; or what the connection came to instead.
    async fn connect(&self, entry: &Entry, near: &TcpStream) -> Result<Streaming, FlowEnd> {
        let mut head = Head::new(near);
        let door = Door { login: self.login.as_ref(), client: entry.flow.client(), scripts: &self.scripts };
        let read = tokio::select! {
            biased;
            end = entry.flow.ended() => return Err(end),
            read = Asked::read(near, &mut head, &door, &self.outlet) => read,
        };
        let request = match read {
            Ok(Asked::Connect(request)) => request,
            Ok(Asked::Associate(expected)) => {
                let far = self.outlet.outbound().into();
                let (dialer, router) = (Arc::clone(&self.dialer), Arc::clone(&self.router));
                // Boxed once more, as all that few flows need: every flow has room for what it may come to.
                return Err(Box::pin(udp::associate(entry, near, head, expected, far, dialer, router)).await);
            }
            Ok(Asked::Script(script)) => {
                let answer = script_response(&script);
                drop(script);
                return Err(tokio::select! {
                    biased;
                    end = entry.flow.ended() => end,
                    // Whoever does not read it all is given up as one who does not say what it wants.
                    () = farewell(near, head, &answer) => FlowEnd::Done,
                });
            }
            Err(refusal) => {
                farewell(near, head, &refusal.reply).await;
                return Err(FlowEnd::Refused(refusal.cause));
            }
        };
        let routing = self.router.current();
        let (routed, outbound) = self.route(&routing, &request.target);
        entry.flow.requested(head.took(), &request.target, outbound.as_ref().and_then(Outbound::server));
        entry.flow.routed(routed);
        let Some(outbound) = outbound else {
            farewell(near, head, &request.answer.refused(&FlowEnd::Blocked, false)).await;
            return Err(FlowEnd::Blocked);
        };
        let egress = egress_of(near);
        let dialled = tokio::select! {
            biased;
            dialled = outbound.dial(entry, &self.dialer, &request.target, Fence::Routing(&routing, egress)) => dialled,
            end = entry.flow.ended() => Err(end),
        };
        drop(routing);
        match dialled {
            Ok(far) => {
                let begun = tokio::select! {
                    biased;
                    end = entry.flow.ended() => Err(end),
                    begun = begin(&outbound, entry, request, &mut head, near, far) => begun,
                };
                begun.map(|connected| Streaming { connected, outbound: Some(outbound) })
            }
            // An engine that stops has no time for farewells.
            Err(end @ (FlowEnd::Cancelled | FlowEnd::Stranded)) => Err(end),
            Err(end) => {
                let proxied = outbound.server().is_some();
                farewell(near, head, &request.answer.refused(&end, proxied)).await;
                Err(end)
            }
        }
    }

    /// Where a target goes, and by which outbound; `None` for nowhere.
    fn route(&self, routing: &Routing, target: &Address) -> (Routed, Option<Outbound>) {
        let routed = routing.decide(target);
        match (routed.route, self.outlet.outbound()) {
            (Route::Block, _) => (routed, None),
            (Route::Direct, _) => (routed, Some(Outbound::Direct)),
            (Route::Proxy, Outbound::Direct) => {
                (Routed { route: Route::Direct, cause: Cause::Port }, Some(Outbound::Direct))
            }
            (Route::Proxy, through) => (routed, Some(through)),
        }
    }
}

/// What a client may reach directly: on another machine, not what listens on this one for itself alone.
pub(crate) fn egress_of(client: &TcpStream) -> Egress {
    let (Ok(peer), Ok(local)) = (client.peer_addr(), client.local_addr()) else { return Egress::NotThisMachine };
    let (peer, local) = (peer.ip().to_canonical(), local.ip().to_canonical());
    if peer.is_loopback() || peer == local { Egress::Any } else { Egress::NotThisMachine }
}

/// Tells the client that it is connected, and sends on what it has sent already.
async fn begin(
    outbound: &Outbound,
    entry: &Entry,
    request: Request,
    head: &mut Head<'_>,
    near: &TcpStream,
    far: TcpStream,
) -> Result<Connected, FlowEnd> {
    let Request { target, answer, body } = request;
    if write_all(near, &answer.granted(far.local_addr().ok())).await.is_err() {
        return Err(FlowEnd::Done);
    }
    outbound.begin(entry, &target, body, head, far).await
}

/// Sends the last answer so that it arrives: closing with unread bytes would reset the connection and take the answer
/// with it.
async fn farewell(near: &TcpStream, mut head: Head<'_>, reply: &[u8]) {
    if reply.is_empty() || write_all(near, reply).await.is_err() {
        return;
    }
    let _ = socket2::SockRef::from(near).shutdown(Shutdown::Write);
    let _ = Box::pin(tokio::time::timeout(FAREWELL, head.drain())).await;
}
