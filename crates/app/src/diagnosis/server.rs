//! What the ladder of a test comes to as steps of a diagnosis. What follows from all of it stands with the step that failed.

use super::action::Action;
use super::course::Found;
use super::told::DiagnosisReason;
use crate::problem::Problem;
use crate::tested::{StepOutcome, StepReason, StepTested, TestStep, TestVerdict};

/// A step of the ladder.
pub(super) fn step(tested: &StepTested, verdict: &TestVerdict) -> Found {
    match (tested.outcome, tested.reason) {
        (StepOutcome::Passed, _) => Found::passed(),
        (StepOutcome::Failed, _) => {
            Found::failed(DiagnosisReason::Server { verdict: verdict.clone() }, Action::after(verdict))
        }
        (StepOutcome::Skipped, reason) => {
            Found::skipped(DiagnosisReason::Untested { reason: reason.unwrap_or(StepReason::EarlierFailed) })
        }
    }
}

/// A step of a ladder that cannot be climbed. That it cannot is told with the first one, or with the plugin whose fault
/// it is.
pub(super) fn unusable(step: TestStep, problem: &Problem) -> Found {
    match step {
        TestStep::Resolve if !is_the_plugins(problem) => Found::problem(problem.clone()),
        _ => Found::skipped(DiagnosisReason::Untested { reason: StepReason::Unusable }),
    }
}

/// Whether it is told where the plugin's own step is.
pub(super) fn is_the_plugins(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::PluginMissing { .. }
            | Problem::PluginFailed { .. }
            | Problem::PluginSilent { .. }
            | Problem::PluginUnapproved { .. }
    )
}
