//! `Rungs`: the steps that were climbed so far.

use std::time::Duration;

use crate::tested::{StepOutcome, StepReason, StepTested, TestStep};

/// In the order of the ladder.
#[derive(Debug, Default)]
pub(super) struct Rungs(Vec<StepTested>);

impl Rungs {
    pub(super) fn passed(&mut self, step: TestStep, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.0.push(StepTested { step, outcome: StepOutcome::Passed, reason: None, micros: Some(micros) });
    }

    pub(super) fn failed(&mut self, step: TestStep, reason: StepReason) {
        self.0.push(StepTested { step, outcome: StepOutcome::Failed, reason: Some(reason), micros: None });
    }

    pub(super) fn skipped(&mut self, step: TestStep, reason: StepReason) {
        self.0.push(StepTested { step, outcome: StepOutcome::Skipped, reason: Some(reason), micros: None });
    }

    /// With those that were not come to.
    pub(super) fn all(mut self) -> Vec<StepTested> {
        let unusable = self.0.iter().any(|step| step.reason == Some(StepReason::Unusable));
        let reason = if unusable { StepReason::Unusable } else { StepReason::EarlierFailed };
        for step in TestStep::ALL {
            if self.0.iter().all(|climbed| climbed.step != step) {
                self.skipped(step, reason);
            }
        }
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_told_of_once_and_in_order() {
        let mut rungs = Rungs::default();
        rungs.skipped(TestStep::Resolve, StepReason::NoName);
        rungs.passed(TestStep::Connect, Duration::from_millis(3));
        rungs.failed(TestStep::Handshake, StepReason::Silent);
        let all = rungs.all();
        assert_eq!(all.iter().map(|step| step.step).collect::<Vec<_>>(), TestStep::ALL);
        assert_eq!(all[1].micros, Some(3000));
        assert!(all[3..].iter().all(|step| step.reason == Some(StepReason::EarlierFailed)));
    }
}
