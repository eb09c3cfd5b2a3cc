//! `Flow`: one relayed connection while it lives: what is known of it, how it shows life, and how it is ended from
//! outside.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use parasol_proto::Address;
use tokio::sync::Notify;

use crate::clock::{Clock, Tick, ticks};
use crate::config::Deadlines;
use crate::port::Port;
use crate::stage::Stage;
use crate::stats::{Direction, Step};
use crate::summary::{FlowEnd, FlowId, FlowSummary, StageTimes};
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
    stage: AtomicU8,
    tx: AtomicU64,
    rx: AtomicU64,
    half_closed: AtomicBool,
    ended: AtomicU8,
    wake: Notify,
    /// Written once or twice in a flow's life.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    target: Option<Address>,
    server: Option<Address>,
    entered: StageTimes,
    first_tx: Option<Duration>,
    first_byte: Option<Duration>,
    dialled: Option<Instant>,
}

/// Values of [`Flow::ended`].
const LIVE: u8 = 0;
const TIMED_OUT: u8 = 1;
const CANCELLED: u8 = 2;

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
            clock,
            stage: AtomicU8::new(Stage::Handshake as u8),
            tx: AtomicU64::new(0),
            rx: AtomicU64::new(0),
            half_closed: AtomicBool::new(false),
            ended: AtomicU8::new(LIVE),
            wake: Notify::new(),
            known: Mutex::new(known),
        }
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
                if let Some(dialled) = known.dialled {
                    self.port.step(Step::Connected, dialled.elapsed());
                }
            }
            _ => {}
        }
    }

    /// The client's request was read.
    pub(crate) fn requested(&self, target: &Address, server: Option<&Address>) {
        self.port.step(Step::Requested, self.accepted.elapsed());
        let mut known = self.known();
        known.target = Some(target.clone());
        known.server = server.cloned();
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
        self.port.count(direction, bytes);
    }

    #[cold]
    fn first_moved(&self, direction: Direction, first: fn(&mut Known) -> &mut Option<Duration>) {
        let at = self.accepted.elapsed();
        let mut known = self.known();
        first(&mut known).get_or_insert(at);
        if direction == Direction::Rx
            && let Some(sent) = known.first_tx
        {
            self.port.step(Step::FirstByte, at.saturating_sub(sent));
        }
    }

    pub(crate) fn rx(&self) -> u64 {
        self.rx.load(Relaxed)
    }

    /// One side has finished sending.
    pub(crate) fn half_close(&self) {
        self.half_closed.store(true, Relaxed);
    }

    /// True when a side had finished sending already.
    pub(crate) fn is_half_closed(&self) -> bool {
        self.half_closed.load(Relaxed)
    }

    /// How long the flow may be silent as things stand.
    pub(crate) fn patience(&self, deadlines: &Deadlines) -> Tick {
        ticks(match self.stage() {
            Stage::Handshake => deadlines.handshake,
            Stage::Resolve => deadlines.resolve,
            Stage::Connect => deadlines.connect,
            Stage::Stream | Stage::Associate | Stage::Closed => {
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

    /// Asked by the timeout queue.
    pub(crate) fn due(&self, now: Tick, deadlines: &Deadlines) -> Due {
        match self.active.load(Relaxed).saturating_add(self.patience(deadlines)) {
            deadline if deadline <= now => Due::Now,
            deadline => Due::At(deadline),
        }
    }

    fn awaits_first_byte(&self) -> bool {
        self.rx() == 0 && self.tx.load(Relaxed) > 0 && self.known().server.is_some()
    }

    /// Ends the flow because its time is up.
    pub(crate) fn time_out(&self) {
        self.end_from_outside(TIMED_OUT);
    }

    /// Ends the flow because the engine stops.
    pub(crate) fn cancel(&self) {
        self.end_from_outside(CANCELLED);
    }

    fn end_from_outside(&self, how: u8) {
        // The first reason stays.
        let _ = self.ended.compare_exchange(LIVE, how, Relaxed, Relaxed);
        self.wake.notify_one();
    }

    /// Waits until the flow is ended from outside.
    pub(crate) async fn ended(&self) -> FlowEnd {
        loop {
            match self.ended.load(Relaxed) {
                LIVE => self.wake.notified().await,
                // A side that finished and a long silence after it are how many clients leave.
                TIMED_OUT if self.is_half_closed() && self.stage() == Stage::Stream => return FlowEnd::Done,
                TIMED_OUT => return FlowEnd::TimedOut,
                _ => return FlowEnd::Cancelled,
            }
        }
    }

    /// What is known of the flow when it has ended in this way.
    pub(crate) fn summary(&self, end: FlowEnd) -> FlowSummary {
        let stage = self.stage();
        let known = self.known();
        let silent = self.clock.now().saturating_sub(self.active.load(Relaxed));
        FlowSummary {
            id: self.id,
            port: self.port.listen.port(),
            client: self.client,
            target: known.target.clone(),
            server: known.server.clone(),
            started: self.started,
            entered: known.entered,
            first_byte: known.first_byte,
            lived: self.accepted.elapsed(),
            idle: crate::clock::TICK * u32::try_from(silent).unwrap_or(u32::MAX),
            tx: self.tx.load(Relaxed),
            rx: self.rx.load(Relaxed),
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
