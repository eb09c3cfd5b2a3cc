//! What `parasol test` may be told.

use clap::Args;
use parasol_app::port::NAME_SERVER;
use parasol_app::probe::URL;

use crate::password::Secret;

/// `parasol test`.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Servers as ss:// links, or names of saved profiles; - reads a link from standard input, where other users of this
    /// machine cannot see it [default: all saved profiles]
    #[arg(value_name = "LINK|NAME")]
    pub(crate) servers: Vec<Secret>,
    /// Print one JSON list: of each server its steps and the verdict
    #[arg(long)]
    pub(crate) json: bool,
    /// What is fetched through each server, by plain HTTP
    #[arg(long, value_name = "URL", default_value = URL)]
    pub(crate) fetch: String,
    /// Who is asked for a name through each server, over UDP
    #[arg(long, value_name = "HOST[:PORT]", default_value = NAME_SERVER)]
    pub(crate) name_server: String,
    /// Test links with unsafe methods from before AEAD too
    #[arg(long)]
    pub(crate) allow_legacy: bool,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  parasol test
  parasol test Tokyo
  parasol test - < link.txt
  parasol test --json --fetch http://example.org/ 'ss://…'

Ends with 0 when all servers work, 1 when one does not, 2 when it was asked wrongly.
When a server with a 2022 method is silent, the host of --fetch is asked directly what time it is.";
