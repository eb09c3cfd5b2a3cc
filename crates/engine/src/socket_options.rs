//! `SocketOptions`: how sockets are set up, and the sockets made that way.

mod system;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::TcpStream;

use self::system::{bind_device, fast_open, listen_fast, mptcp, non_blocking, reuse_port, set_mark};

pub(crate) use self::system::{allow_fragments, silent_for};

/// How sockets are set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketOptions {
    /// How long a connection is silent before the system asks whether its other end is still there, and how long it
    /// waits between two such questions; `None` never asks. Whole seconds, at least 1.
    pub keep_alive: Option<Duration>,
    /// Small pieces leave at once instead of waiting for more (`TCP_NODELAY`).
    pub no_delay: bool,
    /// The first bytes to a Shadowsocks server go with the opening of the connection, and listening ports take such
    /// openings (RFC 7413). Linux only. Not for targets that are dialled directly: who lets the other side talk first
    /// would wait for ever.
    pub fast_open: bool,
    /// Connections are taken and made as Multipath TCP (RFC 8684) where the kernel has it, else as plain TCP. Linux
    /// only.
    pub mptcp: bool,
    /// In which order the addresses of a name are tried.
    pub families: Families,
    /// A port on `[::]` takes nothing from IPv4.
    pub listen_v6_only: bool,
    /// The address that dialled connections and datagrams come from; only addresses of its family are dialled.
    pub bind_address: Option<IpAddr>,
    /// The network interface that dialled connections and datagrams leave by. Linux only.
    pub interface: Option<String>,
    /// The mark of dialled connections and datagrams, for the machine's routing rules. Linux only, and for programs
    /// with the right to it.
    pub mark: Option<u32>,
    /// Other programs of this user may listen on the same ports, and each gets a share. Linux only.
    pub reuse_port: bool,
}

/// In which order the addresses of a name are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Families {
    /// IPv6 and IPv4 in turns (RFC 8305 §4).
    #[default]
    InTurns,
    /// All of IPv6 before the first of IPv4.
    V6First,
    /// IPv6 and nothing else.
    V6Only,
}

/// What is dialled, as far as it matters to the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A Shadowsocks server, which never talks first.
    Server,
    /// Anybody.
    Target,
}

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;
/// Long enough to cost nothing, short enough for the routers on the way to remember the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// How often, and how many times in vain, an other end is asked of which it is not known whether it is still there.
const PROBE: Duration = Duration::from_secs(1);
const PROBES: u32 = 4;
/// What Linux has where nobody says; other systems have about as many.
const USUAL_PROBES: u32 = 9;

impl Default for SocketOptions {
    fn default() -> Self {
        SocketOptions {
            keep_alive: Some(KEEP_ALIVE),
            no_delay: true,
            fast_open: false,
            mptcp: false,
            families: Families::InTurns,
            listen_v6_only: false,
            bind_address: None,
            interface: None,
            mark: None,
            reuse_port: false,
        }
    }
}

