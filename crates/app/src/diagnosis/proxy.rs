//! The system proxy: whether it is ours. It is read, and nothing of it is changed.

use std::net::SocketAddr;

use parasol_platform::system_proxy::{self, Hold, ProxyError};

use super::action::Action;
use super::course::Found;
use super::subject::ProxySubject;
use super::told::DiagnosisReason;
use crate::problem::Problem;

pub(super) async fn proxy(proxy: &ProxySubject) -> Found {
    if let Some(problem) = &proxy.problem {
        return Found::problem(problem.clone());
    }
    let (desktop, journal) = (proxy.desktop.clone(), proxy.journal.clone());
    // Blocks, for as long as the desktop does not answer.
    let read = tokio::task::spawn_blocking(move || {
        let here = desktop().or_else(|| system_proxy::desktop_left(&journal));
        here.map(|mut here| system_proxy::status(&mut *here, &journal)).transpose()
    });
    match read.await {
        Ok(Ok(status)) => judged(status.map(|status| status.hold), proxy.wanted, proxy.address),
        Ok(Err(error)) => Found::problem(problem(&error)),
        Err(_) => Found::problem(Problem::Crashed),
    }
}

/// What follows from who holds it: `None` where there is no such setting.
fn judged(hold: Option<Hold>, wanted: bool, ours: Option<SocketAddr>) -> Found {
    match (hold, wanted, ours) {
        (Some(Hold::Left { .. }), ..) => Found::failed(DiagnosisReason::ProxyLeft, Action::GiveProxyBack),
        (Some(Hold::Unreadable { reason }), ..) => Found::problem(Problem::ProxyFailed { cause: reason }),
        (_, false, _) => Found::skipped(DiagnosisReason::ProxyLeftAlone),
        (_, true, None) => Found::skipped(DiagnosisReason::Off),
        (None, true, Some(_)) => Found::problem(Problem::ProxyUnsupported),
        (Some(Hold::None), true, Some(_)) => Found::failed(DiagnosisReason::ProxyNotSet, Action::TakeProxyBack),
        (Some(Hold::Held { address, changed }), true, Some(ours)) => match (address == ours, changed.is_empty()) {
            (true, true) => Found::passed(),
            (true, false) => Found::problem(Problem::ProxyTaken),
            (false, _) => Found::problem(Problem::HeldByAnother),
        },
    }
}

fn problem(error: &ProxyError) -> Problem {
    Problem::ProxyFailed { cause: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ours_only_where_our_parasol_holds_it_as_it_was_set() {
        let (ours, other) = ("127.0.0.1:1080".parse().unwrap(), "127.0.0.1:1090".parse().unwrap());
        let held = |address, changed: &[&str]| {
            Some(Hold::Held { address, changed: changed.iter().map(|key| (*key).to_owned()).collect() })
        };
        let skipped = |reason| Found::skipped(reason);
        for (hold, wanted, address, found) in [
            (held(ours, &[]), true, Some(ours), Found::passed()),
            (held(ours, &["mode"]), true, Some(ours), Found::problem(Problem::ProxyTaken)),
            (held(other, &[]), true, Some(ours), Found::problem(Problem::HeldByAnother)),
            (Some(Hold::None), true, Some(ours), Found::failed(DiagnosisReason::ProxyNotSet, Action::TakeProxyBack)),
            (None, true, Some(ours), Found::problem(Problem::ProxyUnsupported)),
            (Some(Hold::None), true, None, skipped(DiagnosisReason::Off)),
            (None, false, Some(ours), skipped(DiagnosisReason::ProxyLeftAlone)),
            (
                Some(Hold::Left { address: ours, changed: Vec::new() }),
                false,
                None,
                Found::failed(DiagnosisReason::ProxyLeft, Action::GiveProxyBack),
            ),
        ] {
            assert_eq!(judged(hold.clone(), wanted, address), found, "{hold:?} {wanted} {address:?}");
        }
    }
}
