//! `Busy`: which questions wait for their answer, for whom, and how many there may be.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parasol_proto::dns::Answer;
use tokio::sync::{Notify, OnceCell, Semaphore, SemaphorePermit};

use crate::summary::FlowEnd;

/// The most questions that wait, of all clients and of one. A browser that opens asks for some fifty names; a resolver
/// for a whole household, which is one client, for a few hundred.
const MOST: (usize, usize) = (512, 256);

/// The most questions of one client that are asked at once: half of all, so that a client whose questions nobody answers
/// does not keep the others waiting.
const TURNS: usize = super::asker::TURNS / 2;

/// What became of a question.
pub(super) type Found = Result<Arc<Answer>, FlowEnd>;

/// A question that is being asked, for everybody who asks the same. Whoever has its turn first asks; if it is given up,
/// the next does.
#[derive(Default)]
pub(super) struct Asking {
    found: OnceCell<Found>,
    known: Notify,
}

#[derive(Default)]
pub(super) struct Busy(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    clients: HashMap<IpAddr, Client>,
    all: usize,
    asking: HashMap<Box<[u8]>, Arc<Asking>>,
}

struct Client {
    seats: usize,
    turns: Arc<Semaphore>,
}

/// A question's seat among those that wait.
pub(super) struct Seat {
    busy: Arc<Busy>,
    client: IpAddr,
    turns: Arc<Semaphore>,
}

/// A share in a question that is being asked. With the last one it is forgotten.
pub(super) struct Share<'a> {
    busy: &'a Busy,
    key: &'a [u8],
    asking: Arc<Asking>,
}

impl Busy {
    /// A seat for a question of `client`; `None` when there are too many.
    pub(super) fn seat(self: &Arc<Self>, client: IpAddr) -> Option<Seat> {
        let mut waiting = self.waiting();
        if waiting.all >= MOST.0 || waiting.clients.get(&client).is_some_and(|own| own.seats >= MOST.1) {
            return None;
        }
        waiting.all += 1;
        let own = waiting.clients.entry(client).or_insert_with(Client::new);
        own.seats += 1;
        Some(Seat { busy: Arc::clone(self), client, turns: Arc::clone(&own.turns) })
    }

    /// The question of this key, to be asked or to be waited for.
    pub(super) fn asking<'a>(&'a self, key: &'a [u8]) -> Share<'a> {
        let mut waiting = self.waiting();
        let asking = match waiting.asking.get(key) {
            Some(asking) => Arc::clone(asking),
            None => Arc::clone(waiting.asking.entry(key.into()).or_default()),
        };
        Share { busy: self, key, asking }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    fn new() -> Client {
        Client { seats: 0, turns: Arc::new(Semaphore::new(TURNS)) }
    }
}

impl Seat {
    /// Waits until fewer questions of the same client than may be are being asked.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }
}

impl Asking {
    /// What was found, as soon as somebody has found it.
    pub(super) async fn found(&self) -> &Found {
        loop {
            let known = self.known.notified();
            if let Some(found) = self.found.get() {
                return found;
            }
            known.await;
        }
    }

    /// Asks, unless somebody else is doing so.
    pub(super) async fn ask(&self, ask: impl Future<Output = Found>) -> &Found {
        let found = self.found.get_or_init(|| ask).await;
        self.known.notify_waiters();
        found
    }
}

impl std::ops::Deref for Share<'_> {
    type Target = Asking;
    fn deref(&self) -> &Asking {
        &self.asking
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut waiting = self.busy.waiting();
        let same = waiting.asking.get(self.key).is_some_and(|asking| Arc::ptr_eq(asking, &self.asking));
        // Answered: who asks now looks into the cache, or asks anew. Or nobody else waits: the table's and ours.
        if same && (self.asking.found.initialized() || Arc::strong_count(&self.asking) == 2) {
            waiting.asking.remove(self.key);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut waiting = self.busy.waiting();
        waiting.all -= 1;
        if let Some(own) = waiting.clients.get_mut(&self.client) {
            own.seats -= 1;
            if own.seats == 0 {
                waiting.clients.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_bounded_for_one_client_and_for_all() {
        let busy = Arc::new(Busy::default());
        let ip = |last| IpAddr::from([192, 0, 2, last]);
        let mut first: Vec<_> = (0..MOST.1).map(|_| busy.seat(ip(1)).expect("there is room")).collect();
        assert!(busy.seat(ip(1)).is_none());
        let second: Vec<_> = (0..MOST.0 - MOST.1).map(|_| busy.seat(ip(2)).expect("there is room")).collect();
        assert!(busy.seat(ip(3)).is_none());
        first.pop();
        assert!(busy.seat(ip(3)).is_some(), "a seat is given back, and at once again");
        drop((first, second));
        let waiting = busy.waiting();
        assert_eq!((waiting.all, waiting.clients.len()), (0, 0));
    }

    #[tokio::test]
    async fn turns_are_bounded_for_one_client() {
        let busy = Arc::new(Busy::default());
        let seat = |last| busy.seat(IpAddr::from([192, 0, 2, last])).expect("there is room");
        let (first, second, other) = (seat(1), seat(1), seat(2));
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            turns.push(first.turn().await);
        }
        let (mut next, mut others) = (std::pin::pin!(second.turn()), std::pin::pin!(other.turn()));
        assert!(poll_once(next.as_mut()).await.is_none(), "of the same client, whichever question it is");
        assert!(poll_once(others.as_mut()).await.is_some());
        turns.pop();
        assert!(poll_once(next.as_mut()).await.is_some());
    }

    /// What it gives at once.
    async fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(std::time::Duration::ZERO, future).await.ok()
    }

    #[tokio::test]
    async fn one_question_is_asked_once_for_all_and_then_forgotten() {
        let busy = Busy::default();
        let (one, two) = (busy.asking(b"a"), busy.asking(b"a"));
        let other = busy.asking(b"b");
        let mut waits = Box::pin(two.found());
        assert!(poll_once(waits.as_mut()).await.is_none());
        let asked = one.ask(async { Err(FlowEnd::TimedOut) }).await;
        assert_eq!(asked.as_ref().err(), Some(&FlowEnd::TimedOut));
        assert!(waits.await.is_err(), "who waits is told");
        assert!(two.ask(async { unreachable!("it was asked") }).await.is_err());
        assert!(!other.found.initialized());
        drop((one, two));
        assert!(!busy.asking(b"a").found.initialized());
        drop(other);
        assert!(busy.waiting().asking.is_empty());
    }

    #[tokio::test]
    async fn who_gives_up_leaves_the_question_to_the_next() {
        let busy = Busy::default();
        let (one, two) = (busy.asking(b"a"), busy.asking(b"a"));
        assert!(poll_once(one.ask(std::future::pending())).await.is_none());
        drop(one);
        assert!(two.ask(async { Err(FlowEnd::Cancelled) }).await.is_err());
        drop(two);
        assert!(busy.waiting().asking.is_empty());
    }
}
