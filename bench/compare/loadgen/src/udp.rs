//! Datagrams that come back, so many of them under way at once.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crate::dial::{Association, Way};
use crate::options::Options;
use crate::report::Report;
use crate::run::{Counters, Run, What};
use crate::sys::{self, Batch};

/// What without an answer for so long is lost.
const PATIENCE: Duration = Duration::from_millis(200);

/// How datagrams are sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Datagrams {
    /// Length of a payload.
    pub(crate) size: usize,
    /// How many are under way at once.
    pub(crate) window: usize,
    /// Waited before more are sent.
    pub(crate) pause: Duration,
    /// After which time an association makes room for a new one.
    pub(crate) lifetime: Option<Duration>,
}

/// `loadgen udp`.
pub(crate) fn command(options: &Options) -> Result<(), String> {
    let way = Way::of(options)?;
    let (size, window) = (options.size.unwrap_or(512), options.window.unwrap_or(32));
    let datagrams = Datagrams { size, window, pause: Duration::ZERO, lifetime: None };
    report(options, &way, datagrams).map(|report| report.print()).map_err(|error| error.to_string())
}

fn report(options: &Options, way: &Way, datagrams: Datagrams) -> io::Result<Report> {
    let (counters, run) = (Counters::default(), Run::default());
    thread::scope(|scope| {
        let load = scope.spawn(|| run.load(|| exchange(way, datagrams, &counters, &run)));
        let measured = run.measure(options, || Ok(counters.read()));
        load.join().expect("a load does not panic")?;
        let measured = measured?;
        Ok(Report::default()
            .with("secs", measured.secs)
            .with("done", measured.counts[What::Done])
            .with("lost", measured.counts[What::Lost])
            .with("bad", measured.counts[What::Bad])
            .with("cpu", measured.cpu))
    })
}

/// Keeps datagrams under way until the run is over. With a lifetime, an association that cannot be had is tried again.
pub(crate) fn exchange(way: &Way, datagrams: Datagrams, counters: &Counters, run: &Run) -> io::Result<()> {
    while !run.is_over() {
        match way.associate() {
            Ok(association) => exchange_on(&association, datagrams, counters, run)?,
            Err(error) if datagrams.lifetime.is_none() => return Err(error),
            Err(_) => {
                counters.add(What::Failed, 1);
                run.sleep(PATIENCE);
            }
        }
    }
    Ok(())
}

fn exchange_on(association: &Association, datagrams: Datagrams, counters: &Counters, run: &Run) -> io::Result<()> {
    let socket = &association.socket;
    sys::enlarge_buffers(socket)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut datagram = association.header.clone();
    datagram.extend((0..datagrams.size).map(|i| i as u8));
    let payload = &datagram[association.header.len()..];
    let (mut out, mut back) = (Batch::of(&datagram), Batch::empty());
    let since = Instant::now();
    let mut under_way = 0;
    while !run.is_over() && datagrams.lifetime.is_none_or(|lifetime| since.elapsed() < lifetime) {
        if under_way == 0 && !datagrams.pause.is_zero() {
            thread::sleep(datagrams.pause);
        }
        // A socket without room, or with an error of what was sent before: what did not go is lost when its time comes.
        under_way += out.send(socket, datagrams.window.saturating_sub(under_way).min(Batch::MAX)).unwrap_or(0);
        let Ok(n) = back.receive(socket) else {
            counters.add(What::Lost, under_way);
            under_way = 0;
            continue;
        };
        let good = (0..n).filter(|&i| is_answer(back.datagram(i), datagram.len(), payload)).count();
        counters.add(What::Done, good);
        counters.add(What::Bad, n - good);
        under_way = under_way.saturating_sub(n);
    }
    Ok(())
}

/// The header of an answer names its source, and may do so in another way than the request did.
fn is_answer(datagram: &[u8], len: usize, payload: &[u8]) -> bool {
    datagram.len() == len && datagram.ends_with(payload)
}
