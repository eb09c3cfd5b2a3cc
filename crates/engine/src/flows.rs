//! `Flows`: every open flow of an engine, the timeout queue they wait in, and the sweep that ends the silent ones.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::clock::{Clock, TICK};
use crate::config::Deadlines;
use crate::flow::Flow;
use crate::port::Port;
use crate::stage::Stage;
use crate::summary::{FlowEnd, FlowId, Verdict};
use crate::timeout::{Due, Place, TimeoutQueue};

pub(crate) struct Flows {
    queue: Mutex<TimeoutQueue<Arc<Flow>>>,
    clock: Arc<Clock>,
    deadlines: Deadlines,
    next_id: AtomicU64,
    /// Wakes the sweep when the first flow comes.
    first: Notify,
}

/// A flow's stay in [`Flows`]. The flow's task ends it with [`Entry::finish`]; a task that dies without doing so (a
/// panic, an aborted runtime) is counted as cancelled.
pub(crate) struct Entry {
    pub(crate) flow: Arc<Flow>,
    flows: Arc<Flows>,
    place: Place,
    end: FlowEnd,
}

impl Flows {
    pub(crate) fn new(deadlines: Deadlines) -> Flows {
        let clock = Arc::new(Clock::new());
        Flows {
            queue: Mutex::new(TimeoutQueue::new(clock.now())),
            clock,
            deadlines,
            next_id: AtomicU64::new(1),
            first: Notify::new(),
        }
    }

    /// A connection was accepted on `port`.
    pub(crate) fn open(self: &Arc<Self>, port: &Arc<Port>, client: SocketAddr) -> Entry {
        let id = FlowId(self.next_id.fetch_add(1, Relaxed));
        let mut queue = self.queue();
        if queue.len() == 0 {
            // The clock stood still while nothing was open.
            self.clock.advance();
            self.first.notify_one();
        }
        let flow = Arc::new(Flow::new(id, Arc::clone(port), client, Arc::clone(&self.clock)));
        let place = queue.add(Arc::clone(&flow), self.clock.now() + flow.next_look(&self.deadlines));
        port.opened();
        Entry { flow, flows: Arc::clone(self), place, end: FlowEnd::Cancelled }
    }

    /// Ends every flow.
    pub(crate) fn cancel_all(&self) {
        for flow in self.queue().iter() {
            flow.cancel();
        }
    }

    /// Moves the clock and ends what has been silent too long, for as long as the engine runs. Rests while no flow is
    /// open.
    pub(crate) async fn sweep(&self) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            if self.queue().len() == 0 {
                self.first.notified().await;
            }
            tick.tick().await;
            let now = self.clock.advance();
            while self.sweep_once(now) {
                tokio::task::yield_now().await;
            }
        }
    }

    fn sweep_once(&self, now: u64) -> bool {
        self.queue().sweep(now, |flow| {
            let due = flow.due(now, &self.deadlines);
            if matches!(due, Due::Now) {
                flow.time_out();
            }
            due
        })
    }

    fn queue(&self) -> MutexGuard<'_, TimeoutQueue<Arc<Flow>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Enters a stage, with that stage's deadline.
    pub(crate) fn enter(&self, stage: Stage) {
        self.flow.enter(stage);
        let look = self.flow.next_look(&self.flows.deadlines);
        self.flows.queue().set(self.place, self.flows.clock.now() + look);
    }

    /// The flow ended in this way.
    pub(crate) fn finish(mut self, end: FlowEnd) {
        self.end = end;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.flows.queue().remove(self.place);
        let summary = self.flow.summary(self.end.clone());
        let target = summary.target.as_ref().map(ToString::to_string).unwrap_or_default();
        match summary.verdict() {
            Verdict::Done | Verdict::Cancelled => {
                tracing::debug!(flow = summary.id.0, %target, tx = summary.tx, rx = summary.rx, "done");
            }
            verdict => tracing::debug!(
                flow = summary.id.0, %target, ?verdict, stage = ?summary.stage, end = ?summary.end,
                idle = ?summary.idle, tx = summary.tx, rx = summary.rx, "given up"
            ),
        }
        self.flow.port.ended(&summary);
    }
}