impl SocketOptions {
    /// The first option that is asked for and that this system does not offer, by its name on command lines.
    #[must_use]
    pub fn unsupported(&self) -> Option<&'static str> {
        if cfg!(target_os = "linux") {
            return None;
        }
        [
            (self.fast_open, "--fast-open"),
            (self.mptcp, "--mptcp"),
            (self.interface.is_some(), "--outbound-bind-interface"),
            (self.mark.is_some(), "--outbound-fwmark"),
            (self.reuse_port, "--reuse-port"),
        ]
        .into_iter()
        .find_map(|(asked, name)| asked.then_some(name))
    }

    /// A socket that listens on `address`.
    pub(crate) fn listen(&self, address: SocketAddr) -> io::Result<std::net::TcpListener> {
        let socket = self.stream_socket(address)?;
        // On Unix this lets a port be taken again while old connections linger; on Windows it would let two programs
        // listen on the same port.
        if cfg!(unix) {
            socket.set_reuse_address(true)?;
        }
        self.set_up_port(&socket, address)?;
        // Inherited by what is accepted, where the system does that.
        self.set_up(&SockRef::from(&socket))?;
        socket.bind(&address.into())?;
        if self.fast_open {
            listen_fast(&socket, BACKLOG);
        }
        socket.listen(BACKLOG)?;
        Ok(socket.into())
    }

    /// A connection to `address`.
    pub(crate) async fn connect(&self, address: SocketAddr, peer: Peer) -> io::Result<TcpStream> {
        let socket = self.stream_socket(address)?;
        if let Some(ip) = self.bind_address {
            socket.bind(&SocketAddr::new(ip, 0).into())?;
        }
        self.set_up_way(&socket)?;
        if self.fast_open && peer == Peer::Server {
            fast_open(&socket);
        }
        self.set_up(&SockRef::from(&socket))?;
        tokio::net::TcpSocket::from_std_stream(socket.into()).connect(address).await
    }

    /// A socket that takes the datagrams of a port.
    pub(crate) fn listen_for_datagrams(&self, address: SocketAddr) -> io::Result<std::net::UdpSocket> {
        let socket = datagram_socket(address)?;
        self.set_up_port(&socket, address)?;
        socket.bind(&address.into())?;
        Ok(socket.into())
    }

    /// A socket that sends datagrams to addresses of the family of `to`.
    pub(crate) fn send_datagrams(&self, to: SocketAddr) -> io::Result<std::net::UdpSocket> {
        self.send_datagrams_from(0, to)
    }

    /// The same from this port.
    pub(crate) fn send_datagrams_from(&self, port: u16, to: SocketAddr) -> io::Result<std::net::UdpSocket> {
        let any = match to {
            SocketAddr::V4(_) => IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
            SocketAddr::V6(_) => IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED),
        };
        let from = match self.bind_address {
            Some(_) if !self.reaches(to.ip()) => return Err(io::ErrorKind::AddrNotAvailable.into()),
            Some(ip) => ip,
            None => any,
        };
        let socket = datagram_socket(to)?;
        self.set_up_way(&socket)?;
        socket.bind(&SocketAddr::new(from, port).into())?;
        Ok(socket.into())
    }

    /// May this address be dialled from [`SocketOptions::bind_address`] at all?
    pub(crate) fn reaches(&self, ip: IpAddr) -> bool {
        self.bind_address.is_none_or(|from| from.is_ipv6() == ip.is_ipv6())
    }

    fn stream_socket(&self, address: SocketAddr) -> io::Result<Socket> {
        let domain = Domain::for_address(address);
        if self.mptcp
            && let Some(socket) = mptcp(domain)
        {
            return Ok(socket);
        }
        non_blocking(domain, Type::STREAM, Protocol::TCP)
    }

    /// What holds of every port, whatever is spoken there.
    fn set_up_port(&self, socket: &Socket, address: SocketAddr) -> io::Result<()> {
        if self.listen_v6_only && address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        if self.reuse_port { reuse_port(socket) } else { Ok(()) }
    }

    /// How what is dialled is reached.
    fn set_up_way(&self, socket: &Socket) -> io::Result<()> {
        if let Some(interface) = &self.interface {
            bind_device(socket, interface)?;
        }
        self.mark.map_or(Ok(()), |mark| set_mark(socket, mark))
    }

    fn set_up(&self, socket: &SockRef<'_>) -> io::Result<()> {
        if self.no_delay {
            socket.set_tcp_nodelay(true)?;
        }
        self.kept_alive().map_or(Ok(()), |keep_alive| socket.set_tcp_keepalive(&keep_alive))
    }

    fn kept_alive(&self) -> Option<TcpKeepalive> {
        let every = self.keep_alive?.max(Duration::from_secs(1));
        Some(TcpKeepalive::new().with_time(every).with_interval(every))
    }

    /// Has the system ask the other end each second whether it is still there, and give it up when it does not answer.
    pub(crate) fn probe(&self, stream: &TcpStream) {
        let keep_alive = TcpKeepalive::new().with_time(PROBE).with_interval(PROBE).with_retries(PROBES);
        if let Err(error) = SockRef::from(stream).set_tcp_keepalive(&keep_alive) {
            tracing::debug!(%error, "the other end of a connection cannot be asked");
        }
    }

    /// No more often than usual from now on.
    pub(crate) fn probe_no_more(&self, stream: &TcpStream) {
        let socket = SockRef::from(stream);
        // One that is lost meanwhile cannot be set up, and need not be.
        let _ = match self.kept_alive() {
            Some(keep_alive) => socket.set_tcp_keepalive(&keep_alive.with_retries(USUAL_PROBES)),
            None => socket.set_keepalive(false),
        };
    }
}

