//! The DNS port.

use clap::Args;
use parasol_app::port::NAME_SERVER;
use parasol_proto::dns::PORT;

/// The DNS port.
#[derive(Debug, Default, Args)]
pub(crate) struct DnsArgs {
    /// Answer DNS there too, over UDP and TCP: names that go through the server are asked there, and nowhere else
    #[arg(long, value_name = "[IP:]PORT")]
    pub(crate) dns: Option<String>,
    #[arg(long, value_name = "HOST[:PORT]", requires = "dns")]
    #[arg(help = format!("Name server that is asked through the server, over TCP [default: {NAME_SERVER}:{PORT}]"))]
    pub(crate) remote_dns: Option<String>,
    /// Name servers for the names that go directly [default: those of the system]
    #[arg(long, value_name = "IP[:PORT],…", requires = "dns", value_delimiter = ',')]
    pub(crate) local_dns: Vec<String>,
}
