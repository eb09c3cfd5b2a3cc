//! The guard: a small process of our own that gives the system proxy back when we cannot, whatever we died of.
//!
//! ```text
//! Parasol ──pipe──► guard      nothing is ever said on it: its end is our end
//!         ◄─ready──            after this, and not before, the settings are changed
//! ```
//!
//! At the end of the pipe the guard does what the next start would do, [`recover`], and ends. There is nothing left to do
//! where the lease was released before, and the guard ends at once.
//!
//! What ends us must not end it before it has done that. So it is in a session of its own, where neither Ctrl-C in a
//! terminal nor a signal to our process group comes, and it ignores SIGINT, SIGTERM and SIGHUP, which a session that ends
//! sends to every process of it: it outlives us by some milliseconds anyway, and whoever wants it gone ends us.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{ProxyError, Recovered, SystemProxy, forget_login_entry, recover};

/// What a program of ours is told to be the guard of a journal, which follows.
pub const GUARD_ARGS: [&str; 2] = ["proxy", "guard"];

/// A guard that runs. When it is dropped, or we die, it puts the settings back.
#[derive(Debug)]
pub(super) struct Guard {
    process: Child,
    pipe: Option<ChildStdin>,
}

impl Guard {
    /// Starts a program of ours as the guard of this journal; returns when it is on guard.
    pub(super) fn start(program: &Path, journal: &Path) -> io::Result<Guard> {
        let mut command = Command::new(program);
        command.args(GUARD_ARGS).arg(journal);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(root) = journal.ancestors().last().filter(|root| root.is_absolute()) {
            // Where we were started may be to be unmounted, and would be in use for as long as the guard lives.
            command.current_dir(root);
        }
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, APART.0);
        let mut process = command.spawn()?;
        let pipe = process.stdin.take();
        let (say, said) = mpsc::channel();
        let words = process.stdout.take().expect("it was piped");
        // It ends at the end of the guard at the latest.
        std::thread::Builder::new().name("guard".to_owned()).spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(words.take(64)).read_line(&mut line);
            let _ = say.send(read.is_ok() && line.trim_end() == READY);
        })?;
        let guard = Guard { process, pipe };
        match said.recv_timeout(PATIENCE) {
            Ok(true) => Ok(guard),
            Ok(false) => {
                guard.dismiss();
                Err(io::Error::other("it ended, or is no guard"))
            }
            Err(_) => {
                guard.dismiss();
                Err(io::Error::new(io::ErrorKind::TimedOut, "it was not ready in time"))
            }
        }
    }

    pub(super) fn has_died(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// Ends it: there is nothing left to put back.
    pub(super) fn dismiss(mut self) {
        // It ignores that it is asked, and in the time that it takes to see the end of the pipe we would wait for it.
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.pipe = None;
    }
}

/// Is the guard of this journal, until the other end of standard input is closed; then puts back what is left. To be
/// called by a process that does nothing else.
///
/// # Errors
/// Why the settings could not be put back; the journal is there still.
pub fn guard(journal: &Path, desktop: impl Fn() -> Option<Box<dyn SystemProxy>>) -> Result<Recovered, ProxyError> {
    #[cfg(unix)]
    // It fails where we lead a group already, as when a shell has started us: then we have a group of our own at least.
    let _ = rustix::process::setsid();
    if let Err(error) = ignore_signals() {
        tracing::warn!(%error, "the guard of the system proxy can be ended by a signal");
    }
    let mut stdout = io::stdout();
    // Nobody may be listening any more, which shows at once below.
    let _ = writeln!(stdout, "{READY}").and_then(|()| stdout.flush());
    // It waits for hours, and what has run until here is most of what it will ever run.
    crate::give_back_code_pages();
    // An error tells the same as the end: nobody is there.
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
    put_back(journal, desktop)
}

/// As at the next start, with some patience for a desktop that is busy, as at the end of a session.
fn put_back(journal: &Path, desktop: impl Fn() -> Option<Box<dyn SystemProxy>>) -> Result<Recovered, ProxyError> {
    let mut tries = 0;
    let recovered = loop {
        let Some(mut proxy) = journal.exists().then(&desktop).flatten() else { break Recovered::Nothing };
        match recover(&mut *proxy, journal, &[]) {
            // Somebody has taken over, and answers for the journal.
            Err(ProxyError::Held) => return Ok(Recovered::Nothing),
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            Ok(recovered) => break recovered,
        }
    };
    // One that was written before a journal was is named by none.
    match forget_login_entry(journal) {
        Ok(()) | Err(ProxyError::Held) => Ok(recovered),
        Err(error) => Err(error),
    }
}

/// The handlers that are put in place here do nothing, and stay for as long as the process lives.
#[cfg(unix)]
fn ignore_signals() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    crate::StopSignal::watch().map(drop)
}

/// It has no console, by which alone Windows sends signals.
#[cfg(not(unix))]
fn ignore_signals() -> io::Result<()> {
    Ok(())
}

#[cfg(windows)]
const APART: windows::Win32::System::Threading::PROCESS_CREATION_FLAGS =
    windows::Win32::System::Threading::PROCESS_CREATION_FLAGS(
        windows::Win32::System::Threading::DETACHED_PROCESS.0
            | windows::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP.0,
    );

const READY: &str = "on guard";

/// Far above what a start takes; a bound, so that a program that is none of ours keeps nobody waiting.
const PATIENCE: Duration = Duration::from_secs(5);

const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);
