//! The timeout queue: every open flow of an engine, in the order in which its time is up.
//!
//! This is the queue of the classic `TCPRelay`, which appended a handler at each sign of life and swept from the old
//! end, with three faults mended: an entry is not moved at a sign of life but looked at again when its time comes (so
//! that a touch costs one store and no lock), each stage has a deadline of its own (so that one list by age is no
//! longer in deadline order, and there is a ring of lists by deadline instead), and the clock is monotonic.
//!
//! ```text
//!            cursor
//!              ▼
//!  ring  ┌───┬───┬───┬───┬───┬ … ┐    one slot a tick; slot = deadline mod SLOTS
//!        └───┴─┬─┴───┴─┬─┴───┴ … ┘
//!              ▼       ▼
//!            flow    flow ⇄ flow      doubly linked by index, so that removing is O(1)
//! ```
//! Adding, removing and moving are O(1). A sweep looks at the slots up to now, at most [`SWEEP`] entries in one pass so
//! that a burst of expiries never delays live traffic.

use crate::clock::Tick;

/// The most entries that one sweep looks at (`TIMEOUTS_CLEAN_SIZE` of the classic design).
pub(crate) const SWEEP: usize = 512;

/// Slots of the ring. Deadlines farther off wait in the farthest slot and are put where they belong when it comes up.
const SLOTS: u64 = 1024;

const NONE: u32 = u32::MAX;

/// The place of an entry, for [`TimeoutQueue::remove`] and [`TimeoutQueue::set`]. Not to be used after removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u32);

/// What a sweep is told about an entry that it looks at.
pub(crate) enum Due {
    /// Its time is up.
    Now,
    /// It has shown life since it was put here; look again at this tick.
    At(Tick),
}

/// See the module.
pub(crate) struct TimeoutQueue<T> {
    entries: Vec<Entry<T>>,
    free: u32,
    ring: Vec<u32>,
    /// Every slot before this tick has been swept.
    cursor: Tick,
    len: usize,
}

struct Entry<T> {
    value: Option<T>,
    deadline: Tick,
    slot: u32,
    prev: u32,
    next: u32,
}

impl<T> TimeoutQueue<T> {
    /// An empty queue; `now` is the tick of the first sweep.
    pub(crate) fn new(now: Tick) -> TimeoutQueue<T> {
        TimeoutQueue { entries: Vec::new(), free: NONE, ring: vec![NONE; SLOTS as usize], cursor: now, len: 0 }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Every entry, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().filter_map(|entry| entry.value.as_ref())
    }

    /// Adds an entry that is to be looked at when `deadline` comes.
    pub(crate) fn add(&mut self, value: T, deadline: Tick) -> Place {
        let entry = Entry { value: Some(value), deadline, slot: NONE, prev: NONE, next: NONE };
        let at = if self.free == NONE {
            self.entries.push(entry);
            u32::try_from(self.entries.len() - 1).expect("descriptors run out long before 2^32 flows")
        } else {
            let at = self.free;
            self.free = self.entries[at as usize].next;
            self.entries[at as usize] = entry;
            at
        };
        self.len += 1;
        self.link(at, deadline);
        Place(at)
    }

    /// Moves an entry to another deadline.
    pub(crate) fn set(&mut self, place: Place, deadline: Tick) {
        self.unlink(place.0);
        self.link(place.0, deadline);
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, place: Place) -> Option<T> {
        let value = self.entries[place.0 as usize].value.take()?;
        self.unlink(place.0);
        self.entries[place.0 as usize].next = self.free;
        self.free = place.0;
        self.len -= 1;
        if self.len == 0 {
            // A burst of flows must not hold its memory for ever.
            (self.entries, self.free) = (Vec::new(), NONE);
        }
        Some(value)
    }

    /// Looks at the entries whose deadline has come, at most [`SWEEP`] of them, and asks `due` of each. Those whose time
    /// is up stay in the queue until they are removed, but are looked at again only at the next tick. Returns true when
    /// it stopped at the limit: sweep again soon.
    pub(crate) fn sweep(&mut self, now: Tick, mut due: impl FnMut(&T) -> Due) -> bool {
        let mut looked_at = 0;
        // After a long sleep every slot is passed once; a slot holds all of its rounds.
        self.cursor = self.cursor.max(now.saturating_sub(SLOTS - 1));
        while self.cursor <= now {
            let slot = (self.cursor % SLOTS) as usize;
            while self.ring[slot] != NONE {
                if looked_at == SWEEP {
                    return true;
                }
                looked_at += 1;
                let at = self.ring[slot];
                let entry = &self.entries[at as usize];
                let again = if entry.deadline > now {
                    entry.deadline
                } else {
                    match due(entry.value.as_ref().expect("linked entries hold a value")) {
                        Due::Now => now + 1,
                        Due::At(later) => later.max(now + 1),
                    }
                };
                self.unlink(at);
                self.link(at, again);
            }
            self.cursor += 1;
        }
        false
    }

    fn link(&mut self, at: u32, deadline: Tick) {
        // No farther than the slot that will be swept last, so that no entry is passed over for a whole round.
        let tick = deadline.clamp(self.cursor, self.cursor + SLOTS - 1);
        let slot = (tick % SLOTS) as u32;
        let head = self.ring[slot as usize];
        if head != NONE {
            self.entries[head as usize].prev = at;
        }
        self.ring[slot as usize] = at;
        let entry = &mut self.entries[at as usize];
        (entry.deadline, entry.slot, entry.prev, entry.next) = (deadline, slot, NONE, head);
    }

