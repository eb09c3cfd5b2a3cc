//! Dialling: an address to a TCP connection, trying every IP that a name has (happy eyeballs, RFC 8305).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::Address;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::{Egress, NameServers};
use crate::flow::Word;
use crate::flows::Entry;
use crate::resolve::Resolver;
use crate::routing::Routing;
use crate::socket_options::{Peer, SocketOptions};
use crate::stage::Stage;
use crate::summary::{DialFailure, FlowEnd};
use crate::udp::way_to;

/// How long one address is given before the next is tried beside it (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);
/// At most so many addresses are tried; a name with more of them gains nothing by it.
const MAX_ADDRESSES: usize = 8;

/// Makes the connections of an engine.
pub(crate) struct Dialer {
    resolver: Arc<Resolver>,
    sockets: Arc<SocketOptions>,
}

/// Which addresses may be dialled. Asked about the address that is dialled and not about the name, which may mean
/// another address the next time.
pub(crate) enum Fence<'a> {
    /// What the server role's clients may reach, by its egress and its rules, if it has any.
    Served(Egress, Option<&'a Routing>),
    /// What no rule blocks, within the client's egress.
    Routing(&'a Routing, Egress),
    /// None: what is dialled is the user's own server.
    Server,
}

impl Fence<'_> {
    fn allows(&self, address: &Address, ip: IpAddr) -> bool {
        match self {
            Fence::Served(egress, rules) => egress.allows(ip) && rules.is_none_or(|rules| rules.serves_at(address, ip)),
            Fence::Routing(routing, egress) => egress.allows(ip) && routing.allows(address, ip),
            Fence::Server => true,
        }
    }

    fn peer(&self) -> Peer {
        match self {
            Fence::Server => Peer::Server,
            Fence::Served(..) | Fence::Routing(..) => Peer::Target,
        }
    }

    /// Is this machine out of reach, by whatever address of it?
    fn forbids_own(&self) -> bool {
        match self {
            Fence::Served(egress, _) | Fence::Routing(_, egress) => *egress != Egress::Any,
            Fence::Server => false,
        }
    }
}

impl Dialer {
    pub(crate) fn new(name_servers: NameServers, sockets: SocketOptions) -> Dialer {
        let sockets = Arc::new(sockets);
        Dialer { resolver: Arc::new(Resolver::new(name_servers, Arc::clone(&sockets))), sockets }
    }

    /// What looks names up, for datagrams, which need no connection.
    pub(crate) fn resolver(&self) -> Arc<Resolver> {
        Arc::clone(&self.resolver)
    }

    /// How sockets are set up, for the same.
    pub(crate) fn sockets(&self) -> Arc<SocketOptions> {
        Arc::clone(&self.sockets)
    }

    /// The same, for whoever only looks.
    pub(crate) fn options(&self) -> &SocketOptions {
        &self.sockets
    }

    /// What was found out about names is forgotten, and the system's name servers are read again.
    pub(crate) fn renew(&self) {
        self.resolver.renew();
    }

    /// Resolves and connects; walks the flow through its stages. Begins anew when the network changes meanwhile.
    ///
    /// # Errors
    /// How the flow ends because of it.
    pub(crate) async fn dial(&self, entry: &Entry, address: &Address, fence: Fence<'_>) -> Result<TcpStream, FlowEnd> {
        let mut heard = entry.flow.changes();
        loop {
            let word = tokio::select! {
                biased;
                dialled = self.dial_now(entry, address, &fence) => return dialled,
                word = entry.flow.word(&mut heard) => word,
            };
            if let Word::End(end) = word {
                return Err(end);
            }
        }
    }

