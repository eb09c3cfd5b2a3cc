//! `StopSignal`: Ctrl-C, and SIGTERM where there is such a thing.
//!
//! The one place of this crate with per-OS `cfg`: what asks a terminal program to end is the terminal's business, not a
//! setting of the machine.

use std::io;

/// Watches from the moment it is made, so that a signal during the start is not lost.
#[derive(Debug)]
pub(crate) struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// Starts watching. Needs a running tokio.
    pub(crate) fn watch() -> io::Result<StopSignal> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(StopSignal { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
        }
        #[cfg(not(unix))]
        Ok(StopSignal {})
    }

    /// Returns when the program is asked to end.
    pub(crate) async fn wait(&mut self) -> io::Result<()> {
        #[cfg(unix)]
        {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
            Ok(())
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    }
}
