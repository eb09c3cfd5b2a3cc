//! All steps, in their order, each within its bounds.

use std::time::Duration;

use parasol_proto::ServerConfig;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::course::{Course, Found};
use super::exchange::By;
use super::self_test::SelfTest;
use super::subject::Subject;
use super::told::{Diagnosis, DiagnosisReason, DiagnosisStep};
use super::{clock, desktop, names, port, proxy, server};
use crate::millis::millis;
use crate::problem::Problem;
use crate::profile::Through;
use crate::relay::Egress;
use crate::tested::{StepOutcome, TestStep, TestVerdict, Tested};
use crate::way::Way;

/// Diagnoses. `tell` hears of everything as it comes: steps that end, and steps that begin. Called off, it begins no
/// further one and returns what it has; nothing that was started for it runs any more then.
pub async fn run(
    subject: Subject,
    tell: &(dyn Fn(&Diagnosis) + Send + Sync),
    call_off: &CancellationToken,
) -> Diagnosis {
    let mut course = Course::new(millis((subject.clock)()), tell);
    let whole = match call_off.run_until_cancelled(this_machine(&subject, &mut course)).await {
        Some(()) => the_server(&subject, &mut course, call_off).await,
        None => None,
    };
    let whole = match whole {
        Some(()) => {
            let names = course.step(DiagnosisStep::Names, subject.limit, names::names(subject.mode));
            call_off.run_until_cancelled(names).await
        }
        None => None,
    };
    course.finish(whole.is_some())
}

/// What there is to see here alone.
async fn this_machine(subject: &Subject, course: &mut Course<'_>) {
    let limit = subject.limit;
    course.step(DiagnosisStep::Port, limit, port::port(&subject.port)).await;
    course.step(DiagnosisStep::SystemProxy, limit, proxy::proxy(&subject.proxy)).await;
    course.judge(DiagnosisStep::Tray, desktop::tray(subject.tray));
    course.judge(DiagnosisStep::KeyStore, desktop::key_store(subject.key_store.as_ref()));

    course.begin(DiagnosisStep::Socks5);
    let started = timeout(limit, SelfTest::start(&subject.methods, &subject.port)).await;
    let ways =
        [(DiagnosisStep::Socks5, By::Socks5), (DiagnosisStep::Http, By::Http), (DiagnosisStep::LocalUdp, By::Udp)];
    let test = match started {
        Ok(Ok(test)) => test,
        Ok(Err(problem)) => {
            return ways.into_iter().for_each(|(step, _)| course.end(step, Found::problem(problem.clone()), None));
        }
        Err(_) => {
            let too_long = Found::failed(DiagnosisReason::TooLong, None);
            return ways.into_iter().for_each(|(step, _)| course.end(step, too_long.clone(), None));
        }
    };
    for (step, by) in ways {
        course.step(step, limit, test.try_by(by)).await;
    }
    test.stop().await;
}

/// The server in use, and what can be seen through it. `None` when it was called off.
async fn the_server(subject: &Subject, course: &mut Course<'_>, call_off: &CancellationToken) -> Option<()> {
    course.begin(DiagnosisStep::Resolve);
    let plugin = match &subject.through {
        Ok(Through::Plugged { plugin, .. }) => Some(plugin.options().to_owned()),
        _ => None,
    };
    let opened = match &subject.through {
        Ok(through) => {
            let open = Way::open(through, subject.patience, Egress::Any);
            call_off.run_until_cancelled(timeout(OPEN, open)).await?.unwrap_or(Err(Problem::Crashed))
        }
        Err(problem) => Err(problem.clone()),
    };
    let mut way = match opened {
        Ok(way) => way,
        Err(problem) => return call_off.run_until_cancelled(without_a_server(subject, course, problem)).await,
    };
    let tried = call_off.run_until_cancelled(with_a_server(subject, course, &mut way, plugin.is_some())).await;
    // Also of one that was called off: what it said may be why.
    course.diagnosis.plugin_said = plugin.map(|options| way.plugin_said(&options)).unwrap_or_default();
    way.stop().await;
    tried
}

async fn with_a_server(subject: &Subject, course: &mut Course<'_>, way: &mut Way, plugged: bool) {
    let server = way.reached().server.clone();
    let tested = climbed(subject, course, &server, plugged).await;
    let works = tested.as_ref().is_some_and(|tested| tested.verdict.works());
    let verdict = tested.map(|tested| tested.verdict);
    let through = works.then(|| (*server).clone());
    course.step(DiagnosisStep::Clock, CLOCK, clock::clock(subject, through, verdict.as_ref())).await;
    let plugin = if plugged { plugin(way).await } else { Found::skipped(DiagnosisReason::NoPlugin) };
    course.judge(DiagnosisStep::Plugin, plugin);
}

