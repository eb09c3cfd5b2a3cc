use std::net::SocketAddr;
use std::ops::RangeInclusive;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(target_os = "macos", test))]
mod lsof;
#[cfg(any(windows, test))]
mod netsh;

/// Over what a port is listened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Connections.
    Tcp,
    /// Datagrams.
    Udp,
}

/// The process that listens on a port, as far as the operating system tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortOwner {
    /// The process's short name; `None` when it belongs to another user, whose processes we may not look into.
    pub process: Option<String>,
    /// The process's id; `None` as for `process`.
    pub pid: Option<u32>,
}

/// Who listens on this address, or on an address that conflicts with it (a listener on every interface, or any listener
/// on the port if `address` is itself unspecified). `None` when nobody does, and always on Windows.
///
/// Blocks for as long as it takes to look through the system's tables: some milliseconds; on macOS for as long as `lsof` does.
pub fn port_owner(address: SocketAddr, transport: Transport) -> Option<PortOwner> {
    #[cfg(target_os = "linux")]
    return linux::port_owner(address, transport);
    #[cfg(target_os = "macos")]
    return lsof::port_owner(address, transport);
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    {
        let _ = (address, transport);
        None
    }
}

/// The ports around this one that the system keeps from programs, when it has refused one for that: those that only an
/// administrator may listen on, or on Windows those that it has set apart, where no program holds them. `None` when that
/// is not why, or it cannot be told. Blocks; on Windows another program is asked.
pub fn reserved_ports(port: u16, transport: Transport) -> Option<RangeInclusive<u16>> {
    #[cfg(windows)]
    return netsh::reserved(port, transport);
    #[cfg(not(windows))]
    {
        let _ = transport;
        let first_free = first_free();
        (1..first_free).contains(&port).then(|| 1..=first_free - 1)
    }
}

/// The first port that is no administrator's.
#[cfg(not(windows))]
fn first_free() -> u16 {
    const USUAL: u16 = 1024;
    #[cfg(target_os = "linux")]
    if let Some(first) = linux::first_free_port() {
        return first;
    }
    USUAL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(windows))]
    #[test]
    fn what_only_an_administrator_may_have_is_known() {
        let reserved = reserved_ports(1, Transport::Tcp);
        assert!(reserved.is_none_or(|range| range.contains(&1) && !range.contains(&0)));
        assert_eq!(reserved_ports(u16::MAX, Transport::Udp), None);
    }
}
