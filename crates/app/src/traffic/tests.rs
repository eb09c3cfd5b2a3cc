use std::fs;
use std::path::Path;

use super::ring::Ring;
use super::series::Series;
use super::*;
use crate::state::Event;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// 2026-05-25T12:00:00Z
const NOW: u64 = 1_779_710_400_000;

fn amount(up: u64, down: u64) -> Amount {
    Amount { up, down }
}

fn day(at_ms: u64) -> LocalDay {
    // Its first day is not that of a month; that is what these tests call a month.
    LocalDay { number: at_ms / DAY, month_began: at_ms / DAY - 10 }
}

fn at(from_ms: u64, to_ms: u64) -> Interval {
    Interval { from_ms, to_ms, day: day(to_ms) }
}

fn moved(port: &str, profile: &str, up: u64, down: u64) -> Moved {
    let profile = Some(Label::new(profile, profile, None));
    Moved { port: Label::new(port, port, Some(1080)), profile, amount: amount(up, down), proxied: amount(up, down) }
}

fn seen(traffic: &Traffic, range: TrafficRange, at_ms: u64) -> TrafficSeen {
    traffic.seen(range, at_ms, day(at_ms), &[Label::new("a", "A", Some(1080))], &[])
}

fn sum(part: &TrafficPart) -> Amount {
    part.steps.iter().fold(Amount::default(), |sum, step| sum.plus(amount(step.up, step.down)))
}

const RANGES: [TrafficRange; 4] = [TrafficRange::Minutes, TrafficRange::Hour, TrafficRange::Day, TrafficRange::Month];

#[test]
fn what_moved_is_spread_over_its_time_and_no_byte_is_lost() {
    let mut ring = Ring::new(1000, 10);
    ring.add(500, 3500, amount(10, 3_000_001));
    let slots: Vec<_> = ring.slots().iter().copied().collect();
    let expected =
        [(0, amount(1, 500_000)), (1, amount(4, 1_000_000)), (2, amount(3, 1_000_000)), (3, amount(2, 500_001))];
    assert_eq!(slots, expected);
    // A moment, also one that ends before it begins, and the very end of a step.
    for (from, to, number) in [(7000, 7000, 7), (9000, 8000, 8), (9000, 10_000, 9)] {
        ring.add(from, to, amount(0, 1));
        assert_eq!(ring.slots().back(), Some(&(number, amount(0, 1))), "{from} to {to}");
    }
    // Longer than it reaches back: what is older than that has no place in it.
    ring.add(0, 1_000_000, amount(1_000_000, 0));
    assert_eq!(ring.slots().len(), 10);
    assert_eq!(ring.slots().iter().map(|(_, moved)| moved.up).sum::<u64>(), 1_000_000);
}

#[test]
fn everything_is_counted_in_all_by_port_and_by_profile() {
    let mut traffic = Traffic::default();
    traffic.add(at(NOW - 10_000, NOW), &[moved("a", "p", 100, 1000), moved("b", "q", 1, 2), moved("a", "q", 0, 0)]);
    traffic.add(at(NOW, NOW + 10_000), &[moved("a", "q", 10, 20)]);
    for range in RANGES {
        let seen = seen(&traffic, range, NOW + 10_000);
        assert_eq!(sum(&seen.total), amount(111, 1022), "{range:?}");
        let each = |parts: &[TrafficPart]| {
            parts.iter().map(|part| (part.name.clone(), part.gone, sum(part))).collect::<Vec<_>>()
        };
        // By the name of now, and those that are gone by their own.
        assert_eq!(each(&seen.ports), [("A".into(), false, amount(110, 1020)), ("b".into(), true, amount(1, 2))]);
        assert_eq!(each(&seen.profiles), [("p".into(), true, amount(100, 1000)), ("q".into(), true, amount(11, 22))]);
        assert_eq!((seen.total.today, seen.total.month), (amount(111, 1022), amount(111, 1022)));
    }
    // What moved outside of the range is not in it.
    let later = seen(&traffic, TrafficRange::Hour, NOW + 2 * HOUR);
    assert_eq!((sum(&later.total), later.total.today), (Amount::default(), amount(111, 1022)));
    let next = seen(&traffic, TrafficRange::Day, NOW + 2 * DAY);
    assert_eq!((next.total.today, next.total.month), (Amount::default(), amount(111, 1022)));
    let long_after = seen(&traffic, TrafficRange::Month, NOW + 40 * DAY);
    assert_eq!((long_after.ports, long_after.total.month), (vec![], Amount::default()));
}

