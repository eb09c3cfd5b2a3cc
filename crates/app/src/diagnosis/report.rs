//! The whole as a text for whoever is asked for help. It is put together of what may be given to others, and not cleaned
//! of what may not: codes, figures, and of words those of Parasol alone. So no password, option, target or URL can stand
//! in it, nor what a plugin or a system said; the address of the server does where the user says so.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::action::Action;
use super::told::{Diagnosis, DiagnosisReason, StepDiagnosed};
use crate::plain::plain;
use crate::problem::Problem;
use crate::state::{ProxyMode, RoutingMode};
use crate::tested::{StepOutcome, TestVerdict};

/// What stands in a report beside the steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The relay is on.
    pub on: bool,
    /// Where the first port is.
    pub port: u16,
    /// How many there are beside it.
    pub other_ports: usize,
    /// What stands above the rules.
    pub mode: RoutingMode,
    /// What is wanted of the system proxy.
    pub system_proxy: ProxyMode,
    /// The method of the server in use.
    pub method: Option<&'static str>,
    /// Its plugin's program as the profile names it.
    pub plugin: Option<String>,
    /// Its address.
    pub server: Option<String>,
}

/// The report, with the server's address or without.
#[must_use]
pub fn report(diagnosis: &Diagnosis, about: &About, with_server: bool) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<14}{value}");
    };
    line("Parasol", env!("CARGO_PKG_VERSION"));
    line("system", &format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    let at = i64::try_from(diagnosis.at_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    line("at", &at.map(|at| at.to_string()).unwrap_or_default());
    line("relay", if about.on { "on" } else { "off" });
    line("port", &format!("{} and {} more", about.port, about.other_ports));
    line("mode", word(&about.mode).as_str());
    line("system proxy", word(&about.system_proxy).as_str());
    line("method", about.method.unwrap_or("none"));
    line("plugin", &about.plugin.as_deref().map_or_else(|| "none".to_owned(), file_name));
    line(
        "server",
        &match (&about.server, with_server) {
            (None, _) => "none".to_owned(),
            (Some(_), false) => "hidden".to_owned(),
            (Some(server), true) => plain(server),
        },
    );
    text.push('\n');
    for step in &diagnosis.steps {
        let _ = writeln!(text, "{}", of_step(step));
    }
    if !diagnosis.ended {
        text.push_str("called off\n");
    }
    if !diagnosis.plugin_said.is_empty() {
        text.push_str("the plugin's last lines are left out: they may name targets\n");
    }
    text
}

fn of_step(step: &StepDiagnosed) -> String {
    let outcome = match step.outcome {
        StepOutcome::Passed => "passed",
        StepOutcome::Failed => "failed",
        StepOutcome::Skipped => "skipped",
    };
    let mut line = format!("{:<14}{outcome:<8}", word(&step.step));
    if let Some(micros) = step.micros {
        let _ = write!(line, " {:.1} ms", f64::from(micros) / 1000.0);
    }
    if let Some(reason) = &step.reason {
        let _ = write!(line, " {}{}", reason.code(), evidence(reason));
    }
    if let Some(action) = &step.action {
        let _ = write!(line, " -> {}", action.code());
        if let Action::UsePort { port } = action {
            let _ = write!(line, " {port}");
        }
    }
    line
}

/// What of a reason is known to be nobody's secret.
fn evidence(reason: &DiagnosisReason) -> String {
    match reason {
        DiagnosisReason::Problem { problem } => of_problem(problem),
        DiagnosisReason::Server { verdict } => match verdict {
            TestVerdict::WrongClock { ahead_s: Some(ahead_s) } => format!(" ({ahead_s} s ahead)"),
            TestVerdict::Closed { bytes } => format!(" (after {bytes} bytes)"),
            TestVerdict::Unusable { problem } => of_problem(problem),
            _ => String::new(),
        },
        DiagnosisReason::WrongClock { ahead_s } => format!(" ({ahead_s} s ahead)"),
        DiagnosisReason::KeyStore { says } => format!(" ({})", key(says, "kind")),
        DiagnosisReason::SelfTest { place } => format!(" ({})", key(place, "kind")),
        DiagnosisReason::NoTime { fault } => format!(" ({})", key(fault, "kind")),
        _ => String::new(),
    }
}

fn of_problem(problem: &Problem) -> String {
    match problem {
        Problem::PortTaken { port, process, pid, .. } => {
            let by = process.as_deref().map(|process| format!(" by {}", plain(process))).unwrap_or_default();
            let pid = pid.map(|pid| format!(", pid {pid}")).unwrap_or_default();
            format!(" ({port}{by}{pid})")
        }
        Problem::PluginFailed { exit: Some(exit), .. } => format!(" (exit code {exit})"),
        Problem::PluginSilent { seconds, .. } => format!(" (for {seconds} s)"),
        Problem::BadProfile { field, .. } => format!(" ({})", word(field)),
        _ => String::new(),
    }
}

/// The word that something is in the window's data.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::json!(value).as_str().unwrap_or_default().to_owned()
}

