//! How sockets are set up.

use std::net::IpAddr;

use clap::Args;

/// How sockets are set up. The names are those of shadowsocks-libev and shadowsocks-rust.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct SocketArgs {
    /// Send small pieces at once (TCP_NODELAY); this is always so unless the file says "no_delay": false
    #[arg(long)]
    pub(crate) no_delay: bool,
    /// Send the first bytes with the opening of the connection to the server (RFC 7413)
    #[arg(long)]
    pub(crate) fast_open: bool,
    /// Use Multipath TCP where the kernel has it
    #[arg(long)]
    pub(crate) mptcp: bool,
    /// Ask after so many silent seconds whether the other end is still there; 0 never asks [default: 60]
    #[arg(long, alias = "tcp-keep-alive", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=32_767))]
    pub(crate) keep_alive: Option<u32>,
    /// Try the IPv6 addresses of a name before its IPv4 addresses
    #[arg(short = '6', long)]
    pub(crate) ipv6_first: bool,
    /// Never dial the IPv4 addresses of a name
    #[arg(long, conflicts_with = "ipv6_first")]
    pub(crate) ipv6_names_only: bool,
    /// Address that outgoing connections come from
    #[arg(long, alias = "outbound-bind-addr", value_name = "IP")]
    pub(crate) bind_address: Option<IpAddr>,
    /// Network interface that outgoing connections leave by
    #[arg(short = 'i', long, alias = "outbound-bind-interface", value_name = "NAME")]
    pub(crate) interface: Option<String>,
    /// Mark of outgoing connections and datagrams, for the routing rules of this machine (Linux)
    #[arg(long, value_name = "NUMBER")]
    pub(crate) outbound_fwmark: Option<u32>,
    /// Let other programs of this user listen on the same ports, each for a share (Linux)
    #[arg(long)]
    pub(crate) reuse_port: bool,
    /// How many descriptors this program may have open [default: as many as the system lets it]
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(64..))]
    pub(crate) nofile: Option<u64>,
}
