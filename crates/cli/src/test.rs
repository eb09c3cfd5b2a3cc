//! `parasol test`: servers tested step by step, those of links or of the saved profiles.

use std::sync::Arc;

use parasol_app::StopSignal;
use parasol_app::ladder::{Climber, Progress, climb_all};
use parasol_app::plain::plain;
use parasol_app::plugin::Patience;
use parasol_app::probe::Probe;
use parasol_app::problem::Problem;
use parasol_app::profile::{Profile, Through};
use parasol_app::relay::{NameServers, ProbePatience};
use parasol_app::tested::{StepOutcome, TestVerdict, Tested};
use parasol_proto::Link;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::args::TestArgs;
use crate::fault::Fault;
use crate::link;
use crate::password::Secret;
use crate::profiles::Profiles;
use crate::run::print_line;
use crate::settings;
use crate::words;

/// A server to be tested.
struct Server {
    /// What it is called.
    title: String,
    through: Result<Through, Problem>,
}

/// Tests them, and tells of each as soon as it is done; as JSON, of all at the end.
pub(crate) async fn test(args: &TestArgs) -> Result<(), Fault> {
    let probe = Probe::new(&args.fetch, &args.name_server).map_err(|source| Fault::BadProbe { source })?;
    let servers = servers(args).await?;
    let (titles, throughs): (Vec<String>, Vec<_>) =
        servers.into_iter().map(|server| (server.title, server.through)).unzip();
    let mut signal = StopSignal::watch().map_err(Fault::Signals)?;
    let climber = Climber::new(probe, NameServers::System, ProbePatience::default(), Patience::default());
    let (tell, mut told) = mpsc::unbounded_channel();
    let call_off = CancellationToken::new();
    let climbing = climb_all(Arc::new(climber), throughs, call_off.clone(), move |place, progress| {
        // The other end is there until this has ended.
        let _ = tell.send((place, progress));
    });
    let climbing = tokio::spawn(climbing);
    let mut results: Vec<Option<Tested>> = vec![None; titles.len()];
    loop {
        let (place, progress) = tokio::select! {
            next = told.recv() => match next {
                Some(next) => next,
                None => break,
            },
            heard = signal.wait() => {
                call_off.cancel();
                // What was started for the tests ends with them.
                let _ = climbing.await;
                return heard.map_err(Fault::Signals).and(Err(Fault::TestsStopped));
            }
        };
        let Progress::Ended(tested) = progress else { continue };
        if !args.json {
            print_line(&lines(&titles[place], &tested))?;
        }
        results[place] = Some(tested);
    }
    let results: Vec<(String, Tested)> =
        titles.into_iter().zip(results).filter_map(|(title, tested)| Some((title, tested?))).collect();
    if args.json {
        let all: Vec<Value> = results.iter().map(|(title, tested)| to_json(title, tested)).collect();
        print_line(&Value::from(all).to_string())?;
    }
    let count = |what: fn(&TestVerdict) -> bool| results.iter().filter(|(_, tested)| what(&tested.verdict)).count();
    let untried = count(is_untried);
    let failed = count(|verdict| !verdict.works() && !is_untried(verdict));
    match (failed, untried) {
        (0, 0) => Ok(()),
        (0, _) => Err(Fault::TestsNotTried { untried, all: results.len() }),
        _ => Err(Fault::TestsFailed { failed, all: results.len() }),
    }
}

/// Those that are named, or all that are saved. Nothing of them is changed.
async fn servers(args: &TestArgs) -> Result<Vec<Server>, Fault> {
    let is_link = |text: &Secret| text.expose() == "-" || text.expose().contains("://");
    let links_alone = !args.servers.is_empty() && args.servers.iter().all(is_link);
    let profiles = if links_alone {
        Vec::new()
    } else {
        // The key store may be asked, which blocks.
        let opened = tokio::task::spawn_blocking(|| Profiles::open().map(|profiles| profiles.document.profiles));
        opened.await.expect("reading does not panic")?
    };
    if args.servers.is_empty() {
        return if profiles.is_empty() { Err(Fault::NoProfiles) } else { Ok(profiles.iter().map(saved).collect()) };
    }
    let mut servers = Vec::new();
    for text in &args.servers {
        let before = servers.len();
        if is_link(text) {
            servers.push(of_link(text, args.allow_legacy)?);
            continue;
        }
        let name = text.expose();
        let named = profiles.iter().filter(|profile| profile.title() == name || profile.id == name);
        servers.extend(named.map(saved));
        if servers.len() == before {
            return Err(Fault::nothing_to_test(name));
        }
    }
    Ok(servers)
}

fn saved(profile: &Profile) -> Server {
    Server { title: profile.title(), through: profile.through() }
}

fn of_link(text: &Secret, allow_legacy: bool) -> Result<Server, Fault> {
    let (link, through) = linked(text, allow_legacy)?;
    let title = link.name.clone().unwrap_or_else(|| link.server.to_string());
    Ok(Server { title, through: Ok(through) })
}

/// A link and how its server is reached; what should be known about it is said.
pub(crate) fn linked(text: &Secret, allow_legacy: bool) -> Result<(Link, Through), Fault> {
    let mut warnings = Vec::new();
    let link = link::decode(text, allow_legacy)?;
    if text.expose() != "-" {
        warnings.push("other users of this machine can see the password in a link given here; - hides it".to_owned());
    }
    warnings.extend(settings::legacy_warning(link.method));
    let through = settings::through(&link, &mut warnings)?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    Ok((link, through))
}

/// Nothing was asked of the server, because it is not to be used as it is saved.
fn is_untried(verdict: &TestVerdict) -> bool {
    matches!(verdict, TestVerdict::Unusable { .. })
}

fn lines(title: &str, tested: &Tested) -> String {
    if is_untried(&tested.verdict) {
        return format!("{}: not tried: {}", plain(title), words::tested(&tested.verdict));
    }
    let mut lines = format!("{}: {}", plain(title), words::tested(&tested.verdict));
    for step in &tested.steps {
        let what = match (step.outcome, step.reason) {
            (StepOutcome::Passed, _) => milliseconds(step.micros).map(|ms| format!("{ms} ms")).unwrap_or_default(),
            (StepOutcome::Failed, reason) => format!("failed: {}", reason.map(words::reason).unwrap_or_default()),
            (StepOutcome::Skipped, reason) => format!("skipped: {}", reason.map(words::reason).unwrap_or_default()),
        };
        lines.push_str(&format!("\n  {:<11} {what}", words::step(step.step)));
    }
    lines
}

fn to_json(title: &str, tested: &Tested) -> Value {
    let steps = tested.steps.iter().map(
        |step| json!({"step": step.step, "outcome": step.outcome, "reason": step.reason, "ms": milliseconds(step.micros)}),
    );
    let steps: Vec<Value> = steps.collect();
    let mut verdict = json!(tested.verdict);
    verdict["works"] = json!(tested.verdict.works());
    verdict["words"] = json!(words::tested(&tested.verdict));
    json!({"profile": title, "steps": steps, "verdict": verdict})
}

/// What a step took, to a tenth.
pub(crate) fn milliseconds(micros: Option<u32>) -> Option<f64> {
    micros.map(|micros| f64::from(micros / 100) / 10.0)
}
