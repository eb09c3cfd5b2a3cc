//! `Cache`: answers for as long as they are good, bounded by how many there are and by how much memory they take.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parasol_proto::dns::Answer;

/// Answers and bytes in each of the two halves. What was asked for since the last change of halves is not forgotten.
const HALF: (usize, usize) = (1024, 512 * 1024);
/// What a place in the table takes besides key and answer, roughly.
const PLACE: usize = 96;

#[derive(Default)]
pub(super) struct Cache {
    young: Half,
    old: Half,
}

#[derive(Default)]
struct Half {
    answers: HashMap<Box<[u8]>, Kept>,
    bytes: usize,
}

struct Kept {
    answer: Arc<Answer>,
    since: Instant,
}

impl Cache {
    /// A good answer, and how many seconds old it is.
    pub(super) fn get(&mut self, key: &[u8], now: Instant) -> Option<(Arc<Answer>, u32)> {
        let found = self.young.answers.get(key).and_then(|kept| kept.at(now));
        found.or_else(|| {
            let (key, kept) = self.old.remove(key)?;
            let found = kept.at(now)?;
            self.put(key, kept);
            Some(found)
        })
    }

    /// Keeps an answer, if it is good for any time, in place of what was there.
    pub(super) fn insert(&mut self, key: &[u8], answer: &Arc<Answer>, now: Instant) {
        let bytes = weight(key, answer);
        if answer.lifetime() == 0 || bytes > HALF.1 / 8 {
            return;
        }
        self.young.remove(key);
        self.old.remove(key);
        self.put(key.into(), Kept { answer: Arc::clone(answer), since: now });
    }

    fn put(&mut self, key: Box<[u8]>, kept: Kept) {
        let bytes = weight(&key, &kept.answer);
        if self.young.answers.len() >= HALF.0 || self.young.bytes + bytes > HALF.1 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.bytes += bytes;
        self.young.answers.insert(key, kept);
    }
}

impl Half {
    fn remove(&mut self, key: &[u8]) -> Option<(Box<[u8]>, Kept)> {
        let (key, kept) = self.answers.remove_entry(key)?;
        self.bytes -= weight(&key, &kept.answer);
        Some((key, kept))
    }
}

impl Kept {
    fn at(&self, now: Instant) -> Option<(Arc<Answer>, u32)> {
        let age = now.saturating_duration_since(self.since);
        let good = age < Duration::from_secs(self.answer.lifetime().into());
        good.then(|| (Arc::clone(&self.answer), u32::try_from(age.as_secs()).unwrap_or(u32::MAX)))
    }
}

fn weight(key: &[u8], answer: &Answer) -> usize {
    PLACE + key.len() + answer.weight()
}

#[cfg(test)]
mod tests {
    use parasol_proto::dns::Question;
    use proptest::prelude::*;

    use super::*;

    /// An answer of one text of `len` bytes, good for `ttl` seconds.
    fn answer(ttl: u32, len: usize) -> Arc<Answer> {
        let message = |flags: u16, answers: u16| {
            let numbers = [7, flags, 1, answers, 0, 0].map(u16::to_be_bytes).concat();
            [&numbers[..], b"\x01a\0\0\x10\0\x01"].concat()
        };
        let question = Question::parse(&message(0, 0)).expect("it is one");
        let mut text = message(0x8000, 1);
        text.extend([0xc0, 12, 0, 16, 0, 1]);
        text.extend(ttl.to_be_bytes());
        text.extend(u16::try_from(len).expect("it is short").to_be_bytes());
        text.resize(text.len() + len, 0);
        Arc::new(Answer::parse(&text, &question, 7).expect("it is its answer"))
    }

    fn is_bounded(cache: &Cache) -> bool {
        [&cache.young, &cache.old].into_iter().all(|half| {
            let weighed: usize = half.answers.iter().map(|(key, kept)| weight(key, &kept.answer)).sum();
            half.answers.len() <= HALF.0 && half.bytes <= HALF.1 && half.bytes == weighed
        })
    }

    #[test]
    fn an_answer_is_good_for_as_long_as_it_says() {
        let (mut cache, start) = (Cache::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        cache.insert(b"a", &answer(10, 1), start);
        cache.insert(b"never", &answer(0, 1), start);
        assert_eq!(cache.get(b"a", after(0)).map(|(_, age)| age), Some(0));
        assert_eq!(cache.get(b"a", after(9)).map(|(_, age)| age), Some(9));
        assert!(cache.get(b"a", after(10)).is_none());
        assert!(cache.get(b"never", start).is_none() && cache.get(b"b", start).is_none());
        cache.insert(b"a", &answer(10, 1), after(10));
        assert!(cache.get(b"a", after(19)).is_some(), "the newer one counts");
    }

    #[test]
    fn ten_thousand_names_are_bounded_and_those_in_use_stay() {
        let (mut cache, now) = (Cache::default(), Instant::now());
        for n in 0..10_000_u32 {
            cache.insert(&n.to_be_bytes(), &answer(300, 20), now);
            assert!(cache.get(&0_u32.to_be_bytes(), now).is_some(), "after {n}");
            assert!(cache.get(&n.to_be_bytes(), now).is_some());
        }
        assert!(is_bounded(&cache));
    }

    #[test]
    fn one_long_answer_does_not_take_the_place_of_all() {
        let (mut cache, now) = (Cache::default(), Instant::now());
        cache.insert(b"a", &answer(300, 1), now);
        for n in 0..1_000_u32 {
            cache.insert(&n.to_be_bytes(), &answer(300, 65_000), now);
            assert!(is_bounded(&cache) && cache.get(b"a", now).is_some(), "after {n}");
        }
        cache.insert(b"longest", &answer(300, 65_400), now);
        assert!(cache.get(b"longest", now).is_none());
    }

    proptest! {
        #[test]
        fn memory_stays_within_its_bounds(
            steps in prop::collection::vec((0_u16..3_000, 0_usize..2_000, 0_u64..400, any::<bool>()), 0..3_000),
        ) {
            let (mut cache, start) = (Cache::default(), Instant::now());
            for (key, len, at, insert) in steps {
                let (key, now) = (key.to_be_bytes(), start + Duration::from_secs(at));
                if insert {
                    cache.insert(&key, &answer(200, len), now);
                }
                if let Some((answer, age)) = cache.get(&key, now) {
                    prop_assert!(age < answer.lifetime());
                }
            }
            prop_assert!(is_bounded(&cache));
        }
    }
}
