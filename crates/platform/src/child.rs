//! `Child`: a program of somebody else's that runs for us and does not outlive us, however we end.
//!
//! | system | ended with us after `kill -9` by | its own children too |
//! |---|---|---|
//! | Linux | parent-death signal (prctl(2)) | no: the kernel tells only the child itself |
//! | Windows | a job object that is closed with us | yes |
//! | macOS and other Unix | a guard process that reads from a pipe of ours until that is closed | yes |
//!
//! It runs in a process group of its own, so that Ctrl-C at a terminal reaches us alone, and we end it once, in order:
//! [`Child::end`] asks (SIGTERM, where there is such a thing), waits, and then kills the whole group. Dropping kills at
//! once.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdout, Command};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, any(not(target_os = "linux"), test)))]
mod pipe_guard;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// A running child process.
#[derive(Debug)]
pub struct Child {
    inner: system::Child,
}

impl Child {
    /// Starts `command` as it is: no shell has a say in it. Needs a running tokio.
    ///
    /// On Linux the child dies with the **thread** that starts it, so call this from one that lives at least as long as
    /// the child is to.
    ///
    /// # Errors
    /// The system's: the program is missing or may not be run, or there is no room for a process.
    pub fn spawn(command: Command) -> io::Result<Child> {
        system::Child::spawn(command).map(|inner| Child { inner })
    }

    /// What it writes to standard output, if that was piped; once.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.inner.take_stdout()
    }

    /// What it writes to standard error, if that was piped; once.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.inner.take_stderr()
    }

    /// Waits until it has ended; what it has left running in its group is killed then. May be given up and called anew.
    ///
    /// # Errors
    /// The system's.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.inner.wait().await
    }

    /// Asks it to end, and kills it and what it has started after `patience`. Returns when it has ended.
    ///
    /// # Errors
    /// The system's; it was killed then, as far as that is possible.
    pub async fn end(mut self, patience: Duration) -> io::Result<ExitStatus> {
        self.inner.ask_to_end();
        if let Ok(ended) = tokio::time::timeout(patience, self.inner.wait()).await {
            return ended;
        }
        self.inner.kill();
        self.inner.wait().await
    }
}
