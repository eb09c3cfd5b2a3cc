//! `parasol check`: the diagnosis of the window in a terminal: of the saved profile in use, or of the server of a link.

mod words;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use parasol_app::StopSignal;
use parasol_app::control::{Answer, Request, StateCode, Status, ask};
use parasol_app::diagnosis::{
    Diagnosis, KeyStoreSubject, PortNow, PortSubject, ProxySubject, StepDiagnosed, Subject, methods_in_use, run,
};
use parasol_app::document::{Document, Settings};
use parasol_app::ladder::Climber;
use parasol_app::paths::Paths;
use parasol_app::plain::plain;
use parasol_app::plugin::Patience;
use parasol_app::port::own_address;
use parasol_app::probe::Probe;
use parasol_app::problem::Problem;
use parasol_app::profile::{Profile, Through};
use parasol_app::relay::{NameServers, ProbePatience};
use parasol_app::state::{ProxyMode, SecretsPlace};
use parasol_app::subscription::{Fetcher, SubscriptionUrl};
use parasol_app::tested::StepOutcome;
use parasol_proto::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::args::CheckArgs;
use crate::fault::Fault;
use crate::profiles::Profiles;
use crate::run::print_line;
use crate::test::{linked, milliseconds};

/// Looks at everything, and tells of each step as soon as it has ended; as JSON, of all at the end.
pub(crate) async fn check(args: &CheckArgs) -> Result<(), Fault> {
    let subject = subject(args).await?;
    let mut signal = StopSignal::watch().map_err(Fault::Signals)?;
    let call_off = CancellationToken::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    // The other end is there until this has ended.
    let hear = move |diagnosis: &Diagnosis| drop(tell.send(diagnosis.steps.last().cloned()));
    let running = run(subject, &hear, &call_off);
    tokio::pin!(running);
    let mut last = None;
    let mut say = |step: Option<StepDiagnosed>| {
        // It is told of beginnings, too.
        match step.filter(|step| last.replace(step.step) != Some(step.step) && !args.json) {
            Some(step) => print_line(&line(&step)),
            None => Ok(()),
        }
    };
    let diagnosis = loop {
        tokio::select! {
            biased;
            Some(step) = told.recv() => say(step)?,
            heard = signal.wait() => {
                call_off.cancel();
                // What was started for it ends with it.
                running.await;
                return heard.map_err(Fault::Signals).and(Err(Fault::ChecksStopped));
            }
            diagnosis = &mut running => break diagnosis,
        }
    };
    // It has told of the last one as it ended.
    while let Ok(step) = told.try_recv() {
        say(step)?;
    }
    if args.json {
        print_line(&Value::from(diagnosis.steps.iter().map(to_json).collect::<Vec<_>>()).to_string())?;
    } else {
        for said in &diagnosis.plugin_said {
            print_line(&format!("the plugin said: {said}"))?;
        }
    }
    match diagnosis.failed() {
        0 => Ok(()),
        failed => Err(Fault::ChecksFailed { failed, all: diagnosis.steps.len() }),
    }
}

/// Where a server comes from.
struct Chosen {
    through: Result<Through, Problem>,
    methods: Vec<Method>,
    settings: Settings,
    key_store: Option<KeyStoreSubject>,
}

/// The link's server, for which nothing that is saved is needed; or the profile in use. Nothing of it is changed.
async fn chosen(args: &CheckArgs) -> Result<Chosen, Fault> {
    if let Some(text) = &args.server {
        let (link, through) = linked(text, args.allow_legacy)?;
        let (through, settings) = (Ok(through), Document::default().settings);
        return Ok(Chosen { through, methods: vec![link.method], settings, key_store: None });
    }
    // The key store may be asked, which blocks.
    let opened = tokio::task::spawn_blocking(Profiles::open).await;
    let Profiles { document, key_store: says, .. } = opened.expect("reading does not panic")?;
    let through = document.active_profile().ok_or(Problem::NoProfile).and_then(Profile::through);
    let place = if document.sealed_with.is_some() { SecretsPlace::KeyStore } else { SecretsPlace::File };
    let key_store = KeyStoreSubject { place, says };
    let methods = methods_in_use(&document);
    Ok(Chosen { through, methods, settings: document.settings, key_store: Some(key_store) })
}