fn key(value: &impl serde::Serialize, key: &str) -> String {
    serde_json::json!(value)[key].as_str().unwrap_or_default().to_owned()
}

/// Folders tell who the user is.
fn file_name(program: &str) -> String {
    plain(program.rsplit(['/', '\\']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::DiagnosisStep;
    use crate::draft::{Fault, Field};
    use crate::state::KeyStoreView;
    use crate::subscription::SubscriptionFault;

    const SECRET: &str = "s3cret.example";

    fn about() -> About {
        About {
            on: true,
            port: 1080,
            other_ports: 0,
            mode: RoutingMode::Rules,
            system_proxy: ProxyMode::Set,
            method: Some("aes-256-gcm"),
            plugin: Some(format!("/home/{SECRET}/obfs-local")),
            server: Some("tk1.example.net:8388".to_owned()),
        }
    }

    fn diagnosis(reasons: Vec<DiagnosisReason>) -> Diagnosis {
        let steps = reasons.into_iter().map(|reason| StepDiagnosed {
            step: DiagnosisStep::Port,
            outcome: StepOutcome::Failed,
            action: Some(Action::UsePort { port: 1081 }),
            reason: Some(reason),
            micros: Some(1234),
        });
        let plugin_said = vec![format!("dial {SECRET}")];
        Diagnosis { at_ms: 784_111_777_000, steps: steps.collect(), running: None, ended: true, plugin_said }
    }

    #[test]
    fn a_report_says_what_is_known_and_nothing_that_anybody_else_wrote() {
        let secret = || SECRET.to_owned();
        let problems = [
            Problem::BindFailed { address: secret(), cause: secret() },
            Problem::PortUsedTwice { port: 1, name: secret() },
            Problem::PluginNotForPort { name: secret() },
            Problem::PluginUnapproved { name: secret() },
            Problem::PluginMissing { name: secret() },
            Problem::PluginFailed { name: secret(), exit: Some(3), line: Some(secret()) },
            Problem::PluginSilent { name: secret(), seconds: 10 },
            Problem::LegacyUnapproved { method: secret() },
            Problem::BadProfile { field: Field::Password, fault: Fault::Empty },
            Problem::EngineFailed { cause: secret() },
            Problem::ProxyFailed { cause: secret() },
        ];
        let of_server = |problem| DiagnosisReason::Server { verdict: TestVerdict::Unusable { problem } };
        let mut reasons: Vec<DiagnosisReason> = problems.iter().cloned().map(of_server).collect();
        reasons.extend(problems.map(|problem| DiagnosisReason::Problem { problem }));
        reasons.extend([
            DiagnosisReason::KeyStore { says: KeyStoreView::Failed { cause: secret() } },
            DiagnosisReason::SelfTest { place: crate::diagnosis::SelfTestPlace::Method { name: secret() } },
            DiagnosisReason::NoTime { fault: SubscriptionFault::NoSuchHost { host: secret() } },
        ]);
        let diagnosis = diagnosis(reasons);
        let text = report(&diagnosis, &about(), false);
        assert!(!text.contains(SECRET) && !text.contains("tk1"), "{text}");
        for told in
            ["exit code 3", "pluginMissing", "obfs-local", "hidden", "aes-256-gcm", "left out", "-> usePort 1081"]
        {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(report(&diagnosis, &about(), true).contains("tk1.example.net:8388"));
    }

    #[test]
    fn each_step_is_a_line_and_no_name_makes_more_of_them() {
        let taken = Problem::PortTaken {
            port: 1080,
            process: Some("evil\nport passed\u{1b}[2J".to_owned()),
            pid: Some(4242),
            udp: false,
            next_free: Some(1081),
        };
        let text = report(&diagnosis(vec![DiagnosisReason::Problem { problem: taken }]), &about(), false);
        let line =
            r"port          failed   1.2 ms portTaken (1080 by evil\nport passed\u{1b}[2J, pid 4242) -> usePort 1081";
        assert_eq!(text.lines().filter(|line| line.starts_with("port  ")).nth(1), Some(line), "{text}");
        assert!(text.contains("1994-11-06T08:49:37Z"), "{text}");
    }
}
