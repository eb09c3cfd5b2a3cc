//! The mixed port of the local role: SOCKS5, SOCKS4a and HTTP, told apart by the first byte.

use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;

use super::head::Head;
use super::request::Request;
use crate::config::Outbound;
use crate::flows::Entry;
use crate::relay::{Ends, relay, write_all};
use crate::resolve::Resolver;
use crate::stage::Stage;
use crate::stats::Direction;
use crate::summary::{FlowEnd, PeerFault};

/// How long the client's first bytes are waited for after its request was granted, so that they leave together with
/// the head. Where the target speaks first none come, and this is what it costs.
const FIRST_BYTES: Duration = Duration::from_millis(3);

/// How long a refused client is given to read its answer and close.
const FAREWELL: Duration = Duration::from_secs(2);

pub(crate) struct Mixed {
    pub(crate) outbound: Outbound,
    pub(crate) resolver: Arc<Resolver>,
}

impl Mixed {
    pub(crate) async fn serve(&self, entry: &Entry, near: TcpStream) -> FlowEnd {
        let mut head = Head::new(&near);
        let request = match Request::read(&near, &mut head).await {
            Ok(request) => request,
            Err(refusal) => {
                farewell(&near, head, &refusal.reply).await;
                return FlowEnd::Refused(refusal.cause);
            }
        };
        let Request { target, answer } = request;
        entry.flow.requested(&target, self.outbound.server());

        let dialled = tokio::select! {
            biased;
            dialled = self.outbound.dial(entry, &self.resolver, &target) => dialled,
            // The client is told why before the flow is ended.
            end = entry.flow.ended() => Err(end),
        };
        let far = match dialled {
            Ok(far) => far,
            Err(end) => {
                let proxied = self.outbound.server().is_some();
                farewell(&near, head, &answer.refused(&end, proxied)).await;
                return end;
            }
        };
        if write_all(&near, &answer.granted(far.local_addr().ok())).await.is_err() {
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
        let Ok((up, down)) = self.outbound.start(&far, &target, &payload).await else {
            return FlowEnd::BadPeer(PeerFault::Closed);
        };
        drop(payload);
        let stopped = relay(&entry.flow, Ends { near: &near, far: &far }, up, down).await;
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
