use proptest::prelude::*;

use super::*;

const DWELL: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(300);

fn s(seconds: u64) -> Moment {
    Duration::from_secs(seconds)
}

fn ms(ms: u64) -> Evidence {
    Evidence::Answered(Duration::from_millis(ms))
}

fn chooser(policy: Policy, members: &[&str]) -> Chooser {
    let rules = Rules { policy, fixed: None, dwell: DWELL, every: EVERY };
    let mut chooser = Chooser::new(rules.clone());
    chooser.set(rules, members.iter().map(|id| ((*id).to_owned(), true)));
    chooser
}

/// What happens when, and which member is used after it, with the reason if that is another one than before.
type Line<'a> = (u64, &'a str, Evidence, &'a str, Option<Why>);

fn check(policy: Policy, lines: &[Line<'_>]) {
    let mut chooser = chooser(policy, &["a", "b", "c"]);
    assert_eq!(chooser.decide(s(0), 0).map(|change| change.why), Some(Why::Begun));
    for (at, id, evidence, used, why) in lines {
        chooser.saw(id, *evidence, s(*at));
        let change = chooser.decide(s(*at), 0);
        assert_eq!((chooser.current(), change.map(|change| change.why)), (Some(*used), *why), "{at} s, {id}");
    }
}

#[test]
fn fallback_leaves_what_fails_and_returns_after_the_dwell_time() {
    use Evidence::{Dead, Doubtful, Failed, Worked};
    check(
        Policy::Fallback,
        &[
            (1, "a", Worked, "a", None),
            (2, "a", Failed, "a", None),
            (3, "a", Worked, "a", None),
            (4, "a", Doubtful, "a", None),
            (5, "a", Doubtful, "a", None),
            (6, "a", Failed, "a", None),
            (7, "a", Failed, "b", Some(Why::Failed)),
            (8, "b", Dead, "c", Some(Why::Failed)),
            // Good again, and too early.
            (9, "a", ms(10), "c", None),
            (60, "a", ms(10), "c", None),
            (68, "a", ms(10), "a", Some(Why::Returned)),
            // A failure at once goes on to the first that is not bad, and not back to what was just left.
            (69, "a", Dead, "a", None),
            (127, "a", Dead, "a", None),
            (128, "a", Dead, "c", Some(Why::Failed)),
        ],
    );
}

#[test]
fn where_every_member_is_bad_the_one_in_use_is_kept_until_one_works() {
    use Evidence::Dead;
    check(
        Policy::Fallback,
        &[
            (1, "a", Dead, "b", Some(Why::Failed)),
            (2, "b", Dead, "c", Some(Why::Failed)),
            (3, "c", Dead, "c", None),
            (1000, "c", Dead, "c", None),
            (1001, "b", ms(5), "b", Some(Why::Failed)),
        ],
    );
}

#[test]
fn the_fastest_takes_over_when_it_is_worth_it() {
    check(
        Policy::Fastest,
        &[
            (1, "a", ms(200), "a", None),
            (2, "b", ms(100), "a", None),
            (60, "b", ms(170), "a", None),
            (61, "b", ms(100), "b", Some(Why::Faster(Duration::from_millis(100), Duration::from_millis(200)))),
            (130, "c", ms(85), "b", None),
            (131, "b", Evidence::Dead, "c", Some(Why::Failed)),
        ],
    );
}

#[test]
fn a_fixed_member_is_used_whatever_becomes_of_it() {
    check(Policy::Fixed, &[(1, "a", Evidence::Dead, "a", None), (2, "b", ms(1), "a", None)]);
    let mut chooser = chooser(Policy::Fixed, &["a", "b"]);
    chooser.decide(s(0), 0);
    let rules = Rules { fixed: Some("b".into()), ..chooser.rules.clone() };
    chooser.set(rules, ["a", "b"].map(|id| (id.to_owned(), true)));
    assert_eq!(chooser.decide(s(1), 0).map(|change| (change.to, change.why)), Some(("b".into(), Why::Fixed)));
    assert!(chooser.to_probe(s(1000)).is_empty(), "nothing would be decided by it");
}

#[test]
fn a_random_member_is_drawn_and_another_one_when_it_fails() {
    let mut chooser = chooser(Policy::Random, &["a", "b", "c"]);
    assert_eq!(chooser.decide(s(0), 4).map(|change| change.to).as_deref(), Some("b"));
    assert_eq!(chooser.decide(s(100), 5), None);
    chooser.saw("b", Evidence::Dead, s(101));
    // Of a and c.
    assert_eq!(chooser.decide(s(101), 3).map(|change| change.to).as_deref(), Some("c"));
}

#[test]
fn a_member_that_is_gone_or_cannot_be_run_is_left_and_none_is_used_where_there_is_none() {
    let mut chooser = chooser(Policy::Fallback, &["a", "b"]);
    chooser.decide(s(0), 0);
    let rules = chooser.rules.clone();
    chooser.set(rules.clone(), [("a".to_owned(), false), ("b".to_owned(), true)]);
    assert_eq!(chooser.decide(s(1), 0).map(|change| (change.to, change.why)), Some(("b".into(), Why::Gone)));
    chooser.set(rules.clone(), [("a".to_owned(), false)]);
    assert_eq!(chooser.decide(s(2), 0), None);
    chooser.set(rules, []);
    assert_eq!(chooser.decide(s(3), 0), None);
}

#[test]
fn only_what_something_depends_on_is_probed_and_only_when_nothing_was_heard_of_it() {
    let mut chooser = chooser(Policy::Fallback, &["a", "b", "c"]);
    chooser.decide(s(0), 0);
    assert!(chooser.to_probe(s(29)).is_empty(), "traffic has the first word");
    assert_eq!(chooser.to_probe(s(30)), ["a"], "nothing is known of it");
    assert!(chooser.to_probe(s(31)).is_empty(), "it is under way");
    chooser.saw("a", ms(1), s(32));
    chooser.saw("a", Evidence::Worked, s(200));
    assert!(chooser.to_probe(s(499)).is_empty(), "traffic told of it");
    assert_eq!(chooser.next_look(s(499)), Some(s(500)));
    chooser.saw("a", Evidence::Doubtful, s(499));
    assert_eq!(chooser.to_probe(s(499)), ["a"], "something may be wrong");
    chooser.saw("a", ms(1), s(499));
    chooser.saw("a", Evidence::Doubtful, s(500));
    assert!(chooser.to_probe(s(500)).is_empty(), "it was asked just now");
    assert_eq!(chooser.next_look(s(500)), Some(s(529)));
    chooser.saw("a", Evidence::Dead, s(500));
    chooser.decide(s(500), 0);
    assert_eq!(chooser.to_probe(s(530)), ["b"], "c is not preferred to it");
    chooser.saw("b", ms(1), s(531));
    assert_eq!(chooser.to_probe(s(800)), ["a"], "it may be back");
    chooser.saw("a", Evidence::Dead, s(800));
    chooser.saw("b", Evidence::Dead, s(800));
    chooser.decide(s(800), 0);
    chooser.saw("c", Evidence::Dead, s(801));
    chooser.decide(s(801), 0);
    assert_eq!(chooser.to_probe(s(1101)), ["a", "b", "c"], "any of them may be the way out");
}

#[test]
fn what_is_known_of_a_member_is_forgotten_with_its_server() {
    let mut chooser = chooser(Policy::Fallback, &["a", "b"]);
    chooser.saw("a", Evidence::Dead, s(0));
    chooser.forget("a");
    assert_eq!(chooser.members()[0].health, Health::Unknown);
}

fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        Just(Evidence::Worked),
        (1u64..500).prop_map(ms),
        Just(Evidence::Failed),
        Just(Evidence::Doubtful),
        Just(Evidence::Dead),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::Fixed), Just(Policy::Fallback), Just(Policy::Fastest), Just(Policy::Random)]
}