    async fn dial_now(&self, entry: &Entry, address: &Address, fence: &Fence<'_>) -> Result<TcpStream, FlowEnd> {
        if let Fence::Served(_, Some(rules)) = fence
            && !rules.serves(address)
        {
            return Err(FlowEnd::Blocked);
        }
        let mut addresses = match address {
            Address::Ip(ip) => vec![*ip],
            Address::Domain(name, port) => {
                entry.enter(Stage::Resolve);
                let found = Box::pin(self.resolver.lookup(name)).await.map_err(FlowEnd::ResolveFailed)?;
                found.into_iter().map(|ip| SocketAddr::new(ip, *port)).collect()
            }
        };
        addresses.retain(|found| fence.allows(address, found.ip()));
        if addresses.is_empty() {
            return Err(FlowEnd::Blocked);
        }
        addresses.retain(|found| self.sockets.reaches(found.ip()));
        if addresses.is_empty() {
            return Err(FlowEnd::DialFailed(DialFailure::Unreachable));
        }
        addresses.truncate(MAX_ADDRESSES);
        entry.enter(Stage::Connect);
        let connected = self.connect_any(&addresses, fence.peer()).await;
        let stream = connected.map_err(|error| FlowEnd::DialFailed(failure(&error)))?;
        let bound = self.sockets.bind_address.is_some();
        if fence.forbids_own() && is_own(&stream, bound) {
            return Err(FlowEnd::Blocked);
        }
        Ok(stream)
    }

    /// Connects to whichever of the addresses opens first; nobody's flow, and without a bound of its own.
    ///
    /// # Errors
    /// Why none did.
    pub(crate) async fn connect(&self, mut addresses: Vec<SocketAddr>, peer: Peer) -> Result<TcpStream, DialFailure> {
        addresses.retain(|address| self.sockets.reaches(address.ip()));
        addresses.truncate(MAX_ADDRESSES);
        if addresses.is_empty() {
            return Err(DialFailure::Unreachable);
        }
        self.connect_any(&addresses, peer).await.map_err(|error| failure(&error))
    }

    async fn connect_any(&self, addresses: &[SocketAddr], peer: Peer) -> io::Result<TcpStream> {
        if let [only] = addresses {
            return connect(Arc::clone(&self.sockets), *only, peer).await;
        }
        Box::pin(self.connect_first(addresses, peer)).await
    }

    /// Whichever of several opens first.
    async fn connect_first(&self, addresses: &[SocketAddr], peer: Peer) -> io::Result<TcpStream> {
        let mut waiting = addresses.iter().copied();
        let mut attempts = JoinSet::new();
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        loop {
            match waiting.next() {
                Some(next) => drop(attempts.spawn(connect(Arc::clone(&self.sockets), next, peer))),
                None if attempts.is_empty() => return Err(last),
                None => {}
            }
            let patience = if waiting.len() == 0 { Duration::MAX } else { HEAD_START };
            // An attempt that failed makes room for the next at once.
            match timeout(patience, attempts.join_next()).await {
                Ok(Some(Ok(Ok(stream)))) => return Ok(stream),
                Ok(Some(Ok(Err(error)))) => last = error,
                Ok(Some(Err(_)) | None) | Err(_) => {}
            }
        }
    }
}

/// A public address of this very machine looks like any other, but leads past the firewall to what listens here. Its
/// connections come from itself, or from another of its addresses where sockets are bound to that; then the way there tells.
fn is_own(stream: &TcpStream, bound: bool) -> bool {
    let (Ok(local), Ok(peer)) = (stream.local_addr(), stream.peer_addr()) else { return false };
    local.ip() == peer.ip() || bound && way_to(peer) == Some(peer.ip())
}

async fn connect(sockets: Arc<SocketOptions>, address: SocketAddr, peer: Peer) -> io::Result<TcpStream> {
    check_other(sockets.connect(address, peer).await?, address)
}

/// Connecting to a free port of this machine's ephemeral range can meet itself (TCP's simultaneous open); nobody is
/// there.
fn check_other(stream: TcpStream, dialled: SocketAddr) -> io::Result<TcpStream> {
    if stream.local_addr()? == dialled { Err(io::ErrorKind::ConnectionRefused.into()) } else { Ok(stream) }
}

