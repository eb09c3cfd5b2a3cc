//! `Listening`: a listening port, served by every relay thread until it is closed; `Ports`: those of an engine.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accepting::Accepting;
use crate::flows::Flows;
use crate::heavy::Heavy;
use crate::inbound::Inbound;
use crate::port::Port;
use crate::script::Script;
use crate::server::Leads;
use crate::stats::PortStats;
use crate::udp::Socket;
use crate::worker::{Listener, Packets, Serving, accept, relay};

/// How long flows may take to end when their port is closed or the engine stops.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// A listening port that is to be served.
pub(crate) struct Opening {
    pub(crate) listener: Option<std::net::TcpListener>,
    pub(crate) packets: Option<std::net::UdpSocket>,
    pub(crate) port: Arc<Port>,
    pub(crate) inbound: Arc<Inbound>,
}

pub(crate) struct Listening {
    pub(crate) port: Arc<Port>,
    inbound: Arc<Inbound>,
    stop: CancellationToken,
    /// Everything that serves it, on all threads.
    served: TaskTracker,
}

impl Listening {
    /// Serves a port on these runtimes: its connections on all of them, of which the one whose `turn` it is waits for them
    /// first; its datagrams on the one after that alone, because its sessions share a socket.
    pub(crate) fn open(
        opening: Opening,
        (turn, runtimes): (usize, &[Handle]),
        (flows, heavy): (&Arc<Flows>, &Arc<Heavy>),
        stop: CancellationToken,
    ) -> io::Result<Listening> {
        let Opening { listener, packets, port, inbound } = opening;
        // All that can fail comes before the first of it is served.
        let shared_out = |listener| Accepting::shared_out(listener, (turn, runtimes));
        let accepting = listener.as_ref().map(shared_out).transpose()?.unwrap_or_default();
        let of_packets = &runtimes[(turn + 1) % runtimes.len()];
        let socket = {
            let _entered = of_packets.enter();
            packets.map(Socket::register).transpose()?
        };
        let served = TaskTracker::new();
        let serving =
            Arc::new(Serving { inbound: Arc::clone(&inbound), served: served.clone(), heavy: Arc::clone(heavy) });
        for (handle, accepting) in runtimes.iter().zip(accepting) {
            let listener = Listener { accepting, port: Arc::clone(&port), serving: Arc::clone(&serving) };
            served.spawn_on(accept(listener, Arc::clone(flows), stop.clone()), handle);
        }
        if let Some(socket) = socket {
            let packets = Packets { socket, port: Arc::clone(&port), inbound: Arc::clone(&inbound) };
            served.spawn_on(relay(packets, Arc::clone(flows), stop.clone(), served.clone()), of_packets);
        }
        Ok(Listening { port, inbound, stop, served })
    }

    /// Stops listening and ends what was accepted; returns when all of it has ended and the address is free, or after
    /// [`GRACE`].
    async fn close(&self) {
        self.stop.cancel();
        let _ = tokio::time::timeout(GRACE, self.ended()).await;
    }

    async fn ended(&self) {
        self.served.close();
        self.served.wait().await;
    }

    fn has_ended(&self) -> bool {
        self.stop.is_cancelled() && self.served.is_empty()
    }
}

/// The ports of an engine, in the order in which they were opened.
#[derive(Default)]
pub(crate) struct Ports(Mutex<Vec<Arc<Listening>>>);

impl Ports {
    pub(crate) fn add(&self, listening: Listening) {
        let mut all = self.lock();
        // One whose closing nobody waited for to the end.
        all.retain(|listening| !listening.has_ended());
        all.push(Arc::new(listening));
    }

    /// Those that are not being closed.
    pub(crate) fn open(&self) -> Vec<Arc<Port>> {
        let all = self.lock();
        let open = all.iter().filter(|listening| !listening.stop.is_cancelled());
        open.map(|listening| Arc::clone(&listening.port)).collect()
    }

    /// Leads what comes to this address elsewhere from the next flow on; false when nothing that listens there can.
    pub(crate) fn lead(&self, listen: SocketAddr, leads: &Leads) -> bool {
        let all = self.lock();
        let mut of_it = all.iter().filter(|one| one.port.listen == listen && !one.stop.is_cancelled()).peekable();
        of_it.peek().is_some() && of_it.all(|listening| listening.inbound.lead(leads.clone()))
    }

    /// The network has changed.
    pub(crate) fn renew(&self) {
        self.lock().iter().for_each(|listening| listening.inbound.renew());
    }

    /// Gives scripts away at this address; false when nothing that listens there does.
    pub(crate) fn give(&self, listen: SocketAddr, scripts: &[Script]) -> bool {
        let all = self.lock();
        let mut of_it = all.iter().filter(|one| one.port.listen == listen && !one.stop.is_cancelled());
        of_it.any(|listening| listening.inbound.give(scripts.to_vec()))
    }

    /// Closes what listens on this address, and says what each such port has carried to its end; nothing if there is none.
    pub(crate) async fn close(&self, listen: SocketAddr) -> Vec<PortStats> {
        let of_it = |listening: &&Arc<Listening>| listening.port.listen == listen && !listening.stop.is_cancelled();
        let closing: Vec<_> = self.lock().iter().filter(of_it).cloned().collect();
        for listening in &closing {
            listening.close().await;
        }
        self.lock().retain(|listening| !listening.has_ended());
        closing.iter().map(|listening| listening.port.read()).collect()
    }

    /// Returns when everything that served any of them has ended.
    pub(crate) async fn ended(&self) {
        let all = self.lock().clone();
        for listening in all {
            listening.ended().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Listening>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
