use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::{PortOwner, Transport};

pub(super) fn port_owner(address: SocketAddr, transport: Transport) -> Option<PortOwner> {
    let (tables, state) = match transport {
        Transport::Tcp => (["/proc/net/tcp", "/proc/net/tcp6"], LISTEN),
        Transport::Udp => (["/proc/net/udp", "/proc/net/udp6"], UNCONNECTED),
    };
    let inodes: Vec<u64> = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
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

/// The sockets in this state in the text of `/proc/net/tcp`, `udp` or either with a 6; lines that look otherwise are skipped.
///
/// ```text
///   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
///    0: 0100007F:0438 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51966 1 …
/// ```
fn listeners(table: &str, wanted: &str) -> Vec<Listener> {
    let parse = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let address = socket_address(fields.nth(1)?)?;
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?.parse().ok()?;
        (state == wanted).then_some(Listener { address, inode })
    };
    table.lines().skip(1).filter_map(parse).collect()
}

/// `0100007F:0438`: the address as 32-bit words in the machine's own byte order, the port as a number.
fn socket_address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut octets = Vec::with_capacity(16);
    for at in (0..ip.len()).step_by(8) {
        let word = u32::from_str_radix(ip.get(at..at + 8)?, 16).ok()?;
        octets.extend_from_slice(&word.to_ne_bytes());
    }
    let ip = match octets.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?).into(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).to_canonical(),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
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
    let links: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    let holds = |process: &Path| {
        let open_files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        open_files
            .filter_map(|file| fs::read_link(file.path()).ok())
            .any(|target| links.iter().any(|link| target.as_os_str() == link.as_str()))
    };
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let process = entry.path();
        holds(&process).then(|| PortOwner { process: name(&process), pid: Some(pid) })
    })
}

/// The name in `/proc/PID/comm`: at most 15 bytes, which the process chose itself, so it is cleaned for showing.
fn name(process: &Path) -> Option<String> {
    let bytes = fs::read(process.join("comm")).ok()?;
    let name: String = String::from_utf8_lossy(&bytes).trim_end().replace(char::is_control, "\u{fffd}");
    (!name.is_empty()).then_some(name)
}

/// `TCP_LISTEN` in the kernel's `tcp_states.h`.
const LISTEN: &str = "0A";

/// `TCP_CLOSE` there: of a UDP socket, that it takes datagrams from everybody.
const UNCONNECTED: &str = "07";

#[cfg(test)]
#[path = "linux_tests.rs"]
mod tests;
