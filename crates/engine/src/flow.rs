//! `Flow`: one relayed connection while it lives: what is known of it, how it shows life, and how it is ended from
//! outside.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use parasol_proto::Address;
use tokio::sync::Notify;

use crate::clock::{Clock, Tick, ticks};
use crate::config::Deadlines;
use crate::network::NetworkChange;
use crate::port::Port;
use crate::routing::Routed;
use crate::stage::Stage;
use crate::stats::{Direction, Step};
use crate::summary::{FlowEnd, FlowId, FlowSummary, PeerFault, RefusedCause, Side, StageTimes};
use crate::timeout::Due;

/// A live flow. Shared between its task and the timeout queue; all of it can be read at any time.
pub(crate) struct Flow {
    pub(crate) id: FlowId,
    pub(crate) port: Arc<Port>,
    client: SocketAddr,
    accepted: Instant,
    started: SystemTime,
    clock: Arc<Clock>,
    /// The tick of the last sign of life.
    active: AtomicU64,
    /// At this tick it ends at the latest, until it is in the stream.
    end_by: AtomicU64,
    /// When the last datagram passed, by [`Clock::micros`]: who is used least is not told by ticks.
    used: AtomicU64,
    stage: AtomicU8,
    tx: AtomicU64,
    rx: AtomicU64,
    /// Who finished sending first: one of the four values below.
    finished: AtomicU8,
    ended: AtomicU8,
    heavy: AtomicBool,
    /// It goes through a server.
    proxied: AtomicBool,
    /// How many changes of the network it has heard of.
    changes: AtomicU32,
    wake: Notify,
    /// Written once or twice in a flow's life.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    target: Option<Address>,
    server: Option<Address>,
    routed: Option<Routed>,
    user: Option<Arc<str>>,
    entered: StageTimes,
    first_tx: Option<Duration>,
    first_byte: Option<Duration>,
    dialled: Option<Instant>,
    /// The last change of the network that it has heard of.
    network: Option<Arc<NetworkChange>>,
}

/// What a flow is told from outside.
pub(crate) enum Word {
    /// It ends in this way.
    End(FlowEnd),
    /// The network has changed.
    Network(Arc<NetworkChange>),
}

/// Values of `finished`.
const NOBODY: u8 = 0;
const NEAR: u8 = 1;
const FAR: u8 = 2;
/// The far end, and without ever having sent a byte.
const FAR_SILENT: u8 = 3;

/// Values of `ended`.
const LIVE: u8 = 0;
const TIMED_OUT: u8 = 1;
const CANCELLED: u8 = 2;
const NO_ROOM: u8 = 3;
const STRANDED: u8 = 4;

impl Flow {
    pub(crate) fn new(id: FlowId, port: Arc<Port>, client: SocketAddr, clock: Arc<Clock>) -> Flow {
        let mut known = Known::default();
        known.entered.set(Stage::Handshake, Duration::ZERO);
        Flow {
            id,
            port,
            client,
            accepted: Instant::now(),
            started: SystemTime::now(),
            active: AtomicU64::new(clock.now()),
            end_by: AtomicU64::new(Tick::MAX),
            used: AtomicU64::new(clock.micros()),
            clock,
            stage: AtomicU8::new(Stage::Handshake as u8),
            tx: AtomicU64::new(0),
            rx: AtomicU64::new(0),
            finished: AtomicU8::new(NOBODY),
            ended: AtomicU8::new(LIVE),
            heavy: AtomicBool::new(false),
            proxied: AtomicBool::new(false),
            changes: AtomicU32::new(0),
            wake: Notify::new(),
            known: Mutex::new(known),
        }
    }

    /// The time, in steps that are long beside anything that a flow does.
    pub(crate) fn tick(&self) -> Tick {
        self.clock.now()
    }

    /// It is where heavy flows are.
    pub(crate) fn is_among_heavy(&self) {
        self.heavy.store(true, Relaxed);
    }

    /// With more bytes than this in one direction within a tick it is heavy, where it is now.
    pub(crate) fn heavy_after(&self) -> u64 {
        if self.heavy.load(Relaxed) { u64::MAX } else { self.port.heavy_after }
    }

    /// A sign of life.
    pub(crate) fn touch(&self) {
        self.active.store(self.clock.now(), Relaxed);
    }

    pub(crate) fn stage(&self) -> Stage {
        Stage::from_u8(self.stage.load(Relaxed))
    }

    /// Notes that a stage is entered. Whoever calls this must also give the flow its new place in the timeout queue.
    pub(crate) fn enter(&self, stage: Stage) {
        let at = self.accepted.elapsed();
        self.stage.store(stage as u8, Relaxed);
        self.touch();
        let mut known = self.known();
        known.entered.set(stage, at);
        match stage {
            Stage::Connect => known.dialled = Some(Instant::now()),
            Stage::Stream => {
                self.end_by.store(Tick::MAX, Relaxed);
                if let Some(dialled) = known.dialled {
                    self.port.step(Step::Connected, known.server.as_ref(), dialled.elapsed());
                }
            }
            _ => {}
        }
    }

