//! What a watcher is told puts together the list that there is.

use std::collections::BTreeMap;
use std::time::Duration;

use parasol_engine::FlowId;
use parasol_engine::summary::{DialFailure, PeerFault};
use proptest::prelude::*;

use super::*;
use crate::given_up::tests::flow;

fn ended(end: FlowEnd, rx: u64, first: Option<Side>) -> EndedHow {
    let summary = FlowSummary { rx, finished_first: first, ..flow("a.example:443", 100, Stage::Stream, end) };
    Connection::of(0, &summary, false, &Programs::default()).end.expect("it has ended").how
}

#[test]
fn every_end_says_who_and_why() {
    let given_up = |verdict| EndedHow::GivenUp { verdict };
    assert_eq!(ended(FlowEnd::Done, 1, Some(Side::Near)), EndedHow::ClientDone);
    assert_eq!(ended(FlowEnd::Done, 1, None), EndedHow::ClientDone);
    assert_eq!(ended(FlowEnd::Done, 1, Some(Side::Far)), EndedHow::FarDone);
    assert_eq!(ended(FlowEnd::BadPeer(PeerFault::Lost), 1, None), EndedHow::FarLost);
    assert_eq!(ended(FlowEnd::Cancelled, 1, Some(Side::Far)), EndedHow::Closed);
    // Nobody has closed it, and nobody is to read that they had.
    assert_eq!(ended(FlowEnd::Stranded, 1, Some(Side::Far)), EndedHow::Stranded);
    assert_eq!(ended(FlowEnd::DialFailed(DialFailure::Refused), 0, None), given_up(VerdictCode::Refused));
    assert_eq!(ended(FlowEnd::TimedOut, 0, None), given_up(VerdictCode::SilentServer));
    assert_eq!(ended(FlowEnd::TimedOut, 9, None), given_up(VerdictCode::Idle));
}

#[test]
fn a_connection_has_what_is_known_of_its_flow() {
    let summary = FlowSummary {
        first_sent: Some(Duration::from_millis(7)),
        first_byte: Some(Duration::from_millis(30)),
        ..flow("a.example:443", 100, Stage::Stream, FlowEnd::Cancelled)
    };
    let open = Connection::of(3, &summary, true, &Programs::default());
    assert_eq!((open.end, open.target.as_deref()), (None, Some("a.example:443")));
    assert_eq!((open.reached.first_up, open.reached.first_down), (Some(7), Some(30)));
    assert_eq!(parts(open.id), (3, 1));
    let end = Connection::of(3, &summary, false, &Programs::default()).end.unwrap();
    assert_eq!((end.at_ms, end.idle_ms), (100_000, 4000));
}

/// The list that a window makes of what it is told.
#[derive(Default)]
struct List(BTreeMap<u64, Connection>);

