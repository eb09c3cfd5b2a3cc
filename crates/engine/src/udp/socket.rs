//! `Socket`: a UDP socket that receives and sends in batches.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};

use quinn_udp::{RecvMeta, Transmit, UdpSocketState};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use crate::socket_options::allow_fragments;

pub(crate) struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
    pub(crate) local: SocketAddr,
}

impl Socket {
    /// Gives a bound socket to the runtime that is entered.
    pub(crate) fn register(socket: std::net::UdpSocket) -> io::Result<Socket> {
        let state = UdpSocketState::new((&socket).into())?;
        let local = socket.local_addr()?;
        let io = UdpSocket::from_std(socket)?;
        // After the state was made, which forbids them.
        allow_fragments(&io)?;
        Ok(Socket { io, state, local })
    }

    /// Waits until there may be something to receive.
    pub(crate) async fn readable(&self) {
        if self.io.readable().await.is_err() {
            // The runtime is ending, and with it whoever waits here.
            std::future::pending().await
        }
    }

    /// Receives what is there, as far as there are buffers; how many were filled. Errors belong to datagrams that were
    /// sent before (an ICMP message came back) and mean nothing for those that come.
    ///
    /// When fewer came than there is room for, the socket is taken to be empty, which saves asking it again only to hear
    /// that it would block.
    pub(crate) fn receive(&self, buffers: &mut [IoSliceMut<'_>], metas: &mut [RecvMeta]) -> usize {
        let room = buffers.len();
        let mut partial = 0;
        let whole =
            self.io.try_io(Interest::READABLE, || match self.state.recv((&self.io).into(), buffers, metas)? {
                n if n == room => Ok(n),
                n => {
                    partial = n;
                    Err(io::ErrorKind::WouldBlock.into())
                }
            });
        whole.unwrap_or(partial)
    }

    /// Sends now or not at all. The runtime is not asked whether the socket takes it: of a new socket it does not know.
    pub(crate) fn send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.state.try_send((&self.io).into(), transmit)
    }

    /// How many datagrams may be sent at once.
    pub(crate) fn segments(&self) -> usize {
        self.state.max_gso_segments()
    }
}

/// The address from which this machine would send to `to`; `None` where there is no way there.
pub(crate) fn way_to(to: SocketAddr) -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind(SocketAddr::new(unspecified(to), 0)).ok()?;
    // Sends nothing: it only fixes the two ends.
    socket.connect(to).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

/// Any address of the family of `like`.
fn unspecified(like: SocketAddr) -> IpAddr {
    match like {
        SocketAddr::V4(_) => IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED),
    }
}

/// IP and port alone, IPv4 as such: how addresses are compared.
pub(crate) fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::net::sockopt::{Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, ip_mtu_discover, ipv6_mtu_discover};

    use super::*;

    #[tokio::test]
    async fn datagrams_may_be_sent_in_fragments() {
        let socket = |at: &str| std::net::UdpSocket::bind(at).and_then(Socket::register);
        let v4 = socket("127.0.0.1:0").unwrap();
        assert_eq!(ip_mtu_discover(&v4.io).unwrap(), Ipv4PathMtuDiscovery::WANT);
        // Some containers have no IPv6 at all.
        let Ok(v6) = socket("[::1]:0") else { return };
        assert_eq!(ip_mtu_discover(&v6.io).unwrap(), Ipv4PathMtuDiscovery::WANT);
        assert_eq!(ipv6_mtu_discover(&v6.io).unwrap(), Ipv6PathMtuDiscovery::WANT);
    }
}