    /// The client's request was read, which took so long from its first byte.
    pub(crate) fn requested(&self, took: Duration, target: &Address, server: Option<&Address>) {
        self.port.step(Step::Requested, server, took);
        self.headed(target, server);
    }

    /// Who connected.
    pub(crate) fn client(&self) -> SocketAddr {
        self.client
    }

    /// Its target was routed.
    pub(crate) fn routed(&self, routed: Routed) {
        self.known().routed = Some(routed);
    }

    /// It is this user's, of a server with users.
    pub(crate) fn belongs_to(&self, user: &Arc<str>) {
        self.known().user = Some(Arc::clone(user));
    }

    /// The first datagram of a flow without a request goes there.
    pub(crate) fn headed(&self, target: &Address, server: Option<&Address>) {
        self.proxied.store(server.is_some(), Relaxed);
        let mut known = self.known();
        known.target = Some(target.clone());
        known.server = server.cloned();
    }

    /// A datagram passes.
    pub(crate) fn used(&self) {
        self.used.store(self.clock.micros(), Relaxed);
    }

    /// When the last one did; `None` for a flow that is ending.
    pub(crate) fn last_used(&self) -> Option<u64> {
        (self.ended.load(Relaxed) == LIVE).then(|| self.used.load(Relaxed))
    }

    /// Payload moved.
    pub(crate) fn moved(&self, direction: Direction, bytes: u64) {
        self.touch();
        let (counter, first) = match direction {
            Direction::Tx => (&self.tx, Known::first_tx as fn(&mut Known) -> &mut Option<Duration>),
            Direction::Rx => (&self.rx, Known::first_byte as fn(&mut Known) -> &mut Option<Duration>),
        };
        if counter.fetch_add(bytes, Relaxed) == 0 {
            self.first_moved(direction, first);
        }
        self.port.count(direction, bytes, self.proxied.load(Relaxed));
    }

    #[cold]
    fn first_moved(&self, direction: Direction, first: fn(&mut Known) -> &mut Option<Duration>) {
        let at = self.accepted.elapsed();
        let mut known = self.known();
        first(&mut known).get_or_insert(at);
        if direction == Direction::Rx
            && let Some(sent) = known.first_tx
        {
            self.port.step(Step::FirstByte, known.server.as_ref(), at.saturating_sub(sent));
        }
    }

    pub(crate) fn rx(&self) -> u64 {
        self.rx.load(Relaxed)
    }

    /// The sender of one direction has finished. The first one stays noted.
    pub(crate) fn finished(&self, direction: Direction) {
        let who = match direction {
            Direction::Tx => NEAR,
            Direction::Rx if self.rx() == 0 => FAR_SILENT,
            Direction::Rx => FAR,
        };
        let _ = self.finished.compare_exchange(NOBODY, who, Relaxed, Relaxed);
    }

    fn is_half_closed(&self) -> bool {
        self.finished.load(Relaxed) != NOBODY
    }

    /// How a flow ends that relayed until its sides finished, or until the one that had not was silent too long. A
    /// server that hangs up first without a byte has refused us; a target that does so is its own master.
    pub(crate) fn end_of_stream(&self) -> FlowEnd {
        if self.finished.load(Relaxed) == FAR_SILENT && self.known().server.is_some() {
            FlowEnd::BadPeer(PeerFault::Closed)
        } else {
            FlowEnd::Done
        }
    }

    /// How long the flow may be silent as things stand.
    fn patience(&self, deadlines: &Deadlines) -> Tick {
        ticks(match self.stage() {
            Stage::Handshake => deadlines.handshake,
            Stage::Resolve => deadlines.resolve,
            Stage::Connect => deadlines.connect,
            Stage::Associate => deadlines.udp_idle,
            Stage::Stream | Stage::Closed => {
                if self.is_half_closed() {
                    deadlines.half_closed.min(deadlines.idle)
                } else if self.awaits_first_byte() {
                    deadlines.first_byte.min(deadlines.idle)
                } else {
                    deadlines.idle
                }
            }
        })
    }

    /// Whatever comes before the stream is over when the time for the handshake is. To be said before anything else of
    /// it: that time counts from accept.
    pub(crate) fn hold_to_handshake(&self, deadlines: &Deadlines) {
        self.end_by.store(self.active.load(Relaxed) + ticks(deadlines.handshake), Relaxed);
    }

    /// Asked by the timeout queue.
    pub(crate) fn due(&self, now: Tick, deadlines: &Deadlines) -> Due {
        let silent_too_long = self.active.load(Relaxed).saturating_add(self.patience(deadlines));
        match silent_too_long.min(self.end_by.load(Relaxed)) {
            deadline if deadline <= now => Due::Now,
            deadline => Due::At(deadline.min(now + self.next_look(deadlines))),
        }
    }

    /// How long until the queue must ask again. A stream's patience changes when a side finishes or a first byte is
    /// due, which does not move its place in the queue, so it is asked as often as the shortest could pass.
    pub(crate) fn next_look(&self, deadlines: &Deadlines) -> Tick {
        match self.stage() {
            Stage::Stream => ticks(deadlines.idle.min(deadlines.first_byte).min(deadlines.half_closed)),
            _ => self.patience(deadlines).min(self.end_by.load(Relaxed).saturating_sub(self.clock.now())),
        }
    }

