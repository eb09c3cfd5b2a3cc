//! `Seen`: what a watcher knows already, so that it is told only the rest.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{ClosedLog, Connection, ConnectionsSeen, Counted, MAX_CLOSED, Programs};
use crate::relay::FlowSummary;
use crate::sample::StageCode;

/// What one watcher has been told.
#[derive(Debug, Default)]
pub struct Seen {
    /// Whether it has been told anything.
    any: bool,
    open: HashMap<u64, Known>,
    /// How many of those that ended.
    closed: u64,
    /// Those of them that it still lists, in the order in which they ended.
    listed: VecDeque<u64>,
}

/// What it knows of an open connection. Facts come with the stages, but for its program, which is found out beside; within one, only
/// counters change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    stage: StageCode,
    first_down: bool,
    program: bool,
    up: u64,
    down: u64,
}

impl Seen {
    /// What is new to it, when these flows of the `run`th relay are open, and these have ended.
    pub fn news(
        &mut self,
        at_ms: u64,
        run: u32,
        open: &[FlowSummary],
        closed: &ClosedLog,
        programs: &Programs,
    ) -> ConnectionsSeen {
        let mut news = ConnectionsSeen {
            at_ms,
            anew: !std::mem::replace(&mut self.any, true),
            changed: Vec::new(),
            counted: Vec::new(),
            forgotten: Vec::new(),
        };
        for connection in closed.since(self.closed, programs) {
            self.open.remove(&connection.id);
            self.listed.push_back(connection.id);
            news.changed.push(connection);
        }
        self.closed = closed.count();
        while self.listed.len() > MAX_CLOSED {
            news.forgotten.extend(self.listed.pop_front());
        }
        let ended: HashSet<u64> = self.listed.iter().copied().collect();
        let mut still = HashMap::with_capacity(open.len());
        for flow in open {
            let id = super::id(run, flow);
            // It has ended between the two looks.
            if ended.contains(&id) {
                continue;
            }
            let known = Known {
                stage: flow.stage.into(),
                first_down: flow.first_byte.is_some(),
                program: programs.of(id).is_some(),
                up: flow.tx,
                down: flow.rx,
            };
            match self.open.get(&id) {
                Some(before) if *before == known => {}
                Some(before) if Known { up: known.up, down: known.down, ..*before } == known => {
                    news.counted.push(Counted { id, up: known.up, down: known.down });
                }
                _ => news.changed.push(Connection::of(run, flow, true, programs)),
            }
            still.insert(id, known);
        }
        // More have ended in a second than are kept.
        news.forgotten.extend(self.open.keys().filter(|id| !still.contains_key(*id)));
        self.open = still;
        news
    }
}
