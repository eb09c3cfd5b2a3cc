//! Flows that carry as much as they can, or as much as a line of a set rate would.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Sub;
use std::os::fd::{AsRawFd, RawFd};
use std::thread;
use std::time::{Duration, Instant};

use crate::dial::Way;
use crate::hello::{self, Kind};
use crate::options::Options;
use crate::origin::{Tally, TallyReader};
use crate::pattern::Pattern;
use crate::report::Report;
use crate::run::{Counters, Counts, Run, What, when_ready};
use crate::sys::{self, Epoll, Event, Events, READ, READ_WRITE};

/// Flows of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flows {
    pub(crate) kind: Kind,
    pub(crate) count: usize,
    /// MB/s of each; 0 is as fast as it goes.
    pub(crate) rate: u32,
    /// Whether what comes is compared with what should come.
    pub(crate) verify: bool,
    /// After which time a flow makes room for a new one. Then, a flow that breaks does so too; otherwise it is missed.
    pub(crate) lifetime: Option<Duration>,
}

/// `loadgen bulk`.
pub(crate) fn command(options: &Options) -> Result<(), String> {
    let way = Way::of(options)?;
    let kind = match (options.mode.as_deref().unwrap_or("down"), options.verify) {
        ("down", _) => Kind::Down,
        ("up", false) => Kind::Up,
        ("up", true) => Kind::CheckedUp,
        ("both", _) => Kind::Both,
        (other, _) => return Err(format!("--mode {other}: down, up or both")),
    };
    let count = options.count.unwrap_or(1);
    let flows = Flows { kind, count, rate: options.rate.unwrap_or(0), verify: options.verify, lifetime: None };
    report(options, &way, flows).map(|report| report.print()).map_err(|error| error.to_string())
}

fn report(options: &Options, way: &Way, flows: Flows) -> io::Result<Report> {
    let mut tally = TallyReader::connect(way)?;
    let (counters, run) = (Counters::default(), Run::default());
    thread::scope(|scope| {
        let load = scope.spawn(|| run.load(|| carry(way, flows, &counters, &run)));
        let measured = run.measure(options, || Ok(Both(counters.read(), tally.read()?)));
        load.join().expect("a load does not panic")?;
        let measured = measured?;
        let Both(here, there) = measured.counts;
        Ok(Report::default()
            .with("secs", measured.secs)
            .with("down", here[What::Bytes])
            .with("up", there.received)
            .with("failed", here[What::Failed])
            .with("bad", here[What::Bad] + there.bad)
            .with("cpu", measured.cpu))
    })
}

/// What is counted at both ends: bytes up are those that have arrived.
#[derive(Clone, Copy)]
struct Both(Counts, Tally);

impl Sub for Both {
    type Output = Both;

    fn sub(self, before: Both) -> Both {
        let (now, then) = (self.1, before.1);
        let tally = Tally { received: now.received - then.received, bad: now.bad - then.bad };
        Both(self.0 - before.0, tally)
    }
}

/// Keeps flows going until the run is over.
pub(crate) fn carry(way: &Way, flows: Flows, counters: &Counters, run: &Run) -> io::Result<()> {
    let pattern = Pattern::new()?;
    let epoll = Epoll::new()?;
    let mut open: HashMap<RawFd, Flow> = HashMap::new();
    let mut events = Events::new();
    let mut buffer = vec![0; 1 << 18];
    for _ in 0..flows.count {
        let flow = Flow::open(way, flows, &epoll)?;
        open.insert(flow.stream.as_raw_fd(), flow);
    }
    while !run.is_over() {
        epoll.wait(&mut events, Some(Duration::from_millis(20)))?;
        for event in events.iter() {
            if let Some(flow) = open.get_mut(&event.fd)
                && let Err(error) = flow.turn(event, flows, &pattern, counters, &mut buffer)
            {
                open.remove(&event.fd);
                counters.add(What::Failed, 1);
                if open.is_empty() && flows.lifetime.is_none() {
                    return Err(io::Error::new(error.kind(), format!("all flows broke, the last by: {error}")));
                }
            }
        }
        if let Some(lifetime) = flows.lifetime {
            renew(way, flows, lifetime, &epoll, &mut open, counters);
        }
    }
    Ok(())
}

/// Closes flows that are old, in the middle of what they carry, and opens others for those that are missing.
fn renew(
    way: &Way,
    flows: Flows,
    lifetime: Duration,
    epoll: &Epoll,
    open: &mut HashMap<RawFd, Flow>,
    counters: &Counters,
) {
    let before = open.len();
    open.retain(|_, flow| flow.since.elapsed() < lifetime);
    counters.add(What::Done, before - open.len());
    for _ in open.len()..flows.count {
        match Flow::open(way, flows, epoll) {
            Ok(flow) => drop(open.insert(flow.stream.as_raw_fd(), flow)),
            Err(_) => {
                counters.add(What::Failed, 1);
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

struct Flow {
    stream: TcpStream,
    sent: u64,
    received: u64,
    since: Instant,
}

impl Flow {
    fn open(way: &Way, flows: Flows, epoll: &Epoll) -> io::Result<Flow> {
        let mut stream = way.connect()?;
        if flows.rate > 0 && flows.kind.sends_up() {
            sys::pace(&stream, flows.rate)?;
        }
        let rate = if flows.kind.sends_down() { flows.rate } else { 0 };
        stream.write_all(&hello::encode(flows.kind, rate))?;
        stream.set_nonblocking(true)?;
        epoll.add(&stream, if flows.kind.sends_up() { READ_WRITE } else { READ })?;
        Ok(Flow { stream, sent: 0, received: 0, since: Instant::now() })
    }

    fn turn(
        &mut self,
        event: Event,
        flows: Flows,
        pattern: &Pattern,
        counters: &Counters,
        buffer: &mut [u8],
    ) -> io::Result<()> {
        if event.read {
            when_ready(self.receive(flows.verify, pattern, counters, buffer))?;
        }
        if event.write && flows.kind.sends_up() {
            when_ready(pattern.send(&self.stream, self.sent).map(|n| self.sent += n as u64))?;
        }
        Ok(())
    }

    fn receive(&mut self, verify: bool, pattern: &Pattern, counters: &Counters, buffer: &mut [u8]) -> io::Result<()> {
        let n = if verify { self.stream.read(buffer)? } else { sys::discard(&self.stream)? };
        if n == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if verify && !pattern.matches(self.received, &buffer[..n]) {
            counters.add(What::Bad, 1);
        }
        self.received += n as u64;
        counters.add(What::Bytes, n);
        Ok(())
    }
}
