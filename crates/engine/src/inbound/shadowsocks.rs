//! The Shadowsocks port of the server role.
//!
//! Whoever does not prove that it has the key gets one reaction, whatever it sent, however much, and whether or not it
//! says that this is all: it is read on, nothing is said, and the connection is closed when the handshake's time is up.
//! That time counts from accept and is not prolonged by bytes, so it tells nothing about where a check failed. The close
//! comes a random moment later, so that it does not show the ticks of our clock either.
//!
//! Of a legacy method without one-time authentication, one of some hundred random requests can be read. Its target must
//! be reached within that same time. Where it is not, the same reaction follows; where it is, nothing hides that there is
//! a server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parasol_proto::legacy::StreamMethod;
use parasol_proto::packet::ServerKeys;
use parasol_proto::stream::{Request, RequestOpener, StreamError};
use parasol_proto::{Access, Method};
use tokio::net::TcpStream;

use super::Head;
use crate::clock::TICK;
use crate::codec::{Codec, open_kept};
use crate::config::Egress;
use crate::dial::{Dialer, Fence};
use crate::flows::{Entry, Proof};
use crate::heavy::{Served, Streaming};
use crate::random;
use crate::relay::{Connected, Stopped, relay};
use crate::replay::SaltPool;
use crate::routing::Router;
use crate::socket::write_all;
use crate::stage::Stage;
use crate::stats::Direction;
use crate::summary::{FlowEnd, RefusedCause};
use crate::udp;

/// How long at the least a stream that broke after its request is read on.
const DRAIN: Duration = Duration::from_secs(10);

pub(crate) struct Shadowsocks {
    access: Access,
    egress: Egress,
    dialer: Arc<Dialer>,
    salts: SaltPool,
    /// Whom and what it does not serve.
    guard: Option<Arc<Router>>,
    pub(crate) packets: udp::Server,
}

impl Shadowsocks {
    pub(crate) fn new(access: Access, egress: Egress, dialer: Arc<Dialer>) -> Shadowsocks {
        let (keys, method) = (ServerKeys::from(&access), access.method());
        let proof = if access.is_proven() { Proof::Given } else { Proof::None };
        let packets = udp::Server { keys, method, proof, egress, dialer: Arc::clone(&dialer), guard: None };
        Shadowsocks { access, egress, dialer, salts: SaltPool::new(method.family()), guard: None, packets }
    }

    /// The same, by the rules as well.
    pub(crate) fn guarded_by(mut self, router: &Arc<Router>) -> Shadowsocks {
        self.guard = router.as_guard();
        self.packets.guard = self.guard.clone();
        self
    }

    pub(crate) async fn serve(&self, entry: &Entry, near: &TcpStream) -> Served {
        if !self.access.is_proven() {
            entry.hold_to_handshake();
        }
        let mut head = Head::new(near);
        let mut unproven = None;
        let served = self.relay(entry, near, (&mut head, &mut unproven)).await;
        let Served::Ended(end) = served else { return served };
        if end != FlowEnd::TimedOut || entry.flow.stage() >= Stage::Stream {
            return Served::Ended(end);
        }
        // Read on in this moment, too: what nobody had read would make a reset of the close.
        let _ = Box::pin(tokio::time::timeout(random::below(TICK), head.sink())).await;
        Served::Ended(unproven.unwrap_or(end))
    }

    /// Goes on with a flow that is heavy.
    pub(crate) async fn go_on(&self, entry: &Entry, near: &TcpStream, streaming: Streaming) -> FlowEnd {
        let going_on = async {
            let Streaming { mut connected, .. } = streaming;
            let stopped = match relay(&entry.flow, near, &mut connected, self.dialer.options()).await {
                Ok(stopped) => stopped,
                Err(end) => return end,
            };
            drop(connected);
            stopped_by(stopped, &mut Head::new(near)).await
        };
        unless_ended(entry, going_on).await
    }

