//! `Instead`: why a port cannot be had, and which one could be in its place.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};

use parasol_platform::{Transport, port_owner, reserved_ports};

use crate::problem::Problem;

/// What another port in place of one that cannot be had has to be.
#[derive(Debug, Clone)]
pub(crate) struct Instead {
    /// Free over TCP.
    pub(super) tcp: bool,
    /// Free over UDP.
    pub(super) udp: bool,
    /// Not one of these, which are to be listened on although they may not be now.
    pub(super) others: Vec<u16>,
}

/// Whether `address` could be listened on at this moment. It may be taken the next one. Blocks for as long as
/// [`super::Relay::start`] may.
///
/// # Errors
/// What is in the way.
pub(crate) fn probe(address: SocketAddr, others: Vec<u16>) -> Result<(), Problem> {
    let instead = Instead { tcp: true, udp: false, others };
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(taken(address, false, &instead)),
        Err(error) => Err(refused(address, &error, &instead)),
    }
}

/// That another program listens on `address`, and which one. Blocks.
pub(crate) fn taken(address: SocketAddr, udp: bool, instead: &Instead) -> Problem {
    let owner = port_owner(address, if udp { Transport::Udp } else { Transport::Tcp }).unwrap_or_default();
    Problem::PortTaken {
        port: address.port(),
        process: owner.process,
        pid: owner.pid,
        udp,
        next_free: instead.next_free(address.ip(), address.port()),
    }
}

/// That the system does not let us have `address`. Blocks.
pub(crate) fn refused(address: SocketAddr, error: &io::Error, instead: &Instead) -> Problem {
    let port = address.port();
    let denied = error.kind() == io::ErrorKind::PermissionDenied;
    match denied.then(|| instead.find_over(|transport| reserved_ports(port, transport))).flatten() {
        Some(range) => {
            let (first, last) = range.into_inner();
            Problem::PortReserved { port, first, last, next_free: instead.next_free(address.ip(), last) }
        }
        None => Problem::BindFailed { address: address.to_string(), cause: error.to_string() },
    }
}

impl Instead {
    /// Of one that takes connections.
    pub(crate) fn tcp() -> Instead {
        Instead { tcp: true, udp: false, others: Vec::new() }
    }

    /// What is found over one of the transports that it is wanted for: any of them can be what was refused.
    fn find_over<T>(&self, look: impl Fn(Transport) -> Option<T>) -> Option<T> {
        let transports = [(self.tcp, Transport::Tcp), (self.udp, Transport::Udp)];
        transports.into_iter().filter(|(wanted, _)| *wanted).find_map(|(_, transport)| look(transport))
    }

    /// The first port above `taken` that can be listened on at this moment, over all that it is wanted for. Only a hint: it
    /// may be taken the next moment.
    fn next_free(&self, ip: IpAddr, taken: u16) -> Option<u16> {
        /// Far enough to get past a block of ports that one program holds.
        const LOOK_AT: usize = 100;
        let is_free = |port: u16| {
            // Held until both are known, as they will be.
            let tcp = self.tcp.then(|| TcpListener::bind((ip, port)));
            let udp = self.udp.then(|| UdpSocket::bind((ip, port)));
            tcp.is_none_or(|bound| bound.is_ok()) && udp.is_none_or(|bound| bound.is_ok())
        };
        let above = (taken..=u16::MAX).skip(1).filter(|port| !self.others.contains(port));
        above.take(LOOK_AT).find(|&port| is_free(port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_free_over_all_it_is_wanted_for_and_nobodys() {
        let ip = IpAddr::from([127, 0, 0, 1]);
        let taken = UdpSocket::bind((ip, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let both = Instead { tcp: true, udp: true, others: Vec::new() };
        let (Some(below), Some(free)) = (port.checked_sub(1), both.next_free(ip, port)) else { return };
        assert!(free > port);
        assert_ne!(both.next_free(ip, below), Some(port), "it is taken over UDP");
        let others = Instead { others: vec![free], ..both };
        assert!(others.next_free(ip, port).is_none_or(|other| other > free), "that one is somebody's already");
    }

    #[test]
    fn a_port_of_an_administrators_names_the_range_and_one_above_it() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let said = refused("127.0.0.1:1".parse().unwrap(), &denied, &Instead::tcp());
        match said {
            Problem::PortReserved { port: 1, first: 1, last, next_free } => {
                assert!(next_free.is_none_or(|free| free > last));
            }
            // Where everybody may have it, or on Windows.
            Problem::BindFailed { .. } => {}
            other => panic!("{other:?}"),
        }
        let other = refused("127.0.0.1:65535".parse().unwrap(), &denied, &Instead::tcp());
        assert!(matches!(other, Problem::BindFailed { .. }), "{other:?}");
    }

    #[test]
    fn a_range_that_is_reserved_is_looked_for_over_all_that_the_port_is_wanted_for_and_nothing_else() {
        for (tcp, udp, over_tcp, over_udp) in
            [(true, false, true, false), (false, true, false, true), (true, true, true, true)]
        {
            let instead = Instead { tcp, udp, others: Vec::new() };
            let found = |wanted| instead.find_over(|transport| (transport == wanted).then_some(())).is_some();
            assert_eq!((found(Transport::Tcp), found(Transport::Udp)), (over_tcp, over_udp), "{instead:?}");
        }
    }

    #[test]
    fn above_the_last_port_there_is_none() {
        assert_eq!(Instead::tcp().next_free(IpAddr::from([127, 0, 0, 1]), u16::MAX), None);
    }
}
