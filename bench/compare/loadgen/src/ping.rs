//! Small messages that come back, one at a time on each flow.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::cpu::Cpu;
use crate::dial::Way;
use crate::hello::{self, Kind};
use crate::latency::Latency;
use crate::options::Options;
use crate::report::Report;
use crate::run::{Counters, Run, What};

/// Round trips that are not counted.
const WARM_UP: usize = 200;

/// `loadgen ping`: so many round trips, by several flows in turn.
pub(crate) fn command(options: &Options) -> Result<(), String> {
    let way = Way::of(options)?;
    report(options, &way).map(|report| report.print()).map_err(|error| error.to_string())
}

fn report(options: &Options, way: &Way) -> io::Result<Report> {
    let (count, size) = (options.count.unwrap_or(5000), options.size.unwrap_or(1024));
    let mut flows: Vec<(Echo, Latency)> = (0..options.flows.unwrap_or(1))
        .map(|_| Echo::open(way, size).map(|echo| (echo, Latency::new())))
        .collect::<io::Result<_>>()?;
    let turns = flows.len();
    for i in 0..WARM_UP {
        flows[i % turns].0.round_trip()?;
    }
    let cpu = Cpu::now(&options.pids);
    for i in 0..count {
        let (echo, latency) = &mut flows[i % turns];
        latency.record(echo.round_trip()?);
    }
    let cpu = cpu.since();
    let worst = flows.iter().map(|(_, latency)| latency.percentile_us(0.99)).fold(0.0, f64::max);
    let mut all = Latency::new();
    flows.iter().for_each(|(_, latency)| all.merge(latency));
    Ok(Report::default()
        .with("count", count)
        .with_latency(&all)
        .with("worst_flow_p99_us", format!("{worst:.2}"))
        .with("cpu", cpu))
}

/// Keeps flows at it until the run is over, with a pause after each round trip. A flow that breaks is opened again.
pub(crate) fn keep_on(way: &Way, flows: usize, pause: Duration, counters: &Counters, run: &Run) -> Latency {
    const SIZE: usize = 1024;
    let mut latency = Latency::new();
    let mut open: Vec<Option<Echo>> = (0..flows).map(|_| None).collect();
    for i in (0..flows).cycle() {
        if run.is_over() {
            break;
        }
        let echo = open[i].take().map_or_else(|| Echo::open(way, SIZE), Ok);
        match echo.and_then(|mut echo| Ok((echo.round_trip()?, echo))) {
            Ok((took, echo)) => {
                open[i] = Some(echo);
                counters.add(What::Done, 1);
                if run.is_measured() {
                    latency.record(took);
                }
            }
            Err(_) => counters.add(What::Failed, 1),
        }
        thread::sleep(pause);
    }
    latency
}

/// A flow on which everything comes back.
struct Echo {
    stream: TcpStream,
    message: Vec<u8>,
    answer: Vec<u8>,
}

impl Echo {
    fn open(way: &Way, size: usize) -> io::Result<Echo> {
        let mut stream = way.connect()?;
        stream.write_all(&hello::encode(Kind::Echo, 0))?;
        Ok(Echo { stream, message: vec![7; size], answer: vec![0; size] })
    }

    fn round_trip(&mut self) -> io::Result<Duration> {
        let begin = Instant::now();
        self.stream.write_all(&self.message)?;
        self.stream.read_exact(&mut self.answer)?;
        let took = begin.elapsed();
        if self.answer != self.message {
            return Err(io::Error::new(ErrorKind::InvalidData, "another message came back"));
        }
        // Another one each time, so that an old answer is none.
        self.message[0] = self.message[0].wrapping_add(1);
        Ok(took)
    }
}