impl List {
    fn take(&mut self, news: ConnectionsSeen) {
        if news.anew {
            self.0.clear();
        }
        for connection in news.changed {
            self.0.insert(connection.id, connection);
        }
        for Counted { id, up, down } in news.counted {
            let connection = self.0.get_mut(&id).expect("it was told of before");
            (connection.up, connection.down) = (up, down);
        }
        for id in news.forgotten {
            self.0.remove(&id).expect("it was listed");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// However many come, move, advance and end between two looks, in one relay or the next.
    #[test]
    fn what_is_told_makes_the_list_that_there_is(
        steps in prop::collection::vec((0..5u8, 0..40u64, 1..1500usize), 1..60),
    ) {
        let (mut run, mut next) = (1, 1);
        let mut open: BTreeMap<u64, FlowSummary> = BTreeMap::new();
        let (mut log, mut seen, mut list) = (ClosedLog::default(), Seen::default(), List::default());
        let mut programs = Programs::default();
        for (what, which, many) in steps {
            match what {
                0 => for _ in 0..many % 50 {
                    let mut new = flow("a.example:443", 100, Stage::Handshake, FlowEnd::Cancelled);
                    new.id = FlowId(next);
                    open.insert(next, new);
                    next += 1;
                },
                1 => for (id, flow) in &mut open {
                    if id % 3 == which % 3 {
                        flow.tx += many as u64;
                        if many % 2 == 0 {
                            (flow.stage, flow.first_byte) = (Stage::Stream, Some(Duration::ZERO));
                        }
                    }
                },
                2 => {
                    let ending: Vec<u64> = open.keys().copied().take(many).collect();
                    for id in ending {
                        log.note(run, &open.remove(&id).unwrap());
                    }
                    // As many as come and go in a busy second.
                    for _ in 0..many {
                        let mut short = flow("b.example:443", 100, Stage::Connect, FlowEnd::Done);
                        short.id = FlowId(next);
                        next += 1;
                        log.note(run, &short);
                    }
                }
                // Found out of open ones alone: what has ended is not told of again.
                3 => {
                    let flows: Vec<FlowSummary> = open.values().cloned().collect();
                    let asked = programs.unasked(run, &flows);
                    let found = |id| ClientProgram { name: "curl".into(), pid: id as u32 };
                    programs.learn(asked.into_iter().map(|(id, _)| (id, (id % 3 != which % 3).then(|| found(id)))));
                }
                _ => {
                    for flow in std::mem::take(&mut open).values() {
                        log.note(run, flow);
                    }
                    (run, next) = (run + 1, 1);
                }
            }
            let flows: Vec<FlowSummary> = open.values().cloned().collect();
            list.take(seen.news(0, run, &flows, &log, &programs));
            let expected: BTreeMap<u64, Connection> = log.since(0, &programs)
                .chain(flows.iter().map(|flow| Connection::of(run, flow, true, &programs)))
                .map(|connection| (connection.id, connection)).collect();
            prop_assert_eq!(&list.0, &expected);
        }
    }
}

#[test]
fn what_has_not_changed_is_not_told_again() {
    let (log, mut seen, mut programs) = (ClosedLog::default(), Seen::default(), Programs::default());
    let mut open = [flow("a.example:443", 100, Stage::Stream, FlowEnd::Cancelled)];
    let first = seen.news(0, 1, &open, &log, &programs);
    assert!(first.anew && first.changed.len() == 1);
    let nothing = seen.news(1, 1, &open, &log, &programs);
    assert!(!nothing.anew && nothing.changed.is_empty() && nothing.counted.is_empty() && nothing.forgotten.is_empty());
    open[0].rx += 9;
    assert_eq!(seen.news(2, 1, &open, &log, &programs).counted, [Counted { id: (1 << 32) + 1, up: 517, down: 9 }]);
    let asked = programs.unasked(1, &open);
    programs.learn(asked.into_iter().map(|(id, _)| (id, Some(ClientProgram { name: "curl".into(), pid: 7 }))));
    let [told] = &seen.news(3, 1, &open, &log, &programs).changed[..] else { panic!("it is known now") };
    assert_eq!(told.program, Some(ClientProgram { name: "curl".into(), pid: 7 }));
    let nothing = seen.news(4, 1, &open, &log, &programs);
    assert!(nothing.changed.is_empty() && nothing.counted.is_empty());
}

/// As in a busy day: memory and news stay as large as what is listed.
#[test]
fn a_million_that_have_ended_leave_a_thousand_and_who_watches_is_told_of_no_more() {
    let (mut log, mut seen, programs) = (ClosedLog::default(), Seen::default(), Programs::default());
    let mut list = List::default();
    let mut one = flow("a.example:443", 100, Stage::Connect, FlowEnd::DialFailed(DialFailure::Refused));
    for n in 1..=1_000_000 {
        one.id = FlowId(n);
        log.note(1, &one);
        if n % 50_000 == 0 {
            let news = seen.news(n, 1, &[], &log, &programs);
            assert!(news.changed.len() <= MAX_CLOSED && news.forgotten.len() <= MAX_CLOSED, "{n}");
            list.take(news);
            assert_eq!(list.0.len(), MAX_CLOSED);
        }
    }
    assert_eq!((log.count(), log.since(0, &programs).count()), (1_000_000, MAX_CLOSED));
}
