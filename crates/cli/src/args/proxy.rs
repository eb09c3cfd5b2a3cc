//! `parasol proxy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do about the desktop's proxy setting.
#[derive(Debug, Subcommand)]
pub(crate) enum ProxyCommand {
    /// Say where the desktop sends its programs, and whether that is Parasol's doing
    Status(ProxyStatusArgs),
    /// Give back what a Parasol that died has left; one that runs keeps what it has set, unless --force ends it
    Release(ProxyReleaseArgs),
    /// Give back when the Parasol at the other end of standard input dies
    #[command(hide = true)]
    Guard(ProxyGuardArgs),
}

/// `parasol proxy status`.
#[derive(Debug, Args)]
pub(crate) struct ProxyStatusArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `parasol proxy release`.
#[derive(Debug, Args)]
pub(crate) struct ProxyReleaseArgs {
    /// End the Parasol that has set it, if one runs
    #[arg(long)]
    pub(crate) force: bool,
    /// Do it, with --force, for every user of this machine, as a package that is removed does (root only)
    #[arg(long, conflicts_with = "journal")]
    pub(crate) every_user: bool,
    /// The journal of another Parasol's files
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) journal: Option<PathBuf>,
}

/// `parasol proxy guard`.
#[derive(Debug, Args)]
pub(crate) struct ProxyGuardArgs {
    /// The journal to guard
    #[arg(value_name = "FILE")]
    pub(crate) journal: PathBuf,
}
