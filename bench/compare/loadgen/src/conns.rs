//! New connections, each with one small message that comes back, or with the target's greeting.

use std::io::{self, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use crate::dial::Way;
use crate::hello::{self, Kind};
use crate::latency::Latency;
use crate::options::Options;
use crate::origin::GREETING;
use crate::report::Report;
use crate::run::{Counters, Run, What};

/// How connections are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conns {
    /// How many at once.
    pub(crate) parallel: usize,
    /// How many a second, all together; without it, each begins when the one before has ended.
    pub(crate) rate: Option<u32>,
    /// Whether the target speaks first.
    pub(crate) greet: bool,
}

/// `loadgen conns`.
pub(crate) fn command(options: &Options) -> Result<(), String> {
    let way = Way::of(options)?;
    let conns = Conns { parallel: options.parallel.unwrap_or(16), rate: options.rate, greet: options.greet };
    report(options, &way, conns).map(|report| report.print()).map_err(|error| error.to_string())
}

fn report(options: &Options, way: &Way, conns: Conns) -> io::Result<Report> {
    let (counters, run) = (Counters::default(), Run::default());
    thread::scope(|scope| {
        let load = scope.spawn(|| keep_on(way, conns, &counters, &run));
        let measured = run.measure(options, || Ok(counters.read()))?;
        let latency = load.join().expect("a load does not panic");
        Ok(Report::default()
            .with("secs", measured.secs)
            .with("done", measured.counts[What::Done])
            .with("failed", measured.counts[What::Failed])
            .with("late", measured.counts[What::Late])
            .with_latency(&latency)
            .with("cpu", measured.cpu))
    })
}

/// Makes connections until the run is over.
pub(crate) fn keep_on(way: &Way, conns: Conns, counters: &Counters, run: &Run) -> Latency {
    let begin = Instant::now();
    let mut latency = Latency::new();
    thread::scope(|scope| {
        let one = |i| move || one_after_the_other(way, conns, i, begin, counters, run);
        let loads: Vec<_> = (0..conns.parallel).map(|i| scope.spawn(one(i))).collect();
        for load in loads {
            latency.merge(&load.join().expect("a load does not panic"));
        }
    });
    latency
}

fn one_after_the_other(way: &Way, conns: Conns, i: usize, begin: Instant, counters: &Counters, run: &Run) -> Latency {
    let mut latency = Latency::new();
    let mut timetable = conns.rate.map(|rate| Timetable::new(begin, rate, i, conns.parallel));
    loop {
        if let Some(timetable) = &mut timetable {
            counters.add(What::Late, timetable.wait(run));
        }
        if run.is_over() {
            return latency;
        }
        let start = Instant::now();
        match converse(way, conns.greet) {
            Ok(()) => {
                counters.add(What::Done, 1);
                if run.is_measured() {
                    latency.record(start.elapsed());
                }
            }
            Err(_) => {
                counters.add(What::Failed, 1);
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

fn converse(way: &Way, greet: bool) -> io::Result<()> {
    const MESSAGE: usize = 64;
    let mut stream = way.connect()?;
    if greet {
        return stream.read_exact(&mut [0; GREETING.len()]);
    }
    let mut hello = [9; hello::LEN + MESSAGE];
    hello[..hello::LEN].copy_from_slice(&hello::encode(Kind::Echo, 0));
    stream.write_all(&hello)?;
    stream.read_exact(&mut [0; MESSAGE])
}

/// When the next connection of a thread is to begin.
struct Timetable {
    next: Instant,
    every: Duration,
}

impl Timetable {
    /// Of `rate` connections a second, thread `i` takes the `i`th and every `parallel`th from there.
    fn new(begin: Instant, rate: u32, i: usize, parallel: usize) -> Timetable {
        let one = Duration::from_secs(1) / rate.max(1);
        Timetable { next: begin + one * i as u32, every: one * parallel as u32 }
    }

    /// Waits for the next one; says how many had to be left out because the last one took too long.
    fn wait(&mut self, run: &Run) -> usize {
        const TOLERATED: Duration = Duration::from_secs(1);
        let mut left_out = 0;
        while self.next.elapsed() > TOLERATED {
            self.next += self.every;
            left_out += 1;
        }
        run.sleep(self.next.saturating_duration_since(Instant::now()));
        self.next += self.every;
        left_out
    }
}
