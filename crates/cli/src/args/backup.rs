//! `parasol backup` and `parasol restore`.

use std::path::PathBuf;

use clap::Args;

/// `parasol backup`.
#[derive(Debug, Default, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    /// Make it also while the password store is locked, without what it locks
    #[arg(long)]
    pub(crate) incomplete: bool,
    /// The file to write; one that is there is not replaced
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// `parasol restore`.
#[derive(Debug, Default, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    /// Say what would come, go and change, and save nothing
    #[arg(long)]
    pub(crate) preview: bool,
    /// Say it as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// The backup
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// What protects a backup.
#[derive(Debug, Default, Args)]
pub(crate) struct PassphraseArgs {
    /// Take the passphrase from the first line of this file; - is standard input [default: $PARASOL_PASSPHRASE, or none]
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}
