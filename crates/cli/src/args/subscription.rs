//! `parasol subscription`.

use clap::{Args, Subcommand};

use crate::password::Secret;

/// What to do with the subscriptions.
#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionCommand {
    /// Fetch a list of servers, and save it with its servers as profiles
    #[command(after_help = ADD)]
    Add(AddArgs),
    /// Say which subscriptions are saved, how they are, and which plugins of theirs wait for approval
    List(ListArgs),
    /// Fetch lists again: those that are due, or those that are named
    #[command(after_help = UPDATE)]
    Update(UpdateArgs),
    /// Take a subscription away, with the profiles that came from it
    Remove(RemoveArgs),
    /// Let servers of a list run this plugin, now and later
    Approve(ApproveArgs),
}

/// `parasol subscription add`.
#[derive(Debug, Default, Args)]
pub(crate) struct AddArgs {
    /// Where the list is fetched: https://… or ssconf://…; - reads it from standard input, which hides it from other users
    #[arg(value_name = "URL")]
    pub(crate) url: Secret,
    /// What to call it [default: what the list calls itself, or its host]
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) name: String,
    /// How often the window fetches it [default: as the list says, or each day]
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: Option<u32>,
    /// Save it even if it cannot be fetched now
    #[arg(long)]
    pub(crate) anyway: bool,
    #[command(flatten)]
    pub(crate) way: WayArgs,
    /// Say it as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `parasol subscription list`.
#[derive(Debug, Default, Args)]
pub(crate) struct ListArgs {
    /// Say it as one JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

/// `parasol subscription update`.
#[derive(Debug, Default, Args)]
pub(crate) struct UpdateArgs {
    /// Names or ids of subscriptions [default: those that are due]
    #[arg(value_name = "NAME", conflicts_with = "all")]
    pub(crate) names: Vec<String>,
    /// All but the paused ones, whether they are due or not
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) way: WayArgs,
    /// Say it as one JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

/// `parasol subscription remove`.
#[derive(Debug, Default, Args)]
pub(crate) struct RemoveArgs {
    /// Its name or id
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Keep its profiles as your own
    #[arg(long)]
    pub(crate) keep_profiles: bool,
}

/// `parasol subscription approve`.
#[derive(Debug, Default, Args)]
pub(crate) struct ApproveArgs {
    /// The subscription's name or id
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The plugin's program, as `list` names it
    #[arg(value_name = "PROGRAM")]
    pub(crate) plugin: String,
}

/// Over which way a list is fetched.
#[derive(Debug, Default, Args)]
pub(crate) struct WayArgs {
    /// Fetch through the server of the profile in use first, directly if that fails
    #[arg(long)]
    pub(crate) through_server: bool,
}

pub(super) const ABOUT: &str = "\
Examples:
  parasol subscription add - --name Home < url.txt
  parasol subscription list
  parasol subscription update --all
  parasol subscription remove Home --keep-profiles

Lists and profiles are those of the window, which must be closed meanwhile; `list` works beside it. Of an address nothing but
the host is ever shown. Lists come from public addresses over HTTPS alone.
Ends with 0 when all was done, 1 when a list could not be fetched or the profiles not be saved, 2 when it was asked wrongly.";

const ADD: &str = "\
What comes with a plugin does not run before `parasol subscription approve`, or the window, says so.
With --json: {\"id\":…,\"title\":…,\"host\":…,\"added\":0,\"refused\":0,\"to_approve\":[…],\"fault\":null}";

const UPDATE: &str = "\
The last good list stays where a new one cannot be fetched; a profile in use is never taken away.
With --json, of each list: {\"id\":…,\"title\":…,\"host\":…,\"added\":0,\"changed\":0,\"unchanged\":0,\"removed\":0,\"kept\":0,
\"refused\":0,\"to_approve\":[…],\"fault\":null,\"words\":null}; the counts are null for a list that is as it was or was not fetched.";
