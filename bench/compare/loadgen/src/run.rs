//! Warming up, measuring, ending: the same for every load that goes by time.
//! ```text
//!  load begins ──warm-up──► counters and processor time are read ──► … read again ──► load ends
//! ```

use std::io::{self, ErrorKind};
use std::ops::{Index, Sub};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use crate::cpu::Cpu;
use crate::options::Options;

/// Where a run is; the loads look here.
#[derive(Debug, Default)]
pub(crate) struct Run {
    measured: AtomicBool,
    over: AtomicBool,
}

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// Bytes that came back to the client.
    Bytes,
    /// Connections, answers, flows that did what they should.
    Done,
    /// … that did not.
    Failed,
    /// Datagrams without an answer.
    Lost,
    /// Answers that are not what was sent.
    Bad,
    /// Connections that could not be begun in time.
    Late,
}

const KINDS: usize = 6;

/// What a load counts while it runs.
#[derive(Debug, Default)]
pub(crate) struct Counters([AtomicU64; KINDS]);

/// Counters at one moment, or between two.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts([u64; KINDS]);

/// What the measured part of a run came to.
#[derive(Debug, Clone)]
pub(crate) struct Measured<T> {
    pub(crate) secs: f64,
    pub(crate) counts: T,
    /// See [`Cpu::since`].
    pub(crate) cpu: String,
}

impl Run {
    pub(crate) fn is_measured(&self) -> bool {
        self.measured.load(Relaxed)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Relaxed)
    }

    pub(crate) fn end(&self) {
        self.over.store(true, Relaxed);
    }

    /// Runs a load; the run is over when that fails.
    pub(crate) fn load<T>(&self, load: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        load().inspect_err(|_| self.end())
    }

    /// Goes through a run while loads run in other threads; `counts` reads what is counted. Ends them.
    pub(crate) fn measure<T: Copy + Sub<Output = T>>(
        &self,
        options: &Options,
        counts: impl FnMut() -> io::Result<T>,
    ) -> io::Result<Measured<T>> {
        let measured = self.go_through(options, counts);
        self.end();
        measured
    }

    fn go_through<T: Copy + Sub<Output = T>>(
        &self,
        options: &Options,
        mut counts: impl FnMut() -> io::Result<T>,
    ) -> io::Result<Measured<T>> {
        self.sleep(options.warm_up());
        let before = counts()?;
        let cpu = Cpu::now(&options.pids);
        let begin = Instant::now();
        self.measured.store(true, Relaxed);
        self.sleep(options.measured());
        let cpu = cpu.since();
        let counts = counts()? - before;
        Ok(Measured { secs: begin.elapsed().as_secs_f64(), counts, cpu })
    }

    /// Sleeps, not beyond the end of the run.
    pub(crate) fn sleep(&self, time: Duration) {
        const AT_ONCE: Duration = Duration::from_millis(100);
        let end = Instant::now() + time;
        while !self.is_over() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            thread::sleep(left.min(AT_ONCE));
        }
    }
}

impl Counters {
    pub(crate) fn add(&self, what: What, n: usize) {
        self.0[what as usize].fetch_add(n as u64, Relaxed);
    }

    pub(crate) fn read(&self) -> Counts {
        Counts(std::array::from_fn(|i| self.0[i].load(Relaxed)))
    }
}

impl Index<What> for Counts {
    type Output = u64;

    fn index(&self, what: What) -> &u64 {
        &self.0[what as usize]
    }
}

impl Sub for Counts {
    type Output = Counts;

    fn sub(self, before: Counts) -> Counts {
        Counts(std::array::from_fn(|i| self.0[i] - before.0[i]))
    }
}

/// A socket that was not ready after all is no failure.
pub(crate) fn when_ready(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
        other => other,
    }
}
