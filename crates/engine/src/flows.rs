//! `Flows`: every open flow of an engine, the timeout queue they wait in, and the sweep that ends the silent ones.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use parasol_proto::Address;
use tokio::sync::Notify;

use crate::clock::{Clock, TICK};
use crate::config::Deadlines;
use crate::flow::Flow;
use crate::network::NetworkChange;
use crate::port::Port;
use crate::stage::Stage;
use crate::summary::{FlowEnd, FlowId, FlowSummary, Verdict};
use crate::timeout::{Due, Place, TimeoutQueue};

pub(crate) struct Flows {
    open: Mutex<Open>,
    /// How many there may be at once.
    most: usize,
    /// How many of them may be for UDP.
    most_udp: usize,
    clock: Arc<Clock>,
    deadlines: Deadlines,
    next_id: AtomicU64,
    /// Wakes the sweep when the first flow comes.
    first: Notify,
}

/// Whether another flow may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Yes.
    Free,
    /// Yes, when the task of the flow that was given up for it has had its turn.
    Made,
    /// No.
    None,
}

struct Open {
    queue: TimeoutQueue<Arc<Flow>>,
    /// Flows in the order in which they came, from the oldest that still says what it wants. Those behind it that have
    /// come further, or ended, are passed over when they come up.
    oldest: VecDeque<Weak<Flow>>,
    /// Those for UDP: associations, and sessions that no connection belongs to.
    udp: Vec<Session>,
    /// How many of the latter there are.
    packets: usize,
}

/// A flow for UDP.
struct Session {
    flow: Arc<Flow>,
    proof: Proof,
}

/// Whether whoever began a session has proved that it may. Where nothing can be proved, one of some hundred random
/// datagrams begins one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It has the key, or needs none.
    Given,
    /// Nobody knows.
    None,
}

/// A flow's stay in [`Flows`]. The flow's task ends it with [`Entry::finish`]; a task that dies without doing so (a
/// panic, an aborted runtime) is counted as cancelled.
pub(crate) struct Entry {
    pub(crate) flow: Arc<Flow>,
    flows: Arc<Flows>,
    place: Place,
    /// It belongs to no connection.
    packets: bool,
    end: FlowEnd,
}

impl Flows {
    pub(crate) fn new(deadlines: Deadlines, most: usize, most_udp: usize) -> Flows {
        let clock = Arc::new(Clock::new());
        Flows {
            open: Mutex::new(Open {
                queue: TimeoutQueue::new(clock.now()),
                oldest: VecDeque::new(),
                udp: Vec::new(),
                packets: 0,
            }),
            most,
            most_udp,
            clock,
            deadlines,
            next_id: AtomicU64::new(1),
            first: Notify::new(),
        }
    }

    /// A connection was accepted on `port`.
    pub(crate) fn open(self: &Arc<Self>, port: &Arc<Port>, client: SocketAddr) -> Entry {
        self.add(port, client, false)
    }

    /// The first datagram of `client` came to `port`. When there are as many for UDP as there may be, another is given
    /// up for it; `None` if none is, see [`Open::make_room`].
    pub(crate) fn open_packets(self: &Arc<Self>, port: &Arc<Port>, client: SocketAddr, proof: Proof) -> Option<Entry> {
        if !self.all().make_room(self.most_udp, port, proof) {
            return None;
        }
        let entry = self.add(port, client, true);
        entry.enter_udp(proof);
        Some(entry)
    }

    /// A client asked a question on a DNS port. It belongs to no connection, even if it came over one, and has the
    /// deadline of a name.
    pub(crate) fn open_question(self: &Arc<Self>, port: &Arc<Port>, client: SocketAddr) -> Entry {
        let entry = self.add(port, client, true);
        entry.enter(Stage::Resolve);
        entry
    }

    fn add(self: &Arc<Self>, port: &Arc<Port>, client: SocketAddr, packets: bool) -> Entry {
        let id = FlowId(self.next_id.fetch_add(1, Relaxed));
        let mut open = self.all();
        if open.queue.len() == 0 {
            // The clock stood still while nothing was open.
            self.clock.advance();
            self.first.notify_one();
        }
        let flow = Arc::new(Flow::new(id, Arc::clone(port), client, Arc::clone(&self.clock)));
        let place = open.queue.add(Arc::clone(&flow), self.clock.now() + flow.next_look(&self.deadlines));
        if packets {
            open.packets += 1;
        } else {
            open.forget_the_settled();
            open.oldest.push_back(Arc::downgrade(&flow));
        }
        drop(open);
        port.opened();
        Entry { flow, flows: Arc::clone(self), place, packets, end: FlowEnd::Cancelled }
    }

    /// May another flow be opened? When there are as many as there may be, the one that has been silent longest before
    /// saying what it wants is given up for it.
    pub(crate) fn room(&self) -> Room {
        let mut open = self.all();
        if open.queue.len() - open.packets < self.most {
            return Room::Free;
        }
        open.forget_the_settled();
        match open.oldest.pop_front().and_then(|flow| flow.upgrade()) {
            Some(flow) => {
                flow.give_way();
                Room::Made
            }
            None => Room::None,
        }
    }

    /// Every flow, as of this moment; each as it would be if it were cancelled now.
    pub(crate) fn seen(&self) -> Vec<FlowSummary> {
        // Apart from the lock: what is known of a flow has one of its own.
        let open: Vec<_> = self.all().queue.iter().cloned().collect();
        open.iter().map(|flow| flow.summary(FlowEnd::Cancelled)).collect()
    }

    /// Ends this flow; false when it is not open.
    pub(crate) fn cancel(&self, id: FlowId) -> bool {
        let found = self.all().queue.iter().find(|flow| flow.id == id).cloned();
        found.inspect(|flow| flow.cancel()).is_some()
    }

