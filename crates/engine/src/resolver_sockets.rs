//! `ResolverSockets`: the sockets that names are looked up with, which leave the way that all other datagrams and
//! connections leave. Otherwise the names of targets would show on a way that the user chose not to take.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::net::runtime::iocompat::AsyncIoTokioAsStd;
use hickory_resolver::net::runtime::{RuntimeProvider, TokioHandle, TokioTime};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::socket_options::{Peer, SocketOptions};

/// How long a connection to a name server may take to open when the resolver does not say.
const CONNECT: Duration = Duration::from_secs(5);

/// See the module.
#[derive(Clone)]
pub(crate) struct ResolverSockets {
    handle: TokioHandle,
    sockets: Arc<SocketOptions>,
}

impl ResolverSockets {
    pub(crate) fn new(sockets: Arc<SocketOptions>) -> ResolverSockets {
        ResolverSockets { handle: TokioHandle::default(), sockets }
    }

    /// A resolver of this machine itself is reached by no interface but its own.
    fn options(&self, server: SocketAddr) -> SocketOptions {
        let interface = self.sockets.interface.clone().filter(|_| !server.ip().is_loopback());
        SocketOptions { interface, ..SocketOptions::clone(&self.sockets) }
    }
}

type Opening<S> = Pin<Box<dyn Send + Future<Output = io::Result<S>>>>;

impl RuntimeProvider for ResolverSockets {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = UdpSocket;
    type Tcp = AsyncIoTokioAsStd<TcpStream>;

    fn create_handle(&self) -> TokioHandle {
        self.handle.clone()
    }

    fn connect_tcp(&self, server: SocketAddr, _: Option<SocketAddr>, patience: Option<Duration>) -> Opening<Self::Tcp> {
        let options = self.options(server);
        Box::pin(async move {
            let stream = timeout(patience.unwrap_or(CONNECT), options.connect(server, Peer::Target)).await??;
            Ok(AsyncIoTokioAsStd(stream))
        })
    }

    /// From the port that the resolver chose at random.
    fn bind_udp(&self, local: SocketAddr, server: SocketAddr) -> Opening<UdpSocket> {
        let options = self.options(server);
        Box::pin(async move { UdpSocket::from_std(options.send_datagrams_from(local.port(), server)?) })
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::config::NameServers;
    use crate::resolve::Resolver;

    #[tokio::test]
    async fn names_are_asked_for_from_the_address_that_all_else_comes_from() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let from = IpAddr::from([127, 0, 0, 7]);
        let sockets = Arc::new(SocketOptions { bind_address: Some(from), ..SocketOptions::default() });
        let servers = NameServers::These(vec![server.local_addr().unwrap()]);
        let resolver = Resolver::new(servers, sockets);
        let name = parasol_proto::Domain::new("www.example.org").unwrap();
        let mut question = [0; 512];
        let asked = async { server.recv_from(&mut question).await.unwrap().1.ip() };
        let source = tokio::select! {
            source = asked => source,
            found = resolver.lookup(&name) => panic!("nobody answered: {found:?}"),
        };
        assert_eq!(source, from);
    }

    #[test]
    fn only_a_resolver_of_this_machine_is_asked_by_no_interface() {
        let sockets = SocketOptions { interface: Some("eth0".to_owned()), mark: Some(7), ..SocketOptions::default() };
        let sockets = ResolverSockets::new(Arc::new(sockets));
        for (server, interface) in [("127.0.0.53:53", None), ("[::1]:53", None), ("192.0.2.1:53", Some("eth0"))] {
            let options = sockets.options(server.parse().unwrap());
            assert_eq!((options.interface.as_deref(), options.mark), (interface, Some(7)), "{server}");
        }
    }
}
