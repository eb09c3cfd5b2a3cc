//! Which program of this machine a connection to one of our ports came from.

use std::net::SocketAddr;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

/// A program that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientProgram {
    /// Its short name, which it chose itself: without control characters, and besides of any.
    pub name: String,
    /// Its process.
    pub pid: u32,
}

/// What came in on a port of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Incoming {
    /// Where from.
    pub client: SocketAddr,
    /// The port of ours.
    pub port: u16,
}

/// Looks for programs, and remembers which processes had connections: those mostly have the next ones, too.
#[derive(Debug, Default)]
pub struct ClientPrograms(system::Looker);

impl ClientPrograms {
    /// Whose each of these is, in their order. `None` for what came from another machine, may have come from several
    /// processes, belongs to one that we may not look into, or has ended; and always on systems other than Linux.
    ///
    /// Blocks for as long as it takes to look through the system's tables: some milliseconds.
    pub fn find(&mut self, incoming: &[Incoming]) -> Vec<Option<ClientProgram>> {
        self.0.find(incoming)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};

    use super::*;

    #[test]
    fn of_what_is_nobodys_here_nothing_is_said() {
        let mut programs = ClientPrograms::default();
        assert_eq!(programs.find(&[]), []);
        let far = Incoming { client: "192.0.2.7:5000".parse().unwrap(), port: 1080 };
        assert_eq!(programs.find(&[far, far]), [None, None]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_connection_is_traced_to_its_process_and_the_other_end_is_not_taken_for_it() {
        let ours = ClientProgram {
            name: std::fs::read_to_string("/proc/self/comm").unwrap().trim_end().to_owned(),
            pid: std::process::id(),
        };
        let mut programs = ClientPrograms::default();
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(address) else { continue };
            let listen = listener.local_addr().unwrap();
            let near = TcpStream::connect(listen).unwrap();
            let (far, client) = listener.accept().unwrap();
            let incoming = Incoming { client, port: listen.port() };
            // To another port of ours it would be another one.
            let elsewhere = Incoming { port: listen.port() ^ 1, ..incoming };
            for _ in 0..2 {
                let found = programs.find(&[elsewhere, incoming, incoming]);
                assert_eq!(found, [None, Some(ours.clone()), Some(ours.clone())], "{address}");
            }
            drop((near, far));
            let ended = programs.find(&[incoming]);
            assert_eq!(ended, [None], "{address}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn datagrams_are_traced_from_sockets_that_are_connected_or_not() {
        let ours = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = ours.local_addr().unwrap().port();
        let free = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let bound = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        bound.connect(ours.local_addr().unwrap()).unwrap();
        let mut programs = ClientPrograms::default();
        for socket in [&free, &bound] {
            let client = (Ipv4Addr::LOCALHOST, socket.local_addr().unwrap().port()).into();
            let found = programs.find(&[Incoming { client, port }]).pop().flatten();
            assert_eq!(found.map(|program| program.pid), Some(std::process::id()));
        }
        bound.connect((Ipv4Addr::LOCALHOST, port ^ 1)).unwrap();
        let client = bound.local_addr().unwrap();
        assert_eq!(programs.find(&[Incoming { client, port }]), [None], "it speaks to another");
    }
}