/// Whether the plugin was there to the end, through which all the steps before went. Nothing is waited for.
async fn plugin(way: &mut Way) -> Found {
    tokio::select! {
        biased;
        problem = way.gave_up() => Found::problem(problem),
        () = std::future::ready(()) => Found::passed(),
    }
}

/// The ladder of a test, each step told as it is climbed. Without a result when it took too long.
async fn climbed(subject: &Subject, course: &mut Course<'_>, server: &ServerConfig, plugged: bool) -> Option<Tested> {
    let (hear, mut heard) = mpsc::unbounded_channel();
    let tell = move |step| {
        // Heard until the end.
        let _ = hear.send(step);
    };
    let climbing = timeout(LADDER, subject.climber.climb_to(server, plugged, &tell));
    tokio::pin!(climbing);
    let mut told = 0;
    let tested = loop {
        tokio::select! {
            biased;
            Some(step) = heard.recv() => {
                // What one that failed means is known when all is; so they are told of up to there.
                if step.outcome == StepOutcome::Failed || TestStep::ALL.get(told) != Some(&step.step) {
                    continue;
                }
                course.end(step.step.into(), server::step(&step, &TestVerdict::Works), step.micros.map(micros));
                told += 1;
                if let Some(next) = TestStep::ALL.get(told) {
                    course.begin((*next).into());
                }
            }
            tested = &mut climbing => break tested.ok(),
        }
    };
    match &tested {
        Some(tested) => {
            for step in &tested.steps[told..] {
                course.end(step.step.into(), server::step(step, &tested.verdict), step.micros.map(micros));
            }
        }
        None => {
            for step in &TestStep::ALL[told..] {
                course.end((*step).into(), Found::failed(DiagnosisReason::TooLong, None), None);
            }
        }
    }
    tested
}

/// It cannot be used as it is saved, or its plugin does not run.
async fn without_a_server(subject: &Subject, course: &mut Course<'_>, problem: Problem) {
    for step in TestStep::ALL {
        course.end(step.into(), server::unusable(step, &problem), None);
    }
    course.step(DiagnosisStep::Clock, CLOCK, clock::clock(subject, None, None)).await;
    let plugged = server::is_the_plugins(&problem);
    let plugin = if plugged { Found::problem(problem) } else { Found::skipped(DiagnosisReason::NoPlugin) };
    course.judge(DiagnosisStep::Plugin, plugin);
}

fn micros(micros: u32) -> Duration {
    Duration::from_micros(micros.into())
}

/// A plugin that does not answer is given up before, and said to be silent.
const OPEN: Duration = Duration::from_secs(60);
/// More than all that the ladder waits for by itself.
const LADDER: Duration = Duration::from_secs(90);
/// Half of it for each way there.
const CLOCK: Duration = Duration::from_secs(20);

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use parasol_proto::{Address, Method};

    use super::*;
    use crate::plugin::{Patience, PluginMode, PluginSpec};

    /// Lives until its second connection: the first one asks whether it listens.
    const QUITS: &str = "#!/usr/bin/env python3
import os, socket, sys
listener = socket.create_server((os.environ['SS_LOCAL_HOST'], int(os.environ['SS_LOCAL_PORT'])))
listener.accept()
listener.accept()
sys.exit(3)
";

    #[tokio::test]
    async fn a_plugin_that_is_given_up_on_the_way_has_not_passed() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("quits");
        std::fs::write(&program, QUITS).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
        let plugin = PluginSpec::new(program.to_str().unwrap(), "", PluginMode::TcpOnly).unwrap();
        let server = ServerConfig::new("127.0.0.1:1".parse::<Address>().unwrap(), Method::Aes256Gcm, "test").unwrap();
        let patience = Patience { crashes: 1, ..Patience::default() };
        let mut way = Way::open(&Through::Plugged { server, plugin }, patience, Egress::Any).await.unwrap();
        assert_eq!(super::plugin(&mut way).await, Found::passed());
        let at = way.plugged_at().unwrap().to_string();
        drop(tokio::net::TcpStream::connect(at).await.unwrap());
        let problem = timeout(Duration::from_secs(30), way.gave_up()).await.unwrap();
        assert_eq!(super::plugin(&mut way).await, Found::problem(problem));
        way.stop().await;
    }
}
