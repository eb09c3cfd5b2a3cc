//! Who may open and close the server's ports while it runs.

use clap::{Args, ValueEnum};

/// Another program that opens and closes ports, and asks what they carried.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct ManagerArgs {
    /// Take the commands of a manager here: over UDP, or at a path as a socket that only this user can send to
    #[arg(long, value_name = "IP:PORT|PATH")]
    pub(crate) manager_address: Option<String>,
    /// How it is told what was carried: totals when it asks, or as the Python original does [default: totals]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) manager_style: Option<ManagerStyle>,
    /// Take commands from other machines too: whoever reaches the address can open and close ports
    #[arg(long)]
    pub(crate) manager_from_anywhere: bool,
}

/// How a manager is told what was carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ManagerStyle {
    /// `ping` is answered with totals, as by ss-manager and ssmanager
    Totals,
    /// `ping` is answered with `pong`, and what is new is sent every ten seconds
    Python,
}
