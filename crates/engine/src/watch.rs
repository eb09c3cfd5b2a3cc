//! Watching over the two connections of a flow that relays: when the network has changed, or the machine has slept, those
//! that are lost are dropped, and of the others it is asked whether their other end is still there.
//!
//! It is TCP that is asked: keep-alive probes, which whoever lives answers, whatever it is busy with. So a flow that is
//! alive notices nothing, and one that is not ends within [`PROOF`] instead of after minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tokio::net::TcpStream;

use crate::flow::{Flow, Word};
use crate::network::{Fate, NetworkChange};
use crate::socket::reset_on_close;
use crate::socket_options::{SocketOptions, silent_for};
use crate::summary::FlowEnd;
use crate::udp::way_to;

/// How long whoever is asked has for an answer: five probes, one each second.
pub(crate) const PROOF: Duration = Duration::from_secs(5);

/// The connections of a flow.
pub(crate) struct Watch<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) near: &'a TcpStream,
    pub(crate) far: &'a TcpStream,
    pub(crate) sockets: &'a SocketOptions,
    /// A connection that is lost while this is true was lost with the network.
    pub(crate) in_doubt: &'a AtomicBool,
}

impl Watch<'_> {
    /// Until the flow is to end.
    pub(crate) async fn end(self) -> FlowEnd {
        let mut heard = 0;
        loop {
            match self.flow.word(&mut heard).await {
                Word::End(FlowEnd::Stranded) => return self.stranded(),
                Word::End(end) => return end,
                // Boxed, because it is rare, and every flow has room for what it may come to.
                Word::Network(change) => {
                    if let Some(end) = Box::pin(self.weigh(change, &mut heard)).await {
                        return end;
                    }
                }
            }
        }
    }

    async fn weigh(&self, mut change: Arc<NetworkChange>, heard: &mut u32) -> Option<FlowEnd> {
        loop {
            let fates = [self.near, self.far].map(|stream| (stream, fate(stream, &change)));
            if fates.iter().any(|(_, fate)| *fate == Fate::Ends) {
                return Some(self.stranded());
            }
            let asked: Vec<_> =
                fates.iter().filter(|(_, fate)| *fate == Fate::IsAsked).map(|(stream, _)| *stream).collect();
            if asked.is_empty() {
                return None;
            }
            asked.iter().for_each(|stream| self.sockets.probe(stream));
            self.in_doubt.store(true, Relaxed);
            let word = tokio::time::timeout(PROOF, self.flow.word(heard)).await;
            let dead = word.is_err() && asked.iter().any(|stream| silent_for(stream).is_some_and(|time| time >= PROOF));
            self.in_doubt.store(false, Relaxed);
            asked.iter().for_each(|stream| self.sockets.probe_no_more(stream));
            match word {
                Ok(Word::End(FlowEnd::Stranded)) => return Some(self.stranded()),
                Ok(Word::End(end)) => return Some(end),
                Ok(Word::Network(next)) => change = next,
                Err(_) if dead => return Some(self.stranded()),
                Err(_) => return None,
            }
        }
    }

    /// Neither end is to take what came for all there was.
    fn stranded(&self) -> FlowEnd {
        reset_on_close(self.near);
        reset_on_close(self.far);
        FlowEnd::Stranded
    }
}

/// What is to be done with a connection.
pub(crate) fn fate(stream: &TcpStream, change: &NetworkChange) -> Fate {
    // One that knows its ends no more is lost already, and whoever reads from it will hear of that.
    let (Ok(local), Ok(peer)) = (stream.local_addr(), stream.peer_addr()) else { return Fate::Stays };
    change.fate(local.ip(), peer.ip(), || way_to(peer).is_some())
}
