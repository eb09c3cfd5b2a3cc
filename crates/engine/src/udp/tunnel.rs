//! `Tunnel`: the datagrams of a tunnel port, all to one target.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use parasol_proto::Address;
use tokio_util::task::TaskTracker;

use super::batch::{Desk, at_desk};
use super::session::{Client, Session, Tally, Wrap};
use super::socket::{Socket, plain};
use super::table::{Key, Table};
use crate::dial::Dialer;
use crate::flows::{Flows, Proof};
use crate::port::Port;
use crate::random;
use crate::server::Outlet;

pub(crate) struct Tunnel {
    pub(crate) target: Address,
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) dialer: Arc<Dialer>,
}

impl Tunnel {
    /// Serves the datagrams of `socket` for as long as it is polled. Sessions, one for each address of a client, are
    /// tasks of `served`.
    pub(crate) async fn serve(&self, socket: Socket, port: &Arc<Port>, flows: &Arc<Flows>, served: &TaskTracker) {
        let (socket, table) = (Arc::new(socket), Arc::<Mutex<Table>>::default());
        let begin = |client| {
            let entry = flows.open_packets(port, client, Proof::Given)?;
            let (flow, near) = (Arc::clone(&entry.flow), Arc::clone(&socket));
            let dialer = Arc::clone(&self.dialer);
            let session = Arc::new(Session::new(flow, near, self.outlet.outbound().into(), Wrap::Bare, dialer));
            let (running, table) = (Arc::clone(&session), Arc::clone(&table));
            served.spawn(async move {
                let end = running.run().await;
                let key = Key::Source(plain(client));
                table.lock().unwrap_or_else(PoisonError::into_inner).remove(&key, &running, Instant::now());
                entry.finish(end);
            });
            Some(session)
        };
        loop {
            socket.readable().await;
            at_desk(|Desk { batch, outbox }| {
                let now = random::unix_now();
                let mut tally = Tally::default();
                batch.receive(&socket);
                for (meta, payload) in batch.datagrams() {
                    let key = Key::Source(plain(meta.addr));
                    let session = {
                        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
                        match table.get(&key) {
                            Some(session) => Arc::clone(session),
                            None => {
                                let Some(session) = begin(meta.addr) else { continue };
                                table.insert(key, Arc::clone(&session));
                                session
                            }
                        }
                    };
                    let at = meta.dst_ip.filter(|_| socket.local.ip().is_unspecified());
                    let mut state = session.state();
                    state.client = Some(Client { address: meta.addr, at });
                    session.up(&mut state, &self.target, payload, now, outbox);
                    tally.add(&session, payload.len());
                }
            });
        }
    }
}
