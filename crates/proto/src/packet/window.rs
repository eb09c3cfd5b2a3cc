//! `Window`: which packet ids of a session were seen (SIP022 §3.2.4). A ring of bits, as in RFC 6479.
//!
//! ```text
//!   ids   … ├── too old ──┤◀──────── WIDTH ────────▶ newest │ new …
//!                          └ a bit says if it was seen ┘
//! ```

/// How far behind the newest id an id may be and still be new.
pub const WIDTH: u64 = (BLOCKS as u64 - 1) * 64;

/// One more than the window is wide in blocks, because the newest block may have begun just now. A power of two.
const BLOCKS: usize = 32;

/// The packet ids of one session: each is accepted once, in any order within [`WIDTH`]. Looking and accepting cost the
/// same for every id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    newest: u64,
    seen: [u64; BLOCKS],
}

impl Window {
    /// A window that has seen nothing.
    #[must_use]
    pub const fn new() -> Window {
        Window { newest: 0, seen: [0; BLOCKS] }
    }

    /// Whether `id` would be accepted. Changes nothing, so it may be asked before a packet is known to be authentic.
    #[must_use]
    pub const fn is_new(&self, id: u64) -> bool {
        if id > self.newest {
            return true;
        }
        self.newest - id < WIDTH && self.seen[slot(id)] & bit(id) == 0
    }

    /// Marks `id` as seen. False, and nothing changed, when it was seen before or is too old to tell.
    #[must_use]
    pub fn accept(&mut self, id: u64) -> bool {
        if !self.is_new(id) {
            return false;
        }
        if id > self.newest {
            // The blocks between the newest and this one held ids a whole ring ago.
            let (from, to) = (self.newest / 64, id / 64);
            for block in (to - (to - from).min(BLOCKS as u64)..to).map(|block| block + 1) {
                self.seen[slot(block * 64)] = 0;
            }
            self.newest = id;
        }
        self.seen[slot(id)] |= bit(id);
        true
    }
}

impl Default for Window {
    fn default() -> Self {
        Window::new()
    }
}

/// Where the block of `id` is.
const fn slot(id: u64) -> usize {
    (id / 64) as usize % BLOCKS
}

const fn bit(id: u64) -> u64 {
    1 << (id % 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn ids_at_the_edges() {
        let mut window = Window::new();
        for (id, accepted) in [
            (0, true),
            (0, false),
            (1, true),
            (WIDTH - 1, true),
            (2, true),
            (WIDTH, true),
            (0, false),
            (3, true),
            (2 * WIDTH + 63, true),
            (WIDTH + 63, false),
            (WIDTH + 64, true),
            (WIDTH + 64, false),
            (u64::MAX, true),
            (u64::MAX, false),
            (u64::MAX - WIDTH, false),
            (u64::MAX - WIDTH + 1, true),
            (u64::MAX - 1, true),
            (u64::MAX - 1, false),
            (5, false),
        ] {
            assert_eq!(window.is_new(id), accepted, "{id}");
            assert_eq!(window.accept(id), accepted, "{id}");
        }
    }

    #[test]
    fn a_session_may_begin_anywhere() {
        for first in [0, 1, 63, 64, WIDTH, u64::MAX] {
            let mut window = Window::new();
            assert!(window.accept(first) && !window.accept(first), "{first}");
        }
    }

    /// A step from the newest id so far: forth and back by little, by about a window, and by a lot.
    fn step() -> impl Strategy<Value = i128> {
        prop_oneof![
            4 => -70i128..70,
            2 => -2_100i128..2_100,
            1 => prop::sample::select(vec![-(1i128 << 63), 1 << 63, 1 << 40, -4096, 4096]),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn it_agrees_with_a_list_of_all_ids(
            start in prop_oneof![Just(0u64), any::<u64>(), Just(u64::MAX - 500)],
            steps in proptest::collection::vec(step(), 0..400),
        ) {
            let (mut window, mut seen, mut newest) = (Window::new(), HashSet::new(), 0u64);
            let mut at = i128::from(start);
            for step in steps {
                at = (at + step).clamp(0, i128::from(u64::MAX));
                let id = u64::try_from(at).expect("it was clamped");
                let expected = !seen.contains(&id) && (id > newest || newest - id < WIDTH);
                let before = window.clone();
                prop_assert_eq!(window.is_new(id), expected);
                prop_assert_eq!(window.accept(id), expected, "{}", id);
                if expected {
                    seen.insert(id);
                    newest = newest.max(id);
                } else {
                    prop_assert_eq!(&before, &window);
                }
            }
        }
    }
}