    fn awaits_first_byte(&self) -> bool {
        self.rx() == 0 && self.tx.load(Relaxed) > 0 && self.known().server.is_some()
    }

    /// Ends the flow because its time is up.
    pub(crate) fn time_out(&self) {
        self.end_from_outside(TIMED_OUT);
    }

    /// Ends the flow because there is no room for it and a newer one.
    pub(crate) fn give_way(&self) {
        self.end_from_outside(NO_ROOM);
    }

    /// Ends the flow because the engine stops.
    pub(crate) fn cancel(&self) {
        self.end_from_outside(CANCELLED);
    }

    /// Ends the flow if this is the server that it goes through, because what leads there ends.
    pub(crate) fn leave(&self, server: &Address) {
        if self.known().server.as_ref() == Some(server) {
            self.end_from_outside(STRANDED);
        }
    }

    fn end_from_outside(&self, how: u8) {
        // The first reason stays.
        let _ = self.ended.compare_exchange(LIVE, how, Relaxed, Relaxed);
        self.wake.notify_waiters();
    }

    /// Tells the flow that the network has changed.
    pub(crate) fn hear(&self, change: Arc<NetworkChange>) {
        self.known().network = Some(change);
        self.changes.fetch_add(1, Relaxed);
        self.wake.notify_waiters();
    }

    /// How many changes of the network it has heard of; see [`Flow::word`].
    pub(crate) fn changes(&self) -> u32 {
        self.changes.load(Relaxed)
    }

    /// Waits until the flow is ended from outside. Several may wait at once, here and for a [`Flow::word`].
    pub(crate) async fn ended(&self) -> FlowEnd {
        loop {
            // Made before it is looked: whoever speaks in between is heard.
            let woken = self.wake.notified();
            match self.end() {
                Some(end) => return end,
                None => woken.await,
            }
        }
    }

    /// The same, or until there is a change of the network behind the first `heard`, which is then counted.
    pub(crate) async fn word(&self, heard: &mut u32) -> Word {
        loop {
            let woken = self.wake.notified();
            if let Some(end) = self.end() {
                return Word::End(end);
            }
            let changes = self.changes();
            if changes != *heard
                && let Some(change) = self.known().network.clone()
            {
                *heard = changes;
                return Word::Network(change);
            }
            woken.await;
        }
    }

    fn end(&self) -> Option<FlowEnd> {
        Some(match self.ended.load(Relaxed) {
            LIVE => return None,
            // A side that finished and a long silence after it are how many clients leave.
            TIMED_OUT if self.is_half_closed() => self.end_of_stream(),
            TIMED_OUT => FlowEnd::TimedOut,
            NO_ROOM => FlowEnd::Refused(RefusedCause::NoRoom),
            STRANDED => FlowEnd::Stranded,
            _ => FlowEnd::Cancelled,
        })
    }

    /// What is known of the flow, as of one that has ended in this way.
    pub(crate) fn summary(&self, end: FlowEnd) -> FlowSummary {
        let stage = self.stage();
        let known = self.known();
        let lived = self.accepted.elapsed();
        let mut entered = known.entered;
        entered.set(Stage::Closed, lived);
        let silent = self.clock.now().saturating_sub(self.active.load(Relaxed));
        FlowSummary {
            id: self.id,
            port: self.port.listen.port(),
            client: self.client,
            target: known.target.clone(),
            server: known.server.clone(),
            route: known.routed.as_ref().map(|routed| routed.route),
            rule: known.routed.as_ref().and_then(Routed::rule).map(Into::into),
            user: known.user.clone(),
            started: self.started,
            entered,
            first_sent: known.first_tx,
            first_byte: known.first_byte,
            lived,
            idle: crate::clock::TICK * u32::try_from(silent).unwrap_or(u32::MAX),
            tx: self.tx.load(Relaxed),
            rx: self.rx.load(Relaxed),
            finished_first: match self.finished.load(Relaxed) {
                NEAR => Some(Side::Near),
                FAR | FAR_SILENT => Some(Side::Far),
                _ => None,
            },
            stage,
            end,
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn first_tx(&mut self) -> &mut Option<Duration> {
        &mut self.first_tx
    }

    fn first_byte(&mut self) -> &mut Option<Duration> {
        &mut self.first_byte
    }
}

#[cfg(test)]
impl Flow {
    /// A flow in the stream, through a server or not, that was accepted by nobody.
    pub(crate) fn streaming(server: bool) -> Flow {
        let listen = SocketAddr::from(([127, 0, 0, 1], 1080));
        let port = Arc::new(Port::new("test".to_owned(), listen, Arc::new(())));
        let flow = Flow::new(FlowId(1), port, listen, Arc::new(Clock::new()));
        let target = Address::from(SocketAddr::from(([192, 0, 2, 1], 80)));
        flow.requested(Duration::ZERO, &target, server.then_some(&target));
        flow.enter(Stage::Stream);
        flow
    }
}

#[cfg(test)]
mod tests;
