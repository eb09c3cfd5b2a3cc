//! `Rungs`: the steps that were climbed so far.

use std::time::Duration;

use crate::tested::{StepOutcome, StepReason, StepTested, TestStep};

/// Whoever hears of each step as it is climbed.
pub(crate) type Hear<'a> = &'a (dyn Fn(StepTested) + Send + Sync);

/// In the order of the ladder.
pub(super) struct Rungs<'a> {
    steps: Vec<StepTested>,
    hear: Hear<'a>,
}

impl<'a> Rungs<'a> {
    pub(super) fn new(hear: Hear<'a>) -> Rungs<'a> {
        Rungs { steps: Vec::new(), hear }
    }

    pub(super) fn passed(&mut self, step: TestStep, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.climbed(StepTested { step, outcome: StepOutcome::Passed, reason: None, micros: Some(micros) });
    }

    pub(super) fn failed(&mut self, step: TestStep, reason: StepReason) {
        self.climbed(StepTested { step, outcome: StepOutcome::Failed, reason: Some(reason), micros: None });
    }

    pub(super) fn skipped(&mut self, step: TestStep, reason: StepReason) {
        self.climbed(StepTested { step, outcome: StepOutcome::Skipped, reason: Some(reason), micros: None });
    }

    fn climbed(&mut self, step: StepTested) {
        self.steps.push(step);
        (self.hear)(step);
    }

    /// With those that were not come to.
    pub(super) fn all(mut self) -> Vec<StepTested> {
        let unusable = self.steps.iter().any(|step| step.reason == Some(StepReason::Unusable));
        let reason = if unusable { StepReason::Unusable } else { StepReason::EarlierFailed };
        for step in TestStep::ALL {
            if self.steps.iter().all(|climbed| climbed.step != step) {
                self.skipped(step, reason);
            }
        }
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    #[test]
    fn every_step_is_told_of_once_and_in_order() {
        let heard = AtomicUsize::new(0);
        let hear = |_| {
            heard.fetch_add(1, Relaxed);
        };
        let mut rungs = Rungs::new(&hear);
        rungs.skipped(TestStep::Resolve, StepReason::NoName);
        rungs.passed(TestStep::Connect, Duration::from_millis(3));
        rungs.failed(TestStep::Handshake, StepReason::Silent);
        let all = rungs.all();
        assert_eq!(all.iter().map(|step| step.step).collect::<Vec<_>>(), TestStep::ALL);
        assert_eq!(all[1].micros, Some(3000));
        assert_eq!(heard.into_inner(), TestStep::ALL.len(), "each was heard of");
        assert!(all[3..].iter().all(|step| step.reason == Some(StepReason::EarlierFailed)));
    }
}
