//! `Worker`: one relay thread. Accepts from listening ports and serves what it accepted.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accepting::Accepting;
use crate::flows::{Entry, Flows, Room};
use crate::heavy::{Heavy, Served, Streaming};
use crate::inbound::Inbound;
use crate::listening::{GRACE, Ports};
use crate::port::Port;
use crate::socket::reset_on_close;
use crate::summary::FlowEnd;
use crate::udp::Socket;

/// The datagrams of a listening port.
pub(crate) struct Packets {
    pub(crate) socket: Socket,
    pub(crate) port: Arc<Port>,
    pub(crate) inbound: Arc<Inbound>,
}

/// A listening port as one thread has it.
pub(crate) struct Listener {
    pub(crate) accepting: Accepting,
    pub(crate) port: Arc<Port>,
    pub(crate) serving: Arc<Serving>,
}

/// What serves the connections of a listening port.
pub(crate) struct Serving {
    pub(crate) inbound: Arc<Inbound>,
    /// All flows are tasks of it.
    pub(crate) served: TaskTracker,
    pub(crate) heavy: Arc<Heavy>,
}

/// What every thread of an engine needs until it ends.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) flows: Arc<Flows>,
    pub(crate) ports: Arc<Ports>,
    pub(crate) stop: CancellationToken,
}

pub(crate) struct Worker {
    /// Taken by [`Worker::run`].
    runtime: Option<Runtime>,
    sweeps: bool,
}

/// The first and the longest wait when this machine has run out of something.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// How often at most the log is told of it.
const SAY_AGAIN: Duration = Duration::from_secs(60);

impl Worker {
    /// One of an engine's sweeps.
    pub(crate) fn new(sweeps: bool) -> io::Result<Worker> {
        Ok(Worker { runtime: Some(Builder::new_current_thread().enable_all().build()?), sweeps })
    }

    /// Where tasks are given to it; they run as soon as it does.
    pub(crate) fn handle(&self) -> Handle {
        self.runtime.as_ref().expect("it has not run yet").handle().clone()
    }

    /// Runs on a thread of this name until it is to stop.
    pub(crate) fn start(self, name: String, running: Running) -> io::Result<JoinHandle<()>> {
        std::thread::Builder::new().name(name).spawn(move || self.run(&running))
    }

    /// Serves until it is to stop. What has not ended within [`GRACE`] of that is dropped where it stands.
    fn run(mut self, Running { flows, ports, stop }: &Running) {
        let runtime = self.runtime.take().expect("a worker runs once");
        runtime.block_on(async {
            tokio::select! {
                () = stop.cancelled() => {}
                () = flows.sweep(), if self.sweeps => {}
            }
            flows.cancel_all();
            let _ = tokio::time::timeout(GRACE, ports.ended()).await;
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

/// Accepts until `stop`, and then ends what came by this port.
pub(crate) async fn accept(listener: Listener, flows: Arc<Flows>, stop: CancellationToken) {
    let Listener { mut accepting, port, serving: of_port } = listener;
    let mut pause = Pause::new(port.listen.port());
    let serving = async {
        loop {
            let (stream, client) = match accepting.next().await {
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
            of_port.served.spawn(serve(entry, Arc::clone(&of_port), stream));
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = serving => {}
    }
    flows.cancel_those_of(&port);
}

/// The same for datagrams.
pub(crate) async fn relay(packets: Packets, flows: Arc<Flows>, stop: CancellationToken, served: TaskTracker) {
    let Packets { socket, port, inbound } = packets;
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = inbound.relay(socket, &port, &flows, &served) => {}
    }
    flows.cancel_those_of(&port);
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

#[expect(clippy::manual_async_fn, reason = "an async fn keeps its arguments twice, in every flow")]
fn serve(entry: Entry, serving: Arc<Serving>, stream: TcpStream) -> impl Future<Output = ()> {
    async move {
        match serving.inbound.serve(&entry, &stream).await {
            Served::Ended(end) => {
                if end == FlowEnd::Stranded {
                    // Not an end of file, which the client would take for all there was.
                    reset_on_close(&stream);
                }
                // Closed before it is told that it has ended.
                drop(stream);
                entry.finish(end);
            }
            Served::Heavy(streaming) => serving.go_on(entry, stream, *streaming),
        }
    }
}

impl Serving {
    fn go_on(&self, entry: Entry, stream: TcpStream, streaming: Streaming) {
        self.heavy.take(&self.served, (entry, Arc::clone(&self.inbound)), stream, streaming);
    }
}

#[cfg(test)]
impl Default for Running {
    fn default() -> Self {
        let flows = Flows::new(crate::config::Deadlines::default(), 100, 100);
        Running { flows: Arc::new(flows), ports: Arc::default(), stop: CancellationToken::new() }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use parasol_proto::{Access, Address, Method, ServerConfig};
    use tokio::net::TcpListener;

    use super::*;
    use crate::config::{Deadlines, Egress, InboundKind, Mode, NameServers, Outbound};
    use crate::dial::Dialer;
    use crate::routing::{Router, Routing};
    use crate::socket_options::SocketOptions;

    /// A flow holds its future for as long as it lives, and starting one moves it several times.
    #[tokio::test]
    async fn a_flow_takes_little_room() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let listen = listener.local_addr().unwrap();
        let flows = Arc::new(Flows::new(Deadlines::default(), 100, 100));
        let port = Arc::new(Port::new("test".to_owned(), listen, Arc::new(())));
        let dialer = Arc::new(Dialer::new(NameServers::System, SocketOptions::default()));
        let router = Arc::new(Router::new(Routing::default()));
        let method = Method::Aes256Gcm;
        let server = ServerConfig::new(Address::from(listen), method, "only a test").unwrap();
        let outbound = Outbound::Shadowsocks(server.into());
        let access = Access::new(method, "only a test").unwrap();
        let client = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let heavy = Arc::new(Heavy::new(1, Running::default()));
        for kind in [
            InboundKind::Mixed { outbound: outbound.clone(), login: None },
            InboundKind::Tunnel { target: Address::from(listen), outbound },
            InboundKind::Shadowsocks { access, egress: Egress::Any },
        ] {
            let inbound = Arc::new(Inbound::new(kind, Mode::TcpAndUdp, &dialer, &router));
            let serving = Arc::new(Serving { inbound, served: TaskTracker::new(), heavy: Arc::clone(&heavy) });
            let stream = TcpStream::connect(listen).await.unwrap();
            let future = serve(flows.open(&port, client), serving, stream);
            assert!(size_of_val(&future) <= 1856, "{} bytes", size_of_val(&future));
        }
    }
}
