//! Keeps a relay running until the program is asked to end, and says where it listens and what it does.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use parasol_app::StopSignal;
use parasol_app::relay::Relay;
use serde_json::json;
use tokio::time::MissedTickBehavior;

use crate::fault::Fault;
use crate::screen::Screen;
use crate::stats::{self, Stats};

/// The program must have ended two seconds after it was asked to; this leaves some of them for the rest.
const STOP_WITHIN: Duration = Duration::from_millis(1700);

/// After that long a relay that listens has also started its threads.
const START: Duration = Duration::from_millis(500);

/// How the counters are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Not at all.
    Nothing,
    /// As a table that is drawn over itself.
    Table,
    /// As one JSON object a line; then every line of standard output is one.
    JsonLines,
}

impl Show {
    /// What `--stats` means here.
    pub(crate) fn new(stats: bool) -> Show {
        match (stats, io::stdout().is_terminal()) {
            (false, _) => Show::Nothing,
            (true, true) => Show::Table,
            (true, false) => Show::JsonLines,
        }
    }
}

/// Writes a line for each listening port to standard output: `listening on IP:PORT`, or `{"listening":"IP:PORT"}`
/// among JSON lines.
pub(crate) fn announce(relay: &Relay, show: Show) -> Result<(), Fault> {
    relay.bound().iter().try_for_each(|bound| announce_one(bound.listen, show))
}

/// The same for one address.
pub(crate) fn announce_one(listen: SocketAddr, show: Show) -> Result<(), Fault> {
    print_line(&match show {
        Show::JsonLines => json!({ "listening": listen.to_string() }).to_string(),
        Show::Nothing | Show::Table => format!("listening on {listen}"),
    })
}

/// The same for where commands are taken: `commands at PLACE`, or `{"commands":"PLACE"}`.
pub(crate) fn announce_manager(place: &str, show: Show) -> Result<(), Fault> {
    print_line(&match show {
        Show::JsonLines => json!({ "commands": place }).to_string(),
        Show::Nothing | Show::Table => format!("commands at {place}"),
    })
}

/// Shows counters until a signal comes.
pub(crate) async fn until_stopped(
    relay: &Relay,
    show: Show,
    screen: &Screen,
    signal: &mut StopSignal,
) -> Result<(), Fault> {
    let mut stats = Stats::new(Instant::now());
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    // After a machine has slept, one line, not one for each second that was missed.
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let started = tokio::time::sleep(START);
    tokio::pin!(started);
    let mut starting = true;
    loop {
        tokio::select! {
            heard = signal.wait() => {
                heard.map_err(Fault::Signals)?;
                // The last one has what moved since the last second.
                return show_once(relay, show, screen, &mut stats);
            }
            () = &mut started, if starting => {
                // Most of what reading settings and opening ports has run is not needed again.
                parasol_app::give_back_code_pages();
                starting = false;
            }
            _ = seconds.tick(), if show != Show::Nothing => show_once(relay, show, screen, &mut stats)?,
        }
    }
}

/// Waits for what ends the relays, but not longer than the program may take to end.
pub(crate) async fn stop(ending: impl Future<Output = ()>) -> Result<(), Fault> {
    tokio::time::timeout(STOP_WITHIN, ending).await.map_err(|_| Fault::SlowStop)
}

fn show_once(relay: &Relay, show: Show, screen: &Screen, stats: &mut Stats) -> Result<(), Fault> {
    let rows = stats.rows(&relay.ports(), Instant::now());
    match show {
        Show::Nothing => Ok(()),
        Show::Table => screen.table(&stats::table(&rows)).map_err(Fault::Output),
        Show::JsonLines => print_line(&stats::json_line(&rows, SystemTime::now())),
    }
}

/// One line to standard output, at once.
pub(crate) fn print_line(line: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Fault::Output)
}

/// Lines to standard output, each with its end.
pub(crate) fn print_text(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Fault::Output)
}
