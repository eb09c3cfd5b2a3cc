//! `Programs`: which program of this machine each connection came from, where that can be known.

use std::collections::{HashMap, HashSet, VecDeque};

use parasol_platform::Incoming;
use serde::Serialize;
use ts_rs::TS;

use super::{MAX_CLOSED, id};
use crate::relay::FlowSummary;

/// A program of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClientProgram {
    /// Its short name, which it chose itself.
    pub name: String,
    /// Its process.
    pub pid: u32,
}

impl From<parasol_platform::ClientProgram> for ClientProgram {
    fn from(found: parasol_platform::ClientProgram) -> ClientProgram {
        ClientProgram { name: found.name, pid: found.pid }
    }
}

/// Those of the open connections, and of as many that have ended as are listed.
#[derive(Debug, Default)]
pub struct Programs {
    known: HashMap<u64, ClientProgram>,
    /// The open ones that were asked for, whatever came of it.
    asked: HashSet<u64>,
    /// Those that are known and have ended.
    ended: VecDeque<u64>,
}

impl Programs {
    /// Whose this connection is.
    #[must_use]
    pub fn of(&self, id: u64) -> Option<&ClientProgram> {
        self.known.get(&id)
    }

    /// Which of the open flows of the `run`th relay nobody has asked for yet. They are taken for asked for, and those that
    /// are not open any more are forgotten in their turn.
    pub fn unasked(&mut self, run: u32, open: &[FlowSummary]) -> Vec<(u64, Incoming)> {
        let ids: HashSet<u64> = open.iter().map(|flow| id(run, flow)).collect();
        let mut over: Vec<u64> = self.asked.iter().copied().filter(|id| !ids.contains(id)).collect();
        over.sort_unstable();
        for id in over {
            self.asked.remove(&id);
            if self.known.contains_key(&id) {
                self.ended.push_back(id);
            }
        }
        while self.ended.len() > MAX_CLOSED {
            let oldest = self.ended.pop_front();
            oldest.and_then(|id| self.known.remove(&id));
        }
        let new = open.iter().filter(|flow| self.asked.insert(id(run, flow)));
        new.map(|flow| (id(run, flow), Incoming { client: flow.client, port: flow.port })).collect()
    }

    /// What came of it. Of one that has ended meanwhile nothing is kept that would not be forgotten.
    pub fn learn(&mut self, found: impl IntoIterator<Item = (u64, Option<ClientProgram>)>) {
        for (id, program) in found {
            let Some(program) = program else { continue };
            if !self.asked.contains(&id) {
                self.ended.push_back(id);
            }
            self.known.insert(id, program);
        }
    }
}

#[cfg(test)]
mod tests {
    use parasol_engine::summary::FlowEnd;
    use parasol_engine::{FlowId, Stage};

    use super::*;
    use crate::given_up::tests::flow;

    fn open(ids: impl IntoIterator<Item = u64>) -> Vec<FlowSummary> {
        let one = flow("a.example:443", 100, Stage::Stream, FlowEnd::Cancelled);
        ids.into_iter().map(|id| FlowSummary { id: FlowId(id), ..one.clone() }).collect()
    }

    fn firefox() -> Option<ClientProgram> {
        Some(ClientProgram { name: "firefox".into(), pid: 42 })
    }

    #[test]
    fn each_is_asked_for_once_and_known_for_as_long_as_it_is_listed() {
        let mut programs = Programs::default();
        let first = programs.unasked(0, &open([1, 2]));
        assert_eq!(first.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(first[0].1, Incoming { client: "127.0.0.1:50000".parse().unwrap(), port: 1080 });
        programs.learn([(1, firefox()), (2, None)]);
        assert_eq!((programs.of(1).map(|of| of.pid), programs.of(2)), (Some(42), None));
        assert_eq!(programs.unasked(0, &open([1, 2])), []);
        assert_eq!(programs.unasked(0, &open([])), []);
        assert!(programs.of(1).is_some(), "it is among those that have ended");
        // The next relay counts its flows anew.
        assert_eq!(programs.unasked(1, &open([1])).len(), 1);
    }

    /// As in a day: they come and go, some before anything is found out of them.
    #[test]
    fn a_million_that_come_and_go_leave_no_more_than_are_listed() {
        let mut programs = Programs::default();
        for round in 0..1000 {
            let ids = round * 1000..(round + 1) * 1000;
            let asked = programs.unasked(0, &open(ids.clone()));
            assert_eq!(asked.len(), 1000);
            if round % 2 == 0 {
                programs.learn(ids.map(|id| (id, firefox())));
            } else {
                programs.unasked(0, &[]);
                programs.learn(ids.map(|id| (id, firefox())));
            }
            assert!(programs.known.len() <= 3 * MAX_CLOSED, "{}", programs.known.len());
        }
        programs.unasked(0, &[]);
        assert_eq!((programs.known.len(), programs.asked.len(), programs.ended.len()), (MAX_CLOSED, 0, MAX_CLOSED));
    }
}
