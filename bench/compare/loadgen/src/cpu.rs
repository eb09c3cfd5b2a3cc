//! Processor time of other processes: those under test.

use std::fs;

use crate::sys;

/// What a process has spent since it began.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    /// Of all its threads that live, in nanoseconds.
    nanos: u64,
    /// Of all its threads, in ticks of some 10 ms.
    user: u64,
    system: u64,
}

/// What some processes had spent at one moment.
pub(crate) struct Cpu(Vec<(u32, Spent)>);

impl Cpu {
    pub(crate) fn now(pids: &[u32]) -> Cpu {
        Cpu(pids.iter().map(|&pid| (pid, Spent::of(pid))).collect())
    }

    /// What each has spent since then: a JSON array.
    pub(crate) fn since(&self) -> String {
        let processes: Vec<String> = self.0.iter().map(|(pid, before)| Spent::of(*pid).json(*pid, *before)).collect();
        format!("[{}]", processes.join(","))
    }
}

impl Spent {
    fn of(pid: u32) -> Spent {
        let (user, system) = ticks(pid).unwrap_or_default();
        Spent { nanos: nanos(pid), user, system }
    }

    fn json(self, pid: u32, before: Spent) -> String {
        let seconds = |now: u64, before: u64| now.saturating_sub(before) as f64 / sys::ticks_a_second();
        let (user, system) = (seconds(self.user, before.user), seconds(self.system, before.system));
        // Nanoseconds have no grain, but forget threads that ended: then the ticks show more.
        let exact = self.nanos.saturating_sub(before.nanos) as f64 / 1e9;
        let total = if exact > 0.0 && exact + 0.05 > user + system { exact } else { user + system };
        format!(r#"{{"pid":{pid},"cpu":{total:.6},"user":{user:.2},"sys":{system:.2}}}"#)
    }
}

/// The sum over the threads' schedstat (proc(5): time on the processor, time waiting for it, turns).
fn nanos(pid: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok())
        .filter_map(|text| text.split(' ').next()?.parse::<u64>().ok())
        .sum()
}

/// User and system time of the whole process: the 14th and 15th field of its stat, where the second, a name in brackets,
/// may have spaces in it.
fn ticks(pid: u32) -> Option<(u64, u64)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit(')').next()?.split_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
