//! `parasol on`, `off`, `toggle`, `status`, `open`.

use clap::Args;

/// `parasol status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Print one JSON object; {"running":false} where none runs
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) const EXIT_CODES: &str = "\
This speaks to the Parasol that runs on this user's desktop, and starts none.
Ends with 0 when it is done, 1 when it could not be done, 3 when no Parasol runs.
";
