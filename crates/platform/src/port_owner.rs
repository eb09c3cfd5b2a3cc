use std::net::SocketAddr;

#[cfg(target_os = "linux")]
mod linux;

/// The process that listens on a port, as far as the operating system tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortOwner {
    /// The process's short name; `None` when it belongs to another user, whose processes we may not look into.
    pub process: Option<String>,
    /// The process's id; `None` as for `process`.
    pub pid: Option<u32>,
}

/// Who listens on this TCP address, or on an address that conflicts with it (a listener on every interface, or any
/// listener on the port if `address` is itself unspecified). `None` when nobody does.
///
/// Linux only; elsewhere `None`. Blocks for as long as it takes to look through `/proc`, some milliseconds.
pub fn port_owner(address: SocketAddr) -> Option<PortOwner> {
    #[cfg(target_os = "linux")]
    return linux::port_owner(address);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = address;
        None
    }
}