#[test]
fn a_month_of_readings_and_a_crowd_of_ports_take_bounded_memory_and_file() {
    let mut traffic = Traffic::default();
    for tick in 0..31 * DAY / 10_000 / 20 {
        let to = NOW + tick * 200_000;
        traffic.add(at(to - 10_000, to), &[moved(&format!("port {}", tick % 1000), "p", 1 << 40, 1 << 50)]);
    }
    let size =
        |series: &Series| [&series.hour, &series.day, &series.month, &series.days].map(|ring| ring.slots().len());
    assert_eq!(size(&traffic.total), [368, 296, 368, 32]);
    assert_eq!(traffic.ports.iter().count(), parts::MOST);
    assert!(traffic.to_bytes().len() < 1 << 20, "{}", traffic.to_bytes().len());
}

#[test]
fn the_longest_file_can_be_read_again() {
    let series = || {
        let full = |length: u64| (0..length).map(|step| (100_000_000 + step, u64::MAX, u64::MAX)).collect::<Vec<_>>();
        serde_json::json!({"hour": full(368), "day": full(296), "month": full(368), "days": full(62)})
    };
    let part = |id: usize| serde_json::json!({"id": format!("{id}{}", "\u{1}".repeat(200)), "name": "\u{1}".repeat(200), "series": series()});
    let parts = || (0..parts::MOST).map(part).collect::<Vec<_>>();
    let used: Vec<_> = (0..2 * used::MOST).map(|id| (format!("{id}{}", "\u{1}".repeat(200)), u64::MAX)).collect();
    let all = serde_json::json!({"version": 1, "total": series(), "ports": parts(), "profiles": parts(), "used": used});
    let saved::Parsed::Good(full) = Traffic::parse(all.to_string().as_bytes()) else { panic!("it is read") };
    assert_eq!(full.profiles.iter().count(), parts::MOST);
    assert_eq!(full.used.all().len(), used::MOST);
    let dir = tempfile::tempdir().unwrap();
    let (file, ..) = TrafficFile::open(dir.path(), true);
    file.write(&full).unwrap();
    assert_eq!(TrafficFile::open(dir.path(), true).1, *full);
}

