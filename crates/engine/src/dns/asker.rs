//! `Asker`: asks a name server, on the side of the Shadowsocks server or on this one.
//!
//! Through the server, questions go over TCP: wherever connections go, it goes, through plugins and servers without UDP
//! too, and nothing is cut or lost on the way. A connection is kept for the next question for a while, so that it costs
//! a handshake only after a pause.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use parasol_proto::acl::Route;
use parasol_proto::dns::{Answer, AnswerError, Question};
use parasol_proto::{Address, dns};
use tokio::net::UdpSocket;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::channel::{Channel, Lost};
use crate::config::{Egress, Outbound};
use crate::dial::{Dialer, Fence};
use crate::flows::Entry;
use crate::random;
use crate::resolve::Resolver;
use crate::server::{Leads, Outlet};
use crate::socket::Break;
use crate::socket_options::SocketOptions;
use crate::stage::Stage;
use crate::summary::{FlowEnd, PeerFault, ResolveFailure};

pub(super) struct Asker {
    outlet: Outlet,
    remote: Address,
    local: Vec<SocketAddr>,
    dialer: Arc<Dialer>,
    resolver: Arc<Resolver>,
    sockets: Arc<SocketOptions>,
    /// Connections through the server that wait for a question, with when they had their last answer.
    kept: Mutex<Vec<(Channel, Instant)>>,
    /// Each question that is being asked takes a descriptor.
    turns: Semaphore,
}

/// How long the last name server is waited for, and any before it.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(2));
/// The most local name servers that are asked; with them the wait is within that for a name (10 s).
const SERVERS: usize = 3;
/// Questions that are asked at once; more wait for their turn.
pub(super) const TURNS: usize = 64;
/// Connections that are kept, and for how long: shorter than name servers keep them.
const KEPT: (usize, Duration) = (4, Duration::from_secs(8));

/// Nobody answered.
const NO_ANSWER: FlowEnd = FlowEnd::ResolveFailed(ResolveFailure::NoAnswer);

impl Asker {
    pub(super) fn new(outlet: Outlet, remote: Address, local: Vec<SocketAddr>, dialer: Arc<Dialer>) -> Asker {
        let (resolver, sockets) = (dialer.resolver(), dialer.sockets());
        Asker { outlet, remote, local, dialer, resolver, sockets, kept: Mutex::default(), turns: Semaphore::new(TURNS) }
    }

    /// How a question that comes now leaves where it does not leave directly.
    pub(super) fn outbound(&self) -> Outbound {
        self.outlet.outbound()
    }

    /// Another way from now on; connections of the one before are not kept for a question more.
    pub(super) fn lead(&self, leads: Leads) {
        self.outlet.set(leads);
        self.forget_connections();
    }

    /// The next question is asked over a connection of its own.
    pub(super) fn forget_connections(&self) {
        self.kept().clear();
    }

    /// Asks a question there where it is routed.
    pub(super) async fn ask(
        &self,
        entry: &Entry,
        question: &Question,
        (route, outbound): (Route, &Outbound),
    ) -> Result<Answer, FlowEnd> {
        let _turn = self.turns.acquire().await;
        match route {
            Route::Proxy => self.ask_remote(entry, question, outbound).await,
            Route::Direct => self.ask_local(entry, question).await,
            Route::Block => Err(FlowEnd::Blocked),
        }
    }

    async fn ask_remote(&self, entry: &Entry, question: &Question, outbound: &Outbound) -> Result<Answer, FlowEnd> {
        if let Some(mut channel) = self.take(outbound) {
            match timeout(PATIENCE.0, channel.ask(question)).await {
                Ok(Ok(answer)) => {
                    self.keep(channel, outbound);
                    return Ok(answer);
                }
                // It was closed meanwhile, as it should be.
                Ok(Err(Lost::Broke(Break::Read | Break::Write))) => {}
                Ok(Err(lost)) => return Err(through_server(lost)),
                Err(_) => return Err(NO_ANSWER),
            }
        }
        let fence = Fence::Served(Egress::Any, None);
        let stream = outbound.dial(entry, &self.dialer, &self.remote, fence).await?;
        entry.enter(Stage::Resolve);
        let opened = timeout(PATIENCE.0, Channel::open(outbound, stream, &self.remote, question)).await;
        let (channel, answer) = opened.map_err(|_| NO_ANSWER)?.map_err(through_server)?;
        self.keep(channel, outbound);
        Ok(answer)
    }

