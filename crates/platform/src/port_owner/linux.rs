use std::fs;
use std::net::{IpAddr, SocketAddr};

use super::{PortOwner, Transport};
use crate::proc_net::{name, processes, sockets, sockets_of, table};

pub(super) fn port_owner(address: SocketAddr, transport: Transport) -> Option<PortOwner> {
    let (tables, state) = match transport {
        Transport::Tcp => (["tcp", "tcp6"], LISTEN),
        Transport::Udp => (["udp", "udp6"], UNCONNECTED),
    };
    let inodes: Vec<u64> = tables
        .iter()
        .filter_map(|name| table(name).ok())
        .flat_map(|table| listeners(&table, state))
        .filter(|listener| conflict(listener.address, address))
        .map(|listener| listener.inode)
        .collect();
    if inodes.is_empty() {
        return None;
    }
    Some(holder(&inodes).unwrap_or_default())
}

/// The first port that every user may listen on; `None` where it is the usual one.
pub(super) fn first_free_port() -> Option<u16> {
    fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").ok()?.trim().parse().ok()
}

#[derive(Debug, PartialEq, Eq)]
struct Listener {
    address: SocketAddr,
    inode: u64,
}

/// The sockets in this state in the text of a table.
fn listeners(table: &str, wanted: &str) -> Vec<Listener> {
    let is_wanted = sockets(table).filter(|socket| socket.state == wanted);
    is_wanted.map(|socket| Listener { address: socket.local, inode: socket.inode }).collect()
}

/// Whether the listener is in the way of a new one at `wanted`. A listener on `::` takes the IPv4 port too, unless it
/// was made for IPv6 alone, which the table does not tell.
fn conflict(listener: SocketAddr, wanted: SocketAddr) -> bool {
    let (a, b) = (listener.ip().to_canonical(), wanted.ip().to_canonical());
    let covers = |every: IpAddr, other: IpAddr| every.is_unspecified() && (every.is_ipv6() || other.is_ipv4());
    listener.port() == wanted.port() && (a == b || covers(a, b) || covers(b, a))
}

/// The first process that has one of these sockets open, among those that we may look into.
fn holder(inodes: &[u64]) -> Option<PortOwner> {
    let pid = processes().find(|pid| sockets_of(*pid).any(|inode| inodes.contains(&inode)))?;
    Some(PortOwner { process: name(pid), pid: Some(pid) })
}

/// `TCP_LISTEN` in the kernel's `tcp_states.h`.
const LISTEN: &str = "0A";

/// `TCP_CLOSE` there: of a UDP socket, that it takes datagrams from everybody.
const UNCONNECTED: &str = "07";

#[cfg(test)]
#[path = "linux_tests.rs"]
mod tests;
