//! `Course`: the steps so far, and who hears of them.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::action::Action;
use super::told::{Diagnosis, DiagnosisReason, DiagnosisStep, StepDiagnosed};
use crate::problem::Problem;
use crate::tested::StepOutcome;

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    outcome: StepOutcome,
    reason: Option<DiagnosisReason>,
    action: Option<Action>,
}

impl Found {
    pub(super) fn passed() -> Found {
        Found { outcome: StepOutcome::Passed, reason: None, action: None }
    }

    pub(super) fn failed(reason: DiagnosisReason, action: impl Into<Option<Action>>) -> Found {
        Found { outcome: StepOutcome::Failed, reason: Some(reason), action: action.into() }
    }

    pub(super) fn skipped(reason: DiagnosisReason) -> Found {
        Found { outcome: StepOutcome::Skipped, reason: Some(reason), action: None }
    }

    /// Failed for this, with what helps.
    pub(super) fn problem(problem: Problem) -> Found {
        let action = Action::of(&problem);
        Found::failed(DiagnosisReason::Problem { problem }, action)
    }
}

pub(super) struct Course<'a> {
    pub(super) diagnosis: Diagnosis,
    began: Instant,
    tell: &'a (dyn Fn(&Diagnosis) + Send + Sync),
}

impl<'a> Course<'a> {
    pub(super) fn new(at_ms: u64, tell: &'a (dyn Fn(&Diagnosis) + Send + Sync)) -> Course<'a> {
        Course { diagnosis: Diagnosis::begun(at_ms), began: Instant::now(), tell }
    }

    /// This one is being tried now.
    pub(super) fn begin(&mut self, step: DiagnosisStep) {
        self.began = Instant::now();
        self.diagnosis.running = Some(step);
        (self.tell)(&self.diagnosis);
    }

    /// That is what came of it.
    pub(super) fn end(&mut self, step: DiagnosisStep, found: Found, took: Option<Duration>) {
        let micros = took.map(|took| u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        let Found { outcome, reason, action } = found;
        self.diagnosis.running = None;
        self.diagnosis.steps.push(StepDiagnosed { step, outcome, reason, action, micros });
        (self.tell)(&self.diagnosis);
    }

    /// One for which nothing is tried: all that it takes is known.
    pub(super) fn judge(&mut self, step: DiagnosisStep, found: Found) {
        self.begin(step);
        self.end(step, found, None);
    }

    /// Tries one, for no longer than `limit`.
    pub(super) async fn step(&mut self, step: DiagnosisStep, limit: Duration, work: impl Future<Output = Found>) {
        self.begin(step);
        let found = timeout(limit, work).await;
        let found = found.unwrap_or_else(|_| Found::failed(DiagnosisReason::TooLong, None));
        let took = (found.outcome != StepOutcome::Skipped).then(|| self.began.elapsed());
        self.end(step, found, took);
    }

    /// There is none left, or no more is wanted.
    pub(super) fn finish(mut self, ended: bool) -> Diagnosis {
        self.diagnosis.running = None;
        self.diagnosis.ended = ended;
        (self.tell)(&self.diagnosis);
        self.diagnosis
    }
}
