//! `/proc/net` of Linux: the sockets of this machine, and the processes that have them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::{fs, io};

/// A socket, as the tables list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Socket<'t> {
    pub(crate) local: SocketAddr,
    pub(crate) remote: SocketAddr,
    /// A number of the kernel's `tcp_states.h`.
    pub(crate) state: &'t str,
    /// 0 once no process has it any more.
    pub(crate) inode: u64,
}

/// The sockets in the text of `/proc/net/tcp`, `udp` or either with a 6; lines that look otherwise are skipped.
///
/// ```text
///   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
///    0: 0100007F:0438 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51966 1 …
/// ```
pub(crate) fn sockets(table: &str) -> impl Iterator<Item = Socket<'_>> {
    let parse = |line| {
        let mut fields = str::split_ascii_whitespace(line);
        let local = socket_address(fields.nth(1)?)?;
        let remote = socket_address(fields.next()?)?;
        let state = fields.next()?;
        let inode = fields.nth(5)?.parse().ok()?;
        Some(Socket { local, remote, state, inode })
    };
    table.lines().skip(1).filter_map(parse)
}

/// `0100007F:0438`: the address as 32-bit words in the machine's own byte order, the port as a number.
fn socket_address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| Some(u32::from_str_radix(ip.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    let ip: IpAddr = match ip.len() {
        8 => Ipv4Addr::from(word(0)?).into(),
        32 => {
            let mut octets = [0; 16];
            for (at, part) in octets.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(at * 8)?);
            }
            Ipv6Addr::from(octets).to_canonical()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// The processes that there are, by their ids.
pub(crate) fn processes() -> impl Iterator<Item = u32> {
    let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
    listed.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The sockets that a process has open, by their inodes; none of one that we may not look into.
pub(crate) fn sockets_of(pid: u32) -> impl Iterator<Item = u64> {
    let open_files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    open_files.filter_map(|file| {
        let target = fs::read_link(file.path()).ok()?;
        target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
    })
}

/// The name in `/proc/PID/comm`: at most 15 bytes, which the process chose itself, so it is cleaned for showing.
pub(crate) fn name(pid: u32) -> Option<String> {
    let bytes = fs::read(format!("/proc/{pid}/comm")).ok()?;
    let name: String = String::from_utf8_lossy(&bytes).trim_end().replace(char::is_control, "\u{fffd}");
    (!name.is_empty()).then_some(name)
}

/// The text of one of the tables.
pub(crate) fn table(name: &str) -> io::Result<String> {
    fs::read_to_string(Path::new("/proc/net").join(name))
}