proptest! {
    #[test]
    fn no_member_is_come_back_to_before_the_dwell_time_and_no_good_one_left_before_it(
        policy in policy(),
        steps in prop::collection::vec((0u64..40, 0usize..4, evidence(), any::<u64>()), 1..200),
    ) {
        let ids = ["a", "b", "c", "d"];
        let mut chooser = chooser(policy, &ids);
        let mut now = Moment::ZERO;
        chooser.decide(now, 0);
        let (mut left, mut since) = (vec![None; ids.len()], now);
        let place = |id: &str| ids.iter().position(|known| *known == id).expect("it is one of them");
        for (later, who, evidence, draw) in steps {
            now += s(later);
            chooser.saw(ids[who], evidence, now);
            let before = chooser.members().to_vec();
            if let Some(Change { to, from, why }) = chooser.decide(now, draw) {
                let from = from.expect("one was in use");
                prop_assert_ne!(&to, &from);
                if let Some(left) = left[place(&to)] {
                    prop_assert!(now - left >= DWELL, "{} is back after {:?}", to, now - left);
                }
                let was_bad = before[place(&from)].health == Health::Bad;
                prop_assert!(was_bad || now - since >= DWELL, "{} was left after {:?}", from, now - since);
                prop_assert_eq!(was_bad, why == Why::Failed);
                prop_assert!(before[place(&to)].health != Health::Bad, "{} is bad", to);
                left[place(&from)] = Some(now);
                since = now;
            }
            prop_assert!(chooser.current().is_some(), "there is always one");
            prop_assert_eq!(chooser.decide(now, draw), None, "one decision is enough");
        }
    }

    #[test]
    fn fallback_always_ends_at_the_first_healthy_one(
        steps in prop::collection::vec((0u64..40, 0usize..4, evidence()), 0..100),
        healthy in prop::collection::vec(any::<bool>(), 4),
    ) {
        let ids = ["a", "b", "c", "d"];
        let mut chooser = chooser(Policy::Fallback, &ids);
        let mut now = Moment::ZERO;
        for (later, who, evidence) in steps {
            now += s(later);
            chooser.saw(ids[who], evidence, now);
            chooser.decide(now, 0);
        }
        // Probes tell the truth from now on, as the chooser asks for them.
        for _ in 0..100 {
            chooser.decide(now, 0);
            for id in chooser.to_probe(now) {
                let at = ids.iter().position(|known| *known == id).expect("it is one of them");
                chooser.saw(&id, if healthy[at] { ms(10) } else { Evidence::Dead }, now);
            }
            chooser.decide(now, 0);
            let next = chooser.next_look(now).expect("there is always something to be looked at");
            now = next.max(now + s(1));
        }
        if let Some(first) = healthy.iter().position(|healthy| *healthy) {
            prop_assert_eq!(chooser.current(), Some(ids[first]));
        }
        prop_assert!(chooser.current().is_some());
    }
}

#[test]
fn over_another_network_everybody_is_asked_again_and_nobody_is_left_for_the_one_before() {
    let mut chooser = chooser(Policy::Fallback, &["a", "b", "c"]);
    chooser.decide(s(0), 0);
    for id in ["a", "b", "c"] {
        chooser.saw(id, Evidence::Dead, s(1));
    }
    assert_eq!(chooser.decide(s(1), 0), None, "all are bad, and the one in use is kept");
    assert_eq!(chooser.to_probe(s(2)), Vec::<String>::new(), "they were just heard of");
    chooser.network_changed();
    assert_eq!(chooser.decide(s(2), 0), None);
    assert_eq!(chooser.to_probe(s(2)), ["a"]);
    chooser.saw("a", Evidence::Dead, s(3));
    let change = chooser.decide(s(3), 0).expect("of the others nothing is known, which is better");
    assert_eq!((&*change.to, change.why), ("b", Why::Failed));
    // What was left is not come back to before its time, whatever network comes.
    chooser.network_changed();
    chooser.saw("b", Evidence::Dead, s(4));
    assert_eq!(chooser.decide(s(4), 0).map(|change| change.to).as_deref(), Some("c"));
}
