//! This machine's clock, against the time that a host of the internet says in the head of its answer: through the server
//! where that works, directly where it does not. HTTPS, because anybody on the way could change what is said without it.

use jiff::fmt::rfc2822::DateTimeParser;
use parasol_proto::ServerConfig;
use parasol_proto::packet::MAX_SKEW;

use super::action::Action;
use super::course::Found;
use super::subject::Subject;
use super::told::DiagnosisReason;
use crate::millis::millis;
use crate::tested::TestVerdict;

/// Who is asked until the user says otherwise.
pub const URL: &str = "https://www.gstatic.com/generate_204";

/// `verdict` is what a test of the server has come to: it may know already that the clock is wrong.
pub(super) async fn clock(subject: &Subject, server: Option<ServerConfig>, verdict: Option<&TestVerdict>) -> Found {
    let told = subject.fetcher.date(&subject.clock_url, server).await;
    let now = i64::try_from(millis((subject.clock)()) / 1000).unwrap_or(i64::MAX);
    match (told, verdict) {
        (Ok(Some(date)), _) => match DateTimeParser::new().parse_timestamp(date.as_bytes()) {
            Ok(date) => judged(now.saturating_sub(date.as_second())),
            Err(_) => Found::skipped(DiagnosisReason::BadTime),
        },
        (_, Some(TestVerdict::WrongClock { ahead_s: Some(ahead_s) })) => judged(*ahead_s),
        (Ok(None), _) => Found::skipped(DiagnosisReason::BadTime),
        (Err(fault), _) => Found::skipped(DiagnosisReason::NoTime { fault }),
    }
}

/// What the methods forgive is right.
fn judged(ahead_s: i64) -> Found {
    if ahead_s.unsigned_abs() > MAX_SKEW {
        Found::failed(DiagnosisReason::WrongClock { ahead_s }, Action::SetClock)
    } else {
        Found::passed()
    }
}
