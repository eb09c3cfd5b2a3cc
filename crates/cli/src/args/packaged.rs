//! `parasol completions` and `parasol manual`: what a package brings besides programs.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// `parasol completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Whose
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: Shell,
}

/// `parasol manual`.
#[derive(Debug, Args)]
pub(crate) struct ManualArgs {
    /// Where to; it is made if it is not there, and pages of the same name are replaced
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

pub(crate) const COMPLETIONS: &str = "\
Packages bring these. Without one:
  parasol completions bash > ~/.local/share/bash-completion/completions/parasol
  parasol completions fish > ~/.config/fish/completions/parasol.fish
  parasol completions zsh > FOLDER/_parasol      # a folder that is in $fpath";