async fn subject(args: &CheckArgs) -> Result<Subject, Fault> {
    let Chosen { through, methods, settings, key_store } = chosen(args).await?;
    let fetch = args.fetch.as_ref().unwrap_or(&settings.test_url);
    let name_server = args.name_server.as_ref().unwrap_or(&settings.test_name_server);
    let probe = Probe::new(fetch, name_server).map_err(|source| Fault::BadProbe { source })?;
    let status = running_one().await;
    let (port, proxy) = match &status {
        Some(status) => of_running(status)?,
        None => (
            PortSubject {
                address: own_address(settings.local_port),
                now: PortNow::Off,
                refused: None,
                others: Vec::new(),
            },
            proxy(settings.system_proxy, None, None)?,
        ),
    };
    let patience = Patience::default();
    Ok(Subject {
        port,
        proxy,
        tray: None,
        key_store,
        through,
        methods,
        mode: status.map_or(settings.mode, |status| status.mode),
        climber: Climber::new(probe, NameServers::System, ProbePatience::default(), patience),
        patience,
        fetcher: Fetcher::of_this_machine(),
        clock_url: SubscriptionUrl::from(args.clock.clone().unwrap_or(settings.clock_url)),
        clock: Arc::new(SystemTime::now),
        limit: Subject::LIMIT,
    })
}

/// How the Parasol of the desktop is, if one runs that can be asked.
async fn running_one() -> Option<Status> {
    match ask(&Paths::control()?, &Request::Status).await {
        Ok(Answer::Status(status)) => Some(*status),
        _ => None,
    }
}

fn of_running(status: &Status) -> Result<(PortSubject, ProxySubject), Fault> {
    let now = match (status.state, &status.problem) {
        (StateCode::Off, _) => PortNow::Off,
        (StateCode::Starting | StateCode::Stopping, _) | (StateCode::Failed, None) => PortNow::Changing,
        // Its rules are its own: it is greeted, and nothing is led through it.
        (StateCode::On, _) => PortNow::On { to_this_machine: false, udp: false },
        (StateCode::Failed, Some(problem)) => PortNow::failed(problem),
    };
    let address = own_address(status.local_port);
    let others = status.ports.iter().filter_map(|port| port.problem.clone()).collect();
    let set_to = (status.state == StateCode::On).then_some(address);
    let of_proxy = &status.system_proxy;
    let proxy = proxy(of_proxy.wanted, set_to, of_proxy.problem.clone())?;
    Ok((PortSubject { address, now, refused: None, others }, proxy))
}

fn proxy(wanted: ProxyMode, address: Option<SocketAddr>, problem: Option<Problem>) -> Result<ProxySubject, Fault> {
    let proxy = ProxySubject::of_this_user(wanted != ProxyMode::Leave, address, problem);
    proxy.map_err(|source| Fault::NoHome { source })
}

fn line(step: &StepDiagnosed) -> String {
    let reason = step.reason.as_ref().map(words::reason).unwrap_or_default();
    let what = match (step.outcome, milliseconds(step.micros)) {
        (StepOutcome::Passed, Some(ms)) => format!("{ms} ms"),
        (StepOutcome::Passed, None) => "good".to_owned(),
        (StepOutcome::Failed, _) => format!("failed: {}", plain(&reason)),
        (StepOutcome::Skipped, _) => format!("skipped: {}", plain(&reason)),
    };
    let action = step.action.as_ref().map(|action| format!("; {}", words::action(action))).unwrap_or_default();
    format!("{:<14} {what}{action}", words::step(step.step))
}

/// What is printed for a program may be given to others.
fn to_json(step: &StepDiagnosed) -> Value {
    let reason = step.reason.as_ref().map(|reason| reason.without_last_words());
    json!({
        "step": step.step,
        "outcome": step.outcome,
        "reason": reason.as_ref().map(|reason| reason.code()),
        "words": reason.as_ref().map(words::reason),
        "action": step.action.as_ref().map(|action| action.code()),
        "ms": milliseconds(step.micros),
    })
}
