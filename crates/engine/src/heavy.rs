//! `Heavy`: threads for flows that move so much that whatever shares their thread would wait for it
//! ([ADR 13](../../../docs/adr/0013-heavy-flows-go-to-threads-of-their-own.md)).
//!
//! A flow begins on the relay thread that accepted it. When it turns out to be heavy it goes on here, sockets and all, and
//! stays until it ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::config::Outbound;
use crate::flows::Entry;
use crate::inbound::Inbound;
use crate::relay::{Connected, relay};
use crate::socket_options::SocketOptions;
use crate::summary::FlowEnd;

/// The threads for heavy flows.
pub(crate) struct Heavy {
    threads: Vec<Thread>,
}

struct Thread {
    runtime: Handle,
    /// Flows that go on there.
    flows: AtomicUsize,
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
    pub(crate) fn new(runtimes: impl IntoIterator<Item = Handle>) -> Heavy {
        let threads = runtimes.into_iter().map(|runtime| Thread { runtime, flows: AtomicUsize::new(0) });
        Heavy { threads: threads.collect() }
    }

    /// Goes on with a flow, as a task of `served`.
    pub(crate) fn take(
        self: &Arc<Self>,
        served: &TaskTracker,
        (entry, inbound): (Entry, Arc<Inbound>),
        near: TcpStream,
        streaming: Streaming,
    ) {
        let heavy = Arc::clone(self);
        let index = heavy.lightest();
        let runtime = heavy.threads[index].runtime.clone();
        heavy.threads[index].flows.fetch_add(1, Relaxed);
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
            heavy.threads[index].flows.fetch_sub(1, Relaxed);
            entry.finish(end);
        };
        served.spawn_on(task, &runtime);
    }

    /// The thread with the fewest flows.
    fn lightest(&self) -> usize {
        let flows = |index: &usize| self.threads[*index].flows.load(Relaxed);
        (0..self.threads.len()).min_by_key(flows).expect("there is a thread at least")
    }
}

/// The same socket, known to this thread's runtime.
fn moved(stream: TcpStream) -> io::Result<TcpStream> {
    TcpStream::from_std(stream.into_std()?)
}