#[test]
fn each_profile_knows_when_it_was_used_last_also_when_its_series_has_gone() {
    let there = |ids: &[&str]| ids.iter().map(|id| Label::new(id, "", None)).collect::<Vec<_>>();
    let uses = |traffic: &Traffic, ids: &[&str]| {
        let mut uses = traffic.uses(day(NOW), &there(ids));
        uses.sort_by(|one, other| one.id.cmp(&other.id));
        uses.into_iter().map(|of| (of.id, of.today, of.month, of.last_ms)).collect::<Vec<_>>()
    };
    let mut traffic = Traffic::default();
    traffic.add(at(NOW - 5 * DAY - HOUR, NOW - 5 * DAY), &[moved("a", "old", 3, 4)]);
    traffic.add(at(NOW - HOUR, NOW), &[moved("a", "p", 10, 20), moved("a", "idle", 0, 0)]);
    // What went directly went through no profile, and is no use of one.
    let going = |proxied| Moved { proxied, ..moved("a", "old", 5, 5) };
    traffic.add(at(NOW, NOW), &[going(amount(0, 0))]);
    let total = seen(&traffic, TrafficRange::Month, NOW).total;
    assert_eq!(sum(&total), amount(18, 29));
    traffic.add(at(NOW, NOW + 7), &[moved("b", "p", 1, 2), moved("b", "gone", 1, 2)]);
    let old = ("old".to_owned(), amount(0, 0), amount(3, 4), NOW - 5 * DAY);
    let p = ("p".to_owned(), amount(11, 22), amount(11, 22), NOW + 7);
    assert_eq!(uses(&traffic, &["p", "old", "idle", "never"]), [old.clone(), p.clone()]);
    // More have been used than there are series.
    for n in 0..parts::MOST {
        traffic.add(at(NOW, NOW), &[moved("a", &format!("profile {n}"), 1, 1)]);
    }
    assert_eq!(uses(&traffic, &["old"]), [("old".to_owned(), amount(0, 0), amount(0, 0), NOW - 5 * DAY)]);
    // One that is deleted may come back for as long as its traffic is kept.
    traffic.forget(day(NOW + 60 * DAY), &[], &there(&["old"]));
    assert_eq!(uses(&traffic, &["gone"]).len(), 1);
    traffic.forget(day(NOW + 63 * DAY), &[], &there(&["old"]));
    assert_eq!(uses(&traffic, &["gone", "p"]), []);
    assert_eq!(uses(&traffic, &["old"]).len(), 1);
    // A clock that ran ahead is put right by the next use.
    traffic.add(at(NOW, u64::MAX), &[moved("a", "old", 1, 1)]);
    traffic.add(at(NOW, NOW), &[moved("a", "old", 1, 1)]);
    assert_eq!(uses(&traffic, &["old"])[0].3, NOW);
}

#[test]
fn of_too_many_profiles_the_time_goes_that_is_oldest() {
    let mut traffic = Traffic::default();
    traffic.add(at(NOW - DAY, NOW - DAY), &[moved("a", "new", 1, 1), moved("a", "old", 1, 1)]);
    traffic.add(at(NOW, NOW), &[moved("a", "new", 1, 1)]);
    for n in 0..used::MOST - 1 {
        traffic.add(at(NOW, NOW), &[moved("a", &format!("profile {n}"), 1, 1)]);
    }
    let known = |id: &str| traffic.uses(day(NOW), &[Label::new(id, "", None)]).len();
    assert_eq!((known("old"), known("new"), traffic.used.all().len()), (0, 1, used::MOST));
}

#[test]
fn of_too_many_parts_those_go_that_were_not_used_for_longest() {
    let mut traffic = Traffic::default();
    traffic.add(at(NOW - 20 * DAY, NOW - 20 * DAY), &[moved("old", "p", 1, 1)]);
    for n in 0..parts::MOST {
        traffic.add(at(NOW, NOW), &[moved(&format!("port {n}"), "p", 1, 1)]);
    }
    let names: Vec<_> = traffic.ports.iter().map(|(label, _)| label.id.clone()).collect();
    assert_eq!(names.len(), parts::MOST);
    assert!(!names.contains(&"old".to_owned()));
    assert_eq!(seen(&traffic, TrafficRange::Month, NOW).total.steps.len(), 2);
}

#[test]
fn a_clock_that_jumps_costs_nothing_that_was_counted_before() {
    let mut traffic = Traffic::default();
    for hour in 0..24 * 30 {
        let to = NOW - (24 * 30 - hour) * HOUR;
        traffic.add(at(to - 10_000, to), &[moved("a", "p", 1, 10)]);
    }
    let before = seen(&traffic, TrafficRange::Month, NOW);
    // Years ahead, to 1970, and to the end of time.
    for wrong in [NOW + 5000 * DAY, 20 * DAY, u64::MAX / 2, NOW + 3 * HOUR, NOW - HOUR] {
        traffic.add(at(wrong - 10_000, wrong), &[moved("a", "p", 1, 10)]);
    }
    let after = seen(&traffic, TrafficRange::Month, NOW);
    let shown = sum(&after.total).minus(sum(&before.total));
    assert_eq!(shown, amount(1, 10), "the last one, an hour ago");
    // It goes on in the right time, and what a wrong one has left makes room for it.
    for tick in 0..400 {
        let to = NOW + tick * 10_000;
        traffic.add(at(to - 10_000, to), &[moved("a", "p", 1, 10)]);
    }
    let hour = seen(&traffic, TrafficRange::Hour, NOW + 3_990_000);
    assert_eq!(sum(&hour.total), amount(359, 3590), "and the step of now, which has just begun");
}

