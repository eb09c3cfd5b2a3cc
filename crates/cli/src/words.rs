//! Words for what the relay met: one line for each flow that was given up, and for what kept it from starting.

use parasol_app::problem::Problem;
use parasol_app::relay::{FlowSummary, Stage, Verdict};
use parasol_app::tested::{StepReason, TestStep, TestVerdict};

/// `timed out: …` or what else ended the flow, with stage, idle time and bytes; `None` for a flow that ended as it
/// should. Where it wanted to go does not stand in it.
pub(crate) fn given_up(flow: &FlowSummary) -> Option<String> {
    words(flow).map(|what| format!("{what} {}", evidence(flow)))
}

/// The same for every flow, with its target and, of a server with users, whose it is: `timed out: host:port …`,
/// `done: host:port of ann …`.
pub(crate) fn ended(flow: &FlowSummary) -> String {
    let what = words(flow).unwrap_or("done");
    let whose = flow.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    match &flow.target {
        Some(target) => format!("{what}: {target}{whose} {}", evidence(flow)),
        None => format!("{what}{whose} {}", evidence(flow)),
    }
}

fn evidence(flow: &FlowSummary) -> String {
    format!(
        "(port {}, stage {}, idle {:.1} s, {} B up, {} B down)",
        flow.port,
        stage(flow.stage),
        flow.idle.as_secs_f64(),
        flow.tx,
        flow.rx
    )
}

fn words(flow: &FlowSummary) -> Option<&'static str> {
    // The server role's flows go through no server, and their clients speak Shadowsocks.
    let through_server = flow.server.is_some();
    Some(match flow.verdict() {
        Verdict::Done | Verdict::Cancelled => return None,
        Verdict::SilentClient => "timed out, the client sent no whole request",
        Verdict::LoginRefused => "refused, no login or a wrong one",
        Verdict::BadRequest => "refused, no request that is served here",
        Verdict::NameNotFound => "failed, the name does not exist",
        Verdict::NameTimedOut => "timed out, the name server did not answer",
        Verdict::NoAnswer => "timed out, nothing answered the connection attempt",
        Verdict::Refused => "failed, the connection was refused",
        Verdict::Unreachable => "failed, there is no way to the address",
        Verdict::SilentServer if through_server => {
            "timed out, the server sent nothing (check password, method and clock if all flows end so)"
        }
        Verdict::SilentServer | Verdict::Idle => "timed out",
        Verdict::UdpUnanswered => {
            "failed, nothing came back over UDP: the server may not relay it, or a firewall drops it"
        }
        Verdict::ServerClosed => {
            "failed, the server closed without a word (check password, method and clock if all flows end so)"
        }
        Verdict::BadAnswer => "failed, the answer does not fit our key; check password and method",
        Verdict::WrongClock => "failed, the server's clock and ours differ by more than 30 s",
        Verdict::BadClient => "refused, what the client sent does not fit our key",
        Verdict::Blocked => "refused, the target is not allowed",
        Verdict::NoResources => "failed, this machine is out of descriptors, ports or memory",
    })
}

/// The stage as logs name it.
fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Handshake => "handshake",
        Stage::Resolve => "resolve",
        Stage::Connect => "connect",
        Stage::Stream => "stream",
        Stage::Associate => "associate",
        Stage::Closed => "closed",
    }
}

/// What was in the way. Some of it only a window can meet.
pub(crate) fn problem(problem: &Problem) -> String {
    match problem {
        Problem::PortTaken { port, process, pid, udp, .. } => {
            let over = if *udp { " over UDP" } else { "" };
            format!("port {port} is in use{over}{}", holder(process.as_deref(), *pid))
        }
        Problem::PortReserved { port, first, last, .. } => {
            format!("the system keeps port {port} from programs, as it does with all from {first} to {last}")
        }
        Problem::BindFailed { address, cause } => format!("cannot listen on {address}: {cause}"),
        Problem::PortUsedTwice { port, .. } => format!("port {port} is to be listened on twice"),
        Problem::BadPort { .. } => "the port cannot be opened as it is".to_owned(),
        Problem::PluginNotForPort { name } => format!("the plugin {name} does not carry what the port is for"),
        Problem::NoProfile => "there is no profile yet".to_owned(),
        Problem::ProfileGone => "its profile is gone".to_owned(),
        Problem::PluginUnapproved { name } => format!(
            "the plugin {name} came with the profile and is not approved; the window asks for that when it is used"
        ),
        Problem::LegacyUnapproved { method } => {
            format!("the method {method} is unsafe and not approved; the window asks for that when it is used")
        }
        Problem::PasswordLocked => "the password is locked in the password store; unlock it and try again".to_owned(),
        Problem::PluginMissing { name } => {
            format!("the plugin {name} is not installed, or not where it is looked for")
        }
        Problem::PluginFailed { name, exit, line } => {
            let ended = exit.map_or_else(|| "does not run".to_owned(), |code| format!("ended with exit code {code}"));
            let said = line.as_deref().map(|line| format!(": {}", line.trim_end_matches('.'))).unwrap_or_default();
            format!("the plugin {name} {ended}{said}")
        }
        Problem::PluginSilent { name, seconds } => format!("the plugin {name} did not answer within {seconds} s"),
        Problem::BadProfile { .. } => "the profile cannot be used as it is".to_owned(),
        Problem::EngineFailed { cause } => format!("the relay could not start: {cause}"),
        Problem::Crashed => "a part of Parasol crashed".to_owned(),
        Problem::ProxyTaken => "another program has changed the system proxy since Parasol set it".to_owned(),
        Problem::ProxyUnsupported => "this desktop has no proxy setting that Parasol knows".to_owned(),
        Problem::HeldByAnother => "another Parasol holds the system proxy".to_owned(),
        Problem::ProxyFailed { cause } => format!("the system proxy could not be set: {cause}"),
    }
}

