//! `Turn`: how much a direction moves before the other flows of its thread get theirs.
//!
//! A bulk transfer is cheapest in large pieces, and nobody minds while it has its thread for itself, or shares it with
//! others of its kind. Beside flows that send a little and wait for an answer it goes on in small ones, so that these
//! wait for one of them only.

use std::cell::Cell;

use crate::clock::Tick;

/// How many bytes a direction moves in one turn.
const LONG: usize = 512 * 1024;
/// The same beside small flows: four whole chunks of AEAD-2017, or one of AEAD-2022.
const SHORT: usize = 4 * (0x3FFF + 34);
/// A round that moves no more than this is one of a small flow.
const LITTLE: usize = 4 * 1024;
/// For how many turns after the last sign of a small flow they are short.
const COURTESY: u8 = 32;

thread_local! {
    /// The rounds of small flows on this thread.
    static LITTLE_ROUNDS: Cell<u32> = const { Cell::new(0) };
}

/// Where a direction stands in its turn.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    moved: usize,
    /// What [`LITTLE_ROUNDS`] said when the direction last had a round.
    seen: u32,
    /// How many turns are to be short yet.
    short: u8,
}

impl Turn {
    /// The most that the next round may move.
    pub(crate) fn room(&self) -> usize {
        if self.short > 0 { SHORT } else { LONG }
    }

    /// So much was moved in a round. True when the turn is over.
    pub(crate) fn is_over(&mut self, moved: usize) -> bool {
        let rounds = LITTLE_ROUNDS.get();
        if rounds != self.seen {
            self.short = COURTESY;
        }
        let rounds = rounds.wrapping_add(u32::from(moved <= LITTLE));
        LITTLE_ROUNDS.set(rounds);
        self.seen = rounds;
        self.moved += moved;
        let over = self.moved >= self.room();
        if over {
            self.moved = 0;
            self.short = self.short.saturating_sub(1);
        }
        over
    }
}

/// What a direction has moved lately.
#[derive(Debug, Default)]
pub(crate) struct Haul {
    /// In this tick, of which the lower half tells it from others.
    tick: u32,
    moved: u32,
}

impl Haul {
    /// So much was moved in a round. How much that makes in this tick.
    pub(crate) fn add(&mut self, tick: Tick, moved: usize) -> u64 {
        let tick = tick as u32;
        if self.tick != tick {
            *self = Haul { tick, moved: 0 };
        }
        self.moved = self.moved.saturating_add(u32::try_from(moved).unwrap_or(u32::MAX));
        self.moved.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_haul_is_that_of_one_tick() {
        let mut haul = Haul::default();
        for tick in 0..100 {
            assert_eq!([haul.add(tick, 500), haul.add(tick, 500)], [500, 1000]);
        }
        assert_eq!(haul.add(99, 1), 1001);
        assert_eq!(haul.add(99, usize::MAX), u64::from(u32::MAX), "more than can be counted is much");
    }

    #[test]
    fn alone_and_beside_its_own_kind_turns_are_long() {
        let (mut one, mut other) = (Turn::default(), Turn::default());
        for _ in 0..100 {
            for turn in [&mut one, &mut other] {
                assert_eq!(turn.room(), LONG);
                assert!(!turn.is_over(LONG / 2));
                assert!(turn.is_over(LONG / 2));
            }
        }
    }

    #[test]
    fn beside_a_small_flow_they_are_short_and_long_again_after_it() {
        let (mut bulk, mut small) = (Turn::default(), Turn::default());
        for _ in 0..100 {
            small.is_over(1);
            // It cannot know of the first one in time.
            bulk.is_over(LONG);
            assert_eq!(bulk.room(), SHORT);
            assert!(!bulk.is_over(SHORT - 1) && bulk.is_over(1));
        }
        let short = (0..).take_while(|_| bulk.room() == SHORT && bulk.is_over(SHORT)).count();
        assert!((1..=usize::from(COURTESY)).contains(&short), "{short} more");
    }

    /// A direction's own little rounds say nothing about others.
    #[test]
    fn a_flow_is_not_courteous_to_itself() {
        let mut turn = Turn::default();
        for _ in 0..100 {
            turn.is_over(1);
            assert_eq!(turn.room(), LONG);
        }
    }
}
