//! `parasol subscription`: the window's lists of servers, in a terminal. Of their URLs the host alone is said.

mod report;
mod words;

use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use parasol_app::document::Document;
use parasol_app::millis::millis;
use parasol_app::plain::plain;
use parasol_app::profile::{Profile, Through};
use parasol_app::subscription::{Fetcher, NotAdded, Subscription, SubscriptionFault, SubscriptionUrl, dice, fetch};
use parasol_proto::ServerConfig;
use zeroize::Zeroizing;

use self::report::Report;
use crate::args::{AddArgs, ApproveArgs, RemoveArgs, SubscriptionCommand, UpdateArgs, WayArgs};
use crate::fault::Fault;
use crate::profiles::Profiles;

/// Longer than any URL that is taken.
const MAX_INPUT: u64 = 64 * 1024;

/// Does what was asked, and gives what is to be printed; and why it has not worked, if it has not.
pub(crate) async fn subscription(
    command: &SubscriptionCommand,
    config: &Path,
    fetcher: &Fetcher,
    input: &mut (dyn Read + Send),
) -> (String, Result<(), Fault>) {
    let mut report = Report::default();
    let done = run(command, config, fetcher, input, &mut report).await;
    (report.text(), done)
}

async fn run(
    command: &SubscriptionCommand,
    config: &Path,
    fetcher: &Fetcher,
    input: &mut (dyn Read + Send),
    report: &mut Report,
) -> Result<(), Fault> {
    // The key store may be asked, which blocks.
    let folder = config.to_owned();
    let opened = tokio::task::spawn_blocking(move || Profiles::open_in(&folder)).await;
    let mut profiles = opened.expect("reading does not panic");
    if !matches!(command, SubscriptionCommand::List(_)) && profiles.held_by_another() {
        return Err(Fault::HeldByAnother);
    }
    match command {
        SubscriptionCommand::Add(args) => {
            let url = url(args, input)?;
            add(args, url, &mut profiles, fetcher, report).await
        }
        SubscriptionCommand::List(args) => {
            report.list(&profiles.document, args.json, now_ms());
            Ok(())
        }
        SubscriptionCommand::Update(args) => update(args, &mut profiles, fetcher, report).await,
        SubscriptionCommand::Remove(args) => remove(args, &mut profiles, report),
        SubscriptionCommand::Approve(args) => approve(args, &mut profiles, report),
    }
}

fn url(args: &AddArgs, input: &mut dyn Read) -> Result<SubscriptionUrl, Fault> {
    if args.url.expose() != "-" {
        tracing::warn!("other users of this machine can see the address of a list given here; - hides it");
        return Ok(args.url.expose().into());
    }
    let mut text = Zeroizing::new(String::new());
    input.take(MAX_INPUT).read_to_string(&mut text).map_err(|source| Fault::NoUrl { source })?;
    Ok(text.trim().lines().next().unwrap_or_default().into())
}

async fn add(
    args: &AddArgs,
    url: SubscriptionUrl,
    profiles: &mut Profiles,
    fetcher: &Fetcher,
    report: &mut Report,
) -> Result<(), Fault> {
    let document = &mut profiles.document;
    let id = document.add_list(url, &args.name, args.every).map_err(|why| match why {
        NotAdded::BadUrl(slip) => Fault::BadUrl { why: words::slip(slip) },
        NotAdded::Known => Fault::KnownUrl,
        NotAdded::TooMany => Fault::TooManyLists,
    })?;
    let came = update_one(document, &id, fetcher, &args.way).await;
    report.added(document, &id, &came, args.json);
    if came.is_ok() || args.anyway {
        profiles.save()?;
    }
    match came {
        Ok(_) => Ok(()),
        Err(fault) if args.anyway => {
            tracing::warn!("{}; the window fetches it later", words::fault(&fault));
            Ok(())
        }
        Err(fault) => {
            let later = if fault.may_pass() { "; --anyway saves it all the same, to be fetched later" } else { "" };
            Err(Fault::NotFetched { why: words::fault(&fault), later })
        }
    }
}

