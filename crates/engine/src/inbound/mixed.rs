//! The mixed port of the local role: SOCKS5, SOCKS4a and HTTP, told apart by the first byte.

use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::acl::Route;
use parasol_proto::{Address, Credentials};
use tokio::net::TcpStream;

use super::Head;
use super::request::{Asked, Door, Request};
use crate::config::{Egress, Mode, Outbound};
use crate::dial::{Dialer, Fence};
use crate::flows::Entry;
use crate::login_guard::LoginGuard;
use crate::routing::{Cause, Routed, Router, Routing};
use crate::socket::write_all;
use crate::summary::FlowEnd;
use crate::udp;

/// How long a refused client is given to read its answer and close.
const FAREWELL: Duration = Duration::from_secs(2);

pub(crate) struct Mixed {
    outbound: Outbound,
    mode: Mode,
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
        Mixed { outbound, mode, login: login.map(LoginGuard::new), dialer, router }
    }

    pub(crate) async fn serve(&self, entry: &Entry, near: TcpStream) -> FlowEnd {
        let mut head = Head::new(&near);
        let door = Door { login: self.login.as_ref(), client: entry.flow.client().ip() };
        let read = tokio::select! {
            biased;
            end = entry.flow.ended() => return end,
            read = Asked::read(&near, &mut head, &door, self.mode) => read,
        };
        let request = match read {
            Ok(Asked::Connect(request)) => request,
            Ok(Asked::Associate(expected)) => {
                let far = (&self.outbound).into();
                let (dialer, router) = (Arc::clone(&self.dialer), Arc::clone(&self.router));
                // Boxed, as all that few flows need: every flow has room for what it may come to.
                return Box::pin(udp::associate(entry, &near, head, expected, far, dialer, router)).await;
            }
            Err(refusal) => {
                farewell(&near, head, &refusal.reply).await;
                return FlowEnd::Refused(refusal.cause);
            }
        };
        let routing = self.router.current();
        let (routed, outbound) = self.route(&routing, &request.target);
        entry.flow.requested(head.took(), &request.target, outbound.as_ref().and_then(Outbound::server));
        entry.flow.routed(routed);
        let Some(outbound) = outbound else {
            farewell(&near, head, &request.answer.refused(&FlowEnd::Blocked, false)).await;
            return FlowEnd::Blocked;
        };
        let egress = egress_of(&near);
        let dialled = tokio::select! {
            biased;
            dialled = outbound.dial(entry, &self.dialer, &request.target, Fence::Routing(&routing, egress)) => dialled,
            end = entry.flow.ended() => Err(end),
        };
        drop(routing);
        match dialled {
            Ok(far) => tokio::select! {
                biased;
                end = entry.flow.ended() => end,
                end = stream(&outbound, entry, request, head, &near, &far) => end,
            },
            // An engine that stops has no time for farewells.
            Err(FlowEnd::Cancelled) => FlowEnd::Cancelled,
            Err(end) => {
                let proxied = outbound.server().is_some();
                farewell(&near, head, &request.answer.refused(&end, proxied)).await;
                end
            }
        }
    }

    /// Where a target goes, and by which outbound; `None` for nowhere.
    fn route(&self, routing: &Routing, target: &Address) -> (Routed, Option<Outbound>) {
        let routed = routing.explain(target);
        match (routed.route, &self.outbound) {
            (Route::Block, _) => (routed, None),
            (Route::Direct, _) => (routed, Some(Outbound::Direct)),
            (Route::Proxy, Outbound::Direct) => {
                (Routed { route: Route::Direct, cause: Cause::Port }, Some(Outbound::Direct))
            }
            (Route::Proxy, through) => (routed, Some(through.clone())),
        }
    }
}

/// What a client may reach directly: on another machine, not what listens on this one for itself alone.
pub(crate) fn egress_of(client: &TcpStream) -> Egress {
    let (Ok(peer), Ok(local)) = (client.peer_addr(), client.local_addr()) else { return Egress::NotThisMachine };
    let (peer, local) = (peer.ip().to_canonical(), local.ip().to_canonical());
    if peer.is_loopback() || peer == local { Egress::Any } else { Egress::NotThisMachine }
}

/// From the dialled connection to the end.
async fn stream(
    outbound: &Outbound,
    entry: &Entry,
    request: Request,
    head: Head<'_>,
    near: &TcpStream,
    far: &TcpStream,
) -> FlowEnd {
    let Request { target, answer, body } = request;
    if write_all(near, &answer.granted(far.local_addr().ok())).await.is_err() {
        return FlowEnd::Done;
    }
    outbound.relay(entry, &target, body, head, near, far).await
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
