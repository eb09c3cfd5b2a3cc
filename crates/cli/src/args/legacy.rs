//! Options for the methods from before AEAD.

use clap::Args;

/// The opt-in, and what belongs to it.
#[derive(Debug, Default, Args)]
pub(crate) struct LegacyArgs {
    /// Take the unsafe methods from before AEAD, such as aes-256-cfb, rc4-md5 and none
    #[arg(long)]
    pub(crate) allow_legacy: bool,
    /// Authenticate requests as the Python original and old libev did; for legacy methods only
    #[arg(short = 'A', long)]
    pub(crate) one_time_auth: bool,
}