async fn update(
    args: &UpdateArgs,
    profiles: &mut Profiles,
    fetcher: &Fetcher,
    report: &mut Report,
) -> Result<(), Fault> {
    let document = &mut profiles.document;
    let now_ms = now_ms();
    let wanted: Vec<String> = if args.names.is_empty() {
        // One that is locked is named, and not passed over in silence.
        let due = |list: &&Subscription| {
            !list.paused && (args.all || list.is_locked() || list.due_ms(now_ms).is_some_and(|due_ms| due_ms <= now_ms))
        };
        document.subscriptions.iter().filter(due).map(|list| list.id.clone()).collect()
    } else {
        args.names.iter().map(|name| find(document, name)).collect::<Result<_, Fault>>()?
    };
    let mut failed = 0;
    for id in &wanted {
        let came = update_one(document, id, fetcher, &args.way).await;
        failed += usize::from(came.is_err());
        report.updated(document, id, &came);
    }
    if wanted.is_empty() {
        report.line("none is due; --all fetches them all the same".to_owned());
    }
    report.end(args.json);
    if !wanted.is_empty() {
        profiles.save_lists()?;
    }
    if failed == 0 { Ok(()) } else { Err(Fault::ListsFailed { failed, all: wanted.len() }) }
}

/// What came of a list: what it has changed, or nothing where it is as it was.
type Came = Result<Option<parasol_app::subscription::Merged>, SubscriptionFault>;

async fn update_one(document: &mut Document, id: &str, fetcher: &Fetcher, way: &WayArgs) -> Came {
    let Some(list) = document.subscription(id) else { return Ok(None) };
    if list.is_locked() {
        return Err(SubscriptionFault::Locked);
    }
    let server = if way.through_server { server_in_use(document) } else { None };
    let came = fetch(fetcher, &list.url, &list.fetched.validators, server).await;
    document.list_came(id, came, now_ms(), dice())
}

/// That of the profile in use. What needs a plugin, or is in this program, is for the window.
fn server_in_use(document: &Document) -> Option<ServerConfig> {
    match document.active_profile().map(Profile::through) {
        Some(Ok(Through::Server(server))) => Some(server),
        _ => {
            tracing::warn!("no server is in use that a list can be fetched through here; it is fetched directly");
            None
        }
    }
}

fn remove(args: &RemoveArgs, profiles: &mut Profiles, report: &mut Report) -> Result<(), Fault> {
    let id = find(&profiles.document, &args.name)?;
    let before = profiles.document.profiles.len();
    let title = report::title(&profiles.document, &id);
    profiles.document.remove_list(&id, args.keep_profiles);
    report.line(format!("removed    {title}, with {} profiles", before - profiles.document.profiles.len()));
    profiles.save()
}

fn approve(args: &ApproveArgs, profiles: &mut Profiles, report: &mut Report) -> Result<(), Fault> {
    let id = find(&profiles.document, &args.name)?;
    // A program that no server names would be approved unseen.
    if !profiles.document.plugins_to_approve(&id).contains(&args.plugin.as_str()) {
        return Err(Fault::NothingToApprove { name: plain(&args.plugin) });
    }
    profiles.document.approve_for_list(&id, &args.plugin);
    report.line(format!("approved   {} for {}", plain(&args.plugin), report::title(&profiles.document, &id)));
    profiles.save()
}

/// The one that is called so, or has this id.
fn find(document: &Document, name: &str) -> Result<String, Fault> {
    let named: Vec<&Subscription> =
        document.subscriptions.iter().filter(|list| list.shown() == name || list.id == name).collect();
    match named[..] {
        [list] => Ok(list.id.clone()),
        [] => Err(Fault::NoSuchList { name: plain(name) }),
        _ => Err(Fault::SeveralLists { name: plain(name) }),
    }
}

fn now_ms() -> u64 {
    millis(SystemTime::now())
}
