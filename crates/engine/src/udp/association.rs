//! A SOCKS5 UDP association (RFC 1928 §7): a socket of its own, for one client, as long as its control connection.

use std::net::SocketAddr;
use std::sync::Arc;

use parasol_proto::Address;
use parasol_proto::socks5::{Reply, UdpHeader};
use tokio::net::TcpStream;

use super::batch::at_desk;
use super::session::{Client, Far, Session, Wrap};
use super::socket::{Socket, plain};
use crate::dial::Dialer;
use crate::flow::Word;
use crate::flows::Entry;
use crate::inbound::{Head, egress_of};
use crate::network::Fate;
use crate::random;
use crate::routing::Router;
use crate::socket::write_all;
use crate::socket_options::SocketOptions;
use crate::stats::Direction;
use crate::summary::{DialFailure, FlowEnd};
use crate::watch::fate;

/// Serves an association until its control connection ends. `expected` is where the client says it will send from: its
/// port counts; of its address only that of the control connection does.
pub(crate) async fn associate(
    entry: &Entry,
    control: &TcpStream,
    mut head: Head<'_>,
    expected: Option<Address>,
    far: Far,
    dialer: Arc<Dialer>,
    router: Arc<Router>,
) -> FlowEnd {
    let mut reply = Vec::new();
    // The client's side, which no option for what leaves concerns.
    let near = || SocketOptions::default().listen_for_datagrams(beside(control.local_addr()?));
    let bound = control.peer_addr().and_then(|peer| Ok((peer, Socket::register(near()?)?)));
    let Ok((peer, socket)) = bound else {
        Reply::GeneralFailure.encode(SocketAddr::from(([0, 0, 0, 0], 0)), &mut reply);
        let _ = write_all(control, &reply).await;
        return FlowEnd::DialFailed(DialFailure::NoResources);
    };
    entry.associate();
    let socket = Arc::new(socket);
    Reply::Succeeded.encode(socket.local, &mut reply);
    if write_all(control, &reply).await.is_err() {
        return FlowEnd::Done;
    }
    let session = Session::new(Arc::clone(&entry.flow), Arc::clone(&socket), far, Wrap::Socks, dialer)
        .routed_by(router)
        .within(egress_of(control));
    let port = expected.map(|address| address.port());
    tokio::select! {
        biased;
        end = session.run() => end,
        () = head.drain() => FlowEnd::Done,
        () = lost(entry, control) => FlowEnd::Stranded,
        () = take(&session, &socket, plain(peer), port) => FlowEnd::Done,
    }
}

/// When the control connection has gone with the network that it came in by.
async fn lost(entry: &Entry, control: &TcpStream) {
    let mut heard = entry.flow.changes();
    loop {
        match entry.flow.word(&mut heard).await {
            Word::Network(change) if fate(control, &change) == Fate::Ends => return,
            Word::Network(_) => {}
            // Whoever runs the session says how.
            Word::End(_) => std::future::pending().await,
        }
    }
}

/// Any port at the address at which the control connection came in.
fn beside(mut control: SocketAddr) -> SocketAddr {
    // The scope of a link-local address stays.
    if control.ip().to_canonical() != control.ip() {
        control = plain(control);
    }
    control.set_port(0);
    control
}

/// Takes the client's datagrams; never ends.
async fn take(session: &Session, socket: &Socket, peer: SocketAddr, mut port: Option<u16>) {
    loop {
        socket.readable().await;
        at_desk(|desk| {
            let now = random::unix_now();
            let mut passed = None;
            desk.batch.receive(socket);
            let mut state = session.state();
            for (meta, datagram) in desk.batch.datagrams() {
                let source = plain(meta.addr);
                if source.ip() != peer.ip() || port.is_some_and(|port| port != source.port()) {
                    continue;
                }
                let Ok((UdpHeader { address: target }, payload)) = UdpHeader::decode(datagram) else { continue };
                if port.is_none() || state.client.is_none() {
                    // From now on nobody else of the client's machine can send, or have the answers.
                    port = Some(source.port());
                    state.client = Some(Client { address: meta.addr, at: None });
                }
                session.up(&mut state, &target, &datagram[payload..], now, &mut desk.outbox);
                *passed.get_or_insert(0) += (datagram.len() - payload) as u64;
            }
            if let Some(bytes) = passed {
                session.passed(Direction::Tx, bytes);
            }
        });
    }
}