    /// Ends every flow.
    pub(crate) fn cancel_all(&self) {
        for flow in self.all().queue.iter() {
            flow.cancel();
        }
    }

    /// Ends every flow that came by this port.
    pub(crate) fn cancel_those_of(&self, port: &Arc<Port>) {
        for flow in self.all().queue.iter().filter(|flow| Arc::ptr_eq(&flow.port, port)) {
            flow.cancel();
        }
    }

    /// Tells every flow that the network has changed.
    pub(crate) fn hear(&self, change: NetworkChange) {
        let change = Arc::new(change);
        for flow in self.all().queue.iter() {
            flow.hear(Arc::clone(&change));
        }
    }

    /// Ends every flow that goes through this server.
    pub(crate) fn leave(&self, server: &Address) {
        for flow in self.all().queue.iter() {
            flow.leave(server);
        }
    }

    /// Moves the clock and ends what has been silent too long, for as long as the engine runs. Rests while no flow is
    /// open. When this program did not run for a while, flows are not silent for that; but their other ends may have
    /// gone meanwhile, and are asked.
    pub(crate) async fn sweep(&self) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            if self.all().queue.len() == 0 {
                self.first.notified().await;
            }
            tick.tick().await;
            if self.clock.advance() {
                self.hear(NetworkChange::default());
            }
            let now = self.clock.now();
            while self.sweep_once(now) {
                tokio::task::yield_now().await;
            }
        }
    }

    fn sweep_once(&self, now: u64) -> bool {
        self.all().queue.sweep(now, |flow| {
            let due = flow.due(now, &self.deadlines);
            if matches!(due, Due::Now) {
                flow.time_out();
            }
            due
        })
    }

    fn all(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn forget_the_settled(&mut self) {
        let waits = |flow: &Weak<Flow>| flow.upgrade().is_some_and(|flow| flow.stage() == Stage::Handshake);
        while self.oldest.front().is_some_and(|flow| !waits(flow)) {
            self.oldest.pop_front();
        }
    }
}

impl Open {
    /// Gives up those for UDP, until there are fewer than `most` that are not ending; false if there are none to give up.
    /// Those that have proved nothing come first, and of all that are alike the one that was used least recently. One
    /// that has proved nothing itself takes the room of another such one, of its own `port` if there is any: noise at
    /// one port ends no session of those who have the key to another.
    fn make_room(&mut self, most: usize, port: &Arc<Port>, proof: Proof) -> bool {
        if self.udp.len() < most {
            return true;
        }
        let mut open = 0;
        let mut in_turn = Vec::new();
        for session in &self.udp {
            let Some(used) = session.flow.last_used() else { continue };
            open += 1;
            let proven = session.proof == Proof::Given;
            match proof {
                Proof::Given => in_turn.push((proven, used, session)),
                Proof::None if proven => {}
                Proof::None => in_turn.push((!Arc::ptr_eq(&session.flow.port, port), used, session)),
            }
        }
        let many = (open + 1_usize).saturating_sub(most);
        if many > in_turn.len() {
            return false;
        }
        in_turn.sort_unstable_by_key(|(last, used, session)| (*last, *used, session.flow.id));
        in_turn[..many].iter().for_each(|(_, _, session)| session.flow.give_way());
        true
    }
}

impl Entry {
    /// Becomes an association; see [`Flows::open_packets`].
    pub(crate) fn associate(&self) {
        self.flows.all().make_room(self.flows.most_udp, &self.flow.port, Proof::Given);
        self.enter_udp(Proof::Given);
    }

    fn enter_udp(&self, proof: Proof) {
        self.enter(Stage::Associate);
        self.flows.all().udp.push(Session { flow: Arc::clone(&self.flow), proof });
    }

    /// Another question of the same client; see [`Flows::open_question`].
    pub(crate) fn open_question(&self) -> Entry {
        self.flows.open_question(&self.flow.port, self.flow.client())
    }

    /// Enters a stage, with that stage's deadline.
    pub(crate) fn enter(&self, stage: Stage) {
        self.flow.enter(stage);
        let look = self.flow.next_look(&self.flows.deadlines);
        self.flows.all().queue.set(self.place, self.flows.clock.now() + look);
    }

    /// Whatever comes before the stream is over when the time for the handshake is; see [`Flow::hold_to_handshake`].
    pub(crate) fn hold_to_handshake(&self) {
        self.flow.hold_to_handshake(&self.flows.deadlines);
    }

    /// The flow ended in this way.
    pub(crate) fn finish(mut self, end: FlowEnd) {
        self.end = end;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        {
            let mut open = self.flows.all();
            open.queue.remove(self.place);
            open.packets -= usize::from(self.packets);
            if self.flow.stage() == Stage::Associate {
                open.udp.retain(|session| !Arc::ptr_eq(&session.flow, &self.flow));
            }
        }
        let mut summary = self.flow.summary(self.end.clone());
        summary.started = started(summary.started, summary.lived, SystemTime::now());
        tell(&summary);
        self.flow.port.ended(&summary);
    }
}

/// When a flow was accepted that has lived for so long, by the clock on the wall: as was noted, unless that clock was set
/// meanwhile. Then it would seem to have ended at another time of day than now.
fn started(noted: SystemTime, lived: Duration, now: SystemTime) -> SystemTime {
    const SET: Duration = Duration::from_secs(1);
    let ends = noted + lived;
    let off = now.duration_since(ends).unwrap_or_else(|error| error.duration());
    if off < SET { noted } else { now.checked_sub(lived).unwrap_or(SystemTime::UNIX_EPOCH) }
}

/// Tells the log, if it listens at that level: the rest costs more than the flow's end itself.
fn tell(summary: &FlowSummary) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
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
}

#[cfg(test)]
mod tests;