    fn unlink(&mut self, at: u32) {
        let (slot, prev, next) = {
            let entry = &self.entries[at as usize];
            (entry.slot, entry.prev, entry.next)
        };
        match prev {
            NONE => self.ring[slot as usize] = next,
            prev => self.entries[prev as usize].next = next,
        }
        if next != NONE {
            self.entries[next as usize].prev = prev;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;

    /// A flow as the queue sees it: when it last showed life and how long it may be silent.
    #[derive(Debug)]
    struct Idle {
        id: usize,
        active: Cell<Tick>,
        patience: Tick,
    }

    impl Idle {
        fn due(&self, now: Tick) -> Due {
            match self.active.get() + self.patience {
                deadline if deadline <= now => Due::Now,
                deadline => Due::At(deadline),
            }
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Add {
            patience: Tick,
        },
        Touch(prop::sample::Index),
        Remove(prop::sample::Index),
        /// The patience changes, as when a stage is entered.
        Wait {
            ticks: Tick,
        },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => prop_oneof![1u64..50, 1000u64..3000].prop_map(|patience| Step::Add { patience }),
            3 => any::<prop::sample::Index>().prop_map(Step::Touch),
            1 => any::<prop::sample::Index>().prop_map(Step::Remove),
            4 => prop_oneof![0u64..20, 900u64..5000].prop_map(|ticks| Step::Wait { ticks }),
        ];
        proptest::collection::vec(step, 1..200)
    }

    proptest! {
        /// The queue against a list that looks at everything every time.
        #[test]
        fn exactly_the_idle_are_found(steps in steps()) {
            let mut now = 0;
            let mut queue = TimeoutQueue::new(now);
            let mut model: Vec<(Rc<Idle>, Place)> = Vec::new();
            let mut next = 0;
            for step in steps {
                match step {
                    Step::Add { patience } => {
                        let idle = Rc::new(Idle { id: next, active: Cell::new(now), patience });
                        next += 1;
                        let place = queue.add(Rc::clone(&idle), now + patience);
                        model.push((idle, place));
                    }
                    Step::Touch(index) if !model.is_empty() => index.get(&model).0.active.set(now),
                    Step::Remove(index) if !model.is_empty() => {
                        let (idle, place) = model.swap_remove(index.index(model.len()));
                        prop_assert_eq!(queue.remove(place).map(|i| i.id), Some(idle.id));
                    }
                    Step::Touch(_) | Step::Remove(_) => {}
                    Step::Wait { ticks } => {
                        now += ticks;
                        let found = RefCell::new(Vec::new());
                        while queue.sweep(now, |idle| {
                            let due = idle.due(now);
                            if matches!(due, Due::Now) {
                                found.borrow_mut().push(idle.id);
                            }
                            due
                        }) {}
                        let mut found = found.into_inner();
                        found.sort_unstable();
                        let mut expected: Vec<usize> = model
                            .iter()
                            .filter(|(idle, _)| matches!(idle.due(now), Due::Now))
                            .map(|(idle, _)| idle.id)
                            .collect();
                        expected.sort_unstable();
                        if ticks > 0 {
                            prop_assert_eq!(&found, &expected);
                        }
                        model.retain(|(idle, place)| {
                            let up = found.contains(&idle.id);
                            if up {
                                queue.remove(*place);
                            }
                            !up
                        });
                    }
                }
                prop_assert_eq!(queue.len(), model.len());
            }
        }
    }

    #[test]
    fn a_burst_of_expiries_is_swept_in_portions() {
        let mut queue = TimeoutQueue::new(0);
        let places: Vec<Place> = (0..2000).map(|n| queue.add(n, 10)).collect();
        assert!(!queue.sweep(9, |_| panic!("nothing is due yet")));
        let mut passes = Vec::new();
        loop {
            let mut seen = 0;
            let more = queue.sweep(10, |_| {
                seen += 1;
                Due::Now
            });
            passes.push(seen);
            if !more {
                break;
            }
        }
        assert_eq!(passes, [SWEEP, SWEEP, SWEEP, 2000 - 3 * SWEEP]);
        for place in places {
            assert!(queue.remove(place).is_some());
        }
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn a_flow_with_traffic_is_never_found_however_short_its_patience() {
        for patience in 1..=11 {
            let active = Cell::new(0);
            let mut queue = TimeoutQueue::new(0);
            queue.add((), patience);
            for now in 1..500 {
                if now % patience == 0 {
                    active.set(now);
                }
                queue.sweep(now, |()| match active.get() + patience {
                    deadline if deadline <= now => panic!("found at {now} with patience {patience}"),
                    deadline => Due::At(deadline),
                });
            }
        }
    }

    #[test]
    fn a_place_taken_again_is_another_entry() {
        let mut queue = TimeoutQueue::new(0);
        queue.add('a', 5);
        let b = queue.add('b', 5);
        assert_eq!(queue.remove(b), Some('b'));
        let c = queue.add('c', 7);
        assert_eq!(b, c);
        let mut seen = Vec::new();
        queue.sweep(5, |&x| {
            seen.push(x);
            Due::Now
        });
        assert_eq!(seen, ['a']);
    }
}
