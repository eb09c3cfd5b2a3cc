//! `Ring`: what moved in each step of time, in bounded memory.

use std::collections::VecDeque;

use super::Amount;

/// One step: its number since 1970, and what moved in it.
pub(super) type Slot = (u64, Amount);

/// The steps in which anything moved, in the order of time. When there are too many, the one that is farthest from now goes:
/// the oldest, or one that a clock which ran ahead has left in the future. Nothing goes only because a clock says that it is
/// old, for a clock that is wrong for a minute must not cost a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ring {
    step_ms: u64,
    most: usize,
    slots: VecDeque<Slot>,
}

impl Ring {
    pub(super) const fn new(step_ms: u64, most: usize) -> Ring {
        Ring { step_ms, most, slots: VecDeque::new() }
    }

    /// Spreads it evenly over the time between. A time that ends before it begins is the moment at its end.
    pub(super) fn add(&mut self, from_ms: u64, to_ms: u64, amount: Amount) {
        let longest = self.step_ms.saturating_mul(self.most as u64);
        let from_ms = from_ms.clamp(to_ms.saturating_sub(longest), to_ms);
        let whole = to_ms - from_ms;
        let (first, last) = (from_ms / self.step_ms, to_ms.saturating_sub(1).max(from_ms) / self.step_ms);
        let mut before = Amount::default();
        for number in first..=last {
            let up_to_here = match number {
                _ if number == last => amount,
                _ => amount.share((number + 1) * self.step_ms - from_ms, whole),
            };
            self.put(number, up_to_here.minus(before), last);
            before = up_to_here;
        }
    }

    /// Adds it to the step of this number. `now` is that of the present.
    pub(super) fn put(&mut self, number: u64, amount: Amount, now: u64) {
        if amount == Amount::default() {
            return;
        }
        let at = self.slots.partition_point(|(of, _)| *of < number);
        match self.slots.get_mut(at) {
            Some((of, there)) if *of == number => *there = there.plus(amount),
            _ => self.slots.insert(at, (number, amount)),
        }
        while self.slots.len() > self.most {
            let far = |slot: Option<&Slot>| slot.map_or(0, |(of, _)| of.abs_diff(now));
            if far(self.slots.front()) >= far(self.slots.back()) {
                self.slots.pop_front();
            } else {
                self.slots.pop_back();
            }
        }
    }

    /// Whether there can be such a step: its time can be counted in milliseconds, and by a window.
    pub(super) fn has(&self, number: u64) -> bool {
        number.checked_mul(self.step_ms).is_some_and(|at_ms| at_ms <= Amount::MOST)
    }

    pub(super) fn slots(&self) -> &VecDeque<Slot> {
        &self.slots
    }

    /// Those of the last `steps` steps, the one of now among them, each with the time when it began.
    pub(super) fn shown(&self, now_ms: u64, steps: u64) -> impl Iterator<Item = Slot> {
        let now = now_ms / self.step_ms;
        let shown = move |number: u64| number <= now && now - number < steps;
        self.slots
            .iter()
            .filter(move |(number, _)| shown(*number))
            .map(|(number, moved)| (number * self.step_ms, *moved))
    }

    /// What moved from the step `first` to the step `last`.
    pub(super) fn sum(&self, first: u64, last: u64) -> Amount {
        let within = self.slots.iter().filter(|(number, _)| (first..=last).contains(number));
        within.fold(Amount::default(), |sum, (_, moved)| sum.plus(*moved))
    }

    /// How many steps the nearest to this one is away.
    pub(super) fn nearest(&self, now: u64) -> u64 {
        self.slots.iter().map(|(number, _)| number.abs_diff(now)).min().unwrap_or(u64::MAX)
    }
}