#[test]
fn what_is_gone_is_forgotten_when_nothing_of_it_is_kept_and_what_is_there_is_not() {
    let mut traffic = Traffic::default();
    traffic.add(at(NOW, NOW), &[moved("a", "p", 1, 1), moved("b", "q", 2, 2)]);
    let there = [Label::new("a", "A", None)];
    let ids = |parts: &Parts| parts.iter().map(|(label, _)| label.id.clone()).collect::<Vec<_>>();
    traffic.forget(day(NOW + 61 * DAY), &there, &[]);
    assert_eq!(
        (ids(&traffic.ports), ids(&traffic.profiles)),
        (vec!["a".into(), "b".into()], vec!["p".into(), "q".into()])
    );
    traffic.forget(day(NOW + 62 * DAY), &there, &[]);
    assert_eq!((ids(&traffic.ports), ids(&traffic.profiles)), (vec!["a".to_owned()], vec![]));
    assert_eq!(sum(&seen(&traffic, TrafficRange::Month, NOW).total), amount(3, 3));
}

fn in_dir(dir: &Path, bytes: &[u8]) -> (Traffic, Option<Event>) {
    fs::write(dir.join("traffic.json"), bytes).unwrap();
    let (_, traffic, event) = TrafficFile::open(dir, true);
    (traffic, event)
}

fn some() -> Traffic {
    let mut traffic = Traffic::default();
    traffic.add(at(NOW - 10_000, NOW), &[moved("a", "p", 100, 1000), moved("b", "q", 1, u64::MAX)]);
    traffic
}

#[test]
fn what_is_written_is_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("not yet there");
    let (file, nothing, event) = TrafficFile::open(&dir, true);
    assert_eq!((nothing, event), (Traffic::default(), None));
    file.write(&some()).unwrap();
    file.write(&some()).unwrap();
    let (_, read, event) = TrafficFile::open(&dir, true);
    assert_eq!(event, None);
    for range in [TrafficRange::Hour, TrafficRange::Day, TrafficRange::Month] {
        assert_eq!(seen(&read, range, NOW), seen(&some(), range, NOW));
    }
    assert_eq!(seen(&read, TrafficRange::Hour, NOW).total.month, amount(101, Amount::MOST));
    let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["traffic.json"]);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(dir.join("traffic.json")).unwrap().permissions()) & 0o777,
        0o600
    );
}

#[test]
fn a_file_that_is_cut_of_zeros_or_strange_is_kept_aside_and_said_once() {
    let good = some().to_bytes();
    let strange: [&[u8]; 8] = [
        b"",
        &[0; 4096],
        &good[..good.len() / 2],
        &good[..good.len() - 1],
        b"{\"version\":1}",
        b"{\"version\":1,\"total\":{\"hour\":[[-1,0,0]]}}",
        b"[]",
        &[b' '; (8 << 20) + 1],
    ];
    for bytes in strange {
        let dir = tempfile::tempdir().unwrap();
        let (traffic, event) = in_dir(dir.path(), bytes);
        let kept = dir.path().join("traffic.json.unreadable");
        assert_eq!(traffic, Traffic::default());
        assert_eq!(event, Some(Event::TrafficAnew { kept: kept.display().to_string(), newer: false }));
        assert_eq!(fs::read(kept).unwrap(), bytes);
        assert_eq!(TrafficFile::open(dir.path(), true).2, None, "once");
    }
}

