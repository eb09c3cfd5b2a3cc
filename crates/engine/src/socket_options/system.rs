//! What one system offers of sockets and another does not. The only file of this crate that is other code on other
//! systems: what they do not offer is refused by name where it is asked for, or left out where nobody asks for it.

#[cfg(target_os = "linux")]
pub(crate) use self::linux::*;
#[cfg(not(target_os = "linux"))]
pub(crate) use self::others::*;

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::time::Duration;

    use nix::libc;
    use nix::sys::socket::{getsockopt, setsockopt, sockopt};
    use nix::{getsockopt_impl, setsockopt_impl, sockopt_impl};
    use rustix::net::sockopt::{
        Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, set_ip_mtu_discover, set_ipv6_mtu_discover,
    };
    use socket2::{Domain, Protocol, Socket, Type};
    use tokio::net::{TcpStream, UdpSocket};

    sockopt_impl!(
        /// What the system knows of a connection.
        Info,
        GetOnly,
        libc::IPPROTO_TCP,
        libc::TCP_INFO,
        libc::tcp_info
    );

    sockopt_impl!(
        /// How many connections may have opened with data and not be accepted yet (RFC 7413).
        FastQueue,
        Both,
        libc::IPPROTO_TCP,
        libc::TCP_FASTOPEN,
        i32
    );

    /// How long nothing came from the other end of a connection, no answer to a probe either; `None` where that is not
    /// known.
    pub(crate) fn silent_for(stream: &TcpStream) -> Option<Duration> {
        let info = getsockopt(stream, Info).ok()?;
        Some(Duration::from_millis(info.tcpi_last_ack_recv.min(info.tcpi_last_data_recv).into()))
    }

    pub(crate) fn set_mark(socket: &Socket, mark: u32) -> io::Result<()> {
        socket.set_mark(mark)
    }

    pub(crate) fn reuse_port(socket: &Socket) -> io::Result<()> {
        socket.set_reuse_port(true)
    }

    /// A socket of Multipath TCP; `None` where the kernel has none or it is switched off.
    pub(crate) fn mptcp(domain: Domain) -> Option<Socket> {
        non_blocking(domain, Type::STREAM, Protocol::MPTCP).ok()
    }

    /// In one system call, where others take three.
    pub(crate) fn non_blocking(domain: Domain, kind: Type, protocol: Protocol) -> io::Result<Socket> {
        Socket::new(domain, kind.nonblocking(), Some(protocol))
    }

    pub(crate) fn bind_device(socket: &Socket, interface: &str) -> io::Result<()> {
        socket.bind_device(Some(interface.as_bytes()))
    }

    /// Connecting succeeds at once when the system knows the server from before, and opens with the first bytes written.
    /// Where the administrator has switched that off, connections open as usual.
    pub(crate) fn fast_open(socket: &Socket) {
        if let Err(error) = setsockopt(socket, sockopt::TcpFastOpenConnect, &true) {
            tracing::debug!(%error, "no fast open");
        }
    }

    /// Takes connections that open with data. The same holds of an administrator who has switched that off.
    pub(crate) fn listen_fast(socket: &Socket, queue: i32) {
        if let Err(error) = setsockopt(socket, FastQueue, &queue) {
            tracing::debug!(%error, "no fast open");
        }
    }

    #[cfg(test)]
    pub(crate) fn fast_queue(listener: &std::net::TcpListener) -> nix::Result<i32> {
        getsockopt(listener, FastQueue)
    }

    /// Lets datagrams that are longer than the way's packets be sent in fragments, as the system does by itself. A
    /// client cannot know how much sealing adds, and `quinn-udp` forbids fragments, which QUIC has no use for.
    pub(crate) fn allow_fragments(socket: &UdpSocket) -> io::Result<()> {
        if socket.local_addr()?.is_ipv6() {
            set_ipv6_mtu_discover(socket, Ipv6PathMtuDiscovery::WANT)?;
        }
        // Of IPv6 sockets too: it holds of the IPv4 addresses that they reach.
        Ok(set_ip_mtu_discover(socket, Ipv4PathMtuDiscovery::WANT)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod others {
    use std::io;
    use std::time::Duration;

    use socket2::{Domain, Protocol, Socket, Type};
    use tokio::net::{TcpStream, UdpSocket};

    /// No library asks for it there.
    pub(crate) fn silent_for(_stream: &TcpStream) -> Option<Duration> {
        None
    }

    pub(crate) fn set_mark(_socket: &Socket, _mark: u32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn reuse_port(_socket: &Socket) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn mptcp(_domain: Domain) -> Option<Socket> {
        None
    }

    pub(crate) fn non_blocking(domain: Domain, kind: Type, protocol: Protocol) -> io::Result<Socket> {
        let socket = Socket::new(domain, kind, Some(protocol))?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    }

    pub(crate) fn bind_device(_socket: &Socket, _interface: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn fast_open(_socket: &Socket) {}

    pub(crate) fn listen_fast(_socket: &Socket, _queue: i32) {}

    /// No library lifts it there.
    pub(crate) fn allow_fragments(_socket: &UdpSocket) -> io::Result<()> {
        Ok(())
    }
}