    /// From the first byte to the end. `unproven` becomes how it would have ended for somebody who has not proved to have
    /// the key, and must not notice it.
    async fn relay(
        &self,
        entry: &Entry,
        near: &TcpStream,
        (head, unproven): (&mut Head<'_>, &mut Option<FlowEnd>),
    ) -> Served {
        // Boxed, and gone before anything is relayed: until then a flow needs more room than from then on. And used
        // where it is: every move would keep room for two.
        let mut connected = Box::pin(async {
            tokio::select! {
                biased;
                end = entry.flow.ended() => Ok(Err(end)),
                connected = self.connect(entry, head) => connected,
            }
        })
        .await;
        let stopped = match &mut connected {
            Ok(Ok(connected)) => match relay(&entry.flow, near, connected, self.dialer.options()).await {
                Ok(stopped) => stopped,
                Err(end) => return Served::Ended(end),
            },
            Ok(Err(end)) => return Served::Ended(end.clone()),
            Err(end) => {
                *unproven = Some(end.clone());
                let sunk = async {
                    head.sink().await;
                    end.clone()
                };
                return Served::Ended(Box::pin(unless_ended(entry, sunk)).await);
            }
        };
        match (stopped, connected) {
            (None, Ok(Ok(connected))) => Served::Heavy(Box::new(Streaming { connected, outbound: None })),
            (stopped, connected) => {
                drop(connected);
                Served::Ended(Box::pin(unless_ended(entry, stopped_by(stopped, head))).await)
            }
        }
    }

    /// Until both ends are connected, or what it came to instead, for somebody who has the key; `Err` for everybody else.
    async fn connect(&self, entry: &Entry, head: &mut Head<'_>) -> Result<Result<Connected, FlowEnd>, FlowEnd> {
        let rules = self.guard.as_ref().map(|guard| guard.current());
        if rules.as_ref().is_some_and(|rules| !rules.admits(entry.flow.client().ip())) {
            // It is told as little as who has no key.
            return Err(FlowEnd::Blocked);
        }
        let mut opener = RequestOpener::from(&self.access);
        let (request, kept) = match self.read_request(&mut opener, head).await {
            Ok(Some(request)) => request,
            Ok(None) => return Err(FlowEnd::Refused(RefusedCause::ClientLeft)),
            Err(error) => return Err(FlowEnd::BadPeer(error.into())),
        };
        let Request { target, payload, opener: rest, .. } = request;
        entry.flow.requested(head.took(), &target, None);
        if let Some(user) = opener.user() {
            entry.flow.belongs_to(user.name());
        }
        let far = match self.dialer.dial(entry, &target, Fence::Served(self.egress, rules.as_deref())).await {
            Ok(far) => far,
            Err(end) if self.access.is_proven() => return Ok(Err(end)),
            // It may be a probe, which would learn that something of it was understood.
            Err(end) => return Err(end),
        };
        entry.enter(Stage::Stream);
        if !payload.is_empty() {
            entry.flow.moved(Direction::Tx, payload.len() as u64);
            if write_all(&far, &payload).await.is_err() {
                return Ok(Err(FlowEnd::Done));
            }
        }
        drop(payload);
        let (key, request_salt) = (opener.key().clone(), opener.salt().into());
        drop(opener);
        let method = self.access.method();
        let (up, down) = if method == Method::Stream(StreamMethod::None) {
            // There is nothing to be done to what follows, and of a stream without chunks nothing is left over.
            (Codec::Plain, Codec::Plain)
        } else {
            let salt = random::salt(method);
            self.salts.sent(salt.as_slice());
            (Codec::Open { opener: rest, kept }, Codec::SealResponse { method, key, request_salt, salt })
        };
        Ok(Ok(Connected { far, body: None, up, down }))
    }

    /// Reads until the request is whole. Also returns what came behind it and is no whole chunk yet; whole chunks are
    /// opened and added to the request's payload.
    async fn read_request(
        &self,
        opener: &mut RequestOpener,
        head: &mut Head<'_>,
    ) -> Result<Option<(Request, Vec<u8>)>, StreamError> {
        while head.more().await {
            let mut fresh = |salt: &[u8]| self.salts.insert(salt, Instant::now());
            match opener.open(&mut head.bytes, random::unix_now(), &mut fresh)? {
                Ok(mut request) => {
                    let mut kept = head.bytes.split_off(request.used);
                    head.bytes = Vec::new();
                    open_kept(&mut request.opener, &mut kept, &mut request.payload)?;
                    return Ok(Some((request, kept)));
                }
                Err(used) => drop(head.bytes.drain(..used)),
            }
        }
        Ok(None)
    }
}

/// What this comes to, unless the flow is ended from outside before.
async fn unless_ended(entry: &Entry, ending: impl Future<Output = FlowEnd>) -> FlowEnd {
    tokio::select! {
        biased;
        end = entry.flow.ended() => end,
        end = ending => end,
    }
}

/// How a flow ends whose relaying stopped like this, when its far end is closed.
async fn stopped_by(stopped: Option<Stopped>, head: &mut Head<'_>) -> FlowEnd {
    let Some(Stopped::NearBroke(error)) = stopped else { return FlowEnd::Done };
    // Closing now would show which byte was not liked; staying for ever would cost a descriptor.
    let _ = Box::pin(tokio::time::timeout(DRAIN + random::below(DRAIN), head.drain())).await;
    FlowEnd::BadPeer(error.into())
}