    async fn ask_local(&self, entry: &Entry, question: &Question) -> Result<Answer, FlowEnd> {
        let own = entry.flow.port.listen;
        let mut servers = if self.local.is_empty() { self.resolver.servers().await } else { self.local.clone() };
        // The system may have been told to ask us.
        servers.retain(|server| !leads_to(*server, own));
        servers.truncate(SERVERS);
        let count = servers.len();
        let mut failed = None;
        for (number, server) in servers.into_iter().enumerate() {
            let patience = if number + 1 == count { PATIENCE.0 } else { PATIENCE.1 };
            let asked = match timeout(patience, ask_udp(&self.sockets, server, question, patience / 2)).await {
                Ok(Ok(answer)) if answer.is_truncated() => self.ask_tcp(entry, server, question, patience).await,
                Ok(Ok(answer)) => Some(answer),
                Ok(Err(_)) | Err(_) => None,
            };
            match asked {
                Some(answer) if answer.is_failure() => failed = Some(answer),
                Some(answer) => return Ok(answer),
                None => {}
            }
        }
        failed.ok_or(NO_ANSWER)
    }

    async fn ask_tcp(
        &self,
        entry: &Entry,
        server: SocketAddr,
        question: &Question,
        patience: Duration,
    ) -> Option<Answer> {
        let name_server = Address::from(server);
        let asked = async {
            let stream = self.dialer.dial(entry, &name_server, Fence::Served(Egress::Any, None)).await.ok()?;
            Channel::open(&Outbound::Direct, stream, &name_server, question).await.ok()
        };
        let asked = timeout(patience, asked).await;
        entry.enter(Stage::Resolve);
        asked.ok()?.map(|(_, answer)| answer)
    }

    fn take(&self, outbound: &Outbound) -> Option<Channel> {
        let mut kept = self.kept();
        // Those that are kept go the way of now.
        if !outbound.is(&self.outlet.outbound()) {
            return None;
        }
        kept.retain(|(channel, since)| since.elapsed() < KEPT.1 && channel.is_idle());
        kept.pop().map(|(channel, _)| channel)
    }

    fn keep(&self, channel: Channel, outbound: &Outbound) {
        let mut kept = self.kept();
        // Looked at under the lock: whoever leads elsewhere clears them after that.
        if !outbound.is(&self.outlet.outbound()) {
            return;
        }
        kept.retain(|(channel, since)| since.elapsed() < KEPT.1 && channel.is_idle());
        if kept.len() < KEPT.0 && channel.is_idle() {
            kept.push((channel, Instant::now()));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<(Channel, Instant)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Would a question to `server` come back to us?
fn leads_to(server: SocketAddr, own: SocketAddr) -> bool {
    let (ip, own_ip) = (server.ip().to_canonical(), own.ip().to_canonical());
    server.port() == own.port() && (ip == own_ip || own_ip.is_unspecified() && ip.is_loopback() || ip.is_unspecified())
}

fn through_server(lost: Lost) -> FlowEnd {
    match lost {
        Lost::Broke(Break::Sealed(error)) => FlowEnd::BadPeer(error.into()),
        Lost::Broke(Break::Read | Break::Write) => FlowEnd::BadPeer(PeerFault::Closed),
        Lost::Unusable => NO_ANSWER,
    }
}

/// Asks over UDP, from a port of its own, which the system chooses at random, under an id that we do. The question is
/// sent again when nothing came for `again`. Other messages than the answer are ignored, whoever sent them.
async fn ask_udp(
    sockets: &SocketOptions,
    server: SocketAddr,
    question: &Question,
    again: Duration,
) -> io::Result<Answer> {
    let socket = UdpSocket::from_std(sockets.send_datagrams(server)?)?;
    // From now on the system passes on nothing from anybody else, and tells us when nobody is there.
    socket.connect(server).await?;
    let id = random::id();
    let message = question.ask(id);
    socket.send(&message).await?;
    let mut buffer = vec![0; dns::MAX_MESSAGE];
    let mut sent_again = false;
    loop {
        let received = if sent_again {
            socket.recv(&mut buffer).await?
        } else {
            match timeout(again, socket.recv(&mut buffer)).await {
                Ok(received) => received?,
                Err(_) => {
                    sent_again = true;
                    socket.send(&message).await?;
                    continue;
                }
            }
        };
        match Answer::parse(&buffer[..received], question, id) {
            Ok(answer) => return Ok(answer),
            Err(AnswerError::EndlessAliases) => return Err(io::ErrorKind::InvalidData.into()),
            Err(error) => tracing::trace!(%error, "dropped a message of a name server"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_does_not_ask_itself() {
        for (server, own, leads) in [
            ("127.0.0.1:53", "127.0.0.1:53", true),
            ("127.0.0.1:53", "0.0.0.0:53", true),
            ("[::ffff:127.0.0.1]:53", "127.0.0.1:53", true),
            ("0.0.0.0:53", "127.0.0.1:53", true),
            ("127.0.0.53:53", "127.0.0.1:53", false),
            ("127.0.0.1:53", "127.0.0.1:5353", false),
            ("192.0.2.1:53", "0.0.0.0:53", false),
        ] {
            assert_eq!(leads_to(server.parse().unwrap(), own.parse().unwrap()), leads, "{server} at {own}");
        }
    }
}
