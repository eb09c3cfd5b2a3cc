//! Which targets go where.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which targets go where. Without any of these everything goes through the server, as in ss-local.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct RoutingArgs {
    /// File with rules in the ACL format of shadowsocks: which targets go directly, which nowhere
    #[arg(long, value_name = "FILE")]
    pub(crate) acl: Option<PathBuf>,
    /// What stands above the rules [default: rules with --acl, else global]
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) mode: Option<RoutingMode>,
    /// With --acl or --mode: send targets on this machine and in its network through the server too
    #[arg(long)]
    pub(crate) proxy_lan: bool,
}

/// What stands above the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoutingMode {
    /// By the rules
    Rules,
    /// Everything through the server
    Global,
    /// Everything directly
    Direct,
}