fn failure(error: &io::Error) -> DialFailure {
    // Out of descriptors: EMFILE and ENFILE, and WSAEMFILE. The standard library has no kind for it.
    const NO_DESCRIPTORS: [i32; 3] = [24, 23, 10024];
    // Out of buffers or ports: ENOBUFS of Linux and of macOS, and WSAENOBUFS.
    const NO_BUFFERS: [i32; 3] = [105, 55, 10055];
    match error.raw_os_error() {
        Some(code) if NO_DESCRIPTORS.contains(&code) || NO_BUFFERS.contains(&code) => return DialFailure::NoResources,
        _ => {}
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => DialFailure::Refused,
        io::ErrorKind::TimedOut => DialFailure::NoAnswer,
        io::ErrorKind::OutOfMemory | io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse => {
            DialFailure::NoResources
        }
        _ => DialFailure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    #[cfg(target_os = "linux")]
    fn socket(ip: [u8; 4]) -> TcpSocket {
        let socket = TcpSocket::new_v4().expect("there are descriptors");
        socket.bind(SocketAddr::from((ip, 0))).expect("loopback has free ports");
        socket
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_connection_that_met_itself_counts_as_refused() {
        let socket = socket([127, 0, 0, 1]);
        let own = socket.local_addr().expect("it is bound");
        let stream = socket.connect(own).await.expect("simultaneous open, RFC 9293 section 3.5");
        let error = check_other(stream, own).expect_err("nobody else is there");
        assert_eq!(failure(&error), DialFailure::Refused);

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        connect(Arc::default(), listener.local_addr().expect("it is bound"), Peer::Target)
            .await
            .expect("somebody is there");
    }

    #[tokio::test]
    async fn a_client_on_another_machine_does_not_reach_what_listens_for_this_one_alone() {
        use crate::config::Deadlines;
        use crate::flows::Flows;
        use crate::port::Port;

        let dialer = Dialer::new(NameServers::System, SocketOptions::default());
        let flows = Arc::new(Flows::new(Deadlines::default(), 10, 10));
        let routing = Routing::default();
        // Where there is a way out, the address at its beginning is ours as well.
        let own = way_to(SocketAddr::from(([192, 0, 2, 1], 9)));
        for ip in [IpAddr::from([127, 0, 0, 1])].into_iter().chain(own) {
            let listener = tokio::net::TcpListener::bind((ip, 0)).await.expect("it is ours");
            let target = Address::from(listener.local_addr().expect("it is bound"));
            let port = Arc::new(Port::new("test".to_owned(), listener.local_addr().unwrap(), Arc::new(())));
            for (egress, reached) in [(Egress::Any, true), (Egress::NotThisMachine, false)] {
                let entry = flows.open(&port, listener.local_addr().unwrap());
                let dialled = dialer.dial(&entry, &target, Fence::Routing(&routing, egress)).await.map(drop);
                assert_eq!(dialled, if reached { Ok(()) } else { Err(FlowEnd::Blocked) }, "{ip} {egress:?}");
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_connection_from_an_address_to_the_same_stays_within_the_machine() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let address = listener.local_addr().expect("it is bound");
        // From an address that it was bound to, it stays within the machine all the same.
        for (from, bound, own) in
            [([127, 0, 0, 1], false, true), ([127, 0, 0, 2], false, false), ([127, 0, 0, 2], true, true)]
        {
            let stream = socket(from).connect(address).await.expect("it listens");
            assert_eq!(is_own(&stream, bound), own, "{from:?} {bound}");
        }
    }

    #[test]
    fn failures_are_told_apart() {
        use io::ErrorKind;
        for (error, expected) in [
            (io::Error::from(ErrorKind::ConnectionRefused), DialFailure::Refused),
            (ErrorKind::ConnectionReset.into(), DialFailure::Refused),
            (ErrorKind::TimedOut.into(), DialFailure::NoAnswer),
            (ErrorKind::NetworkUnreachable.into(), DialFailure::Unreachable),
            (ErrorKind::HostUnreachable.into(), DialFailure::Unreachable),
            (ErrorKind::PermissionDenied.into(), DialFailure::Unreachable),
            (ErrorKind::AddrNotAvailable.into(), DialFailure::NoResources),
            (ErrorKind::AddrInUse.into(), DialFailure::NoResources),
            (ErrorKind::OutOfMemory.into(), DialFailure::NoResources),
            (io::Error::from_raw_os_error(24), DialFailure::NoResources),
            (io::Error::from_raw_os_error(23), DialFailure::NoResources),
        ] {
            assert_eq!(failure(&error), expected, "{error:?}");
        }
    }
}