#[test]
fn one_that_is_moved_aside_takes_the_place_of_none_that_lies_there() {
    let dir = tempfile::tempdir().unwrap();
    let kept = ["traffic.json.unreadable", "traffic.json.unreadable-2", "traffic.json.unreadable-3"];
    for (name, cut) in kept.iter().zip(["first", "second", "third"]) {
        let (_, event) = in_dir(dir.path(), cut.as_bytes());
        let kept = dir.path().join(name).display().to_string();
        assert_eq!(event, Some(Event::TrafficAnew { kept, newer: false }));
    }
    assert_eq!(kept.map(|name| fs::read(dir.path().join(name)).unwrap()), [&b"first"[..], b"second", b"third"]);
}

/// A folder in its place is what every system refuses to read, whoever asks.
#[test]
fn what_the_system_does_not_let_us_read_stays_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let there = dir.path().join("traffic.json");
    fs::create_dir(&there).unwrap();
    let (file, traffic, event) = TrafficFile::open(dir.path(), true);
    assert_eq!(traffic, Traffic::default());
    assert_eq!(event, Some(Event::TrafficAnew { kept: there.display().to_string(), newer: false }));
    file.write(&some()).unwrap();
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names == ["traffic.json"] && there.is_dir(), "{names:?}");
}

#[test]
fn a_newer_file_is_kept_aside_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let newer = b"{\"version\":2,\"total\":\"anything\"}";
    let (_, event) = in_dir(dir.path(), newer);
    let kept = dir.path().join("traffic.json.newer");
    assert_eq!(event, Some(Event::TrafficAnew { kept: kept.display().to_string(), newer: true }));
    TrafficFile::open(dir.path(), true).0.write(&some()).unwrap();
    assert_eq!(fs::read(kept).unwrap(), newer);
}

#[test]
fn steps_of_a_file_in_any_order_and_of_any_time_break_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (hour, today) = (NOW / 10_000, NOW / DAY);
    let text = format!(
        r#"{{"version":1,"more":[],"total":{{
            "hour":[[{},1,1],[{hour},2,2],[{},4,4],[{hour},8,8],[0,16,16],[{},32,32]],
            "days":[[{today},5,6],[{today},{max},{max}],[{},1,1]]}},
            "ports":[{{"id":"a","series":{{}}}},{{"id":"a","name":"again","series":{{"days":[[{today},1,1]]}}}}]}}"#,
        hour + 1_000_000,
        hour - 1,
        u64::MAX,
        today + 900,
        max = u64::MAX,
    );
    let (traffic, event) = in_dir(dir.path(), text.as_bytes());
    assert_eq!(event, None);
    let seen = seen(&traffic, TrafficRange::Hour, NOW);
    let steps: Vec<_> = seen.total.steps.iter().map(|step| (step.at_ms / 10_000 + 1 - hour, step.up)).collect();
    assert_eq!(steps, [(0, 4), (1, 10)]);
    assert_eq!(seen.total.today, amount(Amount::MOST, Amount::MOST));
    assert_eq!(seen.ports, []);
}

#[test]
fn what_another_parasol_holds_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("traffic.json"), b"cut").unwrap();
    let (file, traffic, event) = TrafficFile::open(dir.path(), false);
    assert_eq!((traffic, event), (Traffic::default(), None));
    file.write(&some()).unwrap();
    assert_eq!(fs::read(dir.path().join("traffic.json")).unwrap(), b"cut");
}

#[test]
fn a_file_that_can_be_neither_read_nor_moved_is_not_written_over() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("traffic.json"), b"cut").unwrap();
    for n in 1..=20 {
        let name = if n == 1 { "traffic.json.unreadable".to_owned() } else { format!("traffic.json.unreadable-{n}") };
        fs::write(dir.path().join(name), b"in the way").unwrap();
    }
    let (file, _, event) = TrafficFile::open(dir.path(), true);
    let there = dir.path().join("traffic.json");
    assert_eq!(event, Some(Event::TrafficAnew { kept: there.display().to_string(), newer: false }));
    file.write(&some()).unwrap();
    assert_eq!(fs::read(there).unwrap(), b"cut");
}
