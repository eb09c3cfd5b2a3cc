//! The mixed port of the local role: SOCKS5, SOCKS4a and HTTP, told apart by the first byte.

use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;

use super::head::Head;
use super::request::{Asked, Request};
use crate::config::{Mode, Outbound};
use crate::flows::Entry;
use crate::relay::{Ends, Stopped, relay};
use crate::resolve::Resolver;
use crate::socket::write_all;
use crate::stage::Stage;
use crate::stats::Direction;
use crate::summary::FlowEnd;
use crate::udp;

/// How long the client's first bytes are waited for after its request was granted, so that they leave together with
/// the head. Where the target speaks first none come, and this is what it costs.
const FIRST_BYTES: Duration = Duration::from_millis(3);

/// How long a refused client is given to read its answer and close.
const FAREWELL: Duration = Duration::from_secs(2);

pub(crate) struct Mixed {
    pub(crate) outbound: Outbound,
    pub(crate) mode: Mode,
    pub(crate) resolver: Arc<Resolver>,
}

impl Mixed {
    pub(crate) async fn serve(&self, entry: &Entry, near: TcpStream) -> FlowEnd {
        let mut head = Head::new(&near);
        let read = tokio::select! {
            biased;
            end = entry.flow.ended() => return end,
            read = Asked::read(&near, &mut head, self.mode) => read,
        };
        let request = match read {
            Ok(Asked::Connect(request)) => request,
            Ok(Asked::Associate(expected)) => {
                let far = (&self.outbound).into();
                return udp::associate(entry, &near, head, expected, far, Arc::clone(&self.resolver)).await;
            }
            Err(refusal) => {
                farewell(&near, head, &refusal.reply).await;
                return FlowEnd::Refused(refusal.cause);
            }
        };
        entry.flow.requested(head.took(), &request.target, self.outbound.server());
        let dialled = tokio::select! {
            biased;
            dialled = self.outbound.dial(entry, &self.resolver, &request.target) => dialled,
            end = entry.flow.ended() => Err(end),
        };
        match dialled {
            Ok(far) => tokio::select! {
                biased;
                end = entry.flow.ended() => end,
                end = self.stream(entry, request, head, &near, &far) => end,
            },
            // An engine that stops has no time for farewells.
            Err(FlowEnd::Cancelled) => FlowEnd::Cancelled,
            Err(end) => {
                let proxied = self.outbound.server().is_some();
                farewell(&near, head, &request.answer.refused(&end, proxied)).await;
                end
            }
        }
    }

    /// From the dialled connection to the end.
    async fn stream(
        &self,
        entry: &Entry,
        request: Request,
        mut head: Head<'_>,
        near: &TcpStream,
        far: &TcpStream,
    ) -> FlowEnd {
        let Request { target, answer, body } = request;
        if write_all(near, &answer.granted(far.local_addr().ok())).await.is_err() {
            return FlowEnd::Done;
        }
        entry.enter(Stage::Stream);
        if head.bytes.is_empty() {
            head.moment(FIRST_BYTES).await;
        }
        let payload = std::mem::take(&mut head.bytes);
        if !payload.is_empty() {
            entry.flow.moved(Direction::Tx, payload.len() as u64);
        }
        let stopped = match self.outbound.start(far, &target, &payload).await {
            Ok((up, down)) => {
                drop(payload);
                relay(&entry.flow, Ends { near, body, far }, up, down).await
            }
            Err(_) => Stopped::FarLost,
        };
        match self.outbound {
            Outbound::Direct => FlowEnd::Done,
            Outbound::Shadowsocks(_) => stopped.through_server(&entry.flow),
        }
    }
}

/// Sends the last answer so that it arrives: closing with unread bytes would reset the connection and take the answer
/// with it.
async fn farewell(near: &TcpStream, mut head: Head<'_>, reply: &[u8]) {
    if reply.is_empty() || write_all(near, reply).await.is_err() {
        return;
    }
    let _ = socket2::SockRef::from(near).shutdown(Shutdown::Write);
    let _ = tokio::time::timeout(FAREWELL, head.drain()).await;
}
