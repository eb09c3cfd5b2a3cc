//! `Heavy`: threads for flows that move so much that whatever shares their thread would wait for it
//! ([ADR 13](../../../docs/adr/0013-heavy-flows-go-to-threads-of-their-own.md)).
//!
//! A flow begins on the relay thread that accepted it. When it turns out to be heavy it goes on here, sockets and all, and
//! stays until it ends. A thread is started for the first flow that comes to it: most relays never need one.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::config::Outbound;
use crate::flows::Entry;
use crate::inbound::Inbound;
use crate::relay::{Connected, relay};
use crate::socket_options::SocketOptions;
use crate::summary::FlowEnd;
use crate::worker::{Running, Worker};

/// The threads for heavy flows.
pub(crate) struct Heavy {
    threads: Vec<Thread>,
    running: Running,
    /// Those that have been started, to be waited for in the end.
    started: Mutex<Vec<JoinHandle<()>>>,
}

/// One of them, which may not have been started yet.
#[derive(Default)]
struct Thread {
    runtime: OnceLock<Handle>,
    /// Flows that go on there.
    flows: AtomicUsize,
}

/// What a flow holds while it is on a thread: whatever becomes of it, the thread has one less then.
struct Place {
    heavy: Arc<Heavy>,
    index: usize,
}

/// A flow in the stream: what its inbound needs to go on with it elsewhere.
pub(crate) struct Streaming {
    pub(crate) connected: Connected,
    /// How it left; of a server port's flow, which always leaves straight, nothing is to be known.
    pub(crate) outbound: Option<Outbound>,
}

/// What serving a connection came to.
pub(crate) enum Served {
    /// Its end.
    Ended(FlowEnd),
    /// It is heavy, and to go on elsewhere.
    Heavy(Box<Streaming>),
}

impl Streaming {
    /// Relays until it ends, from within or from outside (`Err`), or turns out to be heavy (`None`).
    pub(crate) async fn run(
        &mut self,
        entry: &Entry,
        near: &TcpStream,
        sockets: &SocketOptions,
    ) -> Result<Option<FlowEnd>, FlowEnd> {
        let stopped = relay(&entry.flow, near, &mut self.connected, sockets).await?;
        Ok(stopped.map(|stopped| match &self.outbound {
            Some(outbound) => outbound.ended(entry, stopped),
            None => FlowEnd::Done,
        }))
    }
}

impl Served {
    /// How it ended; if it has not, it is heavy.
    pub(crate) fn of(ended: Option<FlowEnd>, streaming: Result<Streaming, FlowEnd>) -> Served {
        match ended {
            Some(end) => Served::Ended(end),
            None => streaming.map_or_else(Served::Ended, |streaming| Served::Heavy(Box::new(streaming))),
        }
    }
}

impl Heavy {
    /// As many threads as this, none of which is there yet.
    pub(crate) fn new(threads: usize, running: Running) -> Heavy {
        let threads = (0..threads).map(|_| Thread::default()).collect();
        Heavy { threads, running, started: Mutex::default() }
    }

    /// Goes on with a flow, as a task of `served`.
    pub(crate) fn take(
        self: &Arc<Self>,
        served: &TaskTracker,
        (entry, inbound): (Entry, Arc<Inbound>),
        near: TcpStream,
        streaming: Streaming,
    ) {
        let place = self.place();
        // Where no thread can be had, it goes on where it is: it is slower then, and so are those beside it.
        let runtime = self.runtime(place.index).unwrap_or_else(|error| {
            tracing::warn!("a heavy flow stays among the others, because it could get no thread: {error}");
            Handle::current()
        });
        entry.flow.is_among_heavy();
        let task = async move {
            let Streaming { connected: Connected { far, body, up, down }, outbound } = streaming;
            // Each socket is known to the runtime of the thread that waits for it, and to no other.
            let end = match moved(near).and_then(|near| Ok((near, moved(far)?))) {
                Ok((near, far)) => {
                    let connected = Connected { far, body, up, down };
                    inbound.go_on(&entry, &near, Streaming { connected, outbound }).await
                }
                Err(error) => {
                    tracing::warn!("a flow is lost, because its sockets could not go to another thread: {error}");
                    FlowEnd::Cancelled
                }
            };
            drop(place);
            entry.finish(end);
        };
        served.spawn_on(task, &runtime);
    }

    /// Waits for the threads to end. Only once those end or have ended that bring flows here, and with the token cancelled
    /// by which these end.
    pub(crate) fn join(&self) {
        let started = std::mem::take(&mut *self.started());
        for thread in started {
            // It has said that it panicked; there is nothing left of it to end.
            let _ = thread.join();
        }
    }

    /// A place on the thread with the fewest flows.
    fn place(self: &Arc<Self>) -> Place {
        let flows = |index: &usize| self.threads[*index].flows.load(Relaxed);
        let index = (0..self.threads.len()).min_by_key(flows).expect("there is a thread at least");
        self.threads[index].flows.fetch_add(1, Relaxed);
        Place { heavy: Arc::clone(self), index }
    }

    /// That of a thread, which is started if it has not been.
    fn runtime(&self, index: usize) -> io::Result<Handle> {
        let of_thread = &self.threads[index].runtime;
        if let Some(runtime) = of_thread.get() {
            return Ok(runtime.clone());
        }
        // Held until it is there: two flows may want the same thread at the same time.
        let mut started = self.started();
        if let Some(runtime) = of_thread.get() {
            return Ok(runtime.clone());
        }
        let worker = Worker::new(false)?;
        let runtime = worker.handle();
        started.push(worker.start(format!("heavy-{index}"), self.running.clone())?);
        Ok(of_thread.get_or_init(|| runtime).clone())
    }

    fn started(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.heavy.threads[self.index].flows.fetch_sub(1, Relaxed);
    }
}

/// The same socket, known to this thread's runtime.
fn moved(stream: TcpStream) -> io::Result<TcpStream> {
    TcpStream::from_std(stream.into_std()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(heavy: &Heavy) -> Vec<usize> {
        heavy.threads.iter().map(|thread| thread.flows.load(Relaxed)).collect()
    }

    #[tokio::test]
    async fn each_goes_where_fewest_are_and_leaves_its_place_even_when_it_panics() {
        let heavy = Arc::new(Heavy::new(2, Running::default()));
        let first = heavy.place();
        let second = heavy.place();
        assert_eq!(flows(&heavy), [1, 1]);
        let panicked = tokio::spawn(async move {
            let _second = second;
            panic!("only a test");
        });
        assert!(panicked.await.is_err());
        assert_eq!(flows(&heavy), [1, 0]);
        let third = heavy.place();
        assert_eq!((flows(&heavy), third.index), (vec![1, 1], 1));
        drop((first, third));
        assert_eq!(flows(&heavy), [0, 0]);
    }

    #[tokio::test]
    async fn a_thread_is_there_once_it_is_needed_and_ends_with_the_others() {
        let running = Running::default();
        let heavy = Heavy::new(2, running.clone());
        let started = || (heavy.started().len(), heavy.threads.iter().filter_map(|one| one.runtime.get()).count());
        assert_eq!(started(), (0, 0));
        let runtime = heavy.runtime(1).unwrap();
        assert_eq!(heavy.runtime(1).unwrap().id(), runtime.id());
        assert_eq!(started(), (1, 1));
        let name = runtime.spawn(async { std::thread::current().name().map(str::to_owned) });
        assert_eq!(name.await.unwrap().as_deref(), Some("heavy-1"));
        running.stop.cancel();
        heavy.join();
        assert_eq!(started(), (0, 1));
    }
}