/// What the kernel is asked to queue of datagrams in each direction; it gives as much as its limits allow.
const DATAGRAM_QUEUE: usize = 1 << 20;

fn datagram_socket(like: SocketAddr) -> io::Result<Socket> {
    let socket = non_blocking(Domain::for_address(like), Type::DGRAM, Protocol::UDP)?;
    let _ = socket.set_recv_buffer_size(DATAGRAM_QUEUE);
    let _ = socket.set_send_buffer_size(DATAGRAM_QUEUE);
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    async fn connected(options: &SocketOptions, peer: Peer) -> io::Result<(TcpStream, std::net::TcpListener)> {
        let listener = std::net::TcpListener::bind(LOOPBACK)?;
        Ok((options.connect(listener.local_addr()?, peer).await?, listener))
    }

    #[tokio::test]
    async fn keep_alive_and_no_delay_are_on_unless_switched_off() {
        let off = SocketOptions { keep_alive: None, no_delay: false, ..SocketOptions::default() };
        let seconds = SocketOptions { keep_alive: Some(Duration::from_secs(7)), ..SocketOptions::default() };
        for (options, every) in [(SocketOptions::default(), Some(KEEP_ALIVE)), (seconds, Some(Duration::from_secs(7)))]
        {
            let (stream, _listener) = connected(&options, Peer::Target).await.unwrap();
            let socket = SockRef::from(&stream);
            assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
            assert_eq!(Some(socket.tcp_keepalive_time().unwrap()), every);
            assert_eq!(Some(socket.tcp_keepalive_interval().unwrap()), every);
        }
        let (stream, _listener) = connected(&off, Peer::Target).await.unwrap();
        let socket = SockRef::from(&stream);
        assert!(!socket.tcp_nodelay().unwrap() && !socket.keepalive().unwrap());
    }

    #[tokio::test]
    async fn connections_come_from_the_address_they_are_bound_to() {
        let from = IpAddr::from([127, 0, 0, 7]);
        let options = SocketOptions { bind_address: Some(from), ..SocketOptions::default() };
        let (stream, _listener) = connected(&options, Peer::Target).await.unwrap();
        assert_eq!(stream.local_addr().unwrap().ip(), from);
        assert!(options.reaches(Ipv4Addr::LOCALHOST.into()) && !options.reaches(Ipv6Addr::LOCALHOST.into()));
    }

    #[test]
    fn datagrams_come_from_the_address_they_are_bound_to() {
        let from = IpAddr::from([127, 0, 0, 7]);
        let options = SocketOptions { bind_address: Some(from), ..SocketOptions::default() };
        assert_eq!(options.send_datagrams(LOOPBACK).unwrap().local_addr().unwrap().ip(), from);
        assert!(options.send_datagrams((Ipv6Addr::LOCALHOST, 1).into()).is_err());
    }

    #[test]
    fn a_port_on_ipv6_can_be_kept_from_ipv4() {
        let address = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
        for only in [true, false] {
            let options = SocketOptions { listen_v6_only: only, ..SocketOptions::default() };
            // Some containers have no IPv6 at all.
            let Ok(listener) = options.listen(address) else { return };
            let port = listener.local_addr().unwrap().port();
            assert_eq!(SockRef::from(&listener).only_v6().unwrap(), only);
            let from_v4 = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port));
            assert_eq!(from_v4.is_err(), only);
            let packets = options.listen_for_datagrams(address).unwrap();
            assert_eq!(SockRef::from(&packets).only_v6().unwrap(), only);
        }
    }

    #[cfg(target_os = "linux")]
    mod linux {
        use super::*;
        use nix::sys::socket::{getsockopt, sockopt};

        #[tokio::test]
        async fn only_connections_to_servers_open_fast() {
            let options = SocketOptions { fast_open: true, ..SocketOptions::default() };
            for (peer, fast) in [(Peer::Server, true), (Peer::Target, false)] {
                let (stream, _listener) = connected(&options, peer).await.unwrap();
                assert_eq!(getsockopt(&stream, sockopt::TcpFastOpenConnect).unwrap(), fast);
            }
        }

        #[tokio::test]
        async fn ports_take_fast_openings_when_asked() {
            for fast_open in [true, false] {
                let options = SocketOptions { fast_open, ..SocketOptions::default() };
                let listener = options.listen(LOOPBACK).unwrap();
                assert_eq!(system::fast_queue(&listener).unwrap() > 0, fast_open);
            }
        }

        #[tokio::test]
        async fn an_other_end_is_asked_and_then_left_alone_as_before() {
            let never = SocketOptions { keep_alive: None, ..SocketOptions::default() };
            for options in [SocketOptions::default(), never] {
                let (stream, _listener) = connected(&options, Peer::Target).await.unwrap();
                let socket = SockRef::from(&stream);
                options.probe(&stream);
                assert!(socket.keepalive().unwrap());
                let asked = (socket.tcp_keepalive_time().unwrap(), socket.tcp_keepalive_interval().unwrap());
                assert_eq!((asked, socket.tcp_keepalive_retries().unwrap()), ((PROBE, PROBE), PROBES));
                options.probe_no_more(&stream);
                assert_eq!(socket.keepalive().unwrap(), options.keep_alive.is_some());
                if let Some(every) = options.keep_alive {
                    assert_eq!(socket.tcp_keepalive_time().unwrap(), every);
                    assert_eq!(socket.tcp_keepalive_retries().unwrap(), USUAL_PROBES);
                }
                assert!(silent_for(&stream).unwrap() < Duration::from_secs(60), "it has just been heard of");
            }
        }

        #[tokio::test]
        async fn multipath_is_used_where_the_kernel_has_it() {
            let options = SocketOptions { mptcp: true, ..SocketOptions::default() };
            let listener = options.listen(LOOPBACK).unwrap();
            let stream = options.connect(listener.local_addr().unwrap(), Peer::Target).await.unwrap();
            let expected = if mptcp(Domain::IPV4).is_some() { Protocol::MPTCP } else { Protocol::TCP };
            assert_eq!(SockRef::from(&stream).protocol().unwrap(), Some(expected));
            assert_eq!(SockRef::from(&listener).protocol().unwrap(), Some(expected));
        }

        #[test]
        fn ports_are_shared_only_when_asked() {
            for shared in [true, false] {
                let options = SocketOptions { reuse_port: shared, ..SocketOptions::default() };
                let (first, packets) =
                    (options.listen(LOOPBACK).unwrap(), options.listen_for_datagrams(LOOPBACK).unwrap());
                assert_eq!(options.listen(first.local_addr().unwrap()).is_ok(), shared);
                assert_eq!(options.listen_for_datagrams(packets.local_addr().unwrap()).is_ok(), shared);
            }
        }

        #[tokio::test]
        async fn what_leaves_is_marked_where_that_is_allowed() {
            let options = SocketOptions { mark: Some(77), ..SocketOptions::default() };
            // Not everybody has the right to it.
            let Ok(packets) = options.send_datagrams(LOOPBACK) else { return };
            assert_eq!(SockRef::from(&packets).mark().unwrap(), 77);
            let (stream, _listener) = connected(&options, Peer::Target).await.unwrap();
            assert_eq!(SockRef::from(&stream).mark().unwrap(), 77);
        }

        #[tokio::test]
        async fn connections_leave_by_the_interface_they_are_bound_to() {
            let through = |name: &str| SocketOptions { interface: Some(name.to_owned()), ..SocketOptions::default() };
            let (stream, _listener) = connected(&through("lo"), Peer::Target).await.unwrap();
            assert_eq!(SockRef::from(&stream).device().unwrap().as_deref(), Some(&b"lo"[..]));
            assert!(connected(&through("no-such-interface"), Peer::Target).await.is_err());
            let packets = through("lo").send_datagrams(LOOPBACK).unwrap();
            assert_eq!(SockRef::from(&packets).device().unwrap().as_deref(), Some(&b"lo"[..]));
            assert!(through("no-such-interface").send_datagrams(LOOPBACK).is_err());
        }
    }
}
