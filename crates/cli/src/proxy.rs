//! `parasol proxy`: the desktop's proxy setting from a terminal.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use parasol_app::errand::{self, Errand, Hold, ProxyError, Recovered, Status};
use parasol_app::paths::Paths;
use parasol_app::plain::plain;
use serde_json::{Value, json};

use crate::args::ProxyCommand;
use crate::fault::Fault;

/// Runs one of its commands.
pub(crate) fn proxy(command: &ProxyCommand) -> Result<(), Fault> {
    match command {
        ProxyCommand::Status(args) => status(args.json),
        ProxyCommand::Release(args) if args.every_user => release_for_every_user(),
        ProxyCommand::Release(args) => release(args.journal.as_deref(), args.force),
        ProxyCommand::Guard(args) => {
            Errand::Guard { journal: args.journal.clone() }.run().map(drop).map_err(Fault::SystemProxy)
        }
    }
}

fn release_for_every_user() -> Result<(), Fault> {
    let program = std::env::current_exe().map_err(Fault::EveryUser)?;
    match errand::release_for_every_user(&program).map_err(Fault::EveryUser)? {
        0 => Ok(()),
        failed => Err(Fault::UsersLeft(failed)),
    }
}

fn release(journal: Option<&Path>, force: bool) -> Result<(), Fault> {
    let journal = match journal {
        Some(journal) => journal.to_owned(),
        None => Paths::of_this_user().map_err(|source| Fault::NoHome { source })?.proxy_journal(),
    };
    let recovered = if force { errand::release_by_force(&journal) } else { Errand::Release { journal }.run() };
    let recovered = recovered.map_err(|error| match error {
        ProxyError::Held => Fault::ProxyHeld,
        error => Fault::SystemProxy(error),
    })?;
    say(&match recovered {
        Recovered::Nothing => "Nothing was left of a Parasol that died.\n".to_owned(),
        Recovered::Restored => "The system proxy is as it was before Parasol.\n".to_owned(),
        Recovered::ChangedByAnother { keys } => {
            format!("The system proxy is given back. Changed by somebody else, and left so: {}\n", keys.join(", "))
        }
        Recovered::UnreadableJournal { kept, reason, cleared } => {
            let done = if cleared { "It pointed at Parasol and is off now." } else { "It is as it was." };
            format!(
                "What the system proxy was cannot be known: {}. {done} The file is kept as {}\n",
                plain(&reason),
                plain(&kept.display().to_string())
            )
        }
    })
}

fn status(as_json: bool) -> Result<(), Fault> {
    let journal = Paths::of_this_user().map_err(|source| Fault::NoHome { source })?.proxy_journal();
    let status = errand::status(&journal).map_err(Fault::SystemProxy)?;
    say(&if as_json { json_of(status.as_ref()) + "\n" } else { text_of(status.as_ref()) })
}

fn text_of(status: Option<&(&str, Status)>) -> String {
    let Some((desktop, Status { settings, hold })) = status else {
        return NO_SETTING.to_owned();
    };
    let mut text = match hold {
        Hold::None => "Not set by Parasol.\n".to_owned(),
        Hold::Held { address, .. } => format!("Set by a Parasol that runs: programs are sent to {address}.\n"),
        Hold::Left { address, .. } => {
            format!(
                "Left by a Parasol that died: it sent programs to {address}. `parasol proxy release` gives it back.\n"
            )
        }
        Hold::Unreadable { reason } => format!("The journal cannot be read: {}.\n", plain(reason)),
    };
    if let Hold::Held { changed, .. } | Hold::Left { changed, .. } = hold
        && !changed.is_empty()
    {
        let _ = writeln!(text, "Changed by somebody else since: {}", plain(&changed.join(", ")));
    }
    let _ = writeln!(text, "What {desktop} says:");
    for (key, value) in settings.iter() {
        let _ = writeln!(text, "  {}: {}", plain(key), value.map_or_else(|| "not set".to_owned(), plain));
    }
    text
}

fn json_of(status: Option<&(&str, Status)>) -> String {
    let Some((desktop, Status { settings, hold })) = status else {
        return json!({ "desktop": null }).to_string();
    };
    let settings: serde_json::Map<String, Value> =
        settings.iter().map(|(key, value)| (key.to_owned(), value.map_or(Value::Null, Value::from))).collect();
    let mut object = json!({ "desktop": desktop, "settings": settings });
    object["lease"] = match hold {
        Hold::None => json!({ "is": "none" }),
        Hold::Held { address, changed } => json!({ "is": "held", "address": address, "changed": changed }),
        Hold::Left { address, changed } => json!({ "is": "left", "address": address, "changed": changed }),
        Hold::Unreadable { reason } => json!({ "is": "unreadable", "reason": reason }),
    };
    object.to_string()
}

const NO_SETTING: &str = "\
This desktop has no proxy setting that Parasol can write. Programs that are started where these are set go through
Parasol all the same (with the port that it listens on):
  export http_proxy=http://127.0.0.1:1080 https_proxy=http://127.0.0.1:1080 all_proxy=socks5h://127.0.0.1:1080
";

fn say(text: &str) -> Result<(), Fault> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::Output(error)),
        _ => Ok(()),
    }
}
