//! TCP, UDP or both.

use clap::Args;

/// What is relayed: TCP and UDP unless these or the file say otherwise.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct CarriedArgs {
    /// Relay TCP and UDP, whatever the file says
    #[arg(short = 'u', long, conflicts_with_all = ["udp_only", "tcp_only"])]
    pub(crate) tcp_and_udp: bool,
    /// Relay UDP and no TCP, as -U of shadowsocks-libev (of shadowsocks-rust it is -u)
    #[arg(short = 'U', long, conflicts_with = "tcp_only")]
    pub(crate) udp_only: bool,
    /// Relay TCP and no UDP
    #[arg(long)]
    pub(crate) tcp_only: bool,
    /// Forget a UDP client after so many seconds without a datagram [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) udp_timeout: Option<u32>,
    /// How many UDP clients there may be at once [default: 512]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) udp_max_associations: Option<u32>,
}
