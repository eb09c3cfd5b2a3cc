//! `Worker`: one relay thread. Accepts from every listening port and serves what it accepted.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::flows::{Entry, Flows, Room};
use crate::inbound::Inbound;
use crate::port::Port;
use crate::udp::Socket;

/// A listening port that is to be served.
pub(crate) struct Opening {
    pub(crate) listener: Option<std::net::TcpListener>,
    /// Taken by the one thread that serves the port's datagrams.
    pub(crate) packets: Option<std::net::UdpSocket>,
    pub(crate) port: Arc<Port>,
    pub(crate) inbound: Arc<Inbound>,
}

/// The datagrams of a listening port.
struct Packets {
    socket: Socket,
    port: Arc<Port>,
    inbound: Arc<Inbound>,
}

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
    packets: Vec<Packets>,
    flows: Arc<Flows>,
    stop: CancellationToken,
    sweeps: bool,
}

/// How long flows may take to end when the engine stops; then their tasks are dropped where they stand.
const GRACE: Duration = Duration::from_secs(1);
/// The first and the longest wait when this machine has run out of something.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// How often at most the log is told of it.
const SAY_AGAIN: Duration = Duration::from_secs(60);

impl Worker {
    pub(crate) fn new(
        openings: &mut [Opening],
        (index, threads): (usize, usize),
        flows: Arc<Flows>,
        stop: CancellationToken,
    ) -> io::Result<Worker> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        // Whole before the next thing that can fail, so that the runtime is never dropped by itself.
        let mut worker = Worker {
            runtime: Some(runtime),
            listeners: Vec::new(),
            packets: Vec::new(),
            flows,
            stop,
            sweeps: index == 0,
        };
        // Listeners are registered with the runtime that is entered.
        let _entered = handle.enter();
        for (number, Opening { listener, packets, port, inbound }) in openings.iter_mut().enumerate() {
            if let Some(listener) = listener {
                let listener = TcpListener::from_std(listener.try_clone()?)?;
                worker.listeners.push(Listener { listener, port: Arc::clone(port), inbound: Arc::clone(inbound) });
            }
            // The ports take turns; the sessions of one share its socket, and so its thread.
            if let Some(socket) = packets.take_if(|_| number % threads == index) {
                let socket = Socket::register(socket)?;
                worker.packets.push(Packets { socket, port: Arc::clone(port), inbound: Arc::clone(inbound) });
            }
        }
        Ok(worker)
    }

    pub(crate) fn run(mut self) {
        let runtime = self.runtime.take().expect("a worker runs once");
        let (listeners, packets) = (std::mem::take(&mut self.listeners), std::mem::take(&mut self.packets));
        let (flows, stop, sweeps) = (Arc::clone(&self.flows), self.stop.clone(), self.sweeps);
        runtime.block_on(async {
            let served = TaskTracker::new();
            for listener in listeners {
                served.spawn(accept(listener, Arc::clone(&flows), stop.clone(), served.clone()));
            }
            for packets in packets {
                served.spawn(relay(packets, Arc::clone(&flows), stop.clone(), served.clone()));
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
    let mut pause = Pause::new(port.listen.port());
    let serving = async {
        loop {
            let (stream, client) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) if is_of_one_connection(&error) => continue,
                Err(error) => {
                    // Out of descriptors or memory: the connection stays in the queue, so asking again at once would
                    // spin.
                    pause.wait(&error.to_string()).await;
                    continue;
                }
            };
            loop {
                match flows.room() {
                    Room::Free => break,
                    Room::Made => break tokio::task::yield_now().await,
                    Room::None => pause.wait("as many connections are open as there may be").await,
                }
            }
            pause.over();
            let entry = flows.open(&port, client);
            served.spawn(serve(entry, Arc::clone(&inbound), stream));
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = serving => {}
    }
}

async fn relay(packets: Packets, flows: Arc<Flows>, stop: CancellationToken, served: TaskTracker) {
    let Packets { socket, port, inbound } = packets;
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = inbound.relay(socket, &port, &flows, &served) => {}
    }
}

/// The waits of a port that cannot accept now: longer each time, and told to the log once a minute.
struct Pause {
    port: u16,
    wait: Duration,
    said: Option<Instant>,
}

impl Pause {
    fn new(port: u16) -> Pause {
        Pause { port, wait: BACKOFF.0, said: None }
    }

    async fn wait(&mut self, why: &str) {
        if self.said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
            self.said = Some(Instant::now());
            tracing::warn!(why, port = self.port, "cannot accept; waiting");
        }
        tokio::time::sleep(self.wait).await;
        self.wait = (self.wait * 2).min(BACKOFF.1);
    }

    fn over(&mut self) {
        self.wait = BACKOFF.0;
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

async fn serve(entry: Entry, inbound: Arc<Inbound>, stream: TcpStream) {
    let end = inbound.serve(&entry, stream).await;
    entry.finish(end);
}
