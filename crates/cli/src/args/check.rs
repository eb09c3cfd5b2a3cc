//! What `parasol check` may be told.

use clap::Args;

use crate::password::Secret;

/// `parasol check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Look at this server, an ss:// link; - reads it from standard input, where other users of this machine cannot see it
    /// [default: the saved profile in use]
    #[arg(value_name = "LINK")]
    pub(crate) server: Option<Secret>,
    /// Print one JSON list: of each step its outcome, reason, action and milliseconds
    #[arg(long)]
    pub(crate) json: bool,
    /// What is fetched through the server, by plain HTTP [default: what the window fetches]
    #[arg(long, value_name = "URL")]
    pub(crate) fetch: Option<String>,
    /// Who is asked for a name through the server, over UDP [default: whom the window asks]
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) name_server: Option<String>,
    /// Who is asked what time it is, over HTTPS
    /// [default: what the profile file says, or www.gstatic.com]
    #[arg(long, value_name = "URL")]
    pub(crate) clock: Option<String>,
    /// Look at a link with an unsafe method from before AEAD too
    #[arg(long)]
    pub(crate) allow_legacy: bool,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  parasol check
  parasol check - < link.txt
  parasol check --json | jq '.[] | select(.outcome == \"failed\")'

Nothing is changed. Ends with 0 when no step failed, 1 when one did, 2 when it was asked wrongly.
The host of --clock is asked through the server where that works, directly where it does not.";
