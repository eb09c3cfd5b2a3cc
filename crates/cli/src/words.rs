//! Words for what the relay met: one line for each flow that was given up.

use parasol_app::relay::{FlowSummary, Stage, Verdict};

/// `timed out: …` or what else ended the flow, with stage, idle time and bytes; `None` for a flow that ended as it
/// should. Where it wanted to go stands in it only when `with_target`.
pub(crate) fn given_up(flow: &FlowSummary, with_target: bool) -> Option<String> {
    let what = words(flow.verdict())?;
    let target = match &flow.target {
        Some(target) if with_target => format!(": {target}"),
        _ => String::new(),
    };
    Some(format!(
        "{what}{target} (port {}, stage {}, idle {:.1} s, {} B up, {} B down)",
        flow.port,
        stage(flow.stage),
        flow.idle.as_secs_f64(),
        flow.tx,
        flow.rx
    ))
}

fn words(verdict: Verdict) -> Option<&'static str> {
    Some(match verdict {
        Verdict::Done | Verdict::Cancelled => return None,
        Verdict::SilentClient => "timed out, the client sent no whole request",
        Verdict::BadRequest => "refused, no SOCKS or HTTP request",
        Verdict::NameNotFound => "failed, the name does not exist",
        Verdict::NameTimedOut => "timed out, the name server did not answer",
        Verdict::NoAnswer => "timed out, nothing answered the connection attempt",
        Verdict::Refused => "failed, the connection was refused",
        Verdict::Unreachable => "failed, there is no way to the address",
        Verdict::SilentServer => "timed out, the server sent nothing; a wrong password or method looks like this",
        Verdict::ServerClosed => "failed, the server closed without a word; a wrong password or method looks like this",
        Verdict::BadAnswer => "failed, the answer does not fit our key; check password, method and clock",
        Verdict::Idle => "timed out",
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