/// What follows from a test of a server.
pub(crate) fn tested(verdict: &TestVerdict) -> String {
    let words = match verdict {
        TestVerdict::Works => "works",
        TestVerdict::WorksWithoutUdp => "works, but for UDP",
        TestVerdict::NameNotFound => "the server's name does not exist",
        TestVerdict::NameServerSilent => "the name server did not answer for the server's name",
        TestVerdict::Refused => "the server's port refuses connections; it is not running there",
        TestVerdict::NoAnswer => "nothing answers the connection attempt; it is down, or something on the way drops it",
        TestVerdict::Unreachable => "there is no way to the server's address",
        TestVerdict::NoResources => "too many connections on this machine: it is out of descriptors, ports or memory",
        TestVerdict::Silent => "the server took the connection and stayed silent: password, method or clock",
        TestVerdict::Closed { bytes: 0 } => {
            "the server took the connection and closed it without a byte: password, method or clock"
        }
        TestVerdict::Closed { bytes } => {
            return format!("the server took the connection and closed it after {bytes} bytes");
        }
        TestVerdict::BadAnswer => "the password or the method is not the server's",
        TestVerdict::WrongClock { ahead_s: None } => "the clocks of this machine and the server differ too much",
        TestVerdict::WrongClock { ahead_s: Some(seconds) } => {
            let way = if *seconds < 0 { "behind" } else { "ahead" };
            return format!("this machine's clock is {} s {way}; the method needs a right one", seconds.unsigned_abs());
        }
        TestVerdict::TargetUnreachable => "the server answers, but what was to be fetched through it does not come",
        TestVerdict::Unusable { problem } => return self::problem(problem),
    };
    words.to_owned()
}

/// A step of such a test.
pub(crate) fn step(step: TestStep) -> &'static str {
    match step {
        TestStep::Resolve => "name",
        TestStep::Connect => "connection",
        TestStep::Handshake => "handshake",
        TestStep::FirstByte => "first byte",
        TestStep::Udp => "UDP",
    }
}

/// Why such a step was not passed.
pub(crate) fn reason(reason: StepReason) -> &'static str {
    match reason {
        StepReason::EarlierFailed => "a step before it failed",
        StepReason::NoName => "the server has an IP",
        StepReason::PluginDoes => "the plugin does that itself",
        StepReason::PluginCarriesNone => "the plugin carries none",
        StepReason::Unusable => "it cannot be used as it is",
        StepReason::NameNotFound => "the name does not exist",
        StepReason::NameServerSilent => "the name server did not answer",
        StepReason::Refused => "refused",
        StepReason::NoAnswer => "nothing came back",
        StepReason::Unreachable => "there is no way there",
        StepReason::NoResources => "out of descriptors, ports or memory",
        StepReason::Silent => "connected, no answer",
        StepReason::Closed => "closed",
        StepReason::BadAnswer => "password or method is not the server's",
        StepReason::WrongClock => "the clocks differ",
        StepReason::TargetUnreachable => "it does not come",
    }
}

fn holder(process: Option<&str>, pid: Option<u32>) -> String {
    match (process, pid) {
        (Some(process), Some(pid)) => format!(" by {process} (pid {pid})"),
        (None, Some(pid)) => format!(" by pid {pid}"),
        (Some(process), None) => format!(" by {process}"),
        (None, None) => String::new(),
    }
}
