//! `Worker`: one relay thread. Accepts from every listening port and serves what it accepted.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::flows::Flows;
use crate::inbound::Inbound;
use crate::port::Port;

/// A listening port as one thread has it.
struct Listener {
    listener: TcpListener,
    port: Arc<Port>,
    inbound: Arc<Inbound>,
}

pub(crate) struct Worker {
    /// Taken by [`Worker::run`].
    runtime: Option<Runtime>,
    listeners: Vec<Listener>,
    flows: Arc<Flows>,
    stop: CancellationToken,
    sweeps: bool,
}

/// How long flows may take to end when the engine stops; then their tasks are dropped where they stand.
const GRACE: Duration = Duration::from_secs(1);
/// The first and the longest wait after an accept that failed because this machine ran out of something.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

impl Worker {
    pub(crate) fn new(
        listeners: &[(std::net::TcpListener, Arc<Port>, Arc<Inbound>)],
        flows: Arc<Flows>,
        stop: CancellationToken,
        sweeps: bool,
    ) -> io::Result<Worker> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Listeners are registered with the runtime that is entered.
        let entered = runtime.enter();
        let own = |(listener, port, inbound): &(std::net::TcpListener, Arc<Port>, Arc<Inbound>)| {
            let listener = TcpListener::from_std(listener.try_clone()?)?;
            Ok(Listener { listener, port: Arc::clone(port), inbound: Arc::clone(inbound) })
        };
        let listeners = listeners.iter().map(own).collect::<io::Result<_>>()?;
        drop(entered);
        Ok(Worker { runtime: Some(runtime), listeners, flows, stop, sweeps })
    }

    pub(crate) fn run(mut self) {
        let runtime = self.runtime.take().expect("a worker runs once");
        let listeners = std::mem::take(&mut self.listeners);
        let (flows, stop, sweeps) = (Arc::clone(&self.flows), self.stop.clone(), self.sweeps);
        runtime.block_on(async {
            let served = TaskTracker::new();
            for listener in listeners {
                served.spawn(accept(listener, Arc::clone(&flows), stop.clone(), served.clone()));
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = flows.sweep(), if sweeps => {}
            }
            flows.cancel_all();
            served.close();
            let _ = tokio::time::timeout(GRACE, served.wait()).await;
        });
        runtime.shutdown_background();
    }
}

impl Drop for Worker {
    /// A worker that never ran may be dropped inside another runtime, where ending its own must not block.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(listener: Listener, flows: Arc<Flows>, stop: CancellationToken, served: TaskTracker) {
    let Listener { listener, port, inbound } = listener;
    let mut wait = BACKOFF.0;
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, client)) => {
                wait = BACKOFF.0;
                let entry = flows.open(&port, client);
                served.spawn(serve(entry, Arc::clone(&inbound), stream));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of descriptors or memory: the connection stays in the queue, so asking again at once would spin.
                tracing::warn!(%error, port = port.listen.port(), "cannot accept; waiting");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(wait) => {}
                }
                wait = (wait * 2).min(BACKOFF.1);
            }
        }
    }
}

/// Errors that concern the connection that was to be accepted, not the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
            | io::ErrorKind::WouldBlock
    )
}

async fn serve(entry: crate::flows::Entry, inbound: Arc<Inbound>, stream: TcpStream) {
    let end = tokio::select! {
        biased;
        end = entry.flow.ended() => end,
        end = inbound.serve(&entry, stream) => end,
    };
    entry.finish(end);
}
