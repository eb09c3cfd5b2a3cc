//! All kinds of load at once, at rates that leave a relay time to rest: for hours of it. Everything is compared with what
//! was sent, flows and associations are closed in the middle of what they do, and whatever breaks is begun anew and
//! counted.

use std::io;
use std::thread;
use std::time::Duration;

use crate::bulk::{self, Flows};
use crate::conns::{self, Conns};
use crate::dial::Way;
use crate::hello::Kind;
use crate::options::Options;
use crate::origin::TallyReader;
use crate::ping;
use crate::report::Report;
use crate::run::{Counters, Counts, Run, What};
use crate::udp::{self, Datagrams};

/// How long a bulk flow and an association live.
const LIFETIME: Duration = Duration::from_secs(15);
/// Bulk flows each way.
const BULK: usize = 2;
/// MB/s of each, unless `--rate` says otherwise.
const RATE: u32 = 10;
/// Pings go round these flows, one each pause.
const PINGS: usize = 4;
const PAUSE: Duration = Duration::from_millis(10);
const DATAGRAMS: Datagrams = Datagrams { size: 1200, window: 8, pause: PAUSE, lifetime: Some(LIFETIME) };
const CONNS: Conns = Conns { parallel: 4, rate: Some(50), greet: false };

/// `loadgen mixed`.
pub(crate) fn command(options: &Options) -> Result<(), String> {
    let way = Way::of(options)?;
    report(options, &way).map(|report| report.print()).map_err(|error| error.to_string())
}

fn report(options: &Options, way: &Way) -> io::Result<Report> {
    let flows =
        |kind| Flows { kind, count: BULK, rate: options.rate.unwrap_or(RATE), verify: true, lifetime: Some(LIFETIME) };
    let [down, up, pings, datagrams, connections] = std::array::from_fn(|_| Counters::default());
    let run = Run::default();
    let mut tally = TallyReader::connect(way)?;
    let before = tally.read()?;
    thread::scope(|scope| {
        let loads = [
            scope.spawn(|| run.load(|| bulk::carry(way, flows(Kind::Down), &down, &run))),
            scope.spawn(|| run.load(|| bulk::carry(way, flows(Kind::CheckedUp), &up, &run))),
            scope.spawn(|| run.load(|| udp::exchange(way, DATAGRAMS, &datagrams, &run))),
        ];
        let ping = scope.spawn(|| ping::keep_on(way, PINGS, PAUSE, &pings, &run));
        let conn = scope.spawn(|| conns::keep_on(way, CONNS, &connections, &run));
        let measured = run.measure(options, || Ok(Counts::default()));
        for load in loads {
            load.join().expect("a load does not panic")?;
        }
        let measured = measured?;
        let after = tally.read()?;
        let up_bytes = after.received - before.received;
        Ok(Report::default()
            .with("secs", measured.secs)
            .with("down", of_bulk(&down, down.read()[What::Bytes], 0))
            .with("up", of_bulk(&up, up_bytes, after.bad - before.bad))
            .with("ping", of_small(&pings).with_latency(&ping.join().expect("a load does not panic")))
            .with("udp", of_small(&datagrams))
            .with("conns", of_small(&connections).with_latency(&conn.join().expect("a load does not panic")))
            .with("cpu", measured.cpu))
    })
}

fn of_bulk(counters: &Counters, bytes: u64, bad: u64) -> Report {
    let counts = counters.read();
    Report::default()
        .with("bytes", bytes)
        .with("flows", counts[What::Done])
        .with("failed", counts[What::Failed])
        .with("bad", counts[What::Bad] + bad)
}

fn of_small(counters: &Counters) -> Report {
    let counts = counters.read();
    [("done", What::Done), ("failed", What::Failed), ("lost", What::Lost), ("bad", What::Bad), ("late", What::Late)]
        .into_iter()
        .fold(Report::default(), |report, (name, what)| report.with(name, counts[what]))
}
